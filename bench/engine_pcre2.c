/* engine_pcre2.c - the plain loop: every pattern over every message. What most bots do. */
#include "engine.h"
#include "pcre2_set.h"

static void *pcre2_open(const struct material *m, FILE *notes)
{
	(void)notes;
	return pcre2_set_new(m->patterns, m->n_patterns, NULL);
}

static void pcre2_run(void *engine, const struct material *m, size_t from, size_t to, struct tally *out)
{
	for (size_t i = from; i < to; i++)
		for (size_t p = 0; p < m->n_patterns; p++)
			pcre2_set_spans(engine, p, m->canon[i].text, m->canon[i].len, i, out);
}

static void pcre2_close(void *engine)
{
	pcre2_set_free(engine);
}

const struct engine engine_pcre2 = {"pcre2", pcre2_open, pcre2_run, pcre2_close};
