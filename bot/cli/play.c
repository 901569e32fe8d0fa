/* play.c - reads conversations written as text. */
#include "cli/play.h"

#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"

enum { MAX_BYTES = 1 << 20 };

/* The words as they stand in the file. "says not" before "says": the longer one is tried first. */
static const struct {
	const char *name;
	enum play_verb verb;
	bool bare; /* nothing follows */
} verbs[] = {
	{"tap:", PLAY_TAP, false},
	{"until advised:", PLAY_UNTIL_ADVISED, false},
	{"start again", PLAY_RESET, true},
	{"later:", PLAY_LATER, false},
	{"says not:", PLAY_SAYS_NOT, false},
	{"says:", PLAY_SAYS, false},
	{"asks nothing", PLAY_ASKS_NOTHING, true},
	{"asks not:", PLAY_ASKS_NOT, false},
	{"asks:", PLAY_ASKS, false},
	{"question:", PLAY_QUESTION, false},
	{"urgency:", PLAY_URGENCY, false},
	{"stage:", PLAY_STAGE, false},
	{"why:", PLAY_WHY, false},
	{"knows:", PLAY_KNOWS, false},
	{"advises not:", PLAY_ADVISES_NOT, false},
	{"advises:", PLAY_ADVISES, false},
	{"avoids:", PLAY_AVOIDS, false},
	{"first:", PLAY_FIRST, false},
	{"lists:", PLAY_LISTS, false},
};

enum { N_VERBS = sizeof verbs / sizeof *verbs };

const char *play_verb_name(enum play_verb v)
{
	for (size_t i = 0; i < N_VERBS; i++)
		if (verbs[i].verb == v)
			return verbs[i].name;
	return ">";
}

static char *trim(char *s)
{
	char *end;

	while (*s == ' ' || *s == '\t')
		s++;
	end = s + strlen(s);
	while (end > s && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return s;
}

static char *after(char *line, const char *head)
{
	size_t len = strlen(head);

	return strncmp(line, head, len) == 0 ? trim(line + len) : NULL;
}

static void add(struct play *p, enum play_verb verb, const char *text, int line)
{
	mem_room(p->lines, p->n, p->cap);
	p->lines[p->n++] = (struct play_line){verb, text, line};
}

static bool read_head(struct play *p, char *line)
{
	char *rest;

	if ((rest = after(line, "title:")))
		p->title = rest;
	else if ((rest = after(line, "region:")))
		p->region = rest;
	else if ((rest = after(line, "human:")))
		p->human = strcmp(rest, "there") == 0;
	else
		return false;
	return true;
}

static void read_line(struct play *p, char *line, int number, struct problems *problems)
{
	line = trim(line);
	if (!*line || *line == '#' || read_head(p, line))
		return;
	if (*line == '>') {
		add(p, PLAY_SAY, trim(line + 1), number);
		return;
	}
	for (size_t i = 0; i < N_VERBS; i++) {
		char *rest = after(line, verbs[i].name);

		if (!rest)
			continue;
		if (!p->n && verbs[i].verb >= PLAY_SAYS)
			problems_add(problems, p->path, number, 1, "nothing was said yet that could be answered");
		else if (verbs[i].bare != !*rest)
			problems_add(problems, p->path, number, 1, "%s after \"%s\"", verbs[i].bare ? "expected nothing" : "expected something",
				verbs[i].name);
		else
			add(p, verbs[i].verb, rest, number);
		return;
	}
	problems_add(problems, p->path, number, 1, "expected \"> what the person writes\" or one of: says, says not, asks, asks not, "
						   "asks nothing, question, urgency, stage, why, knows, advises, advises not, avoids, first, "
						   "lists, tap, until advised, later, start again");
}

int play_read(const char *path, struct play *out, struct problems *problems)
{
	struct err err;
	size_t before = problems->n, len;
	int number = 0;

	*out = (struct play){.path = mem_strdup(path), .bytes = file_read(path, MAX_BYTES, &len, &err)};
	if (!out->bytes) {
		problems_add(problems, path, 0, 0, "%s", err.text);
		return -1;
	}
	for (char *line = out->bytes; line;) {
		char *end = strchr(line, '\n');

		if (end)
			*end = '\0';
		if (++number > PLAY_MAX_LINES) {
			problems_add(problems, path, number, 1, "more than %d lines: make two plays of it", PLAY_MAX_LINES);
			break;
		}
		read_line(out, line, number, problems);
		line = end ? end + 1 : NULL;
	}
	if (!out->title)
		out->title = out->path;
	if (!out->n)
		problems_add(problems, path, 0, 0, "nobody says anything in it");
	return problems->n == before ? 0 : -1;
}

void play_done(struct play *p)
{
	free(p->path);
	free(p->bytes);
	free(p->lines);
}
