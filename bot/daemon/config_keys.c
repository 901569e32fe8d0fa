/* config_keys.c - the table of the configuration. */
#include "daemon/config_keys.h"

#include <string.h>

#include "daemon/config.h"

#define AT(field) offsetof(struct config, field)

static const char *const languages[] = {"en", NULL};
static const char *const levels[] = {"error", "warn", "notice", "info", "debug", NULL}; /* enum log_level */
static const char *const modes[] = {"polling", "webhook", NULL}; /* enum config_mode */
static const char *const allowed_groups[] = {"none", "listed", "any", NULL}; /* enum config_groups */

static const char *const invites[] = {"none", "direct", "own_server", "listed", "any", NULL}; /* enum config_invites */

static const struct config_key keys[] = {
	{"data_dir", CONFIG_PATH, AT(data_dir), NULL, 0, 0, NULL,
		"folder with intents/ and responses/; not set: the data installed with the program"},
	{"state_dir", CONFIG_PATH, AT(state_dir), NULL, 0, 0, NULL,
		"folder for the database and the lock, for nobody else to read; not set: $STATE_DIRECTORY (systemd), "
		"/var/lib/soleus for root, ~/.local/state/soleus for others"},
	{"region", CONFIG_TEXT, AT(region), "unknown", 0, 0, NULL,
		"whose emergency numbers are given: an id of intents/triage/places.yaml, such as gb or us"},
	{"language", CONFIG_NAME, AT(language), "en", 0, 0, languages, "what is understood and spoken"},
	{"time_zone", CONFIG_TEXT, AT(time_zone), NULL, 0, 0, NULL,
		"of the people who write, such as Europe/London, for \"since Tuesday\" and quiet hours; not set: the machine's"},
	{"log.level", CONFIG_WORD, AT(log_level), "info", 0, 0, levels,
		"the chattiest that is logged; no level tells what people wrote"},
	{"retention.conversation_days", CONFIG_NUMBER, AT(conversation_days), "30", 2, 3650, NULL,
		"a conversation is erased so many days after its last message"},
	{"retention.seen_days", CONFIG_NUMBER, AT(seen_days), "7", 2, 90, NULL,
		"how long a message's id is kept to know it when it comes twice"},
	{"old_message_minutes", CONFIG_NUMBER, AT(old_message_minutes), "60", 1, 10080, NULL,
		"a message that waited longer (we were down) is answered as an old one"},
	{"limits.messages_per_minute", CONFIG_NUMBER, AT(messages_per_minute), "20", 1, 600, NULL,
		"of one person; who sends more is asked to slow down, a danger sign is answered all the same"},
	{"check_ins.enabled", CONFIG_SWITCH, AT(check_ins), "true", 0, 0, NULL,
		"ask later how it went, where the person agreed"},
	{"check_ins.quiet_from", CONFIG_CLOCK, AT(quiet_from_minute), "21:00", 0, 0, NULL,
		"no check-in leaves from then ..."},
	{"check_ins.quiet_until", CONFIG_CLOCK, AT(quiet_until_minute), "08:00", 0, 0, NULL,
		"... until then; the same time twice: no quiet hours"},
	{"human.text", CONFIG_TEXT, AT(human.text), NULL, 0, 0, NULL,
		"who takes over when a person is wanted, and when they are there; said as it stands; not set: nobody"},
	{"human.phone", CONFIG_PHONE, AT(human.phone), NULL, 0, 0, NULL, "their number"},
	{"telegram.enabled", CONFIG_SWITCH, AT(telegram.enabled), "false", 0, 0, NULL, "talk on Telegram"},
	{"telegram.token", CONFIG_REFUSED, 0, NULL, 0, 0, NULL,
		"a token must not stand in this file, which others may read: write it to a file with rights 0600 and name that "
		"in 'token_file', or name an environment variable in 'token_env'"},
	{"telegram.token_file", CONFIG_CREDENTIAL, AT(telegram.token.file), NULL, 0, 0, NULL,
		"file with the token that BotFather gave; looked for in $CREDENTIALS_DIRECTORY (systemd), then beside this file"},
	{"telegram.token_env", CONFIG_VARIABLE, AT(telegram.token.env), NULL, 0, 0, NULL,
		"or: environment variable with the token"},
	{"telegram.api_base", CONFIG_URL, AT(telegram.api_base), "https://api.telegram.org", 0, 0, NULL,
		"the Bot API server; another one for tests or a server of your own"},
	{"telegram.test_environment", CONFIG_SWITCH, AT(telegram.test_environment), "false", 0, 0, NULL,
		"Telegram's test environment, which has accounts of its own"},
	{"telegram.mode", CONFIG_WORD, AT(telegram.mode), "polling", 0, 0, modes,
		"polling asks Telegram for messages and needs no open port; webhook has Telegram call us"},
	{"telegram.poll_timeout_s", CONFIG_NUMBER, AT(telegram.poll_timeout_s), "50", 1, 50, NULL,
		"how long Telegram holds a question for messages open"},
	{"telegram.set_profile", CONFIG_SWITCH, AT(telegram.set_profile), "true", 0, 0, NULL,
		"set the bot's commands and descriptions at start; false: they stay as BotFather has them"},
	{"telegram.webhook.url", CONFIG_URL, AT(telegram.webhook.url), NULL, 0, 0, NULL,
		"public https address that Telegram calls, on port 443, 80, 88 or 8443"},
	{"telegram.webhook.path", CONFIG_URL_PATH, AT(telegram.webhook.path), NULL, 0, 0, NULL,
		"path served here, where a proxy changes it; not set: that of the url"},
	{"telegram.webhook.secret", CONFIG_REFUSED, 0, NULL, 0, 0, NULL,
		"a secret must not stand in this file, which others may read: write it to a file with rights 0600 and name that "
		"in 'secret_file', or name an environment variable in 'secret_env'"},
	{"telegram.webhook.secret_file", CONFIG_CREDENTIAL, AT(telegram.webhook.secret.file), NULL, 0, 0, NULL,
		"file with a secret of 1-256 letters, digits, _ and - that Telegram shows with every call"},
	{"telegram.webhook.secret_env", CONFIG_VARIABLE, AT(telegram.webhook.secret.env), NULL, 0, 0, NULL,
		"or: environment variable with the secret"},
	{"telegram.webhook.certificate_file", CONFIG_PATH, AT(telegram.webhook.certificate_file), NULL, 0, 0, NULL,
		"a self-made certificate (PEM) that Telegram is told to trust; not set: one of a known authority"},
	{"telegram.webhook.max_connections", CONFIG_NUMBER, AT(telegram.webhook.max_connections), "40", 1, 100, NULL,
		"how many connections Telegram may open at once"},
	{"telegram.groups.allow", CONFIG_WORD, AT(telegram.groups.allow), "none", 0, 0, allowed_groups,
		"groups to stay in when added; others are left again"},
	{"telegram.groups.ids", CONFIG_IDS, AT(telegram.groups.ids), "[]", 0, 0, NULL,
		"the groups for 'listed', such as [-1001234567890]"},
	{"telegram.groups.answer_red_flags_unasked", CONFIG_SWITCH, AT(telegram.groups.manners.answer_red_flags_unasked), "false",
		0, 0, NULL, "answer a danger sign once, also in a message that was not for the bot (needs privacy mode off); a room "
		"can set that"},
	{"telegram.groups.offer_private", CONFIG_SWITCH, AT(telegram.groups.manners.offer_private), "true", 0, 0, NULL,
		"offer to go on in a private chat"},
	{"matrix.enabled", CONFIG_SWITCH, AT(matrix.enabled), "false", 0, 0, NULL,
		"talk on Matrix"},
	{"matrix.homeserver", CONFIG_URL, AT(matrix.homeserver), NULL, 0, 0, NULL,
		"address of the server where the account is, such as https://matrix.example.org"},
	{"matrix.user", CONFIG_TEXT, AT(matrix.user), NULL, 0, 0, NULL,
		"the account, such as @soleus:example.org; not set: the one that the token belongs to"},
	{"matrix.token", CONFIG_REFUSED, 0, NULL, 0, 0, NULL,
		"a token must not stand in this file, which others may read: `soleus matrix login` writes it into the file that is "
		"named in 'token_file'"},
	{"matrix.token_file", CONFIG_CREDENTIAL, AT(matrix.token_file), NULL, 0, 0, NULL,
		"file with the token and the device, written by `soleus matrix login`; it must stay writable, as servers change tokens"},
	{"matrix.identity_file", CONFIG_CREDENTIAL, AT(matrix.identity_file), NULL, 0, 0, NULL,
		"file with the keys that vouch for this device and open the backup of room keys, written by `soleus matrix login`; "
		"not set: clients that trust signed devices alone send us no keys"},
	{"matrix.key_file", CONFIG_CREDENTIAL, AT(matrix.key_file), NULL, 0, 0, NULL,
		"file with a secret that the keys of encrypted rooms are sealed with on disk; `soleus matrix login` makes it where it "
		"is missing; not set: encrypted rooms can't be read"},
	{"matrix.device_id", CONFIG_TEXT, AT(matrix.device_id), "SOLEUS", 0, 0, NULL,
		"the device to log in as; the same for ever, as each new one is a stranger to others"},
	{"matrix.password", CONFIG_REFUSED, 0, NULL, 0, 0, NULL,
		"a password must not stand in this file, which others may read: write it to a file with rights 0600 and name that "
		"in 'password_file', or name an environment variable in 'password_env'"},
	{"matrix.password_file", CONFIG_CREDENTIAL, AT(matrix.password.file), NULL, 0, 0, NULL,
		"file with the account's password, for a server that asks for it again; not set: then a person must log in"},
	{"matrix.password_env", CONFIG_VARIABLE, AT(matrix.password.env), NULL, 0, 0, NULL,
		"or: environment variable with the password"},
	{"matrix.sync_timeout_s", CONFIG_NUMBER, AT(matrix.sync_timeout_s), "30", 1, 60, NULL,
		"how long the server holds a question for messages open"},
	{"matrix.ignore", CONFIG_TEXTS, AT(matrix.ignore), "[]", 0, 0, NULL,
		"users that are never answered, such as other bots"},
	{"matrix.rooms.invites", CONFIG_WORD, AT(matrix.rooms.invites), "direct", 0, 0, invites,
		"whose invitations are followed: to private chats by people of the own server, anybody of the own server, those "
		"in 'from', or all; others are declined"},
	{"matrix.rooms.from", CONFIG_TEXTS, AT(matrix.rooms.from), "[]", 0, 0, NULL,
		"for 'listed': users (@ann:example.org), servers (example.org) or rooms (!id:example.org)"},
	{"matrix.rooms.answer_red_flags_unasked", CONFIG_SWITCH, AT(matrix.rooms.manners.answer_red_flags_unasked), "false", 0, 0,
		NULL, "answer a danger sign once, also in a message that was not for the bot; a room can set that"},
	{"matrix.rooms.offer_private", CONFIG_SWITCH, AT(matrix.rooms.manners.offer_private), "true", 0, 0, NULL,
		"offer to go on in a private room, before anything personal is asked"},
	{"matrix.rooms.private_per_hour", CONFIG_NUMBER, AT(matrix.rooms.private_per_hour), "20", 0, 1000, NULL,
		"private rooms made in an hour at most; beyond that, and with 0, people are told how to write to the bot themselves"},
	{"matrix.rooms.encrypt_private", CONFIG_SWITCH, AT(matrix.rooms.encrypt_private), "true", 0, 0, NULL,
		"these rooms are encrypted, where the bot can read that"},
	{"server.address", CONFIG_TEXT, AT(server.address), "127.0.0.1", 0, 0, NULL,
		"where to listen, if a webhook is served; the default is for a proxy on this machine"},
	{"server.port", CONFIG_NUMBER, AT(server.port), "8443", 0, 65535, NULL, "0: the system picks one"},
	{"server.tls_certificate", CONFIG_PATH, AT(server.tls_certificate), NULL, 0, 0, NULL,
		"PEM file, with the chain; not set: no TLS here, a proxy does it"},
	{"server.tls_key", CONFIG_CREDENTIAL, AT(server.tls_key), NULL, 0, 0, NULL, "PEM file, its key"},
};

