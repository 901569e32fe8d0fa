/* wording.c - whether all that a talk may have to say is worded. */
#include <string.h>

#include "talk/responses.h"
#include "talk/talk.h"
#include "talk/wording_floor.h"
#include "triage/tips.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/yaml.h"

struct check {
	const struct talk_data *d;
	struct problems *problems;
	struct arena *arena;
};

static const char *const talk_keys[] = {"first_contact", "open_question", "greet", "greet_again", "resume", "thanks",
	"goodbye", "bye_while_asking", "emoji_only", "media", "empty", "too_long", "not_understood",
	"not_understood_asking", "abuse", "out_of_scope", "other_body_part", "foreign",
	"foreign_unknown", "help", "restart", "human",
	"human_none", "human_contact", "human_waiting", "privacy", "privacy_days", "crisis_contact", "export", "forget_ask", "forgotten", "forget_kept", "failed",
	"stale_choice", "stale_choice_advised", "crisis", "crisis_again", "crisis_human", "crisis_after", "crisis_danger", "crisis_stay", "understood",
	"corrected", "corrected_plain", "clash", "basis", "cut_short", "left_unread", "other_person", "acknowledge",
	"acknowledge_none", "acknowledge_bad", "understood_nothing_new", "quick_checks", "last_check", "urgent_check",
	"sure_check", "back_to_question", "which_lead", "unsure_accepted", "unread_left", "unread_beside", "rest_of_list", "clarify_generic", "why_generic",
	"skip_refused", "how_many_left", "general_offer", "no_complaint", "is_it", "is_it_open", "tip_later",
	"tip_lead", "new_complaint", "new_person", "emergency_still", "emergency_over", "urgent_still", "on_the_way",
	"emergency_helped", "emergency_told", "help_is_coming", "question_left", "acknowledged_asking", "leaving_early",
	"how_are_you", "language_only_english", "crisis_unclear", "crisis_unclear_no", "not_known", "is_it_advised",
	"stop_medicine", "region_told", "check_in_seen", "check_in_better", "check_in_same", "check_in_worse",
	"summary_offer", "summary_head", "summary_none", "after_advice_anything_else"};
static const char *const by_urgency[] = {"not_just", "refuses", "cannot_reach", "check_in_offer", "check_in_accept",
	"check_in_decline", "check_in_ask", "check_in_not_seen"};
static const char *const urgency_keys[] = {"lead", "where", "time_course", "short"};
static const char *const joins[] = {
	"tips_lead", "avoid_lead", "prevent_lead", "likely", "likely_two", "raised", "lowered", "same_still"};
