/* ask.c - questions in words, with their choices. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "talk/responses.h"
#include "talk/turn.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/yaml.h"

enum { MAX_LIST = 4096, MOST_LEFT = 4 };

/* ---- choices ---- */

static const char *finding_label(const struct turn *t, int finding)
{
	return responses_finding_label(t->data->responses, vocab_finding_id(tables_vocab(t->data->tables), finding),
		t->s->they);
}

/* Of a line about several things, where some are known, the names of the few that are left; NULL otherwise. */
static const char *label_of_rest(struct turn *t, int question, int choice)
{
	struct which left = lines_open(t, question, choice);
	const char *names[MOST_LEFT];
	size_t n;

	(void)choice_findings(t->data->tables, question, choice, &n);
	if (!question_is_list(t->data->tables, question) || !left.n || left.n >= n || left.n > MOST_LEFT)
		return NULL;
	for (size_t i = 0; i < left.n; i++)
		names[i] = finding_label(t, left.findings[i]);
	char *label = arena_strdup(t->arena, say_join(&t->voice, ", ", names, left.n));
	*label = (char)toupper((unsigned char)*label);
	return label;
}

static const char *choice_label(const struct turn *t, int question, int choice)
{
	const struct tables *tables = t->data->tables;

	return responses_choice_label(t->data->responses, question_id(tables, question), choice_id(tables, question, choice),
		t->s->they);
}

static void add_choice(struct turn *t, const char *id, const char *label)
{
	bool alone = id && (strcmp(id, "none") == 0 || strcmp(id, "not_sure") == 0);

	if (id && label && t->out->n_choices < TALK_MAX_CHOICES)
		t->out->choices[t->out->n_choices++] = (struct talk_choice){id, label, alone};
}

static void add_shared(struct turn *t, const char *id)
{
	add_choice(t, id,
		responses_text(responses_at(t->data->responses, "questions", "shared", id, NULL), t->s->they, 0));
}

static void add_button(struct turn *t, const char *id, const char *key)
{
	add_choice(t, id,
		responses_text(responses_at(t->data->responses, "talk", "talk", "buttons", key, NULL), t->s->they, 0));
}

static void show_question(struct turn *t)
{
	const struct open *o = &t->s->open;
	int open[QUESTION_MAX_FINDINGS];
	size_t n = choose_open(t, o->question, open);
	bool has_unsure = false;

	for (size_t i = 0; i < n; i++)
		if (lines_has(t, open[i]))
			t->out->asks[t->out->n_asks++] = open[i];
	t->out->many = question_is_list(t->data->tables, o->question);
	for (size_t i = 0; i < o->n_shown; i++) {
		const char *id = choice_id(t->data->tables, o->question, o->shown[i]);

		has_unsure |= strcmp(id, "not_sure") == 0;
		const char *whole = choice_label(t, o->question, o->shown[i]), *rest = label_of_rest(t, o->question, o->shown[i]);
		add_choice(t, id, rest && strlen(rest) <= strlen(whole) ? rest : whole);
	}
	if (t->out->many)
		add_shared(t, "none");
	if (!has_unsure)
		add_shared(t, "not_sure");
}

static void show_which(struct turn *t)
{
	const struct which *which = &t->s->open.which;

	for (size_t i = 0; i < which->n; i++) {
		const char *id = vocab_finding_id(tables_vocab(t->data->tables), which->findings[i]);

		t->out->asks[t->out->n_asks++] = which->findings[i];
		add_choice(t, id, finding_label(t, which->findings[i]));
	}
	t->out->many = true;
	add_shared(t, "none");
	add_shared(t, "not_sure");
}

static void show_yes_no(struct turn *t, bool unsure)
{
	add_shared(t, "yes");
	add_shared(t, "no");
	if (unsure)
		add_shared(t, "not_sure");
}

static void show_offer(struct turn *t)
{
	add_button(t, "yes", "check_in_yes");
	add_button(t, "no", "check_in_no");
	if (t->s->urgency >= URGENCY_SOON)
		add_button(t, "summary", "summary");
}

