/* answer_whole.c - what is said to the question as a whole, "none", "all", "the rest no" or a bare yes, and all that an
 * answer tells put together: first what is told in so many words, then choices that were picked, then the whole. */
#include "rules/understand.h"
#include "talk/hearing.h"

enum {
	FEW_WORDS = 2, /* of a yes or no with a question mark: "no?" */
	STORY_WORDS = 20,
};

static const struct tables *tables_of(const struct hearing *h)
{
	return h->c->tables;
}

/* What is named in words that could not be read is never denied with the rest: "covid a week back, otherwise
 * nothing". */
static void keep_named(struct hearing *h, struct facts *then)
{
	bool in_doubt = hear_says(h, "unsure") || hear_says(h, "guess");

	for (size_t i = 0; i < h->n_asks; i++) {
		int finding = h->asks[i];
		bool named = hear_named(h, finding);

		if (then->state[finding] != STATE_ABSENT || h->now.state[finding] == STATE_ABSENT ||
			(!named && !hear_spoken(h, finding)))
			continue;
		then->state[finding] = h->now.state[finding];
		if (named && h->rest && !finding_calms(tables_of(h), finding))
			then->state[finding] = in_doubt ? STATE_UNCERTAIN : STATE_PRESENT;
	}
}

static void whole_none(struct hearing *h)
{
	const struct open *o = h->open;
	struct facts then = h->now;
	struct which which = {.n = 0};
	int no = o->kind == OPEN_QUESTION ? question_no(tables_of(h), o->question) : CHOICE_NONE_OF_THESE;

	if (o->kind == OPEN_WHICH)
		which_answer(tables_of(h), &o->which, NULL, 0, &then);
	else if (o->kind == OPEN_FINDING && !hear_counts((enum finding_state)h->out->told.state[o->finding]))
		facts_tell(tables_of(h), &then, o->finding, STATE_ABSENT);
	else if (o->kind == OPEN_QUESTION && no == CHOICE_NONE_OF_THESE)
		question_none(tables_of(h), o->question, &then);
	else if (o->kind == OPEN_QUESTION && no >= 0)
		question_answer(tables_of(h), o->question, &no, 1, &then, &which);
	else if (o->kind == OPEN_QUESTION)
		return;
	keep_named(h, &then);
	hear_take(h, &then, false);
	h->out->nothing = true;
	h->out->settled = true;
}

/* "Both" is all of two lines; of more it says both legs, or nothing. */
static void pick_all(struct hearing *h)
{
	if (h->open->n_shown > 2 && hear_says(h, "both"))
		return;
	for (size_t i = 0; i < h->open->n_shown; i++)
		if (!hear_all_denied(h, h->open->shown[i]))
			hear_pick(h, h->open->shown[i]);
}

/* "All" makes no sense of choices that exclude each other, but where one of them holds all that was asked. */
static bool can_be_all(const struct hearing *h)
{
	const struct open *o = h->open;
	int yes = o->kind == OPEN_QUESTION ? question_yes(tables_of(h), o->question) : CHOICE_UNCLEAR;
	size_t n = 0;

	if (o->kind != OPEN_QUESTION || question_is_list(tables_of(h), o->question))
		return true;
	if (yes >= 0)
		(void)choice_findings(tables_of(h), o->question, yes, &n);
	return n == h->n_asks;
}

/* Every single thing that was asked; what calms only where that does not make the whole look less serious. */
static void tell_all(struct hearing *h, bool calming)
{
	for (size_t i = 0; i < h->n_asks; i++) {
		int finding = h->asks[i];
		struct facts then = h->now;

		if (hear_counts((enum finding_state)h->out->told.state[finding]) || finding_calms(tables_of(h), finding) != calming)
			continue;
		facts_tell(tables_of(h), &then, finding, STATE_PRESENT);
		if (!calming || decide_urgency(tables_of(h), &then) >= decide_urgency(tables_of(h), &h->now))
			hear_tell(h, finding, STATE_PRESENT);
	}
}

static size_t told_present(const struct hearing *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_asks; i++)
		n += h->out->told.state[h->asks[i]] == STATE_PRESENT;
	return n;
}

static bool asks_what_calms(const struct hearing *h)
{
	for (size_t i = 0; i < h->n_asks; i++)
		if (finding_calms(tables_of(h), h->asks[i]))
			return true;
	return false;
}

/* "Red, both": of the legs, and not of the lines, where there are more than two, or where one of them is a side. */
static bool is_both_legs(const struct hearing *h, size_t told)
{
	const struct open *o = h->open;
	bool list = o->kind == OPEN_QUESTION && h->n_asks > 2 && question_is_list(tables_of(h), o->question);
	bool more = (told || list) && o->n_shown > 2;

	return (more || (o->kind == OPEN_WHICH && asks_what_calms(h))) && hear_says(h, "both");
}

