/* base64.c - by hand, as OpenSSL's insists on the "=" and tells no exact length. */
#include "crypto/base64.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "util/mem.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_text(const void *bytes, size_t len)
{
	const unsigned char *from = bytes;
	char *text = mem_alloc(BASE64_LEN(len) + 1, 1), *to = text;
	uint32_t bits = 0;
	int n = 0; /* bits that wait */

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | from[i];
		for (n += 8; n >= 6; n -= 6)
			*to++ = alphabet[bits >> (n - 6) & 63];
	}
	if (n)
		*to++ = alphabet[bits << (6 - n) & 63];
	*to = '\0';
	return text;
}

static size_t length_without_padding(const char *text)
{
	size_t len = strlen(text);

	for (int i = 0; i < 2 && len && text[len - 1] == '='; i++)
		len--;
	return len;
}

int base64_bytes(const char *text, void *out, size_t size)
{
	size_t len = length_without_padding(text), want = len * 3 / 4;
	unsigned char *to = out;
	uint32_t bits = 0;
	int n = 0;

	if (len % 4 == 1 || want > size || want > INT_MAX)
		return -1;
	for (size_t i = 0; i < len; i++) {
		const char *at = strchr(alphabet, text[i]);

		if (!at)
			return -1;
		bits = bits << 6 | (uint32_t)(at - alphabet);
		n += 6;
		if (n >= 8) {
			n -= 8;
			*to++ = (unsigned char)(bits >> n);
		}
	}
	return (int)want;
}
