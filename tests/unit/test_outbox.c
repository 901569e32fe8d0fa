/* test_outbox.c - what is said leaves in the order of each room, as fast as the other side allows, and once. */
#include "daemon_fixture.h"

static size_t added;

static void on_added(void *ctx, const struct store_committed *c)
{
	(void)ctx;
	assert_null(c->err);
	added++;
}

static void put_into(struct store_batch *b, const char *room, const char *body, int64_t at_ms)
{
	store_batch_out(b, &(struct store_out){.key = {"fake", room, "", room}, .kind = "say", .body = body, .txn = "",
				   .not_before_ms = at_ms, .created_ms = now_is});
}

/* As another process would: the outbox finds them in the store. */
static void add_row(const char *room, const char *body, int64_t at_ms)
{
	struct store_batch *b = store_batch_new();

	put_into(b, room, body, at_ms);
	store_commit(store, b, on_added, NULL);
	let_run();
}

static void restart(void)
{
	stop_parts();
	start_parts();
	let_run();
}

static void what_waits_is_sent_in_order(void **s)
{
	struct store_batch *b = store_batch_new();
	char text[16];

	(void)s;
	for (int i = 0; i < 20; i++) {
		snprintf(text, sizeof text, "%d", i);
		put_into(b, i % 2 ? "1" : "2", text, now_is);
	}
	store_commit(store, b, on_added, NULL);
	let_run();
	restart();
	assert_int_equal(fake.n_sent, 20);
	for (int room = 1; room <= 2; room++) {
		int last = -1;

		for (size_t i = 0; i < fake.n_sent; i++)
			if (atoi(fake.sent[i].room) == room) {
				assert_true(atoi(fake.sent[i].body) > last);
				last = atoi(fake.sent[i].body);
			}
	}
}

/* One room that must wait holds up nobody else, and nothing of its own overtakes. */
static void a_room_that_waits_holds_up_no_other(void **s)
{
	struct store_batch *b = store_batch_new();

	(void)s;
	fake.next[fake.n_next++] = (struct channel_sent){.result = SEND_RETRY, .after_ms = 60000, .why = "429"};
	put_into(b, "1", "first", now_is);
	put_into(b, "1", "second", now_is);
	put_into(b, "2", "other", now_is);
	store_commit(store, b, on_added, NULL);
	let_run();
	restart();
	assert_int_equal(fake.n_sent, 2);
	assert_string_equal(fake.sent[0].body, "first");
	assert_string_equal(fake.sent[1].body, "other");
	now_is += 60001;
	restart();
	assert_int_equal(fake.n_sent, 4);
	assert_string_equal(fake.sent[2].body, "first");
	assert_string_equal(fake.sent[3].body, "second");
}

/* Each in its own time, without anybody else's help. */
static void rooms_wake_one_after_the_other(void **s)
{
	(void)s;
	fake.next[fake.n_next++] = (struct channel_sent){.result = SEND_RETRY, .after_ms = 5, .why = "429"};
	fake.next[fake.n_next++] = (struct channel_sent){.result = SEND_RETRY, .after_ms = 40, .why = "429"};
	fake_clock_runs = true;
	add_row("1", "soon", now_is);
	add_row("2", "later", now_is);
	restart();
	for (int round = 0; round < 50 && fake.n_sent < 4; round++)
		let_run();
	assert_int_equal(fake.n_sent, 4);
	assert_string_equal(fake.sent[2].body, "soon");
	assert_string_equal(fake.sent[3].body, "later");
}

static void a_wait_for_all_is_kept_by_all(void **s)
{
	(void)s;
	fake.next[fake.n_next++] =
		(struct channel_sent){.result = SEND_RETRY, .after_ms = 3600000, .everywhere = true, .why = "429"};
	add_row("1", "first", now_is);
	restart();
	assert_int_equal(fake.n_sent, 1);
	outbox_add(outbox, &(struct store_out){.id = 1000, .key = {"fake", "2", "", "2"}, .kind = "say", .body = "other",
				   .txn = "", .not_before_ms = now_is, .created_ms = now_is});
	let_run();
	assert_int_equal(fake.n_sent, 1);
}

