/* telegram_say.c - Bot API 10.2: sendMessage, editMessageReplyMarkup. HTML only where something is set off: a plain
 * text can't be refused for its entities. */
#include "channels/telegram_say.h"

#include <string.h>

#include "channels/channel.h"
#include "channels/telegram_keys.h"
#include "channels/telegram_markup.h"
#include "channels/units.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json_out.h"

enum { MAX_BODY = 60 << 10, MAX_PARTS = 16, MOST_URL = 512, MOST_PAYLOAD = 64 };

#define NOTHING_TO_SAY "\xe2\x80\xa6" /* an empty message is refused, and silence would leave people waiting */

/* A Telegram id: the only thing that may stand in JSON without quotes. */
static bool is_number(const char *s)
{
	size_t digits = strspn(s + (*s == '-'), "0123456789");

	return digits && digits <= 16 && !s[(*s == '-') + digits];
}

/* ---- links ---- */

static bool is_web_link(const char *link)
{
	return !strncmp(link, "https://", 8) || !strncmp(link, "http://", 7);
}

static const char *url_of(const struct outgoing *o)
{
	return o->link && is_web_link(o->link) && strlen(o->link) <= MOST_URL ? o->link : NULL;
}

const char *telegram_private_link(const char *username, const char *payload, struct arena *arena)
{
	size_t len = strspn(payload, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

	if (!*username || !len || payload[len] || len > MOST_PAYLOAD)
		return NULL;
	return arena_printf(arena, "https://t.me/%s?start=%s", username, payload);
}

/* ---- one request ---- */

static void write_text(struct buf *body, const struct telegram_markup *part, struct arena *arena)
{
	struct buf html;

	if (!part->n_bold) {
		json_out_key(body, "text");
		json_out_string(body, part->text, part->len);
		return;
	}
	buf_init(&html, MAX_BODY);
	telegram_markup_html(part, TELEGRAM_MAX_BOLD, &html);
	json_out_text(body, "text", arena_strdup(arena, buf_str(&html)));
	json_out_text(body, "parse_mode", "HTML");
	buf_done(&html);
}

static void write_place(struct buf *body, const struct outgoing *o, bool first)
{
	if (is_number(o->thread))
		json_out_raw(body, "message_thread_id", o->thread);
	if (first && is_number(o->reply_ref)) {
		json_out_key(body, "reply_parameters");
		buf_addc(body, '{');
		json_out_raw(body, "message_id", o->reply_ref);
		/* A question that was deleted in the meantime must not make the answer fail. */
		json_out_raw(body, "allow_sending_without_reply", "true");
		buf_addc(body, '}');
	}
}

static void write_manner(struct buf *body, const struct outgoing *o)
{
	json_out_raw(body, "link_preview_options", "{\"is_disabled\":true}");
	if (o->quiet)
		json_out_raw(body, "disable_notification", "true");
	if (o->room[0] == '-') /* what is said about somebody's health in a group is not to be passed on */
		json_out_raw(body, "protect_content", "true");
}

static void write_keys(struct buf *body, const struct telegram_keys *keys)
{
	if (!keys->n)
		return;
	json_out_key(body, "reply_markup");
	telegram_keys_print(keys, body);
}

/* One message; `keys` is NULL for all but the last. */
static struct channel_request request_of(const struct outgoing *o, const struct telegram_markup *part, bool first,
	const struct telegram_keys *keys, struct arena *arena)
{
	struct buf body;

	buf_init(&body, MAX_BODY);
	buf_addc(&body, '{');
	write_text(&body, part, arena);
	write_place(&body, o, first);
	write_manner(&body, o);
	if (keys)
		write_keys(&body, keys);
	buf_addc(&body, '}');
	struct channel_request request = {.kind = "sendMessage", .body = arena_strdup(arena, buf_str(&body))};
	buf_done(&body);
	return request;
}

/* ---- all of it ---- */

/* Choices that no button can carry are listed in the text: a typed answer is always taken. */
static const char *with_list(const struct outgoing *o, struct arena *arena)
{
	const char *text = o->text;

	for (size_t i = 0; i < o->n_choices; i++)
		text = arena_printf(arena, "%s\n%zu. %s", text, i + 1, o->choices[i].label);
	return text;
}

static size_t cut_into_parts(const struct telegram_markup *whole, struct arena *arena, struct telegram_markup *parts)
{
	size_t at = 0, n = 0;

	while (n < MAX_PARTS && telegram_markup_part(whole, &at, TELEGRAM_MAX_UNITS, arena, &parts[n]))
		n++;
	if (!n)
		parts[n++] = (struct telegram_markup){.text = NOTHING_TO_SAY, .len = strlen(NOTHING_TO_SAY)};
	return n;
}

size_t telegram_say(const struct outgoing *o, struct arena *arena, struct channel_request **out)
{
	struct telegram_markup whole, *parts = arena_alloc(arena, MAX_PARTS, sizeof *parts);
	struct telegram_keys keys;
	bool fits = telegram_keys_lay(o, url_of(o), arena, &keys);

	telegram_markup_read(fits ? o->text : with_list(o, arena), arena, &whole);
	size_t n = cut_into_parts(&whole, arena, parts);
	*out = arena_alloc(arena, n, sizeof **out);
	for (size_t i = 0; i < n; i++)
		(*out)[i] = request_of(o, &parts[i], i == 0, i + 1 == n ? &keys : NULL, arena);
	return n;
}

bool telegram_unshow(const char *ref, struct arena *arena, struct channel_request *out)
{
	if (!is_number(ref))
		return false;
	*out = (struct channel_request){
		.kind = "editMessageReplyMarkup", .body = arena_printf(arena, "{\"message_id\":%s}", ref)};
	return true;
}
