/* test_trie.c - the strings found at a place are those that stand there. */
#include "rules_fixture.h"

#include "rules/trie.h"

enum { MAX_STRINGS = 300 };

static chars packed(const char *text)
{
	chars out = 0;
	for (size_t i = 0; text[i]; i++)
		out |= (chars)(unsigned char)text[i] << (56 - 8 * i);
	return out;
}

/* How many of the strings are told wrongly, over all places of the text. */
static int wrong(const struct trie *t, const char *const strings[], const uint32_t *numbers, size_t n, const char *text)
{
	uint8_t codes[128];
	size_t len = strlen(text);
	int failed = 0;
	for (size_t i = 0; i < len; i++)
		codes[i] = trie_code(text[i]);
	for (size_t at = 0; at <= len; at++) {
		struct string_found found[CHARS_MAX];
		size_t count = trie_find(t, codes + at, len - at, found);
		for (size_t i = 0; i < n; i++) {
			bool there = false, want = strncmp(text + at, strings[i], strlen(strings[i])) == 0;
			for (size_t k = 0; k < count; k++)
				there |= found[k].string == numbers[i] && found[k].len == strlen(strings[i]);
			if (there != want) {
				print_error("'%s' in '%s' at %zu\n", strings[i], text, at);
				failed++;
			}
		}
	}
	return failed;
}

static int wrong_in(const char *const strings[], size_t n, const char *const texts[], size_t n_texts)
{
	struct trie *t = trie_new();
	uint32_t numbers[MAX_STRINGS];
	int failed = 0;
	for (size_t i = 0; i < n; i++)
		numbers[i] = trie_add(t, packed(strings[i]));
	trie_seal(t);
	for (size_t i = 0; i < n_texts; i++)
		failed += wrong(t, strings, numbers, n, texts[i]);
	trie_free(t);
	return failed;
}

static void strings_in_strings(void **state)
{
	static const char *const strings[] = {"he", "she", "his", "hers", "e", "ers", "hershe", "calf", "alf", "lf hot",
		"calf hot", "he", "swollen", "wollen s", "aa", "aaa", "aaaa", " a_1", "?"};
	static const char *const texts[] = {"", "h", "ushers", "she", "hershers", "calf hot", "cal f hot", "calf hat",
		"calfcalf", "swolle", "swollen swollen", "a", "aa", "aaa", "aaaa", "baab", "hishe", "calf ho", "no", "an a_1?"};
	(void)state;
	assert_int_equal(wrong_in(strings, COUNT(strings), texts, COUNT(texts)), 0);
}

static void numbers(void **state)
{
	struct trie *t = trie_new();
	uint8_t codes[1] = {trie_code('c')};
	struct string_found found[CHARS_MAX];
	(void)state;
	assert_int_equal(trie_add(t, packed("calf")), 0);
	assert_int_equal(trie_add(t, packed("leg ,")), 1);
	assert_int_equal(trie_add(t, packed("calf")), 0);
	assert_int_equal(trie_add(t, packed("leg  ")), 1); /* a sign is a space */
	assert_int_equal(trie_add(t, packed("CALF")), 0);
	assert_int_equal(trie_count(t), 2);
	assert_true(trie_string(t, 0) == packed("calf"));
	assert_true(trie_string(t, 1) == packed("leg  "));
	assert_int_equal(chars_len(packed("calf")), 4);
	assert_int_equal(chars_len(0), 0);
	assert_int_equal(chars_len(packed("12345678")), 8);
	assert_int_equal(chars_at(packed("calf"), 2), 'l');
	trie_seal(t);
	assert_int_equal(trie_find(t, codes, 1, found), 0);
	trie_free(t);
	trie_free(NULL);
}

static void nothing_to_find(void **state)
{
	struct trie *t = trie_new();
	uint8_t codes[1] = {trie_code('a')};
	struct string_found found[CHARS_MAX];
	(void)state;
	(void)trie_add(t, 0);
	trie_seal(t);
	assert_int_equal(trie_find(t, codes, 1, found), 0);
	assert_int_equal(trie_find(t, codes, 0, found), 0);
	trie_free(t);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void fill(uint32_t *seed, char *out, size_t most)
{
	size_t len = 1 + next_random(seed) % most;
	for (size_t i = 0; i < len; i++)
		out[i] = "ab c"[next_random(seed) % (next_random(seed) % 4 ? 2 : 4)];
	out[len] = '\0';
}

static void as_searched_one_by_one(void **state)
{
	static char store[MAX_STRINGS][CHARS_MAX + 1], text[81];
	static const char *strings[MAX_STRINGS];
	const char *texts[] = {text};
	uint32_t seed = 20240611;
	(void)state;
	for (int round = 0; round < 40; round++) {
		size_t n = 1 + next_random(&seed) % MAX_STRINGS;
		for (size_t i = 0; i < n; i++) {
			fill(&seed, store[i], CHARS_MAX);
			strings[i] = store[i];
		}
		fill(&seed, text, sizeof text - 1);
		assert_int_equal(wrong_in(strings, n, texts, 1), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_in_strings),
		cmocka_unit_test(numbers),
		cmocka_unit_test(nothing_to_find),
		cmocka_unit_test(as_searched_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
