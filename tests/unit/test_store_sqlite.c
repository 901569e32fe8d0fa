/* test_store_sqlite.c - the file: what it outlives, what it refuses, what it says when the world fails, and that it goes on
 * when the world heals. */
#include "store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "fault_vfs.h"
#include "store/sqlite_home.h"
#include "store/sqlite_schema.h"
#include "store/store_sqlite.h"
#include "util/file.h"
#include "util/mem.h"

static void open_again(struct fixture *f)
{
	store_close(f->s);
	f->s = store_sqlite_open(f->path, NULL, &f->err);
	if (!f->s)
		fail_msg("%s", f->err.text);
}

static int opened(void **state)
{
	struct fixture *f = fixture_new();

	open_again(f);
	*state = f;
	return 0;
}

static int only_a_folder(void **state)
{
	*state = fixture_new();
	return 0;
}

static int clean_up(void **state)
{
	fixture_free(*state);
	return 0;
}

static void refuses(struct fixture *f, const char *why)
{
	struct err err = {""};

	assert_null(store_sqlite_open(f->path, NULL, &err));
	if (!strstr(err.text, why) || !strstr(err.text, f->path))
		fail_msg("\"%s\" does not say \"%s\" of %s", err.text, why, f->path);
}

static void fails(struct fixture *f, struct store_batch *b, const char *why)
{
	assert_false(commit(f, b));
	assert_false(f->conflict);
	if (!strstr(f->err.text, why))
		fail_msg("\"%s\" does not say \"%s\"", f->err.text, why);
	assert_null(strstr(f->err.text, ": read: "));
}

/* A connection of somebody else's. */
static sqlite3 *stranger(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	return db;
}

static struct store_batch *with_cursor(const char *value)
{
	struct store_batch *b = store_batch_new();

	store_batch_cursor(b, TG, value);
	return b;
}

/* Some hundred kilobytes. */
static void fill(struct fixture *f, int people)
{
	struct store_batch *b = store_batch_new();
	char person[16], state[1001];

	memset(state, 'x', sizeof state - 1);
	state[sizeof state - 1] = '\0';
	for (int i = 0; i < people; i++) {
		struct store_key k = key(person, person);
		(void)snprintf(person, sizeof person, "p%d", i);
		store_batch_put(b, &k, state, 0, 5000 + i);
	}
	commit_ok(f, b);
}

static void outlives_the_process(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = with_cursor("5");
	struct store_key k = key("r", "p");

	store_batch_put(b, &k, "{}", 0, 5000);
	store_batch_seen(b, TG, "1", 5000);
	out(b, k, "sendMessage", "a", 0);
	commit_ok(f, b);
	int64_t id = f->ids[0];
	b = store_batch_new();
	store_batch_out_done(b, id);
	store_batch_light(b);
	commit_ok(f, b);
	open_again(f);
	assert_string_equal(cursor(f), "5");
	assert_true(was_seen(f, "1"));
	load(f, k);
	assert_int_equal(f->conversation.version, 1);
	assert_string_equal(due_bodies(f, 5000), "");
	b = store_batch_new();
	out(b, k, "sendMessage", "b", 0);
	commit_ok(f, b);
	assert_true(f->ids[0] > id);
}

