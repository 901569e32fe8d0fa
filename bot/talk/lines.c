/* lines.c - the lines of a question that are shown: what is known already is left out, and when it is urgent all that
 * could not become an emergency. */
#include "talk/turn.h"
#include "triage/beside.h"

/* What of a line is still open. */
struct which lines_open(const struct turn *t, int question, int line)
{
	int open[QUESTION_MAX_FINDINGS];
	size_t n_open = choose_open(t, question, open), n_about;
	const int *about = choice_findings(t->data->tables, question, line, &n_about);
	struct which which = {.n = 0};

	for (size_t i = 0; i < n_about; i++)
		for (size_t k = 0; k < n_open; k++)
			if (about[i] == open[k])
				which.findings[which.n++] = about[i];
	return which;
}

/* A choice is worth showing when something that it is about is still open. */
static bool worth_showing(const struct turn *t, int question, int choice)
{
	size_t n;

	(void)choice_findings(t->data->tables, question, choice, &n);
	return !n || lines_open(t, question, choice).n;
}

/* Findings that can still be asked for: in this question and in screens to come. Those that are no emergency alone. */
static size_t partners(const struct turn *t, int question, int out[])
{
	int screens[SCREENS_MAX + 1] = {question}, open[QUESTION_MAX_FINDINGS];
	size_t n_screens = 1 + screens_all(t->data->tables, screens + 1), n = 0;
	struct beside b;

	beside_init(&b, t->data->tables, &t->s->facts);
	for (size_t i = 0; i < n_screens; i++) {
		bool again = i && (screens[i] == question || t->s->asked[screens[i]]);
		size_t n_open = again ? 0 : choose_open(t, screens[i], open);

		for (size_t k = 0; k < n_open; k++)
			if (!beside_emergency(&b, open[k]))
				out[n++] = open[k];
	}
	return n;
}

/* An emergency alone, or together with one of the others. */
static bool could_be_emergency(const struct turn *t, int finding, const int *others, size_t n)
{
	struct facts then = t->s->facts;
	struct beside b;

	facts_tell(t->data->tables, &then, finding, STATE_PRESENT);
	beside_init(&b, t->data->tables, &then);
	if (beside_emergency(&b, -1))
		return true;
	for (size_t i = 0; i < n; i++)
		if (beside_related(t->data->tables, finding, others[i]) && beside_emergency(&b, others[i]))
			return true;
	return false;
}

/* When it is urgent only what could be an emergency is shown. */
static bool line_matters(const struct turn *t, int question, int line, const int *others, size_t n)
{
	struct which which = lines_open(t, question, line);

	for (size_t i = 0; i < which.n; i++)
		if (could_be_emergency(t, which.findings[i], others, n))
			return true;
	return which.n == 0;
}

void lines_show(struct turn *t)
{
	struct open *o = &t->s->open;
	int others[(SCREENS_MAX + 1) * QUESTION_MAX_FINDINGS];
	bool all = t->s->urgency < URGENCY_URGENT || !question_is_list(t->data->tables, o->question);
	size_t n = all ? 0 : partners(t, o->question, others);

	for (int i = 0; i < (int)question_choices(t->data->tables, o->question) && o->n_shown < STATE_MAX_SHOWN; i++)
		if (worth_showing(t, o->question, i) && (all || line_matters(t, o->question, i, others, n)))
			o->shown[o->n_shown++] = i;
}

static bool choice_has(const struct tables *tables, int question, int choice, int finding)
{
	size_t n;
	const int *about = choice_findings(tables, question, choice, &n);

	for (size_t i = 0; i < n; i++)
		if (about[i] == finding)
			return true;
	return false;
}

bool lines_has(const struct turn *t, int finding)
{
	const struct open *o = &t->s->open;
	const struct tables *tables = t->data->tables;
	bool in_any = false;

	if (!question_is_list(tables, o->question))
		return true;
	for (size_t i = 0; i < o->n_shown; i++)
		if (choice_has(tables, o->question, o->shown[i], finding))
			return true;
	for (int i = 0; i < (int)question_choices(tables, o->question); i++)
		in_any |= choice_has(tables, o->question, i, finding);
	return !in_any;
}
