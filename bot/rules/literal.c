/* literal.c - what strings a regex needs in a text to match at all.
 *
 * Each piece of the regex is either exact (a small set of strings is all that it matches) or has a formula that holds in every
 * text that it matches in. Exact pieces side by side are multiplied out while they stay small; what can't be multiplied ends
 * the run, whose strings go into the formula of the sequence.
 *
 * Texts are searched with all that is no letter, digit or underscore turned into a space, and a space before and behind
 * (needs.c). So "\\b" is known to be a space where a word character stands on its other side: "\\bran\\b" needs " ran ". */
#include "rules/literal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rules/needs.h"
#include "util/mem.h"

enum {
	MAX_EXACT = 16, /* strings of an exact piece */
	MAX_DEPTH = 40,
	BOUNDARY = 1, /* stands for \\b in the strings of a set */
	EDGE, /* for ^ and $ */
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
	struct set set; /* exact: the language */
	int needs; /* not exact: the formula */
};

struct reader {
	struct needs *needs;
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

/* A string that holds another one of the set adds nothing: the other is found wherever it is. */
static void drop_longer(struct set *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		bool holds = false;

		for (size_t k = 0; k < s->n && !holds; k++)
			holds = k != i && strstr(s->list[i], s->list[k]) && (k < i || strcmp(s->list[i], s->list[k]) != 0);
		if (!holds)
			memmove(s->list[n++], s->list[i], sizeof *s->list);
	}
	s->n = n;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool is_mark(char c)
{
	return c == BOUNDARY || c == EDGE;
}

/* A string as it stands in the text that is searched. An edge is a space, and so is a boundary beside a word character, unless
 * one is there; marks take no text, so that several in a row are one. */
static void settle(word text)
{
	word out;
	size_t n = 0;

	for (size_t i = 0; text[i]; i++) {
		size_t next = i;
		bool edge = false;

		if (!is_mark(text[i])) {
			out[n++] = is_word(text[i]) || text[i] == '?' ? text[i] : ' ';
			continue;
		}
		for (; is_mark(text[next]); next++)
			edge |= text[next] == EDGE;
		bool before = n && is_word(out[n - 1]), after = text[next] && is_word(text[next]);
		if (edge || (before && !text[next]) || (after && !n))
			out[n++] = ' ';
		i = next - 1;
	}
	out[n] = '\0';
	strcpy(text, out);
}

/* The formula of a piece; its strings are given up. */
static int needs_of(struct reader *r, struct piece *p)
{
	int list[MAX_EXACT + 1];
	int needs = p->needs;

	if (p->exact) {
		for (size_t i = 0; i < p->set.n; i++)
			settle(p->set.list[i]);
		drop_longer(&p->set);
		for (size_t i = 0; i < p->set.n; i++)
			list[i] = needs_string(r->needs, p->set.list[i]);
		needs = needs_or(r->needs, list, p->set.n);
	}
	set_done(&p->set);
	p->exact = false;
	return needs;
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
	if (c == 'b')
		return one_char(BOUNDARY);
	if (strchr("BAzZG", c))
		return empty_piece();
	if (isalnum((unsigned char)c)) {
		if (!strchr("wWdDsSNRhHvVnrt123456789", c))
			r->failed = true; /* \Q, \K, \g ...: more than this reader knows */
		return unknown_piece();
	}
	return one_char(c);
}

/* One member of a class. False when it stands for more than one character: \d, a-z, [:alpha:]. */
static bool read_member(struct reader *r, char *out)
{
	size_t name = r->at[0] == '[' && r->at[1] == ':' ? strspn(r->at + 2, "^abcdefghijklmnopqrstuvwxyz") : 0;
	bool one = true;

	if (name && strncmp(r->at + 2 + name, ":]", 2) == 0) {
		r->at += name + 4;
		return false;
	}
	*out = *r->at++;
	if (*out == '\\' && *r->at) {
		one = !isalnum((unsigned char)*r->at);
		*out = *r->at++;
	}
	return one && (*r->at != '-' || !r->at[1] || r->at[1] == ']');
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
		char text[2] = {0};

		p.exact &= read_member(r, text);
		if (p.exact)
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
	if (*r->at == '<' || *r->at == '\'') { /* a name */
		r->at += strcspn(r->at + 1, ">'") + 2;
		return true;
	}
	r->failed = true;
	return false;
}

/* "(?<![^ ])", "(?![^ ])": not beside a word, as our own lists of words are bounded. */
static bool skip_word_edge(struct reader *r)
{
	static const char *const edges[] = {"?<![^ ])", "?![^ ])"};

	for (size_t i = 0; i < 2; i++)
		if (strncmp(r->at, edges[i], strlen(edges[i])) == 0) {
			r->at += strlen(edges[i]);
			return true;
		}
	return false;
}

/* Nothing at all matches it: the branch that it ends never does. */
static struct piece impossible_piece(void)
{
	return (struct piece){.exact = true};
}

static bool is_impossible(const struct piece *p)
{
	return p->exact && !p->set.n;
}

/* "(*SKIP)(*F)" ends a branch that only says where not to look. */
static struct piece read_verb(struct reader *r)
{
	size_t len = strcspn(r->at, ")");
	bool fail = (len == 2 && r->at[1] == 'F') || (len == 5 && memcmp(r->at, "*FAIL", 5) == 0);

