/* text.c - a message made comparable. docs/rules.md, "The text that rules see", tells what comes out. */
#include "text/text.h"

#include <string.h>

#include "text/fold.h"
#include "text/lexicon.h"
#include "util/arena.h"

enum {
	GROWTH = FOLD_GROWTH, /* canonical and folded text are at most so many times the bytes read, and some */
	SLACK = 256,
	MAX_WORD = 64, /* longer runs of letters are no words */
	MAX_TAIL = 6, /* of "w/out": the slash and what follows */
};

struct reader {
	const struct lexicon *l;
	const struct folded *in;
	size_t at; /* next byte of `in` */
	char *canon;
	size_t canon_cap, tokens_cap;
	struct text *out;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char peek(const struct reader *r, size_t ahead)
{
	return r->at + ahead < r->in->len ? r->in->bytes[r->at + ahead] : 0;
}

static struct token *add(struct reader *r, const char *word, size_t len, enum token_kind kind, size_t from, size_t to)
{
	struct text *t = r->out;

	if (!len || t->n_tokens >= r->tokens_cap || t->len + len + 2 > r->canon_cap)
		return NULL;
	if (t->n_tokens)
		r->canon[t->len++] = ' ';
	struct token *k = &t->tokens[t->n_tokens++];
	*k = (struct token){(uint32_t)t->len, (uint32_t)len, r->in->start[from], r->in->end[to - 1], (uint8_t)kind, false, false};
	memcpy(r->canon + t->len, word, len);
	t->len += len;
	return k;
}

/* Punctuation; a run of the same sign counts once. */
static void add_sign(struct reader *r, char c, size_t from, size_t to)
{
	const struct text *t = r->out;

	if (t->n_tokens && t->tokens[t->n_tokens - 1].kind == TOKEN_PUNCT && r->canon[t->len - 1] == c)
		t->tokens[t->n_tokens - 1].end = r->in->end[to - 1];
	else
		(void)add(r, &c, 1, TOKEN_PUNCT, from, to);
}

/* Several words for one as typed, all from the same place. */
static void add_words(struct reader *r, const char *words, size_t from, size_t to)
{
	while (*words) {
		size_t len = strcspn(words, " ");

		(void)add(r, words, len, TOKEN_WORD, from, to);
		words += len + (words[len] == ' ');
	}
}

/* "swolllen" -> "swollen", "sooo" -> "so": runs of three or more letters become two, or one where that is the word. */
static size_t squeeze(const struct lexicon *l, char *word, size_t len)
{
	char two[MAX_WORD], one[MAX_WORD];
	size_t n2 = 0, n1 = 0;
	bool any = false;

	for (size_t i = 0; i < len;) {
		size_t run = 1;

		while (i + run < len && word[i + run] == word[i])
			run++;
		bool effect = run > 2 && word[i] >= 'a' && word[i] <= 'z';
		for (size_t k = 0; k < (effect ? 2 : run); k++)
			two[n2++] = word[i];
		for (size_t k = 0; k < (effect ? 1 : run); k++)
			one[n1++] = word[i];
		any |= effect;
		i += run;
	}
	if (!any)
		return len;
	bool two_replaced = lexicon_replacement(l, two, n2);
	bool plain_one = lexicon_known(l, one, n1) && !lexicon_replacement(l, one, n1);
	bool shorter = two_replaced ? plain_one : !lexicon_known(l, two, n2); /* "nooo" is "no", though "noo" stands for "now" */
	memcpy(word, shorter ? one : two, shorter ? n1 : n2);
	return shorter ? n1 : n2;
}

/* Letters of another alphabet that pose as Latin ones inside a Latin word. Returns the new length. */
static size_t unmask(const struct lexicon *l, char *word, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		unsigned char c = (unsigned char)word[i];
		size_t bytes = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		int32_t cp = bytes == 2 ? c & 0x1f : bytes == 3 ? c & 0x0f : c & 0x07;

		if (bytes == 1) {
			word[n++] = word[i++];
			continue;
		}
		for (size_t k = 1; k < bytes && i + k < len; k++)
			cp = cp << 6 | (word[i + k] & 0x3f);
		char plain = lexicon_lookalike(l, cp);
		if (plain)
			word[n++] = plain;
		i += bytes;
	}
	return n;
}

