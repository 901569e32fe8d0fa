/* roles.h - what people may do in a room with several of them: asked of the other side each time, so that it is true now. How
 * that is done is up to the channel. */
#ifndef CHANNELS_ROLES_H
#define CHANNELS_ROLES_H

#include "channels/channel.h"
#include "util/links.h"

struct roles;

/* One that is under way, until role_told. */
struct role_question {
	struct link link;
	struct roles *roles;
	const void *parts; /* as given to roles_new */
	char *person;
	void *call;
	channel_role_cb told;
	void *ctx;
};

struct roles_ops {
	/* Asks; role_told later, unless it is cancelled. Returns the call, NULL when that can't be asked. */
	void *(*ask)(const void *parts, struct role_question *q, const char *room, const char *person);
	void (*cancel)(void *call);
};

/* Both must outlive it. */
struct roles *roles_new(const struct roles_ops *ops, const void *parts);
/* NULL is fine. Who still waits is told that it is unknown. */
void roles_free(struct roles *r);
/* As channel_ops.ask_role. */
void roles_ask(struct roles *r, const char *room, const char *person, channel_role_cb told, void *ctx);
/* Who waits now is told that it is unknown. */
void roles_stop(struct roles *r);
/* Ends the question. */
void role_told(struct role_question *q, enum channel_role role);

#endif
