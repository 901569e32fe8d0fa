/* test_context.c - what the words around a finding make of it, by a small file of triggers: kinds, directions, reach,
 * lists and commas, words that stop them and words that only look like them; and the files that are refused. */
#include "rules_fixture.h"

#include "rules/context.h"
#include "rules/vocab.h"

static const char yaml[] =
	"boundaries:\n"
	"  breaks: '\\b(?:but|because)\\b'\n"
	"  turns: '\\bbut\\b'\n"
	"  openers: '\\b(?:i|it|my|the (?:foot|leg)|only)\\b'\n"
	"  verbs: '\\b(?:is|was|hurts|has)\\b'\n"
	"  joins: '\\b(?:or|nor)\\b'\n"
	"  adjectives: '\\b(?:warm|hot|red|numb|sore|swollen)\\b'\n"
	"corrections: ['\\bi meant\\b', '\\bscratch that\\b']\n"
	"other_patient: '\\bmy (?:son|mum)\\b'\n"
	"foreign: ['\\bmeine wade\\b']\n"
	"of_the_leg: [swelling, pain]\n"
	"danger: [numbness]\n"
	"context:\n"
	"  - {id: not_just, kind: cancel, regex: '\\bnot (?:just|only)\\b'}\n"
	"  - {id: no_doubt, kind: cancel, regex: '\\bno doubt\\b'}\n"
	"  - {id: no, kind: negation, words: [no, without], list: nouns}\n"
	"  - {id: not, kind: negation, words: [not, never]}\n"
	"  - {id: free_of, kind: negation, words: [free of], list: any, most: 4}\n"
	"  - {id: none, kind: negation, words: [none, absent], acts: before}\n"
	"  - {id: lacks, kind: negation, words: [lacks], stop: ['\\bstill\\b'], list: any, reach: sentence}\n"
	"  - {id: maybe, kind: doubt, words: [maybe, not sure], reach: sentence}\n"
	"  - {id: i_think, kind: doubt, words: [i think], acts: both}\n"
	"  - {id: ago, kind: past, regex: 'last year|years ago', acts: both, reach: sentence,\n"
	"      stop: ['\\b(?:now|again)\\b']}\n"
	"  - {id: gone, kind: over, words: [gone, over now], acts: before}\n"
	"  - {id: if, kind: hypothetical, words: [if, in case], most: 6}\n"
	"  - {id: friend, kind: other_person, words: [friend], reach: message, spares_danger: true}\n"
	"  - {id: tooth, kind: elsewhere, words: [tooth], acts: both}\n";

/* The findings of the test, in the order in which they are described. */
static const struct {
	const char *id, *regex;
	enum finding_state state;
	const char *mask; /* the rule's `context`, or NULL */
} findings[] = {
	{"swelling", "\\bswell(?:ing|s)?\\b|\\bswollen\\b", STATE_PRESENT, NULL},
	{"pain", "\\b(?:pain|sore|hurts)\\b", STATE_PRESENT, NULL},
	{"warmth", "\\b(?:warm|hot)\\b|\\bcalf((?: \\w+){0,3}) cosy\\b", STATE_PRESENT, NULL},
	{"redness", "\\bred(?:ness)?\\b", STATE_PRESENT, NULL},
	{"numbness", "\\bnumb\\b|\\bcan not feel\\b", STATE_PRESENT, NULL},
	{"cold_limb", "\\bcold\\b", STATE_PRESENT, "none"},
	{"tenderness", "\\btender\\b", STATE_PRESENT, "[doubt, past]"},
	{"bruising", "\\blooks normal\\b", STATE_ABSENT, NULL},
};

static struct vocab *vocab;
static struct world world;
static struct yaml_file *file;
static struct context *context;
static struct rule rules[COUNT(findings)];
static unsigned masks[COUNT(findings)];

static unsigned mask_of(const char *text)
{
	char yaml_text[64];
	(void)snprintf(yaml_text, sizeof yaml_text, "context: %s\n", text);
	struct yaml_file *f = world_yaml(&world, yaml_text, "m.yaml");
	int mask = context_mask(f, yaml_get(yaml_root(f), "context"), &world.problems);
	yaml_close(f);
	return (unsigned)mask;
}

static int open_context(void **state)
{
	(void)state;
	world_init(&world, "replace: {\"can't\": can not}\n", "");
	vocab = vocab_load("intents", &world.problems);
	file = world_yaml(&world, yaml, "context.yaml");
	context = context_read(file, vocab, world.fragments, world.patterns, &world.problems);
	for (size_t i = 0; i < COUNT(findings); i++) {
		rules[i].parts.list = mem_alloc(1, sizeof(int));
		rules[i].parts.list[rules[i].parts.n++] = patterns_add(world.patterns, findings[i].regex, NULL);
		masks[i] = findings[i].mask ? mask_of(findings[i].mask) : (unsigned)context_mask(file, NULL, &world.problems);
	}
	patterns_seal(world.patterns, "");
	return no_problems(&world.problems) ? 0 : -1;
}

