/* chunked.h - takes a body that is sent in chunks (RFC 9112, 7.1) out of its wrapping. Pure; bytes may come split anywhere. */
#ifndef NET_CHUNKED_H
#define NET_CHUNKED_H

#include <stddef.h>

struct buf;

/* Zero is the start. */
struct chunked {
	int state;
	unsigned long long left; /* bytes of the chunk, or its size so far */
	size_t line; /* bytes of the line in work: extensions and trailers are passed by, but not for ever */
};

enum chunked_result {
	CHUNKED_MORE,
	CHUNKED_DONE, /* the last chunk and its trailers were read */
	CHUNKED_BAD,
};

/* Adds what is body to `out` (whose ceiling holds: see its `full`). *out_used is how many bytes were taken; all of them
 * unless it is done or bad. */
enum chunked_result chunked_feed(struct chunked *c, const char *bytes, size_t len, struct buf *out, size_t *out_used);

#endif
