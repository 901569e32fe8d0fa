/* base64.h - Base64 as Matrix writes keys: the common alphabet, without "=" at the end. */
#ifndef CRYPTO_BASE64_H
#define CRYPTO_BASE64_H

#include <stddef.h>

/* Characters for so many bytes, the NUL not counted. */
#define BASE64_LEN(bytes) (((bytes) * 4 + 2) / 3)

/* A new text (free). */
char *base64_text(const void *bytes, size_t len);
/* Into out[0..size). Returns how many bytes it was, or -1: not Base64, or more than fit. "=" at the end are fine. */
int base64_bytes(const char *text, void *out, size_t size);

#endif
