/* test_value.c - told numbers: what the named groups of a match come to, what they imply, and what is refused. */
#include "rules_fixture.h"

#include "rules/value.h"
#include "rules/vocab.h"

static const char lexicon_yaml[] =
	"numbers: {half: 0.5, one: 1, two: 2, to: 2, couple: 2, three: 3, few: 3, nine: 9, ten: 10, twenty: 20,\n"
	"  sixty: 60, dozen: 12, hundred: 100}\n";

static const char yaml[] =
	"units: {hour: 0.0416667, hours: 0.0416667, day: 1, days: 1, week: 7, weeks: 7, fortnight: 14, years: 365}\n"
	"weekdays: {sunday: 0, monday: 1, wednesday: 3, saturday: 6}\n"
	"months: {january: 1, march: 3, december: 12}\n"
	"implies:\n"
	"  - {value: age_years, min: 61, finding: older_age}\n"
	"  - {value: pain_score, min: 8, finding: pain_severe}\n"
	"  - {value: pain_score, min: 1, max: 3, finding: pain_mild}\n"
	"  - {value: duration_days, min: 21, finding: long_lasting}\n"
	"findings: {}\n";

#define N "(?<n>[a-z0-9./]+(?: [a-z0-9/]+)*?)"

enum { DAYS, SCORE, AGE, CALENDAR, BARE, KINDS_OF_PATTERN };

static const char *const regexes[KINDS_OF_PATTERN] = {
	[DAYS] = "for " N "(?<half> and a half)? (?<unit>hours?|days?|weeks?|years|fortnight|moons)",
	[SCORE] = "pain " N "(?<half> and a half)?(?: out|$)",
	[AGE] = "aged " N "$",
	[CALENDAR] = "since (?:(?<weekday>[a-z]+day)|(?<month>[a-z]+))",
	[BARE] = "a whole (?<unit>week|fortnight|moon)",
};

static struct vocab *vocab;
static struct world world;
static struct yaml_file *file;
static struct values *values;
static int patterns[KINDS_OF_PATTERN];

static int open_values(void **state)
{
	(void)state;
	world_init(&world, lexicon_yaml, "");
	vocab = vocab_load("intents", &world.problems);
	file = world_yaml(&world, yaml, "values.yaml");
	values = values_read(file, vocab, &world.problems);
	for (int i = 0; i < KINDS_OF_PATTERN; i++)
		patterns[i] = patterns_add(world.patterns, regexes[i], NULL);
	patterns_seal(world.patterns, "");
	return no_problems(&world.problems) ? 0 : -1;
}

static int close_values(void **state)
{
	(void)state;
	values_free(values);
	values_free(NULL);
	yaml_close(file);
	vocab_free(vocab);
	problems_init(&world.problems);
	world_done(&world);
	return 0;
}

enum { NONE = -1000 };

/* Told on Wednesday, the 20th of March. */
static const struct {
	int pattern;
	const char *text;
	double want;
} cases[] = {
	{DAYS, "for 3 days", 3},
	{DAYS, "hot , for 3 days", 3},
	{DAYS, "for 72 hours", 3},
	{DAYS, "for 5 hours", 0}, /* whole days only */
	{DAYS, "for 25 hours", 1},
	{DAYS, "for 1.5 weeks", 10},
	{DAYS, "for 2.5 days", 2},
	{DAYS, "for 1/2 weeks", 3},
	{DAYS, "for 8/10 days", 8},
	{DAYS, "for a week", 7},
	{DAYS, "for an hour", 0},
	{DAYS, "for two weeks", 14},
	{DAYS, "for a few days", 3},
	{DAYS, "for a couple of weeks", 14},
	{DAYS, "for half a week", 3},
	{DAYS, "for two and a half weeks", 17},
	{DAYS, "for a week and a half", 7}, /* the half stands behind the unit: not this regex */
	{DAYS, "for twenty one days", 21},
	{DAYS, "for twenty ten days", 10}, /* no sum */
	{DAYS, "for two or three days", 3}, /* the last */
	{DAYS, "for two to three days", 3},
	{DAYS, "for 2 to 3 weeks", 21},
	{DAYS, "for dozen days", 12},
	{DAYS, "for hundred years", 36500},
	{DAYS, "for many days", NONE},
	{DAYS, "for 3 moons", NONE}, /* no such unit */
	{DAYS, "for 3", NONE},
	{BARE, "a whole week", 7},
	{BARE, "a whole fortnight", 14},
	{BARE, "a whole moon", NONE},
	{CALENDAR, "since wednesday", 7}, /* a week ago, and not today */
	{CALENDAR, "since monday", 2},
	{CALENDAR, "since sunday", 3},
	{CALENDAR, "since saturday", 4},
	{CALENDAR, "since someday", NONE},
	{CALENDAR, "since january", 60},
	{CALENDAR, "since march", 19},
	{CALENDAR, "since december", 90},
	{CALENDAR, "since lunch", NONE},
	{SCORE, "pain 8 out of 10", 8},
	{SCORE, "pain 8/10", 8},
	{SCORE, "pain nine", 9},
	{SCORE, "pain 7 and a half", 7.5},
	{SCORE, "pain 0", 0},
	{SCORE, "pain 10", 10},
	{SCORE, "pain 11", NONE},
	{SCORE, "pain twenty", NONE},
	{SCORE, "pain bad", NONE},
	{AGE, "aged 64", 64},
	{AGE, "aged sixty nine", 69},
	{AGE, "aged twenty", 20},
	{AGE, "aged well", NONE},
	{AGE, "aged 99999999999999999999999999999999999", NONE}, /* longer than any number */
};

