/* test_way.c - the way of a message through the daemon's parts, with a channel that only remembers. */
#include "daemon_fixture.h"

static void an_answer_comes_after_the_commit(void **s)
{
	(void)s;
	tell("1", "my calf is swollen and warm");
	assert_int_equal(saved_yes, 1);
	assert_int_equal(fake.n_sent, 1);
	assert_true(sent_since(0, "soleus"));
	assert_string_equal(fake.sent[0].room, "5");
	assert_true(sent_since(0, "[many]"));
}

/* It must be read at a glance, whatever else there is to say. */
static void what_to_do_in_an_emergency_stands_alone(void **s)
{
	(void)s;
	tell("1", "my calf hurts and i can't breathe");
	assert_true(fake.n_sent >= 2);
	assert_non_null(strstr(fake.sent[0].body, "999"));
	assert_null(strstr(fake.sent[0].body, "30 minutes"));
	assert_non_null(strstr(fake.sent[1].body, "30 minutes"));
}

static void a_repeat_is_not_answered_again(void **s)
{
	size_t sent;

	(void)s;
	tell("1", "my calf is swollen and warm");
	sent = fake.n_sent;
	tell("1", "my calf is swollen and warm");
	assert_int_equal(saved_yes, 2);
	assert_int_equal(fake.n_sent, sent);
}

/* A channel may have read on without anything for us in it. */
static void a_cursor_alone_is_confirmed(void **s)
{
	(void)s;
	way_take(way, NULL, 0, "8", on_saved, NULL);
	let_run();
	assert_int_equal(saved_yes, 1);
}

static void on_put(void *ctx, const struct store_committed *c)
{
	(void)ctx;
	assert_null(c->err);
}

/* Silence would be worse: the person is told once, and answered when the store is well again. */
static void nobody_is_left_in_silence_by_a_sick_store(void **s)
{
	char *db = file_join(folder, "db"), *aside = file_join(folder, "aside");
	size_t sent;

	(void)s;
	let_run();
	assert_int_equal(rename(db, aside), 0);
	tell("1", "my calf is swollen and warm");
	assert_int_equal(saved_no, 1);
	assert_int_equal(fake.n_sent, 1);
	assert_true(sent_since(0, "999"));
	tell("1", "my calf is swollen and warm");
	assert_int_equal(saved_no, 2);
	assert_int_equal(fake.n_sent, 1);
	assert_int_equal(rename(aside, db), 0);
	sent = fake.n_sent;
	tell("1", "my calf is swollen and warm");
	assert_int_equal(saved_yes, 1);
	assert_true(sent_since(sent, "[many]"));
	free(db);
	free(aside);
}

static void a_restart_forgets_nothing(void **s)
{
	size_t sent;

	(void)s;
	tell("1", "my calf is swollen and warm");
	stop_parts();
	start_parts();
	tell("1", "my calf is swollen and warm");
	sent = fake.n_sent;
	tell("2", "none of these");
	assert_true(fake.n_sent > sent);
	assert_false(sent_since(sent, "I'm soleus"));
}

static void the_choices_of_an_answered_question_go(void **s)
{
	size_t sent;

	(void)s;
	tell("1", "my calf is swollen and warm");
	sent = fake.n_sent;
	tell("2", "none of these");
	assert_string_equal(fake.sent[fake.n_sent - 1].kind, "unshow");
	assert_string_equal(fake.sent[fake.n_sent - 1].body, "77");
	assert_string_not_equal(fake.sent[sent].kind, "unshow"); /* the answer is not held up by it */
}

static void a_press_on_an_old_button_is_told(void **s)
{
	struct incoming in = incoming_text("3", "");
	size_t sent;

	(void)s;
	tell("1", "my calf is swollen and warm");
	tell("2", "none of these");
	sent = fake.n_sent;
	in.kind = INCOMING_CHOICE;
	in.picked[0] = "none";
	in.n_picked = 1;
	in.of_turn = 1;
	in.shown_ref = "77";
	give(&in);
	assert_true(fake.n_sent > sent);
	assert_true(sent_since(sent, "button") || sent_since(sent, "earlier") || sent_since(sent, "before") ||
		sent_since(sent, "passed"));
}