static void is_for_its_owner_alone(void **state)
{
	struct fixture *f = *state;
	static const char *const ends[] = {"", "-wal", "-shm"};
	struct stat st;
	char path[128];

	commit_ok(f, with_cursor("1"));
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof path, "%s%s", f->path, ends[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	store_close(f->s);
	f->s = NULL;
	assert_int_equal(chmod(f->path, 0644), 0);
	open_again(f);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

static void refuses_what_is_not_ours(void **state)
{
	struct fixture *f = *state;
	char noise[8192], path[sizeof f->path];

	memset(noise, 'n', sizeof noise);
	write_file(f->path, noise, sizeof noise);
	refuses(f, "no database, or damaged");
	(void)unlink(f->path);
	sqlite3_close(stranger(f->path, "CREATE TABLE t(x)"));
	refuses(f, "another program");
	(void)unlink(f->path);
	sqlite3_close(stranger(f->path, "PRAGMA application_id=7; PRAGMA user_version=1"));
	refuses(f, "another program");
	(void)unlink(f->path);
	strcpy(path, f->path);
	strcpy(f->path, f->folder);
	refuses(f, "no regular file");
	(void)snprintf(f->path, sizeof f->path, "%s/none/s.db", f->folder);
	refuses(f, "can't be made: No such file");
	strcpy(f->path, path);
}

/* What somebody else's program keeps is left as it was, byte by byte. */
static void does_not_touch_what_it_refuses(void **state)
{
	struct fixture *f = *state;
	size_t before_len, after_len;

	sqlite3_close(stranger(f->path, "CREATE TABLE t(x); INSERT INTO t VALUES(1)"));
	char *before = file_read(f->path, 1 << 20, &before_len, NULL);
	refuses(f, "another program");
	char *after = file_read(f->path, 1 << 20, &after_len, NULL);
	assert_true(before && after && before_len == after_len && memcmp(before, after, before_len) == 0);
	free(before);
	free(after);
}

static void refuses_a_newer_schema(void **state)
{
	struct fixture *f = *state;

	commit_ok(f, with_cursor("5"));
	store_close(f->s);
	f->s = NULL;
	sqlite3_close(stranger(f->path, "PRAGMA user_version=99"));
	refuses(f, "newer soleus (schema 99");
	sqlite3_close(stranger(f->path, "PRAGMA user_version=2"));
	open_again(f);
	assert_string_equal(cursor(f), "5");
}

static int64_t version_of(struct db *db)
{
	int64_t version = -1;

	assert_int_equal(db_number(db, &version, NULL, "PRAGMA user_version", ""), 0);
	return version;
}

static void an_older_file_is_brought_up_to_date(void **state)
{
	struct fixture *f = *state;
	static const char *const steps[] = {"CREATE TABLE t(x); INSERT INTO t VALUES(7)",
		"ALTER TABLE t ADD COLUMN y; UPDATE t SET y=x+1", "CREATE TABLE u(x); INSERT INTO u SELECT y FROM t",
		"INSERT INTO t(x) VALUES(8); CREATE TABLE broken(", "CREATE TABLE never(x)"};
	struct db db;
	int64_t number;

	assert_int_equal(db_open(&db, f->path, true, &f->err), 0);
	assert_int_equal(schema_check(&db, 1, &f->err), 0);
	assert_int_equal(schema_upgrade(&db, steps, 1, &f->err), 0);
	assert_int_equal(version_of(&db), 1);
	assert_int_equal(schema_upgrade(&db, steps, 3, &f->err), 0);
	assert_int_equal(version_of(&db), 3);
	assert_int_equal(db_number(&db, &number, &f->err, "SELECT x FROM u", ""), 0);
	assert_int_equal(number, 8);
	/* the step that fails leaves nothing */
	assert_int_equal(schema_upgrade(&db, steps, 5, &f->err), -1);
	assert_int_equal(version_of(&db), 3);
	assert_int_equal(db_number(&db, &number, &f->err, "SELECT count(*) FROM t", ""), 0);
	assert_int_equal(number, 1);
	assert_int_equal(schema_check(&db, 3, &f->err), 0);
	assert_int_equal(schema_check(&db, 2, &f->err), -1);
	db_close(&db);
}

/* Writes noise over some pages in the middle. */
static void damage(const char *path)
{
	char noise[4096 * 8];
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	memset(noise, 0xa5, sizeof noise);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, noise, sizeof noise, 4096 * 12), sizeof noise);
	close(fd);
}

static void refuses_what_is_damaged(void **state)
{
	struct fixture *f = *state;

	fill(f, 300);
	store_close(f->s);
	f->s = NULL;
	damage(f->path);
	refuses(f, "damaged: restore a backup");
}

static void copy_file(const char *from, const char *to)
{
	size_t len;
	char *bytes = file_read(from, 64 << 20, &len, NULL);

	assert_non_null(bytes);
	write_file(to, bytes, len);
	free(bytes);
}

