/* test_tables.c - the project's tables load; a small set of tables about a fuse box, broken one way at a time, is
 * refused with the place and the reason. */
#include "problems_fixture.h"
#include "triage_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "triage/article.h"
#include "triage/places.h"
#include "triage/tips.h"

static const struct {
	const char *name, *text;
} good[] = {
	{"vocabulary",
		"urgency: {emergency: e, urgent: u, soon: s, self_care: c, none: n}\n"
		"intents: {greet: hello}\n"
		"finding_states: {present: p, absent: a, uncertain: u, past: p, other_person: o, hypothetical: h}\n"
		"findings: {smoke: s, hum: h, dark: d, duration_days: d, pain_score: p, age_years: a}\n"
		"conditions: {short_circuit: 1}\n"},
	{"triage/sources",
		"sources:\n"
		"  B1: {title: Book, read_as: book}\n"},
	{"triage/facts_index",
		"facts:\n"
		"  - {id: S01, fact: Fuses blow, conditions: [short_circuit], source: [B1]}\n"},
	{"triage/states",
		"history: [dark]\n"
		"complaint: \"@trouble\"\n"
		"implies: {smoke: [hum]}\n"
		"calming: [dark]\n"},
	{"triage/derived",
		"derived:\n"
		"  - id: \"@trouble\"\n"
		"    any_of: [smoke, hum]\n"
		"    source: [B1]\n"
		"  - id: \"@old\"\n"
		"    all_of: [\"age_years>=30\"]\n"
		"    source: [B1]\n"},
	{"triage/red_flags",
		"rules:\n"
		"  - id: fire/smoke\n"
		"    urgency: emergency\n"
		"    all_of: [smoke]\n"
		"    suspects: [short_circuit]\n"
		"    source: [B1]\n"
		"  - id: fire/hum\n"
		"    urgency: soon\n"
		"    any_of: [hum, dark]\n"
		"    any_of_at_least: 2\n"
		"    source: [B1, S01]\n"},
	{"triage/tips",
		"tips:\n"
		"  - {id: fuse, kind: treatment, source: [B1]}\n"
		"  - id: water\n"
		"    kind: treatment\n"
		"    never_when: {any_of: [smoke], rules: [\"fire/*\"]}\n"
		"    source: [B1]\n"},
	{"triage/families",
		"families:\n"
		"  - {id: fire, rules: [\"fire/*\"], avoid: [water], advise: [fuse], source: [B1]}\n"},
	{"triage/questions",
		"questions:\n"
		"  - id: q_all\n"
		"    pick: many\n"
		"    asks: [smoke, hum]\n"
		"    choices:\n"
		"      - {id: burning, present: [smoke]}\n"
		"      - {id: noise, present: [hum]}\n"
		"  - id: q_dark\n"
		"    pick: one\n"
		"    asks: [dark]\n"
		"    choices:\n"
		"      - {id: lit, absent: rest}\n"
		"    \"yes\": lit\n"},
	{"triage/presentations",
		"presentations:\n"
		"  - {id: burning, urgency: emergency, rules: [\"fire/*\"], questions: []}\n"
		"  - {id: other, questions: [q_all]}\n"},
	{"triage/dialogue",
		"questions: 7\n"
		"when_urgent: 3\n"
		"unsure_screen: 3\n"
		"screens: [q_all]\n"
		"check_in:\n"
		"  - {urgency: soon, after: [1h, 2d], source: [B1]}\n"
		"daytime: {from: 9, to: 20}\n"},
	{"triage/conditions",
		"points: {strong: 3, medium: 2, weak: 1, strong_against: -3, weak_against: -1}\n"
		"half_at: 4\n"
		"weigh_from: 0.5\n"
		"conditions:\n"
		"  - id: short_circuit\n"
		"    default: urgent\n"
		"    needs: [smoke]\n"
		"    strong: [smoke]\n"
		"    tips: [fuse]\n"
		"    source: [B1]\n"},
	{"triage/wells",
		"source: [B1]\n"
		"likely_from: 2\n"
		"items:\n"
		"  - {id: smoke, points: 1, any_of: [smoke]}\n"},
	{"triage/places",
		"regions:\n"
		"  - id: unknown\n"
		"    confirmed: false\n"
		"    emergency: {numbers: [\"112\"], source: [B1]}\n"},
};

