/* vary.c - more patterns of the same kind: the words in them are exchanged for others.
 *
 * Only words of four and more letters change, and one in eight stays, so that the new patterns look for other things with the
 * same small words between, as rules for a shoulder would. */
#include "vary.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

enum { SHORTEST = 4, STAYS_ONE_IN = 8 };

static const char *const words[] = {"shoulder", "elbow", "wrist", "thumb", "finger", "neck", "spine", "stomach", "liver", "bladder",
	"tooth", "throat", "nose", "eyelid", "cheek", "scalp", "chin", "navel", "rib", "pelvis", "collarbone", "tendon", "cartilage",
	"headache", "migraine", "dizzy", "nausea", "vomiting", "cough", "sneeze", "wheeze", "allergy", "rash", "hives", "eczema",
	"blister", "wart", "abscess", "cyst", "hernia", "ulcer", "gout", "asthma", "angina", "stroke", "seizure", "fainting", "anaemia",
	"thyroid", "insulin", "vitamin", "calcium", "iron", "sodium", "sugar", "coffee", "alcohol", "smoking", "snoring", "insomnia",
	"worried", "angry", "lonely", "tired", "hungry", "thirsty", "sleepy", "restless", "forgetful", "clumsy", "trembling", "shivering",
	"appointment", "booking", "insurance", "referral", "prescription", "pharmacy", "dentist", "optician", "glasses", "hearing",
	"pregnant", "midwife", "nappy", "toddler", "teenager", "uncle", "cousin", "neighbour", "colleague", "teacher", "wheelchair",
	"crutch", "bandage", "splint", "helmet", "jacket", "gloves", "scarf", "pillow", "mattress", "kitchen", "garden", "ladder",
	"bicycle", "airport", "luggage", "ticket", "holiday", "beach", "mountain", "forest", "winter", "summer", "birthday", "evening",
	"swimming", "rowing", "climbing", "boxing", "dancing", "skating", "tennis", "golf", "cricket", "rugby", "medal", "referee",
	"window", "pencil", "bottle", "basket", "hammer", "candle", "button", "ribbon", "bucket", "blanket", "carpet", "mirror",
	"yellow", "silver", "orange", "narrow", "hollow", "sticky", "crooked", "shallow", "bitter", "salty", "noisy", "quiet"};

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static size_t letters(const char *at)
{
	size_t n = 0;

	while (at[n] >= 'a' && at[n] <= 'z')
		n++;
	return n;
}

/* To the bracket that closes the group, and over it. */
static size_t group(const char *at)
{
	size_t n = 0, depth = 0;

	do {
		depth += at[n] == '(';
		depth -= at[n] == ')';
		n += at[n] == '\\' && at[n + 1] ? 2 : 1;
	} while (depth && at[n]);
	return n;
}

/* What is no text: an escape, a class, how often, the name of a group. What is looked for behind stays as it is: its ways
 * must keep the lengths that they have. */
static size_t syntax(const char *at)
{
	if (*at == '\\' && at[1])
		return 2;
	if (*at == '[')
		return strcspn(at + 1, "]") + 2;
	if (*at == '{')
		return strcspn(at, "}") + 1;
	if (strncmp(at, "(?<=", 4) == 0 || strncmp(at, "(?<!", 4) == 0)
		return group(at);
	if (strncmp(at, "(?<", 3) == 0)
		return strcspn(at, ">") + 1;
	return strncmp(at, "(?P", 3) == 0 ? strcspn(at, ">)") + 1 : 0;
}

char *vary(const char *pattern, uint64_t seed)
{
	struct buf b;
	uint64_t state = seed;

	buf_init(&b, 1 << 20);
	while (*pattern) {
		size_t len = syntax(pattern);

		if (!len && (len = letters(pattern)) >= SHORTEST && next(&state) % STAYS_ONE_IN) {
			buf_adds(&b, words[next(&state) % (sizeof words / sizeof *words)]);
			pattern += len;
			continue;
		}
		len = len ? len : 1;
		buf_add(&b, pattern, len);
		pattern += len;
	}
	char *copy = mem_strdup(buf_str(&b));
	buf_done(&b);
	return copy;
}
