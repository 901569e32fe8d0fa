/* export.h - what is kept about one person, as a JSON document that they can read. */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "store/store.h"

struct arena;
struct export;

struct export *export_new(const char *channel, const char *person);
/* NULL is fine. */
void export_free(struct export *e);
void export_conversation(struct export *e, const struct store_key *key, const struct store_conversation *c,
	int64_t expires_ms);
void export_setting(struct export *e, const char *room, const char *name, const char *value);
void export_waiting(struct export *e, const struct store_out *row);
/* The document, in the arena. */
const char *export_text(const struct export *e, struct arena *arena);

#endif
