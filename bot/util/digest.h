/* digest.h - BLAKE2b with 256 bits (RFC 7693): tells whether bytes are the same without keeping them. */
#ifndef UTIL_DIGEST_H
#define UTIL_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BYTES = 32, DIGEST_BLOCK = 128 };

struct digest {
	uint64_t state[8];
	uint64_t taken; /* bytes of whole blocks and of the one that fills */
	uint8_t block[DIGEST_BLOCK];
	size_t filled;
};

void digest_init(struct digest *d);
void digest_add(struct digest *d, const void *bytes, size_t len);
/* The result; *d is used up. */
void digest_end(struct digest *d, uint8_t out[DIGEST_BYTES]);

#endif
