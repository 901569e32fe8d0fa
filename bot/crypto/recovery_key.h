/* recovery_key.h - a key of 32 bytes as people write it down: base58 in groups of four, with a sign of what it is and a
 * parity byte against slips of the pen. */
#ifndef CRYPTO_RECOVERY_KEY_H
#define CRYPTO_RECOVERY_KEY_H

struct err;

enum { RECOVERY_KEY_BYTES = 32, RECOVERY_KEY_TEXT = 64 }; /* the text with its spaces and NUL is shorter than that */

void recovery_key_text(const unsigned char key[RECOVERY_KEY_BYTES], char out[RECOVERY_KEY_TEXT]);
/* White space does not matter. -1 with `err` set, which does not tell the key. */
int recovery_key_read(const char *text, unsigned char out[RECOVERY_KEY_BYTES], struct err *err);

#endif
