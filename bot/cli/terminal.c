/* terminal.c - a conversation with a person at the terminal: replies wrapped to its width, bold where it can. */
#include "cli/terminal.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/chat.h"
#include "talk/responses.h"
#include "util/arena.h"

enum { WIDEST = 100, NARROWEST = 30, DEFAULT_WIDTH = 80 };

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

static void print_out(const struct screen *s, const struct talk_out *out)
{
	for (size_t i = 0; i < out->n_replies; i++)
		print_reply(s, out->replies[i]);
	fflush(stdout);
}

static void prompt(const struct screen *s, bool tty)
{
	if (!tty)
		return;
	fputs(s->colour ? "\033[1;32m> \033[0m" : "> ", stdout);
	fflush(stdout);
}

int terminal_talk(struct chat *c)
{
	struct screen s = screen_of();
	bool tty = isatty(STDIN_FILENO);
	struct arena *arena = arena_new();
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	for (prompt(&s, tty); (len = getline(&line, &cap, stdin)) >= 0; prompt(&s, tty)) {
		struct talk_out out;

		while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			len--;
		if (!tty && s.width) { /* fed by a pipe: show what was said, as in a transcript */
			fputs("> ", stdout);
			fwrite(line, 1, (size_t)len, stdout);
			puts("\n");
		}
		chat_say(c, line, (size_t)len, arena, &out);
		print_out(&s, &out);
		arena_reset(arena);
	}
	if (tty)
		putchar('\n');
	free(line);
	arena_free(arena);
	return EXIT_SUCCESS;
}
