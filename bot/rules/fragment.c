/* fragment.c - named pieces of regexes. */
#include "rules/fragment.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/strmap.h"
#include "util/yaml.h"

enum { MAX_REGEX = 16384, MAX_DEPTH = 8 };

struct fragments {
	const struct fragments *above;
	struct strmap *index;
	char **list;
	size_t n, cap;
};

struct fragments *fragments_new(const struct fragments *above)
{
	struct fragments *f = mem_alloc(1, sizeof *f);

	f->above = above;
	f->index = strmap_new();
	return f;
}

void fragments_free(struct fragments *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++)
		free(f->list[i]);
	free(f->list);
	strmap_free(f->index);
	free(f);
}

void fragments_read(struct fragments *f, const struct yaml_file *file, const struct yaml *map, struct problems *problems)
{
	for (size_t i = 0; map && i < map->n; i++) {
		if (map->items[i]->kind != YAML_SCALAR) {
			yaml_problem(file, map->items[i], problems, "expected a regex");
			continue;
		}
		mem_room(f->list, f->n, f->cap);
		strmap_set(f->index, map->keys[i]->text, strlen(map->keys[i]->text), (int)f->n);
		f->list[f->n++] = mem_strdup(map->items[i]->text);
	}
}

static const char *lookup(const struct fragments *f, const char *name, size_t len)
{
	for (; f; f = f->above) {
		int i = strmap_get(f->index, name, len, -1);

		if (i >= 0)
			return f->list[i];
	}
	return NULL;
}

static const char *nearest(const struct fragments *f, const char *name)
{
	for (; f; f = f->above) {
		const char *near = strmap_nearest(f->index, name);

		if (near)
			return near;
	}
	return NULL;
}

/* Length of a {name} at `s` with its braces, or 0: {3} and {2,4} are PCRE2's own. */
static size_t name_length(const char *s)
{
	size_t n = 1;

	if (*s != '{' || !isalpha((unsigned char)s[1]))
		return 0;
	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return s[n] == '}' ? n + 1 : 0;
}

static bool is_gap(const char *name, size_t len)
{
	return len == 4 && memcmp(name, "gap", 3) == 0 && name[3] >= '1' && name[3] <= '9';
}

/* A regex that refers back to its own groups ("\\1") keeps them. */
static bool refers_back(const char *regex)
{
	for (; *regex; regex++)
		if (*regex == '\\' && *++regex >= '1' && *regex <= '9')
			return true;
		else if (!*regex)
			break;
	return false;
}

/* Copies one sign of a regex and says how many bytes it took. A plain "(" becomes "(?:": only gaps capture. */
static size_t copy_sign(const char *regex, bool plain_groups, bool *in_class, struct buf *out)
{
	if (*regex == '\\' && regex[1]) {
		buf_add(out, regex, 2);
		return 2;
	}
	buf_addc(out, *regex);
	if (*regex == '(' && !plain_groups && !*in_class && regex[1] != '?' && regex[1] != '*')
		buf_adds(out, "?:");
	else if (*regex == '[')
		*in_class = true;
	else if (*regex == ']')
		*in_class = false;
	return 1;
}

static bool expand(const struct fragments *f, const char *regex, int depth, struct buf *out, char unknown[64]);

/* Up to `most` words in between, none of which begins with what the fragment gap_stop says: "cramp, but my chest hurts". */
static bool add_gap(const struct fragments *f, char most, int depth, struct buf *out, char unknown[64])
{
	const char *stop = lookup(f, "gap_stop", strlen("gap_stop"));

	buf_adds(out, "((?: ");
	if (stop) {
		buf_adds(out, "(?!");
		if (depth == MAX_DEPTH || !expand(f, stop, depth + 1, out, unknown))
			return false;
		buf_addc(out, ')');
	}
	buf_addf(out, "[^ .,;:!?()]+){0,%c})", most);
	return true;
}

static bool expand(const struct fragments *f, const char *regex, int depth, struct buf *out, char unknown[64])
{
	bool in_class = false, plain_groups = refers_back(regex);

	while (*regex) {
		size_t len = in_class ? 0 : name_length(regex);

		if (!len) {
			regex += copy_sign(regex, plain_groups, &in_class, out);
			continue;
		}
		const char *name = regex + 1, *piece = lookup(f, name, len - 2);
		regex += len;
		if (piece) {
			buf_adds(out, "(?:");
			if (depth == MAX_DEPTH || !expand(f, piece, depth + 1, out, unknown))
				return false;
			buf_addc(out, ')');
		} else if (is_gap(name, len - 2)) {
			if (!add_gap(f, name[3], depth, out, unknown))
				return false;
		} else {
			size_t n = len - 2 < 63 ? len - 2 : 63;
			memcpy(unknown, name, n);
			unknown[n] = '\0';
			return false;
		}
	}
	return true;
}

char *fragments_expand(const struct fragments *f, const char *regex, const struct yaml_file *file, const struct yaml *node,
	struct problems *problems)
{
	struct buf out;
	char unknown[64] = "";
	char *text = NULL;

	buf_init(&out, MAX_REGEX);
	if (!expand(f, regex, 0, &out, unknown)) {
		const char *near = *unknown ? nearest(f, unknown) : NULL;

		if (*unknown)
			yaml_problem(file, node, problems, "no fragment {%s}%s%s%s", unknown, near ? "; did you mean {" : "",
				near ? near : "", near ? "}?" : "");
		else
			yaml_problem(file, node, problems, "fragments nested too deep, or naming each other in a circle");
	} else if (out.full) {
		yaml_problem(file, node, problems, "regex longer than %d characters once fragments are written out", MAX_REGEX);
	} else {
		text = mem_strdup(buf_str(&out));
	}
	buf_done(&out);
	return text;
}
