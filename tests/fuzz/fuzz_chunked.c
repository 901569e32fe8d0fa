/* fuzz_chunked.c - a body in chunks reads the same however it is cut; no more comes out than went in. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/chunked.h"
#include "util/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_BODY = 4096 };

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* Fed in parts of `part` bytes; *out_used: all that was taken. */
static enum chunked_result feed(const char *bytes, size_t len, size_t part, struct buf *out, size_t *out_used)
{
	struct chunked c = {0};
	enum chunked_result r = CHUNKED_MORE;
	size_t at = 0;
	while (at < len && r == CHUNKED_MORE) {
		size_t used, n = len - at < part ? len - at : part;
		r = chunked_feed(&c, bytes + at, n, out, &used);
		must(used <= n && (used == n || r != CHUNKED_MORE));
		at += used;
	}
	*out_used = at;
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, split;
	size_t whole_used, split_used;
	if (size == 0)
		return 0;
	buf_init(&whole, MAX_BODY);
	buf_init(&split, MAX_BODY);
	enum chunked_result r = feed((const char *)data + 1, size - 1, size, &whole, &whole_used);
	enum chunked_result again = feed((const char *)data + 1, size - 1, 1 + data[0] % 16, &split, &split_used);
	must(r == again && whole_used == split_used && whole.len <= size);
	if (!whole.full && !split.full) /* a part that does not fit is left out whole */
		must(whole.len == split.len && memcmp(buf_str(&whole), buf_str(&split), whole.len) == 0);
	buf_done(&whole);
	buf_done(&split);
	return 0;
}
