/* bytes.h - what every secret needs: randomness, a hash, a key made of another, and being wiped. */
#ifndef CRYPTO_BYTES_H
#define CRYPTO_BYTES_H

#include <stddef.h>
#include <stdint.h>

enum { BYTES_HASH = 32 };

/* From the kernel; aborts when it has none. */
void bytes_random(void *out, size_t len);
/* SHA-256. */
void bytes_hash(const void *bytes, size_t len, uint8_t out[BYTES_HASH]);
/* HKDF with SHA-256 and a salt of zeros (RFC 5869): another key for each `purpose`. At most 255 * 32 bytes. */
void bytes_derive(const void *secret, size_t len, const char *purpose, uint8_t *out, size_t out_len);

/* Overwrites a text and frees it. NULL is fine. */
void bytes_wipe(char *text);
void bytes_wipe_n(void *bytes, size_t len);

#endif
