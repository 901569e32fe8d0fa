/* ruleset.c - everything under intents/LANG read, checked and compiled. */
#include "rules/ruleset.h"

#include <stdlib.h>
#include <string.h>

#include "rules/context.h"
#include "rules/fragment.h"
#include "rules/intent.h"
#include "rules/phrases.h"
#include "rules/set.h"
#include "rules/understand.h"
#include "rules/value.h"
#include "text/lexicon.h"
#include "text/text.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/strmap.h"
#include "util/yaml.h"

enum { SENTENCES_MAX_BYTES = 16 << 20 };

/* Opens a file and keeps it for as long as the set lives: rules borrow its name and samples. */
static const struct yaml_file *keep(struct ruleset *r, const char *path, struct problems *problems)
{
	struct yaml_file *f = yaml_open(path, NULL, problems);

	if (!f)
		return NULL;
	mem_room(r->files, r->n_files, r->cap_files);
	return r->files[r->n_files++] = f;
}

static const struct yaml_file *keep_in(struct ruleset *r, const char *dir, const char *name, struct problems *problems)
{
	char *path = file_join(dir, name);
	const struct yaml_file *f = keep(r, path, problems);

	free(path);
	return f;
}

static void load_fragments(struct ruleset *r, struct problems *problems)
{
	const struct yaml_file *f = lexicon_file(r->lexicon);
	const struct yaml *map = NULL;

	if (yaml_child(f, yaml_root(f), "fragments", false, YAML_MAP, &map, problems) == 0)
		fragments_read(r->fragments, f, map, problems);
}

static void load_findings_file(struct ruleset *r, const char *path, struct strmap *ids, struct problems *problems)
{
	static const char *const known[] = {"fragments", "findings", "intents", NULL};
	const struct yaml_file *f = keep(r, path, problems);

	if (f && yaml_only(f, yaml_root(f), known, problems) == 0)
		findings_read(r, f, ids, problems);
}

static void load_findings(struct ruleset *r, const char *dir, struct problems *problems)
{
	struct err err;
	struct strmap *ids = strmap_new();
	char *folder = file_join(dir, "findings"), **paths = file_list(folder, ".yaml", &err);
	const struct yaml_file *values = keep_in(r, dir, "values.yaml", problems);

	if (!paths)
		problems_add(problems, folder, 0, 0, "%s", err.text);
	for (size_t i = 0; paths && paths[i]; i++)
		load_findings_file(r, paths[i], ids, problems);
	if (values) {
		r->values = values_read(values, r->vocab, problems);
		findings_read(r, values, ids, problems);
	}
	file_list_free(paths);
	free(folder);
	strmap_free(ids);
}

static void load_language(struct ruleset *r, const char *dir, struct problems *problems)
{
	r->lexicon = lexicon_load(dir, problems);
	if (!r->lexicon)
		return;
	load_fragments(r, problems);
	const struct yaml_file *context = keep_in(r, dir, "context.yaml", problems);
	const struct yaml_file *intents = keep_in(r, dir, "intents.yaml", problems);
	const struct yaml_file *answers = keep_in(r, dir, "answers.yaml", problems);
	if (context)
		r->context = context_read(context, r->vocab, r->fragments, r->patterns, problems);
	if (intents)
		r->intents = intents_read(intents, r->vocab, r->fragments, r->patterns, problems);
	if (answers)
		r->phrases = phrases_read(answers, r->fragments, r->patterns, problems);
	load_findings(r, dir, problems);
}

enum { KNOWN_WORD = 3, RARE_WORD = 8 }; /* letters */

static bool stands_alone(const char *source, const char *from, const char *to)
{
	bool left = from == source || strchr("(|: ", from[-1]) || (from - source > 1 && from[-1] == 'b' && from[-2] == '\\');

	return left && (!*to || strchr("|) ", *to) || (*to == '\\' && to[1] == 'b'));
}

/* Words that stand in rules are what spelling corrects to: those that are common English, and long ones that stand alone
 * (names of drugs). All others are at least left as they are typed. */
