/* image.c - writing and mapping images.
 *
 * The file is the memory from its place on, byte for byte, and begins with a head. Its check sum is that of all the rest, head
 * included: it is there for what goes wrong by chance, as who could do it on purpose could as well write the rules, and must not
 * take longer than to read the bytes. The file is written beside its name and renamed, so that one that is mapped is never
 * written to. */
#include "util/image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/arena.h"
#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"

enum { MAGIC_BYTES = 16, LANES = 4, PIECE_BYTES = 4096 };
static const char magic[MAGIC_BYTES] = "soleus image 02\n";

/* Far from where the system puts programs, heaps, libraries and stacks, and within the sanitizers' share of the memory. */
static const uintptr_t first_place = 0x200000000000;
static const size_t place_bytes = 256 << 20;

struct head {
	uint64_t sum[LANES]; /* of all that follows */
	char magic[MAGIC_BYTES];
	uint8_t key[DIGEST_BYTES];
	uint64_t place, bytes;
	const void *root;
};

struct image {
	const struct head *head;
	size_t bytes;
};

struct arena *image_arena(void)
{
	for (uintptr_t i = 0; i < IMAGE_PLACES; i++) {
		struct arena *arena = arena_new_at((void *)(first_place + i * place_bytes), place_bytes);

		if (!arena)
			continue;
		(void)arena_alloc(arena, 1, sizeof(struct head)); /* the first bytes of its place */
		return arena;
	}
	return NULL;
}

static bool is_place(uint64_t place)
{
	return place >= first_place && (place - first_place) % place_bytes == 0 && (place - first_place) / place_bytes < IMAGE_PLACES;
}

/* Each word goes into one of four lanes, in steps that lose nothing: a change of one word changes its lane for good, and other
 * damage goes unseen once in 2^64 times or less. */
static void sum_of(const struct head *head, size_t bytes, uint64_t out[LANES])
{
	static const uint64_t odd = 0x9e3779b97f4a7c15;
	const char *at = (const char *)head + sizeof head->sum, *end = (const char *)head + bytes;
	uint64_t lanes[LANES] = {bytes, 1, 2, 3}, words[LANES];

	for (; at < end; at += sizeof words) {
		size_t left = (size_t)(end - at);

		memset(words, 0, sizeof words);
		memcpy(words, at, left < sizeof words ? left : sizeof words);
		for (int i = 0; i < LANES; i++) {
			uint64_t mixed = (lanes[i] ^ words[i]) * odd;

			lanes[i] = mixed << 29 | mixed >> 35;
		}
	}
	memcpy(out, lanes, sizeof lanes);
}

/* ---- writing ---- */

/* In pieces, as the page cache keeps together what was written together, and Linux 6.18 maps all of that at the first touch:
 * megabytes for a few bytes. */
static int write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, bytes, len < PIECE_BYTES ? len : PIECE_BYTES);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		bytes += written;
		len -= (size_t)written;
	}
	return 0;
}

/* No fsync: one that a crash leaves half written fails its check sum. */
static int write_file(const char *path, const void *bytes, size_t len, unsigned mode, struct err *err)
{
	char *temporary = mem_alloc(strlen(path) + sizeof ".XXXXXX", 1);
	int result = 0;

	strcat(strcpy(temporary, path), ".XXXXXX");
	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		err_set(err, "cannot create %s: %s", temporary, strerror(errno));
		free(temporary);
		return -1;
	}
	if (write_all(fd, bytes, len) < 0 || fchmod(fd, (mode_t)mode) < 0)
		result = err_set(err, "cannot write %s: %s", temporary, strerror(errno));
	if (close(fd) < 0 && result == 0)
		result = err_set(err, "cannot write %s: %s", temporary, strerror(errno));
	if (result == 0 && rename(temporary, path) < 0)
		result = err_set(err, "cannot rename %s: %s", temporary, strerror(errno));
	if (result < 0)
		(void)unlink(temporary); /* it may not even be there */
	free(temporary);
	return result;
}

int image_save(struct arena *arena, const void *root, const uint8_t key[DIGEST_BYTES], const char *path, unsigned mode,
	struct err *err)
{
	size_t bytes = arena_placed(arena);
	struct head *head = arena_place(arena);

	if (!bytes)
		return err_set(err, "no image: it does not fit its place");
	memcpy(head->magic, magic, sizeof magic);
	memcpy(head->key, key, DIGEST_BYTES);
	head->place = (uintptr_t)head;
	head->bytes = bytes;
	head->root = root;
	sum_of(head, bytes, head->sum);
	return write_file(path, head, bytes, mode, err);
}

