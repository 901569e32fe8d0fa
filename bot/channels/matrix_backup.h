/* matrix_backup.h - room keys on their way into the backup at the server, in the background, and out of it again when our own
 * are lost. The backup's key is the identity's (matrix_identity.h); nothing is sealed to a backup that our master key has
 * not signed. */
#ifndef CHANNELS_MATRIX_BACKUP_H
#define CHANNELS_MATRIX_BACKUP_H

#include <stdint.h>

struct locker;
struct matrix_backup;
struct matrix_identity;
struct matrix_parts;
struct own_device;
struct room_keys;

/* All must outlive it. `changed`: the locker is to be written. `found`: keys have come out of the backup. */
struct matrix_backup_env {
	const struct matrix_parts *parts;
	const struct matrix_identity *identity;
	struct locker *locker;
	const struct room_keys *keys;
	const struct own_device *self;
	void (*changed)(void *ctx);
	void (*found)(void *ctx);
	void *ctx;
};

struct matrix_backup *matrix_backup_new(const struct matrix_backup_env *env);
/* NULL is fine. */
void matrix_backup_free(struct matrix_backup *b);
/* Once: asks for the backup, and restores from it when nothing was ever taken out of it. */
void matrix_backup_start(struct matrix_backup *b);
/* There may be keys that are not in it yet. */
void matrix_backup_look(struct matrix_backup *b);
const char *matrix_backup_state(const struct matrix_backup *b);

#endif
