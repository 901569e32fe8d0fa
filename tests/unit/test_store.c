/* test_store.c - what every home of the store must do, in both homes. */
#include "store_fixture.h"

#include "store/store_memory.h"
#include "store/store_sqlite.h"
#include "util/json.h"

static int in_memory(void **state)
{
	struct fixture *f = fixture_new();

	f->s = store_memory_open(NULL);
	*state = f;
	return 0;
}

static int in_sqlite(void **state)
{
	struct fixture *f = fixture_new();

	f->s = store_sqlite_open(f->path, NULL, &f->err);
	if (!f->s)
		fail_msg("%s", f->err.text);
	*state = f;
	return 0;
}

static int done(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(verify(f), "");
	fixture_free(f);
	return 0;
}

static void nothing_is_there(void **state)
{
	struct fixture *f = *state;

	load(f, key("r", "p"));
	assert_null(f->conversation.state);
	assert_int_equal(f->conversation.version, 0);
	assert_string_equal(f->conversation.shown, "");
	assert_string_equal(cursor(f), "");
	assert_string_equal(setting(f, "r", "language"), "");
	assert_string_equal(next_due(f, 0), "");
	due(f, 0, 5000, 10);
	assert_int_equal(f->n_rows, 0);
	assert_false(f->more);
	assert_false(was_seen(f, "1"));
	assert_string_equal(expire(f, 5000, 10), "");
}

static void a_conversation_grows(void **state)
{
	struct fixture *f = *state;
	static const struct store_key others[] = {
		{TG, "r", "", "q"}, {TG, "s", "", "p"}, {TG, "r", "7", "p"}, {"matrix", "r", "", "p"}};

	put(f, key("r", "p"), "{\"turn\":1}", 0, 5000);
	load(f, key("r", "p"));
	assert_string_equal(f->conversation.state, "{\"turn\":1}");
	assert_int_equal(f->conversation.version, 1);
	put(f, key("r", "p"), "{\"turn\":2}", 1, 6000);
	load(f, key("r", "p"));
	assert_string_equal(f->conversation.state, "{\"turn\":2}");
	assert_int_equal(f->conversation.version, 2);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		load(f, others[i]);
		assert_null(f->conversation.state);
		put(f, others[i], "{}", 0, 5000);
	}
	load(f, key("r", "p"));
	assert_string_equal(f->conversation.state, "{\"turn\":2}");
}

static void on_three(void *ctx, const struct store_loaded *l)
{
	struct fixture *f = ctx;

	note(f, l->err);
	assert_null(l->conversations[0].state);
	assert_string_equal(l->conversations[1].state, "{\"p\":1}");
	assert_int_equal(l->conversations[1].version, 1);
	assert_string_equal(l->conversations[2].state, "{\"q\":1}");
	assert_false(l->seen[0]);
	assert_true(l->seen[1]);
}

static void several_are_loaded_in_the_order_asked(void **state)
{
	struct fixture *f = *state;
	struct store_key keys[] = {key("x", "x"), key("r", "p"), key("r", "q")};
	char event[] = "11";
	const char *events[] = {"10", event};
	struct store_batch *b = store_batch_new();

	store_batch_put(b, &keys[1], "{\"p\":1}", 0, 9000);
	store_batch_put(b, &keys[2], "{\"q\":1}", 0, 9000);
	store_batch_seen(b, TG, event, 9000);
	event[0] = '9'; /* was copied */
	commit_ok(f, b);
	event[0] = '1';
	store_load(f->s, keys, 3, TG, events, 2, on_three, f);
	answered(f);
}

static void what_was_changed_meanwhile_conflicts(void **state)
{
	struct fixture *f = *state;
	struct store_key k = key("r", "p"), other = key("r", "q");
	static const int64_t stale[] = {0, 1, 3, 7};

	put(f, k, "{}", 0, 5000);
	put(f, k, "{\"turn\":2}", 1, 5000);
	for (size_t i = 0; i < sizeof stale / sizeof *stale; i++) {
		struct store_batch *b = store_batch_new();
		store_batch_put(b, &other, "{}", 0, 5000);
		store_batch_cursor(b, TG, "99");
		store_batch_seen(b, TG, "event", 9000);
		out(b, k, "sendMessage", "{}", 0);
		store_batch_put(b, &k, "{\"turn\":99}", stale[i], 5000);
		assert_false(commit(f, b));
		assert_true(f->conflict);
		assert_int_equal(f->n_ids, 0);
	}
	load(f, k);
	assert_string_equal(f->conversation.state, "{\"turn\":2}");
	assert_int_equal(f->conversation.version, 2);
	load(f, other);
	assert_null(f->conversation.state);
	assert_string_equal(cursor(f), "");
	assert_string_equal(due_bodies(f, 9000), "");
	assert_false(was_seen(f, "event"));
	put(f, k, "{}", 2, 5000);
	assert_false(f->conflict);
}