/* "The lot. White, freezing, can't feel it": where most is named one by one, that is what is meant. */
static void whole_all(struct hearing *h)
{
	size_t told = told_present(h);
	bool both_legs = is_both_legs(h, told);

	if (hear_screen(h)) {
		pick_all(h);
	} else if (!both_legs && can_be_all(h) && told * 2 <= h->n_asks && !(told > 1 && hear_says(h, "both"))) {
		tell_all(h, false);
		if (!told)
			tell_all(h, true);
	}
}

static void add_which(struct hearing *h, int finding)
{
	struct which *w = &h->out->which;
	bool there = h->now.state[finding] == STATE_PRESENT || h->now.state[finding] == STATE_ABSENT;

	for (size_t i = 0; i < w->n; i++)
		there |= w->findings[i] == finding;
	if (!there && w->n < QUESTION_MAX_FINDINGS)
		w->findings[w->n++] = finding;
}

/* What all choices that name a finding have in common: "yes, it is swollen", whichever leg. */
static bool in_every_choice(const struct hearing *h, int finding)
{
	size_t named = 0;

	for (size_t i = 0; i < question_choices(tables_of(h), h->open->question); i++) {
		size_t n;
		const int *about = choice_findings(tables_of(h), h->open->question, (int)i, &n);
		bool has = n == 0;

		for (size_t k = 0; k < n; k++)
			has |= about[k] == finding;
		if (!has)
			return false;
		named += n > 0;
	}
	return named > 1;
}

static void whole_yes_unclear(struct hearing *h)
{
	for (size_t i = 0; i < h->n_asks; i++)
		if (in_every_choice(h, h->asks[i]) && h->out->told.state[h->asks[i]] != STATE_ABSENT) {
			hear_tell(h, h->asks[i], STATE_PRESENT);
			h->out->settled = true;
		}
	for (size_t i = 0; h->out->settled && i < h->n_asks; i++)
		add_which(h, h->asks[i]);
}

/* "Yes, when I bend my toes up": what is named with it is meant, though it is not told plainly. */
static bool tell_named(struct hearing *h)
{
	bool any = false;

	for (size_t i = 0; i < h->n_asks; i++)
		if (!hear_counts((enum finding_state)h->out->told.state[h->asks[i]]) && hear_named(h, h->asks[i])) {
			hear_tell(h, h->asks[i], STATE_PRESENT);
			any = true;
		}
	return any;
}

static void whole_yes(struct hearing *h)
{
	const struct open *o = h->open;
	int yes = o->kind == OPEN_QUESTION ? question_yes(tables_of(h), o->question) : CHOICE_UNCLEAR;

	if (o->kind == OPEN_FINDING)
		hear_tell(h, o->finding, STATE_PRESENT);
	else if (o->kind == OPEN_WHICH && o->which.n == 1)
		hear_tell(h, o->which.findings[0], STATE_PRESENT);
	else if ((o->kind == OPEN_WHICH || yes == CHOICE_WHICH) && tell_named(h))
		h->out->settled = true;
	else if (o->kind == OPEN_WHICH || yes == CHOICE_WHICH)
		for (size_t i = 0; i < h->n_asks; i++)
			add_which(h, h->asks[i]);
	else if (yes >= 0)
		hear_pick(h, yes);
	else
		whole_yes_unclear(h);
	h->out->settled |= h->out->which.n > 0;
}

/* ---- together ---- */

static void take_denied(struct hearing *h, int choice, const struct facts *then)
{
	size_t n;
	const int *denied = choice_absent(tables_of(h), h->open->question, choice, &n);

	for (size_t i = 0; i < n; i++)
		if (then->state[denied[i]] == STATE_ABSENT && h->now.state[denied[i]] != STATE_ABSENT)
			hear_tell(h, denied[i], STATE_ABSENT);
}

/* In a list what was named in words leaves the rest not mentioned; what was ticked by number does not. */
static void apply_lines(struct hearing *h)
{
	const struct open *o = h->open;
	struct facts then = h->now;
	struct which which = {.n = 0};

	if (!h->out->n_lines)
		return;
	question_answer(tables_of(h), o->question, h->out->lines, h->out->n_lines, &then, &which);
	bool whole = !question_is_list(tables_of(h), o->question) || h->ticked || h->rest || h->no;
	hear_take(h, &then, !whole);
	for (size_t i = 0; i < h->out->n_lines && !whole; i++)
		take_denied(h, h->out->lines[i], &then);
	for (size_t i = 0; i < which.n; i++)
		add_which(h, which.findings[i]);
	h->out->settled = true;
}

static bool choice_told(const struct hearing *h, int choice, const struct facts *told)
{
	size_t n;
	const int *about = choice_findings(tables_of(h), h->open->question, choice, &n);

	for (size_t i = 0; i < n; i++)
		if (told->state[about[i]] == STATE_PRESENT)
			return true;
	return false;
}