static const char *const shared_keys[] = {"none", "not_sure", "which", "line", "yes", "no"};
static const char *const time_keys[] = {
	"minutes", "hour", "hours", "today", "tomorrow", "tomorrow_morning", "day", "days", "week", "weeks"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *path_of(const struct check *c, const char *a, const char *b)
{
	return arena_printf(c->arena, "%s.%s", a, b);
}

/* Complains when there is no text under node's key. */
static void want(const struct check *c, const char *file, const char *path, const struct yaml *node, const char *key)
{
	if (!responses_text(yaml_get(node, key), false, 0))
		responses_missing(c->d->responses, c->problems, file, path, key);
}

static void want_all(const struct check *c, const char *file, const char *path, const struct yaml *node,
	const char *const keys[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		want(c, file, path, node, keys[i]);
}

/* Every text of the node, in whatever variants and persons, tells the number to call: a lead that only says "call" would
 * leave somebody in danger to look it up. */
static void want_number(const struct check *c, const char *file, const char *path, const struct yaml *node)
{
	if (!node)
		return;
	if (node->kind == YAML_SCALAR && !strstr(node->text, "{emergency}"))
		problems_add(c->problems, responses_path(c->d->responses, file), node->line, node->column,
			"%s must tell the number: {emergency}", path);
	for (size_t i = 0; node->kind != YAML_SCALAR && i < node->n; i++)
		want_number(c, file, path, node->items[i]);
}

static void check_numbers(const struct check *c)
{
	static const char *const anywhere[] = {"emergency_still", "emergency_helped", "emergency_told", "help_is_coming",
		"crisis", "crisis_unclear", "crisis_stay", "limit", "failed"};
	const struct yaml *talk = responses_at(c->d->responses, "talk", "talk", NULL),
			  *urgency = responses_at(c->d->responses, "urgency", "urgency", "emergency", NULL);

	for (size_t i = 0; urgency && i < urgency->n; i++)
		if (strncmp(urgency->keys[i]->text, "lead", 4) == 0)
			want_number(c, "urgency", path_of(c, "emergency", urgency->keys[i]->text), urgency->items[i]);
	for (size_t i = 0; i < COUNT(anywhere); i++)
		want_number(c, "talk", path_of(c, "talk", anywhere[i]), yaml_get(talk, anywhere[i]));
	want_number(c, "net", "call.lead", responses_at(c->d->responses, "net", "call", "lead", NULL));
}

static void check_talk(const struct check *c)
{
	const struct yaml *talk = responses_at(c->d->responses, "talk", "talk", NULL);

	want_all(c, "talk", "talk", talk, talk_keys, COUNT(talk_keys));
	for (size_t i = 0; i < COUNT(by_urgency); i++)
		for (enum urgency u = URGENCY_SELF_CARE; u <= URGENCY_EMERGENCY; u++)
			want(c, "talk", path_of(c, "talk", by_urgency[i]), yaml_get(talk, by_urgency[i]),
				urgency_id(u));
	want_all(c, "talk", "times", responses_at(c->d->responses, "talk", "times", NULL), time_keys, COUNT(time_keys));
}

/* What is asked once advised may be left to the answer of any other time, but not when it is for today. */
static void check_way(const struct check *c)
{
	const struct yaml *way = responses_at(c->d->responses, "talk", "talk", "way", NULL);

	for (size_t i = 0; way && i < way->n; i++)
		for (enum urgency u = URGENCY_URGENT; u <= URGENCY_EMERGENCY; u++)
			want(c, "talk", path_of(c, "talk.way", way->keys[i]->text), way->items[i], urgency_id(u));
}

static void check_urgencies(const struct check *c)
{
	const struct yaml *all = responses_at(c->d->responses, "urgency", "urgency", NULL);

	for (enum urgency u = URGENCY_SELF_CARE; u <= URGENCY_EMERGENCY; u++)
		want_all(c, "urgency", path_of(c, "urgency", urgency_id(u)), yaml_get(all, urgency_id(u)), urgency_keys,
			COUNT(urgency_keys));
	want_all(c, "urgency", "the file", responses_at(c->d->responses, "urgency", NULL), joins, COUNT(joins));
}

static void check_question(const struct check *c, int question)
{
	const struct tables *t = c->d->tables;
	const char *id = question_id(t, question), *path = path_of(c, "questions", id);
	const struct yaml *words = responses_at(c->d->responses, "questions", "questions", id, NULL);
	const struct yaml *lines = yaml_get(words, "lines"), *labels = lines ? lines : yaml_get(words, "choices");

	want_all(c, "questions", path, words, (const char *[]){"ask", "why", "clarify", "again"}, 4);
	for (int i = 0; i < (int)question_choices(t, question); i++)
		if (strcmp(choice_id(t, question, i), "not_sure") != 0)
			want(c, "questions", path, labels, choice_id(t, question, i));
}

static void check_findings(const struct check *c)
{
	const struct vocab *v = tables_vocab(c->d->tables);

	for (int i = 0; i < (int)vocab_findings(v); i++) {
		const char *id = vocab_finding_id(v, i);

		want_all(c, "findings", path_of(c, "findings", id),
			responses_at(c->d->responses, "findings", "findings", id, NULL),
			(const char *[]){"name", "not", "ask", "again"}, 4);
	}
}

/* What a rule of urgent or emergency says stands in the rule or in its family. */
static void check_rule(const struct check *c, int rule)
{
	const char *id = rule_id(c->d->tables, rule), *family = arena_strndup(c->arena, id, strcspn(id, "/"));
	const char *keys[] = {"do_now", "do_not", "say", "becomes_emergency"};
	const struct yaml *own = responses_at(c->d->responses, "rules", "rules", id, NULL);
	const struct yaml *group = responses_at(c->d->responses, "rules", "families", family, NULL);

	want(c, "rules", path_of(c, "rules", id), own, "why");
	for (size_t i = 0; i < COUNT(keys) && rule_urgency(c->d->tables, rule) >= URGENCY_SOON; i++)
		if (!yaml_get(own, keys[i]) && !yaml_get(group, keys[i]) &&
			!yaml_get(yaml_get(group, urgency_id(rule_urgency(c->d->tables, rule))), keys[i]))
			responses_missing(
				c->d->responses, c->problems, "rules", path_of(c, "families", family), keys[i]);
}

static void check_tips(const struct check *c)
{
	for (int i = 0; i < (int)tables_tips(c->d->tables); i++) {
		const char *id = tip_id(c->d->tables, i), *path = path_of(c, "tips", id);
		const struct yaml *words = responses_at(c->d->responses, "tips", "tips", id, NULL);
		enum tip_kind kind = tip_kind(c->d->tables, i);

		want_all(c, "tips", path, words, (const char *[]){"name", "more"}, 2);
		if (kind == TIP_TREATMENT || kind == TIP_FIRST_AID)
			want(c, "tips", path, words, "do");
		if (kind == TIP_TREATMENT || kind == TIP_CAUTION)
			want_all(c, "tips", path, words, (const char *[]){"not", "avoid"}, 2);
	}
}

static void check_conditions(const struct check *c)
{
	const struct vocab *v = tables_vocab(c->d->tables);

	for (int i = 0; i < (int)vocab_conditions(v); i++) {
		const char *id = vocab_condition_id(v, i);
		const struct yaml *net = responses_at(c->d->responses, "net", "conditions", id, NULL);

		want_all(c, "conditions", path_of(c, "conditions", id),
			responses_at(c->d->responses, "conditions", "conditions", id, NULL),
			(const char *[]){"short", "what", "signs", "see"}, 4);
		want_all(c, "net", path_of(c, "conditions", id), net, (const char *[]){"course", "come_back", "watch"},
			3);
	}
	want_all(c, "net", "the file", responses_at(c->d->responses, "net", NULL),
		(const char *[]){"uncertain", "how_where", "not_wait", "watch_lead"}, 4);
}

void talk_check(const struct talk_data *d, struct problems *problems)
{
	struct check c = {d, problems, arena_new()};

	check_way(&c);
	check_talk(&c);
	check_urgencies(&c);
	check_numbers(&c);
	want_all(&c, "questions", "shared", responses_at(d->responses, "questions", "shared", NULL), shared_keys,
		COUNT(shared_keys));
	for (int i = 0; i < (int)tables_questions(d->tables); i++)
		check_question(&c, i);
	check_findings(&c);
	for (int i = 0; i < (int)tables_rules(d->tables); i++)
		check_rule(&c, i);
	check_tips(&c);
	check_conditions(&c);
	wording_floor_check(d, problems);
	arena_free(c.arena);
}
