/* matrix_markup.h - the light markup of the wording (**bold**, paragraphs, lines that begin with "- " or "1. ") as the
 * two bodies of a Matrix message. Pure. */
#ifndef CHANNELS_MATRIX_MARKUP_H
#define CHANNELS_MATRIX_MARKUP_H

#include <stddef.h>

struct buf;

/* Without the asterisks; whole by itself, for clients that show no HTML. */
void matrix_markup_plain(const char *source, size_t len, struct buf *out);
/* Paragraphs, lists and bold; everything else escaped. */
void matrix_markup_html(const char *source, size_t len, struct buf *out);

#endif
