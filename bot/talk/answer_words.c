/* answer_words.c - what each word of a message does to the open question: yes, no, a number, a name for one of its
 * choices. */
#include <string.h>

#include "rules/phrases.h"
#include "rules/ruleset.h"
#include "rules/understand.h"
#include "talk/hearing.h"
#include "talk/responses.h"
#include "triage/dialogue.h"
#include "util/arena.h"
#include "util/yaml.h"

enum { MAX_LABEL_WORDS = 12 };

static const struct text *text_of(const struct hearing *h)
{
	return &h->u->reading->text;
}

bool hear_find(const struct hearing *h, const char *phrase, struct span *out)
{
	return phrases_find(ruleset_phrases(h->c->rules), NULL, phrase, h->u->reading, out);
}

bool hear_says(const struct hearing *h, const char *phrase)
{
	struct span span;

	return hear_find(h, phrase, &span);
}

/* The id of the open question; "" when it is none of the tables. */
static const char *hear_question(const struct hearing *h)
{
	return h->open->kind == OPEN_QUESTION ? question_id(h->c->tables, h->open->question) : "";
}

bool hear_asked(const struct hearing *h, int finding)
{
	for (size_t i = 0; i < h->n_asks; i++)
		if (h->asks[i] == finding)
			return true;
	return false;
}

bool hear_turned(const struct hearing *h)
{
	const struct tables *t = h->c->tables;
	int no = h->open->kind == OPEN_QUESTION ? question_no(t, h->open->question) : CHOICE_UNCLEAR;

	return no >= 0 && strcmp(choice_id(t, h->open->question, no), "no") != 0;
}

bool hear_screen(const struct hearing *h)
{
	int screens[SCREENS_MAX];
	size_t n = screens_all(h->c->tables, screens);

	for (size_t i = 0; i < n; i++)
		if (h->open->kind == OPEN_QUESTION && screens[i] == h->open->question)
			return true;
	return false;
}

static bool any_in(const bool *marks, const struct piece *p)
{
	for (size_t i = p->from; i < p->to; i++)
		if (marks[i])
			return true;
	return false;
}

bool hear_says_where(const struct hearing *h, const struct piece *p)
{
	return any_in(h->where, p);
}

bool hear_is_other_side(const struct hearing *h, const struct piece *p)
{
	return any_in(h->other, p);
}

/* Calls for the tokens of every match of a phrase. */
typedef void (*span_fn)(struct hearing *h, size_t from, size_t to, const void *of);

static void each_match(struct hearing *h, const char *group, const char *phrase, span_fn fn, const void *of)
{
	const struct pattern_list *list = phrases_get(ruleset_phrases(h->c->rules), group, phrase);

	for (size_t i = 0; list && i < list->n; i++) {
		const struct spans *spans = scan_spans(h->u->reading->scan, list->list[i]);

		for (size_t k = 0; k < spans->n; k++) {
			size_t from = reading_token(h->u->reading, spans->list[k].start), to = from;

			while (to < text_of(h)->n_tokens && text_of(h)->tokens[to].at < spans->list[k].end)
				to++;
			while (from < to && text_of(h)->tokens[from].kind == TOKEN_PUNCT) /* a sign that parts it from what is before */
				from++;
			if (to > from)
				fn(h, from, to, of);
		}
	}
}

static void add_bit(struct hearing *h, size_t from, size_t to, const void *of)
{
	for (size_t i = from; i < to; i++)
		h->words[i] |= *(const unsigned *)of;
}

/* "Not fine" is no "no" and no "fine". */
static void clear_bits(struct hearing *h, size_t from, size_t to, const void *of)
{
	for (size_t i = from; i < to; i++)
		h->words[i] &= ~*(const unsigned *)of;
}

static void add_key(struct hearing *h, size_t from, size_t to, const void *of)
{
	const struct key *key = of;
	unsigned bit = WORD_KEY;

	if (h->n_keys == HEAR_MAX_KEYS)
		return;
	add_bit(h, from, to, &bit);
	h->keys[h->n_keys] = *key;
	h->keys[h->n_keys].from = from;
	h->keys[h->n_keys++].to = to;
}

static void add_about(struct hearing *h, size_t from, size_t to, const void *of)
{
	if (h->n_about < HEAR_MAX_ABOUT)
		h->about[h->n_about++] = (struct about){from, to, *(const int *)of};
}