static void goes_on_when_a_damaged_file_is_restored(void **state)
{
	struct fixture *f = *state;
	char copy[128];

	(void)snprintf(copy, sizeof copy, "%s/copy.db", f->folder);
	fill(f, 4000); /* more than the cache holds */
	open_again(f);
	copy_file(f->path, copy);
	damage(f->path);
	store_verify(f->s, on_text, f);
	answered(f);
	assert_true(f->failed || f->text[0] != '\0');
	copy_file(copy, f->path); /* over it */
	for (int i = 0; i < 4000; i += 7) {
		char person[16];
		(void)snprintf(person, sizeof person, "p%d", i);
		load(f, key(person, person));
		assert_int_equal(f->conversation.version, 1);
	}
	assert_string_equal(verify(f), "");
	damage(f->path);
	assert_int_equal(rename(copy, f->path), 0); /* in its place */
	load(f, key("p1000", "p1000"));
	assert_int_equal(f->conversation.version, 1);
	assert_string_equal(verify(f), "");
	commit_ok(f, with_cursor("7"));
	open_again(f);
	assert_string_equal(cursor(f), "7");
}

static void notices_that_the_file_is_gone(void **state)
{
	struct fixture *f = *state;
	char copy[128];

	(void)snprintf(copy, sizeof copy, "%s/copy.db", f->folder);
	commit_ok(f, with_cursor("5"));
	open_again(f);
	assert_int_equal(rename(f->path, copy), 0);
	fails(f, with_cursor("6"), "can't be opened: No such file");
	fails(f, with_cursor("6"), "can't be opened: No such file");
	store_cursor(f->s, TG, on_text, f);
	answered(f);
	assert_true(f->failed);
	assert_int_equal(rename(copy, f->path), 0);
	assert_string_equal(cursor(f), "5");
	commit_ok(f, with_cursor("6"));
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void waits_for_others_but_not_for_ever(void **state)
{
	struct fixture *f = *state;
	sqlite3 *other = stranger(f->path, "BEGIN IMMEDIATE");
	double before = now_s();

	fails(f, with_cursor("1"), "another program is writing to it");
	assert_true(now_s() - before > 0.4 && now_s() - before < 5);
	assert_string_equal(cursor(f), ""); /* reading goes on */
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	commit_ok(f, with_cursor("2"));
	sqlite3_close(other);
}

static void another_process_may_hold_it(void **state)
{
	struct fixture *f = *state;
	int ready[2], release[2];
	char byte = 0;

	assert_int_equal(pipe(ready) | pipe(release), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		sqlite3 *db;
		bool ok = sqlite3_open(f->path, &db) == SQLITE_OK
			&& sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
		_exit(ok && write(ready[1], "x", 1) == 1 && read(release[0], &byte, 1) == 1 ? 0 : 1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	fails(f, with_cursor("1"), "another program is writing to it");
	assert_int_equal(write(release[1], "x", 1), 1);
	assert_int_equal(waitpid(child, NULL, 0), child);
	commit_ok(f, with_cursor("2"));
	close(ready[0]);
	close(release[0]);
	close(release[1]);
}

/* A batch that would need some hundred kilobytes, with things at both ends. */
static struct store_batch *large_batch(void)
{
	struct store_batch *b = with_cursor("large");
	struct store_key last = key("r", "last");
	char person[16], state[1001];

	memset(state, 'y', sizeof state - 1);
	state[sizeof state - 1] = '\0';
	for (int i = 0; i < 100; i++) {
		struct store_key k = key("r", person);
		(void)snprintf(person, sizeof person, "q%d", i);
		store_batch_put(b, &k, state, 0, 5000);
	}
	store_batch_put(b, &last, "{}", 0, 5000);
	out(b, last, "sendMessage", "a", 0);
	return b;
}

static void nothing_of_it_is_there(struct fixture *f)
{
	load(f, key("r", "q0"));
	assert_null(f->conversation.state);
	assert_string_equal(due_bodies(f, 5000), "");
	assert_string_equal(cursor(f), "small");
}

static void all_of_it_is_there(struct fixture *f)
{
	load(f, key("r", "q0"));
	assert_non_null(f->conversation.state);
	load(f, key("r", "last"));
	assert_non_null(f->conversation.state);
	assert_string_equal(due_bodies(f, 5000), "a");
	assert_string_equal(cursor(f), "large");
}

static void a_full_database(void **state)
{
	struct fixture *f = *state;
	struct store_home *home = sqlite_home_open(f->path, &f->err);
	struct db *db = &((struct sqlite_home *)home)->db;

	store_close(f->s);
	f->s = store_new(home, NULL);
	commit_ok(f, with_cursor("small"));
	assert_int_equal(db_exec(db, "PRAGMA max_page_count=25", &f->err), 0);
	fails(f, large_batch(), "the disk is full");
	nothing_of_it_is_there(f);
	commit_ok(f, with_cursor("small")); /* what needs no room still goes */
	assert_int_equal(db_exec(db, "PRAGMA max_page_count=100000", &f->err), 0);
	commit_ok(f, large_batch());
	all_of_it_is_there(f);
	assert_string_equal(verify(f), "");
}

static void files_that_may_not_grow(void **state)
{
	struct fixture *f = *state;
	struct rlimit before, limit;

	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	commit_ok(f, with_cursor("small"));
	limit = before;
	limit.rlim_cur = 150000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	bool took = commit(f, large_batch());
	bool again = commit(f, large_batch());
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_false(took || again || f->conflict);
	assert_non_null(strstr(f->err.text, f->path));
	nothing_of_it_is_there(f);
	commit_ok(f, large_batch());
	all_of_it_is_there(f);
	assert_string_equal(verify(f), "");
}

/* The disk fails at every write in turn: what was told as done is there, what was told as failed is there whole or not at
 * all, and the same store goes on when the disk is back. */
static void the_disk_fails_at_any_write(void **state)
{
	struct fixture *f = *state;
	long at = 0;

	fault_install();
	for (bool failed = true; failed; at++) {
		assert_true(at < 5000);
		(void)unlink(f->path);
		f->s = store_sqlite_open(f->path, NULL, &f->err);
		assert_non_null(f->s);
		commit_ok(f, with_cursor("small"));
		fault.failed = false;
		fault.fail_after = at;
		bool took = commit(f, large_batch());
		failed = fault.failed;
		fault.fail_after = -1;
		assert_false(f->conflict);
		if (took)
			all_of_it_is_there(f);
		else if (strcmp(cursor(f), "large") == 0)
			all_of_it_is_there(f);
		else
			nothing_of_it_is_there(f);
		if (!took)
			assert_true(failed);
		commit_ok(f, with_cursor("after"));
		store_close(f->s);
		f->s = store_sqlite_open(f->path, NULL, &f->err);
		assert_non_null(f->s);
		assert_string_equal(cursor(f), "after");
		assert_string_equal(verify(f), "");
		store_close(f->s);
		f->s = NULL;
		at += at / 4; /* every one at first */
	}
	assert_true(at > 20);
	fault_uninstall();
}

static void only_light_commits_are_not_synced(void **state)
{
	struct fixture *f = *state;

	fault_install();
	open_again(f);
	commit_ok(f, with_cursor("1"));
	for (int i = 0; i < 3; i++) {
		struct store_batch *b = with_cursor("light");
		int before = fault.syncs;
		store_batch_light(b);
		commit_ok(f, b);
		assert_int_equal(fault.syncs, before);
		commit_ok(f, with_cursor("synced"));
		assert_true(fault.syncs > before);
	}
	store_close(f->s);
	f->s = NULL;
	fault_uninstall();
}

/* The store as it would be found if the power had failed now, and nothing that was not synced had reached the disk. */
static struct store *after_power_loss(struct fixture *f)
{
	char copy[128], from[160], to[160];

	(void)snprintf(copy, sizeof copy, "%s/copy.db", f->folder);
	for (int i = 0; i < 2; i++) {
		(void)snprintf(from, sizeof from, "%s%s.synced", f->path, i ? "-wal" : "");
		(void)snprintf(to, sizeof to, "%s%s", copy, i ? "-wal" : "");
		if (access(from, F_OK) == 0)
			copy_file(from, to);
	}
	struct store *s = store_sqlite_open(copy, NULL, &f->err);
	if (!s)
		fail_msg("%s", f->err.text);
	return s;
}

/* What was told outlives a loss of power, unless it was light: also while the log is written back into the file, which is
 * made to happen often here. */
static void survives_a_loss_of_power(void **state)
{
	struct fixture *f = *state;
	int light_lost = 0;

	fault_install();
	fault.mirror = f->path;
	struct store_home *home = sqlite_home_open(f->path, &f->err);
	assert_non_null(home);
	assert_int_equal(db_exec(&((struct sqlite_home *)home)->db, "PRAGMA wal_autocheckpoint=20", &f->err), 0);
	struct store *s = store_new(home, NULL);
	for (int i = 0; i < 120; i++) {
		char person[16], told[16];
		(void)snprintf(person, sizeof person, "p%d", i * 7 % 40);
		(void)snprintf(told, sizeof told, "%d", i);
		f->s = s;
		load(f, key("r", person));
		struct store_batch *b = with_cursor(told);
		store_batch_put(b, &(struct store_key){TG, "r", "", person}, told, f->conversation.version, 5000);
		commit_ok(f, b);
		b = store_batch_new();
		store_batch_setting(b, TG, "", "light", told);
		store_batch_light(b);
		commit_ok(f, b);
		f->s = after_power_loss(f);
		assert_string_equal(cursor(f), told);
		load(f, key("r", person));
		assert_string_equal(f->conversation.state, told);
		light_lost += strcmp(setting(f, "", "light"), told) != 0;
		assert_string_equal(verify(f), "");
		store_close(f->s);
		f->s = s;
	}
	assert_true(light_lost > 0); /* else nothing was lost here, and nothing was shown */
	store_close(s);
	f->s = NULL;
	fault_uninstall();
}

/* Batches of several callers. */
struct pump {
	void (*work)(void *arg), (*done)(void *arg);
	void *arg;
};

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

struct result {
	bool called, failed, conflict;
	size_t n_ids;
	int64_t id;
};

static void on_result(void *ctx, const struct store_committed *c)
{
	*(struct result *)ctx = (struct result){true, c->err != NULL, c->conflict, c->n_out_ids, c->n_out_ids ? c->out_ids[0] : 0};
}

/* Ten that wait together; two of them (3 and 7) are too late for their conversation. */
static void those_that_go_together_fail_alone(void **state)
{
	struct fixture *f = *state;
	struct pump pump = {0};
	struct store_runner runner = {&pump, pump_run};
	struct result results[11] = {{0}};
	char person[16];

	store_close(f->s);
	f->s = store_sqlite_open(f->path, &runner, &f->err);
	fault_install();
	store_close(f->s);
	f->s = store_sqlite_open(f->path, &runner, &f->err);
	store_commit(f->s, with_cursor("1"), on_result, &results[10]);
	for (int i = 0; i < 10; i++) {
		struct store_batch *b = store_batch_new();
		struct store_key k = key("r", person);
		(void)snprintf(person, sizeof person, "p%d", i);
		out(b, k, "sendMessage", person, 0);
		store_batch_put(b, &k, "{}", i == 3 || i == 7 ? 5 : 0, 5000);
		store_commit(f->s, b, on_result, &results[i]);
	}
	pump_all(&pump);
	for (int i = 0; i < 10; i++) {
		bool late = i == 3 || i == 7;
		assert_true(results[i].called);
		assert_true(results[i].failed == late && results[i].conflict == late);
		assert_int_equal(results[i].n_ids, late ? 0 : 1);
		assert_true(late || i == 0 || results[i].id > 0);
	}
	/* and when all is well they are synced once */
	int before = fault.syncs;
	for (int i = 0; i < 11; i++) {
		(void)snprintf(person, sizeof person, "%d", i);
		store_commit(f->s, with_cursor(person), on_result, &results[i]);
	}
	pump_all(&pump);
	assert_int_equal(fault.syncs - before, 2); /* the first went alone */
	open_again(f);
	assert_string_equal(due_bodies(f, 5000), "p0 p1 p2 p4 p5 p6 p8 p9");
	store_close(f->s);
	f->s = NULL;
	fault_uninstall();
}

/* Commits turn after turn, each changing two conversations, the cursor and the outbox, and tells each that is done. */
static void child_writes(const char *path, int told)
{
	struct fixture f = {.s = store_sqlite_open(path, NULL, NULL)};
	struct store_key a = key("r", "a"), b = key("r", "b");
	char value[32];

	load(&f, a);
	for (int64_t n = f.conversation.version;; n++) {
		struct store_batch *batch = store_batch_new();
		(void)snprintf(value, sizeof value, "%lld", (long long)n + 1);
		store_batch_put(batch, &a, value, n, 5000);
		store_batch_cursor(batch, TG, value);
		store_batch_out(batch, &(struct store_out){.key = a, .kind = "k", .body = value});
		store_batch_put(batch, &b, value, n, 5000);
		if (!commit(&f, batch) || write(told, &n, sizeof n) != (ssize_t)sizeof n)
			_exit(1);
		batch = store_batch_new();
		for (int i = 1; i <= 3; i++) /* so that the outbox stays small */
			store_batch_out_done(batch, f.ids[0] - i);
		store_batch_light(batch);
		if (!commit(&f, batch))
			_exit(1);
	}
}

/* After a kill at any instant: what was told is there, and what is there is whole. */
static void survives_a_kill_at_any_instant(void **state)
{
	struct fixture *f = *state;
	int64_t last = 0;

	store_close(f->s);
	f->s = NULL;
	for (int i = 0; i < 25; i++) {
		int ends[2];
		int64_t n;
		assert_int_equal(pipe(ends), 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			child_writes(f->path, ends[1]);
		close(ends[1]);
		for (int told = 0; told <= i % 7 && read(ends[0], &n, sizeof n) == (ssize_t)sizeof n; told++)
			last = n + 1;
		struct timespec pause = {0, (i * 7919 % 50) * 100000};
		nanosleep(&pause, NULL);
		assert_int_equal(kill(child, SIGKILL), 0);
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (read(ends[0], &n, sizeof n) == (ssize_t)sizeof n)
			last = n + 1;
		close(ends[0]);
		open_again(f);
		load(f, key("r", "a"));
		int64_t version = f->conversation.version;
		char seen_state[16];
		(void)snprintf(seen_state, sizeof seen_state, "%s", f->conversation.state);
		assert_true(version >= last);
		assert_true(version <= last + 1);
		load(f, key("r", "b"));
		assert_int_equal(f->conversation.version, version);
		assert_string_equal(f->conversation.state, seen_state);
		assert_string_equal(cursor(f), seen_state);
		due(f, 0, 5000, 64);
		assert_true(f->n_rows >= 1);
		assert_string_equal(f->rows[f->n_rows - 1].body, seen_state);
		assert_string_equal(verify(f), "");
		store_close(f->s);
		f->s = NULL;
	}
}

static bool holds(const char *path, const char *mark)
{
	size_t len;
	char *bytes = file_read(path, 64 << 20, &len, NULL);
	bool found = bytes && memmem(bytes, len, mark, strlen(mark)) != NULL;

	free(bytes);
	return found;
}

/* Not a byte of theirs is left in the files, while the daemon runs on. */
static void forgetting_reaches_the_disk(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b;
	char person[32], text[2048], wal[128];

	(void)snprintf(wal, sizeof wal, "%s-wal", f->path);
	for (int turn = 0; turn < 20; turn++) { /* among others, with pages that split and states that grow */
		for (int i = 0; i < 40; i++) {
			struct store_key k = key(person, person);
			(void)snprintf(person, sizeof person, i == 17 ? "PERSONX" : "p%d-%d", i, turn * (i % 3));
			(void)snprintf(text, sizeof text, "{\"t\":\"%s%0*d\"}", i == 17 ? "SECRETX" : "other", 1 + turn * 60, 7);
			load(f, k);
			b = store_batch_new();
			store_batch_put(b, &k, text, f->conversation.version, 5000);
			store_batch_shown(b, &k, i == 17 ? "SECRETX" : "other");
			out(b, k, "sendMessage", text, i % 2 ? 90000 : 0);
			out(b, k, STORE_CHECK_IN, text, 90000);
			store_batch_failed(b, TG, person, text, 1000);
			commit_ok(f, b);
			b = store_batch_new();
			store_batch_out_done(b, f->ids[0]);
			commit_ok(f, b);
		}
	}
	assert_true(holds(f->path, "SECRETX") || holds(wal, "SECRETX"));
	b = store_batch_new();
	store_batch_forget(b, TG, "PERSONX", false);
	commit_ok(f, b);
	assert_false(holds(wal, "SECRETX"));
	assert_false(holds(f->path, "SECRETX"));
	assert_false(holds(wal, "PERSONX"));
	assert_false(holds(f->path, "PERSONX"));
	assert_string_equal(verify(f), "");
}

/* While somebody reads, the log can't be cut: then it is after a later commit. */
static void forgetting_waits_for_a_reader(void **state)
{
	struct fixture *f = *state;
	struct store_batch *b = store_batch_new();
	struct store_key k = key("r", "PERSONX");
	char wal[128];

	(void)snprintf(wal, sizeof wal, "%s-wal", f->path);
	store_batch_put(b, &k, "{}", 0, 5000);
	commit_ok(f, b);
	sqlite3 *reader = stranger(f->path, "BEGIN; SELECT * FROM conversation");
	b = store_batch_new();
	store_batch_forget(b, TG, "PERSONX", false);
	double before = now_s();
	for (int i = 0; i < 10; i++, b = with_cursor("1"))
		commit_ok(f, b);
	store_batch_free(b);
	assert_true(now_s() - before < 2); /* nobody is kept waiting by the reader */
	load(f, k);
	assert_null(f->conversation.state);
	assert_true(holds(wal, "PERSONX"));
	sqlite3_close(reader);
	commit_ok(f, with_cursor("2"));
	assert_false(holds(wal, "PERSONX"));
	assert_false(holds(f->path, "PERSONX"));
}

/* What may look at a whole table: what is rare, and the few rows of the outbox that are due or were tried. */
static bool plan_is_fine(const char *sql, const char *plan)
{
	static const char all[] = "(channel=?)";
	size_t len = strlen(plan);
	bool scans = strncmp(plan, "SCAN ", 5) == 0;
	bool searches_all = len > sizeof all && strcmp(plan + len - (sizeof all - 1), all) == 0;

	if (!scans && !searches_all)
		return true;
	return strncmp(plan, "SCAN (", 6) == 0 || strcmp(plan, "SCAN CONSTANT ROW") == 0 || strcmp(plan, "SCAN sqlite_master") == 0
		|| strstr(plan, "INDEX outbox_now ") || strstr(plan, "INDEX outbox_again ") || strstr(sql, " names(")
		|| strstr(sql, "(names(");
}

/* Every statement that the store uses, after all of them were used once. */
static void every_search_has_its_index(void **state)
{
	struct fixture *f = *state;
	struct store_home *home = sqlite_home_open(f->path, &f->err);
	struct db *db = &((struct sqlite_home *)home)->db;
	struct store_key k = key("r", "p");
	struct store_batch *b = with_cursor("1");
	int n = 0;

	store_close(f->s);
	f->s = store_new(home, NULL);
	store_batch_put(b, &k, "{}", 0, 5000);
	store_batch_put(b, &k, "{}", 1, 4000);
	store_batch_shown(b, &k, "1");
	store_batch_shown(b, &k, "");
	store_batch_setting(b, TG, "r", "n", "v");
	store_batch_setting(b, TG, "r", "n", "");
	store_batch_seen(b, TG, "1", 5000);
	store_batch_failed(b, TG, "1", "why", 1000);
	out(b, k, "sendMessage", "a", 0);
	store_batch_out_retry(b, 1, 5000);
	store_batch_out_done(b, 1);
	store_batch_drop_check_ins(b, &k);
	store_batch_drop_room(b, TG, "r");
	store_batch_move_room(b, TG, "r", "s");
	store_batch_forget(b, TG, "p", false);
	commit_ok(f, b);
	load(f, k);
	(void)was_seen(f, "1");
	(void)setting(f, "r", "n");
	(void)due_bodies(f, 5000);
	(void)next_due(f, 5000);
	(void)export(f, "p");
	(void)expire(f, 5000, 10);
	for (sqlite3_stmt *s = sqlite3_next_stmt(db->handle, NULL); s; s = sqlite3_next_stmt(db->handle, s)) {
		char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sqlite3_sql(s));
		sqlite3_stmt *plan;
		if (strncmp(sqlite3_sql(s), "PRAGMA", 6) == 0
			|| sqlite3_prepare_v2(db->handle, explain, -1, &plan, NULL) != SQLITE_OK) {
			sqlite3_free(explain);
			continue;
		}
		while (sqlite3_step(plan) == SQLITE_ROW) {
			const char *line = (const char *)sqlite3_column_text(plan, 3);
			n++;
			if (!plan_is_fine(sqlite3_sql(s), line))
				fail_msg("%s: %s", sqlite3_sql(s), line);
		}
		sqlite3_finalize(plan);
		sqlite3_free(explain);
	}
	assert_true(n > 30);
}

/* However much is worked. */
static void memory_and_log_are_bounded(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	char wal[128], person[16], text[801];

	memset(text, 'z', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (int i = 0; i < 200; i++) {
		struct store_batch *b = store_batch_new();
		for (int j = 0; j < 100; j++) {
			struct store_key k = key(person, person);
			(void)snprintf(person, sizeof person, "%d", (i * 100 + j) * 7919 % 20000);
			store_batch_put(b, &k, text, 0, 5000);
			store_batch_seen(b, TG, person, 5000);
			out(b, k, "sendMessage", text, 0);
		}
		store_batch_light(b);
		commit_ok(f, b);
	}
	assert_true(sqlite3_memory_used() < 4 << 20);
	(void)snprintf(wal, sizeof wal, "%s-wal", f->path);
	assert_int_equal(stat(wal, &st), 0);
	assert_true(st.st_size <= 24 << 20);
	assert_int_equal(stat(f->path, &st), 0);
	off_t full = st.st_size;
	while (expire(f, 5000, 500)[0])
		;
	open_again(f);
	assert_int_equal(stat(f->path, &st), 0);
	assert_true(st.st_size < full); /* room is given back, though rows of the outbox are still there */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(outlives_the_process, opened, clean_up),
		cmocka_unit_test_setup_teardown(is_for_its_owner_alone, opened, clean_up),
		cmocka_unit_test_setup_teardown(refuses_what_is_not_ours, only_a_folder, clean_up),
		cmocka_unit_test_setup_teardown(does_not_touch_what_it_refuses, only_a_folder, clean_up),
		cmocka_unit_test_setup_teardown(refuses_a_newer_schema, opened, clean_up),
		cmocka_unit_test_setup_teardown(an_older_file_is_brought_up_to_date, only_a_folder, clean_up),
		cmocka_unit_test_setup_teardown(refuses_what_is_damaged, opened, clean_up),
		cmocka_unit_test_setup_teardown(goes_on_when_a_damaged_file_is_restored, opened, clean_up),
		cmocka_unit_test_setup_teardown(notices_that_the_file_is_gone, opened, clean_up),
		cmocka_unit_test_setup_teardown(waits_for_others_but_not_for_ever, opened, clean_up),
		cmocka_unit_test_setup_teardown(another_process_may_hold_it, opened, clean_up),
		cmocka_unit_test_setup_teardown(a_full_database, opened, clean_up),
		cmocka_unit_test_setup_teardown(files_that_may_not_grow, opened, clean_up),
		cmocka_unit_test_setup_teardown(the_disk_fails_at_any_write, only_a_folder, clean_up),
		cmocka_unit_test_setup_teardown(only_light_commits_are_not_synced, opened, clean_up),
		cmocka_unit_test_setup_teardown(survives_a_loss_of_power, only_a_folder, clean_up),
		cmocka_unit_test_setup_teardown(those_that_go_together_fail_alone, opened, clean_up),
		cmocka_unit_test_setup_teardown(survives_a_kill_at_any_instant, opened, clean_up),
		cmocka_unit_test_setup_teardown(forgetting_reaches_the_disk, opened, clean_up),
		cmocka_unit_test_setup_teardown(forgetting_waits_for_a_reader, opened, clean_up),
		cmocka_unit_test_setup_teardown(every_search_has_its_index, opened, clean_up),
		cmocka_unit_test_setup_teardown(memory_and_log_are_bounded, opened, clean_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
