/* budget.h - how much one person may write in a minute. Fixed memory: of very many people at once, some are let write more,
 * nobody less. Reads no clock. */
#ifndef DAEMON_BUDGET_H
#define DAEMON_BUDGET_H

#include <stdint.h>

struct budget;

enum budget_verdict {
	BUDGET_FINE,
	BUDGET_FIRST_OVER, /* the first that is too many in this minute */
	BUDGET_OVER,
};

struct budget *budget_new(void);
/* NULL is fine. */
void budget_free(struct budget *b);
/* One more of `person`; per_minute 0: no limit. */
enum budget_verdict budget_take(struct budget *b, const char *person, int per_minute, int64_t now_ms);

#endif