enum { FILES = sizeof good / sizeof *good };

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[128];
	(void)snprintf(path, sizeof path, "%s/%s.yaml", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void remove_all(const char *dir)
{
	char path[128];
	for (int i = 0; i < FILES; i++) {
		(void)snprintf(path, sizeof path, "%s/%s.yaml", dir, good[i].name);
		unlink(path);
	}
	(void)snprintf(path, sizeof path, "%s/triage", dir);
	rmdir(path);
	rmdir(dir);
}

/* Loads the small tables with one change; returns what was said (free with free). *out_loaded: whether they loaded. */
static char *load_changed(const char *file, const char *old, const char *new, bool *out_loaded)
{
	char dir[] = "/tmp/tables-XXXXXX", path[64];
	struct problems problems;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof path, "%s/triage", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	for (int i = 0; i < FILES; i++) {
		bool other = file && strcmp(good[i].name, file) == 0;
		char *text = changed(good[i].text, other ? old : "", other ? new : "");
		write_file(dir, good[i].name, text);
		free(text);
	}
	problems_init(&problems);
	struct vocab *v = vocab_load(dir, &problems);
	assert_non_null(v);
	struct tables *t = tables_load(dir, v, &problems);
	*out_loaded = t != NULL;
	tables_free(t);
	vocab_free(v);
	remove_all(dir);
	return taken(&problems);
}

static void small_tables_load(void **state)
{
	bool loaded;
	char *said = load_changed(NULL, NULL, "", &loaded);
	(void)state;
	assert_string_equal(said, "");
	assert_true(loaded);
	free(said);
}

/* `want` comes after "intents/" and the file's name. */
static const struct {
	const char *file, *old, *new, *want;
} broken[] = {
	{"triage/red_flags", "all_of: [smoke]", "all_of: [smok]",
		":4:14: unknown finding 'smok', did you mean 'smoke'?\n"},
	{"triage/red_flags", "all_of: [smoke]", "all_of: [\"absent:smok\"]",
		":4:14: unknown finding 'smok', did you mean 'smoke'?\n"},
	{"triage/red_flags", "all_of: [smoke]", "all_of: [\"@troubel\"]",
		":4:14: unknown derived finding '@troubel', did you mean '@trouble'?\n"},
	{"triage/red_flags", "all_of: [smoke]", "all_of: [\"hum>3\"]", ":4:14: 'hum' carries no value to compare\n"},
	{"triage/red_flags", "all_of: [smoke]", "all_of: [\"age_years>x\"]",
		":4:14: 'age_years>x': a whole number must follow\n"},
	{"triage/red_flags", "all_of: [smoke]", "all_of: [smoke, smoke]", ":4:21: 'smoke' is listed twice\n"},
	{"triage/red_flags", "all_of: [smoke]", "all_off: [smoke]",
		":4:5: unknown key 'all_off', did you mean 'all_of'?\n"},
	{"triage/red_flags", "all_of: [smoke]", "none_of: [smoke]",
		":2:5: 'fire/smoke' demands nothing: all_of or any_of is missing\n"},
	{"triage/red_flags", "all_of: [smoke]", "all_of: smoke",
		":2:5: 'fire/smoke' demands nothing: all_of or any_of is missing\n"
		"intents/triage/red_flags.yaml:4:13: 'all_of' must be a list\n"},
	{"triage/red_flags", "all_of: [smoke]", "all_of: [smoke]\n    none_of: [hum, smoke]",
		":2:5: can never hold: all_of and none_of share an atom\n"},
	{"triage/red_flags", "any_of: [hum, dark]", "any_of: [hum, dark]\n    none_of: [dark, hum]",
		":7:5: can never hold: none_of holds all that could fulfil it\n"},
	{"triage/red_flags", "all_of: [smoke]", "all_of: [smoke]\n    none_of: [dark]\n    waits_for: [q_dark]",
		":6:16: 'fire/smoke' is an emergency and must not wait\n"},
	{"triage/red_flags", "all_of: [smoke]", "all_of: [smoke]\n    none_of: [dark]\n    asked_waits_for: [q_dark]",
		":6:22: 'fire/smoke' is an emergency and must not wait\n"},
	{"triage/red_flags", "any_of_at_least: 2", "any_of_at_least: 2\n    waits_for: [q_dark]",
		":11:16: 'fire/hum' has nothing to wait for: no finding in none_of\n"},
	{"triage/red_flags", "any_of_at_least: 2", "any_of_at_least: 2\n    none_of: [smoke]\n    waits_for: [q_drk]",
		":12:17: unknown question 'q_drk', did you mean 'q_dark'?\n"},
	{"triage/red_flags", "any_of_at_least: 2", "any_of_at_least: 3",
		":10:22: can never hold: 3 wanted of 2 in 'any_of'\n"},
	{"triage/red_flags", "any_of_at_least: 2", "any_of_at_least: no",
		":10:22: 'any_of_at_least' must be a whole number from 1 to 512\n"},
	{"triage/red_flags", "urgency: soon", "urgency: later",
		":8:14: unknown urgency 'later': one of emergency, urgent, soon, self_care, none\n"},
	{"triage/red_flags", "urgency: soon\n    ", "", ":7:5: 'urgency' is missing\n"},
	{"triage/red_flags", "suspects: [short_circuit]", "suspects: [short_circut]",
		":5:16: unknown condition 'short_circut', did you mean 'short_circuit'?\n"},
	{"triage/red_flags", "[B1, S01]", "[B1, S02]", ":11:18: unknown source 'S02', did you mean 'S01'?\n"},
	{"triage/red_flags", "source: [B1, S01]", "source: []",
		":11:13: 'source' names nothing: at least one key of sources.yaml\n"},
	{"triage/red_flags", "\n    source: [B1, S01]", "", ":7:5: 'source' is missing\n"},
	{"triage/red_flags", "id: fire/hum", "id: fire/smoke", ":7:9: 'fire/smoke' is there twice\n"},
	{"triage/red_flags", "id: fire/hum", "name: fire/hum", ":7:5: 'id' is missing\n"},
	{"triage/red_flags", "rules:", "rule:",
		":1:1: unknown key 'rule', did you mean 'rules'?\n"
		"intents/triage/red_flags.yaml:1:1: 'rules' is missing\n"},
	{"triage/derived", "any_of: [smoke, hum]", "any_of: [smoke, \"@old\", \"@trouble\"]",
		":2:9: '@trouble' is made of itself\n"},
	{"triage/derived", "all_of: [\"age_years>=30\"]", "none_of: [\"@old\"]",
		":5:5: '@old' demands nothing: all_of or any_of is missing\n"
		"intents/triage/derived.yaml:5:9: '@old' is made of itself\n"},
	{"triage/derived", "id: \"@old\"", "id: old", ":5:9: 'old': the id of a derived finding begins with @\n"},
	{"triage/derived", "id: \"@old\"", "id: \"@trouble\"", ":5:9: '@trouble' is there twice\n"},
	{"triage/states", "history: [dark]", "history: [darc]",
		":1:11: unknown finding 'darc', did you mean 'dark'?\n"},
	{"triage/states", "complaint: \"@trouble\"", "complaint: \"@nothing\"",
		":2:12: unknown derived finding '@nothing'\n"},
	{"triage/states", "{smoke: [hum]}", "{smoke: [hmm]}", ":3:19: unknown finding 'hmm', did you mean 'hum'?\n"},
	{"triage/families", "[\"fire/*\"]", "[\"flood/*\"]", ":2:24: no rule fits 'flood/*'\n"},
	{"triage/families", "[\"fire/*\"]", "[fire/smok]",
		":2:24: unknown rule 'fire/smok', did you mean 'fire/smoke'?\n"},
	{"triage/families", "avoid: [water]", "avoid: [watter]",
		":2:43: unknown tip 'watter', did you mean 'water'?\n"},
	{"triage/families", "avoid: [water]", "avoid: [water, fuse]", ":2:5: 'fire' advises a tip that it avoids\n"},
	{"triage/tips", "kind: treatment\n", "kind: treat\n",
		":4:11: unknown kind 'treat': one of treatment, prevention, route, explain, first_aid, caution\n"},
	{"triage/tips", "{any_of: [smoke], ", "{all_of: [smoke], ",
		":5:18: unknown key 'all_of', did you mean 'any_of'?\n"},
	{"triage/conditions", "needs: [smoke]", "needs: []",
		":5:5: 'short_circuit' can never be listed: 'needs' is empty\n"},
	{"triage/conditions", "id: short_circuit", "id: short_circut",
		":1:1: the condition 'short_circuit' of the vocabulary has no entry\n"
		"intents/triage/conditions.yaml:5:9: unknown condition 'short_circut', did you mean "
		"'short_circuit'?\n"},
	{"triage/conditions", "half_at: 4", "half_at: four", ":2:10: 'half_at' must be a number\n"},
	{"triage/conditions", "tips: [fuse]", "tips: [fuze]", ":9:12: unknown tip 'fuze', did you mean 'fuse'?\n"},
	{"triage/conditions", "tips: [fuse]", "check_in: injury", ":9:15: unknown group of check-ins 'injury'\n"},
	{"triage/questions", "present: [hum]", "present: [dark]",
		":7:30: 'dark' is not among what the question asks\n"},
	{"triage/questions", "present: [hum]", "whole: true", ":7:9: the choice 'noise' says nothing\n"},
	{"triage/questions", "id: noise", "id: burning", ":7:9: the choice 'burning' is there twice\n"},
	{"triage/questions", "id: noise", "id: none", ":7:9: a tick list always has 'none': leave it out\n"},
	{"triage/questions", "pick: one", "pick: two", ":9:11: 'pick' is one or many, not 'two'\n"},
	{"triage/questions", "\"yes\": lit", "\"yes\": light", ":13:12: unknown choice 'light'\n"},
	{"triage/presentations", "questions: [q_all]", "questions: [q_al]",
		":3:29: unknown question 'q_al', did you mean 'q_all'?\n"},
	{"triage/presentations", "questions: [q_all]", "any_of: [smoke], questions: [q_all]",
		":2:3: the last presentation must match always, without all_of, any_of, rules\n"},
	{"triage/presentations", "urgency: emergency, rules: [\"fire/*\"], ", "",
		":2:3: 'burning' always matches: what follows is never reached\n"},
	{"triage/dialogue", "after: [1h, 2d]", "after: [1h, 2y]",
		":6:33: '2y' is no time: a number and m, h, d or w\n"},
	{"triage/dialogue", "after: [1h, 2d]", "after: [1h, 30m]",
		":6:33: '30m' comes before the time in front of it\n"},
	{"triage/dialogue", "screens: [q_all]", "screens: []", ":1:1: 'screens' must name 1 to 8 questions\n"},
	{"triage/dialogue", "to: 20", "to: 8", ":7:24: 'to' must be a whole number from 10 to 24\n"},
	{"triage/wells", "points: 1", "points: 11", ":4:25: 'points' must be a whole number from -10 to 10\n"},
	{"triage/places", "id: unknown", "id: atlantis", ":1:1: the region 'unknown' is missing\n"},
	{"triage/places", "[\"112\"]", "[]", ":4:16: 'numbers' is empty: a place needs an emergency number\n"},
	{"triage/places", "[\"112\"]", "[\"one\"]",
		":4:16: 'numbers' is empty: a place needs an emergency number\n"
		"intents/triage/places.yaml:4:27: 'one' is no number to call\n"},
	{"triage/facts_index", "conditions: [short_circuit], ", "", ":2:5: 'S01' belongs to nothing\n"},
	{"triage/sources", ", read_as: book", "", ":2:7: a source needs 'title' and 'read_as'\n"},
};

static void refusals(void **state)
{
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		char want[512];
		bool loaded;
		(void)snprintf(want, sizeof want, "intents/%s.yaml%s", broken[i].file, broken[i].want);
		char *said = load_changed(broken[i].file, broken[i].old, broken[i].new, &loaded);
		if (strcmp(said, want) != 0 || loaded) {
			print_error("%s: %s\nsaid   %swanted %s", broken[i].file, broken[i].new, said, want);
			failed++;
		}
		free(said);
	}
	assert_int_equal(failed, 0);
}