static void what_is_gone_conflicts(void **state)
{
	struct fixture *f = *state;
	struct store_key k = key("r", "p");
	struct store_batch *b = store_batch_new();

	put(f, k, "{}", 0, 5000);
	assert_string_equal(expire(f, 5000, 10), "");
	store_batch_put(b, &k, "{}", 1, 5000);
	assert_false(commit(f, b));
	assert_true(f->conflict);
}

static void twice_in_one_batch(void **state)
{
	struct fixture *f = *state;
	struct store_key k = key("r", "p");
	struct store_batch *b = store_batch_new();

	store_batch_put(b, &k, "{\"turn\":1}", 0, 5000);
	store_batch_put(b, &k, "{\"turn\":2}", 1, 5000);
	commit_ok(f, b);
	load(f, k);
	assert_int_equal(f->conversation.version, 2);
	assert_string_equal(f->conversation.state, "{\"turn\":2}");
}

static void what_shows_choices(void **state)
{
	struct fixture *f = *state;
	struct store_key k = key("r", "p"), none = key("r", "q");
	static const char *const refs[] = {"100", "101", "", "102"};

	put(f, k, "{}", 0, 5000);
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
		struct store_batch *b = store_batch_new();
		store_batch_shown(b, &k, refs[i]);
		store_batch_shown(b, &none, refs[i]); /* the conversation is gone: nothing to keep it for */
		commit_ok(f, b);
		load(f, k);
		assert_string_equal(f->conversation.shown, refs[i]);
		assert_int_equal(f->conversation.version, 1); /* so that it does not disturb a turn in work */
		load(f, none);
		assert_null(f->conversation.state);
		assert_string_equal(f->conversation.shown, "");
	}
	put(f, k, "{\"turn\":2}", 1, 5000);
	load(f, k);
	assert_string_equal(f->conversation.shown, "102");
}

static void cursors_and_settings(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	store_batch_cursor(b, TG, "5");
	store_batch_cursor(b, "matrix", "s72594_4483");
	store_batch_setting(b, TG, "", "profile", "abc");
	store_batch_setting(b, TG, "r", "language", "en");
	commit_ok(f, b);
	b = store_batch_new();
	store_batch_cursor(b, TG, "3"); /* ids may start anew lower */
	store_batch_setting(b, TG, "r", "language", "pt-br");
	store_batch_setting(b, TG, "s", "profile", "");
	commit_ok(f, b);
	assert_string_equal(cursor(f), "3");
	assert_string_equal(setting(f, "r", "language"), "pt-br");
	assert_string_equal(setting(f, "", "profile"), "abc");
	assert_string_equal(setting(f, "s", "language"), "");
	b = store_batch_new();
	store_batch_setting(b, TG, "r", "language", "");
	commit_ok(f, b);
	assert_string_equal(setting(f, "r", "language"), "");
}

static void a_setting_of_all_rooms(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	assert_string_equal(settings(f, STORE_MANNERS), "{}");
	store_batch_setting(b, TG, "r", STORE_MANNERS, "off \"now\"");
	store_batch_setting(b, TG, "s", STORE_MANNERS, "helpful");
	store_batch_setting(b, TG, "s", "language", "en");
	store_batch_setting(b, "matrix", "t", STORE_MANNERS, "other");
	commit_ok(f, b);
	assert_string_equal(settings(f, STORE_MANNERS), "{\"r\":\"off \\\"now\\\"\",\"s\":\"helpful\"}");
	b = store_batch_new();
	store_batch_setting(b, TG, "r", STORE_MANNERS, "");
	commit_ok(f, b);
	assert_string_equal(settings(f, STORE_MANNERS), "{\"s\":\"helpful\"}");
}

