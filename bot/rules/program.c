/* program.c - a regex as byte code, made in one pass: what is repeated is moved or copied, as all branches are relative. */
#include "rules/program.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "rules/alphabet.h"
#include "util/mem.h"

enum { MAX_DEPTH = 40, BRANCH = 3 /* bytes of a branch */ };

/* How long a match of a piece is. */
struct extent {
	size_t shortest, longest;
};

struct compiler {
	struct program *p;
	const char *at, *end;
	int depth;
	bool failed;
};

static struct extent alternatives(struct compiler *c);

void program_init(struct program *p)
{
	memset(p, 0, sizeof *p);
}

void program_done(struct program *p)
{
	free(p->code);
}

static char peek(const struct compiler *c, size_t ahead)
{
	return c->at + ahead < c->end ? c->at[ahead] : '\0';
}

static bool follows(const struct compiler *c, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(c->end - c->at) >= len && memcmp(c->at, text, len) == 0;
}

static struct extent refuse(struct compiler *c)
{
	c->failed = true;
	return (struct extent){0, 0};
}

static size_t at_most(size_t length)
{
	return length < PROGRAM_ENDLESS ? length : PROGRAM_ENDLESS;
}

/* ---- code ---- */

static bool room(struct compiler *c, size_t more)
{
	struct program *p = c->p;

	if (p->len + more > PROGRAM_MAX_CODE)
		c->failed = true;
	if (c->failed)
		return false;
	while (p->len + more > p->cap) {
		p->cap = p->cap ? p->cap * 2 : 256;
		p->code = mem_grow(p->code, p->cap, 1);
	}
	return true;
}

static void emit(struct compiler *c, uint8_t byte)
{
	if (room(c, 1))
		c->p->code[c->p->len++] = byte;
}

static void aim(struct compiler *c, size_t branch, size_t target)
{
	uint16_t offset = (uint16_t)(target - branch);

	if (!c->failed)
		memcpy(c->p->code + branch + 1, &offset, sizeof offset);
}

static void emit_branch(struct compiler *c, enum op op, size_t target)
{
	size_t branch = c->p->len;

	if (!room(c, BRANCH))
		return;
	c->p->code[branch] = (uint8_t)op;
	c->p->len += BRANCH;
	aim(c, branch, target);
}

/* Before what was emitted from `start` on; its target is set later. */
static void insert_branch(struct compiler *c, size_t start, enum op op)
{
	if (!room(c, BRANCH))
		return;
	memmove(c->p->code + start + BRANCH, c->p->code + start, c->p->len - start);
	c->p->code[start] = (uint8_t)op;
	c->p->len += BRANCH;
}

/* ---- single characters ---- */

static charset bit_of(char ch)
{
	return code_bit(alphabet_codes[(unsigned char)ch]) & CODES_ALL;
}

static struct extent emit_set(struct compiler *c, charset set)
{
	struct program *p = c->p;
	size_t i = 0;

	while (i < p->n_sets && p->sets[i] != set)
		i++;
	if (i == PROGRAM_MAX_SETS)
		return refuse(c);
	p->sets[i] = set;
	p->n_sets += i == p->n_sets;
	emit(c, OP_SET);
	emit(c, (uint8_t)i);
	return (struct extent){1, 1};
}

/* \w, \d, \s and their opposites. False for any other letter. */
static bool add_kind(charset *set, char kind)
{
	charset of = kind == 'w' || kind == 'W' ? CODES_WORD : kind == 'd' || kind == 'D' ? CODES_DIGITS : code_bit(CODE_SPACE);

	if (!strchr("wWdDsS", kind))
		return false;
	*set |= isupper((unsigned char)kind) ? CODES_ALL & ~of : of;
	return true;
}

static bool is_ascii(char c)
{
	return c >= ' ' && c < 0x7f;
}

/* One member of a class that is a character; `*out` is 0 when it was a kind, such as \w. */
static bool class_member(struct compiler *c, charset *set, char *out)
{
	*out = *c->at++;
	if (*out == '[' && c->at < c->end && strchr(":.=", *c->at))
		return false;
	if (*out == '\\' && c->at < c->end) {
		*out = *c->at++;
		if (!isalnum((unsigned char)*out))
			return is_ascii(*out);
		bool known = add_kind(set, *out);
		*out = '\0';
		return known;
	}
	return is_ascii(*out);
}

