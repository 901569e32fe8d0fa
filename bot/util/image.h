/* image.h - memory that took long to make, kept in a file and mapped again where it was, so that the pointers in it hold.
 *
 * An image is only ever a short cut: whatever is wrong with it (missing, damaged, made from other data or by another program,
 * not ours, its place taken) it is not opened, and the caller makes the memory anew. Nothing in it may point elsewhere. */
#ifndef UTIL_IMAGE_H
#define UTIL_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "util/digest.h"

struct arena;
struct err;
struct image;

enum { IMAGE_PLACES = 4 }; /* so many can be there at once: one set is replaced while another is used */

/* A new arena in which an image can be made (free with arena_free), or NULL when all places are taken. */
struct arena *image_arena(void);

/* Writes what is in an image_arena to `path`: whole or not at all, as a file with this mode. `key` names what it was made from,
 * `root` is what image_root will give. Returns 0, or -1 with `err` set. */
int image_save(struct arena *arena, const void *root, const uint8_t key[DIGEST_BYTES], const char *path, unsigned mode,
	struct err *err);

/* Maps the image, only for reading, if it has this key, is whole, and belongs to us or to root and nobody else may write it.
 * Returns a new image (free with image_close), or NULL with `err` set. */
struct image *image_open(const char *path, const uint8_t key[DIGEST_BYTES], struct err *err);
/* NULL is fine. */
void image_close(struct image *image);
/* Borrowed. */
const void *image_root(const struct image *image);

/* What tells this build of the program from any other into the digest. Returns 0, or -1 when there is nothing that does. */
int image_add_program(struct digest *d);

#endif
