/* doctor.c - what the doctor looks at, in order. */
#include "daemon/doctor.h"

#include <stdarg.h>
#include <stdio.h>

#include "daemon/config.h"
#include "daemon/state_dir.h"
#include "util/err.h"

void doctor_say(const struct doctor *d, enum doctor_level level, const char *subject, const char *fmt, ...)
{
	struct err text;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text.text, sizeof text.text, fmt, ap); /* longer than this nobody reads */
	va_end(ap);
	d->say(d->ctx, level, subject, text.text);
}

/* The daemon that has the state: 0 for none, -1 where that can't be told. */
static pid_t look_for_daemon(const struct doctor *d)
{
	struct err err;
	pid_t pid = 0;
	int held = state_lock_held(d->config->state_dir, &pid, &err);

	if (held < 0)
		doctor_say(d, DOCTOR_WARN, "daemon", "%s; look as the user that soleus runs as, or as root", err.text);
	else if (held && pid)
		doctor_say(d, DOCTOR_OK, "daemon", "runs as process %ld", (long)pid);
	else
		doctor_say(d, DOCTOR_OK, "daemon", "%s", held ? "runs" : "does not run");
	return held <= 0 ? held : pid ? pid : -1;
}

void doctor_look(const struct doctor *d)
{
	pid_t runs = look_for_daemon(d);

	doctor_machine(d, runs);
	if (d->config->telegram.enabled)
		doctor_telegram(d, runs);
	if (d->config->matrix.enabled)
		doctor_matrix(d);
	if (!config_has_channel(d->config))
		doctor_say(d, DOCTOR_WARN, "channels", "none is switched on, so nobody can reach soleus: set telegram.enabled or "
			"matrix.enabled to true, with a token");
}
