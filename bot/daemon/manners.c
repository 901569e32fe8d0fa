/* manners.c - how rooms want us to behave. */
#include "daemon/manners.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cjson/cJSON.h>

#include "talk/responses.h"
#include "triage/places.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/strmap.h"
#include "util/yaml.h"

#define BLANKS " \t\r\n"

static const char *const modes[MANNERS_MODES] = {
	[MANNERS_UNSET] = "",
	[MANNERS_OFF] = "off",
	[MANNERS_ADDRESSED] = "addressed",
	[MANNERS_HELPFUL] = "helpful",
};

const char *manners_mode_id(enum manners_mode mode)
{
	return modes[mode];
}

/* ---- as a setting ---- */

char *manners_print(const struct manners *m)
{
	cJSON *tree = cJSON_CreateObject();
	char *text;

	if (m->mode != MANNERS_UNSET)
		cJSON_AddStringToObject(tree, "mode", modes[m->mode]);
	if (*m->region)
		cJSON_AddStringToObject(tree, "region", m->region);
	if (*m->language)
		cJSON_AddStringToObject(tree, "language", m->language);
	text = tree->child ? json_print(tree) : mem_strdup("");
	cJSON_Delete(tree);
	return text;
}

static bool put_id(char *out, const char *id)
{
	size_t len = strlen(id);

	if (len >= MANNERS_MAX_ID)
		return false;
	memcpy(out, id, len + 1);
	return true;
}

static void read_id(const cJSON *tree, const char *key, char *out)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(tree, key);

	*out = '\0';
	if (cJSON_IsString(id))
		(void)put_id(out, id->valuestring); /* what is too long is no id that we have */
}

/* A mode that a newer version wrote is not taken for leave to speak. */
static enum manners_mode read_mode(const cJSON *tree)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(tree, "mode");

	if (!cJSON_IsString(id))
		return MANNERS_UNSET;
	for (size_t i = 1; i < MANNERS_MODES; i++)
		if (!strcmp(modes[i], id->valuestring))
			return (enum manners_mode)i;
	return MANNERS_ADDRESSED;
}

static struct manners manners_parse(const char *text)
{
	cJSON *tree = json_parse(text, strlen(text), NULL);
	struct manners m = {.mode = read_mode(tree)};

	read_id(tree, "region", m.region);
	read_id(tree, "language", m.language);
	cJSON_Delete(tree);
	return m;
}

/* ---- all of them ---- */

struct manners_book {
	struct strmap *rooms; /* to their number */
	struct manners *list;
	size_t n, cap;
};

struct manners_book *manners_book_new(void)
{
	struct manners_book *book = mem_alloc(1, sizeof *book);

	book->rooms = strmap_new();
	return book;
}

void manners_book_free(struct manners_book *book)
{
	if (!book)
		return;
	strmap_free(book->rooms);
	free(book->list);
	free(book);
}

int manners_book_read(struct manners_book *book, const char *json)
{
	cJSON *tree = json_parse(json, strlen(json), NULL);
	const cJSON *one;

	if (!tree)
		return -1;
	strmap_free(book->rooms);
	book->rooms = strmap_new();
	book->n = 0;
	cJSON_ArrayForEach(one, tree) {
		if (!cJSON_IsString(one))
			continue;
		mem_room(book->list, book->n, book->cap);
		strmap_set(book->rooms, one->string, strlen(one->string), (int)book->n);
		book->list[book->n++] = manners_parse(one->valuestring);
	}
	cJSON_Delete(tree);
	return 0;
}

struct manners manners_of(const struct manners_book *book, const char *room)
{
	int at = book ? strmap_get(book->rooms, room, strlen(room), -1) : -1;

	return at >= 0 ? book->list[at] : (struct manners){.mode = MANNERS_UNSET};
}

/* ---- what an admin writes ---- */

/* The words of a list that `text` begins with, as whole words: what follows them, or NULL. */
static const char *behind(const char *text, const struct yaml *list)
{
	for (size_t i = 0; list && i < list->n; i++) {
		const char *word = list->items[i]->text;
		size_t len = word ? strlen(word) : 0;

		if (len && !strncasecmp(text, word, len) && (!text[len] || strchr(BLANKS ":=", text[len])))
			return text + len + strspn(text + len, BLANKS ":=");
	}
	return NULL;
}

static bool is_one_of(const char *text, const struct yaml *list)
{
	const char *rest = behind(text, list);

	return rest && !*rest;
}

static enum manners_wish change_region(struct manners *m, const char *id, const struct tables *t)
{
	for (size_t i = 0; i < tables_places(t); i++) {
		const struct place *p = place_at(t, i);

		if (p != place_unknown(t) && p->n_emergency && !strcasecmp(p->id, id) && put_id(m->region, p->id))
			return MANNERS_CHANGED;
	}
	return MANNERS_NO_REGION;
}

static enum manners_wish change_language(struct manners *m, const char *id, const char *language)
{
	return !strcasecmp(id, language) && put_id(m->language, language) ? MANNERS_CHANGED : MANNERS_NO_LANGUAGE;
}

static const struct yaml *words_of(const struct responses *r, const char *key)
{
	return responses_at(r, "channels", "settings", key, NULL);
}

static enum manners_wish change_mode(struct manners *m, const char *text, const struct responses *r)
{
	const struct yaml *lists = words_of(r, "modes");

	for (size_t i = 1; i < MANNERS_MODES; i++)
		if (is_one_of(text, yaml_get(lists, modes[i]))) {
			m->mode = (enum manners_mode)i;
			return MANNERS_CHANGED;
		}
	return MANNERS_UNCLEAR;
}

/* Without blanks and full stops around it. False when it is too long. */
static bool tidy(const char *text, char *out)
{
	size_t len = strlen(text += strspn(text, BLANKS));

	while (len && strchr(BLANKS ".!", text[len - 1]))
		len--;
	if (len >= MANNERS_MAX_WISH)
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return true;
}

enum manners_wish manners_change(struct manners *m, const char *wish, const struct responses *r, const struct tables *t,
	const char *language)
{
	char text[MANNERS_MAX_WISH];
	const char *value;

	if (!tidy(wish, text))
		return MANNERS_UNCLEAR;
	if (!*text)
		return MANNERS_SHOW;
	if ((value = behind(text, words_of(r, "region")))) {
		if (!is_one_of(value, words_of(r, "unset")))
			return change_region(m, value, t);
		m->region[0] = '\0';
		return MANNERS_CHANGED;
	}
	if ((value = behind(text, words_of(r, "language"))))
		return change_language(m, value, language);
	return change_mode(m, text, r);
}
