/* notify.h - tells the service manager (systemd) how we are; does nothing without one. */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);
/* Still there (the watchdog), and what we are doing. */
void notify_alive(const char *status);

#endif
