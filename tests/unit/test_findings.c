/* test_findings.c - a small rule set about a kettle: what its findings files say, what each key does, and every way in
 * which they are refused, with the place and the reason. */
#include "text_fixture.h"

#include <sys/stat.h>

#include "rules/ruleset.h"
#include "rules/understand.h"
#include "util/arena.h"

static const struct {
	const char *name, *text;
} good[] = {
	{"vocabulary.yaml",
		"urgency: {emergency: e, urgent: u, soon: s, self_care: c, none: n}\n"
		"intents: {report_symptoms: r, out_of_scope: o, greet: g}\n"
		"finding_states: {present: p, absent: a, uncertain: u, past: p, other_person: o, hypothetical: h}\n"
		"findings: {leak: l, steam: s, hum: h, hot: h, dark: d, duration_days: d, pain_score: p, age_years: a}\n"
		"conditions: {worn_seal: 1}\n"},
	{"en/lexicon.yaml",
		"replace: {\"isn't\": is not}\n"
		"fragments: {lid: 'lid|top', pot: 'kettle|{lid}'}\n"
		"numbers: {two: 2}\n"},
	{"en/words.txt", "a\nis\nit\nnot\nthe\n"},
	{"en/context.yaml",
		"boundaries: {breaks: '\\bbut\\b', turns: '\\bbut\\b', openers: '\\bit\\b', verbs: '\\bis\\b', joins: '\\bor\\b',\n"
		"  adjectives: '\\bhot\\b'}\n"
		"corrections: ['\\bi meant\\b']\n"
		"context:\n"
		"  - {id: not, kind: negation, words: [not, no]}\n"
		"  - {id: maybe, kind: doubt, words: [maybe]}\n"
		"  - {id: if, kind: hypothetical, words: [if]}\n"},
	{"en/intents.yaml",
		"intents:\n"
		"  greet: {priority: 1, rules: [{id: hello, words: [hello]}]}\n"
		"topics: {general: {tea: '\\btea\\b'}}\n"},
	{"en/answers.yaml", "phrases: {none: '\\bnone\\b'}\n"},
	{"en/values.yaml",
		"units: {day: 1, days: 1}\n"
		"weekdays: {monday: 1}\n"
		"months: {may: 5}\n"
		"implies: [{value: age_years, min: 10, finding: hum}]\n"
		"findings:\n"
		"  duration_days:\n"
		"    rules:\n"
		"      - {id: days, regex: '\\b(?<n>\\d+) (?<unit>days?)\\b', value: told, context: [doubt]}\n"
		"      - {id: lately, words: [lately], value: 2.5}\n"
		"  age_years:\n"
		"    rules:\n"
		"      - {id: aged, regex: '\\baged (?<n>\\d+)\\b', value: told}\n"},
	{"en/findings/kettle.yaml",
		"fragments: {drip: 'drip\\w*'}\n"
		"findings:\n"
		"  leak:\n"
		"    rules:\n"
		"      - id: words\n"
		"        words: [leak*, puddle]\n"
		"        yes: [it leaks]\n"
		"      - {id: drip, regex: '\\b{drip} from{gap2} (?:{pot})', also: [hot]}\n"
		"      - {id: dry, regex: '\\bno leak for', state: absent}\n"
		"    expect: {present: [it leaks], none: [it is fine]}\n"
		"  hum:\n"
		"    rules:\n"
		"      - {id: words, words: [hum, noise], weak: true, context: [doubt]}\n"
		"  hot:\n"
		"    rules:\n"
		"      - {id: words, words: [hot], context: none}\n"},
	{"en/findings/other.yaml",
		"findings:\n"
		"  steam:\n"
		"    rules:\n"
		"      - {id: words, words: [steam, white noise], state: uncertain}\n"
		"intents: {greet: [hello]}\n"},
};

enum { FILES = COUNT(good) };

static const char *const folders[] = {"intents", "intents/en", "intents/en/findings"};

/* Loads the small set with one change; NULL for `old`: `new` comes behind the file. *out_said: what was said of it. */
static struct ruleset *load_changed(const char *file, const char *old, const char *new, char **out_said)
{
	char dir[] = "/tmp/ruleset-XXXXXX", path[64];
	struct problems problems;
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < COUNT(folders); i++) {
		(void)snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	(void)snprintf(path, sizeof path, "%s/intents", dir);
	for (int i = 0; i < FILES; i++) {
		bool other = file && strstr(good[i].name, file) != NULL;
		char *text = changed(good[i].text, other && old ? old : "", other && old ? new : "");
		write_file(path, good[i].name, text);
		free(text);
	}
	problems_init(&problems);
	struct ruleset *set = ruleset_load(dir, "en", &problems);
	*out_said = taken(&problems);
	for (int i = 0; i < FILES; i++)
		remove_file(path, good[i].name);
	for (size_t i = COUNT(folders); i-- > 0;) {
		(void)snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		(void)rmdir(path);
	}
	(void)rmdir(dir);
	for (char *at = *out_said; (at = strstr(at, dir));) /* the folder has another name each time */
		memmove(at, at + sizeof dir, strlen(at + sizeof dir) + 1);
	return set;
}

