/* yaml.c - libyaml's events made into a tree that lives in one arena. What is refused is refused here; what a key
 * should hold is asked through the typed getters (yaml_get.c). */
#include "util/yaml.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "util/arena.h"
#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/strmap.h"
#include "util/yaml_file.h"

struct reader {
	yaml_parser_t parser;
	struct yaml_file *file;
	struct problems *problems;
	size_t depth;
	bool failed; /* with at least one problem added */
};

static void refuse(struct reader *r, yaml_mark_t at, const char *why)
{
	problems_add(r->problems, r->file->name, (int)at.line + 1, (int)at.column + 1, "%s", why);
	r->failed = true;
}

/* The place of a byte: libyaml gives no mark for what its decoder refuses. */
static yaml_mark_t mark_of(const char *bytes, size_t offset)
{
	yaml_mark_t mark = {.index = offset};
	for (size_t i = 0; i < offset; i++) {
		if (bytes[i] == '\n') {
			mark.line++;
			mark.column = 0;
		} else if (((unsigned char)bytes[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

/* What most likely happened, for people who write YAML by hand. */
static const char *hint_for(const char *problem)
{
	static const struct {
		const char *part, *hint;
	} hints[] = {
		{"unknown escape character", "; a backslash is special in double quotes: write the pattern in 'single quotes'"},
		{"mapping values are not allowed", "; a text with a colon stands in \"quotes\""},
		{"cannot start any token", "; indent with spaces, never with the tab key, and put a text that begins with a sign in quotes"},
		{"did not find expected ',' or ']'", "; is a comma, a bracket or a quote missing?"},
		{"did not find expected ',' or '}'", "; is a comma, a brace or a quote missing?"},
		{"did not find expected key", "; is it indented as the lines around, and is every quote closed?"},
		{"did not find expected '-' indicator", "; is it indented as the lines around?"},
		{"unexpected end of stream", "; is a quote missing?"},
	};
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (strstr(problem, hints[i].part))
			return hints[i].hint;
	return "";
}

static void refuse_syntax(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	assert(p->error != YAML_MEMORY_ERROR);
	if (p->error == YAML_READER_ERROR) {
		const char *bytes = (const char *)p->input.string.start;
		refuse(r, mark_of(bytes, p->problem_offset), p->problem);
		return;
	}
	char why[256];
	const char *context = p->context ? p->context : "";
	(void)snprintf(why, sizeof why, "%s%s%s%s", p->problem, *context ? " " : "", context, hint_for(p->problem));
	refuse(r, p->problem_mark, why);
}

/* The next event (delete it), or false with a problem. */
static bool next_event(struct reader *r, yaml_event_t *out)
{
	if (yaml_parser_parse(&r->parser, out))
		return true;
	refuse_syntax(r);
	return false;
}

static struct yaml *node_new(struct reader *r, enum yaml_kind kind, yaml_mark_t at)
{
	struct yaml *node = arena_alloc(r->file->arena, 1, sizeof *node);
	node->kind = kind;
	node->line = (int)at.line + 1;
	node->column = (int)at.column + 1;
	return node;
}

static struct yaml *read_scalar(struct reader *r, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	if (memchr(text, '\0', len)) {
		refuse(r, event->start_mark, "NUL character in text");
		return NULL;
	}
	if (memchr(text, '\b', len)) {
		refuse(r, event->start_mark,
			"\"\\b\" in double quotes is a backspace: write the pattern in 'single quotes', or \\\\b");
		return NULL;
	}
	struct yaml *node = node_new(r, YAML_SCALAR, event->start_mark);
	node->text = arena_strndup(r->file->arena, text, len);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return node;
}

/* Children while their number is not known yet. */
struct children {
	struct yaml **list;
	size_t n, cap;
};

static void children_add(struct children *c, struct yaml *child)
{
	mem_room(c->list, c->n, c->cap);
	c->list[c->n++] = child;
}

static struct yaml **children_take(struct children *c, struct arena *arena)
{
	struct yaml **list = arena_alloc(arena, c->n, sizeof *list);
	if (c->n > 0)
		memcpy(list, c->list, c->n * sizeof *list);
	free(c->list);
	return list;
}

static struct yaml *read_node(struct reader *r, yaml_event_t *event);

/* The next node of a list or map, or NULL at its end or after a problem. */
static struct yaml *next_node(struct reader *r, yaml_event_type_t end)
{
	yaml_event_t event;
	if (r->failed || !next_event(r, &event))
		return NULL;
	struct yaml *node = event.type == end ? NULL : read_node(r, &event);
	yaml_event_delete(&event);
	return node;
}

static struct yaml *read_list(struct reader *r, const yaml_event_t *event)
{
	struct yaml *list = node_new(r, YAML_LIST, event->start_mark);
	struct children items = {0};
	for (struct yaml *item; (item = next_node(r, YAML_SEQUENCE_END_EVENT));)
		children_add(&items, item);
	list->n = items.n;
	list->items = children_take(&items, r->file->arena);
	return list;
}

static void check_key(struct reader *r, const struct yaml *key, struct strmap *seen)
{
	if (key->kind != YAML_SCALAR) {
		yaml_problem(r->file, key, r->problems, "a key must be text");
		r->failed = true;
		return;
	}
	size_t len = strlen(key->text);
	int first = strmap_get(seen, key->text, len, 0);
	if (first != 0) {
		yaml_problem(r->file, key, r->problems, "key '%s' is already in line %d", key->text, first);
		r->file->refused = true; /* but read on: there may be more of them */
	} else {
		strmap_set(seen, key->text, len, key->line);
	}
}

static struct yaml *read_map(struct reader *r, const yaml_event_t *event)
{
	struct yaml *map = node_new(r, YAML_MAP, event->start_mark);
	struct children keys = {0}, values = {0};
	struct strmap *seen = strmap_new();
	for (struct yaml *key; (key = next_node(r, YAML_MAPPING_END_EVENT));) {
		check_key(r, key, seen);
		struct yaml *value = next_node(r, YAML_NO_EVENT);
		if (!value)
			break;
		children_add(&keys, key);
		children_add(&values, value);
	}
	strmap_free(seen);
	map->n = keys.n;
	map->keys = children_take(&keys, r->file->arena);
	map->items = children_take(&values, r->file->arena);
	return map;
}

/* What this format has no use for, and where it is most likely a slip of the pen. */
static const char *unwanted(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return "aliases (*name) are not allowed";
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor ? "anchors (&name) are not allowed"
			: event->data.scalar.tag ? "tags (!name) are not allowed" : NULL;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor ? "anchors (&name) are not allowed"
			: event->data.sequence_start.tag ? "tags (!name) are not allowed" : NULL;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor ? "anchors (&name) are not allowed"
			: event->data.mapping_start.tag ? "tags (!name) are not allowed" : NULL;
	default:
		return NULL;
	}
}

/* The node that starts with `event`, or NULL with a problem. */
static struct yaml *read_node(struct reader *r, yaml_event_t *event)
{
	const char *why = unwanted(event);
	if (!why && r->depth >= YAML_MAX_DEPTH && event->type != YAML_SCALAR_EVENT)
		why = "nested too deep";
	if (why) {
		refuse(r, event->start_mark, why);
		return NULL;
	}
	if (event->type == YAML_SCALAR_EVENT)
		return read_scalar(r, event);
	r->depth++;
	struct yaml *node = event->type == YAML_SEQUENCE_START_EVENT ? read_list(r, event) : read_map(r, event);
	r->depth--;
	return r->failed ? NULL : node;
}

static bool is_nothing(const struct yaml *node)
{
	return node && node->kind == YAML_SCALAR && !node->quoted && node->text[0] == '\0';
}

/* The whole stream: its start, at most one document, its end. */
static void read_stream(struct reader *r)
{
	struct yaml_file *f = r->file;
	f->root = node_new(r, YAML_MAP, (yaml_mark_t){0});
	for (bool more = true, read = false; more && !r->failed;) {
		yaml_event_t event;
		if (!next_event(r, &event))
			return;
		if (event.type == YAML_DOCUMENT_START_EVENT && read) {
			refuse(r, event.start_mark, "one document a file");
		} else if (event.type == YAML_DOCUMENT_START_EVENT) {
			struct yaml *root = next_node(r, YAML_NO_EVENT);
			if (root && !is_nothing(root))
				f->root = root;
			read = true;
		}
		more = event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
}

struct yaml_file *yaml_parse(const char *bytes, size_t len, const char *shown, struct problems *problems)
{
	if (len > YAML_MAX_BYTES) {
		problems_add(problems, shown, 0, 0, "larger than %d bytes", YAML_MAX_BYTES);
		return NULL;
	}
	struct yaml_file *f = mem_alloc(1, sizeof *f);
	f->arena = arena_new();
	f->name = arena_strdup(f->arena, shown);
	struct reader r = {.file = f, .problems = problems};
	int ready = yaml_parser_initialize(&r.parser);
	assert(ready); /* fails only for want of memory */
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)bytes, len);
	read_stream(&r);
	yaml_parser_delete(&r.parser);
	if (r.failed || f->refused) {
		yaml_close(f);
		return NULL;
	}
	return f;
}

struct yaml_file *yaml_open(const char *path, const char *shown, struct problems *problems)
{
	struct err err;
	size_t len = 0;
	char *bytes = file_read(path, YAML_MAX_BYTES, &len, &err);
	if (!bytes) {
		problems_add(problems, shown ? shown : path, 0, 0, "%s", err.text);
		return NULL;
	}
	struct yaml_file *f = yaml_parse(bytes, len, shown ? shown : path, problems);
	free(bytes);
	return f;
}

void yaml_close(struct yaml_file *f)
{
	if (!f)
		return;
	arena_free(f->arena);
	free(f);
}
