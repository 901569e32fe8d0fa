/* matrix_session.c - the file with the tokens. */
#include "channels/matrix_session.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/err.h"
#include "util/json_out.h"
#include "util/mem.h"
#include "util/secret.h"

enum { MAX_FILE = SECRET_MAX };

static const struct {
	const char *name;
	size_t at;
} members[] = {
	{"user_id", offsetof(struct matrix_session, user_id)},
	{"device_id", offsetof(struct matrix_session, device_id)},
	{"access_token", offsetof(struct matrix_session, access_token)},
	{"refresh_token", offsetof(struct matrix_session, refresh_token)},
};

enum { N_MEMBERS = sizeof members / sizeof *members };

static char **slot(const struct matrix_session *s, size_t i)
{
	return (char **)((char *)s + members[i].at);
}

static void set(char **text, const char *now)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = now ? mem_strdup(now) : NULL;
}

int matrix_session_take(struct matrix_session *s, struct json_span answer)
{
	struct json_span value;
	char word[MAX_FILE];

	if (!json_in_member(answer, "access_token", &value) || !json_in_word(value, word, sizeof word) || !*word)
		return -1;
	for (size_t i = 0; i < N_MEMBERS; i++)
		if (json_in_member(answer, members[i].name, &value) && json_in_word(value, word, sizeof word))
			set(slot(s, i), word);
	explicit_bzero(word, sizeof word);
	return 0;
}

struct matrix_session *matrix_session_read(const char *path, struct err *err)
{
	struct secret *file = secret_read_file(path, err);
	struct matrix_session *s;
	const char *text;

	if (!file)
		return NULL;
	s = mem_alloc(1, sizeof *s);
	text = secret_text(file);
	if (*text != '{')
		set(&s->access_token, text);
	else if (matrix_session_take(s, (struct json_span){text, strlen(text)}) != 0) {
		err_set(err, "%s: there is no access token in it: log in again", path);
		matrix_session_free(s);
		s = NULL;
	}
	secret_free(file);
	return s;
}

int matrix_session_write(const char *path, const struct matrix_session *s, struct err *err)
{
	struct buf text;
	int result;

	buf_init(&text, MAX_FILE);
	buf_addc(&text, '{');
	for (size_t i = 0; i < N_MEMBERS; i++)
		if (*slot(s, i))
			json_out_text(&text, members[i].name, *slot(s, i));
	buf_adds(&text, "}\n");
	result = text.full ? err_set(err, "%s: the tokens are too long", path)
		: secret_write_file(path, text.data, text.len, err);
	explicit_bzero(text.data, text.len);
	buf_done(&text);
	return result;
}

void matrix_session_free(struct matrix_session *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < N_MEMBERS; i++)
		set(slot(s, i), NULL);
	free(s);
}

static char *taken(struct buf *b)
{
	char *text = mem_strdup(buf_str(b));

	explicit_bzero(b->data, b->len);
	buf_done(b);
	return text;
}

char *matrix_login_body(const char *user, const char *password, const char *device_id)
{
	struct buf b;

	buf_init(&b, 4 * MAX_FILE);
	buf_adds(&b, "{\"type\":\"m.login.password\",\"identifier\":{\"type\":\"m.id.user\"");
	json_out_text(&b, "user", user);
	buf_addc(&b, '}');
	json_out_text(&b, "password", password);
	if (device_id)
		json_out_text(&b, "device_id", device_id);
	json_out_text(&b, "initial_device_display_name", "soleus");
	json_out_raw(&b, "refresh_token", "true");
	buf_addc(&b, '}');
	return taken(&b);
}

char *matrix_refresh_body(const char *refresh_token)
{
	struct buf b;

	buf_init(&b, 4 * MAX_FILE);
	buf_addc(&b, '{');
	json_out_text(&b, "refresh_token", refresh_token);
	buf_addc(&b, '}');
	return taken(&b);
}
