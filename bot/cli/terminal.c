/* terminal.c - a conversation with a person at the terminal: replies wrapped to its width, bold where it can; check-ins
 * come for as long as it stays open. */
#include "cli/terminal.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "cli/chat.h"
#include "cli/input.h"
#include "talk/responses.h"
#include "util/arena.h"

enum { WIDEST = 100, NARROWEST = 30, DEFAULT_WIDTH = 80, MINUTE_MS = 60000 };

/* When to ask how it went, the next one first. */
struct plan {
	int64_t due_ms[CHECK_INS_MAX];
	size_t n;
};

struct screen {
	bool colour;
	int width;
};

struct terminal {
	struct screen screen;
	struct chat *chat;
	struct plan plan;
	struct arena *arena; /* of one turn */
	bool tty; /* a person types */
};

/* https://no-color.org */
static bool wants_no_colour(void)
{
	const char *said = getenv("NO_COLOR");

	return said && *said;
}

static struct screen screen_of(void)
{
	struct winsize size;
	const char *term = getenv("TERM");
	bool tty = isatty(STDOUT_FILENO);
	int width = tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : DEFAULT_WIDTH;

	return (struct screen){tty && !wants_no_colour() && term && strcmp(term, "dumb") != 0,
		width > WIDEST ? WIDEST : width < NARROWEST ? NARROWEST : width};
}

/* Bytes that take a place on the screen: not the tails of UTF-8 characters, not the marks of bold. */
static int columns(const char *word, size_t len)
{
	int n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)word[i] & 0xc0) != 0x80 && word[i] != '*';
	return n;
}

static void print_word(const struct screen *s, const char *word, size_t len, bool *bold)
{
	for (size_t i = 0; i < len; i++) {
		if (i + 1 < len && word[i] == '*' && word[i + 1] == '*') {
			*bold = !*bold;
			if (s->colour)
				fputs(*bold ? "\033[1m" : "\033[0m", stdout);
			i++;
		} else {
			putchar(word[i]);
		}
	}
}

/* One message, wrapped at spaces; lines after the first stand under the first word. */
static void print_reply(const struct screen *s, const char *text)
{
	int at = 0;
	bool bold = false;

	fputs(s->colour ? "\033[36m  \033[0m" : "  ", stdout);
	while (*text) {
		size_t len = strcspn(text, " \n");
		int wide = columns(text, len);

		if (at && at + 1 + wide > s->width - 2) {
			fputs("\n  ", stdout);
			at = 0;
		}
		if (at && len)
			putchar(' ');
		at += wide + (at && len);
		print_word(s, text, len, &bold);
		text += len;
		if (*text == '\n') {
			fputs("\n  ", stdout);
			at = 0;
		}
		text += *text != '\0';
	}
	puts("\n");
}

/* A text of the terminal's own. */
static void print_own(const struct screen *s, const struct chat *c, const char *key)
{
	const char *text = responses_text(responses_at(c->k->responses, "talk", "terminal", key, NULL), false, 0);

	if (text)
		print_reply(s, text);
}

static void print_export(const struct chat *c)
{
	cJSON *state = state_save(&c->state, c->k->tables);
	char *text = cJSON_Print(state);

	puts(text ? text : "");
	putchar('\n');
	cJSON_free(text);
	cJSON_Delete(state);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void take_plan(struct plan *plan, const struct talk_out *out)
{
	if (out->effects & (TALK_CHECK_IN_WANTED | TALK_CHECK_IN_STOP))
		plan->n = 0;
	for (size_t i = 0; i < out->n_check_ins; i++)
		plan->due_ms[plan->n++] = now_ms() + (int64_t)out->check_in_minutes[i] * MINUTE_MS;
}

static void print_out(const struct screen *s, const struct chat *c, const struct talk_out *out, bool tty)
{
	for (size_t i = 0; i < out->n_replies; i++)
		print_reply(s, out->replies[i]);
	if (out->effects & TALK_EXPORT)
		print_export(c);
	if (tty && out->effects & TALK_CHECK_IN_WANTED)
		print_own(s, c, "window");
	fflush(stdout);
}

/* How long until the next check-in. */
static int until_check_in(void *ctx)
{
	const struct terminal *t = ctx;
	int64_t left = t->plan.n ? t->plan.due_ms[0] - now_ms() : -1;

	return !t->plan.n ? -1 : left < 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;
}

static void check_in(void *ctx)
{
	struct terminal *t = ctx;
	struct talk_out out;

	memmove(t->plan.due_ms, t->plan.due_ms + 1, --t->plan.n * sizeof *t->plan.due_ms);
	chat_event(t->chat, TALK_CHECK_IN, t->arena, &out);
	if (out.n_replies)
		puts("");
	print_out(&t->screen, t->chat, &out, true);
	arena_reset(t->arena);
}

/* One line in, its replies out. */
static void talk_once(struct terminal *t, const char *line, size_t len)
{
	struct talk_out out;

	if (!t->tty) { /* fed by a pipe: show what was said, as in a transcript */
		fputs("> ", stdout);
		fwrite(line, 1, len, stdout);
		puts("\n");
	}
	chat_say(t->chat, line, len, t->arena, &out);
	take_plan(&t->plan, &out);
	print_out(&t->screen, t->chat, &out, t->tty);
	arena_reset(t->arena);
}

int terminal_talk(struct chat *c)
{
	struct terminal t = {.screen = screen_of(), .chat = c, .arena = arena_new(), .tty = isatty(STDIN_FILENO)};
	struct input_idle idle = {&t, until_check_in, check_in};
	struct input *in = input_new(t.screen.colour, &idle);
	const char *line;
	size_t len;

	if (t.tty)
		print_own(&t.screen, c, "hello");
	while ((line = input_line(in, &len)))
		talk_once(&t, line, len);
	if (t.tty)
		putchar('\n');
	input_free(in);
	arena_free(t.arena);
	return EXIT_SUCCESS;
}
