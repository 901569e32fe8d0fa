/* canonical.h - JSON objects with signatures, as Matrix has them: the same bytes on both sides, whoever wrote them
 * (spec, appendices: canonical JSON, signing JSON). */
#ifndef CRYPTO_CANONICAL_H
#define CRYPTO_CANONICAL_H

#include <stdbool.h>

#include <cjson/cJSON.h>

struct e2e_account;
struct e2e_signer;

/* Keys sorted, nothing between, only what must be escaped is. A new text, or NULL when there is something in it that has
 * no such form: a fraction, a number beyond 2^53, nesting without end. */
char *canonical_print(const cJSON *tree);
/* The same without the object's "signatures" and "unsigned": what is signed. */
char *canonical_for_signing(const cJSON *object);

/* Adds signatures[user]["ed25519:key_id"] to the object, beside those that are there. Returns 0, or -1 when it can't be
 * signed. */
int canonical_sign(cJSON *object, const char *user, const char *key_id, struct e2e_account *account);
int canonical_sign_with(cJSON *object, const char *user, const char *key_id, struct e2e_signer *signer);
/* Is the signature of that user's key there, and right? */
bool canonical_verify(const cJSON *object, const char *user, const char *key_id, const char *ed25519);

#endif
