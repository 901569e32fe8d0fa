/* lexicon.c - a language's words before any rule sees them. */
#include "text/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "text/spell.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/strmap.h"
#include "util/yaml.h"

enum { WORDS_MAX_BYTES = 8 << 20 };

struct sign {
	int32_t codepoint;
	char *name;
};

struct strings {
	char **list;
	size_t n, cap;
};

struct lexicon {
	struct yaml_file *file;
	struct strmap *replace; /* word -> index in replacements */
	struct strings replacements;
	struct strmap *noun_is;
	struct strmap *numbers; /* word -> index in number_values */
	double *number_values;
	size_t n_numbers, cap_numbers;
	struct sign *emoji;
	size_t n_emoji, cap_emoji;
	struct sign *lookalikes; /* name[0] is the letter */
	size_t n_lookalikes, cap_lookalikes;
	struct strmap *kept; /* words that are left alone */
	struct spell *spell;
	char *words; /* sorted, one a line */
	size_t words_len;
};

static int keep(struct strings *s, const char *text)
{
	mem_room(s->list, s->n, s->cap);
	s->list[s->n] = mem_strdup(text);
	return (int)s->n++;
}

static void load_replace(struct lexicon *l, const struct yaml *map, struct problems *p)
{
	for (size_t i = 0; map && i < map->n; i++) {
		const struct yaml *word = map->keys[i], *to = map->items[i];

		if (to->kind != YAML_SCALAR)
			yaml_problem(l->file, to, p, "expected the words that \"%s\" stands for", word->text);
		else
			strmap_set(l->replace, word->text, strlen(word->text), keep(&l->replacements, to->text));
	}
}

static void load_signs(struct lexicon *l, const struct yaml *map, struct sign **list, size_t *n, size_t *cap,
	struct problems *p)
{
	for (size_t i = 0; map && i < map->n; i++) {
		const char *text = map->keys[i]->text;
		utf8proc_int32_t cp = -1;

		(void)utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &cp);
		if (cp < 0 || map->items[i]->kind != YAML_SCALAR || !*map->items[i]->text) {
			yaml_problem(l->file, map->keys[i], p, "expected one sign and its name");
			continue;
		}
		mem_room(*list, *n, *cap);
		(*list)[(*n)++] = (struct sign){cp, mem_strdup(map->items[i]->text)};
	}
}

static void load_numbers(struct lexicon *l, const struct yaml *map, struct problems *p)
{
	for (size_t i = 0; map && i < map->n; i++) {
		char *end = NULL;
		double value = map->items[i]->kind == YAML_SCALAR ? strtod(map->items[i]->text, &end) : 0;

		if (!end || *end || end == map->items[i]->text) {
			yaml_problem(l->file, map->items[i], p, "expected a number");
			continue;
		}
		mem_room(l->number_values, l->n_numbers, l->cap_numbers);
		strmap_set(l->numbers, map->keys[i]->text, strlen(map->keys[i]->text), (int)l->n_numbers);
		l->number_values[l->n_numbers++] = value;
	}
}

static void load_list(struct lexicon *l, const struct yaml *list, struct strmap *into, struct problems *p)
{
	for (size_t i = 0; list && i < list->n; i++) {
		const struct yaml *item = list->items[i];

		if (item->kind != YAML_SCALAR)
			yaml_problem(l->file, item, p, "expected a word");
		else if (into)
			strmap_set(into, item->text, strlen(item->text), 1);
		else
			spell_learn(l->spell, item->text, strlen(item->text));
	}
}

/* words.txt must be sorted bytewise: it is searched as it lies in memory. */
static void load_words(struct lexicon *l, const char *dir, struct problems *p)
{
	struct err err;
	char *path = file_join(dir, "words.txt");
	const char *before = "";
	size_t before_len = 0;
	int line = 0;

	l->words = file_read(path, WORDS_MAX_BYTES, &l->words_len, &err);
	if (!l->words)
		problems_add(p, "words.txt", 0, 0, "%s", err.text);
	for (const char *w = l->words; w && *w;) {
		size_t len = strcspn(w, "\n");
		size_t least = len < before_len ? len : before_len;
		int order = memcmp(before, w, least);

		line++;
		if (order > 0 || (order == 0 && before_len >= len)) {
			problems_add(p, "words.txt", line, 1, "not in order: sort it bytewise (LC_ALL=C sort -u)");
			break;
		}
		before = w;
		before_len = len;
		w += len + (w[len] == '\n');
	}
	free(path);
}

static struct lexicon *lexicon_new(void)
{
	struct lexicon *l = mem_alloc(1, sizeof *l);

	l->replace = strmap_new();
	l->noun_is = strmap_new();
	l->numbers = strmap_new();
	l->kept = strmap_new();
	l->spell = spell_new();
	return l;
}

struct lexicon *lexicon_load(const char *dir, struct problems *p)
{
	static const char *const known[] = {"replace", "noun_is", "fragments", "emoji", "lookalikes", "spelling", "numbers",
		NULL};
	size_t before = p->n;
	char *path = file_join(dir, "lexicon.yaml");
	struct lexicon *l = lexicon_new();

