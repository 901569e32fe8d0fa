/* tables_fixture.h - the project's tables in a folder of the test's own, one file of them changed. */
#ifndef TABLES_FIXTURE_H
#define TABLES_FIXTURE_H

#include "triage_fixture.h"

#include "folder_fixture.h"

enum { MAX_FILE = 1 << 18 };

static char table_text[MAX_FILE];

static inline void read_table(const char *name)
{
	char path[128];
	(void)snprintf(path, sizeof path, "intents/triage/%s.yaml", name);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	size_t len = fread(table_text, 1, sizeof table_text - 1, f);
	assert_true(len > 0 && len < sizeof table_text - 1);
	table_text[len] = '\0';
	assert_int_equal(fclose(f), 0);
}

/* The tables in `folder`, with the first `old` behind `after` in one file made `new`. */
static inline void put_tables(const char *name, const char *after, const char *old, const char *new)
{
	static const char *const files[] = {"sources", "facts_index", "states", "derived", "red_flags", "tips", "families", "questions",
		"presentations", "dialogue", "conditions", "wells", "places", "floor"};
	static char changed[MAX_FILE];
	bool found = false;
	assert_int_equal(mkdir(in_folder("triage"), 0700), 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char to[64];
		(void)snprintf(to, sizeof to, "triage/%s.yaml", files[i]);
		read_table(files[i]);
		if (strcmp(files[i], name) != 0) {
			put_text(to, table_text);
			continue;
		}
		const char *from = strstr(table_text, after), *at = from ? strstr(from, old) : NULL;
		assert_non_null(at);
		found = true;
		(void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - table_text), table_text, new, at + strlen(old));
		put_text(to, changed);
	}
	assert_true(found);
}

#endif
