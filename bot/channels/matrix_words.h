/* matrix_words.h - the words of a message without what clients put around them, and whom they are for. Pure. */
#ifndef CHANNELS_MATRIX_WORDS_H
#define CHANNELS_MATRIX_WORDS_H

#include <stdbool.h>

struct matrix_self;

/* Behind the quotation that old clients put in front of an answer: lines that begin with "> ". Borrows from `body`. */
const char *matrix_without_quote(const char *body);
/* Behind our name, user id or localpart at the begin ("soleus: ", "@soleus, "); NULL when it does not begin so. */
const char *matrix_behind_name(const char *body, const struct matrix_self *self);
/* "!calf it hurts": the command, one of ours, and what follows it. False for anything else. */
bool matrix_command(const char *body, const struct matrix_self *self, const char **out_name, const char **out_args);
/* "2", or the key with that digit on it: 2. 0 for anything else. */
int matrix_number(const char *key);

#endif
