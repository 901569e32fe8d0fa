/* answer.c - what kind of reply a message is to the open question. The reading of its words is in answer_words.c,
 * answer_pieces.c and answer_told.c.
 *
 * What cannot be read is never a "no", and a sign that is told counts whatever else the message is. */
#include "talk/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/ruleset.h"
#include "rules/understand.h"
#include "talk/hearing.h"
#include "triage/beside.h"
#include "triage/triage.h"
#include "util/arena.h"

enum {
	FEW_WORDS = 1, /* words beside a yes or no that need not be understood where "no" means "I can" */
	STATEMENT_WORDS = 3,
	MANY_FINDINGS = 4, /* a message that tells so much is no bare age */
	OLDEST = 120,
	MONTHS = 12,
};

const char *answer_act_id(enum answer_act act)
{
	static const char *const ids[ACTS] = {
		"answer", "unsure", "clarify", "digress", "correct", "chatter", "human", "crisis", "restart"};

	return act >= 0 && act < ACTS ? ids[act] : "";
}

static const struct text *text_of(const struct hearing *h)
{
	return &h->u->reading->text;
}

static const char *intent_of(const struct hearing *h)
{
	return vocab_intent_id(ruleset_vocab(h->c->rules), h->u->intent);
}

static void hear_asks(struct hearing *h)
{
	const struct open *o = h->open;
	const int *asks = NULL;

	if (o->kind == OPEN_QUESTION)
		asks = question_asks(h->c->tables, o->question, &h->n_asks);
	else if (o->kind == OPEN_WHICH)
		asks = o->which.findings, h->n_asks = o->which.n;
	else if (o->kind == OPEN_FINDING)
		asks = &o->finding, h->n_asks = 1;
	if (h->n_asks)
		memcpy(h->asks, asks, h->n_asks * sizeof *asks);
}

/* ---- what is no matter of the question ---- */

static bool set_apart(struct hearing *h)
{
	static const struct {
		const char *intent;
		enum answer_act act;
	} apart[] = {{"crisis", ACT_CRISIS}, {"restart", ACT_RESTART}, {"human", ACT_HUMAN}};

	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		if (strcmp(intent_of(h), apart[i].intent) == 0 || hear_says(h, answer_act_id(apart[i].act))) {
			h->out->act = apart[i].act;
			return true;
		}
	return false;
}

/* Said outright, by yes, no, number or "the rest": that is an answer, whatever else is asked beside it. */
static bool is_outright(const struct hearing *h)
{
	return h->yes || h->no || h->good || h->all || h->rest || h->ticked;
}

static bool tells_asked(const struct hearing *h)
{
	for (size_t i = 0; i < h->n_asks; i++)
		if (h->out->told.state[h->asks[i]] == STATE_PRESENT || h->out->told.state[h->asks[i]] == STATE_ABSENT)
			return true;
	return false;
}

static bool tells_present(const struct hearing *h)
{
	for (size_t i = 0; i < h->n_asks; i++)
		if (h->out->told.state[h->asks[i]] == STATE_PRESENT)
			return true;
	return false;
}

static bool tells_anything(const struct hearing *h)
{
	for (size_t i = 0; i < h->n_asks; i++)
		if (h->out->told.state[h->asks[i]] == STATE_PAST)
			return true;
	for (size_t i = 0; i < vocab_findings(ruleset_vocab(h->c->rules)); i++)
		if (h->out->told.state[i] == STATE_PRESENT || h->out->told.state[i] == STATE_UNCERTAIN ||
			h->out->told.state[i] == STATE_ABSENT)
			return true;
	return false;
}

static bool asks_something(const struct hearing *h)
{
	for (size_t i = 0; i < h->n_pieces; i++)
		if (h->pieces[i].question)
			return true;
	return false;
}

/* ---- "what do you mean?", "why?", questions of the person's own ---- */

