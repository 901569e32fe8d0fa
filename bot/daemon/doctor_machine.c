/* doctor_machine.c - what the doctor finds on this machine. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_check.h"
#include "daemon/doctor.h"
#include "daemon/state_dir.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "store/store.h"
#include "store/store_sqlite.h"
#include "triage/places.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/mem.h"

enum { MAX_NUMBERS = 200, MIB = 1 << 20, BAD_MIB = 100, LOW_MIB = 1024, MAX_BODY = 1 << 20 };

static void look_at_files(const struct doctor *d)
{
	struct problems problems;

	problems_init(&problems);
	config_check_files(d->config, &problems);
	for (size_t i = 0; i < problems.n; i++)
		doctor_say(d, DOCTOR_BAD, "files", "line %d: %s", problems.list[i].line, problems.list[i].text);
	if (problems.n == 0 && config_has_channel(d->config))
		doctor_say(d, DOCTOR_OK, "files", "secrets are there, and nobody else can read them");
	problems_done(&problems);
}

static void look_at_numbers(const struct doctor *d, const struct place *place)
{
	struct buf numbers;

	buf_init(&numbers, MAX_NUMBERS);
	for (size_t i = 0; i < place->n_emergency; i++)
		buf_addf(&numbers, "%s%s", i ? ", " : "", place->emergency[i]);
	if (place->confirmed)
		doctor_say(d, DOCTOR_OK, "region", "%s: %s, confirmed", place->id, buf_str(&numbers));
	else
		doctor_say(d, DOCTOR_WARN, "region", "%s: nobody has confirmed its numbers (%s): see that all of them are right "
			"where the people are, then set confirmed to true in intents/triage/places.yaml, line %d",
			place->id, buf_str(&numbers), place->line);
	buf_done(&numbers);
}

static void look_at_region(const struct doctor *d)
{
	const struct place *place = d->tables ? place_find(d->tables, d->config->region) : NULL;

	if (!d->tables)
		doctor_say(d, DOCTOR_BAD, "data", "rules and wording cannot be used: see above");
	else if (!place)
		doctor_say(d, DOCTOR_BAD, "region", "intents/triage/places.yaml has no '%s'", d->config->region);
	else if (strcmp(place->id, "unknown") == 0)
		doctor_say(d, DOCTOR_WARN, "region", "not set: people are told several emergency numbers, of which one is theirs; set "
			"region to your place");
	else
		look_at_numbers(d, place);
}

/* The nearest folder that is there: what the state would be made in. In memory of its own. */
static char *existing_part(const char *path)
{
	char *part = mem_strdup(path);

	for (char *slash; access(part, F_OK) != 0 && (slash = strrchr(part, '/')); )
		slash[slash == part] = '\0';
	return part;
}

static void look_at_disk(const struct doctor *d)
{
	struct statvfs fs;
	char *where = existing_part(d->config->state_dir);

	if (statvfs(where, &fs) < 0) {
		doctor_say(d, DOCTOR_WARN, "disk", "cannot look at %s: %s", where, strerror(errno));
	} else {
		unsigned long long free_mib = (unsigned long long)fs.f_bavail * fs.f_frsize / MIB;
		enum doctor_level level = free_mib < BAD_MIB ? DOCTOR_BAD : free_mib < LOW_MIB ? DOCTOR_WARN : DOCTOR_OK;

		if (fs.f_flag & ST_RDONLY)
			doctor_say(d, DOCTOR_BAD, "disk", "%s is mounted read-only: nothing can be kept", where);
		else if (fs.f_files && fs.f_favail == 0)
			doctor_say(d, DOCTOR_BAD, "disk", "no more files can be made on the disk of %s (no inodes left)", where);
		else
			doctor_say(d, level, "disk", "%llu MiB free for %s%s", free_mib, d->config->state_dir,
				level == DOCTOR_OK ? "" : ": make room, on a full disk nobody is answered");
	}
	free(where);
}