static void note_kept(void *ctx, const struct err *err, const struct store_kept *rows, size_t n)
{
	struct fixture *f = ctx;
	size_t at = 0;

	note(f, err);
	f->state[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(f->state + at, sizeof f->state - at, "%s %s=%s;", rows[i].kind, rows[i].id,
			rows[i].value);
}

static const char *kept(struct fixture *f, const char *channel, const char *kind, const char *id)
{
	store_kept(f->s, channel, kind, id, note_kept, f);
	answered(f);
	assert_false(f->failed);
	return f->state;
}

static void keep(struct store_batch *b, const char *kind, const char *id, const char *value)
{
	store_batch_keep(b, TG, &(struct store_kept){kind, id, value});
}

static void what_a_channel_keeps(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	assert_string_equal(kept(f, TG, "", ""), "");
	keep(b, "room", "b", "2");
	keep(b, "room", "a", "1");
	keep(b, "olm", "a", "3");
	store_batch_keep(b, "matrix", &(struct store_kept){"room", "a", "other"});
	commit_ok(f, b);
	assert_string_equal(kept(f, TG, "", ""), "olm a=3;room a=1;room b=2;");
	assert_string_equal(kept(f, TG, "room", ""), "room a=1;room b=2;");
	assert_string_equal(kept(f, TG, "room", "b"), "room b=2;");
	assert_string_equal(kept(f, "matrix", "", ""), "room a=other;");
	b = store_batch_new();
	keep(b, "room", "a", "4");
	keep(b, "olm", "a", "");
	keep(b, "olm", "none", "");
	store_batch_drop_room(b, TG, "room"); /* a kind is no room */
	store_batch_move_room(b, TG, "room", "other");
	store_batch_forget(b, TG, "p", false);
	commit_ok(f, b);
	assert_string_equal(kept(f, TG, "", ""), "room a=4;room b=2;");
}

static void too_much_is_not_kept(void **state)
{
	struct fixture *f = *state;
	char *large = malloc(STORE_MAX_KEPT + 2);
	struct store_batch *b = store_batch_new();

	memset(large, 'x', STORE_MAX_KEPT + 1);
	large[STORE_MAX_KEPT + 1] = '\0';
	keep(b, "room", "a", large);
	assert_false(commit(f, b));
	large[STORE_MAX_KEPT] = '\0';
	b = store_batch_new();
	keep(b, "room", "a", large);
	commit_ok(f, b);
	free(large);
}

static void events_are_seen_until_their_time(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	store_batch_seen(b, TG, "1", 2000);
	store_batch_seen(b, TG, "2", 3000);
	store_batch_seen(b, TG, "2", 1000); /* the longer time holds */
	store_batch_seen(b, "matrix", "3", 3000);
	commit_ok(f, b);
	assert_true(was_seen(f, "1"));
	assert_true(was_seen(f, "2"));
	assert_false(was_seen(f, "3"));
	assert_string_equal(expire(f, 1999, 10), "");
	assert_true(was_seen(f, "1"));
	assert_string_equal(expire(f, 2000, 10), "");
	assert_false(was_seen(f, "1"));
	assert_true(was_seen(f, "2"));
}

static void the_outbox_keeps_its_order(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	out(b, key("r", "p"), "sendMessage", "a", 0);
	out(b, key("s", "q"), "sendMessage", "b", 1000);
	out(b, key("r", "p"), "sendMessage", "c", 500);
	out(b, (struct store_key){"matrix", "r", "", "p"}, "m.room.message", "d", 0);
	commit_ok(f, b);
	assert_int_equal(f->n_ids, 4);
	assert_true(f->ids[0] < f->ids[1] && f->ids[1] < f->ids[2] && f->ids[2] < f->ids[3]);
	int64_t first = f->ids[0], second = f->ids[1], third = f->ids[2];
	assert_string_equal(due_bodies(f, 1000), "a b c");
	assert_int_equal(f->rows[1].id, second);
	assert_string_equal(f->rows[1].room, "s");
	assert_string_equal(f->rows[1].kind, "sendMessage");
	assert_string_equal(f->rows[1].txn, "t1");
	assert_int_equal(f->rows[1].attempts, 0);
	/* in portions */
	due(f, 0, 1000, 2);
	assert_int_equal(f->n_rows, 2);
	assert_true(f->more);
	due(f, second, 1000, 2);
	assert_int_equal(f->n_rows, 1);
	assert_int_equal(f->rows[0].id, third);
	assert_false(f->more);
	due(f, 0, 1000, 3);
	assert_int_equal(f->n_rows, 3);
	assert_false(f->more);
	/* done, twice is fine */
	b = store_batch_new();
	store_batch_out_done(b, first);
	store_batch_out_done(b, first);
	store_batch_light(b);
	commit_ok(f, b);
	assert_string_equal(due_bodies(f, 1000), "b c");
	/* an id never comes again */
	b = store_batch_new();
	store_batch_out_done(b, second);
	store_batch_out_done(b, third);
	out(b, key("r", "p"), "sendMessage", "e", 0);
	commit_ok(f, b);
	assert_true(f->ids[0] > third);
}

/* Also when the clock goes back behind the time when it was added. */
static void what_was_due_stays_due(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	out(b, key("r", "p"), "sendMessage", "a", 1000);
	commit_ok(f, b);
	assert_string_equal(due_bodies(f, 10), "a");
	assert_string_equal(next_due(f, 10), "");
}

static void planned_rows_wait(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	out(b, key("r", "p"), STORE_CHECK_IN, "tomorrow", 90000);
	out(b, key("r", "p"), "sendMessage", "now", 0);
	out(b, key("s", "q"), "sendMessage", "soon", 5000);
	commit_ok(f, b);
	assert_string_equal(due_bodies(f, 1000), "now");
	assert_string_equal(next_due(f, 1000), "5000");
	assert_string_equal(due_bodies(f, 5000), "now soon");
	assert_string_equal(next_due(f, 5000), "90000");
	assert_string_equal(due_bodies(f, 90000), "tomorrow now soon");
	assert_string_equal(next_due(f, 90000), "");
}

static void what_failed_is_tried_again(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	out(b, key("r", "p"), "sendMessage", "first", 0);
	out(b, key("r", "p"), "sendMessage", "second", 0);
	commit_ok(f, b);
	int64_t first = f->ids[0];
	for (int i = 1; i <= 3; i++) {
		b = store_batch_new();
		store_batch_out_retry(b, first, 4000 + i);
		commit_ok(f, b);
		assert_string_equal(due_bodies(f, 2000), "first second"); /* so that it is seen to be the first of its room */
		assert_int_equal(f->rows[0].attempts, i);
		assert_int_equal(f->rows[0].not_before_ms, 4000 + i);
		assert_int_equal(f->rows[1].attempts, 0);
	}
	assert_string_equal(next_due(f, 2000), "4003");
	b = store_batch_new();
	store_batch_out_done(b, first);
	store_batch_out_retry(b, first, 9000); /* is gone */
	commit_ok(f, b);
	assert_string_equal(due_bodies(f, 2000), "second");
	assert_string_equal(next_due(f, 2000), "");
}

static void check_ins_are_dropped(void **state)
{
	struct fixture *f = *state;
	struct store_key k = key("r", "p");
	struct store_batch *b = store_batch_new();

	out(b, k, STORE_CHECK_IN, "mine", 5000);
	out(b, k, STORE_CHECK_IN, "mine-now", 0);
	out(b, key("r", "q"), STORE_CHECK_IN, "other", 5000);
	out(b, (struct store_key){TG, "r", "7", "p"}, STORE_CHECK_IN, "topic", 5000);
	out(b, k, "sendMessage", "reply", 0);
	out(b, k, "sendMessage", "later", 5000);
	commit_ok(f, b);
	assert_string_equal(due_bodies(f, 1000), "mine-now reply");
	b = store_batch_new();
	store_batch_drop_check_ins(b, &k);
	commit_ok(f, b);
	assert_string_equal(due_bodies(f, 5000), "other topic reply later");
}

static void a_room_is_dropped(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	put(f, key("r", "p"), "{}", 0, 5000);
	out(b, key("r", "p"), STORE_CHECK_IN, "check", 5000);
	out(b, key("r", "q"), "sendMessage", "a", 0);
	out(b, (struct store_key){TG, "r", "7", "p"}, "sendMessage", "b", 0);
	out(b, key("s", "p"), "sendMessage", "c", 0);
	commit_ok(f, b);
	b = store_batch_new();
	store_batch_out_retry(b, f->ids[1], 9000);
	store_batch_drop_room(b, TG, "r");
	commit_ok(f, b);
	assert_string_equal(due_bodies(f, 9000), "c");
	load(f, key("r", "p"));
	assert_string_equal(f->conversation.state, "{}");
}

static void a_room_moves(void **state)
{
	struct fixture *f = *state;
	struct store_key k = key("old", "p"), moved = key("new", "p");
	struct store_batch *b = store_batch_new();

	store_batch_put(b, &k, "{\"turn\":3}", 0, 5000);
	store_batch_setting(b, TG, "old", "language", "en");
	store_batch_setting(b, TG, "old", "mode", "old");
	store_batch_setting(b, TG, "new", "mode", "new");
	out(b, k, "sendMessage", "a", 0);
	out(b, k, STORE_CHECK_IN, "b", 5000);
	out(b, moved, "sendMessage", "c", 0);
	commit_ok(f, b);
	b = store_batch_new();
	store_batch_move_room(b, TG, "old", "new");
	store_batch_move_room(b, TG, "new", "new");
	store_batch_move_room(b, TG, "nowhere", "new");
	commit_ok(f, b);
	load(f, moved);
	assert_string_equal(f->conversation.state, "{\"turn\":3}");
	assert_int_equal(f->conversation.version, 2);
	load(f, k);
	assert_null(f->conversation.state);
	assert_string_equal(setting(f, "new", "language"), "en");
	assert_string_equal(setting(f, "new", "mode"), "new");
	assert_string_equal(setting(f, "old", "mode"), "");
	assert_string_equal(due_bodies(f, 5000), "a b c");
	for (size_t i = 0; i < f->n_rows; i++)
		assert_string_equal(f->rows[i].room, "new");
}

static void of_two_that_meet_the_newer_stays(void **state)
{
	struct fixture *f = *state;
	static const struct {
		int64_t old_expires, new_expires;
		const char *want;
	} cases[] = {{5000, 6000, "{\"in\":\"new\"}"}, {6000, 5000, "{\"in\":\"old\"}"}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char person[8] = {(char)('a' + i)};
		struct store_batch *b = store_batch_new();
		put(f, key("old", person), "{}", 0, 100);
		put(f, key("old", person), "{}", 1, 100);
		put(f, key("old", person), "{\"in\":\"old\"}", 2, cases[i].old_expires);
		put(f, key("new", person), "{\"in\":\"new\"}", 0, cases[i].new_expires);
		store_batch_move_room(b, TG, "old", "new");
		commit_ok(f, b);
		load(f, key("new", person));
		assert_string_equal(f->conversation.state, cases[i].want);
		assert_int_equal(f->conversation.version, 4); /* newer than either that may be in work */
		load(f, key("old", person));
		assert_null(f->conversation.state);
	}
	assert_string_equal(expire(f, 5999, 10), "");
	load(f, key("new", "a"));
	assert_non_null(f->conversation.state);
}

/* Person 7 talks alone in room 7 and in group g, where 17 talks as well. */
static void fill_for_person(struct fixture *f)
{
	struct store_key alone = key("7", "7"), group = key("g", "7"), other = key("g", "17");
	struct store_batch *b = store_batch_new();

	store_batch_put(b, &alone, "{\"secret\":\"swollen\"}", 0, 86400000);
	store_batch_put(b, &group, "{\"turn\":1}", 0, 86400000);
	store_batch_put(b, &other, "{\"turn\":17}", 0, 86400000);
	store_batch_shown(b, &alone, "55");
	store_batch_setting(b, TG, "7", "language", "en");
	store_batch_setting(b, TG, "7", STORE_MANNERS, "off");
	store_batch_setting(b, TG, "g", "mode", "quiet");
	store_batch_setting(b, TG, "", "profile", "x");
	store_batch_seen(b, TG, "room:7:1", 86400000);
	store_batch_seen(b, TG, "77", 86400000);
	store_batch_failed(b, TG, "100", "person 7: could not be worked", 1000);
	store_batch_failed(b, TG, "101", "no reason", 1000);
	out(b, alone, "sendMessage", "{\"text\":\"hello\"}", 0);
	out(b, alone, STORE_CHECK_IN, "{}", 90000);
	out(b, group, "sendMessage", "[1]", 90000);
	out(b, other, "sendMessage", "[17]", 0);
	commit_ok(f, b);
}

static void an_export_has_all(void **state)
{
	struct fixture *f = *state;
	static const char want[] =
		"{\"channel\":\"telegram\",\"person\":\"7\",\"conversations\":["
		"{\"room\":\"7\",\"kept_until\":\"1970-01-02T00:00:00Z\",\"version\":1,\"shown\":\"55\","
		"\"state\":{\"secret\":\"swollen\"}},"
		"{\"room\":\"g\",\"kept_until\":\"1970-01-02T00:00:00Z\",\"version\":1,\"state\":{\"turn\":1}}],"
		"\"settings\":[{\"room\":\"7\",\"name\":\"language\",\"value\":\"en\"}],"
		"\"waiting\":["
		"{\"room\":\"7\",\"kind\":\"sendMessage\",\"made\":\"1970-01-01T00:00:01Z\","
		"\"not_before\":\"1970-01-01T00:00:00Z\",\"attempts\":0,\"body\":{\"text\":\"hello\"}},"
		"{\"room\":\"7\",\"kind\":\"check_in\",\"made\":\"1970-01-01T00:00:01Z\","
		"\"not_before\":\"1970-01-01T00:01:30Z\",\"attempts\":0,\"body\":{}},"
		"{\"room\":\"g\",\"kind\":\"sendMessage\",\"made\":\"1970-01-01T00:00:01Z\","
		"\"not_before\":\"1970-01-01T00:01:30Z\",\"attempts\":0,\"body\":[1]}]}";

	fill_for_person(f);
	assert_string_equal(export(f, "7"), want);
	assert_string_equal(export(f, "nobody"),
		"{\"channel\":\"telegram\",\"person\":\"nobody\",\"conversations\":[],\"settings\":[],\"waiting\":[]}");
}

static void the_others_are_left(struct fixture *f)
{
	load(f, key("g", "17"));
	assert_string_equal(f->conversation.state, "{\"turn\":17}");
	assert_string_equal(setting(f, "g", "mode"), "quiet");
	assert_string_equal(setting(f, "", "profile"), "x");
	assert_string_equal(setting(f, "7", STORE_MANNERS), "off"); /* the room's, not the person's */
	assert_true(was_seen(f, "77"));
}

static void forgetting_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	fill_for_person(f);
	store_batch_forget(b, TG, "7", false);
	commit_ok(f, b);
	assert_string_equal(export(f, "7"),
		"{\"channel\":\"telegram\",\"person\":\"7\",\"conversations\":[],\"settings\":[],\"waiting\":[]}");
	assert_string_equal(due_bodies(f, 90000), "[17]");
	assert_false(was_seen(f, "room:7:1"));
	the_others_are_left(f);
}