/* What is named inside the question back is not told: "what counts as muddled?". "Does X count?" leaves it in doubt. */
/* "Why do you ask, I have chest pain": told in a statement behind the question. */
static bool is_told_behind(const struct hearing *h, int finding)
{
	struct span own;

	if (!hear_find(h, "tells_own", &own))
		return false;
	size_t from = reading_token(h->u->reading, own.start);

	for (size_t i = 0; i < h->u->n_mentions; i++) {
		const struct mention *m = &h->u->mentions[i];

		if (m->finding == finding && m->state == STATE_PRESENT && hear_mention_token(h, m) >= from)
			return true;
	}
	return false;
}

static void forget_asked(struct hearing *h)
{
	bool counts = hear_says(h, "does_it_count");

	for (size_t i = 0; i < h->n_asks; i++) {
		uint8_t *state = &h->out->told.state[h->asks[i]];

		if (*state == STATE_PRESENT && is_told_behind(h, h->asks[i]))
			continue;
		if (*state == STATE_PRESENT && counts && !finding_calms(h->c->tables, h->asks[i]))
			*state = STATE_UNCERTAIN;
		else if (*state == STATE_PRESENT || *state == STATE_ABSENT)
			*state = STATE_UNKNOWN;
	}
}

static void aside(struct hearing *h, enum answer_act act)
{
	h->out->act = act;
	h->out->settled = h->out->nothing = false;
	h->out->n_lines = 0;
	h->out->which.n = 0;
	h->out->told = h->u->facts;
	if (act == ACT_CLARIFY)
		forget_asked(h);
}

/* "Yeah it's like coke, is that bad": a piece that says yes or no to what it names, beside the question. */
static bool is_answered_beside(const struct hearing *h)
{
	for (size_t i = 0; i < h->n_pieces; i++) {
		const struct piece *p = &h->pieces[i];

		if (!p->question && p->pure && p->said != VERDICT_NONE && p->words & WORD_KEY)
			return true;
	}
	return false;
}

/* Whether it asks back or asks something else; then what it names is no answer. */
static bool asks_back(struct hearing *h)
{
	bool outright = is_outright(h) || is_answered_beside(h);

	h->out->why = hear_says(h, "why");
	if (outright || (!h->out->why && !asks_something(h) && !hear_says(h, "clarify") && !hear_says(h, "own_question")))
		return false;
	if (h->out->why || hear_says(h, "clarify"))
		aside(h, ACT_CLARIFY);
	else if (hear_says(h, "own_question") || strncmp(intent_of(h), "ask_", 4) == 0)
		aside(h, ACT_DIGRESS);
	else if (!tells_anything(h) && !hear_says(h, "unsure") && !hear_says(h, "guess"))
		aside(h, ACT_CLARIFY);
	else
		return false;
	if (h->out->act == ACT_DIGRESS && tells_asked(h)) {
		h->out->act = ACT_ANSWER;
		h->out->settled = true;
	}
	return true;
}

/* ---- doubt ---- */

static bool could_be_danger(const struct hearing *h)
{
	struct beside b;

	beside_init(&b, h->c->tables, h->known);
	for (size_t i = 0; i < h->n_asks; i++)
		if (beside_emergency(&b, h->asks[i]))
			return true;
	return hear_turned(h);
}

/* "Not sure about that. My foot is numb": told apart from the doubt, in another sentence or after a "but". */
static bool told_apart(const struct hearing *h)
{
	const struct text *t = text_of(h);
	struct span doubt, but;
	bool has_but = hear_find(h, "split", &but);

	if (!hear_find(h, "unsure", &doubt))
		return false;
	for (size_t i = 0; i < h->u->n_mentions; i++) {
		const struct mention *m = &h->u->mentions[i];
		size_t at = hear_mention_token(h, m);

		if (m->state != STATE_PRESENT || !hear_asked(h, m->finding))
			continue;
		if (!reading_same_sentence(h->u->reading, t->tokens[at].at, doubt.start) ||
			(has_but && but.start > doubt.start && t->tokens[at].at > but.start))
			return true;
	}
	return false;
}

