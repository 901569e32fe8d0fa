/* lines.c - one JSON object a line in, one a line out. */
#include "cli/lines.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rules/understand.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"

enum { LINE_BYTES = 256 << 10 }; /* what a line takes to be answered; pages that none has needed cost nothing */

/* True when a read would wait: then what was written so far must go out. */
static bool input_dry(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&in, 1, 0) == 0;
}

static cJSON *refusal(const cJSON *in, const struct err *err)
{
	cJSON *out = cJSON_CreateObject();
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(in, "id");

	cJSON_AddItemToObject(out, "id", id ? cJSON_Duplicate(id, true) : cJSON_CreateNull());
	cJSON_AddStringToObject(out, "error", err->text);
	return out;
}

static void answer_line(lines_answer answer, void *ctx, const char *line, size_t len, struct arena *arena)
{
	struct err err = {""};
	cJSON *in = json_parse(line, len, &err), *out = NULL;

	if (in && !cJSON_IsObject(in))
		err_set(&err, "not a JSON object");
	else if (in)
		out = answer(ctx, in, arena, &err);
	if (!out)
		out = refusal(in, &err);
	char *text = json_print(out);
	fputs(text, stdout);
	putchar('\n');
	free(text);
	cJSON_Delete(out);
	cJSON_Delete(in);
}

int lines_serve(lines_answer answer, void *ctx)
{
	struct arena *arena = arena_new_large(LINE_BYTES);
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	while ((len = getline(&line, &cap, stdin)) >= 0) {
		while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			len--;
		if (len)
			answer_line(answer, ctx, line, (size_t)len, arena);
		arena_reset(arena);
		if (input_dry())
			fflush(stdout);
	}
	free(line);
	arena_free(arena);
	return EXIT_SUCCESS;
}

struct moment lines_moment(int64_t ms)
{
	struct tm tm;
	time_t then = (time_t)(ms / 1000);

	localtime_r(&then, &tm);
	return (struct moment){tm.tm_wday, tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900};
}

struct moment lines_now(void)
{
	return lines_moment((int64_t)time(NULL) * 1000);
}
