/* fuzz_text.c - any bytes become a canonical text whose words know where they came from. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/lexicon.h"
#include "text/text.h"
#include "util/arena.h"
#include "util/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_token(const struct text *t, size_t i, size_t size)
{
	const struct token *k = &t->tokens[i];
	uint32_t start, end;

	must(k->len > 0 && k->at + k->len <= t->len);
	must(k->start < k->end && (k->end <= size || t->truncated));
	must(i == 0 || (t->tokens[i - 1].at + t->tokens[i - 1].len + 1 == k->at && t->canon[k->at - 1] == ' '));
	must(text_token_at(t, k->at) == i);
	text_source(t, k->at, k->at + k->len, &start, &end);
	must(start == k->start && end == k->end);
	for (size_t c = k->at; c < k->at + k->len; c++)
		must(t->canon[c] != ' ' && !(t->canon[c] >= 'A' && t->canon[c] <= 'Z') && (unsigned char)t->canon[c] > ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lexicon *lexicon;
	struct arena *arena = arena_new();
	struct text text;

	if (!lexicon) {
		struct problems p;

		problems_init(&p);
		lexicon = lexicon_load(SOLEUS_DATA_DIR "/intents/en", &p);
		must(lexicon != NULL);
		lexicon_learn(lexicon, "swollen", 7);
	}
	text_read(lexicon, (const char *)data, size, arena, &text);
	must(strlen(text.canon) == text.len);
	for (size_t i = 0; i < text.n_tokens; i++)
		check_token(&text, i, size);
	arena_free(arena);
	return 0;
}
