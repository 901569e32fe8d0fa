/* command.h - what a command of the program is. One file a command, cmd_<name>.c, which defines
 * `const struct command cmd_<name>` and has its line in commands.def. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/* Beside EXIT_SUCCESS and EXIT_FAILURE: the command line made no sense. */
enum { EXIT_MISUSED = 2 };

struct command {
	const char *name, *summary; /* the summary is one line for the list in --help */
	const char *usage; /* what follows the name in the usage line, then one line an option; ends without a newline */
	/* argv[0] is the command's name. Returns the exit status. --help is answered before it gets here. */
	int (*run)(int argc, char **argv);
};

#endif