static struct extent class(struct compiler *c)
{
	charset set = 0;
	bool negated = peek(c, 0) == '^';
	char first, last;

	c->at += negated;
	for (bool begun = false; c->at < c->end && (!begun || *c->at != ']'); begun = true) {
		if (!class_member(c, &set, &first))
			return refuse(c);
		bool range = peek(c, 0) == '-' && peek(c, 1) != ']';
		if (!first) {
			if (range)
				return refuse(c);
			continue;
		}
		last = first;
		if (range) {
			c->at++;
			if (c->at == c->end || !class_member(c, &set, &last) || last < first)
				return refuse(c);
		}
		for (int k = first; k <= last; k++)
			set |= bit_of((char)k);
	}
	if (c->at == c->end)
		return refuse(c);
	c->at++;
	return emit_set(c, negated ? CODES_ALL & ~set : set);
}

static struct extent literal(struct compiler *c, char ch)
{
	uint8_t code = alphabet_codes[(unsigned char)ch];

	if (!is_ascii(ch))
		return refuse(c);
	if (code == CODE_NONE)
		return emit_set(c, 0);
	emit(c, (uint8_t)(OP_LITERAL + code));
	return (struct extent){1, 1};
}

static struct extent edge(struct compiler *c, enum op op)
{
	emit(c, (uint8_t)op);
	return (struct extent){0, 0};
}

static struct extent escape(struct compiler *c)
{
	charset set = 0;
	char ch = peek(c, 0);

	c->at++;
	if (ch == 'b' || ch == 'B')
		return edge(c, ch == 'b' ? OP_WORD_EDGE : OP_NO_WORD_EDGE);
	if (!isalnum((unsigned char)ch))
		return literal(c, ch);
	return add_kind(&set, ch) ? emit_set(c, set) : refuse(c);
}

/* ---- groups ---- */

/* From inside a group to the bracket that closes it, or to the next | of its own where `ways`. */
static const char *end_of_way(const struct compiler *c, const char *at, bool ways)
{
	int depth = 0;

	for (; at < c->end; at++) {
		if (*at == '\\' && at + 1 < c->end) {
			at++;
		} else if (*at == '[') {
			at += at + 1 < c->end && at[1] == '^' ? 2 : 1;
			for (at += at < c->end && *at == ']'; at < c->end && *at != ']'; at++)
				at += *at == '\\';
		} else if (*at == '(') {
			depth++;
		} else if ((*at == ')' && depth-- == 0) || (*at == '|' && depth == 0 && ways)) {
			break;
		}
	}
	return at < c->end ? at : c->end;
}

/* The number of the same look where there is one before; then the last one goes. */
static size_t known_look(struct program *p, size_t last)
{
	const struct look *l = &p->looks[last];

	for (size_t i = 0; l->ways == 1 && i < last; i++) {
		const struct look *k = &p->looks[i];

		if (k->ways == 1 && k->behind == l->behind && k->negated == l->negated && k->len == l->len &&
			memcmp(k->body, l->body, l->len) == 0) {
			p->n_looks--;
			return i;
		}
	}
	return last;
}

static struct extent look(struct compiler *c, bool behind, bool negated)
{
	struct program *p = c->p;
	size_t first = p->n_looks;

	for (;;) {
		const char *end = end_of_way(c, c->at, behind);

		if (end == c->end || p->n_looks == PROGRAM_MAX_LOOKS || end - c->at > UINT16_MAX)
			return refuse(c);
		p->looks[p->n_looks++] = (struct look){c->at, (uint16_t)(end - c->at), behind, negated, 1};
		c->at = end + 1;
		if (*end == ')')
			break;
	}
	p->looks[first].ways = (uint8_t)(p->n_looks - first);
	first = known_look(p, first);
	emit(c, OP_LOOK);
	emit(c, (uint8_t)first);
	return (struct extent){0, 0};
}

