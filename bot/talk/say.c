/* say.c - wording with its blanks filled. */
#include "talk/say.h"

#include <stdarg.h>
#include <string.h>

#include "rules/vocab.h"
#include "talk/responses.h"
#include "talk/said.h"
#include "triage/places.h"
#include "triage/triage.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/yaml.h"

enum { MAX_TEXT = 8192 };

void say_var(struct voice *v, const char *name, const char *value)
{
	if (v->n_vars < SAY_MAX_VARS) {
		v->vars[v->n_vars].name = name;
		v->vars[v->n_vars++].value = value ? value : "";
	}
}

void say_clear(struct voice *v)
{
	v->n_vars = 0;
}

static const char *place_text(const struct voice *v, const char *key)
{
	const char *text = responses_text(responses_at(v->responses, "talk", "places", key, NULL), v->they, 0);

	return text ? text : "";
}

/* The first number of the region, as one that hesitates is no help; for an unknown region words that name none. */
static void put_emergency(const struct voice *v, struct buf *b)
{
	bool known = v->place && v->place != place_unknown(v->tables) && v->place->n_emergency;

	buf_adds(b, known ? v->place->emergency[0] : place_text(v, "emergency_unknown"));
}

/* Replaces {name} and {number} of the wording that joins a line's name and number. */
static void put_line(const struct voice *v, const struct place_line *line, struct buf *b)
{
	const char *form = place_text(v, line->name && line->number ? "line_named" : "line_number");

	if (!line->number || !line->name) {
		buf_adds(b, line->number ? line->number : line->name ? line->name : "");
		return;
	}
	while (*form) {
		if (strncmp(form, "{name}", 6) == 0) {
			buf_adds(b, line->name);
			form += 6;
		} else if (strncmp(form, "{number}", 8) == 0) {
			buf_adds(b, line->number);
			form += 8;
		} else {
			buf_addc(b, *form++);
		}
	}
}

static void put_urgent_line(const struct voice *v, struct buf *b)
{
	if (v->place && (v->place->urgent.name || v->place->urgent.number))
		put_line(v, &v->place->urgent, b);
	else
		buf_adds(b, place_text(v, "urgent_line_none"));
}

static void put_crisis_line(const struct voice *v, struct buf *b)
{
	if (!v->place || !v->place->n_crisis)
		buf_adds(b, place_text(v, "crisis_line_none"));
	for (size_t i = 0; v->place && i < v->place->n_crisis; i++) {
		if (i)
			buf_adds(b, place_text(v, "or"));
		put_line(v, &v->place->crisis[i], b);
	}
}

static bool is_name(const char *at, size_t len, const char *name)
{
	return strlen(name) == len && memcmp(at, name, len) == 0;
}

static bool put_blank(const struct voice *v, const char *name, size_t len, struct buf *b)
{
	for (size_t i = 0; i < v->n_vars; i++)
		if (is_name(name, len, v->vars[i].name)) {
			buf_adds(b, v->vars[i].value);
			return true;
		}
	if (is_name(name, len, "emergency"))
		put_emergency(v, b);
	else if (is_name(name, len, "urgent_line"))
		put_urgent_line(v, b);
	else if (is_name(name, len, "crisis_line"))
		put_crisis_line(v, b);
	else
		return false;
	return true;
}

static const char *fill(const struct voice *v, const char *text)
{
	struct buf b;

	buf_init(&b, MAX_TEXT);
	while (*text) {
		size_t plain = strcspn(text, "{");
		const char *end = strchr(text + plain, '}');

		buf_add(&b, text, plain);
		text += plain;
		if (end && put_blank(v, text + 1, (size_t)(end - text - 1), &b))
			text = end + 1;
		else if (*text)
			buf_addc(&b, *text++);
	}
	const char *filled = arena_strdup(v->arena, buf_str(&b));
	buf_done(&b);
	return filled;
}

static const char *say_variant(const struct voice *v, const struct yaml *node, bool fresh)
{
	const struct yaml *list = responses_side(node, v->they);
	bool varies = list && list->kind == YAML_LIST && list->n && v->said;
	const char *first = varies ? responses_text(list, v->they, 0) : NULL;

	if (fresh && first && said_times(v->said, first) >= list->n)
		return NULL;
	const char *text = responses_text(list, v->they, first ? (unsigned)said_next(v->said, first, list->n) : 0);
	return text && *text ? fill(v, text) : NULL;
}

const char *say_node(const struct voice *v, const struct yaml *node)
{
	return say_variant(v, node, false);
}

static const struct yaml *node_at(const struct voice *v, const char *file, va_list keys)
{
	const struct yaml *node = responses_at(v->responses, file, NULL);
	const char *key;

	while (node && (key = va_arg(keys, const char *)))
		node = yaml_get(node, key);
	return node;
}

const char *say(const struct voice *v, const char *file, ...)
{
	va_list keys;

	va_start(keys, file);
	const struct yaml *node = node_at(v, file, keys);
	va_end(keys);
	return say_variant(v, node, false);
}

const char *say_fresh(const struct voice *v, const char *file, ...)
{
	va_list keys;

	va_start(keys, file);
	const struct yaml *node = node_at(v, file, keys);
	va_end(keys);
	return say_variant(v, node, true);
}

const char *say_with(struct voice *v, const char *name, const char *value, const struct yaml *node)
{
	say_clear(v);
	say_var(v, name, value);
	const char *text = say_node(v, node);
	say_clear(v);
	return text;
}

static const char *join_word(const struct voice *v, const char *key, const char *otherwise)
{
	const char *text = responses_text(responses_at(v->responses, "findings", "join", key, NULL), false, 0);

	return text ? text : otherwise;
}

const char *say_list(const struct voice *v, const char *const *items, size_t n, bool or)
{
	struct buf b;

	buf_init(&b, MAX_TEXT);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_adds(&b, i + 1 < n ? join_word(v, "comma", ", ") : join_word(v, or ? "or" : "and", " + "));
		buf_adds(&b, items[i]);
	}
	const char *list = arena_strdup(v->arena, buf_str(&b));
	buf_done(&b);
	return list;
}

const char *say_join(const struct voice *v, const char *between, const char *const *texts, size_t n)
{
	struct buf b;

	buf_init(&b, MAX_TEXT);
	for (size_t i = 0; i < n; i++) {
		if (!texts[i] || !*texts[i])
			continue;
		if (b.len)
			buf_adds(&b, between);
		buf_adds(&b, texts[i]);
	}
	const char *joined = b.len ? arena_strdup(v->arena, buf_str(&b)) : NULL;
	buf_done(&b);
	return joined;
}
