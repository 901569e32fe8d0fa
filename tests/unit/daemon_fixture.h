/* daemon_fixture.h - the project's data, a store in a file, a loop, and a channel that only remembers what it is given. */
#ifndef DAEMON_FIXTURE_H
#define DAEMON_FIXTURE_H

#include "talk_fixture.h"

#include <unistd.h>

#include "channels/channel.h"
#include "daemon/config.h"
#include "daemon/guard.h"
#include "daemon/outbox.h"
#include "daemon/sent.h"
#include "daemon/way.h"
#include "net/loop.h"
#include "store/store.h"
#include "store/store_sqlite.h"
#include "util/file.h"
#include "util/log.h"

enum { FAKE_MAX_SENT = 64, FAKE_PER_MINUTE = 5 };

/* What was sent, in order, and how the next sends shall end. */
struct fake {
	struct channel channel; /* first: the channel is the fake */
	struct sent {
		char room[32], kind[32], body[4096];
	} sent[FAKE_MAX_SENT];
	size_t n_sent;
	struct channel_sent next[FAKE_MAX_SENT]; /* results to come; SEND_OK after them */
	size_t n_next, at_next;
	struct {
		channel_sent_cb done;
		void *ctx;
		struct channel_sent result;
	} under_way[FAKE_MAX_SENT];
	size_t n_under_way;
	struct timer *answer;
	enum channel_role role; /* of everybody in every room */
	size_t n_asked;
	struct channel_private private; /* of everybody */
};

static struct loop *loop;
static struct store *store;
static struct guard *guard;
static struct sent *sent_last;
static struct config config;
static struct log quiet;
static struct fake fake;
static struct outbox *outbox;
static struct way *way;
static char folder[64];
static int64_t now_is;
static size_t saved_yes, saved_no;

static bool fake_clock_runs; /* else time stands still */
static int64_t fake_clock_from;

static inline int64_t fake_now(void)
{
	if (!fake_clock_runs)
		return now_is;
	if (!fake_clock_from)
		fake_clock_from = loop_clock_ms();
	return now_is + loop_clock_ms() - fake_clock_from;
}

static inline size_t fake_say(const struct channel *c, const struct outgoing *o, struct arena *a,
	struct channel_request **requests)
{
	struct channel_request *r = arena_alloc(a, 1, sizeof *r);

	(void)c;
	r->kind = o->n_choices ? "ask" : *o->link ? "link" : "say";
	r->body = arena_printf(a, "%s%s", o->text, o->many ? " [many]" : "");
	*requests = r;
	return 1;
}

static inline bool fake_unshow(const struct channel *c, const char *room, const char *ref, struct arena *a,
	struct channel_request *request)
{
	(void)c;
	(void)room;
	*request = (struct channel_request){.kind = "unshow", .body = arena_strdup(a, ref)};
	return true;
}

static inline void fake_answer(void *ctx)
{
	struct fake *f = ctx;
	size_t n = f->n_under_way;

	f->n_under_way = 0;
	for (size_t i = 0; i < n; i++)
		f->under_way[i].done(f->under_way[i].ctx, &f->under_way[i].result);
}

static inline void fake_send(struct channel *c, const char *room, const char *kind, const char *body, const char *txn,
	channel_sent_cb done, void *ctx)
{
	struct fake *f = (struct fake *)c;
	struct sent *s = &f->sent[f->n_sent % FAKE_MAX_SENT];

	(void)txn;
	snprintf(s->room, sizeof s->room, "%s", room);
	snprintf(s->kind, sizeof s->kind, "%s", kind);
	snprintf(s->body, sizeof s->body, "%s", body);
	f->n_sent++;
	f->under_way[f->n_under_way].done = done;
	f->under_way[f->n_under_way].ctx = ctx;
	f->under_way[f->n_under_way++].result = f->at_next < f->n_next
		? f->next[f->at_next++]
		: (struct channel_sent){.result = SEND_OK, .ref = strcmp(kind, "ask") == 0 ? "77" : "", .why = ""};
	timer_start(f->answer, 0);
}

static inline const char *fake_link(const struct channel *c, const char *payload, struct arena *a)
{
	(void)c;
	return arena_printf(a, "https://example.org/?start=%s", payload);
}

static inline bool fake_is_shared(const struct channel *c, const char *room)
{
	(void)c;
	return *room == '-';
}

static inline void fake_ask_role(struct channel *c, const char *room, const char *person, channel_role_cb told, void *ctx)
{
	struct fake *f = (struct fake *)c;

	(void)room;
	(void)person;
	f->n_asked++;
	told(ctx, f->role);
}

static inline void fake_open_private(struct channel *c, const char *person, channel_private_cb told, void *ctx)
{
	(void)person;
	told(ctx, &((struct fake *)c)->private);
}

/* As a platform where no link carries a talk over. */
static const struct channel_ops fake_opening_ops = {.name = "fake", .can = {.choices = true, .choice_width = 20},
	.say = fake_say, .unshow = fake_unshow, .send = fake_send, .is_shared = fake_is_shared,
	.ask_role = fake_ask_role, .open_private = fake_open_private};

