/* yaml_file.h - the inside of struct yaml_file, for yaml.c and yaml_get.c only. */
#ifndef UTIL_YAML_FILE_H
#define UTIL_YAML_FILE_H

#include <stdbool.h>

struct arena;
struct yaml;

struct yaml_file {
	struct arena *arena; /* holds name and tree */
	const char *name;
	struct yaml *root;
	bool refused; /* while reading: a problem that does not end the reading */
};

#endif
