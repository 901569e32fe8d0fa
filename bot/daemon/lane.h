/* lane.h - one channel with its way in and its outbox. */
#ifndef DAEMON_LANE_H
#define DAEMON_LANE_H

#include <stddef.h>

#include "channels/channel.h"
#include "daemon/way.h"
#include "talk/talk.h"

struct err;
struct lane;

struct lane_parts {
	struct loop *loop;
	struct store *store;
	struct guard *guard;
	struct sent *sent;
	const struct log *log;
	const struct config *config;
	const struct talk_data *data; /* read anew for each batch; must stay while lane_is_working */
	int64_t (*now_ms)(void);
	/* The channel can't go on. */
	void (*fatal)(void *ctx, const char *channel, const char *why);
	void *ctx;
};

struct lane *lane_new(const struct lane_parts *parts);
/* The sink for the channel that is to be made for this lane. */
struct channel_sink lane_sink(struct lane *l);
/* Takes `c`. Must be called before lane_start. */
void lane_set_channel(struct lane *l, struct channel *c);
/* Reads how far the channel was read, and begins. */
void lane_start(struct lane *l);
/* The channel first, then what it brought, then what is to be said: `stopped` once nothing is under way any more. */
void lane_stop(struct lane *l, void (*stopped)(void *ctx), void *ctx);
/* The channel ends at once, and with it what it has under way. What the store tells afterwards is harmless. */
void lane_close(struct lane *l);
/* After store_close. NULL is fine. */
void lane_free(struct lane *l);

/* How the channel is doing, in a few words; "" when it can't tell. */
void lane_status(const struct lane *l, char *out, size_t size);

/* A batch is being worked with the data as they were at its begin. */
bool lane_is_working(const struct lane *l);

struct outbox_counts;
void lane_counts(const struct lane *l, struct way_counts *out_way, struct outbox_counts *out_outbox);

#endif
