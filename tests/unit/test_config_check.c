/* test_config_check.c - what a configuration names must be there, and secrets must be kept as such. */
#include "problems_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_check.h"
#include "rules/ruleset.h"
#include "triage/triage.h"

#define TOKEN "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw" /* the sample of Telegram's manual */

static char folder[] = "/tmp/soleus-check-XXXXXX";
static char path[100];

static const char *in_folder(const char *name)
{
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(in_folder(name), "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

/* What is said of a configuration (free with free), with the folder's name left out. */
static char *checked(const char *text, const struct tables *tables)
{
	struct problems p;
	char *said;
	write_file("c.yaml", text, 0644);
	problems_init(&p);
	struct config *c = config_load(in_folder("c.yaml"), &p);
	assert_non_null(c);
	if (tables)
		config_check_region(c, tables, &p);
	else
		config_check_files(c, &p);
	said = taken(&p);
	for (char *at; (at = strstr(said, folder));)
		memmove(at, at + sizeof folder, strlen(at + sizeof folder) + 1);
	config_free(c);
	return said;
}

static void files(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"telegram: {token_file: missing}\n", ""}, /* not switched on */
		{"telegram: {enabled: true, token_file: good}\n", ""},
		{"telegram: {enabled: true, token_file: group}\n", ""},
		{"telegram: {enabled: true, token_file: missing}\n",
			"c.yaml:1:39: 'telegram.token_file': cannot read missing: No such file or directory\n"},
		{"telegram: {enabled: true, token_file: open}\n",
			"c.yaml:1:39: 'telegram.token_file': others may read or change open: chmod 600 open\n"},
		{"telegram: {enabled: true, token_file: shared}\n",
			"c.yaml:1:39: 'telegram.token_file': others may read or change shared: chmod 600 shared\n"},
		{"telegram: {enabled: true, token_file: empty}\n", "c.yaml:1:39: 'telegram.token_file': empty is empty\n"},
		{"telegram: {enabled: true, token_file: ..}\n", "c.yaml:1:39: 'telegram.token_file': .. is no file\n"},
		{"telegram: {enabled: true, token_env: SOLEUS_TEST_SET}\n", ""},
		{"telegram: {enabled: true, token_env: SOLEUS_TEST_UNSET}\n",
			"c.yaml:1:38: 'telegram.token_env': the environment variable SOLEUS_TEST_UNSET is not set\n"},
		{"telegram: {enabled: true, token_file: lines}\n", "c.yaml:1:39: 'telegram.token_file': lines: more than one line, or "
			"control characters; it must hold the secret alone\n"},
		{"telegram: {enabled: true, token_file: word}\n", "c.yaml:1:39: 'telegram.token_file': what is kept there is not a "
			"token: digits, a colon and some 35 letters, as @BotFather gives it\n"},
		{"telegram: {enabled: true, token_file: good, mode: webhook, webhook: {url: \"https://x.example/t\", "
			"secret_file: good}}\n",
			"c.yaml:1:111: 'telegram.webhook.secret_file': what is kept there is not 1 to 256 letters, digits, _ and -\n"},
		{"telegram:\n"
			"  {enabled: true, token_file: good, mode: webhook,\n"
			"   webhook: {url: \"https://x.example/t\", secret_file: open, certificate_file: open}}\n"
			"server:\n"
			"  tls_certificate: missing\n"
			"  tls_key: open\n",
			"c.yaml:3:55: 'telegram.webhook.secret_file': others may read or change open: chmod 600 open\n"
			"c.yaml:5:20: 'server.tls_certificate': cannot read missing: No such file or directory\n"
			"c.yaml:6:12: 'server.tls_key': others may read or change open: chmod 600 open\n"},
	};
	(void)state;
	write_file("good", TOKEN, 0600);
	write_file("group", TOKEN, 0440);
	write_file("lines", TOKEN "\n\n", 0600);
	write_file("word", "word", 0600);
	write_file("open", "x", 0604);
	write_file("shared", "x", 0620);
	write_file("empty", "", 0600);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *said = checked(cases[i].text, NULL);
		if (strcmp(said, cases[i].want) != 0)
			fail_msg("case %zu, %s\ngives:\n%s", i, cases[i].text, said);
		free(said);
	}
}

static void regions(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""}, /* "unknown" is in the data */
		{"region: gb\n", ""},
		{"region: atlantis\n", "c.yaml:1:9: 'region': intents/triage/places.yaml has no 'atlantis'\n"},
		{"region: unknwon\n",
			"c.yaml:1:9: 'region': intents/triage/places.yaml has no 'unknwon', did you mean 'unknown'?\n"},
	};
	struct problems p;
	(void)state;
	problems_init(&p);
	struct ruleset *rules = ruleset_load(".", "en", &p);
	assert_non_null(rules);
	struct tables *tables = tables_load("intents", ruleset_vocab(rules), &p);
	assert_non_null(tables);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *said = checked(cases[i].text, tables);
		if (strcmp(said, cases[i].want) != 0)
			fail_msg("case %zu, %s\ngives:\n%s", i, cases[i].text, said);
		free(said);
	}
	tables_free(tables);
	ruleset_free(rules);
	problems_done(&p);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) && setenv("STATE_DIRECTORY", "/nowhere/state", 1) == 0 &&
		unsetenv("CREDENTIALS_DIRECTORY") == 0 && setenv("SOLEUS_TEST_SET", TOKEN, 1) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"c.yaml", "good", "group", "open", "shared", "empty", "lines", "word"};
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)unlink(in_folder(names[i]));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files),
		cmocka_unit_test(regions),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
