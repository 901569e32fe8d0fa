/* store.c - store_bench: what the store costs a message.
 *
 *     store_bench group [DIR]      64 messages in flight that share commits, beside one commit a message
 *     store_bench million [DIR]    a message with a million stored conversations, beside a thousand
 *
 * A message is what the daemon makes of it: its conversation and event are looked up; conversation, event, cursor and a row
 * of the outbox are committed, synced; afterwards the row is marked as done in a light commit. Files are made in DIR
 * (default: the current folder; it should be on the disk that is meant) and removed. The last line is one JSON object. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/store.h"
#include "store/store_sqlite.h"
#include "util/err.h"
#include "util/mem.h"

enum {
	IN_FLIGHT = 64,
	STATE_BYTES = 800,
	BODY_BYTES = 300,
	PAIRS = 7,
	GROUP_MESSAGES = 6400, /* in each run of a pair */
	SINGLE_MESSAGES = 640,
	FEW = 1000,
	MILLION = 1000000,
	ALONE_MESSAGES = 320,
	REPORTS = 5,
};

#define CHANNEL "telegram"
#define FOREVER INT64_C(4000000000000)

/* Work is done when the pump comes by, as on a loop whose thread pool is quick. */
struct pump {
	void (*work)(void *arg), (*done)(void *arg);
	void *arg;
};

/* One message under way. */
struct message {
	char person[24], event[24];
	int64_t out_id;
};

struct bench {
	struct store *store;
	struct pump pump;
	uint64_t random;
	int64_t events; /* so far */
	int people;
	char state[STATE_BYTES + 1], body[BODY_BYTES + 1];
	struct message messages[IN_FLIGHT];
	size_t n_messages;
};

static void die(const struct err *err)
{
	(void)fprintf(stderr, "store_bench: %s\n", err->text);
	exit(1);
}

static void pump_run(void *ctx, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	*(struct pump *)ctx = (struct pump){work, done, arg};
}

