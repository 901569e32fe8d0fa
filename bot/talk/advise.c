/* advise.c - the end of the questions: how soon to be seen, why, what to do now and what not, what to watch for. At
 * most three messages; the first line of the first one is the urgency. */
#include <string.h>

#include "talk/responses.h"
#include "talk/turn.h"

/* The lead of an emergency that needs an ambulance differs from one for which a person can go. */
static const char *emergency_lead(struct turn *t, const int *rules, size_t n)
{
	const char *route = n ? advise_rule_words(t, rules[0], "route") : NULL;
	const char *call = route && strcmp(route, "call") == 0 ? advise_level_words(t, "lead_call") : NULL;

	return call ? call : advise_level_words(t, "lead");
}

void advise_emergency(struct turn *t)
{
	int rules[ADVISE_MAX_RULES];
	size_t n = advise_rules(t, rules), n_then = 0;
	const char *then[3 * ADVISE_MAX_RULES + 1];
	const char *first[] = {emergency_lead(t, rules, n), n ? advise_rule_words(t, rules[0], "why") : NULL};

	t->s->stage = STAGE_ADVISED;
	state_close_open(t->s);
	for (size_t i = 0; i < n; i++) {
		then[n_then++] = advise_rule_words(t, rules[i], "do_now");
		then[n_then++] = advise_rule_words(t, rules[i], "do_not");
	}
	then[n_then++] = n ? advise_rule_words(t, rules[0], "say") : NULL;
	turn_reply(t, say_join(&t->voice, "\n", first, 2));
	turn_reply(t, say_join(&t->voice, "\n", then, n_then));
	advise_mark_avoided(t);
	check_in_plan(t);
	turn_reply(t, check_in_offer(t));
	t->out->effects |= t->s->alarmed ? 0 : TALK_ALARM;
	t->s->alarmed = true;
	t->s->advised = t->s->urgency;
}

/* "I go by this: swelling, warmth, since today." So that a misunderstanding shows. */
static const char *basis(struct turn *t)
{
	const char *texts[] = {learn_all(t, STATE_PRESENT, false), learn_all(t, STATE_UNCERTAIN, false)};
	const char *known = say_join(&t->voice, ", ", texts, 2);

	return known ? say_with(&t->voice, "findings", known,
			       responses_at(t->data->responses, "talk", "talk", "basis", NULL))
		     : NULL;
}

/* Why the advice is another one than before, if there was one. */
static const char *change(struct turn *t)
{
	if (t->stage_was != STAGE_ADVISED || t->was == URGENCY_NONE || t->s->urgency == t->was)
		return NULL;
	return say(&t->voice, "urgency", t->s->urgency > t->was ? "raised" : "lowered", NULL);
}

static void advise_urgent(struct turn *t)
{
	int rules[ADVISE_MAX_RULES];
	size_t n = advise_rules(t, rules);
	const char *where = n ? advise_rule_words(t, rules[0], "where") : NULL;
	const char *first[] = {advise_level_words(t, "lead"), change(t),
		turn_left_unread(t) ? turn_text(t, "left_unread") : NULL,
		n ? advise_rule_words(t, rules[0], "why") : NULL, n > 1 ? advise_rule_words(t, rules[1], "why") : NULL,
		where ? where : advise_level_words(t, "where")};
	const char *then[] = {say_join(&t->voice, " ", first, 6), basis(t)};

	turn_reply(t, say_join(&t->voice, "\n\n", then, 2));
	advise_mark_avoided(t);
	(void)advise_tips(t, NULL); /* what the families advise stands in their words */
	const char *do_not = n ? advise_rule_words(t, rules[0], "do_not") : NULL;
	const char *now[] = {digress_tip(t), n ? advise_rule_words(t, rules[0], "do_now") : NULL, do_not,
		n > 1 ? advise_besides(t, advise_rule_words(t, rules[1], "do_not"), do_not) : NULL, advise_group_line(t),
		n ? advise_rule_words(t, rules[0], "say") : NULL};
	turn_reply(t, say_join(&t->voice, "\n", now, 6));
}

/* Home care or a visit within days. */
static void advise_calm(struct turn *t)
{
	int rules[ADVISE_MAX_RULES];
	size_t n = t->s->urgency == URGENCY_SOON ? advise_rules(t, rules) : 0;
	bool cut_short = t->s->floor == URGENCY_SOON;
	const char *where = n ? advise_rule_words(t, rules[0], "where") : NULL;
	const char *first[] = {advise_level_words(t, "lead"), change(t), cut_short ? turn_text(t, "cut_short") : NULL,
		n ? advise_rule_words(t, rules[0], "why") : NULL, advise_likely(t),
		where ? where : t->s->urgency == URGENCY_SOON ? advise_level_words(t, "where") : NULL};
	const char *then[] = {say_join(&t->voice, " ", first, 6), basis(t)};

	turn_reply(t, say_join(&t->voice, "\n\n", then, 2));
	advise_mark_avoided(t);
	const char *do_not = n ? advise_rule_words(t, rules[0], "do_not") : NULL;
	const char *now[] = {digress_tip(t), n ? advise_rule_words(t, rules[0], "do_now") : NULL,
		advise_tips(t, do_not), n ? do_not : advise_avoid(t), advise_group_line(t),
		t->s->urgency == URGENCY_SELF_CARE ? advise_prevention(t) : NULL};
	turn_reply(t, say_join(&t->voice, "\n", now, 6));
}

void advise(struct turn *t)
{
	t->s->stage = STAGE_ADVISED;
	state_close_open(t->s);
	if (t->s->urgency >= URGENCY_URGENT)
		advise_urgent(t);
	else
		advise_calm(t);
	const char *last[] = {net_words(t), check_in_offer(t)};
	turn_reply(t, say_join(&t->voice, "\n\n", last, 2));
	t->s->advised = t->s->urgency;
}
