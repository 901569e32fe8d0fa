/* units.c - walking UTF-8 by characters. */
#include "channels/units.h"

#include <stdbool.h>
#include <string.h>

static size_t char_bytes(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static size_t char_units(unsigned char first)
{
	return first < 0xf0 ? 1 : 2;
}

size_t units_count(const char *s, size_t len)
{
	size_t units = 0;

	for (size_t at = 0; at < len; at += char_bytes((unsigned char)s[at]))
		units += char_units((unsigned char)s[at]);
	return units;
}

size_t units_to_bytes(const char *s, size_t len, size_t units)
{
	size_t at = 0;

	while (at < len && char_units((unsigned char)s[at]) <= units) {
		units -= char_units((unsigned char)s[at]);
		at += char_bytes((unsigned char)s[at]);
	}
	return at < len ? at : len;
}

static uint32_t char_at(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	switch (char_bytes(u[0])) {
	case 1: return u[0];
	case 2: return (u[0] & 0x1fu) << 6 | (u[1] & 0x3fu);
	case 3: return (u[0] & 0x0fu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
	default: return (u[0] & 0x07u) << 18 | (u[1] & 0x3fu) << 12 | (u[2] & 0x3fu) << 6 | (u[3] & 0x3fu);
	}
}

enum { JOINER = 0x200d };

/* Marks, selectors, modifiers and tags that are drawn together with what stands before them. */
static bool clings(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f}, {0x0900, 0x0903},
		{0x093a, 0x094f}, {0x0e31, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
		{JOINER, JOINER}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff},
		{0xe0020, 0xe007f}, {0xe0100, 0xe01ef},
	};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

static size_t before(const char *s, size_t at)
{
	do
		at--;
	while (((unsigned char)s[at] & 0xc0) == 0x80);
	return at;
}

static bool is_flag_letter(uint32_t c)
{
	return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* Is a character as people see it whole before `at`? Flags are pairs of letters: one that stands between two is taken
 * for the middle of a pair. */
static bool is_whole(const char *s, size_t at)
{
	uint32_t left = char_at(s + before(s, at)), right = char_at(s + at);

	return !clings(right) && left != JOINER && !(is_flag_letter(left) && is_flag_letter(right));
}

static size_t last_whole(const char *s, size_t end)
{
	enum { FARTHEST = 64 }; /* what is longer is no character that anybody could read */

	for (size_t at = end; at > 0 && end - at < FARTHEST; at = before(s, at))
		if (is_whole(s, at))
			return at;
	return end;
}

static bool ends_sentence(const char *s, size_t at)
{
	return memchr(".!?", s[at], 3) && (s[at + 1] == ' ' || s[at + 1] == '\n');
}

/* Behind the last place of its kind, 0 when there is none: from the best kind of place to the worst. */
static size_t last_place(const char *s, size_t end, int kind)
{
	for (size_t at = end; at-- > 1;) {
		bool here = kind == 0 ? s[at] == '\n' && s[at - 1] == '\n'
			: kind == 1 ? s[at] == '\n'
			: kind == 2 ? s[at] == ' ' && ends_sentence(s, at - 1)
			: s[at] == ' ';

		if (here)
			return at;
	}
	return 0;
}

size_t units_cut(const char *s, size_t len, size_t most)
{
	size_t end = units_to_bytes(s, len, most);

	if (end == len)
		return len;
	/* A part that is much shorter than it could be reads worse than one that ends at a lesser place. */
	for (int kind = 0; kind < 4; kind++) {
		size_t at = last_place(s, end + (s[end] == ' ' || s[end] == '\n'), kind);

		if (at > end / 2)
			return at;
	}
	return last_whole(s, end);
}
