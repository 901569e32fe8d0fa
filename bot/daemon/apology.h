/* apology.h - nothing can be stored: silence would be worse than words that no stored state explains. Whoever writes is
 * told once, past the outbox, that something is wrong and what to do in danger. */
#ifndef DAEMON_APOLOGY_H
#define DAEMON_APOLOGY_H

struct apology;
struct channel;
struct incoming;
struct talk_data;

struct apology *apology_new(void);
/* NULL is fine. */
void apology_free(struct apology *a);
/* Unless they were told since apology_over. */
void apology_say(struct apology *a, struct channel *c, const struct talk_data *data, const char *region,
	const struct incoming *in);
/* The store is well again. */
void apology_over(struct apology *a);

#endif
