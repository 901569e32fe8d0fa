/* article.h - the facts of the source article and what they belong to (facts_index.yaml), so that a check can tell
 * which of them no answer reaches. */
#ifndef TRIAGE_ARTICLE_H
#define TRIAGE_ARTICLE_H

#include <stddef.h>

struct tables;

enum { ARTICLE_MAX_TOPICS = 8 };

struct article_fact {
	const char *id; /* "S14" */
	const char *text;
	const char *safer; /* the limit that answers add, or NULL */
	const int *conditions, *tips;
	size_t n_conditions, n_tips;
	int intents[ARTICLE_MAX_TOPICS];
	size_t n_intents;
	const char *topics[ARTICLE_MAX_TOPICS];
	size_t n_topics;
};

size_t article_facts(const struct tables *t);
const struct article_fact *article_fact_at(const struct tables *t, size_t i);

#endif
