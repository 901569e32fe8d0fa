/* literal.c - what strings a regex needs in a text to match at all, and which ones its matches begin with.
 *
 * Each piece of the regex is either exact (a small set of strings is all that it matches) or has a formula that holds in every
 * text that it matches in, and, where they are known, the strings that it begins with. Exact pieces side by side are multiplied
 * out while they stay small; what can't be multiplied ends the run, whose strings go into the formula of the sequence.
 *
 * Texts are searched with all that is no letter, digit or underscore turned into a space, and a space before and behind
 * (needs.c). So "\\b" is known to be a space where a word character stands on its other side: "\\bran\\b" needs " ran ".
 * Longer strings than fit are cut: their beginning is as necessary. */
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
	MAX_THIN = 6,
	MAX_BEGINS = 2000, /* strings that a regex begins with */
	BOUNDARY = 1, /* stands for \\b in the strings of a set */
	EDGE, /* for ^ and $ */
};

struct set {
	chars list[MAX_EXACT + 1];
	size_t n;
};

/* Strings without a letter: nothing, marks, signs. They say too little of where a match begins, but they stand before it. */
struct thin {
	chars list[MAX_THIN];
	size_t n;
	bool lost; /* there are more */
};

/* What is known of a piece. */
struct piece {
	bool exact; /* `set` is all that it matches */
	bool cut; /* strings of the set were shortened: nothing may be added behind them */
	bool begins; /* not exact: all strings that it begins with were put on the reader's list */
	struct thin thin; /* not exact: or it matches one of these */
	int needs; /* not exact: the formula */
	struct set set; /* exact: the language */
};

struct reader {
	struct needs *needs;
	const char *at;
	int depth;
	bool failed; /* something not understood: nothing is claimed */
	bool moved; /* \\K: what is told as the match begins behind what is looked for first */
	chars *begins; /* strings that pieces begin with; what a piece adds stands together */
	size_t n_begins, cap_begins;
};

static void set_add(struct set *s, chars text)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i] == text)
			return;
	s->list[s->n++] = text;
}

static struct piece exact_piece(chars text)
{
	struct piece p;

	p.exact = true;
	p.cut = p.begins = false;
	p.thin.n = 0;
	p.thin.lost = false;
	p.needs = NEED_NOTHING;
	p.set.list[0] = text;
	p.set.n = 1;
	return p;
}

static struct piece empty_piece(void)
{
	return exact_piece(0);
}

static struct piece unknown_piece(void)
{
	struct piece p = exact_piece(0);

	p.exact = false;
	p.set.n = 0;
	return p;
}

static bool holds(chars text, chars part)
{
	size_t len = chars_len(text), part_len = chars_len(part);
	chars mask = part_len ? ~(chars)0 << (64 - 8 * part_len) : 0;

	for (size_t i = 0; i + part_len <= len; i++)
		if ((text << 8 * i & mask) == part)
			return true;
	return part_len == 0;
}

/* A string that holds another one of the set adds nothing: the other is found wherever it is. */
static void drop_longer(struct set *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		bool longer = false;

		for (size_t k = 0; k < s->n && !longer; k++)
			longer = k != i && holds(s->list[i], s->list[k]) && (k < i || s->list[i] != s->list[k]);
		if (!longer)
			s->list[n++] = s->list[i];
	}
	s->n = n;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* As it stands in the text that is searched. */
static char folded(char c)
{
	return is_word(c) || c == '?' ? c : ' ';
}

static bool is_mark(char c)
{
	return c == BOUNDARY || c == EDGE;
}

/* A string as it stands in the text that is searched. An edge is a space, and so is a boundary beside a word character, unless
 * one is there; marks take no text, so that several in a row are one. `*before`: the first space stands before the match. */
static chars settled(chars text, bool *before)
{
	char out[CHARS_MAX + 1];
	size_t n = 0, len = chars_len(text);
	chars packed = 0;

	*before = false;
	for (size_t i = 0; i < len; i++) {
		size_t next = i;
		char c = chars_at(text, i);
		bool edge = false;

		if (!is_mark(c)) {
			out[n++] = folded(c);
			continue;
		}
		for (; next < len && is_mark(chars_at(text, next)); next++)
			edge |= chars_at(text, next) == EDGE;
		bool left = n && is_word(out[n - 1]), right = next < len && is_word(chars_at(text, next));
		if (edge || (left && next == len) || (right && !n)) {
			*before |= n == 0;
			out[n++] = ' ';
		}
		i = next - 1;
	}
	for (size_t i = 0; i < n; i++)
		packed |= (chars)(unsigned char)out[i] << (56 - 8 * i);
	return packed;
}

