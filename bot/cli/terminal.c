/* terminal.c - a conversation with a person at the terminal: replies wrapped to its width, bold where it can; check-ins
 * come for as long as it stays open. */
#include "cli/terminal.h"

#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "cli/chat.h"
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

static struct screen screen_of(void)
{
	struct winsize size;
	const char *term = getenv("TERM");
	bool tty = isatty(STDOUT_FILENO);
	int width = tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : DEFAULT_WIDTH;

	return (struct screen){tty && !getenv("NO_COLOR") && term && strcmp(term, "dumb") != 0,
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

static void prompt(const struct screen *s, bool tty)
{
	if (!tty)
		return;
	fputs(s->colour ? "\033[1;32m> \033[0m" : "> ", stdout);
	fflush(stdout);
}

/* Waits for something typed. False when a check-in is due before. */
static bool wait_for_words(const struct plan *plan)
{
	struct pollfd typed = {.fd = STDIN_FILENO, .events = POLLIN};
	int64_t left = plan->n ? plan->due_ms[0] - now_ms() : -1;
	int timeout = !plan->n ? -1 : left < 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;

	return poll(&typed, 1, timeout) != 0;
}

static void check_in(const struct screen *s, struct chat *c, struct plan *plan, struct arena *arena)
{
	struct talk_out out;

	memmove(plan->due_ms, plan->due_ms + 1, --plan->n * sizeof *plan->due_ms);
	chat_event(c, TALK_CHECK_IN, arena, &out);
	if (out.n_replies)
		puts("\n");
	print_out(s, c, &out, true);
}

/* One line in, its replies out. */
static void talk_once(const struct screen *s, struct chat *c, struct plan *plan, const char *line, size_t len, bool tty,
	struct arena *arena)
{
	struct talk_out out;

	if (!tty) { /* fed by a pipe: show what was said, as in a transcript */
		fputs("> ", stdout);
		fwrite(line, 1, len, stdout);
		puts("\n");
	}
	chat_say(c, line, len, arena, &out);
	take_plan(plan, &out);
	print_out(s, c, &out, tty);
}

int terminal_talk(struct chat *c)
{
	struct screen s = screen_of();
	bool tty = isatty(STDIN_FILENO);
	struct arena *arena = arena_new();
	struct plan plan = {.n = 0};
	char *line = NULL;
	size_t cap = 0;

	if (tty) {
		setvbuf(stdin, NULL, _IONBF, 0); /* nothing hidden from poll */
		print_own(&s, c, "hello");
	}
	for (prompt(&s, tty);; prompt(&s, tty)) {
		while (tty && !wait_for_words(&plan)) {
			check_in(&s, c, &plan, arena);
			prompt(&s, tty);
		}
		ssize_t len = getline(&line, &cap, stdin);
		if (len < 0)
			break;
		while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			len--;
		talk_once(&s, c, &plan, line, (size_t)len, tty, arena);
		arena_reset(arena);
	}
	if (tty)
		putchar('\n');
	free(line);
	arena_free(arena);
	return EXIT_SUCCESS;
}
