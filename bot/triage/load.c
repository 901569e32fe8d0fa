/* load.c - what the readers of intents/triage share. */
#include "triage/load.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rules/names.h"
#include "rules/vocab.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/strmap.h"

static const char *list_key(enum triage_file file)
{
	static const char *const keys[] = {
#define X(name, file_name, list) [FILE_##name] = list,
		TRIAGE_FILES
#undef X
	};
	return keys[file];
}

void load_each(struct load *l, enum triage_file file, load_item item)
{
	l->f = l->files[file];
	const struct yaml *list = yaml_get(yaml_root(l->f), list_key(file));
	for (size_t i = 0; list && list->kind == YAML_LIST && i < list->n; i++) {
		const struct yaml *map = list->items[i], *id = yaml_get(map, "id");
		if (id && id->kind == YAML_SCALAR && *id->text)
			item(l, map, id->text);
	}
}

const struct yaml *load_root(struct load *l, enum triage_file file, const char *const known[])
{
	l->f = l->files[file];
	const struct yaml *root = yaml_root(l->f);
	return yaml_only(l->f, root, known, l->problems) == 0 ? root : NULL;
}

static bool seen_before(struct load *l, const struct yaml *list, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (list->items[j]->kind == YAML_SCALAR && strcmp(list->items[j]->text, list->items[i]->text) == 0) {
			yaml_problem(l->f, list->items[i], l->problems, "'%s' is listed twice", list->items[i]->text);
			return true;
		}
	return false;
}

bool load_texts(struct load *l, const struct yaml *map, const char *key, bool required, load_text text, void *closure)
{
	const struct yaml *list = NULL;
	if (yaml_child(l->f, map, key, required, YAML_LIST, &list, l->problems) < 0 || !list)
		return false;
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i]->kind != YAML_SCALAR)
			yaml_problem(l->f, list->items[i], l->problems, "'%s' is a list of plain words", key);
		else if (!seen_before(l, list, i))
			text(l, list->items[i], closure);
	}
	return true;
}

void load_unknown(struct load *l, const struct yaml *node, const char *what, const char *id, const char *near)
{
	if (near)
		yaml_problem(l->f, node, l->problems, "unknown %s '%s', did you mean '%s'?", what, id, near);
	else
		yaml_problem(l->f, node, l->problems, "unknown %s '%s'", what, id);
}

static const char *find_near(const struct names *names, const char *id)
{
	return names_count(names) ? names_near(names, id) : NULL;
}

/* Numbers that are being gathered; moved to the arena at the end. */
enum { GATHER_MAX = FACTS_MAX };

struct gather {
	const char *what;
	const struct names *names; /* NULL: the vocabulary's, by `what` */
	int items[GATHER_MAX];
	size_t n;
};

static void gather_add(struct gather *g, int number)
{
	assert(g->n < GATHER_MAX); /* every set of ids is smaller, and none comes twice */
	g->items[g->n++] = number;
}

static struct list gathered(struct load *l, const struct gather *g)
{
	struct list list = {arena_alloc(l->t->arena, g->n ? g->n : 1, sizeof *list.items), g->n};
	memcpy(list.items, g->items, g->n * sizeof *list.items);
	return list;
}

static void gather_finding(struct load *l, const struct yaml *node, void *closure)
{
	int number = vocab_finding(l->t->vocab, node->text);
	if (number < 0)
		load_unknown(l, node, "finding", node->text, vocab_finding_near(l->t->vocab, node->text));
	else
		gather_add(closure, number);
}

static void gather_condition(struct load *l, const struct yaml *node, void *closure)
{
	int number = vocab_condition(l->t->vocab, node->text);
	if (number < 0)
		load_unknown(l, node, "condition", node->text, vocab_condition_near(l->t->vocab, node->text));
	else
		gather_add(closure, number);
}

static void gather_name(struct load *l, const struct yaml *node, void *closure)
{
	struct gather *g = closure;
	int number = names_number(g->names, node->text);
	if (number < 0)
		load_unknown(l, node, g->what, node->text, find_near(g->names, node->text));
	else
		gather_add(g, number);
}

struct list load_findings(struct load *l, const struct yaml *map, const char *key)
{
	struct gather g = {0};
	load_texts(l, map, key, false, gather_finding, &g);
	return gathered(l, &g);
}

struct list load_conditions(struct load *l, const struct yaml *map, const char *key)
{
	struct gather g = {0};
	load_texts(l, map, key, false, gather_condition, &g);
	return gathered(l, &g);
}

struct list load_names(
	struct load *l, const struct yaml *map, const char *key, const char *what, const struct names *names)
{
	struct gather g = {.what = what, .names = names};
	load_texts(l, map, key, false, gather_name, &g);
	return gathered(l, &g);
}

small_set load_set(const struct list *list)
{
	small_set set = 0;
	for (size_t i = 0; i < list->n; i++)
		set |= small_set_of(list->items[i]);
	return set;
}

struct gather_atoms {
	struct bits *out;
	int n;
};

static void gather_atom(struct load *l, const struct yaml *node, void *closure)
{
	struct gather_atoms *g = closure;
	struct err err;
	int atom = atoms_number(l->t->atoms, node->text, &err);
	g->n++; /* one that is unknown as well, lest the list seem empty: one complaint is enough */
	if (atom < 0)
		yaml_problem(l->f, node, l->problems, "%s", err.text);
	else
		bits_set(g->out, atom);
}

int load_atoms(struct load *l, const struct yaml *map, const char *key, struct bits *out)
{
	struct gather_atoms g = {.out = out};
	load_texts(l, map, key, false, gather_atom, &g);
	return g.n;
}

