/* worker.c - bench_understand: one engine, set up once, that runs over messages when told and says how long it took.
 *
 *     bench_understand ENGINE DATA MESSAGES [TIMES [STEP]]
 *     bench_understand dump DATA MESSAGES PATTERNS_OUT CANON_OUT
 *
 * MESSAGES holds one a line. It answers with one JSON line when it is set up, then each line "FROM TO" on standard input is a
 * run over these messages, answered with one JSON line. Times are CPU time of the process: others on the machine count less.
 * TIMES: that many times the patterns, by variation. STEP: only each STEPth pattern. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"
#include "rules/pattern.h"
#include "rules/ruleset.h"
#include "rules/set.h"
#include "text/text.h"
#include "triage/triage.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"
#include "vary.h"

enum { MESSAGES_MAX_BYTES = 256 << 20 };

static const struct engine *const engines[] = {&engine_whole, &engine_match, &engine_pcre2, &engine_hyperscan};

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

void tally_pair(struct tally *t, size_t message, size_t pattern)
{
	t->matches++;
	t->pairs += mix((uint64_t)message << 32 | pattern);
}

void tally_span(struct tally *t, size_t message, size_t pattern, size_t start, size_t end)
{
	t->spans += mix(mix((uint64_t)message << 32 | pattern) ^ (uint64_t)start << 32 ^ end);
}

double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void load_rules(struct material *m, const char *dir)
{
	struct problems problems;
	struct ruleset *rules;

	problems_init(&problems);
	m->rules = rules = ruleset_load(dir, "en", &problems);
	if (rules) {
		char *intents = file_join(dir, "intents");

		m->tables = tables_load(intents, ruleset_vocab(rules), &problems);
		free(intents);
	}
	problems_print(&problems, stderr);
	problems_done(&problems);
	if (!m->rules || !m->tables)
		exit(1);
}

static void list_patterns(struct material *m, size_t times, size_t step)
{
	const struct patterns *pool = m->rules->patterns;
	size_t n = patterns_count(pool);

	m->patterns = mem_alloc(n * times, sizeof *m->patterns);
	for (size_t i = 0; i < n * times; i += step) {
		const char *source = patterns_source(pool, (int)(i % n));

		m->patterns[m->n_patterns++] = i < n ? mem_strdup(source) : vary(source, i);
	}
}

/* An argument that is a number from 1, or 1. */
static size_t number(int argc, char **argv, int i)
{
	size_t n = argc > i ? strtoul(argv[i], NULL, 10) : 1;

	return n ? n : 1;
}

static void load_messages(struct material *m, const char *path)
{
	struct err err;
	struct arena *arena = arena_new(); /* never freed: the texts live as long as the process */
	size_t len = 0, cap = 0;
	char *all = file_read(path, MESSAGES_MAX_BYTES, &len, &err);

	if (!all) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	for (char *at = all, *end; at < all + len; at = end + 1) {
		struct text canon;

		end = memchr(at, '\n', (size_t)(all + len - at));
		end = end ? end : all + len;
		if (m->n_messages == cap) {
			cap = cap ? cap * 2 : 1024;
			m->sent = mem_grow(m->sent, cap, sizeof *m->sent);
			m->canon = mem_grow(m->canon, cap, sizeof *m->canon);
		}
		arena_reset(arena);
		text_read(m->rules->lexicon, at, (size_t)(end - at), arena, &canon);
		m->sent[m->n_messages] = (struct message){at, (size_t)(end - at)};
		m->canon[m->n_messages++] = (struct message){mem_strndup(canon.canon, canon.len), canon.len};
	}
	arena_free(arena);
}

static FILE *open_out(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

/* For engines that are no C: the same patterns and texts, a line each. */
static int dump(const struct material *m, const char *patterns, const char *canon)
{
	FILE *p = open_out(patterns), *c = open_out(canon);

	for (size_t i = 0; i < m->n_patterns; i++)
		fprintf(p, "%s\n", m->patterns[i]);
	for (size_t i = 0; i < m->n_messages; i++)
		fprintf(c, "%.*s\n", (int)m->canon[i].len, m->canon[i].text);
	return fclose(p) == 0 && fclose(c) == 0 ? 0 : 1;
}

static double bytes_a_message(const struct material *m)
{
	size_t sum = 0;

	for (size_t i = 0; i < m->n_messages; i++)
		sum += m->sent[i].len;
	return m->n_messages ? (double)sum / (double)m->n_messages : 0;
}

static void serve(const struct engine *e, const struct material *m)
{
	char line[64];
	double start = cpu_ns();
	void *engine;

	printf("{\"engine\": \"%s\", \"patterns\": %zu, \"messages\": %zu, \"bytes\": %.1f", e->name, m->n_patterns, m->n_messages,
		bytes_a_message(m));
	engine = e->open(m, stdout);
	printf(", \"setup_ms\": %.1f}\n", (cpu_ns() - start) / 1e6);
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		struct tally t = {0};
		char *end = NULL;
		size_t from = strtoul(line, &end, 10), to = strtoul(end, NULL, 10);

		start = cpu_ns();
		e->run(engine, m, from, to < m->n_messages ? to : m->n_messages, &t);
		printf("{\"ns\": %.0f, \"matches\": %" PRIu64 ", \"pairs\": \"%016" PRIx64 "\", \"spans\": \"%016" PRIx64
			"\", \"failed\": %" PRIu64 "}\n", cpu_ns() - start, t.matches, t.pairs, t.spans, t.failed);
		fflush(stdout);
	}
	e->close(engine);
}

int main(int argc, char **argv)
{
	struct material m = {0};

	if (argc < 4) {
		fprintf(stderr, "usage: bench_understand ENGINE DATA MESSAGES [TIMES [STEP]]\n");
		return 2;
	}
	load_rules(&m, argv[2]);
	load_messages(&m, argv[3]);
	if (strcmp(argv[1], "dump") == 0 && argc == 6) {
		list_patterns(&m, 1, 1);
		return dump(&m, argv[4], argv[5]);
	}
	list_patterns(&m, number(argc, argv, 4), number(argc, argv, 5));
	for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
		if (strcmp(engines[i]->name, argv[1]) == 0) {
			serve(engines[i], &m);
			return 0;
		}
	fprintf(stderr, "no engine \"%s\"\n", argv[1]);
	return 2;
}
