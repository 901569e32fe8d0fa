/* rule.c - one rule as written in YAML, and where it matches a text. */
#include "rules/rule.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "rules/fragment.h"
#include "rules/reading.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/yaml.h"

enum { MAX_WORDS_REGEX = 16384 };

const char *const rule_keys[] = {"id", "words", "regex", "near", "within", "unless", "unless_message", "needs",
	"needs_message", "at_most_words", "yes", "no"};

static int add_pattern(const struct yaml_file *f, const struct yaml *node, const char *regex, const struct fragments *fragments,
	struct patterns *patterns, struct problems *problems, struct pattern_list *out)
{
	struct err err;
	char *full = fragments_expand(fragments, regex, f, node, problems);
	int number;

	if (!full)
		return -1;
	number = *full ? patterns_add(patterns, full, &err) : err_set(&err, "an empty regex matches everything");
	free(full);
	if (number < 0) {
		yaml_problem(f, node, problems, "%s", err.text);
		return -1;
	}
	out->list = mem_grow(out->list, out->n + 1, sizeof *out->list);
	out->list[out->n++] = number;
	return 0;
}

int rule_read_list(const struct yaml_file *f, const struct yaml *node, const struct fragments *fragments,
	struct patterns *patterns, struct problems *problems, struct pattern_list *out)
{
	int result = 0;

	if (!node)
		return 0;
	if (node->kind == YAML_SCALAR)
		return add_pattern(f, node, node->text, fragments, patterns, problems, out);
	if (node->kind != YAML_LIST) {
		yaml_problem(f, node, problems, "expected a regex or a list of them");
		return -1;
	}
	for (size_t i = 0; i < node->n; i++) {
		if (node->items[i]->kind != YAML_SCALAR) {
			yaml_problem(f, node->items[i], problems, "expected a regex");
			result = -1;
		} else if (add_pattern(f, node->items[i], node->items[i]->text, fragments, patterns, problems, out) < 0) {
			result = -1;
		}
	}
	return result;
}

/* One word or phrase as a regex: letters stand for themselves, a trailing * for any ending. */
static bool add_word(struct buf *b, const char *word)
{
	bool letters = false;

	for (; *word; word++) {
		if (*word == '*' && !word[1])
			buf_adds(b, "[a-z']*");
		else if (isalnum((unsigned char)*word) || *word == ' ' || *word == '\'' || (unsigned char)*word >= 0x80)
			buf_addc(b, *word);
		else {
			buf_addc(b, '\\');
			buf_addc(b, *word);
		}
		letters |= *word != '*' && *word != ' ';
	}
	return letters;
}

static int read_words(const struct yaml_file *f, const struct yaml *words, const struct fragments *fragments,
	struct patterns *patterns, struct problems *problems, struct pattern_list *out)
{
	struct buf b;
	int result = words->n ? 0 : -1;

	if (!words->n)
		yaml_problem(f, words, problems, "an empty list matches nothing");
	buf_init(&b, MAX_WORDS_REGEX);
	for (size_t i = 0; i < words->n; i++) {
		const struct yaml *word = words->items[i];

		buf_adds(&b, i ? "|" : "(?<![^ ])(?:");
		if (word->kind != YAML_SCALAR || !add_word(&b, word->text)) {
			yaml_problem(f, word, problems, "expected a word or a phrase");
			result = -1;
		}
	}
	buf_adds(&b, ")(?![^ ])");
	if (b.full) {
		yaml_problem(f, words, problems, "list too long: make two rules of it");
		result = -1;
	}
	if (result == 0)
		result = add_pattern(f, words, buf_str(&b), fragments, patterns, problems, out);
	buf_done(&b);
	return result;
}

static int read_parts(const struct yaml_file *f, const struct yaml *node, const struct fragments *fragments,
	struct patterns *patterns, struct problems *problems, struct rule *out)
{
	const struct yaml *words = NULL, *near = NULL, *regex = yaml_get(node, "regex");
	int result = yaml_child(f, node, "words", false, YAML_LIST, &words, problems);

