/* options.h - the options that several commands share. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

/* For commands that take `--jsonl [--data DIR]` and nothing else. Returns 0, or -1 after saying what was wrong. */
int options_jsonl(int argc, char **argv, const char **out_data);

/* The value of `--name VALUE` or `--name=VALUE` at argv[*i]; moves *i over it. NULL when argv[*i] is something else; exits
 * are left to the caller: a missing value gives "". */
const char *options_value(int argc, char **argv, int *i, const char *name);

#endif
