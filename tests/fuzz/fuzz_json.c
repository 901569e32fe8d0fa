/* fuzz_json.c - what is accepted is UTF-8 without NUL, and printing it loses nothing that reading it again would find. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_round_trip(const cJSON *tree)
{
	struct err e;
	char *once = json_print(tree);
	cJSON *again = json_parse(once, strlen(once), &e);
	must(again != NULL);
	char *twice = json_print(again);
	must(strcmp(once, twice) == 0);
	must(!strchr(once, '\n'));
	free(once);
	free(twice);
	cJSON_Delete(again);
}

static void check_getters(const cJSON *tree)
{
	struct arena *a = arena_new();
	long long whole;
	double number;
	const char *text = json_string(tree, "say", a);
	if (text)
		must(json_utf8(text, strlen(text)));
	if (json_int(tree, "id", &whole))
		must(json_number(tree, "id", &number) && number == (double)whole);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {""};
	cJSON *tree = json_parse((const char *)data, size, &e);
	must((tree != NULL) == (e.text[0] == '\0'));
	if (tree) {
		must(json_utf8((const char *)data, size) && !memchr(data, '\0', size));
		check_round_trip(tree);
		check_getters(tree);
	}
	cJSON_Delete(tree);
	return 0;
}
