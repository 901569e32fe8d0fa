/* lines.h - one JSON object a line in, one a line out: the talk between the program and scripts. */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include <stdint.h>

#include <cjson/cJSON.h>

struct arena;
struct err;

/* Answers one line's object with a new one, or NULL with `err` set: the line gets {"id", "error"}. */
typedef cJSON *(*lines_answer)(void *ctx, const cJSON *in, struct arena *arena, struct err *err);

/* Reads standard input to its end. Returns the exit status. What was answered is flushed whenever input runs dry. */
int lines_serve(lines_answer answer, void *ctx);

/* Where and when the program runs: for "since Tuesday". */
struct moment;
struct moment lines_now(void);
/* The same for a time in milliseconds since 1970. */
struct moment lines_moment(int64_t ms);

#endif