static void what_is_not_sent_is_tried_again_in_order(void **s)
{
	(void)s;
	fake.next[fake.n_next++] = (struct channel_sent){.result = SEND_RETRY, .after_ms = 0, .why = "429"};
	tell("1", "hello");
	assert_true(fake.n_sent >= 2);
	assert_string_equal(fake.sent[0].body, fake.sent[1].body);
	stop_parts();
	fake.n_sent = 0;
	start_parts();
	let_run();
	assert_int_equal(fake.n_sent, 0);
}

static void what_was_not_sent_is_sent_after_a_restart(void **s)
{
	(void)s;
	fake.next[fake.n_next++] = (struct channel_sent){.result = SEND_RETRY, .after_ms = 3600000, .why = "429"};
	tell("1", "hello");
	assert_int_equal(fake.n_sent, 1);
	stop_parts();
	now_is += 3600001;
	start_parts();
	let_run();
	assert_true(fake.n_sent >= 2);
	assert_string_equal(fake.sent[0].body, fake.sent[1].body);
}

static void who_blocked_us_is_left_alone(void **s)
{
	(void)s;
	fake.next[fake.n_next++] = (struct channel_sent){.result = SEND_GONE, .why = "403"};
	tell("1", "my calf is swollen and warm");
	assert_int_equal(fake.n_sent, 1);
}

static void a_room_that_moved_is_followed(void **s)
{
	(void)s;
	fake.next[fake.n_next++] = (struct channel_sent){.result = SEND_MOVED, .ref = "-100", .why = "migrated"};
	tell("1", "hello");
	assert_true(fake.n_sent >= 2);
	assert_string_equal(fake.sent[0].room, "5");
	assert_string_equal(fake.sent[1].room, "-100");
	assert_string_equal(fake.sent[0].body, fake.sent[1].body);
}

static void keep_text(void *ctx, const struct store_loaded *loaded)
{
	char **kept = ctx;

	assert_null(loaded->err);
	*kept = strdup(loaded->conversations[0].state ? loaded->conversations[0].state : "");
}

/* What is remembered of person 5 there, "" for nothing; to be freed. */
static char *remembered_in(const char *room)
{
	const struct store_key key = {"fake", room, "", "5"};
	char *kept = NULL;

	store_load(store, &key, 1, "fake", NULL, 0, keep_text, &kept);
	let_run();
	return kept;
}

/* All at once: words under the old name, the news of the new one, words under that. */
static void take_a_move(const char *from, const char *to)
{
	struct incoming list[] = {incoming_text("2", "it is swollen"), incoming_text("3", ""),
		incoming_text("4", "the calf is red as well")};

	list[0].room = list[1].room = from;
	list[1].kind = INCOMING_MOVED;
	list[1].text = list[2].room = to;
	way_take(way, list, 3, "4", on_saved, NULL);
	let_run();
}

static void a_move_among_other_messages(void **s)
{
	char *old, *new;

	(void)s;
	take_a_move("5", "-8");
	assert_int_equal(saved_yes, 1);
	assert_string_equal(fake.sent[fake.n_sent - 1].room, "-8");
	old = remembered_in("5");
	new = remembered_in("-8");
	assert_string_equal(old, "");
	assert_non_null(strstr(new, "\"swelling\":\"present\""));
	assert_non_null(strstr(new, "\"redness\":\"present\""));
	free(old);
	free(new);
}

static void a_move_in_the_middle_of_a_talk(void **s)
{
	char *new;

	(void)s;
	tell("1", "my calf hurts");
	take_a_move("5", "-8");
	assert_int_equal(saved_yes, 2);
	new = remembered_in("-8");
	assert_non_null(strstr(new, "\"swelling\":\"present\""));
	assert_non_null(strstr(new, "\"redness\":\"present\""));
	free(new);
}

