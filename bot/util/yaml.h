/* yaml.h - a YAML file as a tree that knows where everything stands. Over libyaml. One document a file; anchors and
 * aliases are refused, as are duplicate keys, files over YAML_MAX_BYTES and nesting over YAML_MAX_DEPTH. */
#ifndef UTIL_YAML_H
#define UTIL_YAML_H

#include <stdbool.h>
#include <stddef.h>

enum { YAML_MAX_BYTES = 4 << 20, YAML_MAX_DEPTH = 32 };

struct arena;
struct problems;

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_kind kind;
	int line, column; /* from 1 */
	const char *text; /* scalar: its text, NUL-ended; never NULL for scalars */
	bool quoted; /* scalar: written in quotes or as a block */
	size_t n; /* list, map: how many */
	struct yaml **items; /* list: items; map: values */
	struct yaml **keys; /* map: keys, scalars, in file order */
};

struct yaml_file; /* owns the tree and remembers its name for messages */

/* Reads `path`; messages name `shown` instead where it is not NULL. Returns a new file (free with yaml_close), or NULL
 * with at least one problem added. An empty file is an empty map. */
struct yaml_file *yaml_open(const char *path, const char *shown, struct problems *problems);
/* The same from memory. `bytes` is not kept. */
struct yaml_file *yaml_parse(const char *bytes, size_t len, const char *shown, struct problems *problems);
void yaml_close(struct yaml_file *f);
/* Borrow until yaml_close. */
const struct yaml *yaml_root(const struct yaml_file *f);
const char *yaml_name(const struct yaml_file *f);

/* The value of `key` in a map, or NULL (also when `map` is NULL or no map). */
const struct yaml *yaml_get(const struct yaml *map, const char *key);

/* A copy of the tree for reading only, whole in the arena and freed with it. */
const struct yaml *yaml_copy(const struct yaml *node, struct arena *arena);

/* Adds a problem at the place of `node`. */
void yaml_problem(const struct yaml_file *f, const struct yaml *node, struct problems *problems, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Typed getters: each returns 0, or -1 with a problem that says what was expected. A missing key is a problem only when
 * `required`; otherwise *out is left as it was. Strings borrow until yaml_close. */
int yaml_string(const struct yaml_file *f, const struct yaml *map, const char *key, bool required, const char **out,
	struct problems *problems);
int yaml_int(const struct yaml_file *f, const struct yaml *map, const char *key, bool required, int min, int max, int *out,
	struct problems *problems);
int yaml_bool(const struct yaml_file *f, const struct yaml *map, const char *key, bool required, bool *out,
	struct problems *problems);
/* *out gets the list, map or scalar of that key, when it is of that kind. */
int yaml_child(const struct yaml_file *f, const struct yaml *map, const char *key, bool required, enum yaml_kind kind,
	const struct yaml **out, struct problems *problems);

/* Refuses every key of `map` that is not in `known` (NULL-ended), naming the nearest. `map` that is no map is refused
 * too. Returns 0 or -1. */
int yaml_only(const struct yaml_file *f, const struct yaml *map, const char *const known[], struct problems *problems);

#endif
