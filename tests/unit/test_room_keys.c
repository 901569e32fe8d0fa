/* test_room_keys.c - whose messages are believed, and how often. */
#include "pair_fixture.h"

static void replays_are_seen(void **state)
{
	struct pair *f = *state;
	cJSON *one = say(f->a, "one");

	assert_int_equal(hear(f->b, "@a:s", "$1", one, "one"), ROOM_KEYS_READ);
	assert_int_equal(hear(f->b, "@a:s", "$1", one, "one"), ROOM_KEYS_READ); /* the same event again is no replay */
	assert_int_equal(hear(f->b, "@a:s", "$2", one, ""), ROOM_KEYS_REPLAY);
	machine_restart(f->b);
	assert_int_equal(hear(f->b, "@a:s", "$2", one, ""), ROOM_KEYS_REPLAY);
	cJSON_Delete(one);
}

static void old_numbers_end(void **state)
{
	struct pair *f = *state;
	cJSON *first = say(f->a, "first"), *second = say(f->a, "second");
	char event[16];

	assert_int_equal(hear(f->b, "@a:s", "$second", second, "second"), ROOM_KEYS_READ);
	for (int i = 0; i < 1001; i++) {
		cJSON *sealed = say(f->a, "text");

		(void)snprintf(event, sizeof event, "$%d", i);
		assert_int_equal(hear(f->b, "@a:s", event, sealed, "text"), ROOM_KEYS_READ);
		cJSON_Delete(sealed);
	}
	assert_int_equal(hear(f->b, "@a:s", "$first", first, ""), ROOM_KEYS_REPLAY);
	assert_int_equal(hear(f->b, "@a:s", "$second", second, ""), ROOM_KEYS_REPLAY);
	cJSON_Delete(first);
	cJSON_Delete(second);
}

static void what_is_not_what_it_says(void **state)
{
	struct pair *f = *state;
	cJSON *one = say(f->a, "one"), *payload = NULL;

	assert_int_equal(hear(f->b, "@eve:s", "$1", one, ""), ROOM_KEYS_BAD); /* in another's name */
	assert_int_equal(room_keys_open(&f->b->keys, &(struct room_message){"!other:s", "$1", "@a:s", one}, &payload),
		ROOM_KEYS_MISSING); /* in another room */
	member_set_text(one, "algorithm", "m.other");
	assert_int_equal(hear(f->b, "@a:s", "$1", one, ""), ROOM_KEYS_BAD);
	member_set_text(one, "algorithm", "m.megolm.v1.aes-sha2");
	member_set_text(one, "ciphertext", "AwgAEnACgAkLmt6qF84IK");
	assert_int_equal(hear(f->b, "@a:s", "$1", one, ""), ROOM_KEYS_BAD);
	member_set_text(one, "session_id", "unknown");
	assert_int_equal(hear(f->b, "@a:s", "$1", one, ""), ROOM_KEYS_MISSING);
	assert_int_equal(hear(f->b, "@a:s", "$1", NULL, ""), ROOM_KEYS_BAD);
	cJSON_Delete(one);
}

/* Those who were given a key may pass it on; it does not become theirs. */
static void a_key_stays_its_senders(void **state)
{
	struct pair *f = *state;
	struct machine *eve = machine_new("@eve:s", "E");
	cJSON *key = room_out_key(&f->a->out, ROOM), *one = say(f->a, "one");
	const struct room_key_owner theirs = {.room = ROOM, .user = "@eve:s", .curve25519 = "c", .ed25519 = "e"};

	assert_int_equal(room_keys_add(&f->b->keys, &theirs, member_text(key, "session_id"),
		member_text(key, "session_key"), false, NULL), 0);
	assert_int_equal(hear(f->b, "@eve:s", "$1", one, ""), ROOM_KEYS_BAD);
	assert_int_equal(hear(f->b, "@a:s", "$1", one, "one"), ROOM_KEYS_READ);
	assert_int_equal(room_keys_add(&f->b->keys, &theirs, "another name", member_text(key, "session_key"), false, NULL),
		-1);
	assert_int_equal(room_keys_add(&f->b->keys, &theirs, "x", "nonsense", false, NULL), -1);
	cJSON_Delete(key);
	cJSON_Delete(one);
	machine_free(eve);
}

/* Keys of a room may come before we do; those of rooms that we never see can't push out others. */
static void keys_that_come_early(void **state)
{
	struct pair *f = *state;
	struct machine *m = machine_new("@m:s", "M");
	cJSON *key = room_out_key(&f->a->out, ROOM), *one = say(f->a, "one");
	const struct room_key_owner owner = {.room = ROOM, .user = "@a:s", .curve25519 = "c", .ed25519 = "e"};
	struct room_key_owner strange = {.room = "!strange:s", .user = "@eve:s", .curve25519 = "c", .ed25519 = "e"};
	char session[16];

	for (int i = 0; i < 2 * ROOM_KEYS_EARLY; i++) {
		(void)snprintf(session, sizeof session, "%d", i);
		room_keys_add_early(&m->keys, &strange, session, "key");
	}
	room_keys_add_early(&m->keys, &owner, member_text(key, "session_id"), member_text(key, "session_key"));
	machine_restart(m);
	assert_true(locker_count(m->locker, "early") <= ROOM_KEYS_EARLY);
	assert_int_equal(hear(m, "@a:s", "$1", one, ""), ROOM_KEYS_MISSING);
	room_keys_came(&m->keys, "!other:s");
	assert_int_equal(hear(m, "@a:s", "$1", one, ""), ROOM_KEYS_MISSING);
	room_keys_came(&m->keys, ROOM);
	assert_int_equal(hear(m, "@a:s", "$1", one, "one"), ROOM_KEYS_READ);
	assert_int_equal(hear(m, "@eve:s", "$2", one, ""), ROOM_KEYS_BAD);
	cJSON_Delete(key);
	cJSON_Delete(one);
	machine_free(m);
}