static struct ruleset *set;
static struct arena *arena;

static int open_set(void **state)
{
	char *said;
	(void)state;
	set = load_changed(NULL, NULL, NULL, &said);
	if (*said)
		print_error("%s", said);
	free(said);
	arena = arena_new();
	return set ? 0 : -1;
}

static int close_set(void **state)
{
	(void)state;
	ruleset_free(set);
	ruleset_free(NULL);
	arena_free(arena);
	return 0;
}

/* "present leak/words[leaks] ...", in the order of the text. */
static void describe(const char *text, char *out, size_t size)
{
	static const struct moment no_moment = {-1, -1, -1, -1};
	struct understanding u;
	size_t len = 0;
	*out = '\0';
	arena_reset(arena);
	understand(set, text, strlen(text), no_moment, arena, &u);
	for (size_t i = 0; i < u.n_mentions && len < size; i++) {
		const struct mention *m = &u.mentions[i];
		len += (size_t)snprintf(out + len, size - len, "%s%s %s %s[%.*s]", i ? ", " : "", state_id(m->state),
			vocab_finding_id(ruleset_vocab(set), m->finding), m->rule, (int)(m->end - m->start), text + m->start);
		if (m->has_value && len < size)
			len += (size_t)snprintf(out + len, size - len, "=%g", m->value);
	}
}

static const struct {
	const char *text, *want;
} cases[] = {
	{"it leaks", "present leak leak/words[leaks]"},
	{"it's fine", ""},
	/* the longest match of one finding over the same words */
	{"no leak for 3 days", "absent leak leak/dry[no leak for], present duration_days duration_days/days[3 days]=3"},
	{"no leak", "absent leak leak/words[leak]"},
	/* also: stated with it, in the same state, unless it is denied */
	{"Drips from the old lid",
		"present leak leak/drip[Drips from the old lid], present hot leak/drip[Drips from the old lid]"},
	{"maybe drips from kettle",
		"uncertain leak leak/drip[drips from kettle], uncertain hot leak/drip[drips from kettle]"},
	{"not dripping from the top", "absent leak leak/drip[dripping from the top]"},
	/* weak gives way to another finding over the same words */
	{"noise", "present hum hum/words[noise]"},
	{"white noise", "uncertain steam steam/words[white noise]"},
	{"white noise and hum", "uncertain steam steam/words[white noise], present hum hum/words[hum]"},
	/* context: only what the rule lets in */
	{"not hot", "present hot hot/words[hot]"},
	{"no hum", "present hum hum/words[hum]"},
	{"maybe a hum", "uncertain hum hum/words[hum]"},
	{"no steam", "absent steam steam/words[steam]"},
	{"if it leaks", "hypothetical leak leak/words[leaks]"},
	/* values, and what they imply */
	{"lately", "present duration_days duration_days/lately[lately]=2.5"},
	{"aged 9", "present age_years age_years/aged[aged 9]=9"},
	{"aged 10", "present hum age_years/aged[aged 10], present age_years age_years/aged[aged 10]=10"},
	{"if aged 10", "hypothetical age_years age_years/aged[aged 10]=10"},
	/* the same said twice */
	{"leaks, not leaks", "present leak leak/words[leaks], absent leak leak/words[leaks]"},
};