static bool has_latin(const struct folded *in)
{
	for (size_t i = 0; i < in->len; i++)
		if (is_letter(in->bytes[i]) && (unsigned char)in->bytes[i] < 0x80)
			return true;
	return false;
}

/* A word that is all letters of another alphabet, each of which poses as a Latin one, among Latin words. */
static bool unmask_whole(const struct reader *r, char *word, size_t *len)
{
	char plain[MAX_WORD];
	size_t letters = 0;

	memcpy(plain, word, *len);
	for (size_t i = 0; i < *len; i++)
		letters += ((unsigned char)word[i] & 0xc0) != 0x80;
	size_t n = unmask(r->l, plain, *len);
	if (n != letters || !has_latin(r->in))
		return false;
	memcpy(word, plain, n);
	*len = n;
	return true;
}

/* "calf's" -> "calf is" where the lexicon says so. */
static bool add_noun_is(struct reader *r, const char *word, size_t len, size_t from, size_t to)
{
	if (len < 3 || memcmp(word + len - 2, "'s", 2) != 0 || !lexicon_noun_is(r->l, word, len - 2))
		return false;
	(void)add(r, word, len - 2, TOKEN_WORD, from, to);
	(void)add(r, "is", 2, TOKEN_WORD, from, to);
	return true;
}

static void spell_word(struct reader *r, const char *word, size_t len, size_t from, size_t to)
{
	bool plain = !memchr(word, '\'', len);
	bool unknown = plain && len > 1 && !lexicon_known(r->l, word, len);
	const char *meant = unknown ? lexicon_correct(r->l, word, len) : NULL;

	if (meant) {
		const char *words = lexicon_replacement(r->l, meant, strlen(meant));
		size_t before = r->out->n_tokens;

		add_words(r, words ? words : meant, from, to);
		for (size_t i = before; i < r->out->n_tokens; i++)
			r->out->tokens[i].corrected = true;
		return;
	}
	struct token *k = add(r, word, len, TOKEN_WORD, from, to);
	if (k)
		k->unknown = unknown;
}

static void add_word(struct reader *r, const char *bytes, size_t len, size_t from, size_t to)
{
	char word[MAX_WORD];
	size_t ascii = 0;

	if (len >= MAX_WORD) {
		struct token *k = add(r, bytes, len, TOKEN_WORD, from, to);
		if (k)
			k->unknown = true;
		return;
	}
	memcpy(word, bytes, len);
	for (size_t i = 0; i < len; i++)
		ascii += (unsigned char)word[i] < 0x80;
	if (!ascii && !unmask_whole(r, word, &len)) {
		(void)add(r, word, len, TOKEN_FOREIGN, from, to);
		return;
	}
	if (ascii && ascii < len)
		len = unmask(r->l, word, len);
	len = squeeze(r->l, word, len);
	const char *words = lexicon_replacement(r->l, word, len);
	if (words)
		add_words(r, words, from, to);
	else if (!add_noun_is(r, word, len, from, to))
		spell_word(r, word, len, from, to);
}

/* "w/", "w/o" and their like: a word with a slash that the lexicon knows whole. */
static bool read_slashed(struct reader *r, size_t from)
{
	for (size_t tail = MAX_TAIL; tail > 0; tail--) {
		size_t len = r->at - from + tail;
		bool ends = r->at + tail >= r->in->len || !is_letter(r->in->bytes[r->at + tail]);

		if (r->at + tail > r->in->len || !ends || len >= MAX_WORD)
			continue;
		const char *words = lexicon_replacement(r->l, r->in->bytes + from, len);
		if (words) {
			r->at += tail;
			add_words(r, words, from, r->at);
			return true;
		}
	}
	return false;
}

