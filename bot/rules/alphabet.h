/* alphabet.h - the characters that canonical texts are made of, numbered so that a set of them is one word of bits. */
#ifndef RULES_ALPHABET_H
#define RULES_ALPHABET_H

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

#define CODES_DIGITS ((((charset)1 << 10) - 1) << CODE_FIRST_DIGIT)
#define CODES_WORD ((((charset)1 << 37) - 1) << CODE_FIRST_LETTER)
#define CODES_ALL ((((charset)1 << (CODES - 1)) - 1) << 1)

#endif
