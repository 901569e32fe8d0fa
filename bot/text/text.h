/* text.h - a message made comparable: folded, parted into words, spelled as the rules expect, with the way back to the
 * bytes as they were sent. What the canonical text looks like is told in docs/rules.md. Pure; never fails: what cannot
 * be read is left out. */
#ifndef TEXT_TEXT_H
#define TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct lexicon;

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_PUNCT, TOKEN_EMOJI, TOKEN_FOREIGN };

struct token {
	uint32_t at, len; /* in the canonical text */
	uint32_t start, end; /* bytes in the text as sent */
	uint8_t kind; /* enum token_kind */
	bool corrected; /* changed by spelling */
	bool unknown; /* neither common nor known to the rules */
};

struct text {
	const char *canon; /* words parted by one space; NUL-ended */
	size_t len;
	struct token *tokens;
	size_t n_tokens;
	bool truncated;
};

enum { TEXT_MAX_BYTES = 16384 }; /* of a longer message the first three quarters and the last quarter of this are read */

void text_read(const struct lexicon *l, const char *bytes, size_t len, struct arena *arena, struct text *out);

/* The token that holds canonical byte `at` (or the next one). */
size_t text_token_at(const struct text *t, size_t at);
/* The bytes as sent of canonical [from, to). */
void text_source(const struct text *t, size_t from, size_t to, uint32_t *out_start, uint32_t *out_end);
bool text_is(const struct text *t, size_t token, const char *word);

#endif