static void what_is_said(void **state)
{
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char got[512];
		describe(cases[i].text, got, sizeof got);
		if (strcmp(got, cases[i].want) != 0) {
			print_error("'%s': %s\nwanted %s\n", cases[i].text, got, cases[i].want);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

#define HERE "intents/en/findings/kettle.yaml"

#define STATES "present, absent, uncertain, past, hypothetical or other_person"

static const struct {
	const char *file, *old, *new, *want;
} broken[] = {
	{"kettle", "  leak:\n", "  leek:\n", HERE ":3:3: unknown finding \"leek\"; did you mean \"leak\"?\n"},
	{"kettle", "  leak:\n", "  whistle:\n", HERE ":3:3: unknown finding \"whistle\"\n"},
	{"kettle", "findings:", "finding:", HERE ":2:1: unknown key 'finding', did you mean 'findings'?\n"},
	{"kettle", "    expect:", "    expects:", HERE ":10:5: unknown key 'expects', did you mean 'expect'?\n"},
	{"kettle", "weak: true", "week: true", HERE ":13:42: unknown key 'week', did you mean 'weak'?\n"},
	{"kettle", "state: absent", "state: away",
		HERE ":9:50: unknown state \"away\"; expected " STATES "\n"},
	{"kettle", "state: absent", "state: unknown",
		HERE ":9:50: unknown state \"unknown\"; expected " STATES "\n"},
	{"kettle", "{present:", "{now:", HERE ":10:14: unknown state \"now\"\n"},
	{"kettle", "{present: [it leaks]", "{present: it leaks", HERE ":10:23: expected a list of sentences\n"},
	{"kettle", "id: drip", "id: words",
		HERE ":8:9: the id \"leak/words\" is taken by a rule above or in another file\n"},
	{"kettle", "      - id: words\n", "      - other: words\n", HERE ":5:9: unknown key 'other'\n"},
	{"kettle", "id: drip, ", "", HERE ":8:9: 'id' is missing\n"},
	{"kettle", "'\\b{drip} from", "'\\b{drip} (from",
		HERE ":8:27: bad regex, at character 74: missing closing parenthesis\n"},
	{"kettle", "{drip} from", "{drop} from", HERE ":8:27: no fragment {drop}; did you mean {drip}?\n"},
	{"kettle", "{drip: 'drip\\w*'}", "[drip]", HERE ":1:12: 'fragments' must be a map\n"
		HERE ":8:27: no fragment {drip}\n"},
	{"kettle", "words: [leak*, puddle]", "words: []", HERE ":6:16: an empty list matches nothing\n"},
	{"kettle", "words: [leak*, puddle]", "regex: ''", HERE ":6:16: an empty regex matches everything\n"},
	{"kettle", "words: [leak*, puddle]\n        ", "", HERE ":5:9: expected one of words, regex or near\n"},
	{"kettle", "also: [hot]", "also: [hit]", HERE ":8:67: unknown finding \"hit\"; did you mean \"hot\"?\n"},
	{"kettle", "also: [hot]", "also: hot", HERE ":8:66: expected a list of findings\n"},
	{"kettle", "also: [hot]", "also: [[hot]]", HERE ":8:67: unknown finding \"?\"\n"},
	{"kettle", "context: none", "context: some", HERE ":16:44: expected all, none or a list of kinds of context\n"},
	{"kettle", "[doubt]", "[doubts]",
		HERE ":13:64: expected negation, doubt, past, over, hypothetical or other_person\n"},
	{"kettle", "weak: true", "weak: very", HERE ":13:48: 'weak' must be true or false\n"},
	{"kettle", "weak: true", "value: 3", HERE ":13:49: this finding carries no value\n"},
	{"kettle", "yes: [it leaks]", "yes: it leaks", HERE ":7:14: 'yes' must be a list\n"},
	{"kettle", "    rules:\n      - {id: words, words: [hum",
		"    rules: []\n    more:\n      - {id: words, words: [hum",
		HERE ":13:5: unknown key 'more'\n"},
	{"kettle", "  hum:\n    rules:", "  hum:\n    expect: {}\n    rule:",
		HERE ":13:5: unknown key 'rule', did you mean 'rules'?\n"},
	{"kettle", "  hot:\n    rules:\n", "  hot:\n", HERE ":15:7: expected a map\n"},
	{"kettle", "  hum:\n", "  leak:\n", HERE ":11:3: key 'leak' is already in line 3\n"},
	{"other", "  steam:\n", "  leak:\n",
		"intents/en/findings/other.yaml:4:9: the id \"leak/words\" is taken by a rule above or in another file\n"},
	{"other", "greet:", "great:", "intents/en/findings/other.yaml:5:11: unknown intent \"great\"; nearest is greet\n"},
	{"other", "greet:", "z:", "intents/en/findings/other.yaml:5:11: unknown intent \"z\"\n"},
	{"other", "[hello]", "hello", "intents/en/findings/other.yaml:5:18: expected a list of sentences\n"},
	{"values", "value: 2.5", "value: some",
		"intents/en/values.yaml:9:46: expected a number, or \"told\" for named groups of the regex\n"},
	{"values", "value: 2.5", "value: [2]", "intents/en/values.yaml:9:46: this finding carries no value\n"},
};

static void refusals(void **state)
{
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		char *said;
		struct ruleset *r = load_changed(broken[i].file, broken[i].old, broken[i].new, &said);
		if (r || strcmp(said, broken[i].want) != 0) {
			print_error("%s\nsaid   %swanted %s", broken[i].new, said, broken[i].want);
			failed++;
		}
		ruleset_free(r);
		free(said);
	}
	assert_int_equal(failed, 0);
}

static void all_problems_at_once(void **state)
{
	char *said;
	(void)state;
	assert_null(load_changed("kettle", "regex: '\\b{drip} from{gap2} (?:{pot})', also: [hot]}",
		"regex: '(', also: [hit]}\n      - {id: b, regex: '[', unless: ['{x}'], state: so, week: 1}\n"
		"      - {id: c, regex: '[', unless: ['{x}'], state: so}", &said));
	assert_string_equal(said, HERE ":8:27: bad regex, at character 4: missing closing parenthesis\n"
		HERE ":8:39: unknown finding \"hit\"; did you mean \"hot\"?\n"
		HERE ":9:57: unknown key 'week', did you mean 'weak'?\n" /* no more is said of this one */
		HERE ":10:24: bad regex, at character 2: missing terminating ] for character class\n"
		HERE ":10:38: no fragment {x}\n"
		HERE ":10:53: unknown state \"so\"; expected " STATES "\n");
	free(said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said),
		cmocka_unit_test(refusals),
		cmocka_unit_test(all_problems_at_once),
	};
	return cmocka_run_group_tests(tests, open_set, close_set);
}
