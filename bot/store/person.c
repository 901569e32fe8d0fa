/* person.c - looks for an id that no letter or digit adjoins. */
#include "store/person.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static bool adjoins(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

bool person_is_named(const char *text, const char *person)
{
	size_t len = strlen(person);

	if (len == 0)
		return false;
	for (const char *at = strstr(text, person); at; at = strstr(at + 1, person))
		if ((at == text || !adjoins(at[-1])) && !adjoins(at[len]))
			return true;
	return false;
}
