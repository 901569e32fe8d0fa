/* matrix_words.c - the words of a message, and whom they are for. */
#include "channels/matrix_words.h"

#include <string.h>
#include <strings.h>

#include "channels/matrix_parse.h"

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

const char *matrix_without_quote(const char *body)
{
	const char *s = body;

	while (s[0] == '>' && (s[1] == ' ' || s[1] == '\n')) {
		const char *end = strchr(s, '\n');

		s = end ? end + 1 : s + strlen(s);
	}
	return s == body ? body : skip_blanks(s);
}

/* Behind `name` where a name ends: at a colon, a comma, a blank, the end. */
static const char *behind(const char *body, const char *name)
{
	size_t len = strlen(name);

	if (!len || strncasecmp(body, name, len) != 0 || (body[len] && !strchr(":, \t\r\n!?", body[len])))
		return NULL;
	return skip_blanks(body + len + strspn(body + len, ":,"));
}

const char *matrix_behind_name(const char *body, const struct matrix_self *self)
{
	const char *s = skip_blanks(body), *colon = strchr(self->user, ':'), *rest;
	char localpart[256] = "";
	size_t len = colon ? (size_t)(colon - self->user - 1) : 0;

	if (*self->user && len && len < sizeof localpart)
		memcpy(localpart, self->user + 1, len);
	rest = behind(s, self->user);
	s += *s == '@';
	if (!rest)
		rest = behind(s, self->name);
	return rest ? rest : behind(s, localpart);
}

bool matrix_command(const char *body, const struct matrix_self *self, const char **out_name, const char **out_args)
{
	const char *name = body + 1;
	size_t len;

	if (*body != '!')
		return false;
	len = strcspn(name, " \t\r\n");
	for (size_t i = 0; i < self->n_commands; i++)
		if (strlen(self->commands[i]) == len && !strncasecmp(self->commands[i], name, len)) {
			*out_name = self->commands[i];
			*out_args = skip_blanks(name + len);
			return true;
		}
	return false;
}

int matrix_number(const char *key)
{
	static const char ten[] = "\xf0\x9f\x94\x9f"; /* the key with 10 on it */
	static const char shown[] = "\xef\xb8\x8f", cap[] = "\xe2\x83\xa3"; /* as a picture, on a key */
	const char *rest = key + 1;

	if (!strcmp(key, ten))
		return 10;
	if (*key < '1' || *key > '9')
		return 0;
	if (!strncmp(rest, shown, strlen(shown)))
		rest += strlen(shown);
	return !*rest || !strcmp(rest, cap) ? *key - '0' : 0;
}