static void a_check_in_comes_and_goes(void **s)
{
	size_t sent;

	(void)s;
	tell("1", "my calf hurts and i can't breathe");
	assert_true(sent_since(0, "999"));
	sent = fake.n_sent;
	now_is += 31 * 60 * 1000;
	stop_parts();
	start_parts();
	let_run();
	assert_true(fake.n_sent > sent);
	assert_true(sent_since(sent, "help"));
	sent = fake.n_sent;
	stop_parts();
	start_parts();
	let_run();
	assert_int_equal(fake.n_sent, sent);
}

static void who_comes_back_first_is_not_checked_on(void **s)
{
	size_t sent;

	(void)s;
	tell("1", "my calf hurts and i can't breathe");
	now_is += 40 * 60 * 1000; /* the check-in is due, but nobody looked */
	tell("2", "thanks, the ambulance was here");
	sent = fake.n_sent;
	stop_parts();
	start_parts();
	let_run();
	assert_int_equal(fake.n_sent, sent);
}

static void a_copy_holds_what_was_told(void **s)
{
	size_t sent;

	(void)s;
	tell("1", "my calf is swollen and warm");
	sent = fake.n_sent;
	tell("2", "export my data");
	let_run();
	assert_true(sent_since(sent, "swelling"));
}

static void forgotten_is_forgotten(void **s)
{
	size_t sent;

	(void)s;
	tell("1", "my calf is swollen and warm");
	tell("2", "delete my data");
	sent = fake.n_sent;
	tell("3", "yes");
	assert_true(sent_since(sent, "erased"));
	sent = fake.n_sent;
	tell("4", "export my data");
	let_run();
	assert_false(sent_since(sent, "swelling"));
}

static struct incoming in_group(const char *event, const char *text, bool addressed)
{
	struct incoming in = incoming_text(event, text);

	in.room = "-7";
	in.direct = false;
	in.addressed = addressed;
	return in;
}

static void a_room_with_others_is_left_in_peace(void **s)
{
	struct incoming in = in_group("1", "great run today, my calf is a bit sore", false);

	(void)s;
	give(&in);
	assert_int_equal(fake.n_sent, 0);
	assert_int_equal(saved_yes, 1);
}

static void danger_in_a_room_is_answered_once(void **s)
{
	struct incoming in = in_group("1", "my calf is swollen and i can't breathe properly", false);
	size_t sent;

	(void)s;
	give(&in);
	assert_true(sent_since(0, "999"));
	assert_false(sent_since(0, "30 minutes")); /* nobody asked for a check-in */
	sent = fake.n_sent;
	in.event = "2";
	give(&in);
	assert_int_equal(fake.n_sent, sent);
}

/* Each message that is overheard may be a talk of its own, as in rooms with threads. */
static void danger_is_answered_once_whatever_the_thread(void **s)
{
	struct incoming in = in_group("1", "my calf is swollen and i can't breathe properly", false);
	size_t sent;

	(void)s;
	in.thread = "t1";
	give(&in);
	assert_true(sent_since(0, "999"));
	sent = fake.n_sent;
	in.event = "2";
	in.thread = "t2";
	give(&in);
	stop_parts();
	start_parts();
	in.event = "3";
	in.thread = "t3";
	give(&in);
	assert_int_equal(fake.n_sent, sent);
	in.event = "4";
	in.thread = "t4";
	in.person = "6"; /* somebody else is told */
	give(&in);
	assert_true(sent_since(sent, "999"));
	sent = fake.n_sent;
	in.event = "5";
	in.thread = "t5";
	in.addressed = true; /* who asks is answered */
	give(&in);
	assert_true(sent_since(sent, "999"));
}

static struct incoming settings(const char *event, const char *wish)
{
	struct incoming in = in_group(event, "settings", true);

	in.kind = INCOMING_COMMAND;
	in.args = wish;
	return in;
}

static void wish(const char *event, const char *wish, enum channel_role role)
{
	struct incoming in = settings(event, wish);

	fake.role = role;
	now_is += 60 * 1000; /* a room takes only so many messages a minute */
	give(&in);
}

