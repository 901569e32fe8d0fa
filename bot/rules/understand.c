/* understand.c - a message to what it says: every rule's matches, the best of them for each finding, what the words around
 * make of it, and all of it put together. */
#include "rules/understand.h"

#include <stdlib.h>
#include <string.h>

#include "rules/context.h"
#include "rules/intent.h"
#include "rules/reading.h"
#include "rules/ruleset.h"
#include "rules/set.h"
#include "rules/value.h"
#include "util/arena.h"

enum {
	MAX_FURTHER = 512, /* matches of a message that are looked at beside the first of each rule */
	MAX_IMPLIED = 8,
	FOREIGN_MIN_WORDS = 3,
};

struct found {
	const struct finding_rule *rule;
	struct hit hit;
	int finding;
};

struct work {
	const struct ruleset *set;
	struct reading text;
	struct moment now;
	struct found *found;
	size_t n, cap, further;
	struct mention *mentions;
	size_t n_mentions, cap_mentions;
};

static void add_found(struct work *w, struct found one)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 64;
		struct found *list = arena_alloc(w->text.arena, cap, sizeof *list);

		if (w->n)
			memcpy(list, w->found, w->n * sizeof *list);
		w->found = list;
		w->cap = cap;
	}
	w->found[w->n++] = one;
}

/* "Fast heartbeat normal?" denies nothing. */
static bool is_asked(const struct work *w, const struct hit *hit)
{
	const char *behind = w->text.text.canon + hit->end;

	return behind[*behind == ' '] == '?';
}

/* However many matches a message holds, none crowds out the first match of another rule. */
static void find_rule(struct work *w, const struct finding_rule *r)
{
	struct hit hits[RULE_MAX_HITS];
	size_t n = rule_hits(&r->rule, &w->text, hits);

	for (size_t k = 0; k < n && (k == 0 || w->further < MAX_FURTHER); k++) {
		if (r->state == STATE_ABSENT && is_asked(w, &hits[k]))
			continue;
		add_found(w, (struct found){r, hits[k], r->finding});
		w->further += k > 0;
	}
}

/* The rules whose first pattern may match, in the order of the files. */
static void find(struct work *w)
{
	const struct ruleset *set = w->set;
	size_t words = set->n_rules / 64 + 1;
	uint64_t *may = arena_alloc(w->text.arena, words, sizeof *may);

	for (int p = scan_next(w->text.scan, 0); p >= 0; p = scan_next(w->text.scan, p + 1))
		for (uint32_t i = set->lead[p]; i < set->lead[p + 1]; i++)
			may[set->by_lead[i] / 64] |= UINT64_C(1) << set->by_lead[i] % 64;
	for (size_t i = 0; i < words; i++)
		for (; may[i]; may[i] &= may[i] - 1)
			find_rule(w, &set->rules[i * 64 + (size_t)__builtin_ctzll(may[i])]);
}

/* The finding first, then the longest match, then the place: the order in which matches are kept. */
static int by_worth(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	uint32_t nx = x->hit.end - x->hit.start, ny = y->hit.end - y->hit.start;

	if (x->finding != y->finding)
		return x->finding - y->finding;
	if (x->hit.failed != y->hit.failed)
		return x->hit.failed - y->hit.failed;
	if (nx != ny)
		return nx < ny ? 1 : -1;
	if (x->hit.start != y->hit.start)
		return x->hit.start < y->hit.start ? -1 : 1;
	return x->rule->rule.line - y->rule->rule.line;
}

static bool overlap(const struct hit *a, const struct hit *b)
{
	return a->start < b->end && b->start < a->end;
}

