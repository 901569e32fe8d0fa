/* test_spell.c - misspelt words and what was meant; every single slip in a set of words that lie far apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text/spell.h"

static struct spell *spell_of(const char *const words[], size_t n)
{
	struct spell *s = spell_new();
	for (size_t i = 0; i < n; i++)
		spell_learn(s, words[i], strlen(words[i]));
	return s;
}

static const char *const few[] = {"swollen", "swelling", "cramp", "calf", "bruise", "tender", "tendon", "thrombosis",
	"warfarin", "heel", "hot", "antidisestablishmentarian"};

static const struct {
	const char *typed, *want;
} cases[] = {
	/* one slip */
	{"swolen", "swollen"},
	{"swoolen", "swollen"},
	{"swolllen", "swollen"},
	{"swoleln", "swollen"},
	{"cramo", "cramp"},
	{"carmp", "cramp"},
	{"crmp", "cramp"},
	{"crampp", "cramp"},
	{"clafs", NULL}, /* two edits in a short word */
	{"claf", "calf"},
	{"aclf", "calf"}, /* the first two letters swapped */
	{"half", "calf"}, /* another first letter, only where nothing is nearer */
	{"heal", "heel"},
	/* two slips, in long words only */
	{"sweling", "swelling"},
	{"swllinng", "swelling"},
	{"trombosiss", "thrombosis"},
	{"throbmosiss", "thrombosis"},
	{"thrmbsis", "thrombosis"},
	{"bruzze", NULL}, /* six letters */
	{"krombosis", NULL}, /* two edits and another first letter */
	{"warfffin", "warfarin"},
	{"wafrafin", "warfarin"},
	/* three */
	{"trmbsis", NULL},
	{"wrfrfin", NULL},
	{"wrffn", NULL},
	/* the same distance: the end that is right wins, else the one that was learnt first */
	{"tendor", "tender"},
	{"tendn", "tendon"},
	{"tendxn", "tendon"},
	{"tendxx", NULL},
	/* left alone */
	{"hit", NULL},
	{"ho", NULL},
	{"hott", NULL}, /* "hot" has three letters: nothing is corrected to it */
	{"", NULL},
	{"zzzzzzz", NULL},
	{"antidisestablishmentarias", NULL}, /* longer than SPELL_MAX_WORD */
	{"swollen1", "swollen"},
	{"sw\xc3\xb6llen", "swollen"},
};

static void corrections(void **state)
{
	struct spell *s = spell_of(few, sizeof few / sizeof *few);
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *want = cases[i].want;
		const char *got = spell_correct(s, cases[i].typed, strlen(cases[i].typed));
		if ((got && want) ? strcmp(got, want) != 0 : got != want) {
			print_error("%s: '%s', wanted '%s'\n", cases[i].typed, got ? got : "-", want ? want : "-");
			failed++;
		}
	}
	spell_free(s);
	assert_int_equal(failed, 0);
}

static void knows(void **state)
{
	struct spell *s = spell_of(few, sizeof few / sizeof *few);
	(void)state;
	assert_true(spell_knows(s, "swollen", 7));
	assert_true(spell_knows(s, "swollenness", 7)); /* `len` counts, not a NUL */
	assert_false(spell_knows(s, "swollen", 6));
	assert_false(spell_knows(s, "hot", 3)); /* too short to be learnt */
	assert_false(spell_knows(s, "antidisestablishmentarian", 25)); /* too long */
	spell_learn(s, "swollen", 7); /* again: nothing happens */
	assert_true(spell_knows(s, "swollen", 7));
	spell_free(s);
	spell_free(NULL);
}

static void knows_nothing(void **state)
{
	struct spell *s = spell_new();
	(void)state;
	assert_null(spell_correct(s, "swollen", 7));
	spell_free(s);
}

/* So far apart that any one slip in a word can only mean that word. */
static const char *const apart[] = {"swollen", "thrombosis", "numbness", "achilles", "paracetamol", "fracture",
	"warfarin", "midwife", "pulmonary", "dizzy", "bluish", "cramp", "heel"};

static int check_slip(const struct spell *s, const char *slip, const char *meant)
{
	const char *got = spell_correct(s, slip, strlen(slip));
	if (got && strcmp(got, meant) == 0)
		return 0;
	print_error("'%s': '%s', wanted '%s'\n", slip, got ? got : "-", meant);
	return 1;
}

/* The word with one letter taken out, put in, changed, or swapped with the next. */
static int slips(const struct spell *s, const char *word)
{
	size_t len = strlen(word);
	char slip[SPELL_MAX_WORD + 2];
	int failed = 0;
	for (size_t i = 0; i < len; i++) {
		if (len > 4) {
			memcpy(slip, word, i);
			strcpy(slip + i, word + i + 1);
			failed += check_slip(s, slip, word);
		}
		memcpy(slip, word, i);
		slip[i] = 'q';
		strcpy(slip + i + 1, word + i);
		failed += check_slip(s, slip, word);
		strcpy(slip, word);
		slip[i] = 'q';
		failed += check_slip(s, slip, word);
		strcpy(slip, word);
		slip[i] = word[i + 1] ? word[i + 1] : word[i];
		slip[i + 1] = word[i + 1] ? word[i] : '\0';
		failed += check_slip(s, slip, word);
	}
	return failed;
}

static void every_single_slip(void **state)
{
	struct spell *s = spell_of(apart, sizeof apart / sizeof *apart);
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		failed += slips(s, apart[i]);
	spell_free(s);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(corrections),
		cmocka_unit_test(knows),
		cmocka_unit_test(knows_nothing),
		cmocka_unit_test(every_single_slip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
