/* sas.h - verification by short authentication strings (m.sas.v1), the side that is asked: somebody's device begins, ours
 * answers. Pure: messages and the time in, messages out; the same for both ways they travel (to the device, in a room).
 *
 * Nobody sits at our side to compare the strings. So our device confirms once theirs has, and by that says no more than
 * that the keys which arrived here are the ones they call theirs; it signs nobody's keys and gives nobody more trust. The
 * strings are told to the operator, who can read them to the person over another way. */
#ifndef CRYPTO_SAS_H
#define CRYPTO_SAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

enum { SAS_MOST_SAYS = 2, SAS_NUMBERS = 3, SAS_EMOJI = 7 };
enum { SAS_TIMEOUT_MS = 10 * 60 * 1000 }; /* of silence; of a request's age */

enum sas_state { SAS_NEW, SAS_READY, SAS_ACCEPTED, SAS_SHOWN, SAS_CONFIRMED, SAS_DONE, SAS_CANCELLED };

struct sas;

struct sas_self {
	const char *user, *device;
	const char *device_key; /* ed25519 */
	const char *master_key; /* NULL: none */
};

/* Their key with that id ("ed25519:..."), as the server tells it; NULL when it is not known. */
struct sas_their_keys {
	const char *(*find)(void *ctx, const char *user, const char *key_id);
	void *ctx;
};

/* What is to be sent, in that order. */
struct sas_says {
	struct {
		const char *type;
		cJSON *content; /* the caller's */
	} list[SAS_MOST_SAYS];
	size_t n;
};

/* `txn` is the transaction's id, or the event id of the request that was made in a room. Copies all. */
struct sas *sas_new(const struct sas_self *self, const char *user, const char *txn, bool in_room, int64_t now_ms);
/* NULL is fine. */
void sas_free(struct sas *s);
/* A message of theirs: `type` begins with "m.key.verification.". What does not fit ends it, with the reason. */
void sas_hear(struct sas *s, const char *type, const cJSON *content, const struct sas_their_keys *keys, int64_t now_ms,
	struct sas_says *out);
/* Ends it when too much time went by. */
void sas_look(struct sas *s, int64_t now_ms, struct sas_says *out);
/* Frees what was to be said. */
void sas_says_done(struct sas_says *says);

enum sas_state sas_state(const struct sas *s);
bool sas_over(const struct sas *s);
const char *sas_txn(const struct sas *s);
const char *sas_user(const struct sas *s);
/* Of the one that began; "" before it told. */
const char *sas_device(const struct sas *s);
/* Why it was cancelled, by whomever: a code of the specification; "" else. */
const char *sas_why(const struct sas *s);
/* What both sides show. False before SAS_SHOWN. `emoji` are English names. */
bool sas_strings(const struct sas *s, unsigned numbers[SAS_NUMBERS], const char *emoji[SAS_EMOJI]);

/* A message that belongs to no verification we know: the answer to it. */
void sas_refuse(const char *txn, bool in_room, struct sas_says *out);

#endif