/* A guess about one thing is an answer: "might be broken". */
static bool is_guess(const struct hearing *h)
{
	for (size_t i = 0; i < h->n_asks; i++)
		if (h->out->told.state[h->asks[i]] == STATE_UNCERTAIN)
			return true;
	return false;
}

/* "Not sure about the sore", "a bit puffed maybe": what is named in a doubt is in doubt. */
static void doubt_named(struct hearing *h, const struct facts *heard)
{
	for (size_t i = 0; i < h->n_asks; i++) {
		int finding = h->asks[i];
		uint8_t *told = &h->out->told.state[finding];
		bool named = heard->state[finding] == STATE_PRESENT || *told == STATE_PRESENT ||
			(*told == STATE_UNKNOWN && hear_named(h, finding));

		if (named && !finding_calms(h->c->tables, finding))
			*told = STATE_UNCERTAIN;
	}
}

/* "I don't think so", "no, not sure": no "no" where it could be an emergency, unless the doubt is about one thing. */
static bool is_doubtful_no(const struct hearing *h)
{
	bool no = h->no || h->rest, doubt = hear_says(h, "doubtful_no") && !tells_present(h);

	doubt |= no && hear_says(h, "unsure") && !is_guess(h) && !tells_present(h);
	return doubt && could_be_danger(h);
}

static bool is_unsure(struct hearing *h)
{
	bool outright = h->no || h->yes || h->rest || h->ticked;
	bool doubtful_no = is_doubtful_no(h);

	if (!doubtful_no && !h->unsure) {
		bool unsure = hear_says(h, "unsure") ? !told_apart(h) : hear_says(h, "guess") && !is_guess(h);

		if (!unsure || outright)
			return false;
	}
	h->out->act = ACT_UNSURE;
	h->out->nothing = false;
	h->out->which.n = h->out->n_lines = 0;
	const struct facts heard = h->out->told;
	if (!h->ticked) /* a number named the line, and nothing else */
		h->out->told = h->u->facts;
	doubt_named(h, &heard);
	h->out->settled = is_guess(h);
	return true;
}

/* Where "no" means "I can", a bare no with words that were not understood could mean "no, I can't". */
static bool is_muddled(const struct hearing *h)
{
	size_t unread = 0;

	for (size_t i = 0; i < text_of(h)->n_tokens; i++)
		unread += h->words[i] == 0 && text_of(h)->tokens[i].kind == TOKEN_WORD;
	return hear_turned(h) && !h->detail && !h->out->n_lines && ((h->no && unread > FEW_WORDS) || (h->yes && h->good));
}

static void leave_open(struct hearing *h)
{
	h->out->told = h->u->facts;
	h->out->nothing = h->out->settled = false;
	question_unsure(h->c->tables, h->open->question, &h->out->told);
}

/* ---- a number that is no line ---- */

/* Between stops, or at an end: "39" in "it was 30 minutes a day, yes. 39". */
static bool stands_alone(const struct text *t, size_t i)
{
	bool before = i == 0 || t->tokens[i - 1].kind == TOKEN_PUNCT;

	return before && (i + 1 == t->n_tokens || t->tokens[i + 1].kind == TOKEN_PUNCT);
}

/* "34" to a question that asks for the age; where much else is asked, too, only as a word by itself. */
static void hear_age(struct hearing *h)
{
	const struct text *t = text_of(h);
	int finding = vocab_value_finding(ruleset_vocab(h->c->rules), VALUE_AGE_YEARS);
	struct facts *told = &h->out->told;

	if (!hear_asked(h, finding) || told->has_value[VALUE_AGE_YEARS] || h->ticked || h->out->n_lines ||
		h->u->n_mentions > MANY_FINDINGS)
		return;
	for (size_t i = 0; i < t->n_tokens && !told->has_value[VALUE_AGE_YEARS]; i++) {
		double number = strtod(t->canon + t->tokens[i].at, NULL);

		if (t->tokens[i].kind != TOKEN_NUMBER || number > OLDEST || (i > 0 && h->words[i - 1] & WORD_NO) ||
			(h->n_asks > 1 && !stands_alone(t, i)))
			continue;
		told->has_value[VALUE_AGE_YEARS] = true;
		told->value[VALUE_AGE_YEARS] = h->n_asks == 1 && hear_says(h, "months_old") ? floor(number / MONTHS) : number;
		facts_tell(h->c->tables, told, finding, STATE_PRESENT);
	}
}