	r->failed |= !fail && (len != 5 || memcmp(r->at, "*SKIP", 5) != 0);
	r->at += len + (r->at[len] == ')');
	return fail ? impossible_piece() : empty_piece();
}

static struct piece read_group(struct reader *r)
{
	bool text = true;

	if (skip_word_edge(r))
		return one_char(BOUNDARY);

	if (*r->at == '*')
		return read_verb(r);
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
		return one_char(EDGE);
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
static struct piece repeated(struct reader *r, struct piece p, long least, bool optional)
{
	if (optional && p.exact && p.set.n < MAX_EXACT && !p.cut) {
		set_add(&p.set, "");
		return p;
	}
	if (least == 0) {
		set_done(&p.set);
		return unknown_piece();
	}
	p.needs = needs_of(r, &p); /* at least once: one of its strings is needed, but more may follow */
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
		p = repeated(r, p, 0, true);
		break;
	case '*':
		r->at++;
		p = repeated(r, p, 0, false);
		break;
	case '+':
		r->at++;
		p = repeated(r, p, 1, false);
		break;
	case '{':
		least = read_braces(r, &once);
		if (least < 0 || once)
			return p;
		p = repeated(r, p, least, false);
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
	int needs = NEED_NOTHING;
	bool whole = true, never = false;

	while (*r->at && *r->at != '|' && *r->at != ')' && !r->failed) {
		struct piece next = read_quantified(r);

		never |= is_impossible(&next);
		if (run.exact && next.exact && multiply(&run, &next)) {
			set_done(&next.set);
			continue;
		}
		whole = false;
		needs = needs_and(r->needs, needs, needs_of(r, &run));
		run = next;
		if (!next.exact) {
			needs = needs_and(r->needs, needs, next.needs);
			run = empty_piece();
		}
	}
	if (whole)
		return run;
	needs = needs_and(r->needs, needs, needs_of(r, &run));
	return never ? impossible_piece() : (struct piece){.needs = needs};
}

static struct piece read_alternatives(struct reader *r)
{
	struct piece all = read_sequence(r);
	int *list = NULL;
	size_t n = 0, cap = 0;

	if (*r->at != '|')
		return all;
	while (*r->at == '|' && !r->failed) {
		r->at++;
		struct piece next = read_sequence(r);

		if (all.exact && next.exact && all.set.n + next.set.n <= MAX_EXACT) {
			set_unite(&all.set, &next.set);
			all.cut |= next.cut;
			set_done(&next.set);
			continue;
		}
		if (is_impossible(&next))
			continue;
		if (!is_impossible(&all)) {
			mem_room(list, n, cap);
			list[n++] = needs_of(r, &all);
		}
		all = next;
	}
	if (!n)
		return all;
	mem_room(list, n, cap);
	list[n++] = needs_of(r, &all);
	all.needs = needs_or(r->needs, list, n);
	free(list);
	return all;
}

int literal_needs(struct needs *needs, const char *regex)
{
	struct reader r = {.needs = needs, .at = regex};
	struct piece p = read_alternatives(&r);
	int formula = needs_of(&r, &p);

	return r.failed || *r.at ? NEED_NOTHING : formula;
}
