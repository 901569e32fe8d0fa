/* json_out.h - JSON text written piece by piece, for requests that are made often. */
#ifndef CHANNELS_JSON_OUT_H
#define CHANNELS_JSON_OUT_H

#include <stddef.h>

struct buf;

/* A string with its quotes; `s` must be UTF-8. */
void json_out_string(struct buf *b, const char *s, size_t len);
/* `"key":` in an object, with a comma in front unless the object was just opened. */
void json_out_key(struct buf *b, const char *key);
void json_out_text(struct buf *b, const char *key, const char *value);
/* The value as it stands: a number, true, a whole object. */
void json_out_raw(struct buf *b, const char *key, const char *value);

#endif
