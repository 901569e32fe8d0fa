/* test_needs.c - formulas over strings hold in a text as they do when worked out by hand. */
#include "rules_fixture.h"

#include "rules/needs.h"

static bool holds(const struct needs *n, uint32_t user, const char *text)
{
	uint64_t users[16] = {0};
	struct arena *arena = arena_new();
	needs_find(n, text, strlen(text), arena, users);
	arena_free(arena);
	return users[user / 64] >> user % 64 & 1;
}

/* What a string is compared with: the text between spaces, all signs spaces. */
static void strings(void **state)
{
	static const struct {
		const char *string, *text;
		bool want;
	} cases[] = {
		{"calf", "my calf hurts", true},
		{"calf", "my calves hurt", false},
		{" calf ", "calf", true},
		{" calf ", "calf , hot", true},
		{" calf ", "calfs", false},
		{" my calf", "my calf", true},
		{"calf  hot", "calf , hot", false}, /* a sign is a space of its own */
		{"calf   hot", "calf , hot", true},
		{"calf ", "calf's", true},
		{"calf s", "calf's", true},
		{"caf  ", "caf\xc3\xa9", true},
		{"?", "is it a clot ?", true},
		{"?", "it is a clot", false},
		{" ? ", "a clot ?", true},
		{"8 10", "8/10", true},
		{" emoji_1 ", ":emoji_1:", true},
		/* too short to rule out anything */
		{"", "x", true},
		{"a", "x", true},
		{" ", "x", true},
		{"   ", "x", true},
		{"ab", "x", false},
		{" a", "x", false},
	};
	struct needs *n = needs_new();
	int failed = 0;
	(void)state;
	for (uint32_t i = 0; i < COUNT(cases); i++)
		needs_attach(n, needs_string(n, cases[i].string), i);
	needs_seal(n);
	for (uint32_t i = 0; i < COUNT(cases); i++)
		if (holds(n, i, cases[i].text) != cases[i].want) {
			print_error("'%s' in '%s'\n", cases[i].string, cases[i].text);
			failed++;
		}
	needs_free(n);
	needs_free(NULL);
	assert_int_equal(failed, 0);
}

static void nothing_and_the_same(void **state)
{
	struct needs *n = needs_new();
	int a = needs_string(n, "calf"), b = needs_string(n, "shin"), c = needs_string(n, "foot");
	(void)state;
	assert_int_equal(needs_string(n, "calf"), a);
	assert_int_equal(needs_string(n, "x"), NEED_NOTHING);
	assert_int_equal(needs_and(n, a, a), a);
	assert_int_equal(needs_and(n, a, NEED_NOTHING), a);
	assert_int_equal(needs_and(n, NEED_NOTHING, a), a);
	assert_int_equal(needs_and(n, NEED_NOTHING, NEED_NOTHING), NEED_NOTHING);
	assert_int_equal(needs_and(n, a, b), needs_and(n, b, a));
	assert_int_equal(needs_or(n, NULL, 0), NEED_NOTHING);
	assert_int_equal(needs_or(n, (int[]){a}, 1), a);
	assert_int_equal(needs_or(n, (int[]){a, a}, 2), a);
	assert_int_equal(needs_or(n, (int[]){a, NEED_NOTHING, b}, 3), NEED_NOTHING);
	assert_int_equal(needs_or(n, (int[]){c, a, b, a}, 4), needs_or(n, (int[]){a, b, c}, 3));
	assert_int_not_equal(needs_or(n, (int[]){a, b}, 2), needs_and(n, a, b));
	needs_free(n);
}

static void many_users(void **state)
{
	struct needs *n = needs_new();
	int calf = needs_string(n, "calf");
	uint64_t users[16] = {0};
	struct arena *arena = arena_new();
	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		needs_attach(n, i % 3 ? calf : NEED_NOTHING, i);
	needs_seal(n);
	needs_find(n, "shin", 4, arena, users);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(users[i / 64] >> i % 64 & 1, i % 3 == 0);
	needs_find(n, "calf", 4, arena, users);
	for (uint32_t i = 0; i < 1000; i++)
		assert_true(users[i / 64] >> i % 64 & 1);
	arena_free(arena);
	needs_free(n);
}

enum { LEAVES = 6, FORMULAS = 400, MAX_PARTS = 5 };

/* A formula worked out the plain way: of each number what it is made of. */
struct plain {
	char kind; /* 's'tring, '&', '|' */
	int parts[MAX_PARTS];
	size_t n;
};

/* Of parts that stand before their wholes. */
static void plain_values(const struct plain *all, unsigned leaves, bool out[FORMULAS])
{
	for (int i = 0; i < FORMULAS; i++) {
		bool any = false, every = true;
		for (size_t k = 0; k < all[i].n; k++) {
			any |= out[all[i].parts[k]];
			every &= out[all[i].parts[k]];
		}
		out[i] = all[i].kind == 's' ? leaves >> i & 1 : all[i].kind == '&' ? every : any;
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Any formula over six strings, for all texts that hold some of the six. */
static void as_worked_out(void **state)
{
	static const char *const leaf[LEAVES] = {"ankle", "calf", "foot", "heel", "knee", "shin"};
	static struct plain all[FORMULAS];
	static int number[FORMULAS];
	struct needs *n = needs_new();
	struct arena *arena = arena_new();
	uint32_t seed = 7;
	int failed = 0;
	(void)state;
	for (int i = 0; i < FORMULAS; i++) {
		int list[MAX_PARTS];
		all[i].kind = i < LEAVES ? 's' : next_random(&seed) % 2 ? '&' : '|';
		all[i].n = all[i].kind == 's' ? 0 : all[i].kind == '&' ? 2 : 1 + next_random(&seed) % MAX_PARTS;
		for (size_t k = 0; k < all[i].n; k++) { /* of late ones, so that they grow deep, or of any */
			int from = next_random(&seed) % 2 && i > 20 ? i - 20 : 0;
			all[i].parts[k] = from + (int)(next_random(&seed) % (uint32_t)(i - from));
			list[k] = number[all[i].parts[k]];
		}
		number[i] = all[i].kind == 's' ? needs_string(n, leaf[i])
			: all[i].kind == '&' ? needs_and(n, list[0], list[1])
					     : needs_or(n, list, all[i].n);
		needs_attach(n, number[i], (uint32_t)i);
	}
	needs_seal(n);
	for (unsigned leaves = 0; leaves < 1u << LEAVES; leaves++) {
		char text[64] = "";
		bool want[FORMULAS];
		uint64_t users[FORMULAS / 64 + 1] = {0};
		for (int i = 0; i < LEAVES; i++)
			if (leaves >> i & 1)
				strcat(strcat(text, leaf[i]), " ");
		plain_values(all, leaves, want);
		needs_find(n, text, strlen(text), arena, users);
		for (int i = 0; i < FORMULAS; i++)
			failed += (users[i / 64] >> i % 64 & 1) != want[i];
	}
	arena_free(arena);
	needs_free(n);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings),
		cmocka_unit_test(nothing_and_the_same),
		cmocka_unit_test(many_users),
		cmocka_unit_test(as_worked_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
