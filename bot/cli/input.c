/* input.c - lines from a terminal through libedit, from anywhere else through getline. */
#include "cli/input.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include <histedit.h>

#include "util/mem.h"

enum { HISTORY_LINES = 200 };

struct input {
	bool colour, tty;
	struct input_idle idle;
	EditLine *editor; /* NULL: plain lines */
	History *history;
	char *line; /* of getline */
	size_t cap;
};

/* Between two bytes of 1: the terminal acts on it, libedit does not count it. One at the very end would be lost. */
static char *prompt(EditLine *editor)
{
	static char plain[] = "> ", green[] = "\1\033[1;32m\1>\1\033[0m\1 ";
	struct input *in = NULL;

	el_get(editor, EL_CLIENTDATA, &in);
	return in->colour ? green : plain;
}

/* True when there is something to read, false when something is to be said before. */
static bool wait_for_keys(const struct input_idle *idle)
{
	struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&keys, 1, idle->wait_ms(idle->ctx)) != 0;
}

/* Says it above the line that is being typed, which is drawn again below. */
static void say_between(const struct input *in)
{
	puts("");
	in->idle.say(in->idle.ctx);
	fflush(stdout);
	el_set(in->editor, EL_REFRESH);
}

/* libedit's way to a character: 1 with it in *out, 0 at the end, -1 on failure. */
static int read_key(EditLine *editor, wchar_t *out)
{
	struct input *in = NULL;
	mbstate_t state = {0};

	el_get(editor, EL_CLIENTDATA, &in);
	for (;;) {
		char byte;

		while (!wait_for_keys(&in->idle))
			say_between(in);
		ssize_t got = read(STDIN_FILENO, &byte, 1);
		if (got < 0 && errno == EINTR) { /* stopped and gone on, or the window has another size */
			el_set(editor, EL_REFRESH);
			continue;
		}
		if (got <= 0)
			return (int)got;
		size_t done = mbrtowc(out, &byte, 1, &state);
		if (done == (size_t)-1) /* no UTF-8: passed over */
			state = (mbstate_t){0};
		else if (done != (size_t)-2)
			return 1;
	}
}

static void open_editor(struct input *in)
{
	HistEvent event;

	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* for libedit; numbers and dates stay as they are */
	in->editor = el_init("soleus", stdin, stdout, stderr);
	in->history = history_init();
	if (!in->editor || !in->history)
		return;
	history(in->history, &event, H_SETSIZE, HISTORY_LINES);
	history(in->history, &event, H_SETUNIQUE, 1);
	el_set(in->editor, EL_CLIENTDATA, in);
	el_set(in->editor, EL_EDITOR, "emacs");
	el_set(in->editor, EL_SIGNAL, 1);
	el_set(in->editor, EL_HIST, history, in->history);
	el_set(in->editor, EL_PROMPT_ESC, prompt, '\1');
	el_set(in->editor, EL_GETCFN, read_key);
	el_source(in->editor, NULL); /* the person's own keys, ~/.editrc */
}

static void close_editor(struct input *in)
{
	if (in->editor)
		el_end(in->editor);
	if (in->history)
		history_end(in->history);
	in->editor = NULL;
	in->history = NULL;
}

struct input *input_new(bool colour, const struct input_idle *idle)
{
	const char *term = getenv("TERM");
	struct input *in = mem_alloc(1, sizeof *in);

	*in = (struct input){.colour = colour, .tty = isatty(STDIN_FILENO), .idle = *idle};
	if (in->tty && isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0)
		open_editor(in);
	if (!in->editor || !in->history)
		close_editor(in);
	if (in->tty && !in->editor)
		setvbuf(stdin, NULL, _IONBF, 0); /* nothing hidden from poll */
	return in;
}

void input_free(struct input *in)
{
	if (!in)
		return;
	close_editor(in);
	free(in->line);
	free(in);
}

static const char *edited_line(struct input *in, size_t *out_len)
{
	HistEvent event;
	int len = 0;

	el_set(in->editor, EL_PREP_TERM, 1); /* before the prompt is seen: a Ctrl-D typed at once must not be lost */
	const char *line = el_gets(in->editor, &len);

	if (!line || len <= 0)
		return NULL;
	if (line[strspn(line, " \t\r\n")])
		history(in->history, &event, H_ENTER, line);
	*out_len = (size_t)len;
	return line;
}

static const char *plain_line(struct input *in, size_t *out_len)
{
	if (in->tty) {
		fputs("> ", stdout);
		fflush(stdout);
		while (!wait_for_keys(&in->idle)) {
			puts("");
			in->idle.say(in->idle.ctx);
			fputs("> ", stdout);
			fflush(stdout);
		}
	}
	ssize_t len = getline(&in->line, &in->cap, stdin);
	if (len < 0)
		return NULL;
	*out_len = (size_t)len;
	return in->line;
}

const char *input_line(struct input *in, size_t *out_len)
{
	const char *line = in->editor ? edited_line(in, out_len) : plain_line(in, out_len);

	while (line && *out_len > 0 && (line[*out_len - 1] == '\n' || line[*out_len - 1] == '\r'))
		--*out_len;
	return line;
}
