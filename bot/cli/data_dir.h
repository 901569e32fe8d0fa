/* data_dir.h - where intents/ and responses/ are. */
#ifndef CLI_DATA_DIR_H
#define CLI_DATA_DIR_H

/* The folder that holds intents/ and responses/: `option` (what the person gave with --data, or NULL), then $SOLEUS_DATA,
 * each taken as it is; then share/soleus beside the program's bin/, then the source tree that it was built from. Returns
 * a new path (free with free), never NULL: when nothing is there, reading it says so. */
char *data_dir(const char *option);

#endif
