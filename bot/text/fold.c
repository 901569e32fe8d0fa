/* fold.c - bytes as sent to plain lower-case characters, each knowing where it came from. */
#include "text/fold.h"

#include <stdbool.h>
#include <string.h>

#include <utf8proc.h>

#include "text/lexicon.h"

enum { MAX_DECOMPOSED = 32 };

struct place {
	uint32_t start, end;
};

static void put(struct folded *out, size_t cap, char c, struct place at)
{
	if (out->len >= cap)
		return;
	out->bytes[out->len] = c;
	out->start[out->len] = at.start;
	out->end[out->len] = at.end;
	out->len++;
}

static void puts_at(struct folded *out, size_t cap, const char *s, struct place at)
{
	for (; *s; s++)
		put(out, cap, *s, at);
}

/* Signs that are written in more than one way, as the one that rules know; NULL for all others. */
static const char *plain_sign(utf8proc_int32_t cp)
{
	switch (cp) {
	case 0x2018:
	case 0x2019:
	case 0x201b:
	case 0x02bc:
	case 0x00b4:
	case '`':
	case 0x2032:
		return "'";
	case 0x2010:
	case 0x2011:
		return "-";
	case 0x2012:
	case 0x2013:
	case 0x2014:
	case 0x2015:
	case 0x2212:
		return " - ";
	case 0x2044:
	case 0x2215:
		return "/";
	case 0x2022:
	case 0x3002:
		return " . ";
	case 0x3001:
		return " , ";
	case 0x0085:
	case 0x2028:
	case 0x2029:
	case '\r':
		return "\n";
	default:
		return NULL;
	}
}

/* What a sign is right behind a digit, where that is something else: two and a half, two to three. */
static const char *sign_after_digit(utf8proc_int32_t cp)
{
	switch (cp) {
	case 0x00bc:
		return ".25";
	case 0x00bd:
		return ".5";
	case 0x00be:
		return ".75";
	case 0x2013:
		return "-";
	default:
		return NULL;
	}
}

static bool ends_in_digit(const struct folded *out)
{
	return out->len && out->bytes[out->len - 1] >= '0' && out->bytes[out->len - 1] <= '9';
}

static void put_codepoint(struct folded *out, size_t cap, utf8proc_int32_t cp, struct place at)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t n;

	if (cp < 0x80) {
		char c = (char)cp;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		put(out, cap, (unsigned char)c < ' ' && c != '\n' ? ' ' : c, at);
		return;
	}
	n = utf8proc_encode_char(cp, bytes);
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		for (utf8proc_ssize_t i = 0; i < n && out->len + (size_t)(n - i) <= cap; i++)
			put(out, cap, (char)bytes[i], at);
		break;
	default:
		put(out, cap, ' ', at);
	}
}

/* One character outside ASCII. */
static void fold_character(const struct lexicon *l, utf8proc_int32_t cp, struct folded *out, size_t cap, struct place at)
{
	utf8proc_int32_t parts[MAX_DECOMPOSED];
	int boundary = 0;
	size_t most = out->len + FOLD_GROWTH * (at.end - at.start);
	const char *sign = ends_in_digit(out) ? sign_after_digit(cp) : NULL, *name;

	if (most > cap)
		most = cap;
	if (!sign)
		sign = plain_sign(cp);
	name = sign ? NULL : lexicon_emoji(l, cp);
	if (name) {
		puts_at(out, cap, " :", at);
		puts_at(out, cap, name, at);
		puts_at(out, cap, ": ", at);
		return;
	}
	if (sign) {
		puts_at(out, cap, sign, at);
		return;
	}
	utf8proc_ssize_t n = utf8proc_decompose_char(cp, parts, MAX_DECOMPOSED,
		UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_STRIPMARK | UTF8PROC_DECOMPOSE, &boundary);
	for (utf8proc_ssize_t i = 0; i < n && i < MAX_DECOMPOSED; i++) {
		sign = plain_sign(parts[i]);
		if (sign)
			puts_at(out, most, sign, at);
		else
			put_codepoint(out, most, parts[i], at);
	}
}

void fold(const struct lexicon *l, const char *text, size_t from, size_t to, struct folded *out, size_t cap)
{
	for (size_t i = from; i < to;) {
		utf8proc_int32_t cp = (unsigned char)text[i];
		utf8proc_ssize_t n = 1;
		struct place at = {(uint32_t)i, (uint32_t)i + 1};

		if (cp >= 0x80)
			n = utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(to - i), &cp);
		if (n < 1) { /* a wrong byte: left out, as if it had never been sent */
			i++;
			continue;
		}
		at.end = (uint32_t)(i + (size_t)n);
		if (cp >= 0x80)
			fold_character(l, cp, out, cap, at);
		else if (cp == '`')
			put(out, cap, '\'', at);
		else
			put_codepoint(out, cap, cp == '\r' ? '\n' : cp, at);
		i += (size_t)n;
	}
}