const struct config_key *config_keys(size_t *out_n)
{
	*out_n = sizeof keys / sizeof *keys;
	return keys;
}

int config_key_find(const char *name)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(keys[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void list_words(const char *const *words, char *text, size_t size)
{
	int used = 0;

	*text = '\0';
	for (size_t i = 0; words[i] && used >= 0 && (size_t)used < size; i++)
		used += snprintf(text + used, size - (size_t)used, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
}

void config_key_wants(const struct config_key *key, char *text, size_t size)
{
	static const char *const wants[CONFIG_TYPES] = {
		[CONFIG_TEXT] = "text",
		[CONFIG_SWITCH] = "true or false",
		[CONFIG_CLOCK] = "a time of day such as 21:30",
		[CONFIG_PATH] = "a path",
		[CONFIG_CREDENTIAL] = "the path of a file, not what is in it",
		[CONFIG_VARIABLE] = "the name of an environment variable, not its value",
		[CONFIG_URL] = "an address with https:// (http:// only to this machine)",
		[CONFIG_URL_PATH] = "a path that begins with /",
		[CONFIG_PHONE] = "a phone number",
		[CONFIG_IDS] = "a list of whole numbers",
		[CONFIG_TEXTS] = "a list of texts",
		[CONFIG_REFUSED] = "left out",
	};

	if (key->type == CONFIG_NUMBER)
		(void)snprintf(text, size, "a whole number from %d to %d", key->min, key->max);
	else if (key->type == CONFIG_WORD || key->type == CONFIG_NAME)
		list_words(key->words, text, size);
	else
		(void)snprintf(text, size, "%s", wants[key->type]);
}

void config_keys_print(FILE *out)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		char wants[200];

		if (keys[i].type == CONFIG_REFUSED)
			continue;
		config_key_wants(&keys[i], wants, sizeof wants);
		fprintf(out, "%s: %s%s%s\n    %s\n", keys[i].name, wants, keys[i].otherwise ? "; default " : "",
			keys[i].otherwise ? keys[i].otherwise : "", keys[i].help);
	}
}