/* Of matches of one finding over the same words the longest stands. A weak rule gives way to any other finding. */
static void choose(struct work *w)
{
	size_t n = 0;

	if (w->n)
		qsort(w->found, w->n, sizeof *w->found, by_worth);
	for (size_t i = 0; i < w->n; i++) {
		bool covered = false;

		for (size_t k = n; k > 0 && !covered && w->found[k - 1].finding == w->found[i].finding; k--)
			covered = overlap(&w->found[k - 1].hit, &w->found[i].hit);
		for (size_t k = 0; k < w->n && !covered && w->found[i].rule->weak; k++)
			covered = w->found[k].finding != w->found[i].finding && overlap(&w->found[k].hit, &w->found[i].hit);
		if (!covered)
			w->found[n++] = w->found[i];
	}
	w->n = n;
}

static struct mention *new_mention(struct work *w)
{
	if (w->n_mentions == w->cap_mentions) {
		size_t cap = w->cap_mentions ? w->cap_mentions * 2 : 32;
		struct mention *list = arena_alloc(w->text.arena, cap, sizeof *list);

		if (w->n_mentions)
			memcpy(list, w->mentions, w->n_mentions * sizeof *list);
		w->mentions = list;
		w->cap_mentions = cap;
	}
	return &w->mentions[w->n_mentions++];
}

static void read_value(struct work *w, const struct found *f, struct mention *m)
{
	const struct finding_rule *r = f->rule;

	m->has_value = r->has_value;
	m->value = r->value;
	if (r->value_kind >= 0)
		m->has_value = value_told(w->set->values, w->set->lexicon, w->text.scan, r->rule.parts.list[0], f->hit.start,
			(enum value_kind)r->value_kind, w->now, &m->value);
}

static void add_also(struct work *w, const struct found *f, const struct mention *of)
{
	struct mention copy = *of;

	for (size_t i = 0; i < f->rule->n_also; i++) {
		struct mention *m = new_mention(w);

		*m = copy;
		m->finding = f->rule->also[i];
		m->has_value = false;
	}
}

/* What a told number says besides: an age over 60, a pain of 8. */
static void add_implied(struct work *w, const struct mention *of)
{
	struct implied implied[MAX_IMPLIED];
	int kind = vocab_value_kind(w->set->vocab, of->finding);
	struct mention copy = *of;
	size_t n = kind < 0 || !of->has_value
		? 0
		: values_implied(w->set->values, (enum value_kind)kind, of->value, implied, MAX_IMPLIED);

	for (size_t i = 0; i < n; i++) {
		struct mention *m = new_mention(w);

		*m = copy;
		m->finding = implied[i].finding;
		m->has_value = false;
		m->file = implied[i].file;
		m->line = implied[i].line;
	}
}

/* Signs of the whole body count wherever they are: only what is of the leg can be elsewhere. */
static unsigned mask_of(const struct work *w, const struct found *f)
{
	bool leg = context_of_the_leg(w->set->context, f->finding);

	return leg ? f->rule->context | 1u << CONTEXT_ELSEWHERE : f->rule->context & ~(1u << CONTEXT_ELSEWHERE);
}

static void add_mention(struct work *w, const struct triggers *triggers, const struct found *f)
{
	struct context_verdict v = {.state = STATE_UNCERTAIN};
	struct mention one = {.finding = f->finding, .rule = f->rule->rule.id, .file = f->rule->rule.file,
		.line = f->rule->rule.line, .limit_hit = f->hit.failed, .alone = f->rule->alone};

	if (!f->hit.failed)
		v = context_apply(w->set->context, triggers, &w->text, &f->hit, f->finding, f->rule->state, mask_of(w, f));
	if (v.state == STATE_UNKNOWN)
		return;
	one.state = v.state;
	one.context = v.rule;
	text_source(&w->text.text, f->hit.start, f->hit.end, &one.start, &one.end);
	if (v.rule)
		text_source(&w->text.text, v.start, v.end, &one.context_start, &one.context_end);
	read_value(w, f, &one);
	*new_mention(w) = one;
	if (one.state == STATE_PRESENT || one.state == STATE_UNCERTAIN) {
		add_also(w, f, &one);
		add_implied(w, &one);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->finding != y->finding)
		return x->finding - y->finding;
	return (int)y->state - (int)x->state;
}