/* "can,t", "it;s": a key beside the apostrophe, where the lexicon knows the word with it. */
static bool read_slipped(struct reader *r, size_t from)
{
	char word[MAX_WORD];
	size_t len = r->at - from, tail = 1;

	while (is_letter(peek(r, tail)))
		tail++;
	if (len + tail >= MAX_WORD || tail < 2 || tail > 3 || is_digit(peek(r, tail)) || peek(r, tail) == '\'')
		return false;
	memcpy(word, r->in->bytes + from, len + tail);
	word[len] = '\'';
	const char *words = lexicon_replacement(r->l, word, len + tail);
	if (!words)
		return false;
	r->at += tail;
	add_words(r, words, from, r->at);
	return true;
}

static void read_word(struct reader *r)
{
	size_t from = r->at;

	while (is_letter(peek(r, 0)) || is_digit(peek(r, 0)) || (peek(r, 0) == '\'' && is_letter(peek(r, 1))))
		r->at++;
	if (peek(r, 0) == '/' && read_slashed(r, from))
		return;
	if ((peek(r, 0) == ',' || peek(r, 0) == ';') && read_slipped(r, from))
		return;
	add_word(r, r->in->bytes + from, r->at - from, from, r->at);
}

static bool is_ordinal(const struct reader *r)
{
	static const char *const ends[] = {"st", "nd", "rd", "th"};

	for (size_t i = 0; i < 4; i++)
		if (peek(r, 0) == ends[i][0] && peek(r, 1) == ends[i][1] && !is_letter(peek(r, 2)))
			return true;
	return false;
}

/* "2day": a word that begins with a digit, as the lexicon knows it. */
static bool read_mixed(struct reader *r)
{
	size_t n = 0;

	while (n < MAX_WORD && (is_letter(peek(r, n)) || is_digit(peek(r, n))))
		n++;
	const char *words = n < MAX_WORD ? lexicon_replacement(r->l, r->in->bytes + r->at, n) : NULL;
	if (!words)
		return false;
	add_words(r, words, r->at, r->at + n);
	r->at += n;
	return true;
}

/* 8/10, 3.5, 10,000 (without its comma), 2nd; the letters of "10hr" are the next word. */
static void read_number(struct reader *r)
{
	char number[MAX_WORD];
	size_t from = r->at, len = 0;
	bool grouped = false;

	if (read_mixed(r))
		return;
	while (len < MAX_WORD - 4) {
		char c = peek(r, 0);
		bool thousands = c == ',' && len && (len <= 3 || grouped) && is_digit(peek(r, 1)) && is_digit(peek(r, 2)) &&
			is_digit(peek(r, 3)) && !is_digit(peek(r, 4));

		if (is_digit(c) || ((c == '.' || c == '/') && is_digit(peek(r, 1))))
			number[len++] = c;
		else if (!thousands)
			break;
		grouped |= thousands;
		r->at++;
	}
	if (is_ordinal(r)) {
		number[len++] = peek(r, 0);
		number[len++] = peek(r, 1);
		r->at += 2;
	}
	(void)add(r, number, len, TOKEN_NUMBER, from, r->at);
	if (r->at == from)
		r->at++;
}

static bool read_emoji(struct reader *r)
{
	size_t n = 1;

	while (peek(r, n) == '_' || (peek(r, n) >= 'a' && peek(r, n) <= 'z'))
		n++;
	if (n < 3 || peek(r, n) != ':')
		return false;
	(void)add(r, r->in->bytes + r->at, n + 1, TOKEN_EMOJI, r->at, r->at + n + 1);
	r->at += n + 1;
	return true;
}

/* "'n", "'bout"; any other apostrophe is left out. */
static void read_apostrophe(struct reader *r)
{
	size_t n = 1;

	while (is_letter(peek(r, n)))
		n++;
	const char *words = n > 1 && n < MAX_WORD ? lexicon_replacement(r->l, r->in->bytes + r->at, n) : NULL;
	if (words)
		add_words(r, words, r->at, r->at + n);
	r->at += words ? n : 1;
}

