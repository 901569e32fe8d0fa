/* answer_pieces.c - cuts a message into pieces that each say one thing, and finds whether each says yes or no: "dark
 * no. hardly any yes", "Night: yes", "no fever yes chills", "the lot apart from the wound". */
#include <string.h>

#include "talk/hearing.h"
#include "rules/understand.h"

enum {
	FEW_WORDS = 2, /* of a verdict that stands apart from what it is about */
	FEW_NAMED = 4, /* of what somebody asks herself and answers at once */
};

static const struct text *text_of(const struct hearing *h)
{
	return &h->u->reading->text;
}

static char sign_at(const struct hearing *h, size_t token)
{
	const struct token *t = &text_of(h)->tokens[token];

	return t->kind == TOKEN_PUNCT ? text_of(h)->canon[t->at] : '\0';
}

/* "Night: yes", "dark - no": the sign joins what is named with what is said of it. */
static bool joins(const struct hearing *h, size_t token)
{
	char sign = sign_at(h, token);

	return (sign == ':' || sign == '-') && token > 0 && token + 1 < text_of(h)->n_tokens &&
		(h->words[token - 1] & WORD_KEY) && (h->words[token + 1] & (WORD_YES | WORD_NO | WORD_GOOD));
}

static bool cuts(const struct hearing *h, size_t token)
{
	char sign = sign_at(h, token);

	return (sign && sign != '/' && !joins(h, token)) || (h->words[token] & WORD_SPLIT) ||
		(text_of(h)->tokens[token].kind == TOKEN_EMOJI && !(h->words[token] & (WORD_YES | WORD_NO)));
}

static unsigned words_of(const struct hearing *h, size_t from, size_t to, bool *out_pure)
{
	unsigned all = 0;

	*out_pure = true;
	for (size_t i = from; i < to; i++) {
		all |= h->words[i];
		*out_pure &= h->words[i] != 0 || sign_at(h, i) != '\0';
	}
	return all;
}

static unsigned verdict_bits(const struct hearing *h, size_t token)
{
	unsigned words = h->words[token];

	return words & WORD_KEY ? 0 : words & (WORD_YES | WORD_NO | WORD_GOOD);
}

/* First and last word that says something, over what only fills. */
static size_t first_word(const struct hearing *h, size_t from, size_t to)
{
	while (from + 1 < to && (sign_at(h, from) || h->words[from] == WORD_FILL || h->words[from] == WORD_ONLY))
		from++;
	return from;
}

static size_t last_word(const struct hearing *h, size_t from, size_t to)
{
	while (to > from + 1 && (sign_at(h, to - 1) || h->words[to - 1] == WORD_FILL))
		to--;
	return to - 1;
}

static enum verdict said_by(unsigned bits)
{
	return bits & (WORD_NO | WORD_GOOD) ? VERDICT_NO : bits & WORD_YES ? VERDICT_YES : VERDICT_NONE;
}

static enum verdict said_in(const struct hearing *h, const struct piece *p)
{
	enum verdict tail = said_by(verdict_bits(h, last_word(h, p->from, p->to)));

	return tail != VERDICT_NONE ? tail : said_by(verdict_bits(h, first_word(h, p->from, p->to)));
}

static bool ends_sentence(const struct hearing *h, size_t token)
{
	return token == text_of(h)->n_tokens || (sign_at(h, token) && strchr(".!?;", sign_at(h, token)));
}

static bool asks_something(const struct hearing *h, size_t to)
{
	while (!ends_sentence(h, to))
		to++;
	return to < text_of(h)->n_tokens && sign_at(h, to) == '?';
}

static void add_piece(struct hearing *h, size_t from, size_t to)
{
	const unsigned about = WORD_KEY | WORD_NUMBER | WORD_REST | WORD_ONLY | WORD_TOPIC;
	struct piece *p = &h->pieces[h->n_pieces];

	if (from == to || h->n_pieces == HEAR_MAX_PIECES)
		return;
	*p = (struct piece){.from = from, .to = to, .question = h->words[from] & WORD_ASK || asks_something(h, to)};
	p->words = words_of(h, from, to, &p->pure);
	p->said = said_in(h, p);
	p->numbered = p->pure && p->words & WORD_NUMBER && !(p->words & WORD_KEY) &&
		!(from > 0 && sign_at(h, from - 1) == '(');
	p->bare = p->pure && p->said != VERDICT_NONE && !(p->words & about);
	h->n_pieces++;
}