static void forgetting_keeps_the_last_word(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	fill_for_person(f);
	store_batch_seen(b, TG, "room:7:2", 86400000); /* of the message that asks for it */
	store_batch_forget(b, TG, "7", true);
	out(b, key("7", "7"), "sendMessage", "bye", 0);
	commit_ok(f, b);
	load(f, key("7", "7"));
	assert_null(f->conversation.state);
	assert_string_equal(due_bodies(f, 90000), "{\"text\":\"hello\"} [1] [17] bye");
	assert_false(was_seen(f, "room:7:1"));
	assert_true(was_seen(f, "room:7:2"));
	the_others_are_left(f);
	b = store_batch_new();
	store_batch_forget(b, TG, "", false); /* nobody */
	commit_ok(f, b);
	the_others_are_left(f);
}

static void conversations_expire_in_portions(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();
	char room[16];

	for (int i = 0; i < 25; i++) {
		struct store_key k = {TG, room, "", "p"};
		(void)snprintf(room, sizeof room, "r%d", i);
		store_batch_put(b, &k, "{}", 0, 1000 + i);
		store_batch_shown(b, &k, "5");
		out(b, k, STORE_CHECK_IN, room, 0);
		out(b, k, "sendMessage", i == 3 ? "reply" : "x", i == 3 ? 0 : 99000);
		(void)snprintf(room, sizeof room, "e%d", i);
		store_batch_seen(b, TG, room, 1000 + i);
	}
	commit_ok(f, b);
	assert_string_equal(expire(f, 1019, 8), "more");
	load(f, key("r7", "p"));
	assert_null(f->conversation.state);
	load(f, key("r8", "p"));
	assert_non_null(f->conversation.state);
	assert_false(was_seen(f, "e7"));
	assert_true(was_seen(f, "e8"));
	assert_string_equal(expire(f, 1019, 8), "more");
	assert_string_equal(expire(f, 1019, 8), "");
	load(f, key("r19", "p"));
	assert_null(f->conversation.state);
	load(f, key("r20", "p"));
	assert_non_null(f->conversation.state);
	assert_string_equal(f->conversation.shown, "5");
	assert_string_equal(due_bodies(f, 5000), "reply r20 r21 r22 r23 r24"); /* what was to be said is still said */
}

