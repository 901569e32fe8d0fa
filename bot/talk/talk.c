/* talk.c - one turn of the dialogue. The order of thoughts:
 *
 *   1. What was said is understood, and read as an answer to the open question where there is one.
 *   2. What was told goes into the facts; the tables decide. An emergency is said at once, before all else.
 *   3. What is no matter of the leg is dealt with: "start again", "a person, please", "what do you store".
 *   4. The person's own question is answered, then ours is put; where none is left, the advice is given.
 *
 * Nothing here lowers the urgency but a correction by the person. */
#include "talk/talk.h"

#include <string.h>

#include "rules/ruleset.h"
#include "talk/responses.h"
#include "talk/turn.h"
#include "triage/beside.h"
#include "triage/opening.h"
#include "triage/places.h"
#include "util/arena.h"
#include "util/yaml.h"

void turn_reply(struct turn *t, const char *text)
{
	struct talk_out *out = t->out;

	if (!text || !*text)
		return;
	if (out->n_replies < TALK_MAX_REPLIES)
		out->replies[out->n_replies++] = text;
	else
		out->replies[out->n_replies - 1] =
			arena_printf(t->arena, "%s\n\n%s", out->replies[out->n_replies - 1], text);
}

bool turn_is(const struct turn *t, const char *intent)
{
	return t->in->kind == TALK_SAY &&
		strcmp(vocab_intent_id(tables_vocab(t->data->tables), t->u.intent), intent) == 0;
}

bool turn_asks(const struct turn *t)
{
	return t->in->kind == TALK_SAY &&
		strncmp(vocab_intent_id(tables_vocab(t->data->tables), t->u.intent), "ask_", 4) == 0;
}

bool turn_says(const struct turn *t, const char *phrase)
{
	return turn_says_of(t, NULL, phrase);
}

bool turn_says_of(const struct turn *t, const char *group, const char *phrase)
{
	return t->in->kind == TALK_SAY && ruleset_says(t->data->rules, &t->u, group, phrase);
}

bool turn_tells(const struct turn *t)
{
	for (size_t i = 0; i < t->u.n_mentions; i++)
		if (t->u.mentions[i].state >= STATE_PAST)
			return true;
	return false;
}

/* "My dad had a clot and now my calf hurts" is about the writer. */
bool turn_other_patient(const struct turn *t)
{
	return t->u.other_patient && !turn_says(t, "own_leg");
}

bool turn_picked(const struct turn *t, const char *choice)
{
	for (size_t i = 0; i < t->in->n_picked; i++)
		if (strcmp(t->in->picked[i], choice) == 0)
			return true;
	return false;
}

bool turn_knows_complaint(const struct turn *t)
{
	return t->s->urgency > URGENCY_NONE;
}

const char *turn_text(struct turn *t, const char *key)
{
	return say(&t->voice, "talk", "talk", key, NULL);
}

const char *turn_fresh(struct turn *t, const char *key)
{
	return say_fresh(&t->voice, "talk", "talk", key, NULL);
}

const char *turn_text_by_urgency(struct turn *t, const char *key)
{
	return say(&t->voice, "talk", "talk", key, urgency_id(t->s->urgency), NULL);
}

/* ---- urgency ---- */

/* The rule that made the urgency what it is speaks first, also when later answers keep it from firing. */
static void put_first(struct decision *d, int rule)
{
	size_t n = d->n_why < TRIAGE_MAX_RULES ? d->n_why : TRIAGE_MAX_RULES - 1;

	memmove(d->why + 1, d->why, n * sizeof *d->why);
	d->why[0] = rule;
	d->n_why = n + 1;
}

/* A denial that keeps a rule from firing, as its test was not made before. It takes back what that rule made, not what was
 * more serious before. */
static bool tested(const struct turn *t)
{
	int denied[FACTS_MAX];
	size_t n = 0;

	for (int i = 0; i < (int)vocab_findings(tables_vocab(t->data->tables)); i++)
		if (t->before.state[i] == STATE_UNKNOWN && t->s->facts.state[i] == STATE_ABSENT)
			denied[n++] = i;
	return n && t->s->urgency == decide_urgency(t->data->tables, &t->before) &&
		findings_can_calm(t->data->tables, &t->before, denied, n);
}

