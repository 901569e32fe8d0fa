/* engine_hyperscan.c - all patterns in one Hyperscan database.
 *
 * Hyperscan knows no look around: such patterns go in with HS_FLAG_PREFILTER, which matches at least where the pattern does,
 * and PCRE2 confirms. What it does not take even so runs with PCRE2 always. Each pattern is reported once a message, which is
 * less work than ours: no places. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <hs.h>

#include "engine.h"
#include "pcre2_set.h"
#include "util/buf.h"
#include "util/mem.h"

enum how { HOW_EXACT, HOW_CONFIRM, HOW_ALONE };

struct hyperscan {
	hs_database_t *db;
	hs_scratch_t *scratch;
	struct pcre2_set *confirm;
	uint8_t *how; /* by pattern */
	size_t *alone;
	size_t n_alone;
};

struct scanned {
	struct hyperscan *h;
	const struct message *text;
	size_t message;
	struct tally *out;
};

static unsigned flags_of(enum how how)
{
	return HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY | (how == HOW_CONFIRM ? HS_FLAG_PREFILTER : 0);
}

/* Names of groups go: Hyperscan refuses two of one name, and nobody asks it for groups. */
static char *without_names(const char *pattern)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	while (*pattern) {
		if (*pattern == '\\' && pattern[1]) {
			buf_add(&b, pattern, 2);
			pattern += 2;
		} else if (strncmp(pattern, "(?<", 3) == 0 && pattern[3] != '=' && pattern[3] != '!') {
			buf_addc(&b, '(');
			pattern += strcspn(pattern, ">") + 1;
		} else {
			buf_addc(&b, *pattern++);
		}
	}
	char *copy = mem_strdup(buf_str(&b));
	buf_done(&b);
	return copy;
}

/* Only reads the pattern; that is as much as hs_compile would say of its constructs. */
static bool takes(const char *pattern, enum how how)
{
	hs_expr_info_t *info = NULL;
	hs_compile_error_t *error = NULL;
	bool fine = hs_expression_info(pattern, flags_of(how), &info, &error) == HS_SUCCESS;

	free(info);
	hs_free_compile_error(error);
	return fine;
}

static enum how how_to(const char *pattern)
{
	if (takes(pattern, HOW_EXACT))
		return HOW_EXACT;
	return takes(pattern, HOW_CONFIRM) ? HOW_CONFIRM : HOW_ALONE;
}

/* One pattern may be too large for hs_compile though it can be read: it is then taken out, and the rest tried again. */
static void compile(struct hyperscan *h, char *const *patterns, size_t n)
{
	const char **list = mem_alloc(n, sizeof *list);
	unsigned *flags = mem_alloc(n, sizeof *flags), *ids = mem_alloc(n, sizeof *ids);
	hs_compile_error_t *error = NULL;

	for (;;) {
		unsigned count = 0;

		for (size_t i = 0; i < n; i++)
			if (h->how[i] != HOW_ALONE) {
				list[count] = patterns[i];
				flags[count] = flags_of(h->how[i]);
				ids[count++] = (unsigned)i;
			}
		if (hs_compile_multi(list, flags, ids, count, HS_MODE_BLOCK, NULL, &h->db, &error) == HS_SUCCESS)
			break;
		if (error->expression < 0) {
			fprintf(stderr, "Hyperscan: %s\n", error->message);
			exit(1);
		}
		size_t bad = ids[error->expression];
		h->how[bad] = h->how[bad] == HOW_EXACT ? HOW_CONFIRM : HOW_ALONE;
		hs_free_compile_error(error);
	}
	free(list);
	free(flags);
	free(ids);
}

static void confirm_with_pcre2(struct hyperscan *h, const struct material *m)
{
	bool *wanted = mem_alloc(m->n_patterns, sizeof *wanted);

	h->alone = mem_alloc(m->n_patterns, sizeof *h->alone);
	for (size_t i = 0; i < m->n_patterns; i++) {
		wanted[i] = h->how[i] != HOW_EXACT;
		if (h->how[i] == HOW_ALONE)
			h->alone[h->n_alone++] = i;
	}
	h->confirm = pcre2_set_new(m->patterns, m->n_patterns, wanted);
	free(wanted);
}

static void *hyperscan_open(const struct material *m, FILE *notes)
{
	struct hyperscan *h = mem_alloc(1, sizeof *h);
	char **plain = mem_alloc(m->n_patterns, sizeof *plain);
	size_t confirmed = 0;

	h->how = mem_alloc(m->n_patterns, 1);
	for (size_t i = 0; i < m->n_patterns; i++) {
		plain[i] = without_names(m->patterns[i]);
		h->how[i] = (uint8_t)how_to(plain[i]);
	}
	compile(h, plain, m->n_patterns);
	confirm_with_pcre2(h, m);
	if (hs_alloc_scratch(h->db, &h->scratch) != HS_SUCCESS)
		exit(1);
	for (size_t i = 0; i < m->n_patterns; i++) {
		confirmed += h->how[i] == HOW_CONFIRM;
		free(plain[i]);
	}
	free(plain);
	fprintf(notes, ", \"confirmed\": %zu, \"alone\": %zu", confirmed, h->n_alone);
	return h;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	struct scanned *s = context;

	(void)from;
	(void)to;
	(void)flags;
	if (s->h->how[id] == HOW_EXACT || pcre2_set_test(s->h->confirm, id, s->text->text, s->text->len))
		tally_pair(s->out, s->message, id);
	return 0;
}

static void hyperscan_run(void *engine, const struct material *m, size_t from, size_t to, struct tally *out)
{
	struct hyperscan *h = engine;

	for (size_t i = from; i < to; i++) {
		const struct message *text = &m->canon[i];
		struct scanned s = {h, text, i, out};

		if (hs_scan(h->db, text->text, (unsigned)text->len, 0, h->scratch, on_match, &s) != HS_SUCCESS)
			out->failed++;
		for (size_t k = 0; k < h->n_alone; k++)
			if (pcre2_set_test(h->confirm, h->alone[k], text->text, text->len))
				tally_pair(out, i, h->alone[k]);
	}
}

static void hyperscan_close(void *engine)
{
	struct hyperscan *h = engine;

	hs_free_scratch(h->scratch);
	hs_free_database(h->db);
	pcre2_set_free(h->confirm);
	free(h->alone);
	free(h->how);
	free(h);
}

const struct engine engine_hyperscan = {"hyperscan", hyperscan_open, hyperscan_run, hyperscan_close};
