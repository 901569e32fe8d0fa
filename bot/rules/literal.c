/* literal.c - strings of which a regex needs at least one to match.
 *
 * Each piece of the regex is either exact (a small set of strings is all that it matches) or has a set of strings of which
 * one is needed. Exact pieces side by side are multiplied out while they stay small; a piece that can't be multiplied ends
 * the run, and the best run of a sequence is kept. Sets of alternatives are united. */
#include "rules/literal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

enum {
	MAX_EXACT = 32, /* strings of an exact piece */
	MAX_DEPTH = 40,
};

typedef char word[LITERAL_MAX_LENGTH + 1];

struct set {
	word *list;
	size_t n, cap;
};

/* What is known of a piece. */
struct piece {
	bool exact; /* `set` is all that it matches */
	bool cut; /* strings of the set were shortened: nothing may be added behind them */
	struct set set; /* exact: the language; else one of these is needed, none when n is 0 */
};

struct reader {
	const char *at;
	int depth;
	bool failed; /* something not understood: nothing is claimed */
};

static void set_done(struct set *s)
{
	free(s->list);
	*s = (struct set){0};
}

static void set_add(struct set *s, const char *text)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i], text) == 0)
			return;
	mem_room(s->list, s->n, s->cap);
	strcpy(s->list[s->n++], text);
}

static void set_unite(struct set *a, const struct set *b)
{
	for (size_t i = 0; i < b->n; i++)
		set_add(a, b->list[i]);
}

static struct piece empty_piece(void)
{
	struct piece p = {.exact = true};

	set_add(&p.set, "");
	return p;
}

static struct piece unknown_piece(void)
{
	return (struct piece){0};
}

static size_t shortest(const struct set *s)
{
	size_t least = LITERAL_MAX_LENGTH + 1;

	for (size_t i = 0; i < s->n; i++)
		if (strlen(s->list[i]) < least)
			least = strlen(s->list[i]);
	return s->n ? least : 0;
}

/* How well a set rules texts out: long strings, few of them. */
static int worth(const struct set *s)
{
	size_t least = shortest(s);

	if (!least || s->n > LITERAL_MAX_SET)
		return 0;
	return (int)least * 20 - (int)s->n / 4 + (least >= 3 ? 60 : 0) + 1;
}

/* Takes `b` into the best set so far when it is better. Takes over b's strings. */
static void keep_better(struct set *best, struct set *b)
{
	if (worth(b) > worth(best)) {
		set_done(best);
		*best = *b;
		*b = (struct set){0};
	}
	set_done(b);
}

static bool multiply(struct piece *a, const struct piece *b)
{
	struct set product = {0};

	if (a->cut || a->set.n * b->set.n > MAX_EXACT)
		return false;
	for (size_t i = 0; i < a->set.n; i++)
		for (size_t k = 0; k < b->set.n; k++) {
			char both[2 * LITERAL_MAX_LENGTH + 1];

			strcpy(both, a->set.list[i]);
			strcat(both, b->set.list[k]);
			a->cut |= strlen(both) > LITERAL_MAX_LENGTH;
			both[LITERAL_MAX_LENGTH] = '\0';
			set_add(&product, both);
		}
	a->cut |= b->cut;
	set_done(&a->set);
	a->set = product;
	return true;
}

/* ---- reading ---- */

static struct piece read_alternatives(struct reader *r);

static struct piece one_char(char c)
{
	struct piece p = {.exact = true};
	char text[2] = {c, '\0'};

	set_add(&p.set, text);
	return p;
}

/* \b and the like match nothing; \. is itself; \w, \d and what is not known match anything. */
static struct piece read_escape(struct reader *r)
{
	char c = *r->at ? *r->at++ : '\0';

	if (!c) {
		r->failed = true;
		return unknown_piece();
	}
	if (strchr("bBAzZG", c))
		return empty_piece();
	if (isalnum((unsigned char)c)) {
		if (!strchr("wWdDsSNRhHvVnrt123456789", c))
			r->failed = true; /* \Q, \K, \g ...: more than this reader knows */
		return unknown_piece();
	}
	return one_char(c);
}

/* [abc] is exact; ranges and negated classes are not. */
static struct piece read_class(struct reader *r)
{
	struct piece p = {.exact = true};
	bool first = true;

	if (*r->at == '^') {
		p.exact = false;
		r->at++;
	}
	for (; *r->at && (first || *r->at != ']'); first = false) {
		char text[2] = {*r->at++, '\0'};

		if (*text == '\\') {
			p.exact &= !isalnum((unsigned char)*r->at);
			*text = *r->at ? *r->at++ : '\0';
		} else if (*text == '[' && *r->at == ':') {
			p.exact = false;
		} else if (*r->at == '-' && r->at[1] && r->at[1] != ']') {
			p.exact = false;
		}
		if (p.exact && *text)
			set_add(&p.set, text);
	}
	if (*r->at++ != ']')
		r->failed = true;
	p.exact &= p.set.n <= MAX_EXACT;
	if (p.exact)
		return p;
	set_done(&p.set);
	return unknown_piece();
}