/* The same finding in the same state over the same words says nothing new. */
static void drop_doubles(struct work *w)
{
	size_t n = 0;

	if (w->n_mentions)
		qsort(w->mentions, w->n_mentions, sizeof *w->mentions, by_place);
	for (size_t i = 0; i < w->n_mentions; i++) {
		const struct mention *m = &w->mentions[i];
		bool seen = false;

		for (size_t k = n; k > 0 && !seen; k--) {
			const struct mention *kept = &w->mentions[k - 1];
			seen = kept->finding == m->finding && kept->state == m->state && kept->end > m->start &&
				kept->has_value >= m->has_value;
		}
		if (!seen)
			w->mentions[n++] = *m;
	}
	w->n_mentions = n;
}

static bool other_symptom(const struct work *w, const struct mention *m)
{
	for (size_t i = 0; i < w->n_mentions; i++) {
		const struct mention *o = &w->mentions[i];

		bool same_words = o->start < m->end && m->start < o->end;

		if (o->state == STATE_PRESENT && !o->alone && !same_words && o->finding != m->finding &&
			intents_is_symptom(w->set->intents, o->finding))
			return true;
	}
	return false;
}

/* "Pulled calf" says something where nothing else is told; beside a symptom it adds nothing. */
static void drop_needless(struct work *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_mentions; i++)
		if (!w->mentions[i].alone || w->mentions[i].state != STATE_PRESENT || !other_symptom(w, &w->mentions[i]))
			w->mentions[n++] = w->mentions[i];
	w->n_mentions = n;
}

/* "Since Tuesday. No, Wednesday": what was said of a finding before the person takes it back gives way to what is said of
 * it after. */
static void correct(struct work *w, long at)
{
	uint32_t place, end;

	if (at < 0)
		return;
	text_source(&w->text.text, (size_t)at, (size_t)at + 1, &place, &end);
	for (size_t i = 0; i < w->n_mentions; i++)
		for (size_t k = 0; k < w->n_mentions && w->mentions[i].start < place; k++)
			if (w->mentions[k].finding == w->mentions[i].finding && w->mentions[k].start >= place)
				w->mentions[i].corrected = true;
}

static void put_together(const struct vocab *vocab, const struct mention *mentions, size_t n, struct facts *out)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		const struct mention *m = &mentions[i];
		int kind = vocab_value_kind(vocab, m->finding);

		if (m->corrected)
			continue;
		if (m->state > out->state[m->finding])
			out->state[m->finding] = (uint8_t)m->state;
		if (kind >= 0 && m->has_value && m->state == STATE_PRESENT)
			facts_tell_value(out, (enum value_kind)kind, m->value);
	}
}

static bool tells_symptoms(const struct work *w)
{
	for (size_t i = 0; i < w->n_mentions; i++)
		if ((w->mentions[i].state == STATE_PRESENT || w->mentions[i].state == STATE_UNCERTAIN) &&
			intents_is_symptom(w->set->intents, w->mentions[i].finding))
			return true;
	return false;
}

static bool tells_anything(const struct work *w)
{
	for (size_t i = 0; i < w->n_mentions; i++)
		if (w->mentions[i].state != STATE_HYPOTHETICAL)
			return true;
	return false;
}

static void find_intent(struct work *w, struct understanding *out)
{
	int about[INTENT_MAX_ABOUT];
	const char *topics[INTENT_MAX_ABOUT];

	out->intent = intent_find(w->set->intents, &w->text, tells_symptoms(w), &out->intent_rule);
	if (out->intent < 0)
		out->intent = vocab_intent(w->set->vocab, tells_anything(w) ? "report_symptoms" : "out_of_scope");
	out->n_about = intent_about(w->set->intents, &w->text, about);
	out->n_topics = intent_topics(w->set->intents, &w->text, topics);
	int *kept = arena_alloc(w->text.arena, out->n_about + 1, sizeof *kept);
	const char **names = arena_alloc(w->text.arena, out->n_topics + 1, sizeof *names);
	memcpy(kept, about, out->n_about * sizeof *kept);
	memcpy(names, topics, out->n_topics * sizeof *names);
	out->about = kept;
	out->topics = names;
}

