/* test_yaml.c - what a YAML file may hold, where everything stands, and the words for what is wrong. */
#include "problems_fixture.h"

static struct yaml_file *parsed(const char *text)
{
	struct problems p;
	problems_init(&p);
	struct yaml_file *f = yaml_parse(text, strlen(text), "f.yaml", &p);
	char *said = taken(&p);
	if (!f || *said)
		fail_msg("%s: %s", text, said);
	free(said);
	return f;
}

static void refusals(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"a: &x 1\n", "f.yaml:1:4: anchors (&name) are not allowed\n"},
		{"a: &x [1]\n", "f.yaml:1:4: anchors (&name) are not allowed\n"},
		{"a:\n  b: &x {c: 1}\n", "f.yaml:2:6: anchors (&name) are not allowed\n"},
		{"a: 1\nb: *a\n", "f.yaml:2:4: aliases (*name) are not allowed\n"},
		{"a: !!str x\n", "f.yaml:1:4: tags (!name) are not allowed\n"},
		{"a: !x [1]\n", "f.yaml:1:4: tags (!name) are not allowed\n"},
		{"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: key 'a' is already in line 1\n"},
		{"a: {b: 1, c: 2, \"b\": 3}\n", "f.yaml:1:17: key 'b' is already in line 1\n"},
		{"a: 1\na: 2\nb: 3\nb: 4\n",
			"f.yaml:2:1: key 'a' is already in line 1\nf.yaml:4:1: key 'b' is already in line 3\n"},
		{"a: 1\na: 2\nb: [\n", "f.yaml:2:1: key 'a' is already in line 1\n"
			"f.yaml:4:1: did not find expected node content while parsing a flow node\n"},
		{"? [a]\n: 1\n", "f.yaml:1:3: a key must be text\n"},
		{"{[a]: 1}\n", "f.yaml:1:2: a key must be text\n"},
		{"--- a\n--- b\n", "f.yaml:2:1: one document a file\n"},
		{"a: \"x\\0y\"\n", "f.yaml:1:4: NUL character in text\n"},
		{"a: 1\nb: [1, 2\n", "f.yaml:3:1: did not find expected ',' or ']' while parsing a flow sequence; is a comma, a bracket "
				       "or a quote missing?\n"},
		{"a: 1\n\tb: 1\n", "f.yaml:2:1: found a tab character that violates indentation while scanning a plain scalar\n"},
		{"a: b: c\n", "f.yaml:1:5: mapping values are not allowed in this context; a text with a colon stands in \"quotes\"\n"},
		{"a: 'x\n", "f.yaml:2:1: found unexpected end of stream while scanning a quoted scalar; is a quote missing?\n"},
		{"a: \"\\q\"\n", "f.yaml:1:5: found unknown escape character while parsing a quoted scalar; a backslash is special in "
				  "double quotes: write the pattern in 'single quotes'\n"},
		{"a: \"\\bcalf\"\n", "f.yaml:1:4: \"\\b\" in double quotes is a backspace: write the pattern in 'single quotes', or "
				     "\\\\b\n"},
		{"\xc3\xa4: 1\n\xc3\xa4\xc3\xa4\xff: 2\n", "f.yaml:2:3: invalid leading UTF-8 octet\n"},
		{"a: \xc3(\n", "f.yaml:1:5: invalid trailing UTF-8 octet\n"},
		{"a: \x01\n", "f.yaml:1:4: control characters are not allowed\n"},
		{"%YAML 3.0\n---\na: 1\n", "f.yaml:1:1: found incompatible YAML document\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct problems p;
		problems_init(&p);
		struct yaml_file *f = yaml_parse(cases[i].text, strlen(cases[i].text), "f.yaml", &p);
		char *said = taken(&p);
		if (f || strcmp(said, cases[i].want) != 0)
			fail_msg("case %zu, %s\n%s, with:\n%s", i, cases[i].text, f ? "read" : "refused", said);
		free(said);
		yaml_close(f);
	}
}

/* `n` lists within each other. */
static char *nested(size_t n)
{
	char *text = malloc(2 * n + 1);
	assert_non_null(text);
	memset(text, '[', n);
	memset(text + n, ']', n);
	text[2 * n] = '\0';
	return text;
}

