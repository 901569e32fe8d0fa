/* knowledge.c - data from files or from an image of them. */
#include "talk/knowledge.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rules/codes.h"
#include "rules/ruleset.h"
#include "rules/vocab.h"
#include "talk/responses.h"
#include "triage/triage.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/file.h"
#include "util/image.h"
#include "util/mem.h"
#include "util/tree.h"

static const char language[] = "en";

/* Raise it when what an image holds changes though no line of the program does. */
static const char format[] = "knowledge 1";

enum { DATA_MAX_BYTES = 64 << 20 };

/* The root of an image. */
struct flat {
	const struct flat_rules *rules;
	const struct tables *tables;
	const struct responses *responses;
	uint8_t key[DIGEST_BYTES]; /* of what it was read from */
};

static const struct tables *read_tables(struct arena *arena, const char *dir, const struct vocab *vocab, struct problems *problems)
{
	char *intents = file_join(dir, "intents");
	const struct tables *tables = tables_load_in(arena, intents, vocab, problems);

	free(intents);
	return tables;
}

static const struct responses *read_responses(struct arena *arena, const char *dir, struct problems *problems)
{
	struct responses *read = responses_load(dir, language, problems);
	const struct responses *copy = read ? responses_copy(read, arena) : NULL;

	responses_free(read);
	return copy;
}

/* What is wrong with the tables though the rules could not be read: all problems are told at once. */
static void look_at_tables(struct arena *arena, const char *dir, struct problems *problems)
{
	struct problems known; /* those of the vocabulary are told with the rules */
	char *intents = file_join(dir, "intents");

	problems_init(&known);
	struct vocab *vocab = vocab_load(intents, &known);
	if (vocab)
		(void)tables_load_in(arena, intents, vocab, problems);
	vocab_free(vocab);
	problems_done(&known);
	free(intents);
}

int knowledge_read(struct knowledge *k, const char *dir, struct problems *problems)
{
	*k = (struct knowledge){.dir = mem_strdup(dir), .arena = arena_new()};
	k->rules = ruleset_load(dir, language, problems);
	if (k->rules)
		k->tables = read_tables(k->arena, dir, ruleset_vocab(k->rules), problems);
	else
		look_at_tables(k->arena, dir, problems);
	k->responses = read_responses(k->arena, dir, problems);
	return k->rules && k->tables && k->responses ? 0 : -1;
}

/* What the data and all that reads them are, in one key. */
static int key_of(const char *dir, uint8_t out[DIGEST_BYTES], struct err *err)
{
	struct digest d;
	char library[CODES_LIBRARY_BYTES];

	codes_library(library);
	digest_init(&d);
	digest_add(&d, format, sizeof format);
	digest_add(&d, library, sizeof library);
	if (image_add_program(&d) < 0)
		return err_set(err, "the program has no build id");
	if (tree_digest(&d, dir, "intents", DATA_MAX_BYTES, err) < 0 || tree_digest(&d, dir, "responses", DATA_MAX_BYTES, err) < 0)
		return -1;
	digest_end(&d, out);
	return 0;
}

static void use(struct knowledge *k, const struct flat *flat)
{
	k->rules = ruleset_open(flat->rules);
	k->tables = flat->tables;
	k->responses = flat->responses;
}

static int open_image(struct knowledge *k, const char *const images[], const uint8_t key[DIGEST_BYTES])
{
	struct err err; /* why not is no matter */

	for (size_t i = 0; images && images[i]; i++) {
		k->image = image_open(images[i], key, &err);
		if (!k->image)
			continue;
		use(k, image_root(k->image));
		return 0;
	}
	return -1;
}

/* Into one piece of memory, of which an image can be made; what reading took besides is given back. */
static struct flat *read_flat(const char *dir, struct arena *arena, struct problems *problems)
{
	struct ruleset *rules = ruleset_load(dir, language, problems);
	struct flat *flat = arena_alloc(arena, 1, sizeof *flat);

	if (rules) {
		flat->rules = ruleset_flatten(rules, dir, arena);
		flat->tables = read_tables(arena, dir, flat_rules_vocab(flat->rules), problems);
	}
	ruleset_free(rules);
	flat->responses = read_responses(arena, dir, problems);
	(void)malloc_trim(0);
	return flat->tables && flat->responses ? flat : NULL;
}

int knowledge_open(struct knowledge *k, const char *dir, const char *const images[], struct problems *problems)
{
	uint8_t key[DIGEST_BYTES] = {0};
	struct err err;
	bool has_key = key_of(dir, key, &err) == 0;

	*k = (struct knowledge){.dir = mem_strdup(dir)};
	if (has_key && open_image(k, images, key) == 0)
		return 0;
	k->arena = image_arena();
	if (!k->arena)
		k->arena = arena_new();
	struct flat *flat = read_flat(dir, k->arena, problems);
	if (!flat)
		return -1;
	memcpy(flat->key, key, sizeof key);
	k->flat = flat;
	use(k, flat);
	return 0;
}

int knowledge_save(const struct knowledge *k, const char *path, unsigned mode, struct err *err)
{
	uint8_t key[DIGEST_BYTES];

	if (!k->flat || key_of(k->dir, key, err) < 0)
		return k->flat ? -1 : err_set(err, "what is known was not read from files");
	if (memcmp(key, k->flat->key, sizeof key) != 0)
		return err_set(err, "files have changed while they were read");
	return image_save(k->arena, k->flat, key, path, mode, err);
}

void knowledge_free(struct knowledge *k)
{
	ruleset_free(k->rules);
	arena_free(k->arena);
	image_close(k->image);
	free(k->dir);
	*k = (struct knowledge){0};
}