static void list_cues(struct work *w, const struct triggers *t, struct understanding *out)
{
	struct cue *cues = arena_alloc(w->text.arena, triggers_count(t) + 1, sizeof *cues);

	for (size_t i = 0; i < triggers_count(t); i++) {
		uint32_t start, end;

		triggers_get(t, i, &cues[i].rule, &start, &end);
		text_source(&w->text.text, start, end, &cues[i].start, &cues[i].end);
	}
	out->cues = cues;
	out->n_cues = triggers_count(t);
}

static bool is_foreign(struct work *w)
{
	size_t words = 0, strange = 0;

	if (context_foreign(w->set->context, &w->text))
		return true;
	for (size_t i = 0; i < w->text.text.n_tokens; i++) {
		const struct token *t = &w->text.text.tokens[i];

		words += t->kind == TOKEN_WORD || t->kind == TOKEN_FOREIGN;
		strange += t->kind == TOKEN_FOREIGN || t->unknown;
	}
	return words >= FOREIGN_MIN_WORDS ? strange * 2 > words : words && strange == words && w->text.text.tokens[0].kind == TOKEN_FOREIGN;
}

void understand(const struct ruleset *set, const char *text, size_t len, struct moment now, struct arena *arena,
	struct understanding *out)
{
	struct work *w = arena_alloc(arena, 1, sizeof *w);
	struct text canon;

	*out = (struct understanding){0};
	text_read(set->lexicon, text, len, arena, &canon);
	w->set = set;
	w->now = now;
	reading_make(&w->text, context_boundaries(set->context), set->patterns, canon, arena);
	find(w);
	choose(w);
	struct triggers *triggers = context_find(set->context, &w->text);
	for (size_t i = 0; i < w->n; i++)
		add_mention(w, triggers, &w->found[i]);
	drop_doubles(w);
	drop_needless(w);
	list_cues(w, triggers, out);
	long corrected = context_correction(set->context, &w->text);
	correct(w, corrected);
	out->mentions = w->mentions;
	out->n_mentions = w->n_mentions;
	put_together(set->vocab, w->mentions, w->n_mentions, &out->facts);
	find_intent(w, out);
	out->correction = corrected >= 0;
	out->other_patient = context_other_patient(set->context, &w->text);
	out->foreign = is_foreign(w);
	out->reading = &w->text;
	out->truncated = canon.truncated;
}

static bool is_told(const struct mention *m)
{
	return m->state == STATE_PRESENT || m->state == STATE_UNCERTAIN;
}

static bool is_of_the_leg(const struct ruleset *set, int finding)
{
	return context_of_the_leg(set->context, finding) || context_beside_the_leg(set->context, finding);
}

/* A sign that counts wherever it is, or a place in the leg: then the message is for us. */
static bool holds_for_us(const struct ruleset *set, int finding)
{
	return context_place(set->context, finding) ||
		(intents_is_symptom(set->intents, finding) && !is_of_the_leg(set, finding));
}

void understand_opening(const struct ruleset *set, struct understanding *u)
{
	size_t n = 0;

	if (!u->intent_rule || u->intent != vocab_intent(set->vocab, "out_of_scope"))
		return;
	for (size_t i = 0; i < u->n_mentions; i++)
		if (is_told(&u->mentions[i]) && holds_for_us(set, u->mentions[i].finding))
			return;
	for (size_t i = 0; i < u->n_mentions; i++)
		if (u->mentions[i].state != STATE_PRESENT || !is_of_the_leg(set, u->mentions[i].finding))
			u->mentions[n++] = u->mentions[i];
	u->n_mentions = n;
	put_together(set->vocab, u->mentions, n, &u->facts);
}