/* One run names all that is wrong. */
static void all_problems_at_once(void **state)
{
	bool loaded;
	char *said = load_changed("triage/red_flags", "all_of: [smoke]\n    suspects: [short_circuit]",
		"all_of: [smok]\n    suspects: [long_circuit, cold]", &loaded);
	(void)state;
	assert_false(loaded);
	assert_non_null(strstr(said, ":4:14: "));
	assert_non_null(strstr(said, ":5:16: "));
	assert_non_null(strstr(said, ":5:30: "));
	free(said);
}

static void missing_folder(void **state)
{
	struct problems problems;
	(void)state;
	problems_init(&problems);
	assert_null(tables_load("/nowhere", vocab, &problems));
	assert_int_equal(problems.n, 13);
	problems_done(&problems);
}

static void numbers_and_ids(void **state)
{
	(void)state;
	for (int i = 0; i < (int)tables_rules(tables); i++)
		assert_int_equal(rule_number(tables, rule_id(tables, i)), i);
	assert_int_equal(rule_number(tables, "pe/nothing"), -1);
	assert_string_equal(rule_file(tables, 0), "intents/triage/red_flags.yaml");
	for (int i = 0; i < (int)tables_tips(tables); i++)
		assert_int_equal(tip_number(tables, tip_id(tables, i)), i);
	assert_int_equal(condition_default(tables, vocab_condition(vocab, "dvt")), URGENCY_URGENT);
	assert_non_null(source_title(tables, "S14"));
	assert_null(source_title(tables, "S99"));
}

