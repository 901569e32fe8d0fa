/* channel.h - one way to reach people. A channel turns what comes in into `struct incoming`, and what is to be said into
 * requests that are stored first and sent afterwards. It knows nothing of findings, urgency or conversations. */
#ifndef CHANNELS_CHANNEL_H
#define CHANNELS_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct channel;
struct err;
struct http_client;
struct http_server;
struct log;
struct loop;

enum { CHANNEL_MAX_PICKED = 16, CHANNEL_MAX_CHOICES = 32 };

enum incoming_kind {
	INCOMING_TEXT,
	INCOMING_CHOICE, /* offered choices were picked */
	INCOMING_MEDIA, /* a photo, a voice message, a place: something without text */
	INCOMING_FORWARD, /* somebody else's words */
	INCOMING_EDIT, /* `text` replaces the message that `reply_ref` names */
	INCOMING_COMMAND, /* `text` is the command's name without slash, `args` the rest */
	INCOMING_GONE, /* they left, or blocked us: nothing more can be said in the room */
	INCOMING_BACK, /* they are there again */
	INCOMING_ADDED, /* we were added to the room; by `person`, where nobody else is there */
	INCOMING_MOVED, /* the room is called `text` now */
	INCOMING_CAME, /* they came into a room where nobody but us is */
	INCOMING_SEALED, /* what is said in the room can't be read here, as it is encrypted; `text` says "keys" where one message's
			   * key is missing, and is "" where it is the room as a whole */
	INCOMING_NOTHING, /* to be confirmed and passed by */
};

/* Texts are "" where there is nothing to tell, never NULL. */
struct incoming {
	enum incoming_kind kind;
	const char *event; /* its id, unique within the channel */
	const char *room, *thread, *person; /* opaque; person "" when nobody can be told apart */
	const char *text;
	size_t len;
	const char *args;
	const char *picked[CHANNEL_MAX_PICKED];
	size_t n_picked;
	unsigned of_turn; /* the turn that offered what was picked */
	int64_t sent_ms; /* by the other side's clock; 0 where unknown */
	const char *language; /* an IETF tag, a hint */
	bool direct; /* nobody else reads along */
	bool addressed; /* meant for us */
	bool sealed; /* was encrypted: nobody on the way can read it */
	const char *reply_ref; /* names the message, for an answer that hangs from it */
	const char *shown_ref; /* names the message whose choices were picked */
};

struct channel_choice {
	const char *id, *label;
	bool alone; /* of many: excludes the others, so that picking it is the whole answer ("none of these") */
};

/* One message to say. */
struct outgoing {
	const char *room, *thread, *person;
	const char *text; /* of responses/: plain but for **bold**, paragraphs, and lines that begin with "- " or "1. " */
	const struct channel_choice *choices;
	size_t n_choices;
	bool many; /* several may be picked before they are sent */
	const char *done_label; /* of the choice that sends what was picked of many; NULL: a sign without words */
	unsigned turn; /* that offers the choices */
	const char *reply_ref; /* "" for none */
	const char *link, *link_label; /* a button that leads elsewhere; "" for none */
	bool quiet; /* need not wake anybody */
	bool harmless; /* tells nothing about a person: may be said where others could read it */
};

/* One request, as the outbox keeps it. */
struct channel_request {
	const char *kind, *body; /* the channel's own words; JSON text */
};

enum send_result {
	SEND_OK,
	SEND_RETRY, /* after_ms from now; the room's later rows wait behind it */
	SEND_DROP, /* will never work: log and go on */
	SEND_GONE, /* nobody there any more: drop all that waits for the room */
	SEND_MOVED, /* the room is called `ref` now: move all and send again */
};

struct channel_sent {
	enum send_result result;
	const char *ref; /* SEND_OK: of the new message if it shows choices, else ""; SEND_MOVED: the new room */
	int64_t after_ms; /* SEND_RETRY: what the other side asked for; -1 when it said nothing */
	bool everywhere; /* SEND_RETRY: holds for every room of the channel */
	const char *why; /* fit for a log */
};

typedef void (*channel_sent_cb)(void *ctx, const struct channel_sent *sent);
/* What a channel keeps for itself: opaque to others, found by kind and id. */
struct channel_kept {
	const char *kind, *id;
	const char *value; /* "": it goes */
};

typedef void (*channel_saved_cb)(void *ctx, bool saved);

