/* apology.c - nothing can be stored, and nobody is left in silence. */
#include "daemon/apology.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "talk/talk.h"
#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"

enum { MAX_TOLD = 2000 };

struct apology {
	struct strmap *told; /* persons */
	struct arena *arena; /* of one apology */
};

static void on_sent(void *ctx, const struct channel_sent *sent)
{
	(void)ctx; /* nothing depends on it: who gets none is answered when the store is well again */
	(void)sent;
}

static void say_at_once(struct apology *a, struct channel *c, const struct incoming *in, const char *text)
{
	struct outgoing o = {.room = in->room, .thread = in->thread, .person = in->person, .text = text,
		.reply_ref = in->direct ? "" : in->reply_ref, .link = "", .link_label = ""};
	struct channel_request *r;
	size_t n = c->ops->say(c, &o, a->arena, &r);

	for (size_t i = 0; i < n; i++)
		c->ops->send(c, in->room, r[i].kind, r[i].body, "", on_sent, NULL);
}

static bool waits_for_us(const struct incoming *in)
{
	return *in->person && (in->direct || in->addressed) && in->kind <= INCOMING_COMMAND && in->kind != INCOMING_EDIT;
}

void apology_say(struct apology *a, struct channel *c, const struct talk_data *data, const char *region,
	const struct incoming *in)
{
	struct talk_state s;

	if (!waits_for_us(in) || strmap_get(a->told, in->person, strlen(in->person), 0) ||
		strmap_count(a->told) >= MAX_TOLD)
		return;
	strmap_set(a->told, in->person, strlen(in->person), 1);
	state_init(&s);
	say_at_once(a, c, in, talk_words(data, &s, region, "channels", "words", "out_of_order", a->arena));
	arena_reset(a->arena);
}

void apology_over(struct apology *a)
{
	if (!strmap_count(a->told))
		return;
	strmap_free(a->told);
	a->told = strmap_new();
}

struct apology *apology_new(void)
{
	struct apology *a = mem_alloc(1, sizeof *a);

	a->told = strmap_new();
	a->arena = arena_new();
	return a;
}

void apology_free(struct apology *a)
{
	if (!a)
		return;
	strmap_free(a->told);
	arena_free(a->arena);
	free(a);
}
