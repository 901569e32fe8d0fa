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

enum { MAX_MESSAGE = 64 << 10, MAX_CONDITIONS = 5 };

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

/* The message with its findings and the words that change them marked: [swollen] {not}. */
static void print_marked(const struct paint *p, const char *text, size_t len, const struct understanding *u)
{
	for (size_t i = 0; i < len; i++) {
		for (size_t k = 0; k < u->n_cues; k++)
			if (u->cues[k].start == i)
				printf("%s{", p->blue);
		for (size_t k = 0; k < u->n_mentions; k++)
			if (u->mentions[k].start == i && (k == 0 || u->mentions[k - 1].start != i))
				printf("%s[", state_colour(p, u->mentions[k].state));
		putchar(text[i]);
		for (size_t k = 0; k < u->n_mentions; k++)
			if (u->mentions[k].end == i + 1 && (k == 0 || u->mentions[k - 1].end != i + 1))
				printf("]%s", p->off);
		for (size_t k = 0; k < u->n_cues; k++)
			if (u->cues[k].end == i + 1)
				printf("%s}%s", p->blue, p->off);
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
	printf("\n      %s%s  %s:%d%s\n", p->dim, m->rule, file, m->line, p->off);
	free(file);
}

static void print_rules(const struct paint *p, const struct knowledge *k, const struct decision *d)
{
	for (size_t i = 0; i < d->n_why; i++) {
		int rule = d->why[i];
		const char *why = responses_text(responses_at(k->responses, "rules", "rules", rule_id(k->tables, rule), "why", NULL),
			false, 0);

		printf("  %s%-10s%s %-28s %s\n      %s%s:%d  sources: %s%s\n", urgency_colour(p, rule_urgency(k->tables, rule)),
			urgency_id(rule_urgency(k->tables, rule)), p->off, rule_id(k->tables, rule), why ? why : "", p->dim,
			rule_file(k->tables, rule), rule_line(k->tables, rule), rule_source(k->tables, rule), p->off);
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
