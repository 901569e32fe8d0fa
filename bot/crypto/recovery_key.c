/* recovery_key.c - the client-server specification, "Key representation". */
#include "crypto/recovery_key.h"

#include <ctype.h>
#include <string.h>

#include "util/err.h"

enum { PREFIX_1 = 0x8b, PREFIX_2 = 0x01, WHOLE = 2 + RECOVERY_KEY_BYTES + 1, GROUP = 4 };

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

static unsigned char parity(const unsigned char *bytes, size_t len)
{
	unsigned char all = 0;

	for (size_t i = 0; i < len; i++)
		all ^= bytes[i];
	return all;
}

/* The number, most significant byte first, divided by 58; what is left over is returned. */
static unsigned divide(unsigned char number[WHOLE])
{
	unsigned rest = 0;

	for (int i = 0; i < WHOLE; i++) {
		rest = rest << 8 | number[i];
		number[i] = (unsigned char)(rest / 58);
		rest %= 58;
	}
	return rest;
}

void recovery_key_text(const unsigned char key[RECOVERY_KEY_BYTES], char out[RECOVERY_KEY_TEXT])
{
	static const unsigned char zero[WHOLE];
	unsigned char number[WHOLE] = {PREFIX_1, PREFIX_2};
	char digits[RECOVERY_KEY_TEXT];
	int n = 0;

	memcpy(number + 2, key, RECOVERY_KEY_BYTES);
	number[WHOLE - 1] = parity(number, WHOLE - 1);
	while (memcmp(number, zero, WHOLE) != 0)
		digits[n++] = alphabet[divide(number)];
	for (int i = 0; n > 0; i++) {
		if (i && i % GROUP == 0)
			*out++ = ' ';
		*out++ = digits[--n];
	}
	*out = '\0';
	explicit_bzero(digits, sizeof digits);
}

/* False when it does not fit any more. */
static int multiply_add(unsigned char number[WHOLE], unsigned digit)
{
	for (int i = WHOLE - 1; i >= 0; i--) {
		digit += number[i] * 58U;
		number[i] = digit & 0xff;
		digit >>= 8;
	}
	return digit == 0;
}

static int read_number(const char *text, unsigned char number[WHOLE])
{
	for (; *text; text++) {
		const char *digit = strchr(alphabet, *text);

		if (isspace((unsigned char)*text))
			continue;
		if (!digit || !multiply_add(number, (unsigned)(digit - alphabet)))
			return -1;
	}
	return 0;
}

int recovery_key_read(const char *text, unsigned char out[RECOVERY_KEY_BYTES], struct err *err)
{
	unsigned char number[WHOLE] = {0};
	int result = 0;

	if (read_number(text, number) != 0 || number[0] != PREFIX_1 || number[1] != PREFIX_2)
		result = err_set(err, "this is no recovery key: one begins with Es and has 48 letters and digits");
	else if (parity(number, WHOLE) != 0)
		result = err_set(err, "there is a slip in the recovery key: a letter or digit is wrong");
	else
		memcpy(out, number + 2, RECOVERY_KEY_BYTES);
	explicit_bzero(number, sizeof number);
	return result;
}