static void read_hyphen(struct reader *r)
{
	char before = r->at ? r->in->bytes[r->at - 1] : 0, after = peek(r, 1);
	bool word = is_letter(before) || is_digit(before), next = is_letter(after) || is_digit(after);

	if (is_digit(before) && is_digit(after))
		add_words(r, "to", r->at, r->at + 1);
	else if (!word || !next)
		add_sign(r, '-', r->at, r->at + 1);
	r->at++;
}

static void read_plus(struct reader *r)
{
	bool after_digit = r->at && is_digit(r->in->bytes[r->at - 1]);

	if (!after_digit || is_letter(peek(r, 1)) || is_digit(peek(r, 1)))
		add_words(r, "and", r->at, r->at + 1);
	r->at++;
}

static void read_all(struct reader *r)
{
	while (r->at < r->in->len) {
		char c = peek(r, 0);

		if (is_letter(c))
			read_word(r);
		else if (is_digit(c))
			read_number(r);
		else if (c == '\'')
			read_apostrophe(r);
		else if (c == '-')
			read_hyphen(r);
		else if (c == '&' || c == '+')
			read_plus(r);
		else if (c != ':' || !read_emoji(r)) {
			if (c == '\n')
				add_sign(r, '.', r->at, r->at + 1);
			else if (c && strchr(".,!?;:()/", c))
				add_sign(r, c, r->at, r->at + 1);
			r->at++;
		}
	}
}

/* Of a message that is too long the start and the end are read: people put the worst in either. */
static void fold_text(const struct lexicon *l, const char *bytes, size_t len, struct folded *folded, size_t cap)
{
	size_t head = TEXT_MAX_BYTES / 4 * 3, tail = len - TEXT_MAX_BYTES / 4;

	if (len <= TEXT_MAX_BYTES) {
		fold(l, bytes, 0, len, folded, cap);
		return;
	}
	while (head > 0 && ((unsigned char)bytes[head] & 0xc0) == 0x80)
		head--;
	while (tail < len && ((unsigned char)bytes[tail] & 0xc0) == 0x80)
		tail++;
	fold(l, bytes, 0, head, folded, cap / GROWTH * 3);
	fold(l, "\n", 0, 1, folded, cap);
	folded->start[folded->len - 1] = (uint32_t)head; /* it stands for what is left out */
	folded->end[folded->len - 1] = (uint32_t)tail;
	fold(l, bytes, tail, len, folded, cap);
}

void text_read(const struct lexicon *l, const char *bytes, size_t len, struct arena *arena, struct text *out)
{
	size_t least = len < TEXT_MAX_BYTES ? len : TEXT_MAX_BYTES, cap = least * GROWTH + SLACK;
	struct folded folded = {arena_alloc(arena, cap, 1), arena_alloc(arena, cap, sizeof(uint32_t)),
		arena_alloc(arena, cap, sizeof(uint32_t)), 0};
	struct reader r = {l, &folded, 0, arena_alloc(arena, cap, 1), cap, cap / 2 + 1, out};

	*out = (struct text){.canon = r.canon, .truncated = len > TEXT_MAX_BYTES};
	out->tokens = arena_alloc(arena, r.tokens_cap, sizeof *out->tokens);
	fold_text(l, bytes, len, &folded, cap);
	read_all(&r);
	r.canon[out->len] = '\0';
}

size_t text_token_at(const struct text *t, size_t at)
{
	size_t low = 0, high = t->n_tokens;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->tokens[mid].at + t->tokens[mid].len <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void text_source(const struct text *t, size_t from, size_t to, uint32_t *out_start, uint32_t *out_end)
{
	size_t first = text_token_at(t, from), last = to > from ? text_token_at(t, to - 1) : first;

	if (first >= t->n_tokens) {
		*out_start = *out_end = t->n_tokens ? t->tokens[t->n_tokens - 1].end : 0;
		return;
	}
	if (last >= t->n_tokens)
		last = t->n_tokens - 1;
	*out_start = t->tokens[first].start;
	*out_end = t->tokens[last].end;
}

bool text_is(const struct text *t, size_t token, const char *word)
{
	return token < t->n_tokens && strlen(word) == t->tokens[token].len &&
		memcmp(t->canon + t->tokens[token].at, word, t->tokens[token].len) == 0;
}
