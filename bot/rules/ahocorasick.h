/* ahocorasick.h - finds which of many strings are in a text, in one pass over it (Aho and Corasick 1975). */
#ifndef RULES_AHOCORASICK_H
#define RULES_AHOCORASICK_H

#include <stddef.h>
#include <stdint.h>

struct ac;
struct arena;

struct ac *ac_new(void);
void ac_free(struct ac *ac);
/* A copy for reading only, whole in the arena and freed with it. After ac_seal. */
struct ac *ac_copy(const struct ac *ac, struct arena *arena);
/* Adds a string that stands for `id`; the same string may stand for several. Not after ac_seal. */
void ac_add(struct ac *ac, const char *text, uint32_t id);
void ac_seal(struct ac *ac);
/* Sets bit `id` in `bits` for every string that is in the text. */
void ac_find(const struct ac *ac, const char *text, size_t len, uint64_t *bits);
size_t ac_states(const struct ac *ac);

#endif