/* Where a choice was picked and one of its findings told in words, those words say which. */
static void narrow_which(struct hearing *h, const struct facts *before)
{
	struct which *w = &h->out->which, kept = {.n = 0};

	for (size_t i = 0; i < w->n; i++) {
		bool told = false;

		for (size_t k = 0; k < h->out->n_lines && !told; k++)
			told = hear_choice_has(h, h->out->lines[k], w->findings[i]) && choice_told(h, h->out->lines[k], before);
		if (!told)
			kept.findings[kept.n++] = w->findings[i];
	}
	*w = kept;
}

/* In the middle of a long story "fine now" or "nothing" is about something in it. */
static bool is_in_story(const struct hearing *h, const struct piece *p)
{
	return h->u->reading->text.n_tokens > STORY_WORDS && p != h->pieces && p != h->pieces + h->n_pieces - 1;
}

/* What a piece says to the question as a whole. */
static void hear_whole(struct hearing *h, const struct piece *p)
{
	h->rest |= (p->words & WORD_REST) != 0;
	if (!p->pure || p->excepted || p->excepts)
		return;
	if (p->words & (WORD_KEY | WORD_NUMBER)) {
		h->rest |= p->words & WORD_ONLY && p->said != VERDICT_NO && !hear_says_where(h, p); /* nothing of the rest */
		return;
	}
	if (p->words & (WORD_REST | WORD_TOPIC) || is_in_story(h, p))
		return;
	if (p->words & WORD_ALL && p->said != VERDICT_NO)
		h->all = true;
	else if (p->said == VERDICT_YES)
		h->yes = true;
	else if (p->said == VERDICT_NO && p->words & WORD_NO)
		h->no = true;
	else if (p->said == VERDICT_NO)
		h->good = true;
}

static void hear_piece(struct hearing *h, const struct piece *p)
{
	bool short_verdict = p->bare && p->to - p->from <= FEW_WORDS && !(p->words & WORD_GOOD); /* "normal?" asks */

	if (p->question && !short_verdict)
		return;
	if (p->numbered)
		hear_numbers(h, p);
	hear_keys(h, p, false);
	hear_whole(h, p);
}

/* "Yes, the left one": the yes says something beside the detail. */
static bool is_unclear(const struct hearing *h)
{
	return h->open->kind == OPEN_QUESTION && !h->out->n_lines &&
		question_yes(tables_of(h), h->open->question) == CHOICE_UNCLEAR;
}

/* "Not a mark but it's twice the size": what follows the "but" was not understood. */
static bool is_qualified(const struct hearing *h)
{
	for (size_t i = 0; i < h->n_pieces; i++) {
		const struct piece *p = &h->pieces[i];

		if (p->from > 0 && h->words[p->from - 1] & WORD_SPLIT && !p->pure && !hear_read(h, p))
			return true;
	}
	return false;
}

/* What is said to the whole gives way to what is told in words. */
static void apply_whole(struct hearing *h)
{
	bool detail = h->detail || h->out->n_lines;

	if (h->u->correction) /* "no, wait": no answer to the question */
		h->no = h->yes = h->good = false;
	if (hear_says(h, "no_to_else"))
		h->no = h->good = h->rest = false;
	h->no &= !(hear_screen(h) && hear_says(h, "no_to_side"));
	h->no &= !h->yes;
	if (h->all)
		whole_all(h);
	if (h->yes && !h->all && !h->good && (!detail || is_unclear(h)))
		whole_yes(h);
	h->good &= !hear_says(h, "acknowledged") && !is_qualified(h);
	h->good &= !h->yes && !told_present(h) && !h->out->n_lines;
}

/* "Left. A little.": true of something in the long list that is not said. What stands first, and so is asked most, is in
 * doubt and asked again by itself where that matters. */
static void hear_degree(struct hearing *h)
{
	size_t n;

	if (!hear_screen(h) || h->no || h->rest || !h->open->n_shown || !hear_says(h, "degree"))
		return;
	const int *about = choice_findings(tables_of(h), h->open->question, h->open->shown[0], &n);
	if (n && !hear_counts((enum finding_state)h->now.state[about[0]]))
		hear_tell(h, about[0], STATE_UNCERTAIN);
}

void hear_told(struct hearing *h)
{
	hear_mentions(h);
	for (size_t i = 0; i < h->n_pieces; i++)
		hear_keys(h, &h->pieces[i], true);
	for (size_t i = 0; i < h->n_pieces; i++)
		hear_piece(h, &h->pieces[i]);
	const struct facts before = h->out->told;
	apply_whole(h);
	apply_lines(h);
	narrow_which(h, &before);
	if ((h->no || h->rest || h->good) && !(h->out->n_lines && question_is_list(tables_of(h), h->open->question)))
		whole_none(h);
	hear_degree(h);
	h->out->settled |= h->detail;
}
