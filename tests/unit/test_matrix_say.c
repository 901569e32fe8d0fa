/* test_matrix_say.c - what is to be said as contents of events. Those are printed as well, for tests/matrix/requests.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/channel.h"
#include "channels/matrix_say.h"
#include "util/arena.h"
#include "util/json.h"

#define REST "\"format\":\"org.matrix.custom.html\",\"formatted_body\":"

static const struct channel_choice choices[] = {{"yes", "Yes", false}, {"a \"b\"", "B", true}};

static const struct {
	struct outgoing o;
	bool shared;
	const char *kind, *body;
} cases[] = {
	{{.room = "!r", .thread = "", .person = "@a:b", .text = "Hello.", .reply_ref = ""}, false, "say",
		"{\"msgtype\":\"m.text\",\"body\":\"Hello.\"," REST "\"<p>Hello.</p>\",\"m.mentions\":{}}"},
	{{.room = "!r", .thread = "", .person = "@a:b", .text = "**Call 112** & <wait>\nnow", .reply_ref = ""}, false, "say",
		"{\"msgtype\":\"m.text\",\"body\":\"Call 112 & <wait>\\nnow\"," REST
		"\"<p><strong>Call 112</strong> &amp; &lt;wait&gt;<br>now</p>\",\"m.mentions\":{}}"},
	{{.room = "!r", .thread = "", .person = "@a:b", .text = "One:\n- a\n- **b**\n\nTwo:\n1. c\n2. d", .reply_ref = ""}, false, "say",
		"{\"msgtype\":\"m.text\",\"body\":\"One:\\n- a\\n- b\\n\\nTwo:\\n1. c\\n2. d\"," REST
		"\"<p>One:</p><ul><li>a</li><li><strong>b</strong></li></ul><p>Two:</p><ol><li>c</li><li>d</li></ol>\",\"m.mentions\":{}}"},
	{{.room = "!r", .thread = "", .person = "@a:b", .text = "2 ** 3 and **open", .reply_ref = ""}, false, "say",
		"{\"msgtype\":\"m.text\",\"body\":\"2 ** 3 and **open\"," REST "\"<p>2 ** 3 and **open</p>\",\"m.mentions\":{}}"},
	{{.room = "!r", .thread = "$t", .person = "@a:b", .text = "Hi", .reply_ref = "$e"}, true, "say",
		"{\"msgtype\":\"m.notice\",\"body\":\"Hi\"," REST "\"<p>Hi</p>\",\"m.mentions\":{\"user_ids\":[\"@a:b\"]},"
		"\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"$t\",\"is_falling_back\":true,"
		"\"m.in_reply_to\":{\"event_id\":\"$e\"}}}"},
	{{.room = "!r", .thread = "$t", .person = "", .text = "Hi", .reply_ref = ""}, false, "say",
		"{\"msgtype\":\"m.text\",\"body\":\"Hi\"," REST "\"<p>Hi</p>\",\"m.mentions\":{},"
		"\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"$t\",\"is_falling_back\":true,"
		"\"m.in_reply_to\":{\"event_id\":\"$t\"}}}"},
	{{.room = "!r", .thread = "", .person = "", .text = "Hi", .reply_ref = "$e"}, true, "say",
		"{\"msgtype\":\"m.notice\",\"body\":\"Hi\"," REST "\"<p>Hi</p>\",\"m.mentions\":{},"
		"\"m.relates_to\":{\"m.in_reply_to\":{\"event_id\":\"$e\"}}}"},
	{{.room = "!r", .thread = "", .person = "", .text = "Hi", .reply_ref = "", .choices = choices, .n_choices = 2, .turn = 7}, false,
		"say", "{\"msgtype\":\"m.text\",\"body\":\"Hi\"," REST "\"<p>Hi</p>\",\"m.mentions\":{},"
		"\"org.soleus.choices\":{\"turn\":7,\"ids\":[\"yes\",\"a \\\"b\\\"\"]}}"},
	{{.room = "!r", .thread = "", .person = "", .text = "Sealed", .reply_ref = "", .harmless = true}, false, "tell",
		"{\"msgtype\":\"m.text\",\"body\":\"Sealed\"," REST "\"<p>Sealed</p>\",\"m.mentions\":{}}"},
	{{.room = "!r", .thread = "", .person = "", .text = "Come", .reply_ref = "", .link = "https://x.y/", .link_label = "Go"}, false,
		"say", "{\"msgtype\":\"m.text\",\"body\":\"Come\\n\\nGo: https://x.y/\"," REST
		"\"<p>Come</p><p>Go: https://x.y/</p>\",\"m.mentions\":{}}"},
};

static void contents(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *arena = arena_new();
		struct channel_request *r;

		assert_int_equal(matrix_say(&cases[i].o, cases[i].shared, arena, &r), 1);
		assert_string_equal(r->kind, cases[i].kind);
		if (strcmp(r->body, cases[i].body) != 0)
			fail_msg("case %zu\n  got      %s\n  expected %s", i, r->body, cases[i].body);
		printf("request m.room.message %s\n", r->body);
		arena_free(arena);
	}
}

/* A long text, of what takes most room when it is escaped, is cut; the choices are with the last part. */
static void long_texts(void **state)
{
	static char text[60001];
	struct arena *arena = arena_new();
	struct channel_request *r;
	struct outgoing o = {.room = "!r", .thread = "$t", .person = "@a:b", .text = text, .reply_ref = "$e", .choices = choices,
		.n_choices = 2, .turn = 1};
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = i % 50 == 49 ? '\n' : i % 7 == 6 ? ' ' : i % 3 ? 'x' : '"';
	n = matrix_say(&o, true, arena, &r);
	assert_true(n > 5);
	for (size_t i = 0; i < n; i++) {
		cJSON *tree = json_parse(r[i].body, strlen(r[i].body), NULL);

		assert_non_null(tree);
		assert_true(strlen(r[i].body) < 60000);
		assert_int_equal(cJSON_HasObjectItem(tree, "org.soleus.choices"), i + 1 == n);
		assert_non_null(strstr(r[i].body, i ? "\"m.mentions\":{}" : "@a:b"));
		cJSON_Delete(tree);
	}
	arena_free(arena);
}

static void made_smaller(void **state)
{
	char *smaller = matrix_smaller("{\"body\":\"a\",\"format\":\"f\",\"formatted_body\":\"<p>a</p>\"}");
	char *outside = matrix_outside("{\"body\":\"a\",\"m.relates_to\":{\"rel_type\":\"m.thread\"}}");

	(void)state;
	assert_string_equal(smaller, "{\"body\":\"a\"}");
	assert_string_equal(outside, "{\"body\":\"a\"}");
	assert_null(matrix_smaller(smaller));
	assert_null(matrix_outside(outside));
	free(smaller);
	free(outside);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contents), cmocka_unit_test(long_texts), cmocka_unit_test(made_smaller)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
