/* reading.c - one message being read: where sentences, clauses and phrases end. */
#include "rules/reading.h"

#include <string.h>

#include "rules/pattern.h"
#include "util/arena.h"

size_t reading_token(const struct reading *r, uint32_t at)
{
	size_t token = text_token_at(&r->text, at);

	return token < r->text.n_tokens ? token : r->text.n_tokens ? r->text.n_tokens - 1 : 0;
}

static char sign_at(const struct reading *r, size_t token)
{
	const struct token *t = &r->text.tokens[token];

	return t->kind == TOKEN_PUNCT ? r->text.canon[t->at] : '\0';
}

/* Marks the tokens at which a match of the pattern begins. */
static void mark(struct reading *r, int pattern, bool *out)
{
	const struct spans *spans = pattern < 0 ? NULL : scan_spans(r->scan, pattern);

	for (size_t i = 0; spans && i < spans->n; i++)
		out[reading_token(r, spans->list[i].start)] = true;
}

static bool ends_sentence(char sign)
{
	return sign && strchr(".!?;", sign);
}

/* A comma, a dash, a bracket, "and": what comes after may go on with the list or begin a statement of its own. */
static bool is_seam(const struct reading *r, size_t token)
{
	char sign = sign_at(r, token);

	return sign ? !ends_sentence(sign) : text_is(&r->text, token, "and");
}

/* What follows the seam is a statement: it begins with an opener, or has a finite verb before the next seam. */
static bool opens_statement(const struct reading *r, size_t seam, int openers, const bool *verbs)
{
	size_t i = seam + 1;

	while (i < r->text.n_tokens && is_seam(r, i))
		i++;
	if (i < r->text.n_tokens && openers >= 0 && scan_begins(r->scan, openers, r->text.tokens[i].at))
		return true;
	for (; i < r->text.n_tokens && !ends_sentence(sign_at(r, i)) && !is_seam(r, i); i++)
		if (verbs[i])
			return true;
	return false;
}

static void number_parts(struct reading *r, const bool *breaks, const bool *turns, int openers, const bool *verbs)
{
	uint16_t sentence = 0, side = 0, clause = 0, phrase = 0;

	for (size_t i = 0; i < r->text.n_tokens; i++) {
		bool seam = is_seam(r, i);

		if (breaks[i] || (seam && opens_statement(r, i, openers, verbs)))
			clause++;
		if (seam || breaks[i])
			phrase++;
		side += turns[i];
		r->sentence[i] = sentence;
		r->side[i] = side;
		side += turns[i];
		r->clause[i] = clause;
		r->phrase[i] = phrase;
		if (ends_sentence(sign_at(r, i))) {
			sentence++;
			side++;
			clause++;
			phrase++;
		}
	}
}

static void find_joins(struct reading *r, const bool *joins)
{
	bool joined = false;

	for (size_t i = r->text.n_tokens; i-- > 0;) {
		if (i + 1 < r->text.n_tokens && r->clause[i] != r->clause[i + 1])
			joined = false;
		joined |= joins[i];
		r->joined[i] = joined;
	}
}

void reading_make(struct reading *r, const struct boundaries *b, struct patterns *patterns, struct text text,
	struct arena *arena)
{
	size_t n = text.n_tokens + 1;
	bool *marks = arena_alloc(arena, n * 4, sizeof *marks);

	*r = (struct reading){.text = text, .arena = arena};
	r->scan = scan_new(patterns, text.canon, text.len, arena);
	r->sentence = arena_alloc(arena, n, sizeof *r->sentence);
	r->side = arena_alloc(arena, n, sizeof *r->side);
	r->clause = arena_alloc(arena, n, sizeof *r->clause);
	r->phrase = arena_alloc(arena, n, sizeof *r->phrase);
	r->joined = arena_alloc(arena, n, sizeof *r->joined);
	if (!text.n_tokens)
		return;
	for (size_t i = 0; i < b->breaks.n; i++)
		mark(r, b->breaks.list[i], marks);
	mark(r, b->verbs, marks + n);
	mark(r, b->joins, marks + 2 * n);
	mark(r, b->turns, marks + 3 * n);
	number_parts(r, marks, marks + 3 * n, b->openers, marks + n);
	find_joins(r, marks + 2 * n);
}

size_t reading_words(const struct reading *r, uint32_t from, uint32_t to)
{
	size_t words = 0;

	for (size_t i = text_token_at(&r->text, from); i < r->text.n_tokens && r->text.tokens[i].at < to; i++)
		words += r->text.tokens[i].at >= from && r->text.tokens[i].kind != TOKEN_PUNCT;
	return words;
}

bool reading_same_sentence(const struct reading *r, uint32_t a, uint32_t b)
{
	return r->sentence[reading_token(r, a)] == r->sentence[reading_token(r, b)];
}

bool reading_same_clause(const struct reading *r, uint32_t a, uint32_t b)
{
	return r->clause[reading_token(r, a)] == r->clause[reading_token(r, b)];
}

bool reading_in_sentence(struct reading *r, int pattern, uint32_t at, bool if_failed)
{
	const struct spans *spans = scan_spans(r->scan, pattern);

	for (size_t i = 0; i < spans->n; i++)
		if (reading_same_sentence(r, at, spans->list[i].start))
			return true;
	return spans->failed && if_failed;
}

bool reading_from_turn(struct reading *r, int pattern, uint32_t at, bool if_failed)
{
	const struct spans *spans = scan_spans(r->scan, pattern);
	uint16_t side = r->side[reading_token(r, at)];

	for (size_t i = 0; i < spans->n; i++) {
		const struct span *s = &spans->list[i];
		uint32_t last = s->end > s->start ? s->end - 1 : s->start;

		if (reading_same_sentence(r, at, s->start) && r->side[reading_token(r, last)] + 1 >= side)
			return true;
	}
	return spans->failed && if_failed;
}

bool reading_anywhere(struct reading *r, int pattern, bool if_failed)
{
	const struct spans *spans = scan_spans(r->scan, pattern);

	return spans->n > 0 || (spans->failed && if_failed);
}
