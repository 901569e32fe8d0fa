/* test_life.c - a channel that only says what it is told to do, on a loop of its own. Everything that happens is a word of
 * the record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/channel.h"
#include "channels/life.h"
#include "channels/sending.h"
#include "channels/vitals.h"
#include "net/loop.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum { MAX_RECORD = 1000, FIRST_WAIT_MS = 10, PATIENCE_MS = 20000, LONGEST_STOP_MS = 1000 };

/* How one question for who we are ends. */
enum answer { NEVER, AT_LAST, NOT_NOW, NOT_FOR_A_WHILE, NOT_EVER };

static struct world {
	struct loop *loop;
	struct channel channel;
	struct log log;
	struct sendings sendings;
	struct vitals vitals;
	struct life *life;
	struct timer *patience;
	struct buf record;
	const enum answer *answers; /* one for each question; the last one holds for the rest */
	const char *until; /* the loop ends when the record does so */
	bool reader_hangs;
	void (*reader_stopped)(void *life);
	void *stopped_life;
} w;

static void note(const char *word)
{
	buf_addf(&w.record, "%s ", word);
	if (w.until && strstr(buf_str(&w.record), w.until))
		loop_stop(w.loop);
}

static void ask_who(void *ctx)
{
	struct world *world = ctx;
	enum answer a = world->answers[0];

	if (a != NEVER)
		world->answers++;
	note("ask");
	if (a == AT_LAST)
		life_read_on(world->life);
	else if (a == NOT_EVER)
		life_fail(world->life, "a wrong token");
	else if (a != NEVER)
		life_ask_later(world->life, "no answer", a == NOT_NOW ? -1 : 300);
}

static void read_from(void *ctx, const char *cursor)
{
	(void)ctx;
	note("read");
	note(cursor);
}

static void stop_reading(void *ctx, void (*stopped)(void *life), void *life)
{
	struct world *world = ctx;

	note("cease");
	world->reader_stopped = stopped;
	world->stopped_life = life;
	if (!world->reader_hangs)
		stopped(life);
}

static const struct life_ops ops = {.ask_who = ask_who, .read = read_from, .stop = stop_reading};

static const struct channel_ops channel_ops = {.name = "pigeon"};

static void on_fatal(void *ctx, struct channel *c, const char *why)
{
	(void)ctx;
	assert_ptr_equal(c, &w.channel);
	note("fatal");
	note(why);
}

static void on_stopped(void *ctx)
{
	(void)ctx;
	note("stopped");
}

static void on_sent(void *ctx, const struct channel_sent *what)
{
	(void)ctx;
	note(what->result == SEND_RETRY ? "given-back" : "sent");
}

static void free_sending(struct sending *one)
{
	free(one);
}

static void hang(void *ctx)
{
	(void)ctx;
	note("PATIENCE");
	loop_stop(w.loop);
}

