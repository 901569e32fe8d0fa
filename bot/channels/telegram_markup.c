/* telegram_markup.c - two asterisks open and close; a pair without its partner is left as it stands. */
#include "channels/telegram_markup.h"

#include <string.h>

#include "channels/units.h"
#include "util/arena.h"
#include "util/buf.h"

#define BULLET "\xe2\x80\xa2 "

/* A text being written. */
struct writing {
	char *text;
	size_t len;
	struct telegram_bold *bold;
	size_t n_bold;
};

static void put(struct writing *w, const char *bytes, size_t len)
{
	memcpy(w->text + w->len, bytes, len);
	w->len += len;
}

static bool is_star(const char *s)
{
	return s[0] == '*' && s[1] == '*';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Words begin behind these asterisks, and others follow that close. */
static bool opens(const char *s)
{
	const char *end = strstr(s + 2, "**");

	return end && end > s + 2 && !is_blank(s[2]);
}

static size_t most_bold(const char *source)
{
	size_t n = 0;

	for (const char *s = strstr(source, "**"); s; s = strstr(s + 2, "**"))
		n++;
	return n / 2;
}

/* One step on in the source; returns how much of it was used up. */
static size_t step(struct writing *w, const char *source, size_t at, bool *open)
{
	const char *s = source + at;
	bool line_start = at == 0 || source[at - 1] == '\n';

	if (is_star(s) && *open) {
		w->bold[w->n_bold++].to = w->len;
		*open = false;
		return 2;
	}
	if (is_star(s) && opens(s)) {
		w->bold[w->n_bold].from = w->len;
		*open = true;
		return 2;
	}
	if (line_start && s[0] == '-' && s[1] == ' ') {
		put(w, BULLET, strlen(BULLET));
		return 2;
	}
	put(w, s, 1);
	return 1;
}

void telegram_markup_read(const char *source, struct arena *arena, struct telegram_markup *out)
{
	size_t len = strlen(source), bullets = 1;
	bool open = false;

	for (size_t i = 0; i < len; i++)
		bullets += source[i] == '\n';
	struct writing w = {.text = arena_alloc(arena, len + 2 * bullets + 1, 1),
		.bold = arena_alloc(arena, most_bold(source) + 1, sizeof *w.bold)};
	for (size_t at = 0; at < len;)
		at += step(&w, source, at, &open);
	*out = (struct telegram_markup){w.text, w.len, w.bold, w.n_bold};
}

/* Bold of the whole that lies in text[from..to), counted from `from`. */
static void bold_within(const struct telegram_markup *m, size_t from, size_t to, struct arena *arena,
	struct telegram_markup *out)
{
	struct telegram_bold *bold = arena_alloc(arena, m->n_bold + 1, sizeof *bold);
	size_t n = 0;

	for (size_t i = 0; i < m->n_bold; i++) {
		size_t start = m->bold[i].from > from ? m->bold[i].from : from;
		size_t end = m->bold[i].to < to ? m->bold[i].to : to;

		if (start < end)
			bold[n++] = (struct telegram_bold){start - from, end - from};
	}
	*out = (struct telegram_markup){m->text + from, to - from, bold, n};
}

bool telegram_markup_part(const struct telegram_markup *m, size_t *at, size_t units, struct arena *arena,
	struct telegram_markup *out)
{
	while (*at < m->len && is_blank(m->text[*at]))
		++*at;
	if (*at == m->len)
		return false;
	size_t from = *at, to = from + units_cut(m->text + from, m->len - from, units);
	*at = to;
	while (is_blank(m->text[to - 1]))
		to--;
	bold_within(m, from, to, arena, out);
	return true;
}

static void escape(struct buf *out, const char *s, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t from = at;

		while (at < len && s[at] != '&' && s[at] != '<' && s[at] != '>')
			at++;
		buf_add(out, s + from, at - from);
		if (at < len) {
			buf_adds(out, s[at] == '&' ? "&amp;" : s[at] == '<' ? "&lt;" : "&gt;");
			at++;
		}
	}
}

void telegram_markup_html(const struct telegram_markup *m, size_t most, struct buf *out)
{
	size_t at = 0;

	for (size_t i = 0; i < m->n_bold && i < most; i++) {
		const struct telegram_bold *b = &m->bold[i];

		escape(out, m->text + at, b->from - at);
		buf_adds(out, "<b>");
		escape(out, m->text + b->from, b->to - b->from);
		buf_adds(out, "</b>");
		at = b->to;
	}
	escape(out, m->text + at, m->len - at);
}
