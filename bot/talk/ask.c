/* ask.c - what to ask next: the most dangerous thing that is still open and could change what is to be done. The tables
 * give the order (presentations, screens) and the limits; see triage/dialogue.h. */
#include <stdio.h>
#include <string.h>

#include "talk/responses.h"
#include "talk/turn.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/yaml.h"

enum { MAX_LIST = 4096 };

static const char *q_id(const struct turn *t, int question)
{
	return question_id(t->data->tables, question);
}

/* Open findings of a question that are worth asking: what was asked twice in vain is left. */
static size_t open_findings(const struct turn *t, int question, int out[QUESTION_MAX_FINDINGS])
{
	int all[QUESTION_MAX_FINDINGS];
	size_t n = question_open(t->data->tables, question, &t->s->facts, all), kept = 0;

	for (size_t i = 0; i < n; i++)
		if (t->s->facts.state[all[i]] != STATE_UNCERTAIN || !t->s->asked_again[all[i]])
			out[kept++] = all[i];
	return kept;
}

/* ---- choosing ---- */

/* A finding in doubt that would be an emergency if it were sure: that one thing is asked next, once. */
static int doubt_to_clear(const struct turn *t)
{
	const struct talk_state *s = t->s;

	if (decide_emergency_if_sure(t->data->tables, &s->facts) < 0)
		return -1;
	for (size_t i = 0; i < vocab_findings(tables_vocab(t->data->tables)); i++) {
		struct facts sure = s->facts;

		if (s->facts.state[i] != STATE_UNCERTAIN || s->asked_again[i])
			continue;
		sure.state[i] = STATE_PRESENT;
		if (decide_urgency(t->data->tables, &sure) == URGENCY_EMERGENCY)
			return (int)i;
	}
	return -1;
}

static bool may_ask(const struct turn *t, int question, bool must_raise)
{
	int open[QUESTION_MAX_FINDINGS];
	size_t n;

	if (t->s->asked[question] || !(n = open_findings(t, question, open)))
		return false;
	return !must_raise || findings_can_raise(t->data->tables, &t->s->facts, open, n);
}

static int first_of(const struct turn *t, const int *list, size_t n, bool must_raise)
{
	for (size_t i = 0; i < n; i++)
		if (may_ask(t, list[i], must_raise))
			return list[i];
	return -1;
}

static int first_screen(const struct turn *t, bool must_raise)
{
	int all[SCREENS_MAX], need[SCREENS_MAX];
	size_t n = screens_all(t->data->tables, all), n_need = screens_required(t->data->tables, &t->s->facts, need);

	/* What could be an emergency, or is needed for an all-clear, is asked; a screen that can do neither is not. */
	for (size_t i = 0; i < n; i++) {
		bool required = false;

		for (size_t k = 0; k < n_need; k++)
			required |= need[k] == all[i];
		if (may_ask(t, all[i], must_raise || !required))
			return all[i];
	}
	return -1;
}

static int choose(const struct turn *t)
{
	const struct talk_state *s = t->s;
	const struct limits *limits = tables_limits(t->data->tables);
	int presentation = presentation_choose(t->data->tables, &s->facts, &t->out->decision);
	size_t n;
	const int *list = presentation_questions(t->data->tables, presentation, &n);
	bool urgent = s->urgency >= URGENCY_URGENT;

	if (s->questions >= limits->questions || (urgent && s->questions_when_urgent >= limits->when_urgent))
		return -1;
	if (!urgent && n && may_ask(t, list[0], true))
		return list[0];
	int screen = first_screen(t, urgent);
	return screen >= 0 ? screen : first_of(t, list, n, true);
}

/* ---- putting it into words ---- */

static const char *choice_label(const struct turn *t, int question, int choice)
{
	const char *id = choice_id(t->data->tables, question, choice);
	const struct yaml *q = responses_at(t->data->responses, "questions", "questions", q_id(t, question), NULL);
	const struct yaml *label = yaml_get(yaml_get(q, "lines"), id);

	return responses_text(label ? label : yaml_get(yaml_get(q, "choices"), id), t->s->they, 0);
}

static const char *shared_label(const struct turn *t, const char *key)
{
	return responses_text(responses_at(t->data->responses, "questions", "shared", key, NULL), t->s->they, 0);
}

static void add_choice(struct turn *t, const char *id, const char *label)
{
	if (id && label && t->out->n_choices < TALK_MAX_CHOICES)
		t->out->choices[t->out->n_choices++] = (struct talk_choice){id, label};
}

/* A choice is worth showing when something that it is about is still open. */
static bool worth_showing(const struct turn *t, int question, int choice, const int *open, size_t n_open)
{
	size_t n;
	const int *about = choice_findings(t->data->tables, question, choice, &n);

	if (!n)
		return true;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n_open; k++)
			if (about[i] == open[k])
				return true;
	return false;
}

static void offer_choices(struct turn *t, int question)
{
	struct open *o = &t->s->open;
	int open[QUESTION_MAX_FINDINGS];
	size_t n = open_findings(t, question, open);

	o->n_shown = 0;
	for (size_t i = 0; i < question_choices(t->data->tables, question) && o->n_shown < STATE_MAX_SHOWN; i++)
		if (worth_showing(t, question, (int)i, open, n))
			o->shown[o->n_shown++] = (int)i;
}

static void show_question(struct turn *t)
{
	const struct open *o = &t->s->open;
	bool has_unsure = false;

	t->out->n_asks = open_findings(t, o->question, t->out->asks);
	t->out->many = question_is_list(t->data->tables, o->question);
	for (size_t i = 0; i < o->n_shown; i++) {
		const char *id = choice_id(t->data->tables, o->question, o->shown[i]);

		has_unsure |= strcmp(id, "not_sure") == 0;
		add_choice(t, id, choice_label(t, o->question, o->shown[i]));
	}
	if (t->out->many)
		add_choice(t, "none", shared_label(t, "none"));
	if (!has_unsure)
		add_choice(t, "not_sure", shared_label(t, "not_sure"));
}

