/* spell.h - from a misspelt word to the known word that was meant. */
#ifndef TEXT_SPELL_H
#define TEXT_SPELL_H

#include <stddef.h>

struct arena;
struct spell;

enum { SPELL_MAX_WORD = 24 }; /* longer words are left alone */

struct spell *spell_new(void);
void spell_free(struct spell *s);
/* A copy for reading only, whole in the arena and freed with it. */
struct spell *spell_copy(const struct spell *s, struct arena *arena);
/* Adds a word that may be corrected to; words shorter than four letters or longer than SPELL_MAX_WORD are ignored. Earlier
 * words win where two are as near. Copies. */
void spell_learn(struct spell *s, const char *word, size_t len);
/* True when the word was learnt. */
int spell_knows(const struct spell *s, const char *word, size_t len);
/* The nearest learnt word: one edit away (insertion, deletion, replacement, swap of neighbours) for words of four to six
 * letters, two for longer ones; or NULL. Borrowed. */
const char *spell_correct(const struct spell *s, const char *word, size_t len);

#endif
