/* understand.h - a message to what it says: findings with their state, told values, the intent. A pure function of the
 * rule set and the text: no clock but the weekday and date given, no I/O, no globals. */
#ifndef RULES_UNDERSTAND_H
#define RULES_UNDERSTAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/facts.h"
#include "rules/vocab.h"

struct arena;
struct reading;
struct ruleset;

enum { UNDERSTAND_MAX_BYTES = 16384 }; /* what is longer is cut at a character; the start and the end are kept */

struct mention {
	int finding;
	enum finding_state state;
	uint32_t start, end; /* bytes in the text as sent */
	const char *rule; /* "swelling/words", borrowed from the rule set */
	const char *file; /* where the rule stands, seen from the data folder; borrowed from the rule set */
	int line;
	bool has_value;
	double value;
	const char *context; /* id of the context rule that changed the state, or NULL */
	uint32_t context_start, context_end; /* its bytes in the text as sent */
	bool alone; /* of a rule that counts only where no other symptom is told */
	bool corrected; /* the person takes it back later in the same message */
	bool limit_hit; /* the pattern hit its match limit: state is STATE_UNCERTAIN */
};

/* Words that change what stands near them ("no", "maybe"), whether or not they reached a finding. */
struct cue {
	const char *rule; /* borrowed from the rule set */
	uint32_t start, end; /* bytes in the text as sent */
};

struct understanding {
	int intent; /* number in the vocabulary */
	const char *intent_rule; /* "ask_treatment/what_helps" or NULL when it is the default */
	struct mention *mentions; /* by start; a finding may be mentioned more than once, in different states */
	size_t n_mentions;
	const struct cue *cues;
	size_t n_cues;
	struct facts facts; /* the mentions put together: a correction wins, else the more serious */
	const int *about; /* conditions that the message names ("what is a DVT?"), in order */
	size_t n_about;
	const char *const *topics; /* ids of topics named: tips ("ice"), general ones ("anatomy"); see intents/en/intents.yaml */
	size_t n_topics;
	bool correction; /* the person takes back something said earlier ("sorry, I meant the right") */
	bool other_patient; /* the patient is somebody else than the writer */
	bool foreign; /* most words are of another language */
	struct reading *reading; /* the canonical text and its scan, for whoever looks for more in it; in the arena */
	bool truncated; /* the text was over the limit and was cut */
};

/* `len` bytes of `text`, UTF-8 in any state. Everything in *out lives in `arena` or the rule set. `today` is the
 * day of the week (0 Sunday .. 6) and `month` 1-12, for "since Tuesday" and "since March"; -1 where unknown. */
struct moment {
	int weekday, day, month, year;
};
void understand(const struct ruleset *rules, const char *text, size_t len, struct moment now, struct arena *arena,
	struct understanding *out);

/* For a message with no talk of a leg before it: where it is about something else ("bad teeth, the pain gets worse") and tells
 * nothing that counts wherever it is, what counts only of the leg is left out. An answer is not read so: "twisted my ankle". */
void understand_opening(const struct ruleset *rules, struct understanding *u);

#endif
