/* matrix_markup.c - line by line: a list is open as long as its lines follow each other, a paragraph up to an empty
 * line. Two asterisks open and close; a pair without its partner in the same block of lines is left as it stands. */
#include "channels/matrix_markup.h"

#include <stdbool.h>
#include <string.h>

#include "util/buf.h"

struct line {
	const char *at;
	size_t len;
};

enum block { BLOCK_NONE, BLOCK_WORDS, BLOCK_BULLETS, BLOCK_NUMBERS };

static const struct {
	const char *open, *close, *between;
} tags[] = {
	[BLOCK_NONE] = {"", "", ""},
	[BLOCK_WORDS] = {"<p>", "</p>", "<br>"},
	[BLOCK_BULLETS] = {"<ul><li>", "</li></ul>", "</li><li>"},
	[BLOCK_NUMBERS] = {"<ol><li>", "</li></ol>", "</li><li>"},
};

static bool next_line(const char *source, size_t len, size_t *at, struct line *out)
{
	const char *end;

	if (*at >= len)
		return false;
	end = memchr(source + *at, '\n', len - *at);
	*out = (struct line){source + *at, end ? (size_t)(end - source) - *at : len - *at};
	*at += out->len + 1;
	return true;
}

/* How many bytes the mark of a list takes; 0 for words. */
static size_t mark(const struct line *l, enum block *out)
{
	size_t digits = 0;

	*out = BLOCK_WORDS;
	while (digits < l->len && digits < 3 && l->at[digits] >= '0' && l->at[digits] <= '9')
		digits++;
	if (l->len > 2 && l->at[0] == '-' && l->at[1] == ' ')
		*out = BLOCK_BULLETS;
	else if (digits && l->len > digits + 2 && l->at[digits] == '.' && l->at[digits + 1] == ' ')
		*out = BLOCK_NUMBERS;
	return *out == BLOCK_WORDS ? 0 : *out == BLOCK_BULLETS ? 2 : digits + 2;
}

static bool is_star(const char *s, size_t left)
{
	return left >= 2 && s[0] == '*' && s[1] == '*';
}

/* Words follow these asterisks, and others close before the line ends. */
static bool opens(const char *s, size_t left)
{
	return is_star(s, left) && left > 4 && s[2] != ' ' && memmem(s + 3, left - 3, "**", 2);
}

static void escape(struct buf *out, char c)
{
	switch (c) {
	case '&':
		buf_adds(out, "&amp;");
		break;
	case '<':
		buf_adds(out, "&lt;");
		break;
	case '>':
		buf_adds(out, "&gt;");
		break;
	case '"':
		buf_adds(out, "&quot;");
		break;
	default:
		buf_addc(out, c);
	}
}

static void put_words(const char *s, size_t len, bool html, struct buf *out)
{
	bool bold = false;

	for (size_t i = 0; i < len;) {
		if (bold ? is_star(s + i, len - i) : opens(s + i, len - i)) {
			bold = !bold;
			if (html)
				buf_adds(out, bold ? "<strong>" : "</strong>");
			i += 2;
		} else if (html) {
			escape(out, s[i++]);
		} else {
			buf_addc(out, s[i++]);
		}
	}
}

void matrix_markup_plain(const char *source, size_t len, struct buf *out)
{
	size_t at = 0;
	struct line line;

	while (next_line(source, len, &at, &line)) {
		if (line.at != source)
			buf_addc(out, '\n');
		put_words(line.at, line.len, false, out);
	}
}

void matrix_markup_html(const char *source, size_t len, struct buf *out)
{
	enum block open = BLOCK_NONE, block;
	size_t at = 0, skip;
	struct line line;

	while (next_line(source, len, &at, &line)) {
		skip = mark(&line, &block);
		if (!line.len)
			block = BLOCK_NONE;
		if (block == open)
			buf_adds(out, tags[open].between);
		else {
			buf_adds(out, tags[open].close);
			buf_adds(out, tags[block].open);
		}
		open = block;
		put_words(line.at + skip, line.len - skip, true, out);
	}
	buf_adds(out, tags[open].close);
}