static void an_expiry_moves(void **state)
{
	struct fixture *f = *state;
	struct store_key later = key("r", "later"), sooner = key("r", "sooner");

	put(f, later, "{}", 0, 1000);
	put(f, later, "{}", 1, 5000);
	put(f, sooner, "{}", 0, 9000);
	put(f, sooner, "{}", 1, 3000);
	assert_string_equal(expire(f, 2999, 10), "");
	load(f, sooner);
	assert_int_equal(f->conversation.version, 2);
	assert_string_equal(expire(f, 4999, 10), "");
	load(f, sooner);
	assert_null(f->conversation.state);
	load(f, later);
	assert_int_equal(f->conversation.version, 2);
	assert_string_equal(expire(f, 5000, 10), "");
	load(f, later);
	assert_null(f->conversation.state);
}

/* Those that were put off do not keep a portion from ending. */
static void what_does_not_expire_does_not_hold_up(void **state)
{
	struct fixture *f = *state;
	char person[16];

	for (int i = 0; i < 20; i++) {
		(void)snprintf(person, sizeof person, "p%d", i);
		put(f, key("r", person), "{}", 0, 1000 + i);
		if (i % 2)
			put(f, key("r", person), "{}", 1, 90000);
	}
	for (int i = 0; i < 20 && expire(f, 5000, 3)[0]; i++)
		;
	assert_string_equal(f->text, "");
	for (int i = 0; i < 20; i++) {
		(void)snprintf(person, sizeof person, "p%d", i);
		load(f, key("r", person));
		assert_int_equal(f->conversation.version, i % 2 ? 2 : 0);
	}
}

