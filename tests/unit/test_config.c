/* test_config.c - what the configuration file may say, what becomes of it, and the words for what is wrong with it. */
#include "problems_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config.h"

static char folder[] = "/tmp/soleus-config-XXXXXX";

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Reads `text` from the file "c.yaml" of the folder; what was said of it goes into *said (free with free), with the
 * folder's name left out. */
static struct config *load(const char *text, char **said)
{
	struct problems p;
	char path[100];
	(void)snprintf(path, sizeof path, "%s/c.yaml", folder);
	write_file(path, text);
	problems_init(&p);
	struct config *c = config_load(path, &p);
	for (size_t i = 0; i < p.n; i++)
		memmove(p.list[i].file, p.list[i].file + sizeof folder, strlen(p.list[i].file + sizeof folder) + 1);
	assert_int_equal(c == NULL, p.n > 0);
	*said = taken(&p);
	return c;
}

static struct config *loaded(const char *text)
{
	char *said;
	struct config *c = load(text, &said);
	if (!c)
		fail_msg("%s\nrefused with:\n%s", text, said);
	free(said);
	return c;
}

static void defaults(void **state)
{
	struct config *c = loaded("# nothing\n");
	(void)state;
	assert_null(c->data_dir);
	assert_string_equal(c->state_dir, "/nowhere/state");
	assert_string_equal(c->database, "/nowhere/state/soleus.db");
	assert_string_equal(c->region, "unknown");
	assert_string_equal(c->language, "en");
	assert_null(c->time_zone);
	assert_int_equal(c->log_level, LOG_LEVEL_INFO);
	assert_int_equal(c->conversation_days, 30);
	assert_int_equal(c->old_message_minutes, 60);
	assert_true(c->check_ins);
	assert_int_equal(c->quiet_from_minute, 21 * 60);
	assert_int_equal(c->quiet_until_minute, 8 * 60);
	assert_null(c->human.text);
	assert_false(c->telegram.enabled);
	assert_null(c->telegram.token.file);
	assert_string_equal(c->telegram.api_base, "https://api.telegram.org");
	assert_int_equal(c->telegram.mode, CONFIG_POLLING);
	assert_int_equal(c->telegram.poll_timeout_s, 50);
	assert_int_equal(c->telegram.groups.allow, CONFIG_GROUPS_NONE);
	assert_int_equal(c->telegram.groups.ids.n, 0);
	assert_string_equal(c->server.address, "127.0.0.1");
	assert_null(c->server.tls_key);
	assert_false(config_has_channel(c));
	assert_false(config_needs_server(c));
	config_free(c);
	config_free(NULL);
}

static void everything(void **state)
{
	struct config *c = loaded(
		"data_dir: ../data\n"
		"state_dir: /srv/s\n"
		"region: gb\n"
		"language: en\n"
		"time_zone: UTC\n"
		"log: {level: debug}\n"
		"retention: {conversation_days: 3650, seen_days: 2}\n"
		"old_message_minutes: 1\n"
		"limits: {messages_per_minute: 600}\n"
		"check_ins: {enabled: false, quiet_from: 00:00, quiet_until: \"23:59\"}\n"
		"human: {text: The desk, phone: +44 (0)20 7946-0000}\n"
		"telegram:\n"
		"  enabled: true\n"
		"  token_file: token\n"
		"  api_base: http://localhost:8081/\n"
		"  test_environment: true\n"
		"  mode: webhook\n"
		"  poll_timeout_s: 1\n"
		"  set_profile: false\n"
		"  webhook: {url: \"https://x.example:8443/t\", path: /u, secret_env: HOOK, certificate_file: /c.pem, "
		"max_connections: 100}\n"
		"  groups: {allow: listed, ids: [-1001234567890, -5], answer_red_flags_unasked: true, offer_private: false}\n"
		"server: {address: 0.0.0.0, port: 0, tls_certificate: cert.pem, tls_key: key.pem}\n");
	char path[100];
	(void)state;
	(void)snprintf(path, sizeof path, "%s/../data", folder);
	assert_string_equal(c->data_dir, path);
	assert_string_equal(c->database, "/srv/s/soleus.db");
	assert_string_equal(c->region, "gb");
	assert_string_equal(c->time_zone, "UTC");
	assert_int_equal(c->log_level, LOG_LEVEL_DEBUG);
	assert_int_equal(c->conversation_days, 3650);
	assert_int_equal(c->seen_days, 2);
	assert_int_equal(c->old_message_minutes, 1);
	assert_int_equal(c->messages_per_minute, 600);
	assert_false(c->check_ins);
	assert_int_equal(c->quiet_from_minute, 0);
	assert_int_equal(c->quiet_until_minute, 23 * 60 + 59);
	assert_string_equal(c->human.text, "The desk");
	assert_string_equal(c->human.phone, "+44 (0)20 7946-0000");
	(void)snprintf(path, sizeof path, "%s/token", folder);
	assert_string_equal(c->telegram.token.file, path);
	assert_null(c->telegram.token.env);
	assert_string_equal(c->telegram.api_base, "http://localhost:8081");
	assert_true(c->telegram.test_environment);
	assert_int_equal(c->telegram.mode, CONFIG_WEBHOOK);
	assert_int_equal(c->telegram.poll_timeout_s, 1);
	assert_false(c->telegram.set_profile);
	assert_string_equal(c->telegram.webhook.url, "https://x.example:8443/t");
	assert_string_equal(c->telegram.webhook.path, "/u");
	assert_string_equal(c->telegram.webhook.secret.env, "HOOK");
	assert_string_equal(c->telegram.webhook.certificate_file, "/c.pem");
	assert_int_equal(c->telegram.webhook.max_connections, 100);
	assert_int_equal(c->telegram.groups.allow, CONFIG_GROUPS_LISTED);
	assert_int_equal(c->telegram.groups.ids.n, 2);
	assert_true(c->telegram.groups.ids.ids[0] == INT64_C(-1001234567890));
	assert_true(c->telegram.groups.ids.ids[1] == -5);
	assert_true(c->telegram.groups.manners.answer_red_flags_unasked);
	assert_false(c->telegram.groups.manners.offer_private);
	assert_int_equal(c->server.port, 0);
	assert_true(config_has_channel(c));
	assert_true(config_needs_server(c));
	config_free(c);
}