static void show_findings(struct turn *t, const int *list, size_t n)
{
	const struct vocab *v = tables_vocab(t->data->tables);

	for (size_t i = 0; i < n; i++) {
		const char *id = vocab_finding_id(v, list[i]);

		t->out->asks[t->out->n_asks++] = list[i];
		add_choice(t, id, responses_text(responses_at(t->data->responses, "findings", "findings", id, "name", NULL),
			t->s->they, 0));
	}
	t->out->many = true;
	add_choice(t, "none", shared_label(t, "none"));
	add_choice(t, "not_sure", shared_label(t, "not_sure"));
}

void ask_show(struct turn *t)
{
	const struct open *o = &t->s->open;

	t->out->n_asks = t->out->n_choices = 0;
	if (o->kind == OPEN_QUESTION) {
		show_question(t);
	} else if (o->kind == OPEN_WHICH) {
		show_findings(t, o->which.findings, o->which.n);
	} else if (o->kind == OPEN_FINDING) {
		t->out->asks[t->out->n_asks++] = o->finding;
		t->out->many = false;
	}
	if (o->kind == OPEN_FINDING || o->kind == OPEN_CHECK_IN || o->kind == OPEN_FORGET) {
		add_choice(t, "yes", shared_label(t, "yes"));
		add_choice(t, "no", shared_label(t, "no"));
	}
	if (o->kind == OPEN_FINDING)
		add_choice(t, "not_sure", shared_label(t, "not_sure"));
}

/* The choices as a numbered list, as on a screen without buttons; a yes or no needs none. */
static const char *numbered(struct turn *t, const char *heading)
{
	struct buf b;

	if (t->out->n_choices < 3 || t->s->open.kind == OPEN_FINDING)
		return heading;
	buf_init(&b, MAX_LIST);
	buf_adds(&b, heading);
	for (size_t i = 0; i < t->out->n_choices; i++)
		buf_addf(&b, "\n%zu. %s", i + 1, t->out->choices[i].label);
	const char *text = arena_strdup(t->arena, buf_str(&b));
	buf_done(&b);
	return text;
}

/* Most of the list is known already: what is left is asked in a sentence of its own. */
static const char *question_words(struct turn *t, bool plainer)
{
	const struct open *o = &t->s->open;
	const char *id = o->kind == OPEN_QUESTION ? q_id(t, o->question) : NULL;
	const char *text = NULL;

	if (o->kind == OPEN_WHICH)
		return say(&t->voice, "questions", "shared", "which", NULL);
	if (o->kind == OPEN_FINDING) {
		const char *finding = vocab_finding_id(tables_vocab(t->data->tables), o->finding);

		text = say(&t->voice, "findings", "findings", finding, plainer ? "again" : "ask", NULL);
		return text ? text : say(&t->voice, "findings", "findings", finding, "ask", NULL);
	}
	if (plainer)
		text = say(&t->voice, "questions", "questions", id, "again", NULL);
	if (!text)
		text = say(&t->voice, "questions", "questions", id, "heading", NULL);
	return text ? text : say(&t->voice, "questions", "questions", id, "ask", NULL);
}

static void put(struct turn *t, const char *lead, bool plainer)
{
	ask_show(t);
	const char *words = question_words(t, plainer);
	const char *texts[] = {lead, numbered(t, words ? words : "")};

	turn_reply(t, say_join(&t->voice, "\n", texts, 2));
}

static void open_question(struct turn *t, int question)
{
	struct talk_state *s = t->s;
	int open[QUESTION_MAX_FINDINGS];
	size_t n = open_findings(t, question, open);

	s->open = (struct open){.kind = OPEN_QUESTION, .question = question, .finding = -1};
	s->asked[question] = true;
	for (size_t i = 0; i < n; i++)
		s->asked_again[open[i]] |= s->facts.state[open[i]] == STATE_UNCERTAIN;
	offer_choices(t, question);
}

static void open_finding(struct turn *t, int finding)
{
	t->s->open = (struct open){.kind = OPEN_FINDING, .question = -1, .finding = finding};
	t->s->asked_again[finding] = true;
}

static void count(struct turn *t)
{
	t->s->questions++;
	t->s->questions_when_urgent += t->s->urgency >= URGENCY_URGENT;
	t->s->stage = STAGE_ASKING;
}

/* The first lines of a screen that nobody was sure of are asked one by one. */
static int take_later(struct turn *t)
{
	struct which *later = &t->s->later;

	while (later->n) {
		int finding = later->findings[0];

		later->n--;
		memmove(later->findings, later->findings + 1, later->n * sizeof *later->findings);
		if (t->s->facts.state[finding] == STATE_UNKNOWN || t->s->facts.state[finding] == STATE_UNCERTAIN)
			return finding;
	}
	return -1;
}

bool ask_next(struct turn *t, const char *lead)
{
	const struct limits *limits = tables_limits(t->data->tables);
	bool room = t->s->questions < limits->questions;
	int doubt = room ? doubt_to_clear(t) : -1;
	int finding = doubt < 0 && room ? take_later(t) : doubt;
	int question = finding < 0 ? choose(t) : -1;

	if (finding < 0 && question < 0)
		return false;
	if (finding >= 0)
		open_finding(t, finding);
	else
		open_question(t, question);
	count(t);
	put(t, lead, doubt >= 0);
	return true;
}

void ask_again(struct turn *t, const char *lead, bool plainer)
{
	put(t, lead, plainer);
}