static int close_context(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(findings); i++)
		rule_done(&rules[i]);
	context_free(context);
	context_free(NULL);
	yaml_close(file);
	vocab_free(vocab);
	problems_init(&world.problems);
	world_done(&world);
	return 0;
}

static const struct {
	const char *text, *want; /* +present -absent ?uncertain <past *hypothetical %other ~elsewhere, and the trigger */
} cases[] = {
	{"swollen and warm", "+swelling +warmth"},
	/* a denial, and how far it goes */
	{"no swelling", "-swelling/no"},
	{"swelling, no", "+swelling"}, /* it acts on what comes after */
	{"no real swelling", "-swelling/no"},
	{"no a b c d e f g h i j swelling", "-swelling/no"}, /* ten words */
	{"no a b c d e f g h i j k swelling", "+swelling"},
	{"free of a b c d swelling", "-swelling/free_of"},
	{"free of a b c d e swelling", "+swelling"},
	{"no. swelling", "+swelling"},
	{"no swelling. warm", "-swelling/no +warmth"},
	{"not swollen but warm", "-swelling/not +warmth"},
	{"not swollen because warm", "-swelling/not +warmth"},
	{"swelling none", "-swelling/none"},
	{"swelling: absent", "-swelling/none"},
	{"none, swelling", "+swelling"},
	{"no swelling or pain", "-swelling/no -pain/no"},
	{"not swollen or warm", "-swelling/not -warmth/not"},
	{"not swollen and warm", "-swelling/not +warmth"}, /* only "or" carries it on */
	/* lists over commas */
	{"no swelling, redness or pain", "-swelling/no -pain/no -redness/no"},
	{"no swelling, pain", "-swelling/no -pain/no"},
	{"no swelling, sore", "-swelling/no +pain"}, /* an adjective says something new */
	{"no swelling, warm or red", "-swelling/no -warmth/no -redness/no"},
	{"not swollen, pain", "-swelling/not +pain"}, /* list: joined */
	{"not swollen, warm, or red", "-swelling/not -warmth/not -redness/not"},
	{"not swollen, warm nor red", "-swelling/not -warmth/not -redness/not"},
	{"free of swelling, sore", "-swelling/free_of -pain/free_of"}, /* list: any */
	{"no swelling, my foot is warm", "-swelling/no +warmth"}, /* a statement of its own */
	{"no swelling, the leg hurts", "-swelling/no +pain"},
	{"no swelling and pain", "-swelling/no -pain/no"},
	{"no swelling and it hurts", "-swelling/no +pain"},
	{"no swelling, redness, only warm or numb", "-swelling/no +warmth -redness/no +numbness"},
	{"no swelling - pain", "-swelling/no -pain/no"},
	{"no (new) swelling", "-swelling/no"},
	/* words that only look like a denial */
	{"not just swollen", "+swelling"},
	{"not only swollen, not warm", "+swelling -warmth/not"},
	{"no doubt swollen", "+swelling"},
	{"without doubt swollen", "-swelling/no"}, /* a phrase that the file does not know */
	/* what is only asked denies nothing, nor takes it away */
	{"swelling none", "-swelling/none"},
	{"swelling none?", "+swelling"},
	{"swelling none? i ask", "+swelling"},
	{"swelling gone.", "-swelling/gone"},
	{"swelling gone?", "+swelling"},
	{"no swelling?", "-swelling/no"}, /* before it: somebody asks what is not there */
	/* words of the finding's own */
	{"can not feel", "+numbness"},
	{"can't feel it, not warm", "-warmth/not +numbness"},
	{"never can not feel", "-numbness/not"},
	{"calf is not cosy", "-warmth/not"}, /* but what stands in a gap counts */
	{"calf is cosy", "+warmth"},
	/* what stops it, within the sentence */
	{"it lacks swelling", "-swelling/lacks"},
	{"it lacks, i say, swelling", "-swelling/lacks"},
	{"it lacks a still warm", "+warmth"},
	{"it lacks swelling, still warm", "-swelling/lacks +warmth"},
	/* doubt outweighs a denial */
	{"maybe swollen", "?swelling/maybe"},
	{"not sure it is swollen", "?swelling/maybe"},
	{"maybe not swollen", "?swelling/maybe"},
	{"maybe. swollen", "+swelling"},
	{"maybe swollen, it is warm", "?swelling/maybe ?warmth/maybe"}, /* reach: sentence */
	{"swollen i think", "?swelling/i_think"},
	{"i think swollen", "?swelling/i_think"},
	{"i think so but swollen", "+swelling"},
	{"i think looks normal", "?bruising/i_think"}, /* a denial in doubt is none */
	{"not looks normal", "-bruising"}, /* but it is not denied twice */
	/* the past, and what is over */
	{"swollen last year", "<swelling/ago"},
	{"years ago it was swollen", "<swelling/ago"},
	{"last year. swollen", "+swelling"},
	{"last year swollen, now warm", "<swelling/ago +warmth"},
	{"last year, again swollen", "+swelling"},
	{"no swelling last year", "-swelling/no"}, /* a denial outweighs the past */
	{"swelling gone", "-swelling/gone"},
	{"gone swollen", "+swelling"},
	{"swelling last year, gone", "<swelling/ago"},
	/* what is only supposed, or somebody else's */
	{"if it is swollen", "*swelling/if"},
	{"swollen if warm", "+swelling *warmth/if"},
	{"if not swollen", "*swelling/if"},
	{"if a b c d e f g swollen", "+swelling"},
	{"if so, my leg is swollen", "+swelling"}, /* reach: clause */
	{"looks normal if warm", "*warmth/if -bruising"},
	{"if looks normal", "*bruising/if"},
	{"my friend. swollen, not warm", "%swelling/friend %warmth/friend"},
	{"swollen, my friend", "+swelling"},
	{"my friend. numb", "+numbness"}, /* spares danger */
	{"if my friend is swollen", "*swelling/if"},
	/* elsewhere */
	{"tooth pain", "~pain/tooth"},
	{"pain in my tooth, it is swollen", "+swelling ~pain/tooth"},
	{"not a swollen tooth", "~swelling/tooth"},
	{"tooth looks normal", "~bruising/tooth"},
	/* only the kinds that a rule lets in */
	{"not cold last year", "+cold_limb"},
	{"not tender", "+tenderness"},
	{"maybe tender", "?tenderness/maybe"},
	{"tender last year", "<tenderness/ago"},
	{"if tender", "+tenderness"},
};