/* Told as past, or as a number: an answer as well. */
static bool tells_other(const struct hearing *h)
{
	const struct facts *told = &h->out->told;
	bool any = false;

	for (size_t i = 0; i < h->n_asks; i++)
		any |= told->state[h->asks[i]] == STATE_PAST;
	for (int k = 0; k < VALUE_KINDS; k++)
		any |= told->has_value[k] &&
			hear_asked(h, vocab_value_finding(ruleset_vocab(h->c->rules), (enum value_kind)k));
	return any;
}

/* Some words in a row that nothing was heard in. */
static bool has_unread_piece(const struct hearing *h)
{
	for (size_t i = 0; i < h->n_pieces; i++) {
		const struct piece *p = &h->pieces[i];

		if (!p->pure && !p->question && p->to - p->from >= STATEMENT_WORDS && !hear_read(h, p))
			return true;
	}
	return false;
}

/* Nothing that was asked and that matters by itself, such as a side. */
static bool tells_no_sign(const struct hearing *h)
{
	for (size_t i = 0; i < h->n_asks; i++) {
		struct facts alone = {0};

		alone.state[h->asks[i]] = STATE_PRESENT;
		if (h->out->told.state[h->asks[i]] == STATE_PRESENT && decide_urgency(h->c->tables, &alone) > URGENCY_NONE)
			return false;
	}
	return true;
}

/* "Just the right one. Pure bowfin, it is", "no, the right one": a side alone settles no long list where something else could
 * not be read, or where it puts a side right. */
static bool tells_side_only(const struct hearing *h)
{
	bool more = has_unread_piece(h) || hear_says(h, "no_to_side");

	return hear_screen(h) && !is_outright(h) && !h->out->n_lines && hear_says(h, "where") && more && tells_no_sign(h);
}

/* "Left, no, the right": put right, and a long list is not answered by it. */
static bool settles_corrected(const struct hearing *h)
{
	return is_outright(h) || h->out->n_lines || (tells_asked(h) && !(hear_screen(h) && tells_no_sign(h)));
}

static void judge(struct hearing *h)
{
	struct answer *out = h->out;

	if (h->u->correction || hear_says(h, "correct")) {
		out->act = ACT_CORRECT;
		out->settled = settles_corrected(h);
		return;
	}
	if (asks_back(h) || is_unsure(h))
		return;
	if (is_muddled(h)) {
		leave_open(h);
		return;
	}
	out->settled |= tells_other(h);
	out->settled &= !tells_side_only(h);
	if (!is_outright(h) && !out->n_lines && !tells_anything(h) && !out->settled)
		out->act = ACT_CHATTER;
}

void answer_read(const struct answer_context *c, const struct open *open, const struct facts *known,
	const struct understanding *u, struct answer *out)
{
	struct hearing *h = arena_alloc(c->arena, 1, sizeof *h);

	memset(out, 0, sizeof *out);
	out->named = -1;
	h->c = c;
	h->open = open;
	h->known = known;
	h->u = u;
	h->out = out;
	hear_asks(h);
	out->told = u->facts;
	if (set_apart(h))
		return;
	hear_words(h);
	hear_pieces(h);
	hear_told(h);
	hear_age(h);
	judge(h);
	if (!hear_says(h, "unsure"))
		out->named = hear_spoken_of(h);
}
