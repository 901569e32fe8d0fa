/* vary.h - more patterns of the same kind: the words in them are exchanged for others. */
#ifndef BENCH_VARY_H
#define BENCH_VARY_H

#include <stdint.h>

/* A new string (free). The same `seed` gives the same words. */
char *vary(const char *pattern, uint64_t seed);

#endif
