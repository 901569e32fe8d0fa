/* units.h - lengths in UTF-16 code units, as some platforms count, and places where a text may be cut. All texts are
 * well-formed UTF-8. */
#ifndef CHANNELS_UNITS_H
#define CHANNELS_UNITS_H

#include <stddef.h>
#include <stdint.h>

size_t units_count(const char *s, size_t len);
/* The byte at which `units` code units have passed, at most `len`. An offset inside a surrogate pair is that of its
 * character. */
size_t units_to_bytes(const char *s, size_t len, size_t units);
/* How many bytes at the start of s make a part of at most `most` units (from 2 on): all of them, or up to the end of a
 * paragraph, a line, a sentence, a word, or else of a character as people see it. Never 0 when len is not. White space
 * around the cut is left where it is. */
size_t units_cut(const char *s, size_t len, size_t most);

#endif
