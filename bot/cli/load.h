/* load.h - the data that commands work with, loaded or complained about. */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

struct responses;
struct ruleset;
struct tables;

struct knowledge {
	char *dir;
	struct ruleset *rules;
	struct tables *tables;
	struct responses *responses;
};

/* Reads the data directory (`option`: --data, or NULL). Returns 0, or -1 with every problem printed on standard error. */
int knowledge_load(struct knowledge *k, const char *option);
void knowledge_free(struct knowledge *k);

#endif