static void describe(struct reading *r, char *out, size_t size)
{
	static const char marks[] = {'~', '*', '%', '<', '-', '?', '+'}; /* by enum finding_state */
	struct triggers *t = context_find(context, r);
	struct hit hits[RULE_MAX_HITS];
	size_t len = 0;
	*out = '\0';
	for (size_t i = 0; i < COUNT(findings); i++) {
		size_t n = rule_hits(&rules[i], r, hits);
		for (size_t k = 0; k < n && len < size; k++) {
			int finding = vocab_finding(vocab, findings[i].id);
			struct context_verdict v = context_apply(context, t, r, &hits[k], finding, findings[i].state, masks[i]);
			len += (size_t)snprintf(out + len, size - len, "%s%c%s%s", len ? " " : "", marks[v.state],
				findings[i].id, v.rule ? v.rule + strlen("context") : "");
		}
	}
}

static void verdicts(void **state)
{
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char got[512];
		describe(world_read(&world, context_boundaries(context), cases[i].text), got, sizeof got);
		if (strcmp(got, cases[i].want) != 0) {
			print_error("'%s': %s, wanted %s\n", cases[i].text, got, cases[i].want);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void where_the_trigger_is(void **state)
{
	struct reading *r = world_read(&world, context_boundaries(context), "hot, not just swollen, no pain");
	struct triggers *t = context_find(context, r);
	struct hit hits[RULE_MAX_HITS];
	const char *rule;
	uint32_t start, end;
	(void)state;
	assert_int_equal(rule_hits(&rules[1], r, hits), 1);
	int pain = vocab_finding(vocab, "pain");
	struct context_verdict v = context_apply(context, t, r, &hits[0], pain, STATE_PRESENT, masks[1]);
	assert_int_equal(v.start, 25);
	assert_int_equal(v.end, 27);
	assert_int_equal(triggers_count(t), 2); /* "not" gave way to "not just" */
	triggers_get(t, 0, &rule, &start, &end);
	assert_string_equal(rule, "context/not_just");
	assert_int_equal(start, 6);
	assert_int_equal(end, 14);
	triggers_get(t, 1, &rule, &start, &end);
	assert_string_equal(rule, "context/no");
}

static void of_the_whole_message(void **state)
{
	static const struct {
		const char *text;
		long correction;
		bool other, foreign;
	} table[] = {
		{"left leg", -1, false, false},
		{"left, i meant right", 7, false, false},
		{"scratch that. i meant right. so", 15, false, false}, /* the last */
		{"my son has it", -1, true, false},
		{"Meine Wade", -1, false, true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct reading *r = world_read(&world, context_boundaries(context), table[i].text);
		assert_int_equal(context_correction(context, r), table[i].correction);
		assert_int_equal(context_other_patient(context, r), table[i].other);
		assert_int_equal(context_foreign(context, r), table[i].foreign);
	}
	assert_true(context_of_the_leg(context, vocab_finding(vocab, "swelling")));
	assert_false(context_of_the_leg(context, vocab_finding(vocab, "fever")));
	assert_false(context_place(context, vocab_finding(vocab, "swelling")));
	assert_false(context_beside_the_leg(context, vocab_finding(vocab, "swelling")));
}

/* More triggers than are kept: no harm, and the first ones act. */
static void very_many_triggers(void **state)
{
	char *text = mem_alloc(8000, 1), got[64];
	(void)state;
	strcpy(text, "no swelling. ");
	for (int i = 0; i < 200; i++)
		strcat(text, "no x, not x, if x. maybe. ");
	describe(world_read(&world, context_boundaries(context), text), got, sizeof got);
	assert_string_equal(got, "-swelling/no");
	free(text);
}

static const struct refusal broken[] = {
	{"kind: cancel, regex: '\\bno doubt\\b'", "regex: '\\bno doubt\\b'",
		"c.yaml:15:5: expected a kind: cancel, negation, doubt, past, over, elsewhere, hypothetical, other_person\n"},
	{"kind: doubt", "kind: doubts",
		"c.yaml:21:23: unknown kind \"doubts\": one of cancel, negation, doubt, past, over, elsewhere, hypothetical, other_person\n"},
	{"acts: before", "acts: behind",
		"c.yaml:19:61: unknown acts \"behind\": one of after, before, both\n"},
	{"reach: sentence}", "reach: page}",
		"c.yaml:20:88: unknown reach \"page\": one of clause, sentence, message\n"},
	{"list: nouns", "list: verbs",
		"c.yaml:16:58: unknown list \"verbs\": one of joined, nouns, any\n"},
	{"most: 4", "most: many", "c.yaml:18:70: 'most' must be a whole number from 0 to 1000\n"},
	{"stop: ['\\bstill\\b']", "stop: ['(']", "c.yaml:20:56: bad regex, at character 4: missing closing parenthesis\n"},
	{"words: [no, without]", "words: []", "c.yaml:16:37: an empty list matches nothing\n"},
	{"words: [no, without]", "word: [no]", "c.yaml:16:30: unknown key 'word', did you mean 'words'?\n"},
	{"{id: no, ", "{", "c.yaml:16:5: 'id' is missing\n"},
	{"  joins: '\\b(?:or|nor)\\b'\n", "", "c.yaml:2:3: expected \"joins\", a regex\n"},
	{"  verbs:", "  verb:",
		"c.yaml:2:3: expected \"verbs\", a regex\nc.yaml:5:3: unknown key 'verb', did you mean 'verbs'?\n"},
	{"of_the_leg: [swelling,", "of_the_leg: [swell,", "c.yaml:11:14: unknown finding \"swell\"\n"},
	{"corrections: ['\\bi meant\\b', ", "corrections: ['{x}', ", "c.yaml:8:15: no fragment {x}\n"},
	{"foreign:", "foreigner:", "c.yaml:10:1: unknown key 'foreigner', did you mean 'foreign'?\n"},
};

static void read_broken(struct yaml_file *f, struct problems *problems)
{
	struct patterns *patterns = patterns_new();
	context_free(context_read(f, vocab, world.fragments, patterns, problems));
	patterns_free(patterns);
}

static void refusals(void **state)
{
	(void)state;
	check_refusals(yaml, "c.yaml", broken, COUNT(broken), read_broken);
}

static void masks_of_rules(void **state)
{
	(void)state;
	assert_int_equal(mask_of("all"), context_mask(file, NULL, &world.problems));
	assert_int_equal(mask_of("none"), 0);
	assert_int_equal(mask_of("[]"), 0);
	assert_int_equal(mask_of("[negation, over]"), 1 << CONTEXT_NEGATION | 1 << CONTEXT_OVER);
	assert_true(no_problems(&world.problems));
	problems_init(&world.problems);
	assert_int_equal((int)mask_of("some"), -1);
	assert_int_equal((int)mask_of("[cancel]"), -1);
	assert_int_equal((int)mask_of("[[doubt]]"), -1);
	char *said = taken(&world.problems);
	assert_string_equal(said, "m.yaml:1:10: expected all, none or a list of kinds of context\n"
		"m.yaml:1:11: expected negation, doubt, past, over, hypothetical or other_person\n"
		"m.yaml:1:11: expected negation, doubt, past, over, hypothetical or other_person\n");
	free(said);
	problems_init(&world.problems);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(where_the_trigger_is),
		cmocka_unit_test(of_the_whole_message),
		cmocka_unit_test(very_many_triggers),
		cmocka_unit_test(refusals),
		cmocka_unit_test(masks_of_rules),
	};
	return cmocka_run_group_tests(tests, open_context, close_context);
}
