/* cmd_matrix.c - soleus matrix login: a token for the account on Matrix, and its identity. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "channels/matrix_login.h"
#include "cli/command.h"
#include "cli/options.h"
#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "daemon/config.h"
#include "daemon/config_secret.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/secret.h"

enum { MAX_PASSWORD = 1024, KEY_BYTES = 32 };

/* One line, unseen where it is typed on a terminal: `what` with `of` in it is asked. Returns a new text (free), or NULL. */
static char *ask_unseen(const char *what, const char *of)
{
	struct termios seen, unseen;
	bool terminal = tcgetattr(STDIN_FILENO, &seen) == 0;
	char line[MAX_PASSWORD];

	if (terminal) {
		unseen = seen;
		unseen.c_lflag &= ~(tcflag_t)ECHO;
		fprintf(stderr, "%s of %s: ", what, of);
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
	}
	char *got = fgets(line, sizeof line, stdin);
	if (terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &seen);
		fputc('\n', stderr);
	}
	if (!got)
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	char *answer = *line ? mem_strdup(line) : NULL;
	explicit_bzero(line, sizeof line);
	return answer;
}

static char *password_of(const struct config *c, struct err *err)
{
	struct secret *s = NULL;
	char *password = NULL;

	if (c->matrix.password.file || c->matrix.password.env) {
		s = config_secret_read(&c->matrix.password, err);
		password = s ? mem_strdup(secret_text(s)) : NULL;
		secret_free(s);
	} else if (!(password = ask_unseen("Password", c->matrix.user))) {
		(void)err_set(err, "there is no password");
	}
	return password;
}

static char *ask_recovery_key(void *ctx)
{
	const struct config *c = ctx;

	return ask_unseen("Recovery key", c->matrix.user);
}

static int login(struct config *c, const char *recovery_file, bool new_identity, struct matrix_logged_in *out,
	struct err *err)
{
	char *password;
	int result;

	if (!c->matrix.homeserver || !c->matrix.user || !c->matrix.token_file)
		return err_set(err, "%s must tell matrix.homeserver, matrix.user and matrix.token_file", c->path);
	if (new_identity && !c->matrix.identity_file)
		return err_set(err, "%s does not tell matrix.identity_file", c->path);
	password = password_of(c, err);
	if (!password)
		return -1;
	result = matrix_login(&(struct matrix_login){.homeserver = c->matrix.homeserver, .user = c->matrix.user,
		.password = password, .device_id = c->matrix.device_id, .token_file = c->matrix.token_file,
		.identity_file = c->matrix.identity_file, .recovery_file = recovery_file,
		.new_identity = new_identity, .ask_recovery_key = ask_recovery_key, .ctx = c}, out, err);
	explicit_bzero(password, strlen(password));
	free(password);
	return result;
}

static void tell(const struct config *c, const char *recovery_file, const struct matrix_logged_in *done)
{
	printf("logged in as %s; the token is in %s\n", c->matrix.user, c->matrix.token_file);
	if (done->other_device)
		printf("the device that was there had keys which are gone: it was removed, and a new one takes its place\n");
	if (!c->matrix.key_file)
		printf("matrix.key_file is not set: encrypted rooms can't be read\n");
	if (!c->matrix.identity_file)
		printf("matrix.identity_file is not set: others can't tell that this device is really the account's\n");
	else if (done->enrolled == MATRIX_ENROLLED_NEW)
		printf("the account has an identity now; start soleus anew if it runs. Its recovery key is in %s.\n"
			"Keep that key in another place, and not on this machine: after a lost disk it alone brings back the\n"
			"identity, and the keys to what was said before.\n", recovery_file);
	else if (done->enrolled == MATRIX_ENROLLED_RESTORED)
		printf("the identity was brought back with the recovery key; start soleus anew if it runs\n");
	else
		printf("the identity is in place\n");
}

/* The keys of encrypted rooms are sealed with it: random, and never replaced, as they could not be read any more. */
static int make_key_file(const struct config *c, struct err *err)
{
	uint8_t secret[KEY_BYTES];
	char *text;
	int result;

	if (!c->matrix.key_file || access(c->matrix.key_file, F_OK) == 0)
		return 0;
	bytes_random(secret, sizeof secret);
	text = base64_text(secret, sizeof secret);
	result = secret_write_file(c->matrix.key_file, text, strlen(text), err);
	explicit_bzero(secret, sizeof secret);
	bytes_wipe(text);
	return result;
}

static int login_with(const char *path, bool new_identity)
{
	struct problems problems;
	struct config *config;
	struct matrix_logged_in done;
	struct err err = {""};
	char *recovery_file = NULL;
	int status = EXIT_FAILURE;

	problems_init(&problems);
	config = config_load(path, &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	if (!config)
		return status;
	if (config->matrix.identity_file && asprintf(&recovery_file, "%s.recovery-key", config->matrix.identity_file) < 0)
		abort();
	if (make_key_file(config, &err) == 0 && login(config, recovery_file, new_identity, &done, &err) == 0) {
		tell(config, recovery_file, &done);
		status = EXIT_SUCCESS;
	} else {
		fprintf(stderr, "soleus: %s\n", err.text);
	}
	free(recovery_file);
	config_free(config);
	return status;
}

static int run(int argc, char **argv)
{
	const char *path = NULL, *value;
	bool wanted = false, known = true, new_identity = false;

	for (int i = 1; i < argc && known; i++) {
		value = options_value(argc, argv, &i, "--config");
		if (value)
			path = value;
		else if (strcmp(argv[i], "login") == 0)
			wanted = true;
		else if (strcmp(argv[i], "--new-identity") == 0)
			new_identity = true;
		else
			known = false;
	}
	if (!known || !wanted || !path || !*path) {
		fprintf(stderr, "soleus matrix: wants login --config FILE, maybe --new-identity, and nothing else\n");
		return EXIT_MISUSED;
	}
	return login_with(path, new_identity);
}

const struct command cmd_matrix = {"matrix", "logs in on Matrix, once, before the first run",
	"login --config FILE [--new-identity]\n"
	"  --config FILE    the configuration, with matrix.homeserver, matrix.user and matrix.token_file\n"
	"  --new-identity   gives up the account's identity, when its recovery key is lost; who has verified it is warned\n"
	"The password is asked for, or read from matrix.password_file or matrix.password_env, or from standard input.\n"
	"With matrix.key_file the bot can read encrypted rooms; the file is made where it is missing.\n"
	"With matrix.identity_file the account gets an identity (cross-signing, a backup of room keys), or gets it back with\n"
	"the recovery key, which is asked for, or read from that file's name with .recovery-key behind it.",
	run};
