/* engine_ours.c - the program's own ways: matching alone, and the whole understanding. */
#include <stdlib.h>
#include <unistd.h>

#include "engine.h"
#include "rules/pattern.h"
#include "rules/ruleset.h"
#include "rules/set.h"
#include "rules/understand.h"
#include "triage/triage.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/image.h"
#include "util/mem.h"

/* A Tuesday, for "since Friday": the day must not change what is measured. */
static const struct moment the_day = {.weekday = 2, .day = 14, .month = 5, .year = 2024};

struct own {
	struct arena *arena;
	struct image *image; /* that the patterns are in, or NULL */
	struct patterns *patterns; /* matching alone */
};

static void *whole_open(const struct material *m, FILE *notes)
{
	struct own *own = mem_alloc(1, sizeof *own);

	(void)m;
	(void)notes;
	own->arena = arena_new_large(256 << 10); /* as the daemon has it */
	return own;
}

static void whole_run(void *engine, const struct material *m, size_t from, size_t to, struct tally *out)
{
	struct own *own = engine;

	for (size_t i = from; i < to; i++) {
		struct understanding u;
		struct decision d;

		arena_reset(own->arena);
		understand(m->rules, m->sent[i].text, m->sent[i].len, the_day, own->arena, &u);
		facts_sober(m->tables, &u.facts);
		decide(m->tables, &u.facts, &d);
		if (intent_urgency(m->tables, u.intent) > d.urgency)
			d.urgency = intent_urgency(m->tables, u.intent);
		for (size_t k = 0; k < u.n_mentions; k++) {
			tally_pair(out, i, (size_t)u.mentions[k].finding);
			out->failed += u.mentions[k].limit_hit;
		}
		tally_span(out, i, (size_t)d.urgency, (size_t)u.intent, 0);
	}
}

/* The program maps what it made of its data once (docs/start.md): so are these patterns made, kept in a file, and opened from
 * it. Opening is what a start takes. */
static void open_from_image(struct own *own, FILE *notes)
{
	static const uint8_t key[DIGEST_BYTES] = {1};
	char path[] = "/tmp/bench-patterns-XXXXXX";
	struct arena *arena = image_arena();
	struct err err;
	int fd = mkstemp(path);

	if (fd < 0 || !arena || image_save(arena, pool_copy(own->patterns, arena), key, path, 0600, &err) < 0)
		exit(1);
	close(fd);
	arena_free(arena);
	patterns_free(own->patterns);
	double start = cpu_ns();
	if (!(own->image = image_open(path, key, &err))) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	own->patterns = patterns_open(image_root(own->image));
	fprintf(notes, ", \"opened_ms\": %.1f", (cpu_ns() - start) / 1e6);
	unlink(path);
}

/* A pool of its own, made as the rule set makes its one, so that other sets of patterns can be measured as well. */
static void *match_open(const struct material *m, FILE *notes)
{
	struct own *own = whole_open(m, notes);
	struct err err;
	struct buf usual;

	own->patterns = patterns_new();
	for (size_t i = 0; i < m->n_patterns; i++) {
		int number = patterns_add(own->patterns, m->patterns[i], &err);

		if (number < 0) {
			fprintf(stderr, "%s: %s\n", err.text, m->patterns[i]);
			exit(1);
		}
		patterns_lead(own->patterns, number);
	}
	ruleset_sentences(m->rules, &usual);
	patterns_seal(own->patterns, buf_str(&usual));
	buf_done(&usual);
	open_from_image(own, notes);
	return own;
}

static void match_run(void *engine, const struct material *m, size_t from, size_t to, struct tally *out)
{
	struct own *own = engine;
	for (size_t i = from; i < to; i++) {
		arena_reset(own->arena);
		struct scan *scan = scan_new(own->patterns, m->canon[i].text, m->canon[i].len, own->arena);

		for (int p = scan_next(scan, 0); p >= 0; p = scan_next(scan, p + 1)) {
			const struct spans *spans = scan_spans(scan, p);

			for (size_t k = 0; k < spans->n; k++)
				tally_span(out, i, (size_t)p, spans->list[k].start, spans->list[k].end);
			if (spans->n)
				tally_pair(out, i, (size_t)p);
			out->failed += spans->failed;
		}
	}
}

static void own_close(void *engine)
{
	struct own *own = engine;

	patterns_free(own->patterns);
	image_close(own->image);
	arena_free(own->arena);
	free(own);
}

const struct engine engine_whole = {"whole", whole_open, whole_run, own_close};
const struct engine engine_match = {"match", match_open, match_run, own_close};
