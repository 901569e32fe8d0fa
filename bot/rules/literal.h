/* literal.h - what strings a regex needs in a text to match at all, and which ones its matches begin with: where they are not
 * there, the regex need not run. Sound, not complete: what the reader does not know needs nothing, and the regex always runs. */
#ifndef RULES_LITERAL_H
#define RULES_LITERAL_H

#include <stdint.h>

struct needs;

/* Tells `needs` what `regex`, written as PCRE2 takes it, depends on. `user` is its number there. */
void literal_attach(struct needs *needs, uint32_t user, const char *regex);

#endif