/* Where a channel puts what came in. */
struct channel_sink {
	void *ctx;
	/* Copies. `cursor` (NULL: none) is how far the channel has read with these. `saved` is called once, later, when
	 * all of it is on disk (true), or could not be taken: then it must come again. Also when the channel is gone by
	 * then. */
	void (*take)(void *ctx, struct channel *c, const struct incoming *list, size_t n, const char *cursor,
		channel_saved_cb saved, void *saved_ctx);
	/* Keeps what is listed, all or nothing. Copies. `saved` as with take; what was given earlier is on disk earlier. NULL
	 * where nothing is kept. */
	void (*keep)(void *ctx, struct channel *c, const struct channel_kept *list, size_t n, channel_saved_cb saved,
		void *saved_ctx);
	/* These came, but can't be taken before what belongs to them is kept, which failed: they come again. Whoever waits for an
	 * answer is told. */
	void (*put_off)(void *ctx, struct channel *c, const struct incoming *list, size_t n);
	/* The channel can't go on: a token that is refused, a second reader. The daemon ends with the reason. */
	void (*fatal)(void *ctx, struct channel *c, const char *why);
};

/* The world a channel lives in. Borrowed for its life. */
struct channel_env {
	struct loop *loop;
	struct http_client *http;
	struct http_server *server; /* NULL when nothing is served */
	const struct log *log;
	struct channel_sink sink;
	int64_t (*now_ms)(void); /* since 1970 */
};

/* What somebody may do in a room with several people. */
enum channel_role {
	CHANNEL_ROLE_UNKNOWN, /* the other side did not tell */
	CHANNEL_ROLE_MEMBER,
	CHANNEL_ROLE_ADMIN, /* may change the room's settings */
};

typedef void (*channel_role_cb)(void *ctx, enum channel_role role);

/* A room where a talk can go on alone with somebody. */
struct channel_private {
	bool again; /* can't be told now: ask later */
	const char *room; /* NULL: none is to be had */
	bool sealed; /* the room is encrypted */
	bool there; /* they are in it; else they were invited, and INCOMING_CAME tells when they follow */
	const char *link; /* for them: to the room, or where there is none to us */
};

typedef void (*channel_private_cb)(void *ctx, const struct channel_private *how);

/* What the platform can do. */
struct channel_can {
	bool choices; /* shows them as buttons: the text need not list them */
	size_t choice_width; /* characters of a button that are sure to be seen; longer ones are listed in the text, and
			      * their buttons are numbers */
	bool threads, typing;
	int shared_room_per_minute; /* messages that a room with several people takes; 0: no such limit */
};

/* What is shown about us where people look before they write. */
struct channel_profile {
	const char *language; /* "" is the default for all others */
	const char *description, *short_description;
	struct channel_profile_command {
		const char *name, *description;
	} const *commands;
	size_t n_commands;
};

struct channel_ops {
	const char *name;
	struct channel_can can;
	/* What it has kept, once, before start. The member may be NULL: then nothing is kept. */
	void (*restore)(struct channel *c, const struct channel_kept *list, size_t n);
	/* Begins to read from `cursor` ("" at the very first). */
	void (*start)(struct channel *c, const char *cursor);
	/* Reads no more; `stopped` is called once nothing is under way, at the latest after a second. */
	void (*stop)(struct channel *c, void (*stopped)(void *ctx), void *ctx);
	/* Pure: the requests that say `o`, in order, in the arena. At least one. */
	size_t (*say)(const struct channel *c, const struct outgoing *o, struct arena *arena,
		struct channel_request **out);
	/* Pure: the request that takes the choices away from the message `ref`; false when there is no need. */
	bool (*unshow)(const struct channel *c, const char *room, const char *ref, struct arena *arena,
		struct channel_request *out);
	/* Sends one stored request; `sent` comes once, later. `txn` is the request's own name, the same whenever it is
	 * tried again, for the other side to drop a repeat by; "" says that nothing can be stored now, for this request
	 * neither. Texts are copied. */
	void (*send)(struct channel *c, const char *room, const char *kind, const char *body, const char *txn,
		channel_sent_cb sent, void *ctx);
	/* A link that opens a private chat with us and hands over `payload` (at most 64 of A-Z a-z 0-9 _ -), in the
	 * arena; NULL while that can't be told. The member may be NULL. */
	const char *(*private_link)(const struct channel *c, const char *payload, struct arena *arena);
	/* Finds the private room with that person, or makes one. `told` comes once, maybe at once, also when the channel ends.
	 * NULL where they must come to us by a link. */
	void (*open_private)(struct channel *c, const char *person, channel_private_cb told, void *ctx);
	/* Whether several people are in the room. NULL: never. */
	bool (*is_shared)(const struct channel *c, const char *room);
	/* Asks the other side, whatever anybody says of themselves. `told` comes once, maybe at once, also when the channel
	 * ends. NULL: there are no such rooms. */
	void (*ask_role)(struct channel *c, const char *room, const char *person, channel_role_cb told, void *ctx);
	/* What the channel itself keeps about that person goes, as far as it can. The member may be NULL. */
	void (*forget)(struct channel *c, const char *person);
	/* How it is doing, in a few words for the operator. The member may be NULL. */
	void (*status)(const struct channel *c, char *out, size_t size);
	void (*free)(struct channel *c);
};

struct channel {
	const struct channel_ops *ops;
	struct channel_env env;
};

#endif
