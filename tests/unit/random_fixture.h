/* random_fixture.h - regexes and canonical texts at random, the same in each run. */
#ifndef RANDOM_FIXTURE_H
#define RANDOM_FIXTURE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What regexes are made of; each list ends with NULL. */
struct regex_kinds {
	const char *const *plain, *const *classes, *const *edges, *const *groups, *const *often;
	uint32_t repeated, skipping; /* one in so many atoms, branches */
	int depth; /* of groups in groups, at most */
	size_t max; /* bytes with the end's 0 */
};

static uint32_t seed = 4711;

static inline uint32_t pick(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static inline const char *one_of(const char *const *list)
{
	uint32_t n = 0;
	while (list[n])
		n++;
	return list[pick(n)];
}

/* What has no room is left out: then it may not compile. */
static inline void put_regex(const struct regex_kinds *k, char *out, const char *s)
{
	if (strlen(out) + strlen(s) < k->max)
		strcat(out, s);
}

static inline void put_branches(const struct regex_kinds *k, char *out, int depth);

static inline void put_atom(const struct regex_kinds *k, char *out, int depth)
{
	switch (depth ? pick(8) : pick(5)) {
	case 0:
	case 1:
	case 2:
		put_regex(k, out, one_of(k->plain));
		break;
	case 3:
		put_regex(k, out, one_of(k->classes));
		break;
	case 4:
		put_regex(k, out, one_of(k->edges));
		break;
	default:
		put_regex(k, out, one_of(k->groups));
		put_branches(k, out, depth - 1);
		put_regex(k, out, ")");
	}
}

static inline void put_branches(const struct regex_kinds *k, char *out, int depth)
{
	for (uint32_t branches = 1 + pick(3); branches > 0; branches--) {
		for (uint32_t atoms = pick(4) + (depth == k->depth); atoms > 0; atoms--) {
			put_atom(k, out, depth);
			if (pick(k->repeated) == 0)
				put_regex(k, out, one_of(k->often));
		}
		if (pick(k->skipping) == 0)
			put_regex(k, out, "(*SKIP)(*F)");
		if (branches > 1)
			put_regex(k, out, "|");
	}
}

static inline void random_regex(const struct regex_kinds *k, char *out)
{
	*out = '\0';
	put_branches(k, out, k->depth);
}

/* Fewer than `most` words and signs parted by one space, as text_read writes them. */
static inline void random_text(const char *const *words, uint32_t most, char *out)
{
	*out = '\0';
	for (uint32_t n = pick(most); n > 0; n--)
		strcat(strcat(out, one_of(words)), n > 1 ? " " : "");
}

#endif
