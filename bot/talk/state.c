/* state.c - one conversation as plain data, and written down as JSON. */
#include "talk/state.h"

#include <math.h>
#include <string.h>

#include "talk/state_names.h"
#include "triage/tips.h"
#include "triage/triage.h"
#include "util/buf.h"
#include "util/json.h"
#include "util/json_out.h"

const char *const stage_names[] = {"asking", "advised", "closed"};
const char *const open_names[] = {"nothing", "question", "which", "finding", "check_in", "how", "complaint"};
const char *const crisis_names[] = {"none", "told", "repeated", "asked"};
const char *const side_names[] = {"unknown", "left", "right"};

void state_init(struct talk_state *s)
{
	memset(s, 0, sizeof *s);
	state_close_open(s);
	s->later.question = s->rule = s->tip = -1;
	s->stage = STAGE_ASKING;
}

void state_close_open(struct talk_state *s)
{
	s->open = (struct open){.kind = OPEN_NOTHING, .question = -1, .finding = -1};
}

bool state_is_asking(const struct talk_state *s)
{
	return s->open.kind == OPEN_QUESTION || s->open.kind == OPEN_WHICH || s->open.kind == OPEN_FINDING;
}

/* ---- written down: what is as in a new conversation is left out ---- */

static void put_id(struct buf *b, const char *key, const char *id)
{
	if (id)
		json_out_text(b, key, id);
}

/* Names whose first is what a new conversation has. */
static void put_name(struct buf *b, const char *key, const char *const *names, int number)
{
	if (number)
		json_out_text(b, key, names[number]);
}

static void put_urgency(struct buf *b, const char *key, enum urgency urgency)
{
	if (urgency != URGENCY_NONE)
		json_out_text(b, key, urgency_id(urgency));
}

static void put_true(struct buf *b, const char *key, bool value)
{
	if (value)
		json_out_raw(b, key, "true");
}

static void put_number(struct buf *b, const char *key, int64_t number)
{
	if (!number)
		return;
	json_out_key(b, key);
	json_out_int(b, number);
}

static void put_item(struct buf *b, const char *id)
{
	json_out_item(b);
	json_out_string(b, id, strlen(id));
}

static void put_ids(struct buf *b, const char *key, const bool *list, size_t n,
	const char *(*id)(const struct tables *, int), const struct tables *t)
{
	if (!n || !memchr(list, true, n))
		return;
	json_out_raw(b, key, "[");
	for (size_t i = 0; i < n; i++)
		if (list[i])
			put_item(b, id(t, (int)i));
	buf_addc(b, ']');
}

static void put_choices(struct buf *b, const char *key, int question, const int *choices, size_t n, const struct tables *t)
{
	if (!n)
		return;
	json_out_raw(b, key, "[");
	for (size_t i = 0; i < n; i++)
		put_item(b, choice_id(t, question, choices[i]));
	buf_addc(b, ']');
}

static const char *finding_name(const struct tables *t, int finding)
{
	return vocab_finding_id(tables_vocab(t), finding);
}

static void put_facts(struct buf *b, const struct facts *facts, const struct vocab *v)
{
	json_out_raw(b, "facts", "{");
	for (int i = 0; i < (int)vocab_findings(v); i++)
		if (facts->state[i] != STATE_UNKNOWN)
			put_id(b, vocab_finding_id(v, i), state_id((enum finding_state)facts->state[i]));
	buf_addc(b, '}');
	json_out_raw(b, "values", "{");
	for (int k = 0; k < VALUE_KINDS; k++)
		if (facts->has_value[k] && isfinite(facts->value[k])) {
			json_out_key(b, vocab_finding_id(v, vocab_value_finding(v, (enum value_kind)k)));
			json_out_number(b, facts->value[k]);
		}
	buf_addc(b, '}');
}

static void put_which(struct buf *b, const struct which *which, const struct tables *t)
{
	if (!which->n)
		return;
	json_out_raw(b, "which", "[");
	for (size_t i = 0; i < which->n; i++)
		put_item(b, finding_name(t, which->findings[i]));
	buf_addc(b, ']');
}

