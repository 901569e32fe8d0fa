/* state.h - one conversation: all that is known and done, as plain data and as a small versioned JSON. */
#ifndef TALK_STATE_H
#define TALK_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "rules/facts.h"
#include "rules/vocab.h"
#include "triage/questions.h"

struct err;
struct tables;

enum {
	STATE_VERSION = 1,
	STATE_MAX_QUESTIONS = 64,
	STATE_MAX_SHOWN = QUESTION_MAX_CHOICES,
	STATE_MAX_REGION = 16,
};

enum stage { STAGE_ASKING, STAGE_ADVISED, STAGE_CLOSED };

/* What the last message asked for. */
enum open_kind {
	OPEN_NOTHING,
	OPEN_QUESTION, /* question */
	OPEN_WHICH, /* which of these findings (from a line or a bare "yes") */
	OPEN_FINDING, /* one finding, asked again in plainer words */
	OPEN_CHECK_IN, /* may I ask how it went? */
	OPEN_FORGET, /* really delete everything? */
};

struct open {
	enum open_kind kind;
	int question;
	struct which which;
	int finding;
	int shown[STATE_MAX_SHOWN]; /* choices of the question that were offered, in the order of their numbers */
	size_t n_shown;
	int missed; /* answers in a row that could not be read */
};

struct talk_state {
	struct facts facts;
	uint8_t when[FACTS_MAX]; /* turn, cut to a byte, in which a finding was told: what is new is repeated back */
	struct open open;
	bool asked[STATE_MAX_QUESTIONS], answered[STATE_MAX_QUESTIONS]; /* by question */
	bool asked_again[FACTS_MAX]; /* uncertain findings that were asked once more */
	struct which later; /* findings to be asked one by one: the first lines of a screen nobody was sure of */
	int questions, questions_when_urgent;
	enum urgency urgency; /* as it stands: falls only when the person corrects something */
	enum urgency floor; /* unsure twice of what would be an emergency */
	enum stage stage;
	bool greeted; /* the first contact was made: the disclaimer is said once */
	bool they; /* the patient is somebody else than the writer */
	bool crisis;
	bool alarmed; /* the emergency message was given */
	unsigned turn;
	bool tips[64], avoided[64]; /* given, advised against, by tip */
	char region[STATE_MAX_REGION]; /* places.yaml; "" when nobody told */
	int64_t seen_ms; /* when the person wrote last; 0 at the start */
};

void state_init(struct talk_state *s);

/* Ids and not numbers stand in the JSON, so that it outlives a change of the tables. Returns a new tree. */
cJSON *state_save(const struct talk_state *s, const struct tables *t);
/* Ids that are gone are left out, and the question that was open is dropped when it cannot be read. -1 with `err` set when
 * it is no state at all or of a newer version. */
int state_load(const cJSON *json, const struct tables *t, struct talk_state *out, struct err *err);

#endif
