/* person.h - whether a text is about a person. */
#ifndef STORE_PERSON_H
#define STORE_PERSON_H

#include <stdbool.h>

/* Whether `person` stands in the text as a word of its own: not within a longer number or name. False for "". */
bool person_is_named(const char *text, const char *person);

#endif
