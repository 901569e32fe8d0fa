/* olm_talk.h - messages from device to device (m.olm.v1.curve25519-aes-sha2): sealed and opened with the sessions in the
 * locker, and checked. */
#ifndef CRYPTO_OLM_TALK_H
#define CRYPTO_OLM_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "crypto/devices.h"

struct err;
struct locker;
struct own_device;
struct vault;

struct olm_talk {
	struct locker *locker;
	const struct vault *vault;
	struct own_device *self;
	int64_t (*now_ms)(void);
};

/* Is there a session with the device of that key? */
bool olm_talk_has(const struct olm_talk *t, const char *curve25519);
/* A session with that device from the one-time key that /keys/claim gave, {"key", "signatures"}. -1 when the key is not
 * signed by the device. */
int olm_talk_begin(const struct olm_talk *t, const struct device *to, const cJSON *one_time_key, struct err *err);
/* The content of an m.room.encrypted event for that device: a new tree; NULL when there is no session. `content` is
 * borrowed. */
cJSON *olm_talk_seal(const struct olm_talk *t, const struct device *to, const char *type, const cJSON *content);

enum olm_talk_result {
	OLM_TALK_READ,
	OLM_TALK_NOT_FOR_US, /* or nothing that we can be meant by: nothing to be done */
	OLM_TALK_BROKEN, /* a new session would help */
	OLM_TALK_REFUSED, /* it is not what it says */
};

struct olm_talk_opened {
	cJSON *payload; /* a new tree: "type", "content" */
	char *curve25519, *ed25519; /* of the device that sent it; new */
};

/* The content of an m.room.encrypted event that came to our device from `sender`. *out is written when it was read. */
enum olm_talk_result olm_talk_open(const struct olm_talk *t, const char *sender, const cJSON *content,
	struct olm_talk_opened *out);
void olm_talk_opened_done(struct olm_talk_opened *o);

#endif