/* Sections whose lines are all commented out, and names with dots. */
static void loose_forms(void **state)
{
	struct config *c = loaded("telegram:\n  # enabled: true\nhuman:\nlog.level: warn\n");
	(void)state;
	assert_int_equal(c->log_level, LOG_LEVEL_WARN);
	config_free(c);
}

static void refusals(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"- a\n", "c.yaml:1:1: expected keys and values\n"},
		{"telegram: [a]\n", "c.yaml:1:11: expected keys and values under 'telegram'\n"},
		{"telegram: on\n", "c.yaml:1:11: expected keys and values under 'telegram'\n"},
		{"regoin: gb\n", "c.yaml:1:1: unknown key 'regoin', did you mean 'region'?\n"},
		{"telegarm: {enabled: true}\n", "c.yaml:1:1: unknown key 'telegarm', did you mean 'telegram'?\n"},
		{"telegram: {enabeld: true}\n",
			"c.yaml:1:12: unknown key 'telegram.enabeld', did you mean 'telegram.enabled'?\n"},
		{"poll_timeout_s: 5\n", "c.yaml:1:1: unknown key 'poll_timeout_s', did you mean 'telegram.poll_timeout_s'?\n"},
		{"colour: red\n", "c.yaml:1:1: unknown key 'colour'; `soleus check --keys` lists all\n"},
		{"region:\n", "c.yaml:1:8: 'region' has no value: expected text, or a # before it\n"},
		{"region: [gb]\n", "c.yaml:1:9: 'region' must be text\n"},
		{"telegram: {poll_timeout_s: 51}\n",
			"c.yaml:1:28: 'telegram.poll_timeout_s' must be a whole number from 1 to 50, not '51'\n"},
		{"telegram: {poll_timeout_s: 5.0}\n",
			"c.yaml:1:28: 'telegram.poll_timeout_s' must be a whole number from 1 to 50, not '5.0'\n"},
		{"old_message_minutes: 99999999999999999999\n",
			"c.yaml:1:22: 'old_message_minutes' must be a whole number from 1 to 10080, not '99999999999999999999'\n"},
		{"check_ins: {enabled: yes}\n", "c.yaml:1:22: 'check_ins.enabled' must be true or false, not 'yes'\n"},
		{"check_ins: {quiet_from: 24:00}\n",
			"c.yaml:1:25: 'check_ins.quiet_from' must be a time of day such as 21:30, not '24:00'\n"},
		{"check_ins: {quiet_from: 9:00}\n",
			"c.yaml:1:25: 'check_ins.quiet_from' must be a time of day such as 21:30, not '9:00'\n"},
		{"log: {level: loud}\n",
			"c.yaml:1:14: 'log.level' must be error, warn, notice, info or debug, not 'loud'\n"},
		{"language: fr\n", "c.yaml:1:11: 'language' must be en, not 'fr'\n"},
		{"time_zone: Mars/Olympus\n",
			"c.yaml:1:12: 'time_zone': no such zone in /usr/share/zoneinfo; expected a name such as Europe/London\n"},
		{"time_zone: ../../../etc/passwd\n",
			"c.yaml:1:12: 'time_zone': no such zone in /usr/share/zoneinfo; expected a name such as Europe/London\n"},
		{"human: {text: x, phone: none}\n", "c.yaml:1:25: 'human.phone' must be a phone number, not 'none'\n"},
		{"human: {phone: 112}\n", "c.yaml:1:16: 'human.phone': needs 'human.text' too: who answers it, and when\n"},
		{"telegram: {enabled: true}\n", "c.yaml:1:21: 'telegram.enabled': Telegram needs 'telegram.token_file' or "
			"'telegram.token_env': talk to @BotFather, /newbot, to get a token\n"},
		{"telegram: {token_file: a, token_env: B}\n", "c.yaml:1:38: 'telegram.token_file' and 'telegram.token_env' are "
			"both there: one of them is enough\n"},
		{"telegram: {token: secret-thing}\n", "c.yaml:1:19: 'telegram.token': a token must not stand in this file, which "
			"others may read: write it to a file with rights 0600 and name that in 'token_file', or name an environment "
			"variable in 'token_env'\n"},
		{"telegram: {token_file: \"1:secret-thing\"}\n",
			"c.yaml:1:24: 'telegram.token_file' must be the path of a file, not what is in it\n"},
		{"telegram: {token_env: \"1:secret-thing\"}\n", "c.yaml:1:23: 'telegram.token_env' must be the name of an "
			"environment variable, not its value\n"},
		{"telegram: {api_base: \"http://api.telegram.org\"}\n", "c.yaml:1:22: 'telegram.api_base' must be an address with "
			"https:// (http:// only to this machine), not 'http://api.telegram.org'\n"},
		{"telegram: {api_base: \"http://localhost.evil.example\"}\n", "c.yaml:1:22: 'telegram.api_base' must be an address "
			"with https:// (http:// only to this machine), not 'http://localhost.evil.example'\n"},
		{"telegram: {api_base: \"https://\"}\n", "c.yaml:1:22: 'telegram.api_base' must be an address with https:// "
			"(http:// only to this machine), not 'https://'\n"},
		{"telegram: {enabled: true, token_env: T, mode: webhook}\n",
			"c.yaml:1:47: 'telegram.mode': a webhook needs 'telegram.webhook.secret_file' or "
			"'telegram.webhook.secret_env', so that nobody but Telegram is believed\n"
			"c.yaml:1:47: 'telegram.mode': a webhook needs 'telegram.webhook.url'\n"},
		{"telegram: {webhook: {url: \"https://x.example:444/t\"}}\n", "c.yaml:1:27: 'telegram.webhook.url': Telegram calls "
			"only the ports 443, 80, 88 and 8443\n"},
		{"telegram: {webhook: {url: \"http://127.0.0.1/t\"}}\n",
			"c.yaml:1:27: 'telegram.webhook.url': Telegram calls only https:// addresses\n"},
		{"telegram: {webhook: {path: t}}\n",
			"c.yaml:1:28: 'telegram.webhook.path' must be a path that begins with /, not 't'\n"},
		{"telegram: {webhook: {secret: s3cret}}\n", "c.yaml:1:30: 'telegram.webhook.secret': a secret must not stand in "
			"this file, which others may read: write it to a file with rights 0600 and name that in 'secret_file', or "
			"name an environment variable in 'secret_env'\n"},
		{"matrix: {identity_file: i}\n", "c.yaml:1:25: 'matrix.identity_file': it is of no use without 'matrix.key_file', "
			"by which encrypted rooms are read\n"},
		{"telegram: {groups: {allow: listed}}\n", "c.yaml:1:28: 'telegram.groups.allow': 'listed' needs at least one group "
			"in 'telegram.groups.ids'\n"},
		{"telegram: {groups: {ids: [-1]}}\n", "c.yaml:1:26: 'telegram.groups.ids': groups are listed, but "
			"'telegram.groups.allow' is not 'listed'\n"},
		{"telegram: {groups: {allow: listed, ids: [7]}}\n",
			"c.yaml:1:41: 'telegram.groups.ids': a group's id is negative, such as -1001234567890\n"},
		{"telegram: {groups: {allow: listed, ids: [-1, x, -99999999999999999]}}\n",
			"c.yaml:1:46: 'telegram.groups.ids': expected a whole number such as -1001234567890\n"
			"c.yaml:1:49: 'telegram.groups.ids': expected a whole number such as -1001234567890\n"},
		{"telegram: {groups: {ids: -5}}\n", "c.yaml:1:26: 'telegram.groups.ids' must be a list of whole numbers, not '-5'\n"},
		{"server: {tls_key: k}\n", "c.yaml:1:19: 'server.tls_key': needs 'server.tls_certificate' too\n"},
		{"server: {tls_certificate: k}\n", "c.yaml:1:27: 'server.tls_certificate': needs 'server.tls_key' too\n"},
		{"log: {level: info}\nlog.level: warn\n", "c.yaml:2:12: 'log.level' is already in line 1\n"},
		{"a: 1\nregion: {}\nserver: {port: 65536}\n", /* all, not only the first */
			"c.yaml:1:1: unknown key 'a'; `soleus check --keys` lists all\n"
			"c.yaml:2:9: 'region' must be text\n"
			"c.yaml:3:16: 'server.port' must be a whole number from 0 to 65535, not '65536'\n"},
		{"a: [\n", "c.yaml:2:1: did not find expected node content while parsing a flow node\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *said;
		struct config *c = load(cases[i].text, &said);
		if (c || strcmp(said, cases[i].want) != 0)
			fail_msg("case %zu, %s\n%s, with:\n%s", i, cases[i].text, c ? "read" : "refused", said);
		free(said);
		config_free(c);
	}
}