static void add_number(struct hearing *h, size_t from, size_t to, const void *of)
{
	unsigned bit = WORD_NUMBER, fill = WORD_FILL;

	add_bit(h, from, to, &fill);
	add_bit(h, to - 1, to, &bit);
	h->numbers[to - 1] = *(const int *)of;
}

/* ---- names of choices and findings ---- */

static void find_finding(struct hearing *h, int finding)
{
	const char *id = vocab_finding_id(tables_vocab(h->c->tables), finding);
	struct key key = {.choice = -1, .finding = finding};

	each_match(h, "asked", id, add_key, &key);
	key.loose = true;
	each_match(h, "loose", id, add_key, &key);
	key.able = true;
	each_match(h, "able", id, add_key, &key);
	key.loose = key.able = false;
	key.strong = true;
	if (h->open->kind == OPEN_QUESTION && choice_number(h->c->tables, h->open->question, id) < 0)
		each_match(h, hear_question(h), id, add_key, &key);
	key.denies = true;
	each_match(h, "not", id, add_key, &key);
	each_match(h, "about", id, add_about, &finding);
}

static void mark(struct hearing *h, size_t from, size_t to, const void *of)
{
	bool *const *marks = of;

	(void)h;
	for (size_t i = from; i < to; i++)
		(*marks)[i] = true;
}

/* What says none to the question, and what only looks so: "not any more" to what may be over, and counts. */
static void find_whole(struct hearing *h)
{
	static const unsigned verdict = WORD_YES | WORD_NO | WORD_GOOD | WORD_FILL | WORD_REST;

	if (!hear_says(h, "not_good"))
		each_match(h, hear_question(h), "none", mark, &h->none);
	each_match(h, hear_question(h), "unread", clear_bits, &verdict);
}

/* "Left swollen right ok": beside what is named, the "ok" is about the other leg alone. */
static void find_other_side(struct hearing *h)
{
	static const unsigned verdict = WORD_YES | WORD_NO | WORD_GOOD | WORD_FILL | WORD_REST;
	bool beside = false;

	each_match(h, NULL, "other_side", mark, &h->other);
	for (size_t i = 0; i < h->n_keys; i++)
		beside |= !h->other[h->keys[i].from] && !h->keys[i].denies;
	if (beside)
		each_match(h, NULL, "other_side", clear_bits, &verdict);
}

static void find_choices(struct hearing *h)
{
	for (size_t i = 0; i < question_choices(h->c->tables, h->open->question); i++) {
		struct key key = {.choice = (int)i, .finding = -1, .strong = true};

		each_match(h, hear_question(h), choice_id(h->c->tables, h->open->question, (int)i), add_key, &key);
	}
}

/* ---- labels: a choice typed as it was shown ---- */

static bool same_word(const struct text *a, const struct token *x, const struct text *b, const struct token *y)
{
	return x->len == y->len && memcmp(a->canon + x->at, b->canon + y->at, x->len) == 0;
}

/* Both without their punctuation. */
static bool same_words(const struct text *a, const struct text *b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a->n_tokens && a->tokens[i].kind == TOKEN_PUNCT)
			i++;
		while (k < b->n_tokens && b->tokens[k].kind == TOKEN_PUNCT)
			k++;
		if (i == a->n_tokens || k == b->n_tokens)
			return i == a->n_tokens && k == b->n_tokens;
		if (!same_word(a, &a->tokens[i++], b, &b->tokens[k++]))
			return false;
	}
}

/* A label goes through the same reading as a message, so that both are spelled alike. */
static bool is_label(const struct hearing *h, const char *label)
{
	struct text text;

	if (!label || !*label || (label[0] | 0x20) != text_of(h)->canon[0])
		return false;
	ruleset_read(h->c->rules, label, h->c->arena, &text);
	return same_words(&text, text_of(h));
}

