/* config_secret.c - reading the secrets that a configuration points to. */
#include "daemon/config_secret.h"

#include <stddef.h>

#include "daemon/config.h"
#include "util/err.h"
#include "util/secret.h"

struct secret *config_secret_read(const struct config_secret *where, struct err *err)
{
	if (where->file)
		return secret_read_file(where->file, err);
	if (where->env)
		return secret_read_env(where->env, err);
	err_set(err, "the configuration does not say where it is");
	return NULL;
}
