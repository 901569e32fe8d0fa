/* main.c - finds the command and runs it. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

#define COMMAND(name) extern const struct command cmd_##name;
#include "cli/commands.def"
#undef COMMAND

static const struct command *const commands[] = {
#define COMMAND(name) &cmd_##name,
#include "cli/commands.def"
#undef COMMAND
	NULL,
};

static void print_help(FILE *out)
{
	fputs("usage: soleus COMMAND [OPTION]...\n"
	      "Listens, asks what matters, and says how urgent it is and why.\n\n"
	      "commands:\n", out);
	for (size_t i = 0; commands[i]; i++)
		fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n"
	      "  soleus COMMAND --help    the options of a command\n"
	      "  soleus --version\n\n"
	      "exit status: 0 fine, 1 failed, 2 misused\n", out);
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* True when --help is among the options: not behind "--", where anything may stand. */
static bool wants_help(char **argv)
{
	for (; *argv && strcmp(*argv, "--") != 0; argv++)
		if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0)
			return true;
	return false;
}

/* Output that did not get out (a full disk) is a failure, whatever the command thinks. */
static int flushed(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	perror("soleus: standard output");
	return status == EXIT_SUCCESS ? EXIT_FAILURE : status;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	if (wants_help(argv + 1)) {
		printf("usage: soleus %s %s\n", command->name, command->usage);
		return EXIT_SUCCESS;
	}
	return command->run(argc, argv);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	const struct command *command = find(name);
	if (command)
		return flushed(run_command(command, argc - 1, argv + 1));
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		print_help(stdout);
		return flushed(EXIT_SUCCESS);
	}
	if (strcmp(name, "--version") == 0) {
		puts("soleus " SOLEUS_VERSION);
		return flushed(EXIT_SUCCESS);
	}
	if (argc > 1)
		fprintf(stderr, "soleus: no command '%s'\n", name);
	print_help(stderr);
	return EXIT_MISUSED;
}
