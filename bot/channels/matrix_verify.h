/* matrix_verify.h - people who verify us from their client, by short strings: several at once, in rooms and from device to
 * device. What both sides show is told in the log, for the operator to read to the person over another way; see
 * crypto/sas.h for what our own confirmation means, and what not. */
#ifndef CHANNELS_MATRIX_VERIFY_H
#define CHANNELS_MATRIX_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

struct locker;
struct matrix_crypt;
struct matrix_identity;
struct matrix_parts;
struct matrix_verify;
struct own_device;

/* All must outlive it. */
struct matrix_verify_env {
	const struct matrix_parts *parts;
	const struct matrix_identity *identity; /* NULL: none */
	struct matrix_crypt *crypt; /* seals what is said in encrypted rooms */
	struct locker *locker; /* knows the devices of others */
	struct own_device *self;
};

struct matrix_verify *matrix_verify_new(const struct matrix_verify_env *env);
/* NULL is fine. */
void matrix_verify_free(struct matrix_verify *v);

/* An event that is not ours, opened if it was sealed. */
struct matrix_verify_event {
	const char *room; /* "" when it came to our device */
	const char *id; /* "" there */
	const char *sender, *type;
	const cJSON *content;
	int64_t sent_ms; /* by the sender's server; 0 where it is not told */
};

/* False when it is about something else. */
bool matrix_verify_hear(struct matrix_verify *v, const struct matrix_verify_event *e);

#endif
