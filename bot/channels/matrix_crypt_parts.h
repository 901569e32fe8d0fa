/* matrix_crypt_parts.h - what the files of matrix_crypt share with each other, and with nobody else. */
#ifndef CHANNELS_MATRIX_CRYPT_PARTS_H
#define CHANNELS_MATRIX_CRYPT_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "channels/matrix_crypt.h"
#include "crypto/olm_talk.h"
#include "crypto/room_keys.h"
#include "crypto/room_out.h"
#include "util/links.h"

struct locker;
struct matrix_call;
struct matrix_trust;
struct strmap;
struct timer;
struct vault;

struct matrix_crypt {
	const struct matrix_parts *parts;
	struct vault *vault;
	struct locker *locker;
	struct own_device *self; /* NULL until we know who we are */
	struct olm_talk olm;
	struct room_keys keys;
	struct room_out out;
	bool stopped;

	/* matrix_crypt_save.c */
	struct timer *flush;
	struct matrix_saving *savers; /* that wait for the next write */
	struct matrix_saving *written; /* that wait for the one under way */
	struct keeping *keeping; /* the write under way; NULL: none */
	bool cut; /* the write under way does not hold all that has changed */

	/* matrix_crypt.c: our own keys, device lists */
	struct matrix_call *upload, *query;
	struct query *query_of; /* what it asks */
	struct matrix_saving *upload_saving;
	cJSON *upload_body;
	struct timer *later; /* an upload or a query that did not work is tried again */
	uint64_t list_changes; /* of device lists, since start */
	struct strmap *asked; /* user -> second in which they were last asked for without an answer */
	uint64_t n_txn;

	struct matrix_trust *trust; /* matrix_crypt_trust.c; NULL: nothing of it yet */

	/* matrix_crypt_in.c */
	struct strmap *mended; /* curve25519 -> second in which a session was last begun anew */
	struct links mending;

	/* matrix_crypt_wait.c */
	struct timer *patience; /* until people are told that their words can't be read */
	struct matrix_crypt_counts counts;

	/* matrix_crypt_out.c */
	struct room_sealing *rooms;
	struct strmap *unreached; /* curve25519 -> second in which no session could be had */
};

/* Seconds since some time in the past, for the maps above. */
int matrix_crypt_now_s(const struct matrix_crypt *c);
int64_t matrix_crypt_now_ms(void);
/* A name for a request to devices that is never used twice, in `out`. */
enum { MATRIX_TXN_SIZE = 48 };
void matrix_crypt_txn(struct matrix_crypt *c, char out[MATRIX_TXN_SIZE]);

/* The body that asks for the devices of these people; new. */
char *matrix_query_body(const char *const *users, size_t n);
/* Takes in an answer of /keys/query about them; `list_changes` as it was when it was asked. */
void matrix_crypt_learn(struct matrix_crypt *c, struct json_span answer, const char *const *users, size_t n,
	uint64_t list_changes);

/* An event that came to our device. */
void matrix_crypt_take_to_device(struct matrix_crypt *c, const cJSON *event);
void matrix_crypt_save_begin(struct matrix_crypt *c);
void matrix_crypt_save_free(struct matrix_crypt *c);

/* What waited when we ended is looked at again. */
void matrix_crypt_wait_resume(struct matrix_crypt *c);
/* What waits for a key, of that person, goes. */
void matrix_crypt_wait_forget(struct matrix_crypt *c, const char *user);
void matrix_crypt_wait_begin(struct matrix_crypt *c);
void matrix_crypt_wait_stop(struct matrix_crypt *c);
void matrix_crypt_wait_free(struct matrix_crypt *c);
void matrix_crypt_in_stop(struct matrix_crypt *c);
void matrix_crypt_out_free(struct matrix_crypt *c);

/* We know who we are: signs our device, asks for the backup, listens to those who verify us. */
void matrix_crypt_trust_begin(struct matrix_crypt *c);
void matrix_crypt_trust_stop(struct matrix_crypt *c);
void matrix_crypt_trust_free(struct matrix_crypt *c);
/* There may be keys that are not in the backup, or must go from it. */
void matrix_crypt_trust_look(struct matrix_crypt *c);
/* Have keys come out of the backup since this was last asked? */
bool matrix_crypt_trust_found(struct matrix_crypt *c);
/* An event in the open, or opened; room "" when it came to our device: somebody may be verifying us. */
void matrix_crypt_trust_hear(struct matrix_crypt *c, const char *room, const cJSON *event);
/* Which devices of that person, as /keys/query tells of them, are signed by their owner. Takes the owner's keys, NULL for
 * none. */
void matrix_crypt_trust_judge(struct matrix_crypt *c, const char *user, const cJSON *devices, cJSON *master,
	cJSON *self_signing);

/* One-time keys of an answer of /keys/claim: a session with each device. Returns how many. `user` and `device` NULL: all. */
struct device_list;
size_t matrix_crypt_claimed(struct matrix_crypt *c, struct json_span answer, const struct device_list *list);
/* The body of /keys/claim for them; new. */
char *matrix_claim_body(const struct device_list *list);

/* Devices copied, to be asked for or written to. */
struct device_list {
	struct device_entry {
		char *user, *id, *curve25519, *ed25519;
	} *list;
	size_t n, cap;
};
void device_list_add(struct device_list *l, const struct device *d);
void device_list_done(struct device_list *l);
struct device device_list_at(const struct device_list *l, size_t i);

#endif
