/* sending.h - what a channel is saying at this moment: each request until it is known what became of it, and how many went
 * which way.
 *
 * A channel's own struct for one of them begins with a struct sending. From sending_begin on the list owns it, and frees it,
 * when it ends, with the function that it was given. */
#ifndef CHANNELS_SENDING_H
#define CHANNELS_SENDING_H

#include <stdint.h>

#include "channels/channel.h"
#include "util/links.h"

struct sending {
	struct link link;
	struct sendings *among;
	channel_sent_cb sent;
	void *ctx;
};

struct sendings {
	struct links under_way;
	uint64_t taken, refused; /* since sendings_init, by the other side; that never will be */
	void (*free)(struct sending *one);
};

/* None under way. It stays where it is from now on. */
void sendings_init(struct sendings *s, void (*free_one)(struct sending *one));
/* Those under way end untold. */
void sendings_done(struct sendings *s);
/* Those that are under way now are given back, the oldest first, to be sent again some day: maybe they were taken. */
void sendings_stop(struct sendings *s);
/* Takes it; `sent` is told its end once. */
void sending_begin(struct sendings *s, struct sending *one, channel_sent_cb sent, void *ctx);
/* Frees it, and tells. A callback may begin another one. `what` is borrowed, and nothing in it is its own. */
void sending_end(struct sending *one, const struct channel_sent *what);

#endif