static double told(int pattern, const char *text, struct moment now)
{
	static const enum value_kind kinds[KINDS_OF_PATTERN] = {VALUE_DURATION_DAYS, VALUE_PAIN_SCORE, VALUE_AGE_YEARS,
		VALUE_DURATION_DAYS, VALUE_DURATION_DAYS};
	struct reading *r = world_read(&world, NULL, text);
	double value = NONE;
	bool found = value_told(values, world.lexicon, r->scan, patterns[pattern], 0, kinds[pattern], now, &value);
	return found ? value : NONE;
}

static void numbers(void **state)
{
	static const struct moment wednesday = {3, 20, 3, 2024};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		double got = told(cases[i].pattern, cases[i].text, wednesday);
		if (got != cases[i].want) {
			print_error("'%s': %g, wanted %g\n", cases[i].text, got, cases[i].want);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void every_weekday(void **state)
{
	static const char *const names[] = {"sunday", "monday", "wednesday", "saturday"};
	static const int days[] = {0, 1, 3, 6};
	(void)state;
	for (int today = 0; today < 7; today++)
		for (size_t i = 0; i < COUNT(names); i++) {
			char text[32];
			(void)snprintf(text, sizeof text, "since %s", names[i]);
			int ago = (int)told(CALENDAR, text, (struct moment){today, 1, 1, 2024});
			assert_in_range(ago, 1, 7);
			assert_int_equal((today - ago + 7) % 7, days[i]);
		}
}

static void without_a_calendar(void **state)
{
	static const struct moment unknown = {-1, -1, -1, -1};
	(void)state;
	assert_true(told(CALENDAR, "since monday", unknown) == NONE);
	assert_true(told(CALENDAR, "since march", unknown) == NONE);
	assert_true(told(DAYS, "for 3 days", unknown) == 3);
	assert_true(told(CALENDAR, "since march", (struct moment){-1, -1, 3, -1}) == 0);
}

static void implied(void **state)
{
	static const struct {
		enum value_kind kind;
		double value;
		const char *want;
	} table[] = {
		{VALUE_AGE_YEARS, 60, NULL}, {VALUE_AGE_YEARS, 61, "older_age"}, {VALUE_AGE_YEARS, 99, "older_age"},
		{VALUE_PAIN_SCORE, 0, NULL}, {VALUE_PAIN_SCORE, 1, "pain_mild"}, {VALUE_PAIN_SCORE, 3, "pain_mild"},
		{VALUE_PAIN_SCORE, 3.5, NULL}, {VALUE_PAIN_SCORE, 7.5, NULL}, {VALUE_PAIN_SCORE, 8, "pain_severe"},
		{VALUE_DURATION_DAYS, 20, NULL}, {VALUE_DURATION_DAYS, 21, "long_lasting"},
	};
	struct implied out[4];
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		size_t n = values_implied(values, table[i].kind, table[i].value, out, 4);
		if (n != (table[i].want ? 1 : 0) || (n && out[0].finding != vocab_finding(vocab, table[i].want)))
			fail_msg("case %zu", i);
	}
	assert_int_equal(values_implied(values, VALUE_AGE_YEARS, 70, out, 0), 0);
	assert_int_equal(values_implied(values, VALUE_AGE_YEARS, 70, out, 4), 1);
	assert_int_equal(out[0].line, 5);
	assert_string_equal(out[0].file, "values.yaml");
}

static const struct refusal broken[] = {
	{"hour: 0.0416667", "hour: short", "v.yaml:1:15: expected how many days this unit has\n"},
	{"hour: 0.0416667", "hour: ''", "v.yaml:1:15: expected how many days this unit has\n"},
	{"hour: 0.0416667", "hour: [1]", "v.yaml:1:15: expected how many days this unit has\n"},
	{"sunday: 0", "sunday: 7", "v.yaml:2:20: expected a number up to 6\n"},
	{"sunday: 0", "sunday: -1", "v.yaml:2:20: expected a number up to 6\n"},
	{"january: 1", "january: 13", "v.yaml:3:19: expected a number up to 12\n"},
	{"january: 1", "january: first", "v.yaml:3:19: expected a number up to 12\n"},
	{"value: age_years", "value: swelling",
		"v.yaml:5:5: expected a finding with a value, and a finding that it implies\n"},
	{"value: age_years", "value: age", "v.yaml:5:5: expected a finding with a value, and a finding that it implies\n"},
	{"finding: older_age", "finding: old",
		"v.yaml:5:5: expected a finding with a value, and a finding that it implies\n"},
	{"finding: older_age", "found: older_age", "v.yaml:5:33: unknown key 'found'\n"},
	{", finding: older_age", "", "v.yaml:5:5: 'finding' is missing\n"},
	{"min: 61", "min: old", "v.yaml:5:5: min and max are numbers\n"},
	{"max: 3", "max: [3]", "v.yaml:7:5: min and max are numbers\n"},
	{"weekdays: {", "week_days: {", "v.yaml:1:1: 'weekdays' is missing\n"
		"v.yaml:2:1: unknown key 'week_days', did you mean 'weekdays'?\n"},
	{"implies:\n", "implies: {}\nx:\n", "v.yaml:4:10: 'implies' must be a list\nv.yaml:5:1: unknown key 'x'\n"},
};

static void read_broken(struct yaml_file *f, struct problems *problems)
{
	values_free(values_read(f, vocab, problems));
}

static void refusals(void **state)
{
	(void)state;
	check_refusals(yaml, "v.yaml", broken, COUNT(broken), read_broken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(every_weekday),
		cmocka_unit_test(without_a_calendar),
		cmocka_unit_test(implied),
		cmocka_unit_test(refusals),
	};
	return cmocka_run_group_tests(tests, open_values, close_values);
}
