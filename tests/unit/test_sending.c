/* test_sending.c - who is told what, how often, and what is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "channels/sending.h"
#include "util/buf.h"
#include "util/mem.h"

enum { MAX_RECORD = 400 };

struct word {
	struct sending sending;
	char name;
};

/* What happened: "-a" was freed, then its end as "OK(a) " and the like. */
struct talk {
	struct sendings sendings;
	struct buf record;
	struct listener {
		char name;
		char next; /* begun when this one is told; 0: none */
	} listeners[26];
};

static struct talk talk;

static void told(void *ctx, const struct channel_sent *what);

static struct word *begin(char name)
{
	struct word *w = mem_alloc(1, sizeof *w);

	w->name = name;
	talk.listeners[name - 'a'].name = name;
	sending_begin(&talk.sendings, &w->sending, told, &talk.listeners[name - 'a']);
	return w;
}

static void told(void *ctx, const struct channel_sent *what)
{
	static const char *const names[] = {"ok", "retry", "drop", "gone", "moved"};
	const struct listener *l = ctx;

	buf_addf(&talk.record, "%s(%c%s%s) ", names[what->result], l->name, *what->why ? ", " : "", what->why);
	if (l->next)
		begin(l->next);
}

static void free_word(struct sending *one)
{
	struct word *w = (struct word *)one;

	buf_addf(&talk.record, "-%c ", w->name);
	free(w);
}

static int set_up(void **state)
{
	(void)state;
	talk = (struct talk){0};
	buf_init(&talk.record, MAX_RECORD);
	sendings_init(&talk.sendings, free_word);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	sendings_done(&talk.sendings);
	buf_done(&talk.record);
	return 0;
}

static void end(struct word *w, enum send_result result)
{
	sending_end(&w->sending, &(struct channel_sent){.result = result, .ref = "", .after_ms = -1, .why = ""});
}

static void each_is_told_once(void **state)
{
	struct word *a = begin('a'), *b = begin('b');

	(void)state;
	assert_int_equal(talk.sendings.under_way.n, 2);
	end(b, SEND_OK);
	end(a, SEND_GONE);
	assert_string_equal(buf_str(&talk.record), "-b ok(b) -a gone(a) ");
	assert_int_equal(talk.sendings.under_way.n, 0);
}

static void counts_what_was_taken_and_refused(void **state)
{
	static const struct {
		enum send_result result;
		uint64_t taken, refused;
	} cases[] = {
		{SEND_OK, 1, 0},
		{SEND_DROP, 0, 1},
		{SEND_RETRY, 0, 0},
		{SEND_GONE, 0, 0},
		{SEND_MOVED, 0, 0},
	};
	uint64_t taken = 0, refused = 0;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		print_message("case %zu\n", i);
		end(begin('a'), cases[i].result);
		assert_int_equal(talk.sendings.taken, taken += cases[i].taken);
		assert_int_equal(talk.sendings.refused, refused += cases[i].refused);
	}
}

static void a_callback_begins_another(void **state)
{
	(void)state;
	talk.listeners[0].next = 'c';
	begin('b');
	end(begin('a'), SEND_OK);
	assert_int_equal(talk.sendings.under_way.n, 2);
	sendings_stop(&talk.sendings);
	assert_string_equal(buf_str(&talk.record),
		"-a ok(a) -b retry(b, stopped, maybe taken) -c retry(c, stopped, maybe taken) ");
}

static void stopped_in_order_and_not_what_comes_meanwhile(void **state)
{
	(void)state;
	begin('a');
	begin('b');
	talk.listeners[0].next = 'x';
	talk.listeners[1].next = 'y';
	sendings_stop(&talk.sendings);
	assert_string_equal(buf_str(&talk.record),
		"-a retry(a, stopped, maybe taken) -b retry(b, stopped, maybe taken) ");
	assert_int_equal(talk.sendings.under_way.n, 2);
}

static void ends_untold(void **state)
{
	(void)state;
	begin('a');
	begin('b');
	sendings_done(&talk.sendings);
	assert_string_equal(buf_str(&talk.record), "-a -b ");
	assert_int_equal(talk.sendings.under_way.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_is_told_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(counts_what_was_taken_and_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_callback_begins_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stopped_in_order_and_not_what_comes_meanwhile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ends_untold, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
