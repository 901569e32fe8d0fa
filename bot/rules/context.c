/* context.c - how the words around a finding change it. */
#include "rules/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/facts.h"
#include "util/arena.h"
#include "util/mem.h"
#include "util/yaml.h"

enum { MAX_TRIGGERS = 128, DEFAULT_MOST = 10, MAX_NAMES = 160 };

enum reach { REACH_CLAUSE, REACH_SENTENCE, REACH_MESSAGE };

/* How far a negation goes on over commas ("no swelling, redness or warmth"). */
enum list_kind {
	LIST_JOINED, /* only where "or" comes later in the clause */
	LIST_NOUNS, /* the same, or the word is no adjective: "no swelling, sore" denies one thing */
	LIST_ANY
};

struct context_rule {
	struct rule rule;
	enum context_kind kind;
	bool after, before; /* acts on findings after it, before it */
	enum reach reach;
	enum list_kind list;
	int most; /* words between, at most */
	bool spares_danger; /* does not act on findings of the list `danger` */
	struct pattern_list stop;
};

struct context {
	struct boundaries boundaries;
	int adjectives;
	bool of_the_leg[FACTS_MAX], places[FACTS_MAX], beside[FACTS_MAX], danger[FACTS_MAX];
	struct context_rule *rules;
	size_t n, cap;
	struct pattern_list corrections, other_patient, foreign;
};

struct trigger {
	const struct context_rule *rule;
	uint32_t start, end;
};

struct triggers {
	struct trigger list[MAX_TRIGGERS];
	size_t n;
};

static const char *const kind_names[CONTEXT_KINDS] = {"cancel", "negation", "doubt", "past", "over", "elsewhere", "hypothetical", "other_person"};

static int choice(const struct yaml_file *f, const struct yaml *node, const char *key, const char *const names[], size_t n,
	int otherwise, struct problems *problems)
{
	const char *text = NULL;
	const struct yaml *at = yaml_get(node, key);

	if (yaml_string(f, node, key, false, &text, problems) < 0)
		return -1;
	if (!text)
		return otherwise;
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], text) == 0)
			return (int)i;
	char known[MAX_NAMES] = "";
	for (size_t i = 0, len = 0; i < n && len < sizeof known; i++)
		len += (size_t)snprintf(known + len, sizeof known - len, "%s%s", i ? ", " : "", names[i]);
	yaml_problem(f, at, problems, "unknown %s \"%s\": one of %s", key, text, known);
	return -1;
}

static void read_context_rule(struct context *c, const struct yaml_file *f, const struct yaml *node,
	const struct fragments *fragments, struct patterns *patterns, struct problems *problems)
{
	static const char *const directions[] = {"after", "before", "both"};
	static const char *const reaches[] = {"clause", "sentence", "message"};
	static const char *const lists[] = {"joined", "nouns", "any"};
	static const char *const known[] = {"id", "kind", "acts", "reach", "list", "most", "stop", "spares_danger", "words", "regex", "near",
		"within", "unless", "unless_message", "needs", "needs_message", "at_most_words", "yes", "no", NULL};

	if (yaml_only(f, node, known, problems) < 0)
		return;
	mem_room(c->rules, c->n, c->cap);
	struct context_rule *r = &c->rules[c->n++];
	*r = (struct context_rule){.most = DEFAULT_MOST};
	(void)rule_read(f, node, "context", fragments, patterns, problems, &r->rule);
	int kind = choice(f, node, "kind", kind_names, CONTEXT_KINDS, -1, problems);
	int acts = choice(f, node, "acts", directions, 3, 0, problems);
	int reach = choice(f, node, "reach", reaches, 3, 0, problems);
	int list = choice(f, node, "list", lists, 3, 0, problems);
	if (kind < 0 && !yaml_get(node, "kind"))
		yaml_problem(f, node, problems, "expected a kind: cancel, negation, doubt, past, over, elsewhere, hypothetical, other_person");
	r->kind = kind < 0 ? CONTEXT_CANCEL : (enum context_kind)kind;
	r->after = acts != 1;
	r->before = acts > 0;
	r->reach = reach < 0 ? REACH_CLAUSE : (enum reach)reach;
	r->list = list < 0 ? LIST_JOINED : (enum list_kind)list;
	(void)yaml_int(f, node, "most", false, 0, 1000, &r->most, problems);
	(void)yaml_bool(f, node, "spares_danger", false, &r->spares_danger, problems);
	(void)rule_read_list(f, yaml_get(node, "stop"), fragments, patterns, problems, &r->stop);
}

