/* canonical.c - the members of each object sorted by their keys; the order of UTF-8 bytes is that of code points. */
#include "crypto/canonical.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/olm.h"
#include "util/buf.h"
#include "util/mem.h"

enum { MAX_TEXT = 4 << 20, MAX_DEPTH = 100, MAX_KEY_ID = 300 };

#define MAX_WHOLE 9007199254740991.0 /* 2^53 - 1 */

static bool print(struct buf *out, const cJSON *node, int depth);

static void print_string(struct buf *out, const char *s)
{
	static const char short_of[] = "btnvfr"; /* of 8 to 13; there is none for 11 */

	buf_addc(out, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else if (c >= 8 && c <= 13 && c != 11)
			buf_addf(out, "\\%c", short_of[c - 8]);
		else if (c < 0x20)
			buf_addf(out, "\\u%04x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
}

static int by_key(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

static bool is_left_out(const cJSON *member, int depth)
{
	return depth < 0 && (!strcmp(member->string, "signatures") || !strcmp(member->string, "unsigned"));
}

/* `depth` below 0: the outermost, without what is not signed. */
static bool print_object(struct buf *out, const cJSON *node, int depth)
{
	size_t n = 0, all = (size_t)cJSON_GetArraySize(node);
	const cJSON **members = mem_alloc(all + 1, sizeof *members), *member;
	bool ok = true;

	cJSON_ArrayForEach(member, node)
		if (!is_left_out(member, depth))
			members[n++] = member;
	qsort(members, n, sizeof *members, by_key);
	buf_addc(out, '{');
	for (size_t i = 0; i < n && ok; i++) {
		ok = !i || strcmp(members[i]->string, members[i - 1]->string) != 0; /* of two with one name, which? */
		if (i)
			buf_addc(out, ',');
		print_string(out, members[i]->string);
		buf_addc(out, ':');
		ok = ok && print(out, members[i], depth < 0 ? 1 : depth + 1);
	}
	buf_addc(out, '}');
	free(members);
	return ok;
}

static bool print_array(struct buf *out, const cJSON *node, int depth)
{
	const cJSON *element;
	bool ok = true;

	buf_addc(out, '[');
	cJSON_ArrayForEach(element, node) {
		if (element != node->child)
			buf_addc(out, ',');
		ok = ok && print(out, element, depth + 1);
	}
	buf_addc(out, ']');
	return ok;
}

static bool print_number(struct buf *out, double value)
{
	if (!(fabs(value) <= MAX_WHOLE) || value != floor(value))
		return false;
	buf_addf(out, "%lld", (long long)value);
	return true;
}

static bool print(struct buf *out, const cJSON *node, int depth)
{
	if (depth > MAX_DEPTH)
		return false;
	if (cJSON_IsObject(node))
		return print_object(out, node, depth);
	if (cJSON_IsArray(node))
		return print_array(out, node, depth);
	if (cJSON_IsNumber(node))
		return print_number(out, node->valuedouble);
	if (cJSON_IsString(node))
		print_string(out, node->valuestring);
	else
		buf_adds(out, cJSON_IsTrue(node) ? "true" : cJSON_IsFalse(node) ? "false" : "null");
	return true;
}

static char *print_all(const cJSON *tree, int depth)
{
	struct buf out;
	char *text = NULL;

	buf_init(&out, MAX_TEXT);
	if (tree && print(&out, tree, depth) && !out.full)
		text = mem_strdup(buf_str(&out));
	if (out.data)
		explicit_bzero(out.data, out.len);
	buf_done(&out);
	return text;
}

char *canonical_print(const cJSON *tree)
{
	return print_all(tree, 0);
}

char *canonical_for_signing(const cJSON *object)
{
	return cJSON_IsObject(object) ? print_all(object, -1) : NULL;
}

/* ---- signatures ---- */

static void key_name(const char *key_id, char out[MAX_KEY_ID])
{
	struct buf b;

	buf_init(&b, MAX_KEY_ID - 1);
	buf_adds(&b, "ed25519:");
	buf_adds(&b, key_id);
	memcpy(out, buf_str(&b), b.len + 1);
	buf_done(&b);
}

static cJSON *child_object(cJSON *parent, const char *key)
{
	cJSON *child = cJSON_GetObjectItemCaseSensitive(parent, key);

	return child ? child : cJSON_AddObjectToObject(parent, key);
}

static void add_signature(cJSON *object, const char *user, const char *key_id, const char *signature)
{
	cJSON *mine = child_object(child_object(object, "signatures"), user);
	char name[MAX_KEY_ID];

	key_name(key_id, name);
	cJSON_DeleteItemFromObjectCaseSensitive(mine, name);
	cJSON_AddStringToObject(mine, name, signature);
}

int canonical_sign(cJSON *object, const char *user, const char *key_id, struct e2e_account *account)
{
	char *text = canonical_for_signing(object), signature[E2E_SIGNATURE_SIZE];

	if (!text)
		return -1;
	e2e_account_sign(account, text, strlen(text), signature);
	add_signature(object, user, key_id, signature);
	free(text);
	return 0;
}

int canonical_sign_with(cJSON *object, const char *user, const char *key_id, struct e2e_signer *signer)
{
	char *text = canonical_for_signing(object), signature[E2E_SIGNATURE_SIZE];

	if (!text)
		return -1;
	e2e_signer_sign(signer, text, strlen(text), signature);
	add_signature(object, user, key_id, signature);
	free(text);
	return 0;
}

bool canonical_verify(const cJSON *object, const char *user, const char *key_id, const char *ed25519)
{
	const cJSON *theirs = cJSON_GetObjectItemCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(object, "signatures"), user), *signature;
	char name[MAX_KEY_ID], *text;
	bool ok;

	key_name(key_id, name);
	signature = cJSON_GetObjectItemCaseSensitive(theirs, name);
	text = cJSON_IsString(signature) ? canonical_for_signing(object) : NULL;
	ok = text && e2e_verify(ed25519, text, strlen(text), signature->valuestring);
	free(text);
	return ok;
}
