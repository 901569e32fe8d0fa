/* test_config_keys.c - the table of the configuration, and that the example and the documentation say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "daemon/config_keys.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "util/yaml.h"

static const char example[] = "config/soleus.yaml";

enum { MAX_FILE = 1 << 20 };

static char *read_whole(const char *path)
{
	struct err err;
	size_t len;
	char *text = file_read(path, MAX_FILE, &len, &err);
	if (!text)
		fail_msg("%s", err.text);
	return text;
}

static void names(void **state)
{
	size_t n;
	const struct config_key *keys = config_keys(&n);
	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_true(strlen(keys[i].help) > 10);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(keys[i].name, keys[j].name);
	}
}

/* The value of "a.b.c" in the tree, or NULL. */
static const struct yaml *value_at(const struct yaml *map, const char *name)
{
	char part[64];
	for (const char *dot; (dot = strchr(name, '.')); name = dot + 1) {
		(void)snprintf(part, sizeof part, "%.*s", (int)(dot - name), name);
		map = yaml_get(map, part);
	}
	return yaml_get(map, name);
}

/* Is `line` a key that was commented out, "  # key: value"? Gives the place of the '#'. */
static const char *commented_key(const char *line, size_t len)
{
	size_t blank = strspn(line, " ");
	if (blank + 2 >= len || line[blank] != '#' || line[blank + 1] != ' ')
		return NULL;
	size_t word = strspn(line + blank + 2, "abcdefghijklmnopqrstuvwxyz_");
	return word > 0 && strncmp(line + blank + 2 + word, ": ", 2) == 0 ? line + blank : NULL;
}

/* The text with such lines switched on. */
static void switch_on(const char *text, struct buf *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		const char *hash = commented_key(text, len);
		if (hash) {
			buf_add(out, text, (size_t)(hash - text));
			buf_add(out, hash + 2, len - (size_t)(hash - text) - 2);
		} else {
			buf_add(out, text, len);
		}
		buf_addc(out, '\n');
		text += len + (text[len] == '\n');
	}
}

/* Every key with a default stands there with it; every other is there, commented out. */
static void example_has_all(void **state)
{
	size_t n;
	const struct config_key *keys = config_keys(&n);
	struct problems p;
	char *text = read_whole(example);
	struct buf all;
	(void)state;
	problems_init(&p);
	buf_init(&all, MAX_FILE);
	switch_on(text, &all);
	struct yaml_file *as_is = yaml_parse(text, strlen(text), example, &p);
	struct yaml_file *whole = yaml_parse(buf_str(&all), all.len, example, &p);
	assert_non_null(as_is);
	assert_non_null(whole);
	for (size_t i = 0; i < n; i++) {
		const struct yaml *set = value_at(yaml_root(as_is), keys[i].name);
		const struct yaml *there = value_at(yaml_root(whole), keys[i].name);
		if (keys[i].type == CONFIG_REFUSED) {
			assert_null(there);
			continue;
		}
		if (!there)
			fail_msg("%s lacks %s", example, keys[i].name);
		if (!keys[i].otherwise != !set)
			fail_msg("%s: %s is %s", example, keys[i].name, set ? "set without a default" : "commented out");
		if (set && (keys[i].type == CONFIG_IDS || keys[i].type == CONFIG_TEXTS))
			assert_true(set->kind == YAML_LIST && set->n == 0);
		else if (set && strcmp(set->text, keys[i].otherwise) != 0)
			fail_msg("%s: %s is '%s', the default is '%s'", example, keys[i].name, set->text, keys[i].otherwise);
	}
	yaml_close(as_is);
	yaml_close(whole);
	buf_done(&all);
	problems_done(&p);
	free(text);
}

static void examples_load(void **state)
{
	static const char *const files[] = {
		"config/soleus.yaml", "config/telegram-private.yaml", "config/club-room.yaml", "config/clinic.yaml",
		"config/matrix-room.yaml"};
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct problems p;
		problems_init(&p);
		struct config *c = config_load(files[i], &p);
		problems_print(&p, stderr);
		assert_non_null(c);
		assert_int_equal(config_has_channel(c), i > 0);
		problems_done(&p);
		config_free(c);
	}
}

static void printed(void **state)
{
	size_t n, len = 0;
	const struct config_key *keys = config_keys(&n);
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);
	(void)state;
	assert_non_null(out);
	config_keys_print(out);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "telegram.poll_timeout_s: a whole number from 1 to 50; default 50\n    how long"));
	for (size_t i = 0; i < n; i++) {
		char line[100];
		(void)snprintf(line, sizeof line, "%s: ", keys[i].name);
		assert_int_equal(strstr(text, line) != NULL, keys[i].type != CONFIG_REFUSED);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(example_has_all),
		cmocka_unit_test(examples_load),
		cmocka_unit_test(printed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