/* ---- mapping ---- */

/* Others must not be able to make us believe anything. */
static int check_owner(const char *path, const struct stat *st, struct err *err)
{
	if (!S_ISREG(st->st_mode))
		return err_set(err, "%s is no file", path);
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return err_set(err, "%s belongs to somebody else", path);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return err_set(err, "%s can be written by others", path);
	return 0;
}

static int check_head(const char *path, const struct head *head, const struct stat *st, const uint8_t key[DIGEST_BYTES],
	struct err *err)
{
	if (memcmp(head->magic, magic, sizeof magic) != 0)
		return err_set(err, "%s is no image", path);
	if (memcmp(head->key, key, DIGEST_BYTES) != 0)
		return err_set(err, "%s was made from other data or by another program", path);
	if (!is_place(head->place) || head->bytes > place_bytes || (uint64_t)st->st_size != head->bytes ||
		(uintptr_t)head->root < head->place || (uintptr_t)head->root >= head->place + head->bytes)
		return err_set(err, "%s is damaged", path);
	return 0;
}

static int check_sum(const char *path, const struct head *head, struct err *err)
{
	uint64_t sum[LANES];

	sum_of(head, head->bytes, sum);
	/* What the sum alone has touched need not stay; what is needed comes back from the page cache, and not 2 MB at a time. */
	(void)madvise((void *)head, head->bytes, MADV_NOHUGEPAGE);
	(void)madvise((void *)head, head->bytes, MADV_DONTNEED);
	return memcmp(sum, head->sum, sizeof sum) == 0 ? 0 : err_set(err, "%s is damaged", path);
}

static struct image *map(int fd, const char *path, const uint8_t key[DIGEST_BYTES], struct err *err)
{
	struct stat st;
	struct head head;

	if (fstat(fd, &st) < 0 || pread(fd, &head, sizeof head, 0) != sizeof head) {
		err_set(err, "%s is too short or cannot be read", path);
		return NULL;
	}
	if (check_owner(path, &st, err) < 0 || check_head(path, &head, &st, key, err) < 0)
		return NULL;
	void *place = (void *)(uintptr_t)head.place;
	void *got = mmap(place, head.bytes, PROT_READ, MAP_PRIVATE | MAP_FIXED_NOREPLACE, fd, 0);
	if (got == MAP_FAILED) {
		err_set(err, "%s cannot be mapped: %s", path, strerror(errno));
		return NULL;
	}
	if (got != place || check_sum(path, got, err) < 0) {
		if (got != place)
			err_set(err, "%s cannot be mapped: its place is taken", path);
		(void)munmap(got, head.bytes);
		return NULL;
	}
	struct image *image = mem_alloc(1, sizeof *image);
	*image = (struct image){got, head.bytes};
	return image;
}

struct image *image_open(const char *path, const uint8_t key[DIGEST_BYTES], struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0) {
		err_set(err, "cannot open %s: %s", path, strerror(errno));
		return NULL;
	}
	struct image *image = map(fd, path, key, err);
	(void)close(fd); /* nothing was written; what is mapped stays */
	return image;
}

void image_close(struct image *image)
{
	if (!image)
		return;
	(void)munmap((void *)image->head, image->bytes); /* it was mapped so */
	free(image);
}

const void *image_root(const struct image *image)
{
	return image->head->root;
}

/* ---- the program ---- */

/* Adds the linker's build id of the first object, which is the program itself. */
static int add_build_id(struct dl_phdr_info *info, size_t size, void *closure)
{
	struct digest *d = closure;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const char *at = (const char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr, *end = at + info->dlpi_phdr[i].p_memsz;

		while (info->dlpi_phdr[i].p_type == PT_NOTE && (size_t)(end - at) >= sizeof(ElfW(Nhdr))) {
			const ElfW(Nhdr) *note = (const void *)at;
			const char *name = at + sizeof *note, *id = name + (note->n_namesz + 3) / 4 * 4;

			if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
				digest_add(d, id, note->n_descsz);
				return 1;
			}
			at = id + (note->n_descsz + 3) / 4 * 4;
		}
	}
	return -1;
}

int image_add_program(struct digest *d)
{
	return dl_iterate_phdr(add_build_id, d) > 0 ? 0 : -1;
}
