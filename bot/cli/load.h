/* load.h - the data that commands work with, loaded or complained about. */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "talk/knowledge.h"

/* Reads the data directory (`option`: --data, or NULL), for use: from an image where there is one, which is made where there is
 * none. Returns 0 (free with knowledge_free), or -1 with every problem printed on standard error. */
int knowledge_load(struct knowledge *k, const char *option);
/* The same from the files alone, to make an image of. */
int knowledge_load_files(struct knowledge *k, const char *option);
/* The same from the files alone, with their samples: for the check. */
int knowledge_load_samples(struct knowledge *k, const char *option);

#endif
