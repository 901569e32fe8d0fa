/* test_recovery_key.c - recovery keys that other clients made, and slips in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/recovery_key.h"
#include "util/err.h"

static const struct {
	const char *text;
	unsigned char key[RECOVERY_KEY_BYTES];
} known[] = {
	{"EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d",
		{0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2, 0x66, 0x45,
			0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9, 0x2c, 0x2a}},
	{"EsTp RvZT njck 8Yrh RAtw XLS8 4Nr2 r9S9 LGAW DaEx VAPB vLRK",
		{159, 189, 70, 187, 52, 81, 113, 198, 246, 2, 44, 154, 37, 213, 104, 27, 165, 78, 236, 106, 108, 73,
			83, 243, 173, 192, 185, 110, 157, 145, 173, 163}},
};

static void both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		unsigned char key[RECOVERY_KEY_BYTES];
		char text[RECOVERY_KEY_TEXT];

		recovery_key_text(known[i].key, text);
		assert_string_equal(text, known[i].text);
		assert_int_equal(recovery_key_read(known[i].text, key, NULL), 0);
		assert_memory_equal(key, known[i].key, sizeof key);
	}
}

/* Whatever the bytes are, the text is of one length and is read back. */
static void all_bytes(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		unsigned char key[RECOVERY_KEY_BYTES], back[RECOVERY_KEY_BYTES];
		char text[RECOVERY_KEY_TEXT];

		memset(key, i, sizeof key);
		recovery_key_text(key, text);
		assert_int_equal(strlen(text), 59);
		assert_int_equal(recovery_key_read(text, back, NULL), 0);
		assert_memory_equal(back, key, sizeof key);
	}
}

static void reading(void **state)
{
	static const struct {
		const char *text, *refused; /* NULL: it is fine */
	} cases[] = {
		{"EsT           pRvZTnjck8    YrhRAtw XLS84Nr2r9S9LGAWDaExVAPBvLRK   \n", NULL},
		{"EsTpRvZTnjck8YrhRAtwXLS84Nr2r9S9LGAWDaExVAPBvLRk", "slip"},
		{"EsTpRvZTnjck8YrhRAtwXLS84Nr2r9S9LGAWDaExVAPBvLKR", "slip"},
		{"AATpRvZTnjck8YrhRAtwXLS84Nr2r9S9LGAWDaExVAPBvLRk", "no recovery key"},
		{"AATpRvZTnjck8YrhRAtwXLS84Nr2r9S9", "no recovery key"},
		{"EsTpRvZTnjck8YrhRAtwXLS84Nr2r9S9LGAWDaExVAPBvLRKK", "no recovery key"},
		{"EsTpRvZTnjck8YrhRAtwXLS84Nr2r9S9LGAWDaExVAPBvLR0", "no recovery key"},
		{"", "no recovery key"},
		{"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "no recovery key"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned char key[RECOVERY_KEY_BYTES];
		struct err err = {""};
		int got = recovery_key_read(cases[i].text, key, &err);

		if ((got == 0) != !cases[i].refused || (got && !strstr(err.text, cases[i].refused)))
			fail_msg("case %zu: %d, '%s'", i, got, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways), cmocka_unit_test(all_bytes), cmocka_unit_test(reading),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
