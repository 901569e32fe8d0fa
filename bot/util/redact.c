/* redact.c - plain search: there are few secrets and log lines are short. */
#include "util/redact.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

enum { SHORTEST = 6 };

struct redactor {
	char **words;
	size_t n, cap;
};

struct redactor *redactor_new(void)
{
	return mem_alloc(1, sizeof(struct redactor));
}

void redactor_free(struct redactor *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n; i++) {
		explicit_bzero(r->words[i], strlen(r->words[i]));
		free(r->words[i]);
	}
	free(r->words);
	free(r);
}

/* Takes `word`, unless it is known. */
static void add_word(struct redactor *r, char *word)
{
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->words[i], word) == 0) {
			explicit_bzero(word, strlen(word));
			free(word);
			return;
		}
	}
	mem_room(r->words, r->n, r->cap);
	r->words[r->n++] = word;
}

/* All but the unreserved characters of RFC 3986, 2.3; `digits` are the 16 to write bytes with. */
static char *percent_encoded(const char *text, const char *digits)
{
	char *out = mem_alloc(strlen(text) + 1, 3), *p = out;
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (isalnum(c) || strchr("-._~", c)) {
			*p++ = (char)c;
		} else {
			*p++ = '%';
			*p++ = digits[c >> 4];
			*p++ = digits[c & 15];
		}
	}
	*p = '\0';
	return out;
}

void redactor_add(struct redactor *r, const char *secret)
{
	if (strlen(secret) < SHORTEST)
		return;
	add_word(r, mem_strdup(secret));
	add_word(r, percent_encoded(secret, "0123456789ABCDEF"));
	add_word(r, percent_encoded(secret, "0123456789abcdef"));
}

/* How many bytes at the start of `text` are `word`, or the beginning of it that the text's end cuts off; 0 for none. */
static size_t starts_with(const char *text, const char *word)
{
	size_t n = 0;
	while (word[n] && text[n] == word[n])
		n++;
	return word[n] == '\0' || (text[n] == '\0' && n >= SHORTEST) ? n : 0;
}

/* The longest of the words that starts here. */
static size_t secret_at(const struct redactor *r, const char *text)
{
	size_t most = 0;
	for (size_t i = 0; i < r->n; i++) {
		size_t n = starts_with(text, r->words[i]);
		most = n > most ? n : most;
	}
	return most;
}

char *redactor_mask(const struct redactor *r, const char *text)
{
	struct buf out;
	const char *from = text;
	if (!r || r->n == 0)
		return NULL;
	buf_init(&out, SIZE_MAX / 4);
	for (const char *p = text; *p;) {
		size_t n = secret_at(r, p);
		if (n == 0) {
			p++;
			continue;
		}
		buf_add(&out, from, (size_t)(p - from));
		buf_adds(&out, "***");
		from = p += n;
	}
	if (from == text)
		return NULL; /* nothing was added to `out` */
	buf_adds(&out, from);
	return out.data;
}