static void find_labels(struct hearing *h)
{
	size_t n = text_of(h)->n_tokens;

	if (n == 0 || n > MAX_LABEL_WORDS)
		return;
	for (size_t i = 0; h->open->kind == OPEN_QUESTION && i < h->open->n_shown; i++) {
		struct key key = {.choice = h->open->shown[i], .finding = -1, .strong = true};

		if (is_label(h, responses_choice_label(h->c->responses, hear_question(h),
				  choice_id(h->c->tables, h->open->question, key.choice), false)))
			add_key(h, 0, n, &key);
	}
	for (size_t i = 0; h->open->kind == OPEN_WHICH && i < h->open->which.n; i++) {
		struct key key = {.choice = -1, .finding = h->open->which.findings[i], .strong = true};

		if (is_label(h, responses_finding_label(h->c->responses,
				  vocab_finding_id(tables_vocab(h->c->tables), key.finding), false)))
			add_key(h, 0, n, &key);
	}
}

/* ---- numbers ---- */

static void find_numbers(struct hearing *h)
{
	static const int last = -1;

	for (int i = 1; i <= QUESTION_MAX_CHOICES + 2; i++) {
		char tens = (char)('0' + i / 10), ones = (char)('0' + i % 10);

		each_match(h, "number", i < 10 ? (char[]){ones, '\0'} : (char[]){tens, ones, '\0'}, add_number, &i);
	}
	each_match(h, "number", "last", add_number, &last);
	for (size_t i = 0; i < text_of(h)->n_tokens; i++)
		if (h->words[i] & WORD_ALL) { /* "all four of them" */
			h->words[i] &= ~(unsigned)WORD_NUMBER;
			h->numbers[i] = 0;
		}
}

/* One letter stands for a word: "y" is read as "why", "n" as "and". */
static void find_letters(struct hearing *h)
{
	static const unsigned yes = WORD_YES, no = WORD_NO;
	const struct text *t = text_of(h);
	size_t words = 0, at = 0;

	for (size_t i = 0; i < t->n_tokens; i++)
		if (t->tokens[i].kind == TOKEN_WORD) {
			words++;
			at = i;
		}
	if (words != 1 || t->tokens[at].end - t->tokens[at].start >= t->tokens[at].len)
		return;
	if (hear_says(h, "short_yes"))
		add_bit(h, at, at + 1, &yes);
	if (hear_says(h, "short_no"))
		add_bit(h, at, at + 1, &no);
}

/* "All normal", where the question has words of its own for that. */
static bool says_none(const struct hearing *h)
{
	struct span span;

	return phrases_find(ruleset_phrases(h->c->rules), hear_question(h), "none", h->u->reading, &span);
}

void hear_words(struct hearing *h)
{
	static const struct {
		const char *phrase;
		unsigned bit;
	} plain[] = {{"fill", WORD_FILL}, {"yes", WORD_YES}, {"no", WORD_NO}, {"good", WORD_GOOD}, {"all", WORD_ALL},
		{"only", WORD_ONLY}, {"rest_no", WORD_REST}, {"split", WORD_SPLIT}, {"no_then", WORD_END}, {"range", WORD_RANGE},
		{"topic", WORD_TOPIC}, {"asks", WORD_ASK}};
	static const unsigned verdict = WORD_YES | WORD_NO | WORD_GOOD | WORD_FILL | WORD_REST, granted = WORD_YES;
	static const int nothing = -1;
	size_t n = text_of(h)->n_tokens;

	h->words = arena_alloc(h->c->arena, n + 1, sizeof *h->words);
	h->numbers = arena_alloc(h->c->arena, n + 1, sizeof *h->numbers);
	h->none = arena_alloc(h->c->arena, n + 1, sizeof *h->none);
	h->where = arena_alloc(h->c->arena, n + 1, sizeof *h->where);
	h->other = arena_alloc(h->c->arena, n + 1, sizeof *h->other);
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		each_match(h, NULL, plain[i].phrase, add_bit, &plain[i].bit);
	each_match(h, NULL, "not_good", clear_bits, &verdict);
	each_match(h, NULL, "granted", clear_bits, &granted);
	find_letters(h);
	find_numbers(h);
	each_match(h, NULL, "well", add_about, &nothing);
	each_match(h, NULL, "where", mark, &h->where);
	for (size_t i = 0; i < h->n_asks; i++)
		find_finding(h, h->asks[i]);
	if (h->open->kind == OPEN_QUESTION) {
		find_choices(h);
		find_whole(h);
	}
	find_labels(h);
	find_other_side(h);
	h->good |= h->open->kind == OPEN_QUESTION && says_none(h) && !hear_says(h, "not_good");
}