static void depth_ceiling(void **state)
{
	char *fits = nested(YAML_MAX_DEPTH), *deep = nested(YAML_MAX_DEPTH + 1), *abyss = nested(100000);
	struct problems p;
	(void)state;
	yaml_close(parsed(fits));
	yaml_close(parsed("[[], [[]], {a: []}, [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [],"
			  " [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], []]"));
	problems_init(&p);
	assert_null(yaml_parse(deep, strlen(deep), "f.yaml", &p));
	assert_null(yaml_parse(abyss, strlen(abyss), "f.yaml", &p));
	char *said = taken(&p);
	assert_string_equal(said, "f.yaml:1:33: nested too deep\nf.yaml:1:33: nested too deep\n");
	free(said);
	free(fits);
	free(deep);
	free(abyss);
}

static void size_ceiling(void **state)
{
	char *large = malloc(YAML_MAX_BYTES + 1);
	struct problems p;
	(void)state;
	assert_non_null(large);
	memset(large, '#', YAML_MAX_BYTES + 1);
	problems_init(&p);
	struct yaml_file *f = yaml_parse(large, YAML_MAX_BYTES, "f.yaml", &p);
	assert_non_null(f);
	yaml_close(f);
	assert_null(yaml_parse(large, YAML_MAX_BYTES + 1, "f.yaml", &p));
	char *said = taken(&p);
	assert_string_equal(said, "f.yaml: larger than 4194304 bytes\n");
	free(said);
	free(large);
}

static void many_keys(void **state)
{
	enum { N = 20000 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	(void)state;
	assert_non_null(out);
	for (int i = 0; i < N; i++)
		fprintf(out, "key%d: %d\n", i, i);
	assert_int_equal(fclose(out), 0);
	struct yaml_file *f = parsed(text);
	assert_int_equal(yaml_root(f)->n, N);
	assert_string_equal(yaml_get(yaml_root(f), "key19999")->text, "19999");
	yaml_close(f);
	free(text);
}

static void empty_files(void **state)
{
	static const char *const cases[] = {"", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "\xef\xbb\xbf"};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yaml_file *f = parsed(cases[i]);
		if (yaml_root(f)->kind != YAML_MAP || yaml_root(f)->n != 0)
			fail_msg("case %zu: no empty map", i);
		yaml_close(f);
	}
}

static void assert_place(const struct yaml *node, enum yaml_kind kind, int line, int column)
{
	assert_non_null(node);
	assert_int_equal(node->kind, kind);
	if (node->line != line || node->column != column)
		fail_msg("stands at %d:%d, expected %d:%d", node->line, node->column, line, column);
}

static void places(void **state)
{
	struct yaml_file *f = parsed("# \xc3\xa4\n"
				     "\xc3\xa4: x\n"
				     "list:\n"
				     "  - one\n"
				     "  - {a: 'b', \"c\": [d]}\n"
				     "block: |\n"
				     "  two\n"
				     "  lines\n"
				     "nothing:\n"
				     "last: ''\n");
	const struct yaml *root = yaml_root(f), *list = yaml_get(root, "list"), *inner;
	(void)state;
	assert_string_equal(yaml_name(f), "f.yaml");
	assert_place(root, YAML_MAP, 2, 1);
	assert_int_equal(root->n, 5);
	assert_string_equal(root->keys[1]->text, "list");
	assert_place(root->keys[1], YAML_SCALAR, 3, 1);
	assert_place(root->items[0], YAML_SCALAR, 2, 4); /* columns count characters */
	assert_place(list, YAML_LIST, 4, 3);
	assert_int_equal(list->n, 2);
	assert_place(list->items[0], YAML_SCALAR, 4, 5);
	inner = list->items[1];
	assert_place(inner, YAML_MAP, 5, 5);
	assert_place(yaml_get(inner, "a"), YAML_SCALAR, 5, 9);
	assert_true(yaml_get(inner, "a")->quoted);
	assert_place(yaml_get(inner, "c"), YAML_LIST, 5, 19);
	assert_false(yaml_get(inner, "c")->items[0]->quoted);
	assert_string_equal(yaml_get(root, "block")->text, "two\nlines\n");
	assert_true(yaml_get(root, "block")->quoted);
	assert_string_equal(yaml_get(root, "nothing")->text, "");
	assert_false(yaml_get(root, "nothing")->quoted);
	assert_true(yaml_get(root, "last")->quoted);
	assert_null(yaml_get(root, "one"));
	assert_null(yaml_get(list, "one"));
	assert_null(yaml_get(NULL, "one"));
	yaml_close(f);
}

