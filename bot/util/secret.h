/* secret.h - a token or password: read from where it is kept, compared without telling how much was right, wiped when it
 * is freed. Never printed: give it to the log's redactor (redact.h) before anything else. */
#ifndef UTIL_SECRET_H
#define UTIL_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct secret;

enum { SECRET_MAX = 4096 }; /* bytes */

/* The file's one line, its line end cut off. Returns a new secret (free with secret_free), or NULL with `err` set: when it
 * can't be read, everybody may read or write it, it is empty, has several lines or is longer than SECRET_MAX. */
struct secret *secret_read_file(const char *path, struct err *err);
/* The same from an environment variable. */
struct secret *secret_read_env(const char *name, struct err *err);

/* Puts the text into a file that nobody but its owner may read, whole or not at all, also when the power fails. A file of
 * that name is replaced. Returns 0, or -1 with `err` set. */
int secret_write_file(const char *path, const char *text, size_t len, struct err *err);

/* Borrows until secret_free. Never NULL, never "". */
const char *secret_text(const struct secret *s);
/* Whether `text` (NULL: none was given) is the secret; the time it takes depends on the length of `text` alone. */
bool secret_equal(const struct secret *s, const char *text);
/* NULL is fine. */
void secret_free(struct secret *s);

#endif
