/* work_settings.c - how a room wants us to behave: asked for in the room, by people whom the room lets change its
 * settings. Who they are the other side tells, later: until then the wish waits in the outbox. */
#include "daemon/work_parts.h"

#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "daemon/commands.h"
#include "daemon/config.h"
#include "daemon/manners.h"
#include "daemon/outbox.h"
#include "triage/places.h"
#include "util/arena.h"

/* ---- how the room wants it ---- */

const char *work_region(const struct work *w, const struct work_talk *t)
{
	struct manners m = manners_of(w->manners, t->key.room);

	return *m.region ? arena_strdup(w->arena, m.region) : w->config->region;
}

enum manners_mode work_mode(const struct work *w, const char *room)
{
	enum manners_mode mode = manners_of(w->manners, room).mode;

	if (mode != MANNERS_UNSET)
		return mode;
	return config_manners(w->config, w->channel->ops->name)->answer_red_flags_unasked ? MANNERS_HELPFUL
											  : MANNERS_ADDRESSED;
}

/* ---- somebody wants it otherwise ---- */

static const char *wish_of(const struct work *w, const struct incoming *in)
{
	if (in->kind == INCOMING_COMMAND)
		return commands_sets(w->data.responses, in->text, in->args);
	return in->kind == INCOMING_TEXT && in->addressed ? commands_sets(w->data.responses, "", in->text) : NULL;
}

/* What only begins like a wish may be about a leg. */
static bool is_wish(const struct work *w, const char *wish)
{
	struct manners m = {.mode = MANNERS_UNSET};

	return manners_change(&m, wish, w->data.responses, w->data.tables, w->config->language) != MANNERS_UNCLEAR;
}

bool work_ask_settings(struct work *w, struct work_talk *t, const struct incoming *in)
{
	const char *wish = wish_of(w, in);
	bool clear = wish && is_wish(w, wish);
	struct incoming said;

	if (!wish || !*in->person || (!clear && in->kind != INCOMING_COMMAND))
		return false;
	said = (struct incoming){.text = wish, .len = strlen(wish), .direct = in->direct};
	if (!clear && work_brings_danger(w, t, &said))
		return false;
	if (in->direct)
		work_put_text(w, t, in, work_words(w, t, "words", "settings_private"));
	else
		work_put_errand(w, t, in, OUTBOX_SETTINGS,
			clear ? wish : arena_strndup(w->arena, wish, MANNERS_MAX_WISH));
	return true;
}

/* ---- what comes of it ---- */

static const char *list_regions(const struct work *w)
{
	const char *list = "";

	for (size_t i = 0; i < tables_places(w->data.tables); i++) {
		const struct place *p = place_at(w->data.tables, i);

		if (p != place_unknown(w->data.tables) && p->n_emergency)
			list = arena_printf(w->arena, "%s%s%s", list, *list ? ", " : "", p->id);
	}
	return list;
}

/* A text about the room's settings, in the channel's own words where it has some. */
static const char *settings_words(struct work *w, struct work_talk *t, const char *key, const struct manners *m)
{
	const char *region = *m->region ? m->region : w->config->region;
	const struct talk_blank blanks[] = {{"region", region}, {"regions", list_regions(w)},
		{"language", w->config->language}};
	const char *const sections[] = {w->channel->ops->name, "words"};
	const char *text = NULL;

	for (size_t i = 0; i < 2 && !text; i++)
		text = talk_words_with(&w->data, &t->state, region, "channels", sections[i],
			arena_printf(w->arena, "settings_%s", key), blanks, sizeof blanks / sizeof *blanks, w->arena);
	return text;
}

static void say_settings(struct work *w, struct work_talk *t, const struct incoming *in, const struct manners *m,
	bool how)
{
	enum manners_mode mode = m->mode != MANNERS_UNSET ? m->mode : work_mode(w, "");
	const char *text = settings_words(w, t, manners_mode_id(mode), m);
	const char *rest = arena_printf(w->arena, "%s %s", settings_words(w, t, "numbers", m),
		settings_words(w, t, "language", m));

	text = arena_printf(w->arena, "%s\n\n%s", text, rest);
	if (how)
		text = arena_printf(w->arena, "%s\n\n%s", text, settings_words(w, t, "how", m));
	work_put_text(w, t, in, text);
}

static void keep(struct work *w, const struct work_talk *t, const struct manners *m)
{
	char *text = manners_print(m);

	store_batch_setting(w->batch, t->key.channel, t->key.room, STORE_MANNERS, text);
	w->manners_changed = true;
	free(text);
}

static void fulfil(struct work *w, struct work_talk *t, const struct incoming *in, const char *wish)
{
	static const char *const refusals[] = {
		[MANNERS_NO_REGION] = "no_region",
		[MANNERS_NO_LANGUAGE] = "no_language",
		[MANNERS_UNCLEAR] = "unclear",
	};
	struct manners m = manners_of(w->manners, t->key.room);
	enum manners_wish what = manners_change(&m, wish, w->data.responses, w->data.tables, w->config->language);

	switch (what) {
	case MANNERS_SHOW:
		say_settings(w, t, in, &m, true);
		break;
	case MANNERS_CHANGED:
		keep(w, t, &m);
		say_settings(w, t, in, &m, false);
		break;
	default:
		work_put_text(w, t, in, arena_printf(w->arena, "%s\n\n%s", settings_words(w, t, refusals[what], &m),
			settings_words(w, t, "how", &m)));
	}
}

void work_settings(struct work *w, struct work_talk *t, const struct store_out *row, enum channel_role role)
{
	struct incoming in;
	const char *wish = work_read_errand(w, row, &in);
	struct manners m = manners_of(w->manners, t->key.room);

	store_batch_out_done(w->batch, row->id);
	if (role == CHANNEL_ROLE_ADMIN)
		fulfil(w, t, &in, wish);
	else if (work_mode(w, t->key.room) != MANNERS_OFF)
		work_put_text(w, t, &in,
			settings_words(w, t, role == CHANNEL_ROLE_MEMBER ? "not_admin" : "unsure", &m));
}