	result |= yaml_child(f, node, "near", false, YAML_LIST, &near, problems);
	if (result < 0)
		return -1;
	if (!!words + !!near + !!regex != 1) {
		yaml_problem(f, node, problems, "expected one of words, regex or near");
		return -1;
	}
	if (words)
		return read_words(f, words, fragments, patterns, problems, &out->parts);
	if (near && (near->n < 2 || near->n > RULE_MAX_PARTS)) {
		yaml_problem(f, near, problems, "expected 2 to %d regexes that stand near each other", RULE_MAX_PARTS);
		return -1;
	}
	if (regex && regex->kind != YAML_SCALAR) {
		yaml_problem(f, regex, problems, "expected one regex; for several make several rules");
		return -1;
	}
	return rule_read_list(f, near ? near : regex, fragments, patterns, problems, &out->parts);
}

static int read_conditions(const struct yaml_file *f, const struct yaml *node, const struct fragments *fragments,
	struct patterns *patterns, struct problems *problems, struct rule *out)
{
	int result = rule_read_list(f, yaml_get(node, "unless"), fragments, patterns, problems, &out->unless);

	result |= rule_read_list(f, yaml_get(node, "unless_message"), fragments, patterns, problems, &out->unless_message);
	result |= rule_read_list(f, yaml_get(node, "needs"), fragments, patterns, problems, &out->needs);
	result |= rule_read_list(f, yaml_get(node, "needs_message"), fragments, patterns, problems, &out->needs_message);
	result |= yaml_int(f, node, "at_most_words", false, 1, RULE_MAX_WORDS, &out->at_most_words, problems);
	result |= yaml_int(f, node, "within", false, 0, RULE_MAX_WITHIN, &out->within, problems);
	if (yaml_get(node, "within") && !yaml_get(node, "near")) {
		yaml_problem(f, yaml_get(node, "within"), problems, "\"within\" goes with \"near\"");
		result = -1;
	}
	return result;
}

int rule_read(const struct yaml_file *f, const struct yaml *node, const char *owner, const struct fragments *fragments,
	struct patterns *patterns, struct problems *problems, struct rule *out)
{
	const char *id = NULL;
	int result = 0;

	*out = (struct rule){.file = yaml_name(f), .line = node->line, .within = 5};
	if (yaml_string(f, node, "id", true, &id, problems) < 0)
		return -1;
	out->id = mem_alloc(strlen(owner) + strlen(id) + 2, 1);
	strcpy(out->id, owner);
	strcat(out->id, "/");
	strcat(out->id, id);
	result |= yaml_child(f, node, "yes", false, YAML_LIST, &out->yes, problems);
	result |= yaml_child(f, node, "no", false, YAML_LIST, &out->no, problems);
	result |= read_parts(f, node, fragments, patterns, problems, out);
	result |= read_conditions(f, node, fragments, patterns, problems, out);
	if (result < 0)
		return -1;
	patterns_lead(patterns, out->parts.list[0]);
	return 0;
}

void rule_done(struct rule *r)
{
	free(r->id);
	free(r->parts.list);
	free(r->unless.list);
	free(r->unless_message.list);
	free(r->needs.list);
	free(r->needs_message.list);
}

struct pattern_list pattern_list_copy(const struct pattern_list *l, struct arena *arena)
{
	return (struct pattern_list){arena_copy(arena, l->list, l->n, sizeof *l->list), l->n};
}

const char *rule_copy_file(const char *file, struct rule_copying *c)
{
	size_t len = strlen(c->dir);

	if (file == c->file) /* rules of a file follow each other */
		return c->name;
	c->file = file;
	if (strncmp(file, c->dir, len) == 0)
		file += len + strspn(file + len, "/");
	return c->name = arena_strdup(c->arena, file);
}

struct rule rule_copy(const struct rule *r, struct rule_copying *c)
{
	struct rule copy = *r;