/* Marks take no text. */
static bool takes_text(chars text)
{
	for (size_t i = 0; i < chars_len(text); i++)
		if (!is_mark(chars_at(text, i)))
			return true;
	return false;
}

static bool has_letters(chars text)
{
	for (size_t i = 0; i < chars_len(text); i++)
		if (is_word(chars_at(text, i)) || chars_at(text, i) == '?')
			return true;
	return false;
}

static void add_begin(struct reader *r, chars text)
{
	mem_room(r->begins, r->n_begins, r->cap_begins);
	r->begins[r->n_begins++] = text;
}

static void thin_add(struct thin *t, chars text)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i] == text)
			return;
	if (t->n < MAX_THIN)
		t->list[t->n++] = text;
	else
		t->lost = true;
}

static void thin_add_all(struct thin *t, const struct thin *more)
{
	for (size_t i = 0; i < more->n; i++)
		thin_add(t, more->list[i]);
	t->lost |= more->lost;
}

static bool thin_takes_text(const struct thin *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (takes_text(t->list[i]))
			return true;
	return t->lost;
}

/* Makes an exact piece one that has a formula; its strings become those that it begins with. */
static void give_up(struct reader *r, struct piece *p)
{
	int list[MAX_EXACT + 1];
	bool before;

	if (!p->exact)
		return;
	p->begins = true;
	p->exact = false;
	for (size_t i = 0; i < p->set.n; i++) {
		if (has_letters(p->set.list[i]))
			add_begin(r, p->set.list[i]);
		else
			thin_add(&p->thin, p->set.list[i]);
		p->set.list[i] = settled(p->set.list[i], &before);
	}
	drop_longer(&p->set);
	for (size_t i = 0; i < p->set.n; i++)
		list[i] = needs_string(r->needs, p->set.list[i]);
	p->needs = needs_or(r->needs, list, p->set.n);
	p->set.n = 0;
}

static chars joined(chars a, chars b, bool *cut)
{
	size_t len = chars_len(a);

	*cut |= len + chars_len(b) > CHARS_MAX;
	return len == CHARS_MAX ? a : a | b >> 8 * len;
}

static bool multiply(struct piece *a, const struct piece *b)
{
	struct set product = {.n = 0};

	if (a->cut || a->set.n * b->set.n > MAX_EXACT)
		return false;
	if (b->set.n == 1 && !b->set.list[0])
		return true;
	for (size_t i = 0; i < a->set.n; i++)
		for (size_t k = 0; k < b->set.n; k++)
			set_add(&product, joined(a->set.list[i], b->set.list[k], &a->cut));
	a->cut |= b->cut;
	a->set.n = product.n;
	memcpy(a->set.list, product.list, product.n * sizeof *product.list);
	return true;
}

/* ---- reading ---- */

static struct piece read_alternatives(struct reader *r);

static chars only(char c)
{
	return (chars)(unsigned char)c << 56;
}

static struct piece one_char(char c)
{
	return exact_piece(only(folded(c)));
}

static struct piece one_mark(char mark)
{
	return exact_piece(only(mark));
}

static struct piece digits(void)
{
	struct piece p = one_char('0');

	for (char c = '1'; c <= '9'; c++)
		set_add(&p.set, only(c));
	return p;
}

/* \b and the like match nothing; \. is itself; \w and what is not known match anything. */
static struct piece read_escape(struct reader *r)
{
	char c = *r->at ? *r->at++ : '\0';

	if (!c) {
		r->failed = true;
		return unknown_piece();
	}
	if (c == 'b')
		return one_mark(BOUNDARY);
	r->moved |= c == 'K';
	if (strchr("BAzZGK", c))
		return empty_piece();
	if (c == 'd')
		return digits();
	if (isalnum((unsigned char)c)) {
		if (!strchr("wWdDsSNRhHvVnrt123456789", c))
			r->failed = true; /* \Q, \K, \g ...: more than this reader knows */
		return unknown_piece();
	}
	return one_char(c);
}

