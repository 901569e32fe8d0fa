/* cmd_matrix.c - soleus matrix login: a token for the account on Matrix. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "channels/matrix_login.h"
#include "cli/command.h"
#include "cli/options.h"
#include "daemon/config.h"
#include "daemon/config_secret.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/secret.h"

enum { MAX_PASSWORD = 1024 };

/* One line, unseen where it is typed on a terminal. Returns a new text (free), or NULL. */
static char *ask_password(const char *user)
{
	struct termios seen, unseen;
	bool terminal = tcgetattr(STDIN_FILENO, &seen) == 0;
	char line[MAX_PASSWORD];

	if (terminal) {
		unseen = seen;
		unseen.c_lflag &= ~(tcflag_t)ECHO;
		fprintf(stderr, "Password of %s: ", user);
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
	char *password = *line ? mem_strdup(line) : NULL;
	explicit_bzero(line, sizeof line);
	return password;
}

static char *password_of(const struct config *c, struct err *err)
{
	struct secret *s = NULL;
	char *password = NULL;

	if (c->matrix.password.file || c->matrix.password.env) {
		s = config_secret_read(&c->matrix.password, err);
		password = s ? mem_strdup(secret_text(s)) : NULL;
		secret_free(s);
	} else if (!(password = ask_password(c->matrix.user))) {
		(void)err_set(err, "there is no password");
	}
	return password;
}

static int login(const struct config *c, struct err *err)
{
	char *password;
	int result;

	if (!c->matrix.homeserver || !c->matrix.user || !c->matrix.token_file)
		return err_set(err, "%s must tell matrix.homeserver, matrix.user and matrix.token_file", c->path);
	password = password_of(c, err);
	if (!password)
		return -1;
	result = matrix_login(&(struct matrix_login){.homeserver = c->matrix.homeserver, .user = c->matrix.user,
		.password = password, .device_id = c->matrix.device_id, .token_file = c->matrix.token_file}, err);
	explicit_bzero(password, strlen(password));
	free(password);
	return result;
}

static int login_with(const char *path)
{
	struct problems problems;
	struct config *config;
	struct err err = {""};
	int status = EXIT_FAILURE;

	problems_init(&problems);
	config = config_load(path, &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	if (!config)
		return status;
	if (login(config, &err) == 0) {
		printf("logged in as %s; the token is in %s\n", config->matrix.user, config->matrix.token_file);
		status = EXIT_SUCCESS;
	} else {
		fprintf(stderr, "soleus: %s\n", err.text);
	}
	config_free(config);
	return status;
}

static int run(int argc, char **argv)
{
	const char *path = NULL, *value;
	bool wanted = false, known = true;

	for (int i = 1; i < argc && known; i++) {
		value = options_value(argc, argv, &i, "--config");
		if (value)
			path = value;
		else if (strcmp(argv[i], "login") == 0)
			wanted = true;
		else
			known = false;
	}
	if (!known || !wanted || !path || !*path) {
		fprintf(stderr, "soleus matrix: wants login --config FILE and nothing else\n");
		return EXIT_MISUSED;
	}
	return login_with(path);
}

const struct command cmd_matrix = {"matrix", "logs in on Matrix, once, before the first run",
	"login --config FILE\n"
	"  --config FILE  the configuration, with matrix.homeserver, matrix.user and matrix.token_file\n"
	"The password is asked for, or read from matrix.password_file or matrix.password_env, or from standard input.",
	run};