static void only_admins_set_how_we_behave(void **s)
{
	struct incoming in = in_group("2", "what is a dvt?", true);
	size_t sent;

	(void)s;
	wish("1", "off", CHANNEL_ROLE_MEMBER);
	assert_int_equal(fake.n_asked, 1);
	assert_true(sent_since(0, "you can't"));
	wish("1u", "off", CHANNEL_ROLE_UNKNOWN);
	assert_true(sent_since(1, "couldn't find out"));
	sent = fake.n_sent;
	give(&in);
	assert_true(sent_since(sent, "clot"));
	sent = fake.n_sent;
	wish("3", "off", CHANNEL_ROLE_ADMIN);
	assert_true(sent_since(sent, "not even when somebody writes of danger"));
	sent = fake.n_sent;
	in.event = "4";
	give(&in);
	in = in_group("5", "my calf is swollen and i can't breathe properly", true);
	give(&in);
	wish("6", "when addressed", CHANNEL_ROLE_MEMBER);
	wish("7", "nonsense", CHANNEL_ROLE_MEMBER);
	stop_parts();
	start_parts();
	in.event = "8";
	give(&in);
	assert_int_equal(fake.n_sent, sent); /* off is off, also for those who may not change it, and after a restart */
	wish("9", "when addressed", CHANNEL_ROLE_ADMIN);
	assert_true(sent_since(sent, "when I'm addressed"));
	sent = fake.n_sent;
	in.event = "10";
	give(&in);
	assert_true(sent_since(sent, "999"));
}

static void a_room_says_what_is_overheard(void **s)
{
	struct incoming in = in_group("1", "my calf is swollen and i can't breathe properly", false);
	size_t sent;

	(void)s;
	wish("0", "when addressed", CHANNEL_ROLE_ADMIN);
	sent = fake.n_sent;
	give(&in);
	assert_int_equal(fake.n_sent, sent);
	assert_int_equal(saved_yes, 2);
	config.telegram.groups.manners.answer_red_flags_unasked = false;
	wish("2", "helpful", CHANNEL_ROLE_ADMIN);
	sent = fake.n_sent;
	in.event = "3";
	give(&in);
	assert_true(sent_since(sent, "999"));
}

static void a_room_has_numbers_of_its_own(void **s)
{
	struct incoming in = in_group("3", "my calf is swollen and i can't breathe properly", true), move = in;
	size_t sent;

	(void)s;
	wish("1", "region us", CHANNEL_ROLE_ADMIN);
	assert_true(sent_since(0, "911"));
	wish("2", "region atlantis", CHANNEL_ROLE_ADMIN);
	assert_true(sent_since(1, "nothing has changed"));
	sent = fake.n_sent;
	give(&in);
	assert_true(sent_since(sent, "911"));
	assert_false(sent_since(sent, "999"));
	move.kind = INCOMING_MOVED; /* and they go along */
	move.event = "4";
	move.text = "-8";
	give(&move);
	sent = fake.n_sent;
	in.event = "5";
	in.room = "-8";
	in.person = "6";
	give(&in);
	assert_true(sent_since(sent, "911"));
	sent = fake.n_sent;
	tell("6", "my calf is swollen and i can't breathe properly");
	assert_true(sent_since(sent, "999"));
}

static void settings_are_shown_and_not_mistaken(void **s)
{
	struct incoming in = in_group("2", "settings", true);
	size_t sent;

	(void)s;
	wish("1", "", CHANNEL_ROLE_ADMIN);
	assert_true(sent_since(0, "helpful"));
	assert_true(sent_since(0, "gb"));
	sent = fake.n_sent;
	give(&in);
	assert_true(sent_since(sent, "/settings off"));
	sent = fake.n_sent;
	wish("3", "my calf is swollen and i can't breathe properly", CHANNEL_ROLE_MEMBER);
	assert_true(sent_since(sent, "999"));
	in = incoming_text("4", "settings");
	in.kind = INCOMING_COMMAND;
	sent = fake.n_sent;
	give(&in);
	assert_true(sent_since(sent, "several people"));
}

static void what_is_no_question_is_answered_in_the_room(void **s)
{
	struct incoming in = in_group("1", "what is a dvt?", true);

	(void)s;
	give(&in);
	assert_true(sent_since(0, "clot"));
}