static void nothing_is_sent_before_its_time(void **s)
{
	(void)s;
	add_row("1", "later", now_is + 60000);
	restart();
	assert_int_equal(fake.n_sent, 0);
	now_is += 60000;
	restart();
	assert_int_equal(fake.n_sent, 1);
}

static void what_can_never_be_sent_is_passed_by(void **s)
{
	(void)s;
	fake.next[fake.n_next++] = (struct channel_sent){.result = SEND_DROP, .why = "400"};
	add_row("1", "bad", now_is);
	restart();
	add_row("1", "good", now_is);
	restart();
	assert_int_equal(fake.n_sent, 2);
	assert_string_equal(fake.sent[1].body, "good");
	restart();
	assert_int_equal(fake.n_sent, 2);
}

static void what_is_a_day_old_is_given_up(void **s)
{
	(void)s;
	add_row("1", "old", now_is);
	now_is += (int64_t)(OUTBOX_GIVE_UP_HOURS * 3600 + 1) * 1000;
	restart();
	assert_int_equal(fake.n_sent, 0);
}

static void a_shared_room_is_paced(void **s)
{
	struct store_batch *b = store_batch_new();

	(void)s;
	for (int i = 0; i < 30; i++)
		put_into(b, "-1", "x", now_is);
	for (int i = 0; i < 30; i++)
		put_into(b, "1", "x", now_is);
	store_commit(store, b, on_added, NULL);
	let_run();
	restart();
	assert_int_equal(fake.n_sent, 30 + FAKE_PER_MINUTE);
}

/* Who is answered when the store is well again does not wait for the next look into it. */
static void a_store_that_is_well_again_is_read_at_once(void **s)
{
	char *db = file_join(folder, "db"), *aside = file_join(folder, "aside");

	(void)s;
	let_run();
	assert_int_equal(rename(db, aside), 0);
	outbox_reread(outbox);
	let_run();
	assert_int_equal(rename(aside, db), 0);
	tell("1", "my calf is swollen and warm");
	assert_true(sent_since(0, "[many]"));
	free(db);
	free(aside);
}

static void more_than_memory_holds_is_sent_in_order(void **s)
{
	enum { MANY = OUTBOX_MAX_ROWS + OUTBOX_MAX_ROWS / 2 };
	struct store_batch *b = store_batch_new();
	char text[16];
	int last = -1;

	(void)s;
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof text, "%d", i);
		put_into(b, "1", text, now_is);
	}
	store_commit(store, b, on_added, NULL);
	let_run();
	restart();
	for (int round = 0; round < 100 && fake.n_sent < MANY; round++)
		let_run();
	assert_int_equal(fake.n_sent, MANY);
	for (size_t i = MANY - FAKE_MAX_SENT; i < MANY; i++) {
		assert_true(atoi(fake.sent[i % FAKE_MAX_SENT].body) > last);
		last = atoi(fake.sent[i % FAKE_MAX_SENT].body);
	}
	assert_int_equal(last, MANY - 1);
}

/* Sent, and killed before the store knew: the ring does. */
static void what_the_store_does_not_know_yet_is_not_sent_again(void **s)
{
	(void)s;
	add_row("1", "once", now_is);
	sent_add(sent_last, 1, now_is);
	restart();
	assert_int_equal(fake.n_sent, 0);
	restart();
	assert_int_equal(fake.n_sent, 0);
}

#define WITH_DAEMON(test) cmocka_unit_test_setup_teardown(test, begin_daemon, end_daemon)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DAEMON(what_waits_is_sent_in_order),
		WITH_DAEMON(a_room_that_waits_holds_up_no_other),
		WITH_DAEMON(rooms_wake_one_after_the_other),
		WITH_DAEMON(a_wait_for_all_is_kept_by_all),
		WITH_DAEMON(nothing_is_sent_before_its_time),
		WITH_DAEMON(what_can_never_be_sent_is_passed_by),
		WITH_DAEMON(what_is_a_day_old_is_given_up),
		WITH_DAEMON(a_shared_room_is_paced),
		WITH_DAEMON(a_store_that_is_well_again_is_read_at_once),
		WITH_DAEMON(more_than_memory_holds_is_sent_in_order),
		WITH_DAEMON(what_the_store_does_not_know_yet_is_not_sent_again),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
