/* fuzz_rules.c - any bytes as a findings file are rules or a list of problems; rules that were read can be matched. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rules/context.h"
#include "rules/fragment.h"
#include "rules/reading.h"
#include "rules/set.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/strmap.h"
#include "util/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char sample[] = "my left calf is swollen and not warm , maybe 3 days . no pain !";

static void match_all(struct ruleset *set)
{
	struct arena *arena = arena_new();
	struct token tokens[1] = {{0, sizeof sample - 1, 0, sizeof sample - 1, TOKEN_WORD, false, false}};
	struct text text = {.canon = sample, .len = sizeof sample - 1, .tokens = tokens, .n_tokens = 1};
	struct boundaries none = {.openers = -1, .verbs = -1, .joins = -1};
	struct reading reading;
	struct hit hits[RULE_MAX_HITS];

	reading_make(&reading, &none, set->patterns, text, arena);
	for (size_t i = 0; i < set->n_rules; i++) {
		size_t n = rule_hits(&set->rules[i].rule, &reading, hits);

		for (size_t k = 0; k < n; k++)
			if (hits[k].end > text.len || hits[k].start > hits[k].end)
				abort();
	}
	arena_free(arena);
}

static void done(struct ruleset *set)
{
	for (size_t i = 0; i < set->n_rules; i++) {
		rule_done(&set->rules[i].rule);
		free(set->rules[i].also);
	}
	free(set->rules);
	free(set->expectations);
	patterns_free(set->patterns);
	fragments_free(set->fragments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vocab *vocab;
	struct problems p;

	problems_init(&p);
	if (!vocab && !(vocab = vocab_load(SOLEUS_DATA_DIR "/intents", &p)))
		abort();
	struct yaml_file *file = yaml_parse((const char *)data, size, "fuzz.yaml", &p);
	if (file) {
		struct ruleset set = {.vocab = vocab, .patterns = patterns_new(), .fragments = fragments_new(NULL)};
		struct strmap *ids = strmap_new();

		findings_read(&set, file, ids, &p);
		patterns_seal(set.patterns, "");
		if (!p.n)
			match_all(&set);
		strmap_free(ids);
		done(&set);
	}
	yaml_close(file);
	problems_done(&p);
	return 0;
}