static void article(void **state)
{
	(void)state;
	assert_int_equal(article_facts(tables), 62);
	assert_string_equal(article_fact_at(tables, 13)->id, "S14");
	assert_int_equal(article_fact_at(tables, 13)->n_conditions, 1);
	assert_non_null(article_fact_at(tables, 13)->safer);
}

static void places(void **state)
{
	(void)state;
	const struct place *gb = place_find(tables, "gb");
	assert_non_null(gb);
	assert_string_equal(gb->emergency[0], "999");
	assert_string_equal(gb->urgent.name, "NHS 111"); /* 111 is another line elsewhere: told by name */
	assert_false(gb->confirmed);
	assert_null(place_find(tables, "atlantis"));
	assert_int_equal(place_unknown(tables)->n_emergency, 3);
	assert_null(place_unknown(tables)->urgent.number);
	for (size_t i = 0; i < tables_places(tables); i++)
		if (strcmp(place_at(tables, i)->emergency[0], "111") == 0)
			assert_string_equal(place_at(tables, i)->id, "nz");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_tables_load),
		cmocka_unit_test(refusals),
		cmocka_unit_test(all_problems_at_once),
		cmocka_unit_test(missing_folder),
		cmocka_unit_test(numbers_and_ids),
		cmocka_unit_test(article),
		cmocka_unit_test(places),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
