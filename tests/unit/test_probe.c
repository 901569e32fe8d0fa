/* test_probe.c - what must hold of every talk holds for our data, and is seen to break when the data are broken. */
#include "talk_fixture.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "talk/probe.h"

enum { WALKS = 400, MAX_FILE = 1 << 20 };

static void assert_no_problems(struct problems *problems)
{
	if (problems->n)
		problems_print(problems, stderr);
	assert_int_equal(problems->n, 0);
	problems_done(problems);
}

static void every_rule_is_reached(void **ignored)
{
	struct problems problems;

	(void)ignored;
	problems_init(&problems);
	assert_true(probe_rules(&data, "my calf hurts", &problems) > 500);
	assert_true(probe_rules(&data, NULL, &problems) > 500);
	assert_no_problems(&problems);
}

static void a_sign_more_never_calms(void **ignored)
{
	struct problems problems;

	(void)ignored;
	problems_init(&problems);
	assert_true(probe_signs(&data, WALKS, &problems) > WALKS / 5);
	assert_no_problems(&problems);
}

static void no_walk_ends_with_a_danger_open(void **ignored)
{
	struct problems problems;

	(void)ignored;
	problems_init(&problems);
	assert_int_equal(probe_walks(&data, WALKS, &problems), WALKS);
	assert_no_problems(&problems);
}

/* ---- broken data ---- */

static void read_file(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	size_t len = fread(text, 1, size - 1, f);
	assert_true(len < size - 1);
	text[len] = '\0';
	assert_int_equal(fclose(f), 0);
}

static void make_folders(const char *dir, const char *folder)
{
	char path[512];

	for (const char *slash = strchr(folder, '/');; slash = strchr(slash + 1, '/')) {
		size_t len = slash ? (size_t)(slash - folder) : strlen(folder);

		(void)snprintf(path, sizeof path, "%s/%.*s", dir, (int)len, folder);
		assert_int_equal(mkdir(path, 0700), 0);
		if (!slash)
			return;
	}
}

