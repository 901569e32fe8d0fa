/* notify.c - tells the service manager how we are: sd_notify(3). */
#include "daemon/notify.h"

#include <inttypes.h>
#include <stdint.h>
#include <time.h>

#include <systemd/sd-daemon.h>

void notify_ready(void)
{
	(void)sd_notify(0, "READY=1");
}

/* systemd wants to know when the reload began, by its own clock. */
void notify_reloading(void)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000);
}

void notify_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1");
}

void notify_alive(const char *status)
{
	(void)sd_notifyf(0, "WATCHDOG=1\nSTATUS=%s", status);
}
