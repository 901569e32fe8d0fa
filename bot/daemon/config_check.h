/* config_check.h - a configuration that reads well, held against the files and data that it names. */
#ifndef DAEMON_CONFIG_CHECK_H
#define DAEMON_CONFIG_CHECK_H

struct config;
struct problems;
struct tables;

/* Secrets that are not there, that others may read, or that can't be what they should; certificates that are missing. */
void config_check_files(const struct config *c, struct problems *problems);
/* A region that the data do not know. */
void config_check_region(const struct config *c, const struct tables *tables, struct problems *problems);

#endif
