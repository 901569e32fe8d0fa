/* sending.c - see sending.h. */
#include "channels/sending.h"

void sendings_init(struct sendings *s, void (*free_one)(struct sending *one))
{
	*s = (struct sendings){.free = free_one};
	links_init(&s->under_way);
}

void sending_begin(struct sendings *s, struct sending *one, channel_sent_cb sent, void *ctx)
{
	*one = (struct sending){.among = s, .sent = sent, .ctx = ctx};
	links_add(&s->under_way, &one->link);
}

static void drop(struct link *link)
{
	struct sending *one = (struct sending *)link;

	links_remove(link);
	one->among->free(one);
}

void sendings_done(struct sendings *s)
{
	links_drain(&s->under_way, drop);
}

void sending_end(struct sending *one, const struct channel_sent *what)
{
	struct sendings *s = one->among;
	channel_sent_cb sent = one->sent;
	void *ctx = one->ctx;

	s->taken += what->result == SEND_OK;
	s->refused += what->result == SEND_DROP;
	drop(&one->link);
	sent(ctx, what);
}

static void give_back(struct link *link)
{
	sending_end((struct sending *)link, &(struct channel_sent){
		.result = SEND_RETRY, .ref = "", .after_ms = -1, .why = "stopped, maybe taken"});
}

void sendings_stop(struct sendings *s)
{
	links_drain(&s->under_way, give_back);
}