static void write_changed(const char *from, const char *to, const char *old, const char *new)
{
	char *text = malloc(MAX_FILE);

	assert_non_null(text);
	read_file(from, text, MAX_FILE);
	char *at = strstr(text, old);
	assert_non_null(at);
	FILE *f = fopen(to, "w");
	assert_non_null(f);
	(void)fprintf(f, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
	assert_int_equal(fclose(f), 0);
	free(text);
}

/* A copy of a folder in `dir` with one text of one file replaced; the other files are links. */
static void copy_folder(const char *dir, const char *folder, const char *file, const char *old, const char *new)
{
	char from[1024], to[1024], *here = realpath(folder, NULL);
	DIR *list = opendir(folder);

	assert_true(list && here);
	make_folders(dir, folder);
	for (struct dirent *e; (e = readdir(list));) {
		(void)snprintf(from, sizeof from, "%s/%s", here, e->d_name);
		(void)snprintf(to, sizeof to, "%s/%s/%s", dir, folder, e->d_name);
		if (strcmp(e->d_name, file) == 0)
			write_changed(from, to, old, new);
		else if (e->d_name[0] != '.')
			assert_int_equal(symlink(from, to), 0);
	}
	(void)closedir(list);
	free(here);
}

static void remove_folder(const char *dir, const char *folder)
{
	char path[1024], part[64];

	(void)snprintf(path, sizeof path, "%s/%s", dir, folder);
	DIR *list = opendir(path);
	for (struct dirent *e; list && (e = readdir(list));) {
		(void)snprintf(path, sizeof path, "%s/%s/%s", dir, folder, e->d_name);
		(void)unlink(path);
	}
	if (list)
		(void)closedir(list);
	(void)snprintf(part, sizeof part, "%s", folder);
	for (char *slash; (slash = strrchr(part, '/')); *slash = '\0') {
		(void)snprintf(path, sizeof path, "%s/%s", dir, part);
		(void)rmdir(path);
	}
	(void)snprintf(path, sizeof path, "%s/%s", dir, part);
	(void)rmdir(path);
	(void)rmdir(dir);
}

typedef size_t (*probe)(const struct talk_data *d, struct problems *problems);

static size_t rules_probe(const struct talk_data *d, struct problems *problems)
{
	return probe_rules(d, "my calf hurts", problems);
}

static size_t walks_probe(const struct talk_data *d, struct problems *problems)
{
	return probe_walks(d, WALKS, problems);
}

static void assert_complains(const struct talk_data *d, probe run, const char *complaint)
{
	struct problems problems;
	bool found = false;

	problems_init(&problems);
	(void)run(d, &problems);
	for (size_t i = 0; i < problems.n; i++)
		found |= strstr(problems.list[i].text, complaint) != NULL;
	problems_done(&problems);
	if (!found)
		fail_msg("no complaint of \"%s\"", complaint);
}

/* Tables with one text replaced. */
static void assert_breaks(const char *file, const char *old, const char *new, probe run, const char *complaint)
{
	char dir[] = "/tmp/test_probe.XXXXXX", intents[64];
	struct problems problems;

	assert_non_null(mkdtemp(dir));
	copy_folder(dir, "intents/triage", file, old, new);
	(void)snprintf(intents, sizeof intents, "%s/intents", dir);
	problems_init(&problems);
	struct tables *broken = tables_load(intents, ruleset_vocab(rules), &problems);
	assert_no_problems(&problems);
	remove_folder(dir, "intents/triage");
	assert_complains(&(struct talk_data){rules, broken, responses}, run, complaint);
	tables_free(broken);
}

static void a_screen_less_is_seen(void **ignored)
{
	(void)ignored;
	assert_breaks("dialogue.yaml", "screens: [q_now, q_look, q_story]", "screens: [q_look, q_story]", rules_probe,
		"answers truthfully ends at");
}

static void too_few_questions_are_seen(void **ignored)
{
	(void)ignored;
	assert_breaks("dialogue.yaml", "when_urgent: 3", "when_urgent: 0", rules_probe, "answers truthfully ends at urgent after");
}

static void a_finding_out_of_the_lists_is_seen(void **ignored)
{
	(void)ignored;
	assert_breaks("dialogue.yaml", "findings: [no_pulse, pain_score]", "findings: [pain_score]", rules_probe, "no_pulse");
}

/* Wording with one text replaced. */
static void assert_bad_wording(const char *file, const char *old, const char *new, probe run, const char *complaint)
{
	char dir[] = "/tmp/test_probe.XXXXXX";
	struct problems problems;

	assert_non_null(mkdtemp(dir));
	copy_folder(dir, "responses/en", file, old, new);
	problems_init(&problems);
	struct responses *broken = responses_load(dir, "en", &problems);
	assert_no_problems(&problems);
	remove_folder(dir, "responses/en");
	assert_complains(&(struct talk_data){rules, tables, broken}, run, complaint);
	responses_free(broken);
}

static void a_blank_that_nobody_fills_is_seen(void **ignored)
{
	(void)ignored;
	assert_bad_wording("net.yaml", "so keep an eye on it", "so keep an eye on {it}", walks_probe, "a blank is not filled");
}

static size_t wording_probe(const struct talk_data *d, struct problems *problems)
{
	talk_check(d, problems);
	return 0;
}

static void all_is_worded(void **ignored)
{
	struct problems problems;

	(void)ignored;
	problems_init(&problems);
	talk_check(&data, &problems);
	assert_no_problems(&problems);
}

static void a_danger_told_in_harmless_words_is_seen(void **ignored)
{
	(void)ignored;
	assert_bad_wording("urgency.yaml", "Waiting can do harm that lasts.", "You can Wait and See.", wording_probe,
		"\"wait and see\" is said while it is urgent");
	assert_bad_wording("urgency.yaml", "or go to an emergency department now.**\"", "one of these days.**\"", wording_probe,
		"must hold \"now\"");
	assert_bad_wording("net.yaml", "trouble breathing, chest pain, coughing blood, fainting\"", "feeling odd\"", wording_probe,
		"must tell of \"breathing\"");
}

static void a_text_that_is_missing_is_seen(void **ignored)
{
	static const struct {
		const char *file, *old, *new, *complaint;
	} cases[] = {
		{"talk.yaml", "  first_contact:", "  first_contacts:", "no wording for talk, first_contact"},
		{"talk.yaml", "  refuses:\n    emergency:", "  refuses:\n    dire:", "no wording for talk.refuses, emergency"},
		{"questions.yaml", "      chest: ", "      breast: ", "no wording for questions.q_now, chest"},
		{"rules.yaml", "  pe/chest_sign:\n    why:", "  pe/chest_sign:\n    because:", "no wording for rules.pe/chest_sign, why"},
		{"findings.yaml", "  pain:\n    name:", "  pain:\n    called:", "no wording for findings.pain, name"},
		{"net.yaml", "how_where:", "how_there:", "no wording for the file, how_where"},
	};

	(void)ignored;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_bad_wording(cases[i].file, cases[i].old, cases[i].new, wording_probe, cases[i].complaint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_is_reached),
		cmocka_unit_test(a_sign_more_never_calms),
		cmocka_unit_test(no_walk_ends_with_a_danger_open),
		cmocka_unit_test(a_screen_less_is_seen),
		cmocka_unit_test(too_few_questions_are_seen),
		cmocka_unit_test(a_finding_out_of_the_lists_is_seen),
		cmocka_unit_test(a_blank_that_nobody_fills_is_seen),
		cmocka_unit_test(all_is_worded),
		cmocka_unit_test(a_text_that_is_missing_is_seen),
		cmocka_unit_test(a_danger_told_in_harmless_words_is_seen),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
