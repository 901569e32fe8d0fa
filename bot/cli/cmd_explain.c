/* cmd_explain.c - soleus explain: why a message is judged as it is, for people. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/lines.h"
#include "cli/load.h"
#include "cli/options.h"
#include "rules/reading.h"
#include "rules/ruleset.h"
#include "rules/understand.h"
#include "talk/responses.h"
#include "triage/opening.h"
#include "triage/triage.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/file.h"

enum { MAX_MESSAGE = 64 << 10, MAX_CONDITIONS = 5, MAX_KEY = 64 };

struct paint {
	const char *bold, *dim, *red, *yellow, *green, *blue, *off;
};

static const struct paint colours = {"\033[1m", "\033[2m", "\033[1;31m", "\033[33m", "\033[32m", "\033[34m", "\033[0m"};
static const struct paint plain = {"", "", "", "", "", "", ""};

static const char *state_colour(const struct paint *p, enum finding_state s)
{
	switch (s) {
	case STATE_PRESENT:
		return p->red;
	case STATE_UNCERTAIN:
		return p->yellow;
	case STATE_ABSENT:
		return p->green;
	default:
		return p->blue;
	}
}

static const char *urgency_colour(const struct paint *p, enum urgency u)
{
	return u >= URGENCY_URGENT ? p->red : u == URGENCY_SOON ? p->yellow : p->green;
}

enum { OF_NOBODY = -1, OF_CUE = -2 };

static bool in_cue(const struct understanding *u, size_t at)
{
	for (size_t k = 0; k < u->n_cues; k++)
		if (u->cues[k].start <= at && at < u->cues[k].end)
			return true;
	return false;
}

/* Whose a byte is: that of the finding that begins last, of those the shortest, as a rule may match a good deal before the word
 * that matters. A cue within words that it does not change ("can't feel") is not shown. */
static int owner(const struct understanding *u, size_t at)
{
	const struct mention *best = NULL;

	for (size_t k = 0; k < u->n_mentions; k++) {
		const struct mention *m = &u->mentions[k];
		bool nearer = best && (m->start > best->start || (m->start == best->start && m->end < best->end));

		if (m->start <= at && at < m->end && (!best || nearer))
			best = m;
	}
	bool as_said = best && best->state == STATE_PRESENT && !best->context;
	if (!as_said && in_cue(u, at))
		return OF_CUE;
	return best ? (int)(best - u->mentions) : OF_NOBODY;
}

static bool is_between_words(char c)
{
	return strchr(" \t\r\n.,;:!?-", c) != NULL;
}

static void print_bytes(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		putchar((unsigned char)text[i] < ' ' && !strchr("\t\n", text[i]) ? ' ' : text[i]);
}

static void print_piece(const struct paint *p, const char *text, size_t len, const struct understanding *u, int whose)
{
	size_t before = 0, after = len;

	while (before < len && is_between_words(text[before]))
		before++;
	while (after > before && is_between_words(text[after - 1]))
		after--;
	bool marked = whose != OF_NOBODY && after > before;
	print_bytes(text, before);
	if (marked)
		printf("%s%c", whose == OF_CUE ? p->blue : state_colour(p, u->mentions[whose].state), whose == OF_CUE ? '{' : '[');
	print_bytes(text + before, after - before);
	if (marked)
		printf("%c%s", whose == OF_CUE ? '}' : ']', p->off);
	print_bytes(text + after, len - after);
}

/* The message with its findings and the words that change them marked: [swollen] {not}. */
static void print_marked(const struct paint *p, const char *text, size_t len, const struct understanding *u)
{
	for (size_t from = 0, to; from < len; from = to) {
		int whose = owner(u, from);

		for (to = from + 1; to < len && owner(u, to) == whose; to++)
			;
		print_piece(p, text + from, to - from, u, whose);
	}
	puts("\n");
}

static void print_mention(const struct paint *p, const struct knowledge *k, const char *text, const struct mention *m)
{
	const struct vocab *v = ruleset_vocab(k->rules);
	char *file = file_join(k->dir, m->file);

	printf("  %s%-12s%s %-28s \"%.*s\"", state_colour(p, m->state), state_id(m->state), p->off,
		vocab_finding_id(v, m->finding), (int)(m->end - m->start), text + m->start);
	if (m->has_value)
		printf(" = %g", m->value);
	if (m->context)
		printf("  because of \"%.*s\" (%s)", (int)(m->context_end - m->context_start), text + m->context_start, m->context);
	if (m->corrected)
		printf("  taken back");
	if (m->limit_hit)
		printf("  a match limit was hit: counts as uncertain");
	printf("\n      %s%s  %s:%d  bytes %zu to %zu%s\n", p->dim, m->rule, file, m->line, (size_t)m->start, (size_t)m->end, p->off);
	free(file);
}