	l->file = yaml_open(path, NULL, p);
	free(path);
	if (l->file) {
		const struct yaml *root = yaml_root(l->file), *part;

		(void)yaml_only(l->file, root, known, p);
		part = NULL;
		if (yaml_child(l->file, root, "replace", false, YAML_MAP, &part, p) == 0)
			load_replace(l, part, p);
		part = NULL;
		if (yaml_child(l->file, root, "emoji", false, YAML_MAP, &part, p) == 0)
			load_signs(l, part, &l->emoji, &l->n_emoji, &l->cap_emoji, p);
		part = NULL;
		if (yaml_child(l->file, root, "lookalikes", false, YAML_MAP, &part, p) == 0)
			load_signs(l, part, &l->lookalikes, &l->n_lookalikes, &l->cap_lookalikes, p);
		part = NULL;
		if (yaml_child(l->file, root, "numbers", false, YAML_MAP, &part, p) == 0)
			load_numbers(l, part, p);
		part = NULL;
		if (yaml_child(l->file, root, "noun_is", false, YAML_LIST, &part, p) == 0)
			load_list(l, part, l->noun_is, p);
		part = NULL;
		if (yaml_child(l->file, root, "spelling", false, YAML_LIST, &part, p) == 0)
			load_list(l, part, NULL, p);
		load_words(l, dir, p);
	}
	if (p->n > before) {
		lexicon_free(l);
		return NULL;
	}
	return l;
}

static void signs_free(struct sign *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i].name);
	free(list);
}

void lexicon_free(struct lexicon *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->replacements.n; i++)
		free(l->replacements.list[i]);
	free(l->replacements.list);
	signs_free(l->emoji, l->n_emoji);
	signs_free(l->lookalikes, l->n_lookalikes);
	strmap_free(l->replace);
	strmap_free(l->noun_is);
	strmap_free(l->numbers);
	strmap_free(l->kept);
	free(l->number_values);
	spell_free(l->spell);
	free(l->words);
	yaml_close(l->file);
	free(l);
}

static struct sign *signs_copy(const struct sign *list, size_t n, struct arena *arena)
{
	struct sign *copy = arena_copy(arena, list, n, sizeof *list);

	for (size_t i = 0; i < n; i++)
		copy[i].name = arena_strdup(arena, list[i].name);
	return copy;
}

struct lexicon *lexicon_copy(const struct lexicon *l, struct arena *arena)
{
	struct lexicon *copy = arena_copy(arena, l, 1, sizeof *l);
	struct strings *to = &copy->replacements;

	copy->file = NULL;
	copy->replace = strmap_copy(l->replace, arena);
	to->list = arena_copy(arena, to->list, to->n, sizeof *to->list);
	for (size_t i = 0; i < to->n; i++)
		to->list[i] = arena_strdup(arena, to->list[i]);
	copy->noun_is = strmap_copy(l->noun_is, arena);
	copy->numbers = strmap_copy(l->numbers, arena);
	copy->number_values = arena_copy(arena, l->number_values, l->n_numbers, sizeof *l->number_values);
	copy->emoji = signs_copy(l->emoji, l->n_emoji, arena);
	copy->lookalikes = signs_copy(l->lookalikes, l->n_lookalikes, arena);
	copy->kept = strmap_copy(l->kept, arena);
	copy->spell = spell_copy(l->spell, arena);
	copy->words = arena_copy(arena, l->words, l->words_len + 1, 1);
	return copy;
}

const struct yaml_file *lexicon_file(const struct lexicon *l)
{
	return l->file;
}

const char *lexicon_replacement(const struct lexicon *l, const char *word, size_t len)
{
	int i = strmap_get(l->replace, word, len, -1);

	return i < 0 ? NULL : l->replacements.list[i];
}

bool lexicon_noun_is(const struct lexicon *l, const char *word, size_t len)
{
	return strmap_get(l->noun_is, word, len, 0);
}

static const char *sign_name(const struct sign *list, size_t n, int32_t codepoint)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].codepoint == codepoint)
			return list[i].name;
	return NULL;
}

const char *lexicon_emoji(const struct lexicon *l, int32_t codepoint)
{
	return sign_name(l->emoji, l->n_emoji, codepoint);
}

char lexicon_lookalike(const struct lexicon *l, int32_t codepoint)
{
	const char *name = sign_name(l->lookalikes, l->n_lookalikes, codepoint);

	return name ? *name : 0;
}

/* Compares a word with the line at `line`. */
static int line_order(const char *word, size_t len, const char *line)
{
	size_t line_len = strcspn(line, "\n");
	int order = memcmp(word, line, len < line_len ? len : line_len);

	return order ? order : (len > line_len) - (len < line_len);
}

bool lexicon_common(const struct lexicon *l, const char *word, size_t len)
{
	size_t low = 0, high = l->words_len; /* the line, if there, starts in [low, high) */

	while (low < high) {
		size_t at = low + (high - low) / 2;

		while (at > low && l->words[at - 1] != '\n')
			at--;
		int order = line_order(word, len, l->words + at);
		if (order == 0)
			return true;
		if (order < 0)
			high = at;
		else
			low = at + strcspn(l->words + at, "\n") + 1;
	}
	return false;
}

bool lexicon_known(const struct lexicon *l, const char *word, size_t len)
{
	return strmap_get(l->kept, word, len, 0) || spell_knows(l->spell, word, len) || lexicon_common(l, word, len);
}

void lexicon_learn(struct lexicon *l, const char *word, size_t len)
{
	spell_learn(l->spell, word, len);
}

bool lexicon_keep(struct lexicon *l, const char *word, size_t len)
{
	if (strmap_get(l->kept, word, len, 0))
		return false;
	strmap_set(l->kept, word, len, 1);
	return true;
}

const char *lexicon_correct(const struct lexicon *l, const char *word, size_t len)
{
	return spell_correct(l->spell, word, len);
}

bool lexicon_number(const struct lexicon *l, const char *word, size_t len, double *out)
{
	int i = strmap_get(l->numbers, word, len, -1);

	if (i < 0)
		return false;
	*out = l->number_values[i];
	return true;
}