static void what_is_too_long_is_refused(void **state)
{
	struct fixture *f = *state;
	static char longest[STORE_MAX_STATE + 2];
	char name[STORE_MAX_NAME + 2] = "";
	struct store_key good = key("r", "p"), bad = {TG, "r", "", name};
	enum { STATE, KEY, EVENT, BODY, CURSOR, GARBLED, NO_CHANNEL, MANY, CASES };

	memset(name, 'n', STORE_MAX_NAME + 1);
	for (int i = 0; i < CASES; i++) {
		struct store_batch *b = store_batch_new();
		store_batch_cursor(b, TG, "before");
		memset(longest, 'x', STORE_MAX_STATE + 1);
		switch (i) {
		case STATE:
			store_batch_put(b, &good, longest, 0, 5000);
			break;
		case KEY:
			store_batch_put(b, &bad, "{}", 0, 5000);
			break;
		case EVENT:
			store_batch_seen(b, TG, name, 5000);
			break;
		case BODY:
			out(b, good, "sendMessage", longest, 0);
			break;
		case CURSOR:
			store_batch_cursor(b, TG, longest);
			break;
		case GARBLED:
			store_batch_put(b, &(struct store_key){TG, "r\xff", "", "p"}, "{}", 0, 5000);
			break;
		case NO_CHANNEL:
			store_batch_put(b, &(struct store_key){"", "r", "", "p"}, "{}", 0, 5000);
			break;
		case MANY:
			for (int n = 0; n <= STORE_MAX_BATCH; n++)
				store_batch_out_done(b, n);
			break;
		}
		store_batch_cursor(b, TG, "after");
		if (commit(f, b) || f->conflict || f->err.text[0] == '\0')
			fail_msg("case %d was taken", i);
		assert_string_equal(cursor(f), "");
	}
	longest[STORE_MAX_STATE] = name[STORE_MAX_NAME] = '\0';
	put(f, bad, longest, 0, 5000);
	load(f, bad);
	assert_string_equal(f->conversation.state, longest);
	name[STORE_MAX_NAME] = 'n';
	store_load(f->s, &bad, 1, TG, NULL, 0, on_loaded, f);
	answered(f);
	assert_true(f->failed);
	store_cursor(f->s, name, on_text, f);
	answered(f);
	assert_true(f->failed);
}