static void pump_all(struct pump *p)
{
	while (p->work) {
		struct pump job = *p;
		*p = (struct pump){0};
		job.work(job.arg);
		job.done(job.arg);
	}
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t next_random(struct bench *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random;
}

static void check(const struct err *err)
{
	if (err)
		die(err);
}

static struct store_key key_of(const struct message *m)
{
	return (struct store_key){CHANNEL, m->person, "", m->person};
}

static void ignore_committed(void *ctx, const struct store_committed *c)
{
	(void)ctx;
	check(c->err);
}

static void on_committed(void *ctx, const struct store_committed *c)
{
	struct message *m = ctx;

	check(c->err);
	m->out_id = c->out_ids[0];
}

static void commit_message(struct bench *b, struct message *m, int64_t version)
{
	struct store_key key = key_of(m);
	struct store_batch *batch = store_batch_new();

	store_batch_put(batch, &key, b->state, version, FOREVER + b->events);
	store_batch_seen(batch, CHANNEL, m->event, FOREVER);
	store_batch_cursor(batch, CHANNEL, m->event);
	store_batch_out(batch, &(struct store_out){.key = key, .kind = "sendMessage", .body = b->body, .txn = ""});
	store_commit(b->store, batch, on_committed, m);
}

static void on_loaded(void *ctx, const struct store_loaded *l)
{
	struct bench *b = ctx;

	check(l->err);
	for (size_t i = 0; i < b->n_messages; i++)
		commit_message(b, &b->messages[i], l->conversations[i].version);
}

/* Two messages of one person would conflict, as nobody orders them here: they are kept apart. */
static bool is_twice(const struct bench *b, size_t last)
{
	bool twice = false;

	for (size_t i = 0; i < last; i++)
		twice |= strcmp(b->messages[i].person, b->messages[last].person) == 0;
	return twice;
}

static void make_message(struct bench *b, size_t at)
{
	struct message *m = &b->messages[at];

	do
		(void)snprintf(m->person, sizeof m->person, "%d", 100000000 + (int)(next_random(b) % (uint64_t)b->people));
	while (is_twice(b, at));
	(void)snprintf(m->event, sizeof m->event, "%" PRId64, 500000000 + ++b->events);
}

/* `n` messages that come at once: read together, committed each for itself, marked as done together. */
static void work(struct bench *b, size_t n)
{
	struct store_key keys[IN_FLIGHT];
	const char *events[IN_FLIGHT];
	struct store_batch *sent = store_batch_new();

	b->n_messages = n;
	for (size_t i = 0; i < n; i++) {
		make_message(b, i);
		keys[i] = key_of(&b->messages[i]);
		events[i] = b->messages[i].event;
	}
	store_load(b->store, keys, n, CHANNEL, events, n, on_loaded, b);
	pump_all(&b->pump);
	for (size_t i = 0; i < n; i++)
		store_batch_out_done(sent, b->messages[i].out_id);
	store_batch_light(sent);
	store_commit(b->store, sent, ignore_committed, NULL);
	pump_all(&b->pump);
}

static void fill(struct bench *b, int people)
{
	struct store_batch *batch = store_batch_new();
	char person[24];

	for (int i = 0; i < people; i++) {
		struct store_key key = {CHANNEL, person, "", person};
		/* in no order, as people come */
		int number = (int)((uint64_t)i * 7919 % (uint64_t)people);
		(void)snprintf(person, sizeof person, "%d", 100000000 + number);
		store_batch_put(batch, &key, b->state, 0, FOREVER - i);
		if (i % 4000 == 3999 || i == people - 1) {
			store_batch_light(batch);
			store_commit(b->store, batch, ignore_committed, NULL);
			pump_all(&b->pump);
			batch = store_batch_new();
		}
	}
	store_batch_free(batch);
	b->people = people;
}

static void file_path(char out[4096], const char *dir, const char *name)
{
	if (snprintf(out, 4096, "%s/store_bench-%s.db", dir, name) >= 4096)
		die(&(struct err){"the path is too long"});
}

static void bench_open(struct bench *b, const char *dir, const char *name)
{
	struct store_runner runner = {&b->pump, pump_run};
	char path[4096];
	struct err err;

	*b = (struct bench){.random = 88172645463325252u, .events = (int64_t)(time(NULL) % 100000) * 10000};
	memset(b->state, 's', STATE_BYTES);
	memset(b->body, 'b', BODY_BYTES);
	file_path(path, dir, name);
	b->store = store_sqlite_open(path, &runner, &err);
	if (!b->store)
		die(&err);
}

static void remove_files(const char *dir, const char *name)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[4096], whole[4104];

	file_path(path, dir, name);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		(void)snprintf(whole, sizeof whole, "%s%s", path, ends[i]);
		(void)unlink(whole); /* not all are there */
	}
}

static int by_size(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double median(double *list, size_t n)
{
	qsort(list, n, sizeof *list, by_size);
	return list[n / 2];
}

struct cost {
	double wall_us, cpu_us; /* a message */
};

static struct cost measure(struct bench *b, size_t messages, size_t at_once)
{
	double wall = now_s(), cpu = cpu_s();

	for (size_t i = 0; i < messages; i += at_once)
		work(b, at_once);
	return (struct cost){(now_s() - wall) / (double)messages * 1e6, (cpu_s() - cpu) / (double)messages * 1e6};
}

static int group(const char *dir)
{
	struct bench b;
	double ratios[PAIRS], grouped_us[PAIRS], single_us[PAIRS], cpu_us[PAIRS];

	remove_files(dir, "group");
	bench_open(&b, dir, "group");
	fill(&b, FEW);
	for (size_t i = 0; i < PAIRS; i++) {
		struct cost single = measure(&b, SINGLE_MESSAGES, 1), grouped = measure(&b, GROUP_MESSAGES, IN_FLIGHT);
		ratios[i] = single.wall_us / grouped.wall_us;
		single_us[i] = single.wall_us;
		grouped_us[i] = grouped.wall_us;
		cpu_us[i] = grouped.cpu_us;
	}
	store_close(b.store);
	remove_files(dir, "group");
	printf("{\"store_group_vs_single\": %.2f, \"single_us\": %.1f, \"group_us\": %.1f, \"group_cpu_us\": %.1f}\n",
		median(ratios, PAIRS), median(single_us, PAIRS), median(grouped_us, PAIRS), median(cpu_us, PAIRS));
	return 0;
}

/* Memory that is the process's own: what the file cache holds is not. */
static double own_mb(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	long kb = 0;

	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, "RssAnon:", 8) == 0)
			kb = strtol(line + 8, NULL, 10);
	if (f)
		(void)fclose(f);
	return (double)kb / 1024;
}

