/* doctor.h - looks at the world that a configuration is to live in and says in plain words what is wrong and what to do.
 * Changes nothing, and disturbs no daemon that runs. */
#ifndef DAEMON_DOCTOR_H
#define DAEMON_DOCTOR_H

#include <sys/types.h>

struct config;
struct matrix_session;
struct tables;

enum doctor_level {
	DOCTOR_OK,
	DOCTOR_WARN, /* it works, but not as one would want */
	DOCTOR_BAD, /* it does not work, or must not be used like this */
};

struct doctor {
	const struct config *config;
	const struct tables *tables; /* NULL: the data could not be read */
	/* One finding: a word or two for what was looked at, and a sentence that holds no secret. */
	void (*say)(void *ctx, enum doctor_level level, const char *subject, const char *text);
	void *ctx;
};

/* Looks at everything, one after the other. Calls out with deadlines; may take half a minute. */
void doctor_look(const struct doctor *d);

/* For the doctor's own files: says one finding. */
void doctor_say(const struct doctor *d, enum doctor_level level, const char *subject, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The machine: secrets' files, the region's numbers, state, database, disk, what is served. `runs`: the daemon that has
 * the state, 0 for none, -1 where that can't be told. */
void doctor_machine(const struct doctor *d, pid_t runs);
/* Telegram: token, privacy mode, webhook, second poller, clock. */
void doctor_telegram(const struct doctor *d, pid_t runs);
/* Matrix: token, account, rooms. */
void doctor_matrix(const struct doctor *d);
/* Matrix, once the token works: cross-signing, the backup of room keys. */
void doctor_identity(const struct doctor *d, const struct matrix_session *session);

#endif