/* A failure that can't be noted would come back for ever. */
static void a_reason_is_mended(void **state)
{
	struct fixture *f = *state;
	static const char *const tails[] = {"\xc3\xa4\xc3\xa4\xc3\xa4", "\xff\xfe", "x\xf0\x9f\xa6\xb5"};
	char why[STORE_MAX_NAME + 16];

	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		struct store_batch *b = store_batch_new();
		memset(why, 'y', STORE_MAX_NAME - 1);
		strcpy(why + STORE_MAX_NAME - 3, tails[i]);
		store_batch_failed(b, TG, "1", why, 1000);
		store_batch_failed(b, TG, "1", NULL, 1000);
		commit_ok(f, b);
	}
	assert_string_equal(expire(f, 1000 + INT64_C(86400000) * STORE_FAILED_DAYS, 100), "");
}

static void nothing_to_write(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();

	assert_true(store_batch_empty(b));
	commit_ok(f, b);
	assert_int_equal(f->n_ids, 0);
	b = store_batch_new();
	store_batch_cursor(b, TG, "1");
	assert_false(store_batch_empty(b));
	store_batch_free(b);
	store_batch_free(NULL);
	assert_string_equal(cursor(f), "");
}

static void hostile_texts_are_only_texts(void **state)
{
	struct fixture *f = *state;
	static const char *const texts[] = {"'; DROP TABLE conversation; --", "%", "_", "\"", "\xf0\x9f\xa6\xb5",
		"a b", "NULL", "0", "-1001234567890"};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct store_key k = {TG, texts[i], texts[i], texts[i]};
		struct store_batch *b = store_batch_new();
		store_batch_put(b, &k, texts[i], 0, 5000);
		store_batch_seen(b, TG, texts[i], 5000);
		out(b, k, texts[i], texts[i], 0);
		commit_ok(f, b);
		load(f, k);
		assert_string_equal(f->conversation.state, texts[i]);
		assert_true(was_seen(f, texts[i]));
		const char *document = export(f, texts[i]);
		cJSON *tree = json_parse(document, strlen(document), &f->err);
		if (!tree)
			fail_msg("%s: %s", f->err.text, f->text);
		assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(tree, "waiting")), 1);
		cJSON_Delete(tree);
	}
}