	copy.id = arena_strdup(c->arena, r->id);
	copy.file = rule_copy_file(r->file, c);
	copy.parts = pattern_list_copy(&r->parts, c->arena);
	copy.unless = pattern_list_copy(&r->unless, c->arena);
	copy.unless_message = pattern_list_copy(&r->unless_message, c->arena);
	copy.needs = pattern_list_copy(&r->needs, c->arena);
	copy.needs_message = pattern_list_copy(&r->needs_message, c->arena);
	copy.yes = copy.no = NULL;
	return copy;
}

/* The match without its gaps; all of it where nothing would be left. */
static void add_core(struct hit *h, const struct span *s)
{
	uint32_t from = s->start;
	uint8_t before = h->n_core;

	for (size_t i = 0; i <= s->n_gaps && h->n_core <= PATTERN_MAX_GAPS; i++) {
		uint32_t to = i < s->n_gaps ? s->gaps[i].start : s->end;

		if (to > from) {
			h->core[h->n_core].start = from;
			h->core[h->n_core++].end = to;
		}
		if (i < s->n_gaps)
			from = s->gaps[i].end;
	}
	if (h->n_core == before && h->n_core <= PATTERN_MAX_GAPS) {
		h->core[h->n_core].start = s->start;
		h->core[h->n_core++].end = s->end;
	}
}

/* A regex may take the space before its first word along; a hit begins with a word. */
static void trim(const struct reading *text, struct hit *h)
{
	while (h->start < h->end && text->text.canon[h->start] == ' ')
		h->start++;
	while (h->end > h->start && text->text.canon[h->end - 1] == ' ')
		h->end--;
	if (h->n_core && h->core[0].start < h->start)
		h->core[0].start = h->start;
}

static bool allowed(const struct rule *r, struct reading *text, uint32_t at)
{
	for (size_t i = 0; i < r->unless.n; i++)
		if (reading_from_turn(text, r->unless.list[i], at, false))
			return false;
	for (size_t i = 0; i < r->needs.n; i++)
		if (!reading_in_sentence(text, r->needs.list[i], at, true))
			return false;
	return true;
}

static bool allowed_at_all(const struct rule *r, struct reading *text)
{
	if (r->at_most_words && text->text.n_tokens > (size_t)r->at_most_words)
		return false;
	for (size_t i = 0; i < r->unless_message.n; i++)
		if (reading_anywhere(text, r->unless_message.list[i], false))
			return false;
	for (size_t i = 0; i < r->needs_message.n; i++)
		if (!reading_anywhere(text, r->needs_message.list[i], true))
			return false;
	return true;
}

/* Words between two spans, or -1 when they overlap or stand in different clauses. */
static int gap_between(const struct reading *text, const struct span *a, const struct span *b)
{
	const struct span *first = a->start <= b->start ? a : b, *second = first == a ? b : a;

	if (second->start < first->end || !reading_same_clause(text, first->start, second->start))
		return -1;
	return (int)reading_words(text, first->end, second->start);
}

/* For `near`: with `first` as the one part, the nearest match of each other part. False when one is missing. */
static bool gather(const struct rule *r, struct reading *text, const struct span *first, struct span out[RULE_MAX_PARTS])
{
	out[0] = *first;
	for (size_t i = 1; i < r->parts.n; i++) {
		const struct spans *spans = scan_gaps(text->scan, r->parts.list[i]);
		int best = -1;

		for (size_t k = 0; k < spans->n; k++) {
			int gap = RULE_MAX_WITHIN + 1;

			for (size_t j = 0; j < i; j++) { /* near any part that is already placed, over none */
				int g = gap_between(text, &out[j], &spans->list[k]);
				if (g < 0) {
					gap = -1;
					break;
				}
				gap = g < gap ? g : gap;
			}
			if (gap >= 0 && gap <= r->within && (best < 0 || gap < best)) {
				best = gap;
				out[i] = spans->list[k];
			}
		}
		if (best < 0)
			return false;
	}
	return true;
}