/* After the yes or no something else is named. */
static bool names_next(const struct hearing *h, size_t from, size_t to)
{
	return from < to && h->words[first_word(h, from, to)] & (WORD_KEY | WORD_NUMBER | WORD_REST | WORD_ALL);
}

/* No sign parts "rock hard yes rest no": a piece ends after each yes or no, or begins with it where the first word is
 * one. */
static void cut_unsigned(struct hearing *h, size_t from, size_t to)
{
	bool leads = verdict_bits(h, first_word(h, from, to)) & (WORD_YES | WORD_NO), pure;

	if (from + 1 < to && (h->words[from] & WORD_END)) {
		add_piece(h, from, from + 1);
		cut_unsigned(h, from + 1, to);
		return;
	}
	for (size_t i = from + 1; i < to; i++) {
		size_t cut = leads ? i : i + 1;
		unsigned words = words_of(h, from, i, &pure);

		bool names = pure && words & (WORD_KEY | WORD_NUMBER);

		unsigned verdict = verdict_bits(h, i);
		bool ends = verdict & WORD_YES || (verdict & WORD_NO && (leads || names_next(h, i + 1, to)));

		if (cut >= to || !names || !ends || (!leads && verdict_bits(h, i + 1)))
			continue;
		add_piece(h, from, cut);
		from = cut;
	}
	add_piece(h, from, to);
}

static bool inside(const struct hearing *h, size_t token, const struct span *span)
{
	uint32_t at = text_of(h)->tokens[token].at;

	return at >= span->start && at < span->end;
}

/* What is named after "all but" is not meant; what is named after "nothing but" is all there is. */
static void mark_exceptions(struct hearing *h)
{
	struct span all, none;
	bool all_but = hear_find(h, "all_but", &all), none_but = hear_find(h, "none_but", &none);

	for (size_t i = 0; i < h->n_pieces; i++) {
		struct piece *p = &h->pieces[i];
		uint32_t at = text_of(h)->tokens[p->from].at;

		if (all_but && at >= all.end && reading_same_sentence(h->u->reading, at, all.start)) {
			p->excepted = true;
			p->said = VERDICT_NO;
		}
		p->left = none_but && at >= none.end && reading_same_sentence(h->u->reading, at, none.start);
		p->excepts = (none_but && inside(h, p->from, &none)) || (all_but && inside(h, p->from, &all));
	}
	h->all |= all_but;
	h->rest |= none_but;
}

/* "Red, no.": a sentence together. "Fever? Nope, tiptoe? fine": the person asks herself and answers. */
static bool is_verdict_of(const struct hearing *h, const struct piece *p, const struct piece *next)
{
	bool whole = (p->from == 0 || ends_sentence(h, p->from - 1)) && ends_sentence(h, next->to);
	bool asked = p->question && sign_at(h, p->to) == '?' && p->to - p->from <= FEW_NAMED && !next->question;

	return p->pure && p->words & WORD_KEY && !(p->words & WORD_NO) && p->said == VERDICT_NONE && next->bare &&
		next->to - next->from <= FEW_WORDS && (asked || (whole && sign_at(h, p->to) == ','));
}

static void join_verdicts(struct hearing *h)
{
	for (size_t i = 0; i + 1 < h->n_pieces; i++) {
		struct piece *p = &h->pieces[i], *next = p + 1;

		if (!is_verdict_of(h, p, next))
			continue;
		p->said = next->said;
		p->words |= next->words;
		p->question = false;
		memmove(next, next + 1, (h->n_pieces - i - 2) * sizeof *next);
		h->n_pieces--;
	}
}

/* Where the words of an exception end, a piece ends as well. */
static bool ends_exception(const struct hearing *h, size_t token, const struct span *span, bool there)
{
	return there && token > 0 && inside(h, token - 1, span) && !inside(h, token, span);
}

void hear_pieces(struct hearing *h)
{
	struct span all, none;
	bool all_but = hear_find(h, "all_but", &all), none_but = hear_find(h, "none_but", &none);
	size_t from = 0;

	for (size_t i = 0; i < text_of(h)->n_tokens; i++) {
		bool exception = (all_but && inside(h, i, &all)) || (none_but && inside(h, i, &none));

		if (ends_exception(h, i, &all, all_but) || ends_exception(h, i, &none, none_but)) {
			cut_unsigned(h, from, i);
			from = i;
		}
		if (exception || !cuts(h, i))
			continue;
		if (from < i)
			cut_unsigned(h, from, i);
		from = i + 1;
	}
	if (from < text_of(h)->n_tokens)
		cut_unsigned(h, from, text_of(h)->n_tokens);
	join_verdicts(h);
	mark_exceptions(h);
}