static int set_up(void **state)
{
	struct err err;

	(void)state;
	w = (struct world){.loop = loop_new(&err)};
	assert_non_null(w.loop);
	w.channel = (struct channel){.ops = &channel_ops,
		.env = {.loop = w.loop, .log = &w.log, .sink = {.fatal = on_fatal}}};
	buf_init(&w.record, MAX_RECORD);
	sendings_init(&w.sendings, free_sending);
	w.life = life_new(&(struct life_parts){.channel = &w.channel, .ops = &ops, .ctx = &w, .sendings = &w.sendings,
		.vitals = &w.vitals, .first_wait_ms = FIRST_WAIT_MS, .seed = 1});
	w.patience = timer_new(w.loop, hang, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	life_free(w.life);
	sendings_done(&w.sendings);
	timer_free(w.patience);
	loop_free(w.loop);
	buf_done(&w.record);
	return 0;
}

static void run_until(const char *end)
{
	w.until = end;
	timer_start(w.patience, PATIENCE_MS);
	loop_run(w.loop);
	w.until = NULL;
}

static void start(const enum answer *answers, const char *cursor)
{
	w.answers = answers;
	life_start(w.life, cursor);
}

static struct sending *say(void)
{
	struct sending *one = mem_alloc(1, sizeof *one);

	sending_begin(&w.sendings, one, on_sent, NULL);
	return one;
}

static void assert_record(const char *wanted)
{
	assert_string_equal(buf_str(&w.record), wanted);
}

static void assert_state(const char *wanted)
{
	assert_string_equal(life_state(w.life, "reading away"), wanted);
}

static const enum answer at_once[] = {AT_LAST}, never[] = {NEVER};

static void reads_when_it_knows_who_it_is(void **state)
{
	(void)state;
	assert_state("stopped");
	start(at_once, "17");
	assert_record("ask read 17 ");
	assert_state("reading away");
}

static void asks_until_it_is_answered(void **state)
{
	static const enum answer answers[] = {NOT_NOW, NOT_NOW, AT_LAST};

	(void)state;
	start(answers, "17");
	assert_state("waiting");
	assert_int_equal(w.vitals.failures, 1);
	assert_string_equal(w.vitals.why, "no answer");
	run_until("read");
	assert_record("ask ask ask read 17 ");
	assert_int_equal(w.vitals.failures, 0);
	assert_string_equal(w.vitals.why, "");
}

static void waits_as_long_as_it_was_told(void **state)
{
	static const enum answer answers[] = {NOT_FOR_A_WHILE, AT_LAST};
	int64_t began = loop_clock_ms();

	(void)state;
	start(answers, "17");
	run_until("read");
	assert_record("ask ask read 17 ");
	assert_true(loop_clock_ms() - began >= 290);
}

static void fails_once(void **state)
{
	static const enum answer answers[] = {NOT_EVER};

	(void)state;
	start(answers, "17");
	assert_record("ask fatal a wrong token ");
	assert_true(life_failed(w.life));
	assert_state("failed");
	assert_string_equal(w.vitals.why, "a wrong token");
	life_fail(w.life, "another reason");
	assert_record("ask fatal a wrong token ");
	assert_string_equal(w.vitals.why, "a wrong token");
}

static void no_failure_while_it_ends(void **state)
{
	(void)state;
	life_fail(w.life, "before it began");
	start(at_once, "17");
	life_stop(w.life, on_stopped, NULL);
	life_fail(w.life, "too late");
	run_until("stopped");
	assert_record("ask read 17 cease stopped ");
	assert_false(life_failed(w.life));
	assert_string_equal(w.vitals.why, "");
}

static void stopped_at_once_when_it_is(void **state)
{
	(void)state;
	life_stop(w.life, on_stopped, NULL);
	assert_record("stopped ");
}

/* From every state; each time it can begin again. */
static void stopped_from_anywhere_and_begun_again(void **state)
{
	static const enum answer later[] = {NOT_FOR_A_WHILE}, fails[] = {NOT_EVER};
	static const struct {
		const enum answer *answers;
		const char *state;
	} cases[] = {{at_once, "reading away"}, {never, "starting"}, {later, "waiting"}, {fails, "failed"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		print_message("case %zu\n", i);
		start(cases[i].answers, "5");
		assert_state(cases[i].state);
		life_stop(w.life, on_stopped, NULL);
		run_until("stopped");
		buf_clear(&w.record);
		start(at_once, "6");
		assert_record("ask read 6 ");
		assert_state("reading away");
		life_stop(w.life, on_stopped, NULL);
		run_until("stopped");
		buf_clear(&w.record);
	}
}

static void end_of_what_is_said(void *ctx)
{
	sending_end(ctx, &(struct channel_sent){.result = SEND_OK, .ref = "", .why = ""});
}

static void waits_for_what_is_being_said(void **state)
{
	int64_t began = loop_clock_ms();
	struct timer *t = timer_new(w.loop, end_of_what_is_said, say());

	(void)state;
	start(at_once, "17");
	timer_start(t, 50);
	life_stop(w.life, on_stopped, NULL);
	assert_state("stopping");
	run_until("stopped");
	assert_record("ask read 17 cease sent stopped ");
	assert_state("stopped");
	assert_true(loop_clock_ms() - began < LONGEST_STOP_MS * 4 / 5);
	timer_free(t);
}

static void reader_is_through(void *ctx)
{
	(void)ctx;
	note("through");
	w.reader_stopped(w.stopped_life);
}

static void waits_for_the_reader(void **state)
{
	struct timer *t = timer_new(w.loop, reader_is_through, NULL);

	(void)state;
	w.reader_hangs = true;
	start(at_once, "17");
	timer_start(t, 50);
	life_stop(w.life, on_stopped, NULL);
	run_until("stopped");
	assert_record("ask read 17 cease through stopped ");
	timer_free(t);
}

static void waits_no_longer_than_a_second(void **state)
{
	int64_t began = loop_clock_ms();

	(void)state;
	w.reader_hangs = true;
	start(at_once, "17");
	(void)say();
	(void)say();
	life_stop(w.life, on_stopped, NULL);
	run_until("stopped");
	assert_record("ask read 17 cease given-back given-back stopped ");
	assert_true(loop_clock_ms() - began >= LONGEST_STOP_MS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_when_it_knows_who_it_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(asks_until_it_is_answered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waits_as_long_as_it_was_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fails_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_failure_while_it_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stopped_at_once_when_it_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stopped_from_anywhere_and_begun_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waits_for_what_is_being_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waits_for_the_reader, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waits_no_longer_than_a_second, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