static void sort_spans(struct span *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && list[k].start < list[k - 1].start; k--) {
			struct span t = list[k];
			list[k] = list[k - 1];
			list[k - 1] = t;
		}
}

static struct hit hit_of(const struct reading *text, struct span *parts, size_t n)
{
	struct hit h = {0};

	sort_spans(parts, n);
	h.start = parts[0].start;
	h.end = parts[n - 1].end;
	for (size_t i = 0; i < n; i++) {
		add_core(&h, &parts[i]);
		if (parts[i].end > h.end)
			h.end = parts[i].end;
	}
	trim(text, &h);
	return h;
}

/* Nothing is run before it is clear that no part, and nothing else that the message must hold, is missing for sure. */
static bool may_hit(const struct rule *r, const struct reading *text)
{
	for (size_t i = 0; i < r->parts.n; i++)
		if (!scan_may(text->scan, r->parts.list[i]))
			return false;
	for (size_t i = 0; i < r->needs_message.n; i++)
		if (!scan_may(text->scan, r->needs_message.list[i]))
			return false;
	return text->text.n_tokens > 0;
}

size_t rule_hits(const struct rule *r, struct reading *text, struct hit out[RULE_MAX_HITS])
{
	if (!may_hit(r, text))
		return 0;
	const struct spans *spans = scan_spans(text->scan, r->parts.list[0]);
	bool failed = spans->failed;
	size_t n = 0;

	for (size_t i = 1; i < r->parts.n && (spans->n || failed); i++) {
		const struct spans *other = scan_spans(text->scan, r->parts.list[i]);

		failed |= other->failed;
		if (!other->n && !other->failed)
			return 0;
	}
	if ((!spans->n && !failed) || !allowed_at_all(r, text))
		return 0;
	spans = scan_gaps(text->scan, r->parts.list[0]);
	failed |= spans->failed;
	for (size_t i = 0; i < spans->n && n < RULE_MAX_HITS; i++) {
		struct span parts[RULE_MAX_PARTS];

		if (!gather(r, text, &spans->list[i], parts))
			continue;
		out[n] = hit_of(text, parts, r->parts.n);
		n += allowed(r, text, out[n].start);
	}
	if (failed && !n) /* could not be told: reported, so that it is asked */
		out[n++] = (struct hit){.start = 0, .end = (uint32_t)text->text.len, .failed = true};
	return n;
}

/* The first pattern of the list that is in the text, or is not; -1: none such. */
static int first_of(const struct pattern_list *list, struct reading *text, bool in_it)
{
	for (size_t i = 0; i < list->n; i++)
		if (reading_anywhere(text, list->list[i], !in_it) == in_it)
			return list->list[i];
	return -1;
}

const char *rule_why_silent(const struct rule *r, struct reading *text, const struct patterns *patterns, struct arena *arena)
{
	enum { SHOWN = 80 }; /* fragments make patterns long */
	const struct {
		const struct pattern_list *list;
		bool in_it;
		const char *what, *then;
	} reasons[] = {
		{&r->unless, true, "its unless", "fits"},
		{&r->unless_message, true, "its unless_message", "fits"},
		{&r->needs, false, "its needs", "is not there"},
		{&r->needs_message, false, "its needs_message", "is not there"},
		{&r->parts, false, r->parts.n > 1 ? "of near" : "the pattern", "is not there"},
	};

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		int pattern = first_of(reasons[i].list, text, reasons[i].in_it);
		const char *source = pattern < 0 ? "" : patterns_source(patterns, pattern);

		if (pattern >= 0)
			return arena_printf(arena, "%s '%.*s%s' %s", reasons[i].what, SHOWN, source, strlen(source) > SHOWN ? "..." : "",
				reasons[i].then);
	}
	if (r->at_most_words && text->text.n_tokens > (size_t)r->at_most_words)
		return arena_printf(arena, "it has more than %d words", r->at_most_words);
	return r->parts.n > 1 ? arena_printf(arena, "the parts of near are not in one clause, or over %d words apart", r->within) : "";
}