/* "N1 H3": what they stand for. */
static void print_sources(const struct paint *p, const struct knowledge *k, const char *keys)
{
	while (*keys) {
		size_t len = strcspn(keys, " ");
		char key[MAX_KEY];

		(void)snprintf(key, sizeof key, "%.*s", (int)len, keys);
		const char *title = source_title(k->tables, key);
		printf("      %s%s: %s%s\n", p->dim, key, title ? title : "", p->off);
		keys += len + (keys[len] == ' ');
	}
}

static void print_rules(const struct paint *p, const struct knowledge *k, const struct decision *d)
{
	for (size_t i = 0; i < d->n_why; i++) {
		int rule = d->why[i];
		const char *why = responses_text(responses_at(k->responses, "rules", "rules", rule_id(k->tables, rule), "why", NULL),
			false, 0);

		printf("  %s%-10s%s %-28s %s\n      %s%s:%d%s\n", urgency_colour(p, rule_urgency(k->tables, rule)),
			urgency_id(rule_urgency(k->tables, rule)), p->off, rule_id(k->tables, rule), why ? why : "", p->dim,
			rule_file(k->tables, rule), rule_line(k->tables, rule), p->off);
		print_sources(p, k, rule_source(k->tables, rule));
	}
}

static void print_conditions(const struct knowledge *k, const struct decision *d)
{
	for (size_t i = 0; i < d->n_conditions && i < MAX_CONDITIONS; i++)
		printf("  %-36s %.2f\n", vocab_condition_id(tables_vocab(k->tables), d->conditions[i].condition),
			d->conditions[i].score);
}

static void explain(const struct paint *p, const struct knowledge *k, const char *text, size_t len)
{
	struct arena *arena = arena_new();
	struct understanding u;
	struct decision d;
	const struct vocab *v = ruleset_vocab(k->rules);

	understand(k->rules, text, len, lines_now(), arena, &u);
	opening_settle(k->rules, k->tables, &u);
	opening_clashes(k->tables, &u);
	facts_sober(k->tables, &u.facts);
	decide(k->tables, &u.facts, &d);
	if (intent_urgency(k->tables, u.intent) > d.urgency)
		d.urgency = intent_urgency(k->tables, u.intent);
	print_marked(p, text, len, &u);
	printf("%sread as%s  %s\n", p->bold, p->off, u.reading->text.canon);
	printf("%sintent%s   %s%s%s%s\n", p->bold, p->off, vocab_intent_id(v, u.intent), u.intent_rule ? "  (" : "",
		u.intent_rule ? u.intent_rule : "", u.intent_rule ? ")" : "");
	printf("%surgency%s  %s%s%s\n\n", p->bold, p->off, urgency_colour(p, d.urgency), urgency_id(d.urgency), p->off);
	printf("%sfindings%s\n", p->bold, p->off);
	for (size_t i = 0; i < u.n_mentions; i++)
		print_mention(p, k, text, &u.mentions[i]);
	printf("\n%swords that change others%s\n", p->bold, p->off);
	for (size_t i = 0; i < u.n_cues; i++)
		printf("  \"%.*s\"  %s%s%s\n", (int)(u.cues[i].end - u.cues[i].start), text + u.cues[i].start, p->dim, u.cues[i].rule,
			p->off);
	printf("\n%srules that fired%s\n", p->bold, p->off);
	print_rules(p, k, &d);
	printf("\n%swhat could be behind it%s\n", p->bold, p->off);
	print_conditions(k, &d);
	arena_free(arena);
}

static void read_all(struct buf *b)
{
	char piece[4096];
	size_t n;

	while ((n = fread(piece, 1, sizeof piece, stdin)) > 0)
		buf_add(b, piece, n);
	while (b->len && b->data[b->len - 1] == '\n')
		b->data[--b->len] = '\0';
}

static int run(int argc, char **argv)
{
	struct knowledge k;
	struct buf text;
	const char *data = NULL;

	buf_init(&text, MAX_MESSAGE);
	for (int i = 1; i < argc; i++) {
		const char *value = options_value(argc, argv, &i, "--data");

		if (value && *value)
			data = value;
		else if (argv[i][0] == '-' && argv[i][1]) {
			fprintf(stderr, "soleus explain: unknown or unfinished option \"%s\"; see soleus explain --help\n", argv[i]);
			buf_done(&text);
			return EXIT_MISUSED;
		} else if (strcmp(argv[i], "-") != 0) {
			buf_adds(&text, text.len ? " " : "");
			buf_adds(&text, argv[i]);
		}
	}
	if (knowledge_load(&k, data) < 0) {
		buf_done(&text);
		return EXIT_FAILURE;
	}
	if (!text.len)
		read_all(&text);
	explain(isatty(STDOUT_FILENO) && !getenv("NO_COLOR") ? &colours : &plain, &k, buf_str(&text), text.len);
	buf_done(&text);
	knowledge_free(&k);
	return EXIT_SUCCESS;
}

const struct command cmd_explain = {
	"explain", "show why a message is judged as it is",
	"[--data DIR] [TEXT]...\n"
	"  TEXT        the message; without it, standard input is read\n"
	"  --data DIR  where intents/ and responses/ are",
	run};