static const char getters_text[] = "text: hello\n"
				   "quoted: '7'\n"
				   "empty: ''\n"
				   "nothing:\n"
				   "seven: 7\n"
				   "minus: -7\n"
				   "huge: 99999999999999999999\n"
				   "hex: 0x10\n"
				   "half: 1.5\n"
				   "sign: -5-\n"
				   "yes: true\n"
				   "no: false\n"
				   "list: [1]\n"
				   "map: {a: 1}\n";

/* The outcome of one getter in words: the value, or the problem. */
static char *outcome(const struct yaml_file *f, char type, const char *key, bool required)
{
	const struct yaml *map = yaml_root(f), *child = NULL;
	struct problems p;
	const char *text = "unset";
	int number = -1, result = 0;
	bool truth = false;
	char *said;
	problems_init(&p);
	if (type == 's')
		result = yaml_string(f, map, key, required, &text, &p);
	else if (type == 'i')
		result = yaml_int(f, map, key, required, -10, 10, &number, &p);
	else if (type == 'b')
		result = yaml_bool(f, map, key, required, &truth, &p);
	else
		result = yaml_child(f, map, key, required, type == 'l' ? YAML_LIST : YAML_MAP, &child, &p);
	if ((result == 0) != (p.n == 0) || (result != 0 && result != -1))
		fail_msg("%c %s: returns %d with %zu problems", type, key, result, p.n);
	said = taken(&p);
	if (result == 0) {
		free(said);
		int len = type == 's' ? asprintf(&said, "%s", text)
			: type == 'i' ? asprintf(&said, "%d", number)
			: type == 'b' ? asprintf(&said, "%s", truth ? "true" : "false")
			: asprintf(&said, "%s", child ? "child" : "unset");
		assert_true(len >= 0);
	}
	return said;
}

static void getters(void **state)
{
	static const struct {
		char type;
		const char *key;
		bool required;
		const char *want;
	} cases[] = {
		{'s', "text", true, "hello"},
		{'s', "quoted", true, "7"},
		{'s', "seven", true, "7"},
		{'s', "empty", true, ""},
		{'s', "nothing", false, "f.yaml:4:9: 'nothing' must be text\n"},
		{'s', "list", false, "f.yaml:13:7: 'list' must be text\n"},
		{'s', "missing", true, "f.yaml:1:1: 'missing' is missing\n"},
		{'s', "missing", false, "unset"},
		{'i', "seven", true, "7"},
		{'i', "minus", true, "-7"},
		{'i', "quoted", true, "f.yaml:2:9: 'quoted' must be a whole number from -10 to 10\n"},
		{'i', "huge", true, "f.yaml:7:7: 'huge' must be a whole number from -10 to 10\n"},
		{'i', "hex", true, "f.yaml:8:6: 'hex' must be a whole number from -10 to 10\n"},
		{'i', "half", true, "f.yaml:9:7: 'half' must be a whole number from -10 to 10\n"},
		{'i', "sign", true, "f.yaml:10:7: 'sign' must be a whole number from -10 to 10\n"},
		{'i', "nothing", true, "f.yaml:4:9: 'nothing' must be a whole number from -10 to 10\n"},
		{'i', "text", true, "f.yaml:1:7: 'text' must be a whole number from -10 to 10\n"},
		{'i', "map", true, "f.yaml:14:6: 'map' must be a whole number from -10 to 10\n"},
		{'i', "missing", true, "f.yaml:1:1: 'missing' is missing\n"},
		{'i', "missing", false, "-1"},
		{'b', "yes", true, "true"},
		{'b', "no", true, "false"},
		{'b', "text", true, "f.yaml:1:7: 'text' must be true or false\n"},
		{'b', "nothing", true, "f.yaml:4:9: 'nothing' must be true or false\n"},
		{'b', "missing", true, "f.yaml:1:1: 'missing' is missing\n"},
		{'b', "missing", false, "false"},
		{'l', "list", true, "child"},
		{'l', "map", true, "f.yaml:14:6: 'map' must be a list\n"},
		{'l', "missing", true, "f.yaml:1:1: 'missing' is missing\n"},
		{'l', "missing", false, "unset"},
		{'m', "map", true, "child"},
		{'m', "nothing", false, "f.yaml:4:9: 'nothing' must be a map\n"},
	};
	(void)state;
	struct yaml_file *f = parsed(getters_text);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *got = outcome(f, cases[i].type, cases[i].key, cases[i].required);
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("case %zu, %c %s: got %s", i, cases[i].type, cases[i].key, got);
		free(got);
	}
	yaml_close(f);
}

