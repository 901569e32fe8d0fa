/* file.h - whole files and folders, with a ceiling. */
#ifndef UTIL_FILE_H
#define UTIL_FILE_H

#include <stddef.h>

struct err;

/* Returns a new NUL-ended copy of the file (free with free) and its length, or NULL with `err` set: missing, unreadable,
 * or larger than `max`. */
char *file_read(const char *path, size_t max, size_t *out_len, struct err *err);

/* Returns a new NULL-ended list of the paths (dir/name) of the regular files in `dir` whose name ends in `suffix`,
 * sorted by name (free with file_list_free), or NULL with `err` set. */
char **file_list(const char *dir, const char *suffix, struct err *err);
void file_list_free(char **list);

/* "a/b": a new string. */
char *file_join(const char *dir, const char *name);

#endif
