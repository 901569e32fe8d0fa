/* knowledge.h - all data that a talk needs: rules, tables and wording of a language. Replaced whole on reload. */
#ifndef TALK_KNOWLEDGE_H
#define TALK_KNOWLEDGE_H

struct arena;
struct err;
struct flat;
struct image;
struct problems;
struct responses;
struct ruleset;
struct tables;

struct knowledge {
	char *dir;
	struct ruleset *rules;
	const struct tables *tables;
	const struct responses *responses;
	/* where they are, for knowledge_free */
	struct arena *arena;
	struct image *image;
	struct flat *flat;
};

/* Reads all files of the data folder `dir`, samples and all, for the check. Returns 0, or -1 with every problem added; *k needs
 * knowledge_free either way. */
int knowledge_read(struct knowledge *k, const char *dir, struct problems *problems);

/* The same for use, without samples: from the first of these files (up to a NULL; the list may be NULL) that is an image of just
 * these data, which takes milliseconds; else from the files themselves. Where an image is wrong in any way that shows nowhere
 * but in the time. */
int knowledge_open(struct knowledge *k, const char *dir, const char *const images[], struct problems *problems);

/* Writes what knowledge_open read from files as an image (mode as of chmod). Returns 0, or -1 with `err` set: it came from an
 * image itself, the files have changed since, the file can't be written. */
int knowledge_save(const struct knowledge *k, const char *path, unsigned mode, struct err *err);

void knowledge_free(struct knowledge *k);

#endif
