/* manners.h - how a room with several people wants us to behave, as its admins said in it. Kept as a setting of the room
 * (STORE_MANNERS), and all of them in memory: few rooms say anything. */
#ifndef DAEMON_MANNERS_H
#define DAEMON_MANNERS_H

#include <stddef.h>

struct manners_book;
struct responses;
struct tables;

enum manners_mode {
	MANNERS_UNSET, /* as the operator has it */
	MANNERS_OFF, /* says nothing, whatever is written */
	MANNERS_ADDRESSED, /* answers what is meant for us */
	MANNERS_HELPFUL, /* and a danger sign that was not */
	MANNERS_MODES
};

enum { MANNERS_MAX_ID = 16, MANNERS_MAX_WISH = 64 };

/* "" where the room has not said: as the operator has it. */
struct manners {
	enum manners_mode mode;
	char region[MANNERS_MAX_ID]; /* places.yaml: whose numbers are given */
	char language[MANNERS_MAX_ID];
};

/* As in responses/LANG/channels.yaml; "" for MANNERS_UNSET. */
const char *manners_mode_id(enum manners_mode mode);

/* What the setting keeps: a new text (free). "" when nothing was said. */
char *manners_print(const struct manners *m);

struct manners_book *manners_book_new(void);
/* NULL is fine. */
void manners_book_free(struct manners_book *book);
/* Takes over what store_settings tells, in place of what was there. -1 when that can't be read: then nothing changes. */
int manners_book_read(struct manners_book *book, const char *json);
/* Of a room that said nothing, all is unset. `book` may be NULL. */
struct manners manners_of(const struct manners_book *book, const char *room);

enum manners_wish {
	MANNERS_SHOW, /* wants to see them */
	MANNERS_CHANGED,
	MANNERS_NO_REGION, /* that we have numbers of */
	MANNERS_NO_LANGUAGE, /* that we speak */
	MANNERS_UNCLEAR,
};

/* What an admin wants by `text`, in the words of channels.yaml; `m` is changed accordingly. More than MANNERS_MAX_WISH bytes
 * are no wish. `language` is what we speak. */
enum manners_wish manners_change(struct manners *m, const char *text, const struct responses *r, const struct tables *t,
	const char *language);

#endif