static void learn_words(struct ruleset *r, const char *source)
{
	for (const char *at = source; *at;) {
		const char *end = at;

		while (*end >= 'a' && *end <= 'z')
			end++;
		size_t len = (size_t)(end - at);
		if (*at == '\\' && at[1]) {
			at += 2;
			continue;
		}
		bool rare = len >= RARE_WORD && stands_alone(source, at, end);
		bool new = len >= KNOWN_WORD && lexicon_keep(r->lexicon, at, len);
		if (rare || (new && lexicon_common(r->lexicon, at, len)))
			lexicon_learn(r->lexicon, at, len);
		at = len ? end : at + 1;
	}
}

/* Counts, and then fills from the end of each pattern's part to its begin. */
static void list_leads(struct ruleset *r)
{
	size_t n = patterns_count(r->patterns);

	r->lead = mem_alloc(n + 2, sizeof *r->lead);
	r->by_lead = mem_alloc(r->n_rules + 1, sizeof *r->by_lead);
	for (size_t i = 0; i < r->n_rules; i++)
		r->lead[r->rules[i].rule.parts.list[0]]++;
	for (size_t p = 1; p <= n; p++)
		r->lead[p] += r->lead[p - 1];
	for (size_t i = r->n_rules; i-- > 0;)
		r->by_lead[--r->lead[r->rules[i].rule.parts.list[0]]] = (uint32_t)i;
}

/* Adds the sentences that stand under "yes" and "no" anywhere in a tree, a line each. */
static void add_sentences(const struct yaml *node, bool listed, struct buf *out)
{
	if (node->kind == YAML_SCALAR && listed) {
		buf_adds(out, node->text);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; node->kind != YAML_SCALAR && i < node->n; i++) {
		const char *key = node->kind == YAML_MAP ? node->keys[i]->text : "";

		add_sentences(node->items[i], node->kind == YAML_LIST ? listed : strcmp(key, "yes") == 0 || strcmp(key, "no") == 0, out);
	}
}

void ruleset_sentences(const struct ruleset *r, struct buf *out)
{
	buf_init(out, SENTENCES_MAX_BYTES);
	for (size_t i = 0; i < r->n_files; i++)
		add_sentences(yaml_root(r->files[i]), false, out);
}

struct ruleset *ruleset_load(const char *dir, const char *lang, struct problems *problems)
{
	size_t before = problems->n;
	struct ruleset *r = mem_alloc(1, sizeof *r);
	char *intents = file_join(dir, "intents"), *language = file_join(intents, lang);

	r->fragments = fragments_new(NULL);
	r->patterns = patterns_new();
	r->vocab = vocab_load(intents, problems);
	if (r->vocab)
		load_language(r, language, problems);
	struct buf usual;
	ruleset_sentences(r, &usual);
	patterns_seal(r->patterns, buf_str(&usual));
	buf_done(&usual);
	for (size_t i = 0; r->lexicon && i < patterns_count(r->patterns); i++)
		learn_words(r, patterns_source(r->patterns, (int)i));
	free(intents);
	free(language);
	if (problems->n == before) {
		list_leads(r);
		return r;
	}
	ruleset_free(r);
	return NULL;
}

void ruleset_free(struct ruleset *r)
{
	if (!r)
		return;
	patterns_free(r->patterns);
	if (r->borrows) {
		free(r);
		return;
	}
	for (size_t i = 0; i < r->n_rules; i++) {
		rule_done(&r->rules[i].rule);
		free(r->rules[i].also);
	}
	free(r->rules);
	free(r->lead);
	free(r->by_lead);
	free(r->expectations);
	intents_free(r->intents);
	phrases_free(r->phrases);
	values_free(r->values);
	context_free(r->context);
	fragments_free(r->fragments);
	for (size_t i = 0; i < r->n_files; i++)
		yaml_close(r->files[i]);
	free(r->files);
	lexicon_free(r->lexicon);
	vocab_free(r->vocab);
	free(r);
}

const struct vocab *ruleset_vocab(const struct ruleset *r)
{
	return r->vocab;
}

const struct phrases *ruleset_phrases(const struct ruleset *r)
{
	return r->phrases;
}

void ruleset_read(const struct ruleset *r, const char *words, struct arena *arena, struct text *out)
{
	text_read(r->lexicon, words, strlen(words), arena, out);
}

bool ruleset_says(const struct ruleset *r, const struct understanding *u, const char *group, const char *phrase)
{
	struct span span;

	return phrases_find(r->phrases, group, phrase, u->reading, &span);
}