static void long_names(void **state)
{
	char text[1000], *said;
	(void)state;
	memset(text, 'k', sizeof text);
	memcpy(text + sizeof text - 4, ": 1", 4);
	assert_null(load(text, &said));
	assert_non_null(strstr(said, "unknown key"));
	free(said);
}

static void missing_file(void **state)
{
	struct problems p;
	(void)state;
	problems_init(&p);
	assert_null(config_load("/nowhere/c.yaml", &p));
	assert_int_equal(p.n, 1);
	problems_done(&p);
}

/* What systemd hands over is found before what lies beside the file. */
static void credentials(void **state)
{
	char path[100], text[200];
	(void)state;
	(void)snprintf(path, sizeof path, "%s/cred", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", path, 1), 0);
	(void)snprintf(path, sizeof path, "%s/cred/token", folder);
	write_file(path, "x");

	struct config *c = loaded("telegram: {token_file: token, webhook: {secret_file: hook}}\n");
	assert_string_equal(c->telegram.token.file, path);
	(void)snprintf(path, sizeof path, "%s/hook", folder);
	assert_string_equal(c->telegram.webhook.secret.file, path);
	config_free(c);

	(void)snprintf(text, sizeof text, "telegram: {token_file: /etc/token}\n");
	c = loaded(text);
	assert_string_equal(c->telegram.token.file, "/etc/token");
	config_free(c);
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	(void)snprintf(path, sizeof path, "%s/cred/token", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof path, "%s/cred", folder);
	(void)rmdir(path);
}

static void state_folders(void **state)
{
	static const struct {
		const char *systemd, *xdg, *home, *want, *want_root;
	} cases[] = {
		{"/var/lib/a:/var/lib/b", "/x", "/h", "/var/lib/a", "/var/lib/a"},
		{"", "/x", "/h", "/x/soleus", "/var/lib/soleus"},
		{"", "relative", "/h", "/h/.local/state/soleus", "/var/lib/soleus"},
		{"", "", "", NULL, "/var/lib/soleus"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *said;
		const char *want = geteuid() == 0 ? cases[i].want_root : cases[i].want;
		assert_int_equal(setenv("STATE_DIRECTORY", cases[i].systemd, 1), 0);
		assert_int_equal(setenv("XDG_STATE_HOME", cases[i].xdg, 1), 0);
		assert_int_equal(setenv("HOME", cases[i].home, 1), 0);
		struct config *c = load("", &said);
		if (want ? !c || strcmp(c->state_dir, want) != 0 : c != NULL)
			fail_msg("case %zu: %s, said: %s", i, c ? c->state_dir : "refused", said);
		free(said);
		config_free(c);
	}
	assert_int_equal(setenv("STATE_DIRECTORY", "/nowhere/state", 1), 0);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) && setenv("STATE_DIRECTORY", "/nowhere/state", 1) == 0 &&
		unsetenv("CREDENTIALS_DIRECTORY") == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	char path[100];
	(void)state;
	(void)snprintf(path, sizeof path, "%s/c.yaml", folder);
	(void)unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(everything),
		cmocka_unit_test(loose_forms),
		cmocka_unit_test(refusals),
		cmocka_unit_test(long_names),
		cmocka_unit_test(missing_file),
		cmocka_unit_test(credentials),
		cmocka_unit_test(state_folders),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