void turn_judge(struct turn *t)
{
	struct talk_state *s = t->s;
	struct decision *d = &t->out->decision;
	bool down = t->corrected || t->cleared || tested(t);

	decide(t->data->tables, &s->facts, d);
	wait_judge(t, d);
	if (t->corrected && decide_emergency_if_sure(t->data->tables, &s->facts) < 0)
		s->floor = URGENCY_NONE;
	if (down || d->urgency > s->urgency) {
		s->urgency = d->urgency;
		s->rule = d->n_why ? d->why[0] : -1;
	}
	if (s->urgency < s->floor)
		s->urgency = s->floor;
	if (d->urgency < s->urgency && s->rule >= 0)
		put_first(d, s->rule);
	d->urgency = s->urgency;
}

bool turn_emergency_with(const struct turn *t, const struct facts *facts, int finding)
{
	struct beside b;

	beside_init(&b, t->data->tables, facts);
	return beside_emergency(&b, finding);
}

int turn_complaint(const struct tables *tables)
{
	for (int i = 0; i < (int)vocab_findings(tables_vocab(tables)); i++) {
		struct facts alone = {0};

		alone.state[i] = STATE_PRESENT;
		if (decide_urgency(tables, &alone) == URGENCY_SELF_CARE)
			return i;
	}
	return -1;
}

/* ---- going on ---- */

bool turn_left_unread(const struct turn *t)
{
	int open[QUESTION_MAX_FINDINGS];

	for (int q = 0; q < (int)tables_questions(t->data->tables); q++) {
		bool unread = t->s->unread[q] && question_is_danger(t->data->tables, q);
		size_t n = unread ? question_open(t->data->tables, q, &t->s->facts, open) : 0;

		for (size_t i = 0; i < n; i++)
			if (turn_emergency_with(t, &t->s->facts, open[i]))
				return true;
	}
	return false;
}

/* A screen that an all-clear needs could not be asked within the limits: the all-clear is not given. */
static void refuse_all_clear(struct turn *t)
{
	int screens[SCREENS_MAX], open[QUESTION_MAX_FINDINGS];
	size_t n = screens_required(t->data->tables, &t->s->facts, screens);

	if (t->s->urgency != URGENCY_SELF_CARE)
		return;
	for (size_t i = 0; i < n; i++)
		if (!t->s->answered[screens[i]] && question_open(t->data->tables, screens[i], &t->s->facts, open))
			t->s->urgency = t->s->floor = URGENCY_SOON;
	t->out->decision.urgency = t->s->urgency;
}

/* An answer about what would be an emergency could not be read, and nothing told it since: somebody has to look. */
static void be_careful_of_unread(struct turn *t)
{
	if (t->s->urgency < URGENCY_URGENT && turn_left_unread(t))
		t->s->urgency = t->s->floor = t->out->decision.urgency = URGENCY_URGENT;
}

/* One more answer after the advice, and it stays what it was. */
static void still_the_same(struct turn *t)
{
	const char *tip = digress_tip(t), *repeat = learn_repeat(t, t->corrected ? "corrected" : "understood");

	t->s->stage = STAGE_ADVISED;
	state_close_open(t->s);
	advise_mark_avoided(t);
	turn_reply(t, say_join(&t->voice, " ",
			      (const char *[]){repeat, tip ? tip : say(&t->voice, "urgency", "same_still", NULL)}, 2));
}

void turn_go_on(struct turn *t)
{
	bool doubt;

	if (!turn_knows_complaint(t) && t->corrected)
		ask_complaint(t, learn_repeat(t, "corrected"));
	else if (!turn_knows_complaint(t))
		turn_reply(t, turn_text(t, "no_complaint"));
	else if (t->s->urgency == URGENCY_EMERGENCY)
		advise_emergency(t);
	else if (choose_next(t, &doubt))
		ask_put(t, ask_lead(t, doubt), doubt);
	else if (wait_over(t))
		turn_go_on(t);
	else {
		refuse_all_clear(t);
		be_careful_of_unread(t);
		if (t->s->advised == t->s->urgency)
			still_the_same(t);
		else
			advise(t);
	}
}

