/* telegram_requests.h - notes the requests that a test made, for tests/telegram/requests.py, which holds them against
 * Telegram's own definition: one line `method {body}` each in the file that $SOLEUS_REQUESTS names. */
#ifndef TELEGRAM_REQUESTS_H
#define TELEGRAM_REQUESTS_H

#include <stdio.h>
#include <stdlib.h>

static inline void note_request(const char *method, const char *body)
{
	const char *path = getenv("SOLEUS_REQUESTS");
	FILE *file = path ? fopen(path, "a") : NULL;

	if (!file)
		return;
	fprintf(file, "%s %s\n", method, body);
	fclose(file);
}

#endif