static int one_pattern(const struct yaml_file *f, const struct yaml *map, const char *key, const struct fragments *fragments,
	struct patterns *patterns, struct problems *problems)
{
	struct pattern_list list = {0};
	const struct yaml *node = yaml_get(map, key);
	int number = -1;

	if (!node || node->kind != YAML_SCALAR)
		yaml_problem(f, map, problems, "expected \"%s\", a regex", key);
	else if (rule_read_list(f, node, fragments, patterns, problems, &list) == 0)
		number = list.list[0];
	free(list.list);
	return number;
}

static void read_findings(const struct yaml_file *f, const struct vocab *vocab, const char *key, bool out[FACTS_MAX],
	struct problems *problems)
{
	const struct yaml *list = NULL;

	if (yaml_child(f, yaml_root(f), key, false, YAML_LIST, &list, problems) < 0)
		return;
	for (size_t i = 0; list && i < list->n; i++) {
		int finding = list->items[i]->kind == YAML_SCALAR ? vocab_finding(vocab, list->items[i]->text) : -1;

		if (finding < 0)
			vocab_unknown_finding(vocab, f, list->items[i], problems);
		else
			out[finding] = true;
	}
}

bool context_of_the_leg(const struct context *c, int finding)
{
	return c->of_the_leg[finding];
}

bool context_beside_the_leg(const struct context *c, int finding)
{
	return c->beside[finding];
}

bool context_place(const struct context *c, int finding)
{
	return c->places[finding];
}

struct context *context_read(const struct yaml_file *f, const struct vocab *vocab, const struct fragments *fragments, struct patterns *patterns,
	struct problems *problems)
{
	static const char *const known[] = {"boundaries", "corrections", "other_patient", "foreign", "of_the_leg", "places", "beside_the_leg", "danger", "context", NULL};
	static const char *const known_boundaries[] = {"breaks", "turns", "openers", "verbs", "joins", "adjectives", NULL};
	struct context *c = mem_alloc(1, sizeof *c);
	const struct yaml *root = yaml_root(f), *part = NULL, *rules = NULL;

	(void)yaml_only(f, root, known, problems);
	if (yaml_child(f, root, "boundaries", true, YAML_MAP, &part, problems) == 0) {
		(void)yaml_only(f, part, known_boundaries, problems);
		(void)rule_read_list(f, yaml_get(part, "breaks"), fragments, patterns, problems, &c->boundaries.breaks);
		if (!c->boundaries.breaks.n)
			yaml_problem(f, part, problems, "expected \"breaks\", a regex or a list of them");
		c->boundaries.turns = one_pattern(f, part, "turns", fragments, patterns, problems);
		c->boundaries.openers = one_pattern(f, part, "openers", fragments, patterns, problems);
		c->boundaries.verbs = one_pattern(f, part, "verbs", fragments, patterns, problems);
		c->boundaries.joins = one_pattern(f, part, "joins", fragments, patterns, problems);
		c->adjectives = one_pattern(f, part, "adjectives", fragments, patterns, problems);
	}
	(void)rule_read_list(f, yaml_get(root, "corrections"), fragments, patterns, problems, &c->corrections);
	(void)rule_read_list(f, yaml_get(root, "other_patient"), fragments, patterns, problems, &c->other_patient);
	(void)rule_read_list(f, yaml_get(root, "foreign"), fragments, patterns, problems, &c->foreign);
	read_findings(f, vocab, "of_the_leg", c->of_the_leg, problems);
	read_findings(f, vocab, "places", c->places, problems);
	read_findings(f, vocab, "beside_the_leg", c->beside, problems);
	read_findings(f, vocab, "danger", c->danger, problems);
	if (yaml_child(f, root, "context", true, YAML_LIST, &rules, problems) == 0)
		for (size_t i = 0; i < rules->n; i++)
			read_context_rule(c, f, rules->items[i], fragments, patterns, problems);
	return c;
}