/* ---- the turn ---- */

static const struct place *place_of(const struct talk_data *d, const struct talk_state *s, const char *region)
{
	const struct place *p = *s->region ? place_find(d->tables, s->region) : NULL;

	if (!p && region)
		p = place_find(d->tables, region);
	return p ? p : place_unknown(d->tables);
}

const char *talk_words_with(const struct talk_data *d, struct talk_state *s, const char *region, const char *file,
	const char *section, const char *key, const struct talk_blank *blanks, size_t n, struct arena *arena)
{
	struct voice voice = {.responses = d->responses, .tables = d->tables, .arena = arena, .said = &s->said};

	voice.place = place_of(d, s, region);
	for (size_t i = 0; i < n; i++)
		say_var(&voice, blanks[i].name, blanks[i].value);
	return say(&voice, file, section, key, NULL);
}

const char *talk_words(const struct talk_data *d, struct talk_state *s, const char *region, const char *file,
	const char *section, const char *key, struct arena *arena)
{
	return talk_words_with(d, s, region, file, section, key, NULL, 0, arena);
}

/* Another talk begins with other variants, the same talk always with the same. */
static uint32_t seed_of(const struct talk_in *in)
{
	uint32_t seed = 0;

	for (size_t i = 0; in->kind == TALK_SAY && i < in->len; i++)
		seed = seed * 31 + (unsigned char)in->text[i];
	return seed % 1000;
}

static void hear(struct turn *t)
{
	switch (t->in->kind) {
	case TALK_CHECK_IN:
		check_in_ask(t);
		return;
	case TALK_MEDIA:
		command_aside(t, turn_text(t, "media"));
		break;
	case TALK_CHOOSE:
		hear_choose(t);
		break;
	case TALK_TELL:
		hear_form(t);
		break;
	case TALK_SAY:
		hear_say(t);
		break;
	}
	if (!t->out->n_replies) /* never silent, whatever happened */
		turn_reply(t, turn_text(t, "failed"));
	t->s->seen_ms = t->in->now_ms;
}

void talk_turn(const struct talk_data *d, struct talk_state *s, const struct talk_in *in, struct arena *arena,
	struct talk_out *out)
{
	struct turn *t = arena_alloc(arena, 1, sizeof *t);

	memset(out, 0, sizeof *out);
	if (!s->turn++ && !s->said.seed)
		s->said.seed = seed_of(in);
	*t = (struct turn){.data = d, .in = in, .s = s, .arena = arena, .out = out, .before = s->facts, .named = -1, .clash = -1};
	t->was = s->urgency;
	t->stage_was = s->stage;
	t->side_was = s->side;
	t->they_was = s->they;
	t->voice = (struct voice){.responses = d->responses, .tables = d->tables, .arena = arena, .said = &s->said};
	t->voice.place = place_of(d, s, in->region);
	t->voice.they = s->they;
	understand(d->rules, in->text ? in->text : "", in->kind == TALK_SAY ? in->len : 0, in->today, arena, &t->u);
	if (!turn_knows_complaint(t))
		opening_settle(d->rules, d->tables, &t->u);
	opening_clashes(d->tables, &t->u);
	turn_judge(t);
	hear(t);
	ask_show(t);
	out->turn = s->turn;
	/* A crisis is an emergency of its own; the talk about the leg goes on where it was. */
	out->decision.urgency = out->effects & TALK_CRISIS ? URGENCY_EMERGENCY : s->urgency;
}

static const char *kept(const char *text, struct arena *arena)
{
	return text ? arena_strdup(arena, text) : NULL;
}

void talk_out_keep(struct talk_out *out, struct arena *arena)
{
	for (size_t i = 0; i < out->n_replies; i++)
		out->replies[i] = kept(out->replies[i], arena);
	for (size_t i = 0; i < out->n_choices; i++) {
		out->choices[i].id = kept(out->choices[i].id, arena);
		out->choices[i].label = kept(out->choices[i].label, arena);
	}
}
