/* fuzz_matrix.c - any bytes as an answer of /sync, of /messages, and as the event that others hang from: all of it is read or
 * passed by, and ends; what is handed over is UTF-8 of limited kinds; what is said back with the same words is JSON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix_batch.h"
#include "channels/matrix_direct.h"
#include "channels/matrix_power.h"
#include "channels/matrix_rooms.h"
#include "channels/matrix_say.h"
#include "util/arena.h"
#include "util/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const commands[] = {"calf", "help"};
static const struct matrix_self self = {.user = "@calf:b.c", .name = "calf", .commands = commands, .n_commands = 2};

static void must(bool truth)
{
	if (!truth)
		abort();
}

static bool is_text(const char *s)
{
	return s && json_utf8(s, strlen(s));
}

static void check_said(const struct incoming *in, struct arena *arena)
{
	const struct outgoing o = {.room = in->room, .thread = in->thread, .person = in->person, .text = in->text,
		.reply_ref = in->reply_ref, .link = "", .link_label = ""};
	struct channel_request *out;
	size_t n = matrix_say(&o, !in->direct, arena, &out);

	for (size_t i = 0; i < n; i++) {
		cJSON *tree = json_parse(out[i].body, strlen(out[i].body), NULL);

		must(cJSON_HasObjectItem(tree, "body") && cJSON_HasObjectItem(tree, "m.mentions"));
		cJSON_Delete(tree);
	}
}

static void check(const struct incoming *in, struct arena *arena)
{
	must(in->kind <= INCOMING_NOTHING && in->n_picked <= CHANNEL_MAX_PICKED && in->len == strlen(in->text));
	must(is_text(in->text) && is_text(in->args) && is_text(in->room) && is_text(in->thread) && is_text(in->person));
	must(is_text(in->event) && is_text(in->reply_ref) && is_text(in->shown_ref) && *in->event && *in->room);
	must(strcmp(in->person, self.user) != 0);
	for (size_t i = 0; i < in->n_picked; i++)
		must(is_text(in->picked[i]));
	check_said(in, arena);
}

static void read_all(struct matrix_batch *b, struct matrix_rooms *rooms, struct json_span all)
{
	struct matrix_outcome o;
	struct matrix_gap gap;
	const char *room, *event;
	struct arena *arena = arena_new();
	size_t n = 0;

	for (size_t i = 0; matrix_rooms_at(rooms, i); i++)
		matrix_room_learn(matrix_rooms_at(rooms, i), all);
	while (matrix_batch_gap(b, &gap))
		matrix_batch_fill(b, all);
	matrix_batch_read(b);
	while (matrix_batch_needs(b, &room, &event)) {
		matrix_batch_know(b, all);
		must(++n < 100000);
	}
	matrix_batch_end(b, true, &o);
	for (size_t i = 0; i < o.n; i++)
		check(&o.list[i], arena);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + 1);
	struct json_span all = {bytes, size};
	struct matrix_rooms *rooms = matrix_rooms_new();
	struct matrix_batch *b;

	if (!bytes)
		abort();
	memcpy(bytes, data, size);
	bytes[size] = '\0';
	(void)matrix_rooms_add(rooms, "!r:b.c");
	b = matrix_batch_new(all, size % 2 ? "s1" : "", &self, rooms);
	if (b)
		read_all(b, rooms, all);
	matrix_batch_free(b);
	matrix_rooms_free(rooms);
	free(matrix_direct_with(all, "@a:b.c", "!r:b.c"));
	(void)matrix_may_set(all, "@a:b.c");
	free(bytes);
	return 0;
}
