/* alphabet.c - the characters that canonical texts are made of. */
#include "rules/alphabet.h"

#define EIGHT(code) code, code, code, code, code, code, code, code
#define MANY(code) EIGHT(code), EIGHT(code), EIGHT(code), EIGHT(code), EIGHT(code), EIGHT(code), EIGHT(code), EIGHT(code)
#define X CODE_NONE

const uint8_t alphabet_codes[256] = {
	EIGHT(X), EIGHT(X),
	EIGHT(X), EIGHT(X),
	38, 41, 50, X, X, X, X, 48, 45, 46, X, X, 40, 49, 39, 47,
	27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 44, 43, X, X, X, 42,
	EIGHT(X), EIGHT(X),
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, 37,
	X, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, X, X, X, X, X,
	MANY(CODE_FOREIGN), MANY(CODE_FOREIGN),
};