/* After "(?": past what kind of group it is. False when it is none that only groups. */
static bool plain_group(struct compiler *c)
{
	if (*c->at == ':') {
		c->at++;
		return true;
	}
	c->at += *c->at == 'P';
	char close = peek(c, 0) == '<' ? '>' : '\'';
	if (peek(c, 0) != '<' && peek(c, 0) != '\'')
		return false;
	const char *end = memchr(c->at + 1, close, (size_t)(c->end - c->at - 1));
	if (!end)
		return false;
	c->p->captures = true;
	c->at = end + 1;
	return true;
}

static struct extent group(struct compiler *c)
{
	static const struct {
		const char *text;
		bool behind, negated;
	} looks[] = {{"?=", false, false}, {"?!", false, true}, {"?<=", true, false}, {"?<!", true, true}};
	struct extent e;

	if (follows(c, "?<![^ ])") || follows(c, "?![^ ])")) {
		bool before = c->at[1] == '<';
		c->at += before ? 8 : 7;
		return edge(c, before ? OP_FREE_BEFORE : OP_FREE_AFTER);
	}
	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
		if (follows(c, looks[i].text)) {
			c->at += strlen(looks[i].text);
			return look(c, looks[i].behind, looks[i].negated);
		}
	if (follows(c, "*SKIP)(*F)") || follows(c, "*SKIP)(*FAIL)")) {
		c->at += follows(c, "*SKIP)(*F)") ? 10 : 13;
		c->p->skips = true;
		return edge(c, OP_SKIP);
	}
	if (peek(c, 0) == '*' || c->depth == MAX_DEPTH)
		return refuse(c);
	if (peek(c, 0) == '?') {
		c->at++;
		if (c->at == c->end || !plain_group(c))
			return refuse(c);
	} else {
		c->p->captures = true;
	}
	c->depth++;
	e = alternatives(c);
	c->depth--;
	if (c->failed || peek(c, 0) != ')')
		return refuse(c);
	c->at++;
	return e;
}

static struct extent atom(struct compiler *c)
{
	char ch = *c->at++;

	switch (ch) {
	case '(':
		return group(c);
	case '[':
		return class(c);
	case '\\':
		return escape(c);
	case '.':
		return emit_set(c, CODES_ALL);
	case '^':
		return edge(c, OP_BEGIN);
	case '$':
		return edge(c, OP_END);
	case '*':
	case '+':
	case '?':
		return refuse(c);
	default:
		return literal(c, ch);
	}
}

/* ---- how often ---- */

struct times {
	size_t least, most; /* PROGRAM_ENDLESS: no end */
};

static bool number(const struct compiler *c, const char **at, size_t *out)
{
	size_t n = 0;
	const char *from = *at;

	while (*at < c->end && isdigit((unsigned char)**at) && *at - from < 4)
		n = n * 10 + (size_t)(*(*at)++ - '0');
	*out = n;
	return *at > from;
}

/* {2}, {2,}, {2,5}; false when the brace is a character. */
static bool braces(struct compiler *c, struct times *out)
{
	const char *at = c->at + 1;

	if (!number(c, &at, &out->least))
		return false;
	out->most = out->least;
	if (at < c->end && *at == ',') {
		at++;
		if (!number(c, &at, &out->most))
			out->most = PROGRAM_ENDLESS;
	}
	if (at == c->end || *at != '}')
		return false;
	c->at = at + 1;
	return true;
}

static bool times(struct compiler *c, struct times *out)
{
	char ch = peek(c, 0);

	if (ch == '{')
		return braces(c, out);
	if (!ch || !strchr("?*+", ch))
		return false;
	c->at++;
	*out = (struct times){ch == '+', ch == '?' ? 1 : PROGRAM_ENDLESS};
	return true;
}

static void copy_block(struct compiler *c, const uint8_t *block, size_t len)
{
	if (!room(c, len))
		return;
	if (len)
		memcpy(c->p->code + c->p->len, block, len);
	c->p->len += len;
}