/* One member of a class, or the two ends of a range. False when it stands for more: \d, [:alpha:]. */
static bool read_member(struct reader *r, char *out, char *last)
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
	*last = *out;
	if (one && *r->at == '-' && r->at[1] && !strchr("]\\[", r->at[1])) {
		*last = r->at[1];
		r->at += 2;
	}
	return one;
}

/* [abc] is exact; long ranges and negated classes are not. */
static struct piece read_class(struct reader *r)
{
	struct piece p = empty_piece();
	bool first = true;

	p.set.n = 0;
	if (*r->at == '^') {
		p.exact = false;
		r->at++;
	}
	for (; *r->at && (first || *r->at != ']'); first = false) {
		char c = 0, last = 0;

		p.exact &= read_member(r, &c, &last) && (size_t)(last - c) + p.set.n < MAX_EXACT;
		for (; p.exact && c <= last; c++)
			set_add(&p.set, only(folded(c)));
	}
	if (*r->at++ != ']')
		r->failed = true;
	return p.exact ? p : unknown_piece();
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
	struct piece p = empty_piece();

	p.set.n = 0;
	return p;
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

/* A look ahead or behind takes no text. What must be there is needed, what must not be tells nothing. */
static struct piece beside(struct reader *r, struct piece *look, size_t begins, bool must_be)
{
	struct piece p = empty_piece();

	give_up(r, look);
	r->n_begins = begins;
	if (!must_be || look->needs == NEED_NOTHING)
		return p;
	give_up(r, &p);
	p.needs = look->needs;
	return p;
}

static struct piece read_group(struct reader *r)
{
	size_t begins = r->n_begins;
	bool text = true, ahead_or_behind = false;

	if (skip_word_edge(r))
		return one_mark(BOUNDARY);

	if (*r->at == '*')
		return read_verb(r);
	if (*r->at == '?') {
		r->at++;
		ahead_or_behind = *r->at == '=' || (*r->at == '<' && r->at[1] == '=');
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
	return text ? p : beside(r, &p, begins, ahead_or_behind);
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
		return one_mark(EDGE);
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
		set_add(&p.set, 0);
		return p;
	}
	give_up(r, &p); /* one of its strings is needed, but more may follow */
	p.begins &= optional || !thin_takes_text(&p.thin);
	if (least == 0) {
		p.needs = NEED_NOTHING;
		thin_add(&p.thin, 0);
	}
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

/* A sequence while it is read. */
struct sequence {
	struct piece run; /* exact pieces side by side */
	int needs;
	size_t first_begin; /* on the reader's list */
	bool open; /* all pieces before the run may match something thin */
	bool begins; /* as far as was read, all that it begins with is on the list */
	struct thin leads; /* while open: what stands before all that follows */
};

/* A part of what the sequence is made of: what it begins with, on the list from `mark` on, is so where the sequence is open. */
static void begin_with(struct reader *r, struct sequence *s, const struct piece *p, size_t mark)
{
	size_t n = r->n_begins - mark;
	struct thin leads = {.lost = s->leads.lost || p->thin.lost};
	bool cut = false;

	if (!s->open) {
		r->n_begins = mark;
		return;
	}
	for (size_t k = 1; k < s->leads.n; k++)
		for (size_t i = 0; i < n; i++)
			add_begin(r, joined(s->leads.list[k], r->begins[mark + i], &cut));
	for (size_t i = 0; i < n; i++)
		r->begins[mark + i] = joined(s->leads.list[0], r->begins[mark + i], &cut);
	for (size_t k = 0; k < s->leads.n; k++)
		for (size_t i = 0; i < p->thin.n; i++)
			thin_add(&leads, joined(s->leads.list[k], p->thin.list[i], &cut));
	s->begins &= p->begins && !leads.lost && r->n_begins <= MAX_BEGINS;
	if (!s->begins)
		r->n_begins = mark;
	s->open = leads.n;
	s->leads = leads;
}

/* The run goes into the formula. */
static void end_run(struct reader *r, struct sequence *s)
{
	size_t mark = r->n_begins;

	give_up(r, &s->run);
	s->needs = needs_and(r->needs, s->needs, s->run.needs);
	begin_with(r, s, &s->run, mark);
	s->run = empty_piece();
}

/* A piece that is not exact. */
static void add_piece(struct reader *r, struct sequence *s, const struct piece *p, size_t mark)
{
	s->needs = needs_and(r->needs, s->needs, p->needs);
	begin_with(r, s, p, mark);
}

static struct piece read_sequence(struct reader *r)
{
	struct sequence s = {.run = empty_piece(), .needs = NEED_NOTHING, .first_begin = r->n_begins, .open = true, .begins = true,
		.leads = {.n = 1}};
	bool whole = true, never = false;

