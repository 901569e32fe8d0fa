/* engine.h - one way to find what messages say, to be timed beside others on the same messages and patterns. */
#ifndef BENCH_ENGINE_H
#define BENCH_ENGINE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct ruleset;
struct tables;

struct message {
	const char *text;
	size_t len;
};

/* What all engines are given; borrowed for the life of the process. */
struct material {
	const struct ruleset *rules;
	const struct tables *tables;
	char **patterns; /* regexes as PCRE2 takes them */
	size_t n_patterns;
	struct message *sent; /* as people type */
	struct message *canon; /* as the patterns expect it: folded, spelled */
	size_t n_messages;
};

/* What was found, in sums that do not depend on the order. */
struct tally {
	uint64_t matches; /* pairs of a message and a pattern that matches in it */
	uint64_t pairs; /* hash of those */
	uint64_t spans; /* hash of message, pattern, start and end of every match; 0 where the engine cannot tell */
	uint64_t failed; /* a limit was hit */
};

/* CPU time of this process. */
double cpu_ns(void);

void tally_pair(struct tally *t, size_t message, size_t pattern);
void tally_span(struct tally *t, size_t message, size_t pattern, size_t start, size_t end);

struct engine {
	const char *name;
	/* Sets up; returns what the other two take. Says in `notes` what a reader of the figures must know, as JSON members
	 * with a comma before each. */
	void *(*open)(const struct material *m, FILE *notes);
	void (*run)(void *engine, const struct material *m, size_t from, size_t to, struct tally *out);
	void (*close)(void *engine);
};

extern const struct engine engine_whole, engine_match, engine_pcre2, engine_hyperscan;

#endif