/* As many more that may be left out: each branch, once taken, leaves them all. */
static void emit_optional(struct compiler *c, const uint8_t *block, size_t len, size_t count, bool lazy)
{
	size_t end = c->p->len + count * (len + BRANCH);

	for (size_t i = 0; i < count && !c->failed; i++) {
		emit_branch(c, lazy ? OP_SPLIT_BACK : OP_SPLIT, end);
		copy_block(c, block, len);
	}
}

static void emit_star(struct compiler *c, size_t start, bool lazy)
{
	insert_branch(c, start, lazy ? OP_SPLIT_BACK : OP_SPLIT);
	emit_branch(c, OP_JUMP, start);
	aim(c, start, c->p->len);
}

static void repeat(struct compiler *c, size_t start, struct times t, bool lazy)
{
	size_t len = c->p->len - start;
	uint8_t *block;

	if (c->failed)
		return;
	if (t.least == 0 && t.most == PROGRAM_ENDLESS) {
		emit_star(c, start, lazy);
		return;
	}
	block = mem_alloc(len ? len : 1, 1);
	memcpy(block, c->p->code + start, len);
	if (t.least == 0)
		c->p->len = start;
	for (size_t i = 1; i < t.least && !c->failed; i++)
		copy_block(c, block, len);
	if (t.most == PROGRAM_ENDLESS)
		emit_branch(c, lazy ? OP_SPLIT : OP_SPLIT_BACK, c->p->len - len);
	else
		emit_optional(c, block, len, t.most - t.least, lazy);
	free(block);
}

static struct extent quantified(struct compiler *c)
{
	size_t start = c->p->len;
	struct extent e = atom(c);
	struct times t;
	bool lazy;

	if (c->failed || !times(c, &t))
		return e;
	lazy = peek(c, 0) == '?';
	c->at += lazy;
	/* What matches nothing, again and again, ends by rules of PCRE2's own. After a quantifier no other may stand but "+",
	 * which forbids going back. */
	if (t.most < t.least || (e.shortest == 0 && (t.most == PROGRAM_ENDLESS || e.longest == 0)) ||
		(peek(c, 0) && strchr("+*?", peek(c, 0))))
		return refuse(c);
	repeat(c, start, t, lazy);
	e.shortest = at_most(e.shortest * t.least);
	e.longest = t.most == PROGRAM_ENDLESS ? PROGRAM_ENDLESS : at_most(e.longest * t.most);
	return e;
}

static struct extent sequence(struct compiler *c)
{
	struct extent all = {0, 0};

	while (c->at < c->end && *c->at != '|' && *c->at != ')' && !c->failed) {
		struct extent e = quantified(c);

		all.shortest = at_most(all.shortest + e.shortest);
		all.longest = at_most(all.longest + e.longest);
	}
	return all;
}

/* Where a branch ends is known when the last one is read: until then each jump there holds the place of the one before. */
static struct extent alternatives(struct compiler *c)
{
	size_t start = c->p->len, last = SIZE_MAX;
	struct extent all = sequence(c);

	while (peek(c, 0) == '|' && !c->failed) {
		c->at++;
		insert_branch(c, start, OP_SPLIT);
		size_t jump = c->p->len;
		emit_branch(c, OP_JUMP, last == SIZE_MAX ? jump : last);
		aim(c, start, c->p->len);
		last = jump;
		start = c->p->len;
		struct extent e = sequence(c);
		all.shortest = e.shortest < all.shortest ? e.shortest : all.shortest;
		all.longest = e.longest > all.longest ? e.longest : all.longest;
	}
	while (last != SIZE_MAX && !c->failed) {
		uint16_t back;

		memcpy(&back, c->p->code + last + 1, sizeof back);
		aim(c, last, c->p->len);
		last = back ? (uint16_t)(last + back) : SIZE_MAX;
	}
	return all;
}

bool program_compile(struct program *p, const char *source, size_t len)
{
	struct compiler c = {.p = p, .at = source, .end = source + len};

	p->len = p->n_sets = p->n_looks = 0;
	p->captures = p->skips = false;
	struct extent e = alternatives(&c);
	emit(&c, OP_MATCH);
	p->shortest = e.shortest;
	p->longest = e.longest;
	return !c.failed && c.at == c.end;
}