void context_free(struct context *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++) {
		rule_done(&c->rules[i].rule);
		free(c->rules[i].stop.list);
	}
	free(c->rules);
	free(c->boundaries.breaks.list);
	free(c->corrections.list);
	free(c->other_patient.list);
	free(c->foreign.list);
	free(c);
}

struct context *context_copy(const struct context *c, struct rule_copying *to)
{
	struct context *copy = arena_copy(to->arena, c, 1, sizeof *c);

	copy->rules = arena_copy(to->arena, c->rules, c->n, sizeof *c->rules);
	copy->cap = c->n;
	for (size_t i = 0; i < c->n; i++) {
		copy->rules[i].rule = rule_copy(&c->rules[i].rule, to);
		copy->rules[i].stop = pattern_list_copy(&c->rules[i].stop, to->arena);
	}
	copy->boundaries.breaks = pattern_list_copy(&c->boundaries.breaks, to->arena);
	copy->corrections = pattern_list_copy(&c->corrections, to->arena);
	copy->other_patient = pattern_list_copy(&c->other_patient, to->arena);
	copy->foreign = pattern_list_copy(&c->foreign, to->arena);
	return copy;
}

const struct boundaries *context_boundaries(const struct context *c)
{
	return &c->boundaries;
}

static int kind_bit(const struct yaml_file *f, const struct yaml *node, struct problems *problems)
{
	for (int k = CONTEXT_NEGATION; node->kind == YAML_SCALAR && k < CONTEXT_KINDS; k++)
		if (strcmp(kind_names[k], node->text) == 0)
			return 1 << k;
	yaml_problem(f, node, problems, "expected negation, doubt, past, over, hypothetical or other_person");
	return -1;
}

int context_mask(const struct yaml_file *f, const struct yaml *node, struct problems *problems)
{
	int mask = 0;

	if (!node || (node->kind == YAML_SCALAR && strcmp(node->text, "all") == 0))
		return (1 << CONTEXT_KINDS) - 1;
	if (node->kind == YAML_SCALAR && strcmp(node->text, "none") == 0)
		return 0;
	if (node->kind != YAML_LIST) {
		yaml_problem(f, node, problems, "expected all, none or a list of kinds of context");
		return -1;
	}
	for (size_t i = 0; i < node->n; i++) {
		int bit = kind_bit(f, node->items[i], problems);

		if (bit < 0)
			return -1;
		mask |= bit;
	}
	return mask;
}

static bool overlap(uint32_t a, uint32_t a_end, uint32_t b, uint32_t b_end)
{
	return a < b_end && b < a_end;
}

static int longer_first(const void *a, const void *b)
{
	const struct trigger *x = a, *y = b;
	uint32_t nx = x->end - x->start, ny = y->end - y->start;

	if (nx != ny)
		return nx < ny ? 1 : -1;
	return (x->start > y->start) - (x->start < y->start);
}

/* Of triggers of different kinds over the same words the longest stands: "not just" takes the place of "not". Those of one kind,
 * or of the same length, all stand. */
static void keep_longest(struct triggers *t)
{
	size_t n = 0;

	qsort(t->list, t->n, sizeof *t->list, longer_first);
	for (size_t i = 0; i < t->n; i++) {
		bool covered = false;

		for (size_t k = 0; k < n && !covered; k++) {
			const struct trigger *kept = &t->list[k], *mine = &t->list[i];
			covered = kept->rule->kind != mine->rule->kind &&
				overlap(kept->start, kept->end, mine->start, mine->end) &&
				kept->end - kept->start > mine->end - mine->start;
		}
		if (!covered)
			t->list[n++] = t->list[i];
	}
	t->n = n;
}

