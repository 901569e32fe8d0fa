/* config.h - the operator's configuration: one YAML file, read whole or refused whole. Every key with its type, default,
 * limits and help is a row of one table (config_keys); what it says is in struct config. Secrets are never in it, only
 * where they are. */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/log.h"

struct problems;

enum { CONFIG_MAX_LIST = 1000 };

enum config_mode { CONFIG_POLLING, CONFIG_WEBHOOK };
/* In the order of enum matrix_invites. */
enum config_invites {
	CONFIG_INVITES_NONE,
	CONFIG_INVITES_DIRECT,
	CONFIG_INVITES_OWN_SERVER,
	CONFIG_INVITES_LISTED,
	CONFIG_INVITES_ANY
};
enum config_groups { CONFIG_GROUPS_NONE, CONFIG_GROUPS_LISTED, CONFIG_GROUPS_ANY };

/* Where a secret is: at most one of the two is not NULL. A relative file name was looked for in $CREDENTIALS_DIRECTORY
 * (systemd) first, then beside the configuration file; `file` is where it is, or is to be. */
struct config_secret {
	const char *file, *env;
};

struct config_texts {
	const char **texts;
	size_t n;
};

/* How we behave where several people are. */
struct config_manners {
	bool answer_red_flags_unasked;
	bool offer_private;
};

struct config_ids {
	int64_t *ids;
	size_t n;
};

/* Texts are NULL where nothing is set and there is no default. Relative paths are made out from the folder of the
 * configuration file. All of it lives as long as the configuration. */
struct config {
	const char *path; /* of the file itself, as given */
	const char *data_dir; /* NULL: where the program finds its own data */
	const char *state_dir; /* never NULL: set, or $STATE_DIRECTORY, or the person's own folder for such things */
	const char *database; /* state_dir/soleus.db */
	const char *region; /* an id of places.yaml */
	const char *language;
	const char *time_zone; /* an IANA name; NULL: the machine's */
	enum log_level log_level;

	int conversation_days; /* after the last message */
	int seen_days;
	int old_message_minutes; /* a message older than this is not answered as if just written */
	int messages_per_minute; /* of one person; what is more waits or is told to slow down */

	bool check_ins;
	int quiet_from_minute, quiet_until_minute; /* of the day; no check-in leaves between them; equal: no quiet time */

	struct {
		const char *text; /* who takes over and how to reach them, said as it stands */
		const char *phone;
	} human; /* both NULL: there is nobody */

	struct {
		bool enabled;
		struct config_secret token;
		const char *api_base; /* without a slash at the end */
		bool test_environment;
		enum config_mode mode;
		int poll_timeout_s;
		bool set_profile; /* commands and descriptions are set at start */
		struct {
			const char *url; /* that Telegram calls */
			const char *path; /* that is served here; NULL: that of `url` */
			struct config_secret secret;
			const char *certificate_file; /* a self-made one, to be told to Telegram */
			int max_connections;
		} webhook;
		struct {
			enum config_groups allow;
			struct config_ids ids; /* CONFIG_GROUPS_LISTED */
			struct config_manners manners;
		} groups;
	} telegram;

	struct {
		bool enabled;
		const char *homeserver; /* without a slash at the end */
		const char *user; /* @localpart:server; NULL: whoever the token belongs to */
		const char *token_file; /* that `soleus matrix login` writes */
		const char *identity_file; /* the same; NULL: no cross-signing, no backup of room keys */
		const char *key_file; /* a secret that keys are sealed with on disk; NULL: encrypted rooms can't be read */
		const char *device_id; /* to log in with; the same for ever */
		struct config_secret password; /* for a server that asks for it again */
		int sync_timeout_s;
		struct config_texts ignore; /* users that are never answered */
		struct {
			enum config_invites invites;
			struct config_texts from; /* CONFIG_INVITES_LISTED: users, servers, rooms */
			struct config_manners manners;
			int private_per_hour; /* rooms made for talks in private; 0: none */
			bool encrypt_private; /* these are encrypted, if we can */
		} rooms;
	} matrix;

	struct {
		const char *address; /* to listen on, where something is served */
		int port; /* 0: the kernel picks */
		const char *tls_certificate, *tls_key; /* PEM files; both NULL: no TLS here */
	} server;
};

/* Returns a new configuration (free with config_free), or NULL with everything that is wrong with the file added, each
 * with its line, column and a hint. Looks at no secret; only at whether a credential of that name is there. */
struct config *config_load(const char *path, struct problems *problems);
/* NULL is fine. */
void config_free(struct config *c);
/* Adds a problem at the line of `key` ("telegram.token_file"), or at the top where the file does not have it. */
void config_problem(const struct config *c, struct problems *problems, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* How we behave on the channel of that name. */
const struct config_manners *config_manners(const struct config *c, const char *channel);
/* Is any way to reach people switched on? */
bool config_has_channel(const struct config *c);
/* Is anything to be served by HTTP? */
bool config_needs_server(const struct config *c);

#endif
