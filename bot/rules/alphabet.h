/* alphabet.h - the characters that canonical texts are made of, numbered so that a set of them is one word of bits. */
#ifndef RULES_ALPHABET_H
#define RULES_ALPHABET_H

#include <stddef.h>
#include <stdint.h>

enum {
	CODE_END, /* behind the last character */
	CODE_FIRST_LETTER,
	CODE_FIRST_DIGIT = CODE_FIRST_LETTER + 26,
	CODE_UNDERSCORE = CODE_FIRST_DIGIT + 10,
	CODE_SPACE,
	CODE_FIRST_SIGN,
	CODE_FOREIGN = CODE_FIRST_SIGN + 12, /* all bytes outside ASCII */
	CODES,
	CODE_NONE = 63, /* capitals, line ends, signs that the text was freed of: no canonical text holds one */
};

enum code_kind { KIND_END, KIND_WORD, KIND_SPACE, KIND_OTHER, CODE_KINDS };

typedef uint64_t charset; /* a bit for each */

extern const uint8_t alphabet_codes[256]; /* by byte */

static inline charset code_bit(uint8_t code)
{
	return (charset)1 << code;
}

static inline enum code_kind code_kind(uint8_t code)
{
	return code == CODE_END ? KIND_END : code <= CODE_UNDERSCORE ? KIND_WORD : code == CODE_SPACE ? KIND_SPACE : KIND_OTHER;
}

/* How many bits are set: quicker than the call that a compiler makes of it for machines without an instruction for that. */
static inline size_t charset_size(charset set)
{
	set -= set >> 1 & 0x5555555555555555u;
	set = (set & 0x3333333333333333u) + (set >> 2 & 0x3333333333333333u);
	return ((set + (set >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u >> 56;
}

#define CODES_DIGITS ((((charset)1 << 10) - 1) << CODE_FIRST_DIGIT)
#define CODES_WORD ((((charset)1 << 37) - 1) << CODE_FIRST_LETTER)
#define CODES_ALL ((((charset)1 << (CODES - 1)) - 1) << 1)

#endif