struct report {
	struct cost alone, grouped;
	double mb;
};

/* In a process of its own, for the memory. */
static struct report measured_apart(const char *dir, const char *name, int people)
{
	struct report r = {0};
	int ends[2], status = 1;

	if (pipe(ends) < 0)
		die(&(struct err){"no pipe"});
	pid_t child = fork();
	if (child == 0) {
		struct bench b;
		bench_open(&b, dir, name);
		b.people = people;
		(void)measure(&b, GROUP_MESSAGES, IN_FLIGHT); /* warm */
		r.alone = measure(&b, ALONE_MESSAGES, 1);
		r.grouped = measure(&b, GROUP_MESSAGES, IN_FLIGHT);
		r.mb = own_mb();
		store_close(b.store);
		_exit(write(ends[1], &r, sizeof r) == (ssize_t)sizeof r ? 0 : 1);
	}
	close(ends[1]);
	bool told = child > 0 && read(ends[0], &r, sizeof r) == (ssize_t)sizeof r;
	close(ends[0]);
	if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0 || !told)
		die(&(struct err){"a run failed"});
	return r;
}

static void fill_file(const char *dir, const char *name, int people)
{
	struct bench b;

	remove_files(dir, name);
	bench_open(&b, dir, name);
	fill(&b, people);
	store_close(b.store);
}

static int million(const char *dir)
{
	double alone[REPORTS], grouped[REPORTS], growth[REPORTS], few_us[REPORTS], many_us[REPORTS], cpu[REPORTS];

	fill_file(dir, "few", FEW);
	(void)fprintf(stderr, "filling a million conversations ...\n");
	fill_file(dir, "million", MILLION);
	for (size_t i = 0; i < REPORTS; i++) {
		struct report few = measured_apart(dir, "few", FEW), many = measured_apart(dir, "million", MILLION);
		alone[i] = many.alone.wall_us / few.alone.wall_us;
		grouped[i] = many.grouped.wall_us / few.grouped.wall_us;
		cpu[i] = many.grouped.cpu_us - few.grouped.cpu_us;
		few_us[i] = few.alone.wall_us;
		many_us[i] = many.alone.wall_us;
		growth[i] = many.mb - few.mb;
	}
	remove_files(dir, "few");
	remove_files(dir, "million");
	printf("{\"million_slowdown\": %.2f, \"million_growth_mb\": %.2f, \"thousand_us\": %.1f, \"million_us\": %.1f,"
	       " \"million_slowdown_grouped\": %.2f, \"million_grouped_more_cpu_us\": %.1f}\n",
		median(alone, REPORTS), median(growth, REPORTS), median(few_us, REPORTS), median(many_us, REPORTS),
		median(grouped, REPORTS), median(cpu, REPORTS));
	return 0;
}

int main(int argc, char **argv)
{
	const char *dir = argc > 2 ? argv[2] : ".";

	if (argc >= 2 && argc <= 3 && strcmp(argv[1], "group") == 0)
		return group(dir);
	if (argc >= 2 && argc <= 3 && strcmp(argv[1], "million") == 0)
		return million(dir);
	(void)fputs("usage: store_bench group|million [DIR]\n", stderr);
	return 2;
}