static void no_check_in_is_promised_where_none_is_kept(void **s)
{
	(void)s;
	config.check_ins = false;
	tell("1", "my calf hurts and i can't breathe");
	assert_true(sent_since(0, "999"));
	assert_false(sent_since(0, "30 minutes"));
}

static void the_operator_may_forbid_that(void **s)
{
	struct incoming in = in_group("1", "my calf is swollen and i can't breathe properly", false);

	(void)s;
	config.telegram.groups.manners.answer_red_flags_unasked = false;
	give(&in);
	assert_int_equal(fake.n_sent, 0);
}

/* The link leads to a private chat that knows what was said in the room. */
static void a_talk_goes_on_in_private(void **s)
{
	struct incoming in = in_group("1", "my calf is swollen and warm", true), start = incoming_text("2", "start");
	size_t sent;

	(void)s;
	give(&in);
	assert_int_equal(fake.n_sent, 1); /* one line, and nothing personal */
	assert_string_equal(fake.sent[0].kind, "link");
	sent = fake.n_sent;
	start.kind = INCOMING_COMMAND;
	start.args = "g-7_";
	give(&start);
	assert_true(fake.n_sent > sent);
	assert_true(sent_since(sent, "[many]"));
}

static void a_private_room_is_opened(void **s)
{
	struct incoming in = in_group("1", "my calf is swollen and warm", true), came = incoming_text("2", "");

	(void)s;
	fake.channel.ops = &fake_opening_ops;
	fake.private = (struct channel_private){.room = "9", .link = "https://example.org/9"};
	in.thread = "t";
	give(&in);
	assert_int_equal(fake.n_sent, 1); /* one line, and nothing personal; the question waits for them */
	assert_string_equal(fake.sent[0].room, "-7");
	assert_string_equal(fake.sent[0].kind, "link");
	came.kind = INCOMING_CAME;
	came.room = "9";
	give(&came);
	assert_true(sent_since(1, "[many]"));
	assert_string_equal(fake.sent[1].room, "9");
	came.event = "3"; /* nothing is asked twice of who comes again when all is said */
	came.person = "6";
	give(&came);
	in = incoming_text("4", "none of these");
	in.room = "9";
	give(&in);
	assert_false(sent_since(0, "tell me again"));
}

static void the_rooms_numbers_hold_for_who_comes_from_it(void **s)
{
	struct incoming in = in_group("1", "my calf is swollen and warm", true), came = incoming_text("2", "");
	size_t sent;

	(void)s;
	fake.channel.ops = &fake_opening_ops;
	fake.private = (struct channel_private){.room = "9", .link = "https://example.org/9"};
	wish("0", "region us", CHANNEL_ROLE_ADMIN);
	give(&in);
	came.kind = INCOMING_CAME;
	came.room = "9";
	give(&came);
	sent = fake.n_sent;
	in = incoming_text("3", "my leg is cold and blue and i can't breathe");
	in.room = "9";
	give(&in);
	assert_true(sent_since(sent, "911"));
	assert_false(sent_since(sent, "999"));
}

static void a_private_room_that_is_there_is_taken(void **s)
{
	struct incoming in = in_group("1", "my calf is swollen and warm", true);
	size_t in_room = 0, asked = 0;

	(void)s;
	fake.channel.ops = &fake_opening_ops;
	fake.private = (struct channel_private){.room = "5", .there = true, .link = "https://example.org/5"};
	tell("0", "what is a dvt?");
	fake.n_sent = 0;
	now_is += 1000;
	give(&in);
	for (size_t i = 0; i < fake.n_sent; i++) {
		in_room += !strcmp(fake.sent[i].room, "-7") && !strcmp(fake.sent[i].kind, "link");
		asked += !strcmp(fake.sent[i].room, "5") && !strcmp(fake.sent[i].kind, "ask");
	}
	assert_int_equal(in_room, 1);
	assert_int_equal(asked, 1);
}

