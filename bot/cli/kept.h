/* kept.h - what export and forget share: one person's data in the store of a configuration. */
#ifndef CLI_KEPT_H
#define CLI_KEPT_H

struct store;

struct kept_args {
	const char *config, *channel, *person;
};

/* --config FILE --channel NAME PERSON. Returns 0, or -1 after saying what was wrong. */
int kept_args(int argc, char **argv, struct kept_args *out);
/* The store that the configuration names, synchronous; NULL after saying why. A daemon may be using it, too. */
struct store *kept_open(const char *config);

#define KEPT_USAGE                                                                                                     \
	"--config FILE [--channel NAME] PERSON\n"                                                                      \
	"  --config FILE   the configuration that names the store\n"                                                   \
	"  --channel NAME  where the person writes; telegram unless told\n"                                            \
	"  PERSON          the id that the channel knows them by"

#endif
