/* state.h - one conversation: all that is known and done, as plain data and as a small versioned JSON. */
#ifndef TALK_STATE_H
#define TALK_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "rules/facts.h"
#include "rules/vocab.h"
#include "talk/said.h"
#include "triage/questions.h"

struct buf;
struct err;
struct tables;

enum {
	STATE_VERSION = 1,
	STATE_MAX_QUESTIONS = 64,
	STATE_MAX_SHOWN = QUESTION_MAX_CHOICES,
	STATE_MAX_LATER = 4,
	STATE_MAX_REGION = 16,
};

enum stage { STAGE_ASKING, STAGE_ADVISED, STAGE_CLOSED };

/* What the last message asked for. */
enum open_kind {
	OPEN_NOTHING,
	OPEN_QUESTION, /* question */
	OPEN_WHICH,   /* which of these findings (from a line or a bare "yes"); with a question: any of this line of it?
		       */
	OPEN_FINDING, /* one finding, asked for by itself */
	OPEN_CHECK_IN,	/* may I ask how it went? */
	OPEN_HOW,	/* how did it go? */
	OPEN_COMPLAINT, /* after a general question: is this about a leg that hurts? */
};

struct open {
	enum open_kind kind;
	int question;
	struct which which;
	int finding;
	int shown[STATE_MAX_SHOWN]; /* choices of the question that were offered, in the order of their numbers */
	size_t n_shown;
	bool yes; /* a bare "yes" was said, and which line was asked */
	int missed; /* answers in a row that could not be read */
	unsigned since; /* the turn in which it was opened */
};

/* After a crisis was told of. */
enum crisis { CRISIS_NONE, CRISIS_TOLD, CRISIS_REPEATED, CRISIS_ASKED /* whether it is one */ };

enum side { SIDE_UNKNOWN, SIDE_LEFT, SIDE_RIGHT };

struct talk_state {
	struct facts facts;
	enum side side;
	struct open open;
	bool asked[STATE_MAX_QUESTIONS], answered[STATE_MAX_QUESTIONS]; /* by question */
	bool unread[STATE_MAX_QUESTIONS]; /* answered with what could not be read, until it was left */
	bool asked_again[FACTS_MAX]; /* findings that were asked for by themselves */
	bool unsure[FACTS_MAX]; /* not known when asked; a screen that is still to come asks once more */
	struct {
		int question;
		int lines[STATE_MAX_LATER];
		size_t n;
	} later; /* lines of a screen that nobody was sure of: to be asked one by one */
	int questions, questions_when_urgent;
	enum urgency urgency; /* as it stands: falls only when the person corrects something */
	enum urgency floor; /* not below this, whatever the facts: unsure twice of what would be an emergency */
	int rule; /* that made the urgency what it is; -1 */
	int tip; /* that the person asked for, to be judged when the dangers are ruled out; -1 */
	enum stage stage;
	enum urgency advised; /* what the last advice was for; none: no advice yet */
	bool greeted; /* the first contact was made: the disclaimer is said once */
	bool they; /* the patient is somebody else than the writer */
	bool alarmed; /* the emergency message was given */
	bool helped; /* in an emergency: the person says that help was called or is coming */
	bool forget_asked; /* "really erase everything?" was the last thing said */
	bool unanswered; /* a check-in was sent and nothing came back */
	enum crisis crisis;
	unsigned turn;
	struct said said;
	bool tips[64], avoided[64]; /* given, advised against, by tip; never both */
	char region[STATE_MAX_REGION]; /* places.yaml; "" when nobody told */
	int64_t seen_ms; /* when the person wrote last; 0 at the start */
};

void state_init(struct talk_state *s);
void state_close_open(struct talk_state *s);
/* True when a question of the triage is open. */
bool state_is_asking(const struct talk_state *s);

/* Ids and not numbers stand in the JSON, so that it outlives a change of the tables. */
void state_write(const struct talk_state *s, const struct tables *t, struct buf *out);
/* The same as a new tree. */
cJSON *state_save(const struct talk_state *s, const struct tables *t);
/* Ids that are gone are left out, and the question that was open is dropped when it cannot be read. -1 with `err` set
 * when it is no state at all or of a newer version. */
int state_load(const cJSON *json, const struct tables *t, struct talk_state *out, struct err *err);

#endif
