/* ahocorasick.h - finds which of many strings are in a text, in one pass over it (Aho and Corasick 1975). */
#ifndef RULES_AHOCORASICK_H
#define RULES_AHOCORASICK_H

#include <stddef.h>
#include <stdint.h>

struct ac;

struct ac *ac_new(void);
void ac_free(struct ac *ac);
/* Adds a string that stands for `id`; the same string may stand for several. Not after ac_seal. */
void ac_add(struct ac *ac, const char *text, uint32_t id);
void ac_seal(struct ac *ac);
/* Sets bit `id` in `bits` for every string that is in the text. */
void ac_find(const struct ac *ac, const char *text, size_t len, uint64_t *bits);
size_t ac_states(const struct ac *ac);

#endif