struct triggers *context_find(const struct context *c, struct reading *text)
{
	struct triggers *t = arena_alloc(text->arena, 1, sizeof *t);
	struct hit hits[RULE_MAX_HITS];

	for (size_t i = 0; i < c->n; i++) {
		size_t n = rule_hits(&c->rules[i].rule, text, hits);

		for (size_t k = 0; k < n && t->n < MAX_TRIGGERS; k++)
			if (!hits[k].failed)
				t->list[t->n++] = (struct trigger){&c->rules[i], hits[k].start, hits[k].end};
	}
	keep_longest(t);
	return t;
}

/* A word that ends the reach stands between, or the finding itself begins with it ("my calf"). */
static bool stopped(const struct context_rule *r, struct reading *text, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < r->stop.n; i++) {
		const struct spans *spans = scan_spans(text->scan, r->stop.list[i]);

		for (size_t k = 0; k < spans->n; k++)
			if (spans->list[k].start >= from && spans->list[k].start <= to)
				return true;
	}
	return false;
}

static bool begins_with(struct reading *text, int pattern, uint32_t at)
{
	const struct spans *spans = scan_spans(text->scan, pattern);

	for (size_t i = 0; i < spans->n; i++)
		if (spans->list[i].start == at)
			return true;
	return false;
}

/* A comma stands between: does the list that the trigger opened go on to the finding? */
static bool list_goes_on(const struct context *c, const struct context_rule *r, struct reading *text, uint32_t trigger,
	uint32_t finding)
{
	size_t a = reading_token(text, trigger), b = reading_token(text, finding), first = b;

	while (first > a && text->phrase[first - 1] == text->phrase[b]) /* "warm or red": the last one belongs to it as well */
		first--;
	if (text->phrase[a] == text->phrase[b] || r->list == LIST_ANY || text->joined[first])
		return true;
	return r->list == LIST_NOUNS && !begins_with(text, c->adjectives, finding);
}

/* Whether a trigger reaches [from, to) of the text that lies after (or before) it. */
static bool reaches(const struct context *c, const struct trigger *t, struct reading *text, uint32_t from, uint32_t to)
{
	const struct context_rule *r = t->rule;
	bool after = from >= t->end;
	uint32_t gap_from = after ? t->end : to, gap_to = after ? from : t->start;

	if (!(after ? r->after : r->before) || (int)reading_words(text, gap_from, gap_to) > r->most)
		return false;
	if (r->reach == REACH_CLAUSE && !reading_same_clause(text, t->end - 1, from))
		return false;
	/* A match may run from one clause into the next ("not swollen but gone hot"): then "not" denies only the first. */
	if (r->kind == CONTEXT_NEGATION && r->reach == REACH_CLAUSE && !reading_same_clause(text, from, to - 1))
		return false;
	if (r->reach == REACH_SENTENCE && !reading_same_sentence(text, t->end - 1, from))
		return false;
	if (stopped(r, text, gap_from, gap_to))
		return false;
	return r->kind != CONTEXT_NEGATION || !after || list_goes_on(c, r, text, t->end - 1, from);
}

/* A trigger that begins before the finding, or ends after it, and runs into it: "no problem with" + "problem with balance". */
static bool runs_into(const struct trigger *t, const struct hit *hit)
{
	bool over = overlap(t->start, t->end, hit->start, hit->end);

	return over && ((t->rule->after && t->start < hit->start) || (t->rule->before && t->end > hit->end));
}

/* "Numb toes, all fine?": a denial behind the finding that is only asked denies nothing. */
static bool only_asked(const struct trigger *t, const struct reading *text, const struct hit *hit)
{
	const char *behind = text->text.canon + t->end;

	return (t->rule->kind == CONTEXT_NEGATION || t->rule->kind == CONTEXT_OVER) && t->start >= hit->end &&
		behind[*behind == ' '] == '?';
}

