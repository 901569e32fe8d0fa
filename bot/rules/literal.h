/* literal.h - strings of which a regex needs at least one to match: where none of them is in the text, the regex need not
 * run. In the line of RE2's prefilter (Russ Cox, "Regular Expression Matching with a Trigram Index", 2012). Sound, not
 * complete: what the reader does not know yields no strings, and the regex always runs. */
#ifndef RULES_LITERAL_H
#define RULES_LITERAL_H

#include <stddef.h>

enum {
	LITERAL_MAX_SET = 256, /* strings in one set */
	LITERAL_MAX_LENGTH = 12, /* longer ones are cut: their beginning is as necessary */
};

struct literals {
	char (*list)[LITERAL_MAX_LENGTH + 1];
	size_t n; /* 0: nothing is known to be needed */
};

/* `regex` is as PCRE2 takes it. *out is a new list (free out->list). */
void literals_needed(const char *regex, struct literals *out);

#endif
