/* matrix_parts.h - what the machines of the Matrix channel share. */
#ifndef CHANNELS_MATRIX_PARTS_H
#define CHANNELS_MATRIX_PARTS_H

#include <stdbool.h>
#include <stdint.h>

struct channel;
struct life;
struct matrix_api;
struct matrix_crypt;
struct matrix_joins;
struct matrix_rooms;
struct matrix_self;
struct vitals;

struct matrix_parts {
	struct channel *channel; /* with its world */
	struct matrix_api *api;
	const struct matrix_self *self;
	struct matrix_rooms *rooms;
	struct matrix_joins *joins;
	struct matrix_crypt *crypt; /* NULL: encrypted rooms can't be read */
	struct vitals *vitals; /* heard is when a sync was completed */
	struct life *life; /* made after the others */
	void (*token_gone)(void *ctx, bool soft_logout); /* a new one is on its way: try again a little later */
	void *ctx;
	bool hear_all;
	int sync_timeout_s;
	uint64_t seed;
	int64_t first_wait_ms; /* after a first failure */
};

#endif