/* At least so many of a list that has `n`: 0 where there is no list. */
static int load_needs(struct load *l, const struct yaml *map, const char *list_key_, const char *key, int n)
{
	int needs = n > 0;
	const struct yaml *node = yaml_get(map, key);
	if (!node || yaml_int(l->f, map, key, false, 1, BITS_MAX, &needs, l->problems) < 0)
		return needs;
	const struct yaml *list = yaml_get(map, list_key_);
	size_t listed = list && list->kind == YAML_LIST ? list->n : 0;
	if ((size_t)needs > listed)
		yaml_problem(
			l->f, node, l->problems, "can never hold: %d wanted of %zu in '%s'", needs, listed, list_key_);
	return needs;
}

bool load_guard(struct load *l, const struct yaml *map, struct guard *out)
{
	int n_all = load_atoms(l, map, "all_of", &out->all_of);
	int n_any = load_atoms(l, map, "any_of", &out->any_of);
	int n_and = load_atoms(l, map, "and_any_of", &out->and_any_of);
	load_atoms(l, map, "none_of", &out->none_of);
	out->any_needs = load_needs(l, map, "any_of", "any_of_at_least", n_any);
	out->and_any_needs = load_needs(l, map, "and_any_of", "and_any_of_at_least", n_and);
	if (bits_meet(&out->all_of, &out->none_of))
		yaml_problem(l->f, map, l->problems, "can never hold: all_of and none_of share an atom");
	if ((n_any && bits_within(&out->any_of, &out->none_of)) ||
		(n_and && bits_within(&out->and_any_of, &out->none_of)))
		yaml_problem(l->f, map, l->problems, "can never hold: none_of holds all that could fulfil it");
	return n_all + n_any + n_and > 0;
}

static bool rule_fits(const char *pattern, const char *id)
{
	size_t len = strlen(pattern);
	if (len > 0 && pattern[len - 1] == '*')
		return strncmp(pattern, id, len - 1) == 0;
	return strcmp(pattern, id) == 0;
}

static void gather_rules(struct load *l, const struct yaml *node, void *closure)
{
	int fits = 0;
	for (int i = 0; i < (int)names_count(l->t->rule_ids); i++)
		if (rule_fits(node->text, names_id(l->t->rule_ids, i))) {
			bits_set(closure, i);
			fits++;
		}
	if (!fits && strchr(node->text, '*'))
		yaml_problem(l->f, node, l->problems, "no rule fits '%s'", node->text);
	else if (!fits)
		load_unknown(l, node, "rule", node->text, find_near(l->t->rule_ids, node->text));
}

void load_rules(struct load *l, const struct yaml *map, const char *key, struct bits *out)
{
	load_texts(l, map, key, false, gather_rules, out);
}

static void gather_source(struct load *l, const struct yaml *node, void *closure)
{
	struct buf *b = closure;
	if (names_number(l->t->sources, node->text) < 0)
		load_unknown(l, node, "source", node->text, find_near(l->t->sources, node->text));
	buf_addf(b, "%s%s", b->len ? " " : "", node->text);
}

const char *load_source(struct load *l, const struct yaml *map)
{
	struct buf b;
	buf_init(&b, 1024);
	if (load_texts(l, map, "source", true, gather_source, &b) && b.len == 0)
		yaml_problem(l->f, yaml_get(map, "source"), l->problems,
			"'source' names nothing: at least one key of sources.yaml");
	const char *joined = arena_strdup(l->t->arena, buf_str(&b));
	buf_done(&b);
	return joined;
}

enum urgency load_urgency(struct load *l, const struct yaml *map, const char *key)
{
	const char *id = NULL;
	if (yaml_string(l->f, map, key, true, &id, l->problems) < 0)
		return URGENCY_NONE;
	int urgency = vocab_urgency(l->t->vocab, id);
	if (urgency < 0)
		yaml_problem(l->f, yaml_get(map, key), l->problems,
			"unknown urgency '%s': one of emergency, urgent, soon, self_care, none", id);
	return urgency < 0 ? URGENCY_NONE : (enum urgency)urgency;
}

int load_one(struct load *l, const struct yaml *map, const char *key, const char *what, const struct names *names,
	int otherwise)
{
	const char *id = NULL;
	if (yaml_string(l->f, map, key, false, &id, l->problems) < 0 || !id)
		return otherwise;
	int number = names_number(names, id);
	if (number < 0)
		load_unknown(l, yaml_get(map, key), what, id, find_near(names, id));
	return number < 0 ? otherwise : number;
}

const char *load_string(struct load *l, const struct yaml *map, const char *key)
{
	const char *text = NULL;
	(void)yaml_string(l->f, map, key, false, &text, l->problems); /* the problem is noted */
	return text ? arena_strdup(l->t->arena, text) : NULL;
}

void load_number(struct load *l, const struct yaml *map, const char *key, double *out)
{
	const char *text = NULL;
	if (yaml_string(l->f, map, key, true, &text, l->problems) < 0)
		return;
	size_t len = strspn(text, "0123456789"), rest = text[len] == '.' ? 1 + strspn(text + len + 1, "0123456789") : 0;
	if (len == 0 || len > 6 || rest > 7 || text[len + rest] || rest == 1) {
		yaml_problem(l->f, yaml_get(map, key), l->problems, "'%s' must be a number", key);
		return;
	}
	double fraction = 0;
	for (size_t i = len + rest; i > len + 1; i--) /* by hand, as strtod reads the locale */
		fraction = (fraction + (text[i - 1] - '0')) / 10;
	*out = (double)strtol(text, NULL, 10) + fraction;
}
