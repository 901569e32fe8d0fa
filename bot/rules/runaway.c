/* runaway.c - a repeated piece that holds a repeated piece can cut a text in as many ways as there are sets of its letters,
 * and where the end does not fit all of them are tried. Not each such pattern does: `(?: \w+)*` can't, as the space tells where a
 * piece begins. So those that look like it are tried out. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/runaway.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <pcre2.h>

#include "rules/codes.h"

enum {
	DEEPEST = 64, /* groups in groups */
	BODY = 22, /* letters that are repeated: two ways for each of them are far beyond the limit, their third power isn't */
	MOST_WORDS = 12,
	LONGEST_WORD = 14,
};

struct words {
	char list[MOST_WORDS][LONGEST_WORD + 1];
	size_t n;
};

/* What follows a character class, from behind its "[". */
static const char *behind_class(const char *s)
{
	if (*s == '^')
		s++;
	if (*s == ']')
		s++;
	while (*s && *s != ']')
		s += *s == '\\' && s[1] ? 2 : 1;
	return *s ? s + 1 : s;
}

/* "*", "+", "{2,}", unless it gives nothing back ("*+"). */
static bool is_endless(const char *s)
{
	if (*s == '*' || *s == '+')
		return s[1] != '+';
	if (*s != '{')
		return false;
	size_t digits = strspn(s + 1, "0123456789");
	return digits && s[1 + digits] == ',' && s[2 + digits] == '}' && s[3 + digits] != '+';
}

/* Whether an endless piece stands in an endless piece. */
static bool is_nested(const char *s)
{
	bool endless[DEEPEST] = {false};
	size_t depth = 0;

	while (*s) {
		bool closes = false, inner = false;

		if (*s == '(' && depth + 1 < DEEPEST) {
			endless[++depth] = false;
			s += s[1] == '?' ? 2 : 1;
			continue;
		}
		if (*s == ')' && depth) {
			closes = true;
			inner = endless[depth--];
			endless[depth] |= inner;
		}
		s = *s == '[' ? behind_class(s + 1) : s + (*s == '\\' && s[1] ? 2 : 1);
		if (is_endless(s)) {
			if (closes && inner)
				return true;
			endless[depth] = true;
		}
	}
	return false;
}

static void add_word(struct words *w, const char *text, size_t len)
{
	if (len < 1 || len > LONGEST_WORD || w->n == MOST_WORDS)
		return;
	for (size_t i = 0; i < w->n; i++)
		if (strlen(w->list[i]) == len && memcmp(w->list[i], text, len) == 0)
			return;
	memcpy(w->list[w->n], text, len);
	w->list[w->n++][len] = '\0';
}

/* The letters that stand in the pattern as they are. */
static void find_words(const char *s, struct words *out)
{
	out->n = 0;
	add_word(out, "a", 1); /* most classes take it */
	while (*s) {
		size_t len = 0;

		if (*s == '[') {
			s = behind_class(s + 1);
		} else if (*s == '\\' && s[1]) {
			s += 2;
		} else if (*s == '(' && s[1] == '?' && (s[2] == '<' || s[2] == 'P') && isalpha((unsigned char)s[3])) {
			s += strcspn(s, ">)"); /* the name of a group */
		} else {
			while (isalpha((unsigned char)s[len]))
				len++;
			add_word(out, s, len);
			s += len ? len : 1;
		}
	}
}

/* The word, many times; before it or behind it another one, as a match is not even begun where a letter is lacking. */
static void make_text(const char *other, bool before, const char *word, bool spaced, char out[RUNAWAY_TEXT])
{
	size_t len = (size_t)snprintf(out, RUNAWAY_TEXT, "%s%s", before ? other : "", before ? " " : ""), end = len + BODY;

	while (len < end && len + 2 * LONGEST_WORD + 4 < RUNAWAY_TEXT)
		len += (size_t)snprintf(out + len, RUNAWAY_TEXT - len, "%s%s", word, spaced ? " " : "");
	(void)snprintf(out + len, RUNAWAY_TEXT - len, "!%s%s", before ? "" : " ", before ? "" : other);
}

static bool hits_limit(struct codes *codes, int number, const char *source, const char *text)
{
	int groups = codes_match(codes, number, source, text, strlen(text), 0);

	return groups < 0 && groups != PCRE2_ERROR_NOMATCH;
}

bool runaway(struct codes *codes, int number, const char *source, char out_text[RUNAWAY_TEXT])
{
	struct words words;

	if (!is_nested(source))
		return false;
	memset(out_text, 0, RUNAWAY_TEXT); /* machine code may read ahead of the end */
	find_words(source, &words);
	for (size_t other = 0; other < 2 * words.n; other++)
		for (size_t word = 0; word < 2 * words.n; word++) {
			make_text(words.list[other / 2], other % 2, words.list[word / 2], word % 2, out_text);
			if (hits_limit(codes, number, source, out_text))
				return true;
		}
	return false;
}
