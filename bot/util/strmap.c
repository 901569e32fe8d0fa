/* strmap.c - entries in one array, found through a hash table of indexes with open addressing. */
#include "util/strmap.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/mem.h"

struct entry {
	char *key;
	uint32_t len, hash;
	int value;
};

struct strmap {
	struct entry *entries;
	size_t n, cap;
	uint32_t *slots; /* index into entries + 1, 0 for free */
	size_t mask; /* slots - 1; slots are a power of two and at least twice the entries */
};

enum { FIRST_SLOTS = 16, MAX_EDITS = 2, MAX_HINT = 64 };

struct strmap *strmap_new(void)
{
	struct strmap *m = mem_alloc(1, sizeof *m);
	m->slots = mem_alloc(FIRST_SLOTS, sizeof *m->slots);
	m->mask = FIRST_SLOTS - 1;
	return m;
}

void strmap_free(struct strmap *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++)
		free(m->entries[i].key);
	free(m->entries);
	free(m->slots);
	free(m);
}

struct strmap *strmap_copy(const struct strmap *m, struct arena *arena)
{
	struct strmap *copy = arena_copy(arena, m, 1, sizeof *m);
	copy->entries = arena_copy(arena, m->entries, m->n, sizeof *m->entries);
	copy->cap = m->n;
	copy->slots = arena_copy(arena, m->slots, m->mask + 1, sizeof *m->slots);
	for (size_t i = 0; i < m->n; i++)
		copy->entries[i].key = arena_copy(arena, m->entries[i].key, (size_t)m->entries[i].len + 1, 1);
	return copy;
}

/* Eight bytes at a time: some hundred names are looked up for each message. The keys are our own data, so nobody can choose
 * them to collide. */
static uint32_t hash_of(const char *key, size_t len)
{
	static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15); /* of the golden ratio */
	uint64_t h = len * odd, word;
	for (; len >= sizeof word; key += sizeof word, len -= sizeof word) {
		memcpy(&word, key, sizeof word);
		h = (h ^ word) * odd;
		h ^= h >> 32;
	}
	word = 0;
	for (size_t i = 0; i < len; i++)
		word = word << 8 | (unsigned char)key[i];
	h = (h ^ word) * odd;
	return (uint32_t)(h ^ h >> 32);
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t slot_of(const struct strmap *m, const char *key, size_t len, uint32_t hash)
{
	size_t slot = hash & m->mask;
	while (m->slots[slot] != 0) {
		const struct entry *e = &m->entries[m->slots[slot] - 1];
		if (e->hash == hash && e->len == len && memcmp(e->key, key, len) == 0)
			break;
		slot = (slot + 1) & m->mask;
	}
	return slot;
}

static void grow_slots(struct strmap *m)
{
	size_t count = (m->mask + 1) * 2;
	free(m->slots);
	m->slots = mem_alloc(count, sizeof *m->slots);
	m->mask = count - 1;
	for (size_t i = 0; i < m->n; i++) {
		const struct entry *e = &m->entries[i];
		m->slots[slot_of(m, e->key, e->len, e->hash)] = (uint32_t)i + 1;
	}
}

static char *copy_key(const char *key, size_t len)
{
	char *copy = mem_alloc(len + 1, 1);
	if (len > 0)
		memcpy(copy, key, len);
	return copy;
}

void strmap_set(struct strmap *m, const char *key, size_t len, int value)
{
	uint32_t hash = hash_of(key, len);
	size_t slot = slot_of(m, key, len, hash);
	if (m->slots[slot] != 0) {
		m->entries[m->slots[slot] - 1].value = value;
		return;
	}
	if ((m->n + 1) * 2 > m->mask + 1) {
		grow_slots(m);
		slot = slot_of(m, key, len, hash);
	}
	assert(m->n < UINT32_MAX - 1 && len <= UINT32_MAX);
	mem_room(m->entries, m->n, m->cap);
	m->entries[m->n] = (struct entry){copy_key(key, len), (uint32_t)len, hash, value};
	m->slots[slot] = (uint32_t)++m->n;
}

int strmap_get(const struct strmap *m, const char *key, size_t len, int otherwise)
{
	size_t slot = slot_of(m, key, len, hash_of(key, len));
	return m->slots[slot] ? m->entries[m->slots[slot] - 1].value : otherwise;
}

size_t strmap_count(const struct strmap *m)
{
	return m->n;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance, one row at a time. Both are shorter than MAX_HINT. */
static size_t edits(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[MAX_HINT + 1];
	assert(b_len <= MAX_HINT);
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t above = row[j];
			size_t changed = diagonal + (a[i - 1] != b[j - 1]);
			row[j] = least(changed, least(above, row[j - 1]) + 1);
			diagonal = above;
		}
	}
	return row[b_len];
}

const char *strmap_nearest(const struct strmap *m, const char *word)
{
	size_t len = strlen(word), best = MAX_EDITS + 1;
	const char *nearest = NULL;
	if (len > MAX_HINT)
		return NULL;
	for (size_t i = 0; i < m->n; i++) {
		const struct entry *e = &m->entries[i];
		if (e->len > len + MAX_EDITS || len > e->len + MAX_EDITS || e->len > MAX_HINT)
			continue;
		size_t distance = edits(word, len, e->key, e->len);
		if (distance < best && distance * 2 < len) {
			best = distance;
			nearest = e->key;
		}
	}
	return nearest;
}