static void look_at_rights(const struct doctor *d)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	struct stat info;

	if (stat(d->config->state_dir, &info) < 0) {
		if (errno == ENOENT)
			doctor_say(d, DOCTOR_OK, "state", "%s is made at the first start", d->config->state_dir);
		else
			doctor_say(d, DOCTOR_BAD, "state", "cannot look at %s: %s", d->config->state_dir, strerror(errno));
		return;
	}
	bool fine = !(info.st_mode & (S_IRWXG | S_IRWXO));
	if (!fine)
		doctor_say(d, DOCTOR_BAD, "state", "others get into %s: chmod 700 %s", d->config->state_dir, d->config->state_dir);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct buf path;

		buf_init(&path, MAX_BODY);
		buf_addf(&path, "%s%s", d->config->database, ends[i]);
		if (stat(buf_str(&path), &info) == 0 && info.st_mode & (S_IRWXG | S_IRWXO)) {
			doctor_say(d, DOCTOR_BAD, "state", "others may read %s: chmod 600 %s", buf_str(&path), buf_str(&path));
			fine = false;
		}
		buf_done(&path);
	}
	if (fine)
		doctor_say(d, DOCTOR_OK, "state", "nobody else gets into %s", d->config->state_dir);
}

static void on_verified(void *ctx, const struct err *err, const char *text)
{
	const struct doctor *d = ctx;

	if (err)
		doctor_say(d, DOCTOR_BAD, "database", "%s", err->text);
	else if (*text)
		doctor_say(d, DOCTOR_BAD, "database", "damaged: %s; put the last backup back (docs/running.md)", text);
	else
		doctor_say(d, DOCTOR_OK, "database", "sound");
}

/* Only with the lock in hand: opening brings an older file up to date, which must not happen under a daemon. */
static void verify_database(const struct doctor *d)
{
	struct err err;
	struct state_lock *lock = state_lock_new(d->config->state_dir, &err);
	struct store *store = lock ? store_sqlite_open(d->config->database, NULL, &err) : NULL;

	if (store)
		store_verify(store, on_verified, (void *)d);
	else
		doctor_say(d, DOCTOR_BAD, "database", "%s", err.text);
	store_close(store);
	state_lock_free(lock);
}

static void look_at_database(const struct doctor *d, pid_t runs)
{
	if (runs > 0)
		doctor_say(d, DOCTOR_OK, "database", "in use; it was checked when the daemon started");
	else if (runs < 0)
		doctor_say(d, DOCTOR_WARN, "database", "not looked at: a daemon may be using it");
	else if (access(d->config->database, F_OK) < 0 && errno == ENOENT)
		doctor_say(d, DOCTOR_OK, "database", "%s is made at the first start", d->config->database);
	else
		verify_database(d);
}

/* Serves for a moment: the only way to know that libwebsockets finds its libuv plugin, that the certificate fits the key,
 * and that the port is free. Under a daemon that runs, on another port. */
static void look_at_server(const struct doctor *d, pid_t runs)
{
	const struct config *c = d->config;
	struct http_server_options options = {.address = c->server.address, .port = runs ? 0 : c->server.port,
		.tls_certificate = c->server.tls_certificate, .tls_key = c->server.tls_key, .max_body = MAX_BODY};
	struct err err;
	struct loop *loop = loop_new(&err);
	struct http_server *server = loop ? http_server_new(loop, &options, &err) : NULL;

	if (server)
		doctor_say(d, DOCTOR_OK, "server", "can listen on %s, port %d%s", c->server.address, c->server.port,
			c->server.tls_certificate ? ", with TLS" : "");
	else
		doctor_say(d, DOCTOR_BAD, "server", "%s", err.text);
	http_server_free(server);
	loop_free(loop);
}

void doctor_machine(const struct doctor *d, pid_t runs)
{
	look_at_files(d);
	look_at_region(d);
	look_at_rights(d);
	look_at_database(d, runs);
	look_at_disk(d);
	if (config_needs_server(d->config))
		look_at_server(d, runs);
}
