/* telegram_inbox.h - from an update to what is handed over, the same for polling and webhook: presses are answered at
 * once, groups that are not allowed are left, what is not for us is passed by. */
#ifndef CHANNELS_TELEGRAM_INBOX_H
#define CHANNELS_TELEGRAM_INBOX_H

#include "channels/json_in.h"
#include "channels/telegram_parse.h"

struct log;
struct telegram_api;
struct telegram_inbox;
struct telegram_options;

/* The options are read during the call only; what the others point to must outlive it. */
struct telegram_inbox *telegram_inbox_new(const struct telegram_options *options, const struct telegram_self *self,
	struct telegram_api *api, const struct log *log);
/* NULL is fine. */
void telegram_inbox_free(struct telegram_inbox *inbox);
/* Texts are in the arena. */
void telegram_inbox_read(struct telegram_inbox *inbox, struct json_span update, struct arena *arena,
	struct telegram_update *out);
void telegram_inbox_counts(const struct telegram_inbox *inbox, uint64_t *out_updates, uint64_t *out_ignored,
	uint64_t *out_broken);

#endif