static void where_no_room_is_to_be_had_a_link_is(void **s)
{
	struct incoming in = in_group("1", "my calf is swollen and warm", true);

	(void)s;
	fake.channel.ops = &fake_opening_ops;
	fake.private = (struct channel_private){.again = true, .link = ""};
	give(&in);
	assert_int_equal(fake.n_sent, 0); /* not now, and not forgotten */
	stop_parts();
	start_parts();
	fake.channel.ops = &fake_opening_ops;
	fake.private = (struct channel_private){.link = "https://example.org/me"};
	now_is += 10 * 60 * 1000;
	outbox_plan(outbox, now_is);
	let_run();
	assert_int_equal(fake.n_sent, 1);
	assert_string_equal(fake.sent[0].kind, "link");
	assert_true(sent_since(0, "999"));
	in = incoming_text("2", ""); /* they invite us, and the talk goes on */
	in.kind = INCOMING_ADDED;
	in.room = "11";
	in.person = "6";
	give(&in);
	assert_int_equal(fake.n_sent, 1); /* somebody else comes to nothing new */
	in.event = "3";
	in.room = "12";
	in.person = "5";
	give(&in);
	assert_true(sent_since(1, "[many]"));
	assert_string_equal(fake.sent[1].room, "12");
}

static void two_people_in_one_room_never_mix(void **s)
{
	struct incoming ann = in_group("1", "my calf is swollen and warm", true),
			bob = in_group("2", "no", true);

	(void)s;
	config.telegram.groups.manners.offer_private = false;
	give(&ann);
	assert_true(sent_since(0, "[many]"));
	bob.person = "6";
	give(&bob);
	assert_false(sent_since(fake.n_sent - 1, "[many]"));
}

static void nobody_in_particular_is_warned_all_the_same(void **s)
{
	struct incoming in = in_group("1", "my calf is swollen and i can't breathe properly", true);
	size_t sent;

	(void)s;
	in.person = "";
	give(&in);
	assert_true(sent_since(0, "999"));
	sent = fake.n_sent;
	in.event = "2";
	in.text = "my calf is sore";
	in.len = strlen(in.text);
	give(&in);
	assert_true(sent_since(sent, "private"));
}

static void an_old_message_is_answered_as_one(void **s)
{
	struct incoming in = incoming_text("1", "my calf is sore");

	(void)s;
	in.sent_ms = now_is - 2 * 3600 * 1000;
	give(&in);
	assert_true(sent_since(0, "only now"));
}

static void too_many_messages_are_told_and_danger_is_not_missed(void **s)
{
	size_t sent;

	(void)s;
	config.messages_per_minute = 2;
	tell("1", "hello");
	tell("2", "my calf is sore");
	sent = fake.n_sent;
	tell("3", "and sore");
	assert_int_equal(fake.n_sent, sent + 1);
	tell("4", "and sore");
	assert_int_equal(fake.n_sent, sent + 1);
	tell("5", "my calf is swollen and i can't breathe properly");
	assert_true(sent_since(sent, "call 999"));
}

static void a_command_is_what_a_person_would_write(void **s)
{
	struct incoming in = incoming_text("1", "privacy");
	size_t sent;

	(void)s;
	in.kind = INCOMING_COMMAND;
	give(&in);
	assert_true(sent_since(0, "delete my data"));
	sent = fake.n_sent;
	in.event = "2";
	in.text = "calf";
	in.len = 4;
	in.args = "my calf is swollen and warm";
	give(&in);
	assert_true(sent_since(sent, "[many]"));
}

static void somebody_elses_words_are_not_the_persons(void **s)
{
	struct incoming in = incoming_text("1", "my calf is swollen and i can't breathe");

	(void)s;
	in.kind = INCOMING_FORWARD;
	give(&in);
	assert_int_equal(fake.n_sent, 1);
	assert_false(sent_since(0, "Call 999")); /* that would answer signs; the line itself names the number */
	assert_false(sent_since(0, "[many]"));
}