#define IN_BOTH(test)                                                                                                  \
	{#test " in memory", test, in_memory, done, NULL}, {#test " in sqlite", test, in_sqlite, done, NULL}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_BOTH(nothing_is_there),
		IN_BOTH(a_conversation_grows),
		IN_BOTH(several_are_loaded_in_the_order_asked),
		IN_BOTH(what_was_changed_meanwhile_conflicts),
		IN_BOTH(what_is_gone_conflicts),
		IN_BOTH(twice_in_one_batch),
		IN_BOTH(what_shows_choices),
		IN_BOTH(cursors_and_settings),
		IN_BOTH(a_setting_of_all_rooms),
		IN_BOTH(what_a_channel_keeps),
		IN_BOTH(too_much_is_not_kept),
		IN_BOTH(events_are_seen_until_their_time),
		IN_BOTH(the_outbox_keeps_its_order),
		IN_BOTH(what_was_due_stays_due),
		IN_BOTH(planned_rows_wait),
		IN_BOTH(what_failed_is_tried_again),
		IN_BOTH(check_ins_are_dropped),
		IN_BOTH(a_room_is_dropped),
		IN_BOTH(a_room_moves),
		IN_BOTH(of_two_that_meet_the_newer_stays),
		IN_BOTH(an_export_has_all),
		IN_BOTH(forgetting_leaves_nothing),
		IN_BOTH(forgetting_keeps_the_last_word),
		IN_BOTH(conversations_expire_in_portions),
		IN_BOTH(an_expiry_moves),
		IN_BOTH(what_does_not_expire_does_not_hold_up),
		IN_BOTH(what_is_too_long_is_refused),
		IN_BOTH(a_reason_is_mended),
		IN_BOTH(nothing_to_write),
		IN_BOTH(hostile_texts_are_only_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
