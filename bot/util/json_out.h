/* json_out.h - JSON text written piece by piece, for requests that are made often. */
#ifndef UTIL_JSON_OUT_H
#define UTIL_JSON_OUT_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/* A string with its quotes; `s` must be UTF-8. */
void json_out_string(struct buf *b, const char *s, size_t len);
/* `"key":` in an object, with a comma in front unless the object was just opened. */
void json_out_key(struct buf *b, const char *key);
void json_out_text(struct buf *b, const char *key, const char *value);
/* A whole number. */
void json_out_int(struct buf *b, int64_t value);
/* Any number, so that reading it gives the same one. Not for infinity, which JSON does not know. */
void json_out_number(struct buf *b, double value);
/* An item of an array: a comma in front unless the array was just opened. */
void json_out_item(struct buf *b);
/* The value as it stands: a number, true, a whole object. */
void json_out_raw(struct buf *b, const char *key, const char *value);

#endif