/* It asks for whatever troubles the leg. */
static void show_complaints(struct turn *t)
{
	int n = (int)vocab_findings(tables_vocab(t->data->tables));

	for (int i = 0; i < n && t->out->n_asks < QUESTION_MAX_FINDINGS; i++)
		if (finding_is_complaint(t->data->tables, i))
			t->out->asks[t->out->n_asks++] = i;
}

/* The answers that are looked for first, by urgency. */
static void show_how(struct turn *t)
{
	if (t->s->urgency >= URGENCY_URGENT) {
		add_button(t, "seen", "seen");
		add_button(t, "not_yet", "not_yet");
	}
	add_button(t, "better", "better");
	add_button(t, "same", "same");
	add_button(t, "worse", "worse");
}

void ask_show(struct turn *t)
{
	const struct open *o = &t->s->open;

	t->out->n_asks = t->out->n_choices = 0;
	t->out->many = false;
	if (t->s->forget_asked) {
		show_yes_no(t, false);
	} else if (o->kind == OPEN_QUESTION) {
		show_question(t);
	} else if (o->kind == OPEN_WHICH) {
		show_which(t);
	} else if (o->kind == OPEN_FINDING) {
		t->out->asks[t->out->n_asks++] = o->finding;
		show_yes_no(t, true);
	} else if (o->kind == OPEN_COMPLAINT) {
		show_complaints(t);
		show_yes_no(t, false);
	} else if (o->kind == OPEN_CHECK_IN) {
		show_offer(t);
	} else if (o->kind == OPEN_HOW) {
		show_how(t);
	}
}

/* ---- words ---- */

static bool is_plain(const char *id)
{
	return strcmp(id, "yes") == 0 || strcmp(id, "no") == 0 || strcmp(id, "not_sure") == 0;
}

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* A sign that a button cuts off would go unread: then the text lists them all. */
static bool buttons_tell_all(const struct turn *t)
{
	if (!t->in->taps)
		return false;
	for (size_t i = 0; t->in->tap_width && i < t->out->n_choices; i++)
		if (characters(t->out->choices[i].label) > t->in->tap_width)
			return false;
	return true;
}

/* The choices as a numbered list, where no buttons show them; a plain yes or no needs none. */
static const char *numbered(struct turn *t, const char *heading)
{
	struct buf b;
	bool plain = true;

	for (size_t i = 0; i < t->out->n_choices; i++)
		plain &= is_plain(t->out->choices[i].id);
	if (plain || buttons_tell_all(t))
		return heading;
	t->out->listed = true;
	buf_init(&b, MAX_LIST);
	buf_adds(&b, heading);
	for (size_t i = 0; i < t->out->n_choices; i++)
		buf_addf(&b, "\n%zu. %s", i + 1, t->out->choices[i].label);
	const char *text = arena_strdup(t->arena, buf_str(&b));
	buf_done(&b);
	return text;
}

static const char *first_that_is(struct turn *t, const char *group, const char *id, const char *const keys[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *text = keys[i] ? say(&t->voice, group, group, id, keys[i], NULL) : NULL;

		if (text)
			return text;
	}
	return "";
}

static const char *question_words(struct turn *t, bool plainer)
{
	const struct open *o = &t->s->open;
	const char *again = plainer ? "again" : NULL;

	if (o->kind == OPEN_QUESTION && o->yes)
		return say(&t->voice, "questions", "shared", "which", NULL);
	if (o->kind == OPEN_WHICH)
		return say(&t->voice, "questions", "shared", o->question < 0 ? "which" : "line", NULL);
	if (o->kind == OPEN_FINDING)
		return first_that_is(t, "findings", vocab_finding_id(tables_vocab(t->data->tables), o->finding),
			(const char *[]){again, "ask"}, 2);
	return first_that_is(t, "questions", question_id(t->data->tables, o->question),
		(const char *[]){again, "heading", "ask"}, 3);
}

void ask_put(struct turn *t, const char *lead, bool plainer)
{
	ask_show(t);
	const char *texts[] = {lead, numbered(t, question_words(t, plainer))};

	turn_reply(t, say_join(&t->voice, "\n", texts, 2));
}

