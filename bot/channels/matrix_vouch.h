/* matrix_vouch.h - our own device signed by our identity, so that clients which trust signed devices alone send it keys. The
 * server is asked first; signed is only what lacks it, and only keys that are our own. */
#ifndef CHANNELS_MATRIX_VOUCH_H
#define CHANNELS_MATRIX_VOUCH_H

#include <stdbool.h>

#include <cjson/cJSON.h>

struct matrix_identity;
struct matrix_parts;
struct matrix_vouch;

/* Both must outlive it. */
struct matrix_vouch *matrix_vouch_new(const struct matrix_parts *parts, const struct matrix_identity *identity);
/* NULL is fine. */
void matrix_vouch_free(struct matrix_vouch *v);
/* Takes `device_keys`: ours, as they were uploaded. Goes on until the device is signed, or can't be. */
void matrix_vouch_start(struct matrix_vouch *v, cJSON *device_keys);
/* The device is signed, as the server tells it, or can't be. */
bool matrix_vouch_settled(const struct matrix_vouch *v);

#endif