static void an_edit_that_tells_of_danger_is_heard(void **s)
{
	struct incoming in = incoming_text("2", "my calf is sore and i can't breathe");
	size_t sent;

	(void)s;
	tell("1", "my calf is sore");
	in.kind = INCOMING_EDIT;
	sent = fake.n_sent;
	give(&in);
	assert_true(sent_since(sent, "999"));
	in.event = "3";
	in.text = "my calf is quite sore and i can't breathe";
	in.len = strlen(in.text);
	sent = fake.n_sent;
	give(&in);
	assert_int_equal(fake.n_sent, sent);
}

/* Numbers of turns begin anew after that: "none of these" of the old talk answers nothing of the new one. */
static void a_button_from_before_forgetting_answers_nothing(void **s)
{
	struct incoming in = incoming_text("9", "");
	size_t sent;

	(void)s;
	tell("1", "my calf is swollen and warm");
	tell("2", "delete my data");
	tell("3", "yes");
	tell("4", "my calf is swollen and warm");
	in.kind = INCOMING_CHOICE;
	in.picked[0] = "none";
	in.n_picked = 1;
	in.of_turn = 1;
	in.shown_ref = "55"; /* the old message; the new one is 77 */
	sent = fake.n_sent;
	give(&in);
	assert_true(sent_since(sent, "button") || sent_since(sent, "earlier") || sent_since(sent, "before") ||
		sent_since(sent, "passed"));
	in.event = "10";
	in.of_turn = 40; /* later than now */
	in.shown_ref = "";
	sent = fake.n_sent;
	give(&in);
	assert_true(sent_since(sent, "button") || sent_since(sent, "earlier") || sent_since(sent, "before") ||
		sent_since(sent, "passed"));
}

/* Whose older talk in private ended calmly is not met with that when the room was told of more. */
static void what_a_room_was_told_is_not_lost_to_an_older_talk(void **s)
{
	struct incoming in = in_group("3", "my calf is swollen and warm", true), start = incoming_text("4", "start");
	size_t sent;

	(void)s;
	tell("1", "my calf is a bit sore after a run");
	now_is += 1000;
	give(&in);
	start.kind = INCOMING_COMMAND;
	start.args = "g-7_";
	give(&start);
	sent = fake.n_sent;
	tell("5", "summary");
	assert_true(sent_since(sent, "welling"));
}

static void a_copy_is_not_for_a_room_with_others(void **s)
{
	struct incoming in = in_group("2", "export my data", true);
	size_t sent;

	(void)s;
	tell("1", "my calf is swollen and warm");
	sent = fake.n_sent;
	give(&in);
	let_run();
	assert_false(sent_since(sent, "swelling"));
	assert_true(sent_since(sent, "private"));
}

/* A store that was sick for a while must not make the person one who writes too much. */
static void what_comes_again_is_counted_once(void **s)
{
	char *db = file_join(folder, "db"), *aside = file_join(folder, "aside");

	(void)s;
	config.messages_per_minute = 2;
	let_run();
	assert_int_equal(rename(db, aside), 0);
	for (int i = 0; i < 5; i++)
		tell("1", "my calf is swollen and warm");
	assert_int_equal(rename(aside, db), 0);
	tell("1", "my calf is swollen and warm");
	assert_true(sent_since(0, "[many]"));
	free(db);
	free(aside);
}

static void what_was_lost_is_owned_up_to(void **s)
{
	struct store_batch *b = store_batch_new();
	size_t sent;

	(void)s;
	tell("1", "my calf is swollen and warm");
	store_batch_put(b, &(struct store_key){"fake", "5", "", "5"}, "{\"version\":99}", 1, now_is + 1000000);
	store_commit(store, b, on_put, NULL);
	let_run();
	sent = fake.n_sent;
	tell("2", "thanks");
	assert_true(sent_since(sent, "lost"));
	sent = fake.n_sent;
	tell("3", "my calf is sore");
	assert_false(sent_since(sent, "I lost"));
}

static void taps_are_never_too_many(void **s)
{
	struct incoming in = incoming_text("9", "");
	size_t sent;

	(void)s;
	config.messages_per_minute = 1;
	tell("1", "my calf is swollen and warm");
	tell("2", "hm");
	tell("3", "hm");
	in.kind = INCOMING_CHOICE;
	in.picked[0] = "none";
	in.n_picked = 1;
	sent = fake.n_sent;
	give(&in);
	assert_true(sent_since(sent, "[many]"));
}

