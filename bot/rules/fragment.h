/* fragment.h - named pieces of regexes: {calf} becomes (?:...). */
#ifndef RULES_FRAGMENT_H
#define RULES_FRAGMENT_H

struct fragments;
struct problems;
struct yaml;
struct yaml_file;

/* `above` (borrowed, may be NULL) is looked in when a name is not found here. */
struct fragments *fragments_new(const struct fragments *above);
void fragments_free(struct fragments *f);
/* Adds those of a YAML map of name to regex. */
void fragments_read(struct fragments *f, const struct yaml_file *file, const struct yaml *map, struct problems *problems);
/* Returns a new string (free) with every {name} written out, or NULL with a problem at `node`. {gap1} to {gap9} stand for
 * up to that many words in between, no punctuation and nothing that the fragment gap_stop matches; they capture, so that "not" in
 * a gap still counts. */
char *fragments_expand(const struct fragments *f, const char *regex, const struct yaml_file *file, const struct yaml *node,
	struct problems *problems);

#endif
