/* matrix_identity.c - the file with the identity's keys, as JSON. */
#include "channels/matrix_identity.h"

#include <stdlib.h>
#include <string.h>

#include "channels/json_in.h"
#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/json_out.h"
#include "util/mem.h"
#include "util/secret.h"

static bool word(struct json_span file, const char *key, char *out, size_t size)
{
	struct json_span value;

	return json_in_member(file, key, &value) && json_in_word(value, out, size) && *out;
}

static bool seed(struct json_span file, const char *key, uint8_t out[E2E_SEED_BYTES])
{
	char text[E2E_KEY_SIZE];
	bool there = word(file, key, text, sizeof text) && base64_bytes(text, out, E2E_SEED_BYTES) == E2E_SEED_BYTES;

	explicit_bzero(text, sizeof text);
	return there;
}

struct matrix_identity *matrix_identity_read(const char *path, struct err *err)
{
	struct secret *file = secret_read_file(path, err);
	struct matrix_identity *identity;
	struct json_span text;

	if (!file)
		return NULL;
	identity = mem_alloc(1, sizeof *identity);
	text = (struct json_span){secret_text(file), strlen(secret_text(file))};
	if (!word(text, "user_id", identity->user_id, sizeof identity->user_id) ||
		!word(text, "master_key", identity->master, sizeof identity->master) ||
		!seed(text, "self_signing", identity->self_signing) || !seed(text, "backup", identity->backup)) {
		err_set(err, "%s: this is no file of `soleus matrix login`: log in again", path);
		matrix_identity_free(identity);
		identity = NULL;
	}
	secret_free(file);
	return identity;
}

static void add_seed(struct buf *b, const char *key, const uint8_t bytes[E2E_SEED_BYTES])
{
	char *text = base64_text(bytes, E2E_SEED_BYTES);

	json_out_text(b, key, text);
	bytes_wipe(text);
}

int matrix_identity_write(const char *path, const struct matrix_identity *identity, struct err *err)
{
	struct buf text;
	int result;

	buf_init(&text, SECRET_MAX);
	buf_addc(&text, '{');
	json_out_text(&text, "user_id", identity->user_id);
	json_out_text(&text, "master_key", identity->master);
	add_seed(&text, "self_signing", identity->self_signing);
	add_seed(&text, "backup", identity->backup);
	buf_adds(&text, "}\n");
	result = secret_write_file(path, text.data, text.len, err);
	explicit_bzero(text.data, text.len);
	buf_done(&text);
	return result;
}

void matrix_identity_free(struct matrix_identity *identity)
{
	if (!identity)
		return;
	explicit_bzero(identity, sizeof *identity);
	free(identity);
}
