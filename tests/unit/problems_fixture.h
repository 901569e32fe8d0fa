/* problems_fixture.h - what is said of a file that is refused; files with one change each. */
#ifndef PROBLEMS_FIXTURE_H
#define PROBLEMS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/err.h"
#include "util/mem.h"
#include "util/yaml.h"

/* What problems_print writes (free with free). */
static inline char *printed(const struct problems *p)
{
	char *text = NULL, *copy;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	problems_print(p, out);
	assert_int_equal(fclose(out), 0);
	copy = mem_strdup(text); /* GCC takes the stream's own for a pointer to a variable that is gone */
	free(text);
	return copy;
}

/* The same, and forgets the problems. */
static inline char *taken(struct problems *p)
{
	char *text = printed(p);
	problems_done(p);
	return text;
}

/* True when there are none; shows them otherwise, and forgets them. */
static inline bool no_problems(struct problems *p)
{
	char *said = taken(p);
	bool none = !*said;
	if (!none)
		print_error("%s", said);
	free(said);
	return none;
}

/* The text with its first `old` replaced (free with free). */
static inline char *changed(const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);
	if (!at)
		fail_msg("'%s' is not in\n%s", old, text);
	char *out = mem_alloc(strlen(text) + strlen(new) + 1, 1);
	memcpy(out, text, (size_t)(at - text));
	return strcat(strcat(out, new), at + strlen(old));
}

/* One change to a good file, and all that is said of it then. */
struct refusal {
	const char *old, *new, *want;
};

/* Makes each of the changes alone, and has the file read, which is shown by this name. */
static inline void check_refusals(const char *good, const char *name, const struct refusal *list, size_t n,
	void (*read)(struct yaml_file *f, struct problems *problems))
{
	int failed = 0;
	for (size_t i = 0; i < n; i++) {
		struct problems problems;
		char *text = changed(good, list[i].old, list[i].new);
		problems_init(&problems);
		struct yaml_file *f = yaml_parse(text, strlen(text), name, &problems);
		if (f)
			read(f, &problems);
		char *said = taken(&problems);
		if (strcmp(said, list[i].want) != 0) {
			print_error("%s\nsaid   %swanted %s", list[i].new, said, list[i].want);
			failed++;
		}
		free(said);
		free(text);
		yaml_close(f);
	}
	assert_int_equal(failed, 0);
}

#endif