/* After "(?": moves over what kind of group it is. True when the group matches text of its own. */
static bool group_takes_text(struct reader *r)
{
	if (*r->at == ':' || *r->at == '>' || *r->at == '|') {
		r->at++;
		return true;
	}
	if (*r->at == '=' || *r->at == '!') {
		r->at++;
		return false;
	}
	if (*r->at == '<' && (r->at[1] == '=' || r->at[1] == '!')) {
		r->at += 2;
		return false;
	}
	if (*r->at == 'P')
		r->at++;
	if (*r->at == '<' || *r->at == '\'') {
		r->at += strcspn(r->at, ">") + 1;
		return true;
	}
	r->failed = true;
	return false;
}

static struct piece read_group(struct reader *r)
{
	bool text = true;

	if (*r->at == '*')
		r->failed = true;
	if (*r->at == '?') {
		r->at++;
		text = group_takes_text(r);
	}
	if (r->failed || ++r->depth > MAX_DEPTH) {
		r->failed = true;
		return unknown_piece();
	}
	struct piece p = read_alternatives(r);
	r->depth--;
	if (*r->at == ')')
		r->at++;
	else
		r->failed = true;
	if (text)
		return p;
	set_done(&p.set);
	return empty_piece();
}

static struct piece read_atom(struct reader *r)
{
	char c = *r->at++;

	switch (c) {
	case '(':
		return read_group(r);
	case '[':
		return read_class(r);
	case '\\':
		return read_escape(r);
	case '.':
		return unknown_piece();
	case '^':
	case '$':
		return empty_piece();
	default:
		return one_char(c);
	}
}

/* {m}, {m,}, {m,n}: the least m, or -1 when it is no quantifier. */
static long read_braces(struct reader *r, bool *once)
{
	char *end;
	long least = strtol(r->at + 1, &end, 10), most = least;

	if (!isdigit((unsigned char)r->at[1]))
		return -1;
	if (*end == ',') {
		char *more = end + 1;
		most = strtol(more, &end, 10);
		if (end == more)
			most = 1 << 20;
	}
	if (*end != '}')
		return -1;
	r->at = end + 1;
	*once = least == 1 && most == 1;
	return least;
}

/* What is left of a piece that may be repeated or left out. */
static struct piece repeated(struct piece p, long least, bool optional)
{
	if (optional && p.exact && p.set.n < MAX_EXACT && !p.cut) {
		set_add(&p.set, "");
		return p;
	}
	if (least == 0) {
		set_done(&p.set);
		return unknown_piece();
	}
	p.exact = false; /* at least once: one of its strings is needed, but more may follow */
	return p;
}

static struct piece read_quantified(struct reader *r)
{
	struct piece p = read_atom(r);
	bool once = false;
	long least;

	switch (*r->at) {
	case '?':
		r->at++;
		p = repeated(p, 0, true);
		break;
	case '*':
		r->at++;
		p = repeated(p, 0, false);
		break;
	case '+':
		r->at++;
		p = repeated(p, 1, false);
		break;
	case '{':
		least = read_braces(r, &once);
		if (least < 0 || once)
			return p;
		p = repeated(p, least, false);
		break;
	default:
		return p;
	}
	if (*r->at == '?' || *r->at == '+') /* lazy, possessive */
		r->at++;
	return p;
}

static struct piece read_sequence(struct reader *r)
{
	struct piece run = empty_piece();
	struct set best = {0};
	bool whole = true;

	while (*r->at && *r->at != '|' && *r->at != ')' && !r->failed) {
		struct piece next = read_quantified(r);

		if (run.exact && next.exact && multiply(&run, &next)) {
			set_done(&next.set);
			continue;
		}
		whole = false;
		keep_better(&best, &run.set);
		run = next;
		if (!next.exact) {
			keep_better(&best, &run.set);
			run = empty_piece();
		}
	}
	if (whole)
		return run;
	keep_better(&best, &run.set);
	return (struct piece){.exact = false, .set = best};
}

static struct piece read_alternatives(struct reader *r)
{
	struct piece all = read_sequence(r);
	bool none = !all.exact && !all.set.n;

	while (*r->at == '|' && !r->failed) {
		r->at++;
		struct piece next = read_sequence(r);

		none |= !next.exact && !next.set.n;
		all.exact &= next.exact;
		all.cut |= next.cut;
		set_unite(&all.set, &next.set);
		set_done(&next.set);
	}
	all.exact &= all.set.n <= MAX_EXACT;
	if (none || (!all.exact && !worth(&all.set)))
		set_done(&all.set);
	return all;
}

/* A string that holds another one of the set is not needed: the other is found wherever it is. */
static void drop_longer(struct set *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		bool holds = false;

		for (size_t k = 0; k < s->n && !holds; k++)
			holds = k != i && strstr(s->list[i], s->list[k]) && strcmp(s->list[i], s->list[k]) != 0;
		if (!holds)
			memmove(s->list[n++], s->list[i], sizeof *s->list);
	}
	s->n = n;
}

void literals_needed(const char *regex, struct literals *out)
{
	struct reader r = {.at = regex};
	struct piece p = read_alternatives(&r);

	*out = (struct literals){0};
	if (r.failed || *r.at || !worth(&p.set)) {
		set_done(&p.set);
		return;
	}
	drop_longer(&p.set);
	out->list = p.set.list;
	out->n = p.set.n;
}
