/* config_secret.h - reading the secrets that a configuration points to. */
#ifndef DAEMON_CONFIG_SECRET_H
#define DAEMON_CONFIG_SECRET_H

struct config_secret;
struct err;
struct secret;

/* Returns a new secret (free with secret_free), or NULL with `err` set: it can't be read, or nothing says where it is. */
struct secret *config_secret_read(const struct config_secret *where, struct err *err);

#endif