struct backed {
	char session[80];
	cJSON *data;
	int n;
};

static void take_any(struct backed *b, const char *room, const char *session, const cJSON *data)
{
	assert_string_equal(room, ROOM);
	(void)snprintf(b->session, sizeof b->session, "%s", session);
	cJSON_Delete(b->data);
	b->data = cJSON_Duplicate(data, true);
	b->n++;
}

static void take_data(void *ctx, const char *room, const char *session, const cJSON *data, uint32_t first, bool forwarded)
{
	assert_int_equal(first, 0);
	assert_false(forwarded);
	take_any(ctx, room, session, data);
}

/* Of a session whose beginning was forgotten. */
static void take_late_data(void *ctx, const char *room, const char *session, const cJSON *data, uint32_t first,
	bool forwarded)
{
	assert_int_equal(first, 1);
	assert_false(forwarded);
	take_any(ctx, room, session, data);
}

/* The disk is lost; what the backup had reads what was said before, and what is said afterwards in the same session. */
static void through_a_backup(void **state)
{
	struct pair *f = *state;
	struct machine *again = machine_new("@b:s", "B3");
	struct backed b = {.n = 0};
	struct room_key_owner owner = {.room = ROOM, .user = "", .forwarded = true};
	cJSON *one = say(f->a, "one");

	assert_int_equal(room_keys_not_backed(&f->b->keys, 10, take_data, &b), 1);
	room_keys_backed(&f->b->keys, ROOM, b.session, 1); /* of another key for that session */
	assert_int_equal(room_keys_not_backed(&f->b->keys, 10, take_data, &b), 1);
	room_keys_backed(&f->b->keys, ROOM, b.session, 0);
	assert_int_equal(room_keys_not_backed(&f->b->keys, 10, take_data, &b), 0);
	room_keys_none_backed(&f->b->keys); /* there is another backup now */
	assert_int_equal(room_keys_not_backed(&f->b->keys, 10, take_data, &b), 1);
	owner.curve25519 = member_text(b.data, "sender_key");
	owner.ed25519 = member_text(member_object(b.data, "sender_claimed_keys"), "ed25519");
	assert_int_equal(room_keys_add(&again->keys, &owner, b.session, member_text(b.data, "session_key"), true, NULL), 0);
	assert_int_equal(hear(again, "@a:s", "$1", one, "one"), ROOM_KEYS_READ);
	assert_int_equal(hear(again, "@eve:s", "$2", one, ""), ROOM_KEYS_BAD); /* it was @a:s first */
	cJSON_Delete(b.data);
	cJSON_Delete(one);
	machine_free(again);
}

/* What is forgotten goes from the backup, too, before the rest of the session is put there again. */
static void forgotten_in_the_backup(void **state)
{
	struct pair *f = *state;
	char room[ROOM_KEYS_NAME];
	struct backed b = {.n = 0};
	cJSON *one = say(f->a, "one");
	const char *session;

	assert_int_equal(hear(f->b, "@a:s", "$1", one, "one"), ROOM_KEYS_READ);
	room_keys_forget(&f->b->keys, "@a:s"); /* nobody has it but we */
	assert_null(room_keys_to_erase(&f->b->keys, room));
	assert_int_equal(room_keys_not_backed(&f->b->keys, 10, take_late_data, &b), 1);
	room_keys_backed(&f->b->keys, ROOM, b.session, 1);
	room_keys_forget(&f->b->keys, "@a:s");
	assert_int_equal(room_keys_not_backed(&f->b->keys, 10, take_late_data, &b), 0);
	session = room_keys_to_erase(&f->b->keys, room);
	assert_string_equal(session, b.session);
	assert_string_equal(room, ROOM);
	room_keys_erased(&f->b->keys, room, session);
	assert_null(room_keys_to_erase(&f->b->keys, room));
	assert_int_equal(room_keys_not_backed(&f->b->keys, 10, take_late_data, &b), 1);
	cJSON_Delete(b.data);
	cJSON_Delete(one);
}

static void forgotten_words_stay_closed(void **state)
{
	struct pair *f = *state;
	cJSON *before = say(f->a, "before"), *after;

	assert_int_equal(hear(f->b, "@a:s", "$1", before, "before"), ROOM_KEYS_READ);
	room_keys_forget(&f->b->keys, "@other:s");
	assert_int_equal(hear(f->b, "@a:s", "$1", before, "before"), ROOM_KEYS_READ);
	room_keys_forget(&f->b->keys, "@a:s");
	assert_int_equal(hear(f->b, "@a:s", "$1", before, ""), ROOM_KEYS_MISSING);
	after = say(f->a, "after");
	assert_int_equal(hear(f->b, "@a:s", "$2", after, "after"), ROOM_KEYS_READ);
	cJSON_Delete(before);
	cJSON_Delete(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ROOM(replays_are_seen),
		WITH_ROOM(old_numbers_end),
		WITH_ROOM(what_is_not_what_it_says),
		WITH_ROOM(a_key_stays_its_senders),
		WITH_ROOM(keys_that_come_early),
		WITH_ROOM(through_a_backup),
		WITH_ROOM(forgotten_words_stay_closed),
		WITH_ROOM(forgotten_in_the_backup),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
