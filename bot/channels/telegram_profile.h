/* telegram_profile.h - commands and descriptions that people see before they write, per language: asked for, compared,
 * and set only where they differ. Goes on beside everything else; what fails is logged and left as it was. */
#ifndef CHANNELS_TELEGRAM_PROFILE_H
#define CHANNELS_TELEGRAM_PROFILE_H

#include <stddef.h>

struct channel_profile;
struct telegram_parts;
struct telegram_profile;

/* Copies the profiles. `parts` must outlive it. */
struct telegram_profile *telegram_profile_new(const struct telegram_parts *parts,
	const struct channel_profile *profiles, size_t n);
/* NULL is fine. */
void telegram_profile_free(struct telegram_profile *p);
void telegram_profile_start(struct telegram_profile *p);
void telegram_profile_stop(struct telegram_profile *p);
/* The names of all commands, in the memory of `p`. */
const char *const *telegram_profile_commands(const struct telegram_profile *p, size_t *out_n);

#endif