static void int_bounds(void **state)
{
	static const struct {
		int min, max, result;
	} cases[] = {{7, 7, 0}, {0, 6, -1}, {8, 9, -1}, {-100, 100, 0}};
	struct yaml_file *f = parsed("n: 7\n");
	struct problems p;
	(void)state;
	problems_init(&p);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int n = 42;
		int result = yaml_int(f, yaml_root(f), "n", true, cases[i].min, cases[i].max, &n, &p);
		if (result != cases[i].result || n != (result == 0 ? 7 : 42))
			fail_msg("from %d to %d: %d, %d", cases[i].min, cases[i].max, result, n);
	}
	problems_done(&p);
	yaml_close(f);
}

static void getters_want_a_map(void **state)
{
	struct yaml_file *f = parsed("- a\n");
	struct problems p;
	const char *text = NULL;
	(void)state;
	problems_init(&p);
	assert_int_equal(yaml_string(f, yaml_root(f), "x", false, &text, &p), -1);
	char *said = taken(&p);
	assert_string_equal(said, "f.yaml:1:1: expected a map with 'x'\n");
	free(said);
	yaml_close(f);
}

static void unknown_keys(void **state)
{
	static const char *const known[] = {"regexes", "keywords", "id", NULL};
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"id: 1\nkeywords: 2\n", ""},
		{"", ""},
		{"id: 1\nregexs: 2\n", "f.yaml:2:1: unknown key 'regexs', did you mean 'regexes'?\n"},
		{"colour: 1\nkeyword: 2\n",
			"f.yaml:1:1: unknown key 'colour'\nf.yaml:2:1: unknown key 'keyword', did you mean 'keywords'?\n"},
		{"- id\n", "f.yaml:1:1: expected a map\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct problems p;
		struct yaml_file *f = parsed(cases[i].text);
		problems_init(&p);
		int result = yaml_only(f, yaml_root(f), known, &p);
		char *said = taken(&p);
		if (strcmp(said, cases[i].want) != 0 || result != (*cases[i].want ? -1 : 0))
			fail_msg("case %zu: %d, %s", i, result, said);
		free(said);
		yaml_close(f);
	}
}

static void opens_files(void **state)
{
	char path[] = "/tmp/soleus-test-XXXXXX";
	struct problems p;
	(void)state;
	FILE *out = fdopen(mkstemp(path), "w");
	assert_non_null(out);
	fputs("a: 1\nb: *a\n", out);
	assert_int_equal(fclose(out), 0);
	problems_init(&p);
	assert_null(yaml_open(path, "intents/x.yaml", &p));
	assert_null(yaml_open(path, NULL, &p));
	assert_int_equal(remove(path), 0);
	assert_string_equal(p.list[0].file, "intents/x.yaml");
	assert_int_equal(p.list[0].line, 2);
	assert_string_equal(p.list[1].file, path);
	problems_done(&p);
	assert_null(yaml_open(path, "intents/x.yaml", &p));
	assert_int_equal(p.n, 1);
	assert_string_equal(p.list[0].file, "intents/x.yaml");
	assert_non_null(strstr(p.list[0].text, "No such file"));
	problems_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals),
		cmocka_unit_test(depth_ceiling),
		cmocka_unit_test(size_ceiling),
		cmocka_unit_test(many_keys),
		cmocka_unit_test(empty_files),
		cmocka_unit_test(places),
		cmocka_unit_test(getters),
		cmocka_unit_test(int_bounds),
		cmocka_unit_test(getters_want_a_map),
		cmocka_unit_test(unknown_keys),
		cmocka_unit_test(opens_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
