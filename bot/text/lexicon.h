/* lexicon.h - a language's words before any rule sees them: intents/LANG/lexicon.yaml and words.txt. Immutable. */
#ifndef TEXT_LEXICON_H
#define TEXT_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct problems;
struct lexicon;
struct yaml;
struct yaml_file;

/* Reads `dir`/lexicon.yaml and `dir`/words.txt. Returns a new lexicon, or NULL with problems added. */
struct lexicon *lexicon_load(const char *dir, struct problems *problems);
void lexicon_free(struct lexicon *l);
/* A copy for reading only, whole in the arena and freed with it, without its file. */
struct lexicon *lexicon_copy(const struct lexicon *l, struct arena *arena);

/* The file as read, for the keys that the rules layer owns (fragments). Borrowed; NULL in a copy. */
const struct yaml_file *lexicon_file(const struct lexicon *l);

/* What a word as typed stands for ("can not"), or NULL. Borrowed. */
const char *lexicon_replacement(const struct lexicon *l, const char *word, size_t len);
/* True when 's after the word means "is". */
bool lexicon_noun_is(const struct lexicon *l, const char *word, size_t len);
/* The name of a sign ("thumbs_up"), or NULL. Borrowed. */
const char *lexicon_emoji(const struct lexicon *l, int32_t codepoint);
/* The ASCII letter that a look-alike letter stands for inside a Latin word, or 0. */
char lexicon_lookalike(const struct lexicon *l, int32_t codepoint);
/* A common word of the language: never corrected. */
bool lexicon_common(const struct lexicon *l, const char *word, size_t len);
/* Common, or known to the rules. */
bool lexicon_known(const struct lexicon *l, const char *word, size_t len);
/* Adds a word that the rules know, for spelling. While loading only. */
void lexicon_learn(struct lexicon *l, const char *word, size_t len);
/* Adds a word that is never corrected, but not corrected to either: "swolen" in a rule that expects it. False when it was
 * there already. */
bool lexicon_keep(struct lexicon *l, const char *word, size_t len);
/* The known word one or two typing errors away from an unknown one, or NULL. Borrowed. */
const char *lexicon_correct(const struct lexicon *l, const char *word, size_t len);
/* The number that a word stands for; false when it is none. */
bool lexicon_number(const struct lexicon *l, const char *word, size_t len, double *out);

#endif