static void an_edit_before_the_answer_counts(void **s)
{
	struct incoming both[2] = {incoming_text("1", "my calf is sore"),
		incoming_text("2", "my calf is swollen and i can't breathe properly")};

	(void)s;
	both[1].kind = INCOMING_EDIT;
	way_take(way, both, 2, "3", on_saved, NULL);
	let_run();
	assert_true(sent_since(0, "999"));
}

#define WITH_DAEMON(test) cmocka_unit_test_setup_teardown(test, begin_daemon, end_daemon)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DAEMON(an_answer_comes_after_the_commit),
		WITH_DAEMON(what_to_do_in_an_emergency_stands_alone),
		WITH_DAEMON(a_repeat_is_not_answered_again),
		WITH_DAEMON(a_cursor_alone_is_confirmed),
		WITH_DAEMON(nobody_is_left_in_silence_by_a_sick_store),
		WITH_DAEMON(a_restart_forgets_nothing),
		WITH_DAEMON(the_choices_of_an_answered_question_go),
		WITH_DAEMON(a_press_on_an_old_button_is_told),
		WITH_DAEMON(what_is_not_sent_is_tried_again_in_order),
		WITH_DAEMON(what_was_not_sent_is_sent_after_a_restart),
		WITH_DAEMON(who_blocked_us_is_left_alone),
		WITH_DAEMON(a_room_that_moved_is_followed),
		WITH_DAEMON(a_move_among_other_messages),
		WITH_DAEMON(a_move_in_the_middle_of_a_talk),
		WITH_DAEMON(a_check_in_comes_and_goes),
		WITH_DAEMON(who_comes_back_first_is_not_checked_on),
		WITH_DAEMON(a_copy_holds_what_was_told),
		WITH_DAEMON(forgotten_is_forgotten),
		WITH_DAEMON(a_room_with_others_is_left_in_peace),
		WITH_DAEMON(danger_in_a_room_is_answered_once),
		WITH_DAEMON(what_is_no_question_is_answered_in_the_room),
		WITH_DAEMON(no_check_in_is_promised_where_none_is_kept),
		WITH_DAEMON(the_operator_may_forbid_that),
		WITH_DAEMON(a_talk_goes_on_in_private),
		WITH_DAEMON(danger_is_answered_once_whatever_the_thread),
		WITH_DAEMON(a_private_room_is_opened),
		WITH_DAEMON(the_rooms_numbers_hold_for_who_comes_from_it),
		WITH_DAEMON(a_private_room_that_is_there_is_taken),
		WITH_DAEMON(where_no_room_is_to_be_had_a_link_is),
		WITH_DAEMON(only_admins_set_how_we_behave),
		WITH_DAEMON(a_room_says_what_is_overheard),
		WITH_DAEMON(a_room_has_numbers_of_its_own),
		WITH_DAEMON(settings_are_shown_and_not_mistaken),
		WITH_DAEMON(two_people_in_one_room_never_mix),
		WITH_DAEMON(nobody_in_particular_is_warned_all_the_same),
		WITH_DAEMON(an_old_message_is_answered_as_one),
		WITH_DAEMON(too_many_messages_are_told_and_danger_is_not_missed),
		WITH_DAEMON(a_command_is_what_a_person_would_write),
		WITH_DAEMON(somebody_elses_words_are_not_the_persons),
		WITH_DAEMON(an_edit_before_the_answer_counts),
		WITH_DAEMON(an_edit_that_tells_of_danger_is_heard),
		WITH_DAEMON(a_button_from_before_forgetting_answers_nothing),
		WITH_DAEMON(what_a_room_was_told_is_not_lost_to_an_older_talk),
		WITH_DAEMON(a_copy_is_not_for_a_room_with_others),
		WITH_DAEMON(what_comes_again_is_counted_once),
		WITH_DAEMON(what_was_lost_is_owned_up_to),
		WITH_DAEMON(taps_are_never_too_many),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