/* Offered a few times; to somebody who does not know what to say it is put always. */
void ask_complaint(struct turn *t, const char *lead)
{
	const char *offer = turn_fresh(t, "general_offer");
	int finding = offer || !lead ? turn_complaint(t->data->tables) : -1;

	if (finding >= 0)
		t->s->open =
			(struct open){.kind = OPEN_COMPLAINT, .question = -1, .finding = finding, .since = t->s->turn};
	turn_reply(t,
		say_join(&t->voice, "\n\n",
			(const char *[]){lead, offer || lead ? offer : turn_text(t, "general_offer")}, 2));
}

void ask_back(struct turn *t)
{
	if (state_is_asking(t->s))
		ask_put(t, turn_fresh(t, "back_to_question"), false);
}

/* ---- what is said before a question ---- */

/* The kinds are those of the wording, the first that is heard counts; answers.yaml tells how each is heard. */
const char *ask_feeling(struct turn *t)
{
	const struct yaml *kinds = responses_at(t->data->responses, "talk", "talk", "feelings", NULL);

	for (size_t i = 0; kinds && i < kinds->n; i++) {
		const char *kind = kinds->keys[i]->text;

		if (turn_says_of(t, "feeling", kind))
			return say_fresh(&t->voice, "talk", "talk", "feelings", kind, NULL);
	}
	return NULL;
}

static bool anything_new(const struct turn *t, enum finding_state state)
{
	for (size_t i = 0; i < vocab_findings(tables_vocab(t->data->tables)); i++)
		if (t->s->facts.state[i] == state && t->before.state[i] != state)
			return true;
	return false;
}

/* What the person just said, in a few words: said back where it was told in words, else acknowledged. */
static const char *heard(struct turn *t, bool first)
{
	const char *repeat =
		t->in->kind == TALK_SAY ? learn_repeat(t, t->corrected ? "corrected" : "understood") : NULL;

	if (t->unread && repeat)
		return say_join(&t->voice, " ", (const char *[]){repeat, turn_fresh(t, "unread_beside")}, 2);
	if (t->unsure)
		return turn_fresh(t, t->beside ? "question_left" : t->unread ? "unread_left" : "unsure_accepted");
	if (repeat)
		return repeat;
	if (t->corrected)
		return turn_fresh(t, "corrected_plain");
	if (first)
		return NULL;
	if (anything_new(t, STATE_PRESENT) || anything_new(t, STATE_UNCERTAIN))
		return turn_fresh(t, t->s->urgency > t->was ? "acknowledge_bad" : "acknowledge");
	bool ticked = t->s->open.yes || t->s->open.kind == OPEN_WHICH; /* only the lines beside it are denied */
	return turn_fresh(t, anything_new(t, STATE_ABSENT) && !ticked ? "acknowledge_none" : "acknowledge");
}

static bool is_last(const struct turn *t)
{
	return t->s->questions >= tables_limits(t->data->tables)->questions;
}

/* How the question fits into the talk. */
static const char *transition(struct turn *t, bool first, bool doubt)
{
	if (doubt)
		return turn_fresh(t, "sure_check");
	if (t->s->open.yes || (t->s->open.kind == OPEN_WHICH && t->s->open.question < 0))
		return turn_fresh(t, "which_lead");
	if (t->s->urgency >= URGENCY_URGENT && t->was < URGENCY_URGENT)
		return turn_fresh(t, "urgent_check");
	if (first)
		return turn_fresh(t, "quick_checks");
	return is_last(t) ? turn_fresh(t, "last_check") : NULL;
}

const char *ask_lead(struct turn *t, bool doubt)
{
	bool first = t->s->questions <= 1;
	bool lowered = t->was == URGENCY_EMERGENCY && t->s->alarmed;
	const char *felt = ask_feeling(t);

	t->beside |= felt != NULL;
	const char *texts[] = {felt, t->s->they && !t->they_was ? turn_fresh(t, "other_person") : NULL,
		heard(t, first), lowered ? turn_text(t, "emergency_over") : NULL, transition(t, first, doubt)};

	return say_join(&t->voice, " ", texts, 5);
}