static const struct channel_ops fake_ops = {.name = "fake", .can = {.choices = true, .choice_width = 20, .shared_room_per_minute = FAKE_PER_MINUTE},
	.say = fake_say, .unshow = fake_unshow, .send = fake_send, .private_link = fake_link, .is_shared = fake_is_shared,
	.ask_role = fake_ask_role};

/* Restarts the parts that a process loses with its end; the file stays. */
static inline void open_parts(void)
{
	struct err err = {""};
	char *db = file_join(folder, "db"), *working = file_join(folder, "working"),
	     *sent = file_join(folder, "sent");
	static struct store_runner runner;

	loop = loop_new(&err);
	runner = (struct store_runner){.ctx = loop, .run = loop_work};
	store = loop ? store_sqlite_open(db, &runner, &err) : NULL;
	guard = guard_open(working, &err);
	sent_last = sent_open(sent, &err);
	assert_string_equal(err.text, "");
	free(db);
	free(working);
	free(sent);
	fake.channel.ops = &fake_ops;
	fake.answer = timer_new(loop, fake_answer, &fake);
}

static inline void work_row(void *ctx, const struct store_out *row, void (*done)(void *done_ctx, bool saved),
	void *done_ctx)
{
	(void)ctx;
	way_take_row(way, row, done, done_ctx);
}

static inline void start_parts(void)
{
	open_parts();
	outbox = outbox_new(&(struct outbox_parts){.loop = loop, .store = store, .channel = &fake.channel,
		.sent = sent_last, .log = &quiet, .now_ms = fake_now, .work = work_row});
	way = way_new(&(struct way_parts){.loop = loop, .store = store, .channel = &fake.channel, .outbox = outbox,
		.guard = guard, .log = &quiet, .config = &config, .data = &data, .now_ms = fake_now});
	way_read_manners(way, NULL, NULL); /* answered before anything that is asked later */
	outbox_start(outbox);
}

static inline void stop_parts(void)
{
	timer_free(fake.answer);
	store_close(store);
	way_free(way);
	outbox_free(outbox);
	guard_close(guard);
	sent_close(sent_last);
	loop_free(loop);
}

static inline void new_folder(void)
{
	strcpy(folder, "/tmp/soleus-daemon-XXXXXX");
	assert_non_null(mkdtemp(folder));
}

static inline int begin_daemon(void **ignored)
{
	(void)ignored;
	new_folder();
	now_is = 1700000000000; /* a Tuesday evening in November 2023 */
	fake.n_sent = fake.n_next = fake.at_next = fake.n_under_way = fake.n_asked = 0;
	fake.role = CHANNEL_ROLE_MEMBER;
	saved_yes = saved_no = 0;
	fake_clock_runs = false;
	fake_clock_from = 0;
	config = (struct config){.region = "gb", .language = "en", .conversation_days = 30, .seen_days = 7, .old_message_minutes = 60,
		.check_ins = true};
	config.telegram.groups.manners.offer_private = true;
	config.telegram.groups.manners.answer_red_flags_unasked = true;
	start_parts();
	return 0;
}

static inline int end_daemon(void **ignored)
{
	static const char *const names[] = {"db", "db-wal", "db-shm", "working", "sent"};

	(void)ignored;
	stop_parts();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = file_join(folder, names[i]);

		(void)unlink(path);
		free(path);
	}
	return rmdir(folder);
}

static inline void on_saved(void *ctx, bool saved)
{
	(void)ctx;
	saved_yes += saved;
	saved_no += !saved;
}

/* ---- letting the loop run until nothing is under way ---- */

static struct timer *look;

static inline void look_settled(void *ctx)
{
	struct outbox_counts o;

	(void)ctx;
	outbox_counts(outbox, &o);
	if (o.under_way)
		timer_start(look, 1);
	else
		loop_stop(loop);
}

static inline void look_again(void *ctx)
{
	(void)ctx;
	way_drain(way, look_settled, NULL);
}

/* Rounds in which what came in is worked, what is said is sent, what was sent is noted; some more for a busy machine. */
static inline void let_run(void)
{
	look = timer_new(loop, look_again, NULL);
	for (int i = 0; i < 5; i++) {
		timer_start(look, 10);
		loop_run(loop);
	}
	timer_free(look);
}

static struct incoming incoming_text(const char *event, const char *text)
{
	return (struct incoming){.kind = INCOMING_TEXT, .event = event, .room = "5", .thread = "", .person = "5",
		.text = text, .len = strlen(text), .args = "", .sent_ms = now_is, .language = "en", .direct = true,
		.addressed = true, .reply_ref = "9", .shown_ref = ""};
}

static inline void give(const struct incoming *in)
{
	way_take(way, in, 1, in->event, on_saved, NULL);
	let_run();
}

static inline void tell(const char *event, const char *text)
{
	struct incoming in = incoming_text(event, text);

	give(&in);
}

/* Whether anything sent since `from` has these words in it. */
static inline bool sent_since(size_t from, const char *words)
{
	for (size_t i = from; i < fake.n_sent; i++)
		if (strstr(fake.sent[i % FAKE_MAX_SENT].body, words))
			return true;
	return false;
}

#endif
