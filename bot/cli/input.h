/* input.h - what a person types: with line editing and a history at a terminal, plain lines from anywhere else. The
 * history is kept in memory alone: what people tell about themselves leaves no file behind. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct input;

/* Something that may have to be said while nothing is typed. */
struct input_idle {
	void *ctx;
	int (*wait_ms)(void *ctx); /* how long it can wait from now; -1: for ever */
	void (*say)(void *ctx); /* its time has come; at the start of a line */
};

/* `idle` is copied, and asked at a terminal only. Returns a new input (free with input_free). */
struct input *input_new(bool colour, const struct input_idle *idle);
/* NULL is fine. Leaves the terminal as it was. */
void input_free(struct input *in);
/* Asks for a line, at a terminal with a prompt, and returns it without its end, valid until the next call; NULL when
 * there is no more. */
const char *input_line(struct input *in, size_t *out_len);

#endif
