/* literal.h - what strings a regex needs in a text to match at all: where they are not there, the regex need not run. Sound,
 * not complete: what the reader does not know needs nothing, and the regex always runs. */
#ifndef RULES_LITERAL_H
#define RULES_LITERAL_H

struct needs;

enum { LITERAL_MAX_LENGTH = 8 }; /* longer strings are cut: their beginning is as necessary */

/* The formula of `regex`, written as PCRE2 takes it. */
int literal_needs(struct needs *needs, const char *regex);

#endif
