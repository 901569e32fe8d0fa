/* fuzz_telegram.c - any bytes as an answer of Telegram: every update is read or passed by; what is handed over is UTF-8
 * of limited kinds; what is said back with the same words fits into a message and is JSON; what an answer means is told
 * in plain characters; a request that is mended stays JSON and ends to be mended. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/telegram_answer.h"
#include "channels/json_in.h"
#include "channels/telegram_parse.h"
#include "channels/telegram_request.h"
#include "channels/telegram_say.h"
#include "channels/units.h"
#include "net/http_client.h"
#include "util/arena.h"
#include "util/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_id(const char *id)
{
	size_t digits = strspn(id + (*id == '-'), "0123456789");

	must(strlen(id) <= 17 && !id[(*id == '-') + digits]);
}

static void check_said(const struct incoming *in, struct arena *arena)
{
	const struct channel_choice choices[] = {{"a", in->text, false}, {"b", "B", true}};
	const struct outgoing o = {.room = in->room, .thread = in->thread, .person = in->person, .text = in->text,
		.choices = choices, .n_choices = in->len < 100 ? 2 : 0, .many = in->len % 2, .reply_ref = in->reply_ref,
			.link = in->text,
		.link_label = ""};
	struct channel_request *out;
	size_t n = telegram_say(&o, arena, &out);

	must(n > 0);
	for (size_t i = 0; i < n; i++) {
		cJSON *tree = json_parse(out[i].body, strlen(out[i].body), NULL);
		const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(tree, "text"));

		must(text && *text && strlen(text) < 32768);
		must(cJSON_HasObjectItem(tree, "parse_mode") || units_count(text, strlen(text)) <= TELEGRAM_MAX_UNITS);
		cJSON_Delete(tree);
	}
}

static void check(const struct telegram_update *u, struct arena *arena)
{
	const struct incoming *in = &u->in;

	must(in->kind <= INCOMING_NOTHING && in->n_picked <= CHANNEL_MAX_PICKED && in->len == strlen(in->text));
	must(json_utf8(in->text, in->len) && json_utf8(in->args, strlen(in->args)));
	must(in->kind == INCOMING_NOTHING || (in->room[0] && in->event[0] && u->id >= 0 && !u->broken));
	check_id(in->event);
	check_id(in->room);
	check_id(in->thread);
	check_id(in->person);
	check_id(in->reply_ref);
	if (in->kind != INCOMING_NOTHING)
		check_said(in, arena);
}

static void check_answer(struct json_span bytes)
{
	for (int status = 0; status <= 500; status += 100) {
		const struct http_response r = {.status = status, .body = bytes.at, .len = bytes.len, .retry_after_ms = -1};
		struct telegram_answer a;

		telegram_answer_read(&r, &a);
		must(a.after_ms >= -1 && strlen(a.why) < sizeof a.why && json_utf8(a.why, strlen(a.why)));
		must(a.verdict != TELEGRAM_MOVED || a.moved_to);
		must(status || a.verdict == TELEGRAM_AGAIN);
	}
}

static void check_mending(const char *body)
{
	for (enum telegram_verdict v = TELEGRAM_WITHOUT_MARKUP; v <= TELEGRAM_SHORTER; v++) {
		char *once = telegram_request_without(body, v), *twice = once ? telegram_request_without(once, v) : NULL;
		cJSON *tree = once ? json_parse(once, strlen(once), NULL) : NULL;

		must(!once || tree);
		must(!twice || strlen(twice) < strlen(once)); /* a name that is given twice */
		cJSON_Delete(tree);
		free(once);
		free(twice);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const commands[] = {"help"};
	const struct telegram_self self = {.id = 777, .username = "calf_bot", .commands = commands, .n_commands = 1};
	struct json_span answer = {(const char *)data, size}, updates, one;
	struct arena *arena = arena_new();
	struct telegram_update u;
	size_t at = 0, last = 0;

	telegram_parse(answer.at, answer.len, &self, arena, &u);
	check(&u, arena);
	check_answer(answer);
	check_mending(arena_strndup(arena, answer.at, answer.len));
	if (json_in_member(answer, "result", &updates))
		while (json_in_element(updates, &at, &one)) {
			must(at > last && one.at >= answer.at && one.at + one.len <= answer.at + size);
			last = at;
			telegram_parse(one.at, one.len, &self, arena, &u);
			check(&u, arena);
		}
	arena_free(arena);
	return 0;
}