static void put_open(struct buf *b, const struct open *o, const struct tables *t)
{
	json_out_raw(b, "open", "{");
	put_which(b, &o->which, t);
	put_name(b, "kind", open_names, (int)o->kind);
	put_id(b, "question", o->question >= 0 ? question_id(t, o->question) : NULL);
	put_id(b, "finding", o->finding >= 0 ? finding_name(t, o->finding) : NULL);
	put_choices(b, "shown", o->question, o->shown, o->n_shown, t);
	put_true(b, "yes", o->yes);
	put_number(b, "missed", o->missed);
	put_number(b, "since", o->since);
	buf_addc(b, '}');
}

/* In the order of use, so that the same ones are forgotten first. */
static void put_said(struct buf *b, const struct said *said)
{
	json_out_raw(b, "said", "{");
	put_number(b, "seed", said->seed);
	json_out_raw(b, "list", "[");
	for (size_t i = 0; i < said->n; i++) {
		json_out_item(b);
		json_out_int(b, said->list[i].key);
		json_out_item(b);
		json_out_int(b, said->list[i].times);
	}
	buf_adds(b, "]}");
}

static void put_later(struct buf *b, const struct talk_state *s, const struct tables *t)
{
	if (s->later.question < 0)
		return;
	json_out_raw(b, "later", "{");
	put_id(b, "question", question_id(t, s->later.question));
	put_choices(b, "lines", s->later.question, s->later.lines, s->later.n, t);
	buf_addc(b, '}');
}

static void put_progress(struct buf *b, const struct talk_state *s, const struct tables *t)
{
	put_ids(b, "asked", s->asked, tables_questions(t), question_id, t);
	put_ids(b, "answered", s->answered, tables_questions(t), question_id, t);
	put_ids(b, "unread", s->unread, tables_questions(t), question_id, t);
	put_ids(b, "asked_again", s->asked_again, vocab_findings(tables_vocab(t)), finding_name, t);
	put_ids(b, "unsure", s->unsure, vocab_findings(tables_vocab(t)), finding_name, t);
	put_later(b, s, t);
	put_ids(b, "tips", s->tips, tables_tips(t), tip_id, t);
	put_ids(b, "avoided", s->avoided, tables_tips(t), tip_id, t);
	put_number(b, "questions", s->questions);
	put_number(b, "questions_when_urgent", s->questions_when_urgent);
	put_id(b, "rule", s->rule >= 0 ? rule_id(t, s->rule) : NULL);
	put_id(b, "tip", s->tip >= 0 ? tip_id(t, s->tip) : NULL);
}

void state_write(const struct talk_state *s, const struct tables *t, struct buf *out)
{
	buf_addc(out, '{');
	put_number(out, "version", STATE_VERSION);
	put_facts(out, &s->facts, tables_vocab(t));
	put_name(out, "side", side_names, (int)s->side);
	put_open(out, &s->open, t);
	put_progress(out, s, t);
	json_out_text(out, "urgency", urgency_id(s->urgency)); /* this and the stage are what others look at */
	put_urgency(out, "floor", s->floor);
	json_out_text(out, "stage", stage_names[s->stage]);
	put_urgency(out, "advised", s->advised);
	put_true(out, "greeted", s->greeted);
	put_true(out, "they", s->they);
	put_true(out, "alarmed", s->alarmed);
	put_true(out, "helped", s->helped);
	put_true(out, "forget_asked", s->forget_asked);
	put_true(out, "unanswered", s->unanswered);
	put_name(out, "crisis", crisis_names, (int)s->crisis);
	put_number(out, "turn", s->turn);
	put_said(out, &s->said);
	put_id(out, "region", *s->region ? s->region : NULL);
	put_number(out, "seen_ms", s->seen_ms);
	buf_addc(out, '}');
}

cJSON *state_save(const struct talk_state *s, const struct tables *t)
{
	struct buf text;

	buf_init(&text, JSON_MAX_BYTES);
	state_write(s, t, &text);
	cJSON *out = json_parse(buf_str(&text), text.len, NULL);
	buf_done(&text);
	return out;
}
