/* digest.c - BLAKE2b, RFC 7693, without a key. */
#include "util/digest.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

enum { WORDS = 16 };

static const uint64_t iv[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* Which word of the block goes where, RFC 7693 section 2.7. */
static const uint8_t sigma[10][WORDS] = {
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	{14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
	{11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
	{7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
	{9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
	{2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
	{12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
	{13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
	{6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
	{10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

static uint64_t rotated(uint64_t x, int by)
{
	return x >> by | x << (64 - by);
}

/* The function G: mixes two words into a column or a diagonal. */
static inline void mix(uint64_t v[WORDS], int a, int b, int c, int d, uint64_t x, uint64_t y)
{
	v[a] += v[b] + x;
	v[d] = rotated(v[d] ^ v[a], 32);
	v[c] += v[d];
	v[b] = rotated(v[b] ^ v[c], 24);
	v[a] += v[b] + y;
	v[d] = rotated(v[d] ^ v[a], 16);
	v[c] += v[d];
	v[b] = rotated(v[b] ^ v[c], 63);
}

static inline void mix_round(uint64_t v[WORDS], const uint64_t m[WORDS], const uint8_t s[WORDS])
{
	mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
	mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
	mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
	mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
	mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
	mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
	mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
	mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
}

static void compress(struct digest *d, const uint8_t block[DIGEST_BLOCK], bool last)
{
	uint64_t v[WORDS], m[WORDS];

	memcpy(m, block, sizeof m);
	for (int i = 0; i < WORDS; i++)
		m[i] = le64toh(m[i]);
	memcpy(v, d->state, sizeof d->state);
	memcpy(v + 8, iv, sizeof iv);
	v[12] ^= d->taken;
	if (last)
		v[14] = ~v[14];
	/* Written out, so that the compiler knows which words are meant: a third faster. */
	mix_round(v, m, sigma[0]);
	mix_round(v, m, sigma[1]);
	mix_round(v, m, sigma[2]);
	mix_round(v, m, sigma[3]);
	mix_round(v, m, sigma[4]);
	mix_round(v, m, sigma[5]);
	mix_round(v, m, sigma[6]);
	mix_round(v, m, sigma[7]);
	mix_round(v, m, sigma[8]);
	mix_round(v, m, sigma[9]);
	mix_round(v, m, sigma[0]);
	mix_round(v, m, sigma[1]);
	for (int i = 0; i < 8; i++)
		d->state[i] ^= v[i] ^ v[i + 8];
}

void digest_init(struct digest *d)
{
	*d = (struct digest){0};
	memcpy(d->state, iv, sizeof iv);
	d->state[0] ^= 0x01010000 ^ DIGEST_BYTES; /* no key, one hash in a row, so many bytes long */
}

void digest_add(struct digest *d, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	while (len > 0) {
		if (d->filled == DIGEST_BLOCK) { /* the last block is not known to be the last before there is more */
			compress(d, d->block, false);
			d->filled = 0;
		}
		if (d->filled == 0 && len > DIGEST_BLOCK) {
			d->taken += DIGEST_BLOCK;
			compress(d, at, false);
			at += DIGEST_BLOCK;
			len -= DIGEST_BLOCK;
			continue;
		}
		size_t n = DIGEST_BLOCK - d->filled < len ? DIGEST_BLOCK - d->filled : len;
		memcpy(d->block + d->filled, at, n);
		d->filled += n;
		d->taken += n;
		at += n;
		len -= n;
	}
}

void digest_end(struct digest *d, uint8_t out[DIGEST_BYTES])
{
	memset(d->block + d->filled, 0, DIGEST_BLOCK - d->filled);
	compress(d, d->block, true);
	for (int i = 0; i < 8; i++)
		d->state[i] = htole64(d->state[i]);
	memcpy(out, d->state, DIGEST_BYTES);
}
