/* redact.h - masks known secrets in texts on their way to a log. */
#ifndef UTIL_REDACT_H
#define UTIL_REDACT_H

struct redactor;

struct redactor *redactor_new(void);
/* NULL is fine. Wipes what it knew. */
void redactor_free(struct redactor *r);
/* `secret` shall not be seen again, neither as it is nor percent-encoded as in URLs. Copies. What is shorter than 6 bytes
 * is not masked: it would blot out ordinary words and so tell what it is. */
void redactor_add(struct redactor *r, const char *secret);
/* Returns a new text with "***" in place of each secret, or NULL when there is none in it. A text that was cut within a
 * secret at its end counts, too. `r` may be NULL. */
char *redactor_mask(const struct redactor *r, const char *text);

#endif