	while (*r->at && *r->at != '|' && *r->at != ')' && !r->failed) {
		size_t mark = r->n_begins, added;
		struct piece next = read_quantified(r);

		never |= is_impossible(&next);
		if (next.exact && multiply(&s.run, &next))
			continue;
		whole = false;
		added = r->n_begins - mark;
		end_run(r, &s); /* what it begins with comes behind that of the piece: they change places */
		if (next.exact) {
			s.run = next;
			continue;
		}
		size_t own = r->n_begins - mark - added;
		for (size_t i = 0; i < own; i++) { /* few */
			chars last = r->begins[r->n_begins - 1];
			memmove(r->begins + mark + 1, r->begins + mark, (r->n_begins - mark - 1) * sizeof *r->begins);
			r->begins[mark] = last;
		}
		add_piece(r, &s, &next, mark + own);
	}
	if (whole)
		return s.run;
	end_run(r, &s);
	if (never) {
		r->n_begins = s.first_begin;
		return impossible_piece();
	}
	struct piece all = unknown_piece();
	all.needs = s.needs;
	all.begins = s.begins;
	if (s.open)
		all.thin = s.leads;
	return all;
}

/* One more way, none of which is exact any more. */
static void add_way(struct reader *r, struct piece *all, struct piece *way, int **list, size_t *n, size_t *cap)
{
	give_up(r, way);
	mem_room(*list, *n, *cap);
	(*list)[(*n)++] = way->needs;
	all->begins &= way->begins;
	thin_add_all(&all->thin, &way->thin);
	all->begins &= !all->thin.lost;
}

static struct piece read_alternatives(struct reader *r)
{
	struct piece last = read_sequence(r), all = unknown_piece();
	int *list = NULL;
	size_t n = 0, cap = 0;

	all.begins = true;
	while (*r->at == '|' && !r->failed) {
		r->at++;
		struct piece next = read_sequence(r);

		if (last.exact && next.exact && last.set.n + next.set.n <= MAX_EXACT) {
			for (size_t i = 0; i < next.set.n; i++)
				set_add(&last.set, next.set.list[i]);
			last.cut |= next.cut;
			continue;
		}
		if (is_impossible(&next))
			continue;
		if (!is_impossible(&last))
			add_way(r, &all, &last, &list, &n, &cap);
		last = next;
	}
	if (!n)
		return last;
	add_way(r, &all, &last, &list, &n, &cap);
	all.needs = needs_or(r->needs, list, n);
	free(list);
	return all;
}

/* Strings that it may begin with are of use where each tells a little. */
static size_t settle_begins(struct reader *r, struct begin *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_begins; i++) {
		out[n].string = settled(r->begins[i], &out[n].space_before);
		if (!needs_tells(out[n].string))
			return 0;
		n++;
	}
	return n;
}

void literal_attach(struct needs *needs, uint32_t user, const char *regex)
{
	struct reader r = {.needs = needs, .at = regex};
	struct piece p = read_alternatives(&r);
	struct begin begins[MAX_BEGINS];
	size_t n = 0;

	give_up(&r, &p);
	if (p.begins && !p.thin.n && !r.moved && r.n_begins <= MAX_BEGINS)
		n = settle_begins(&r, begins);
	if (r.failed || *r.at)
		needs_attach(needs, user, NEED_NOTHING, NULL, 0);
	else
		needs_attach(needs, user, p.needs, begins, n);
	free(r.begins);
}
