/* vault.h - what is secret, at rest: texts sealed with a key that is made of the secret in the credential file
 * (AES-256-GCM). A sealed text is bound to its name, so that none can be put in another's place. */
#ifndef CRYPTO_VAULT_H
#define CRYPTO_VAULT_H

#include <stddef.h>

struct e2e_pickle_key;
struct err;
struct vault;

/* `secret` is whatever the file holds. */
struct vault *vault_new(const char *secret);
/* NULL is fine. */
void vault_free(struct vault *v);
/* For libolm's own pickles. Borrowed from the vault. */
const struct e2e_pickle_key *vault_pickle_key(const struct vault *v);
/* A new text, in base64. */
char *vault_seal(const struct vault *v, const char *name, const char *plain, size_t len);
/* A new NUL-ended text, to be wiped; NULL with `err` set when it was sealed otherwise. */
char *vault_open(const struct vault *v, const char *name, const char *sealed, size_t *out_len, struct err *err);

#endif