/* Words of the finding's own are no context of it: "no pulse". */
static bool acts_on(const struct context *c, const struct trigger *t, struct reading *text, const struct hit *hit)
{
	if (only_asked(t, text, hit))
		return false;
	if (runs_into(t, hit))
		return true;
	for (size_t i = 0; i < hit->n_core; i++)
		if (overlap(t->start, t->end, hit->core[i].start, hit->core[i].end))
			return false;
	for (size_t i = 0; i < hit->n_core; i++)
		if (reaches(c, t, text, hit->core[i].start, hit->core[i].end))
			return true;
	return false;
}

static enum finding_state state_of(enum context_kind kind, enum finding_state state)
{
	switch (kind) {
	case CONTEXT_ELSEWHERE:
		return STATE_UNKNOWN;
	case CONTEXT_HYPOTHETICAL:
		return STATE_HYPOTHETICAL;
	case CONTEXT_OTHER_PERSON:
		return STATE_OTHER_PERSON;
	case CONTEXT_DOUBT:
		return STATE_UNCERTAIN;
	case CONTEXT_NEGATION:
	case CONTEXT_OVER:
		return STATE_ABSENT;
	case CONTEXT_PAST:
		return STATE_PAST;
	default:
		return state;
	}
}

struct context_verdict context_apply(const struct context *c, const struct triggers *t, struct reading *text,
	const struct hit *hit, int finding, enum finding_state state, unsigned mask)
{
	/* What is only supposed or somebody else's is not this person's at all; doubt outweighs a denial ("maybe not swollen"),
	 * a denial outweighs the past ("never had a clot before"). */
	static const enum context_kind order[] = {CONTEXT_ELSEWHERE, CONTEXT_HYPOTHETICAL, CONTEXT_OTHER_PERSON, CONTEXT_DOUBT, CONTEXT_NEGATION,
		CONTEXT_PAST, CONTEXT_OVER};
	bool own = state == STATE_PRESENT || state == STATE_UNCERTAIN;
	unsigned may = own ? mask : mask & (1u << CONTEXT_HYPOTHETICAL | 1u << CONTEXT_OTHER_PERSON);

	if (state == STATE_ABSENT) /* "I think I can move it": a denial in doubt is none */
		may |= mask & 1u << CONTEXT_DOUBT;
	may |= mask & 1u << CONTEXT_ELSEWHERE;

	for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
		if (!(may & 1u << order[k]))
			continue;
		for (size_t i = 0; i < t->n; i++)
			if (t->list[i].rule->kind == order[k] && !(t->list[i].rule->spares_danger && c->danger[finding]) &&
				acts_on(c, &t->list[i], text, hit))
				return (struct context_verdict){state_of(order[k], state), t->list[i].rule->rule.id, t->list[i].start,
					t->list[i].end};
	}
	return (struct context_verdict){.state = state};
}

long context_correction(const struct context *c, struct reading *text)
{
	long last = -1;

	for (size_t i = 0; i < c->corrections.n; i++) {
		const struct spans *spans = scan_spans(text->scan, c->corrections.list[i]);

		for (size_t k = 0; k < spans->n; k++)
			if ((long)spans->list[k].start > last)
				last = spans->list[k].start;
	}
	return last;
}

static bool any_matches(const struct pattern_list *list, struct reading *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (reading_anywhere(text, list->list[i], false))
			return true;
	return false;
}

bool context_other_patient(const struct context *c, struct reading *text)
{
	return any_matches(&c->other_patient, text);
}

bool context_foreign(const struct context *c, struct reading *text)
{
	return any_matches(&c->foreign, text);
}

size_t triggers_count(const struct triggers *t)
{
	return t->n;
}

void triggers_get(const struct triggers *t, size_t i, const char **out_rule, uint32_t *out_start, uint32_t *out_end)
{
	*out_rule = t->list[i].rule->rule.id;
	*out_start = t->list[i].start;
	*out_end = t->list[i].end;
}
