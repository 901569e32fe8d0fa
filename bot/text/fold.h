/* fold.h - bytes as sent to plain lower-case characters, each knowing where it came from. The first half of text.h. */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct lexicon;

enum { FOLD_GROWTH = 4 }; /* a character becomes at most so many times its bytes: one that would be longer is cut */

/* Wrong bytes, accents and invisible characters are gone; compatibility forms are plain (NFKC); curly quotes are ', long
 * dashes are " - ", line ends are \n, named emoji are " :name: ". Letters outside ASCII stay as UTF-8. */
struct folded {
	char *bytes;
	uint32_t *start, *end; /* of each byte: the character it came from, in the text as sent */
	size_t len;
};

/* Reads text[from..to). Appends to *out, whose arrays hold at least `cap` bytes; stops when they are full. */
void fold(const struct lexicon *l, const char *text, size_t from, size_t to, struct folded *out, size_t cap);

#endif
