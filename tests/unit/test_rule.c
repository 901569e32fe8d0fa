/* test_rule.c - where rules match a message: words, regex and near, what must and must not stand beside them, and which
 * pieces carry the meaning; the rules that are refused. */
#include "rules_fixture.h"

#include "rules/rule.h"

static const char fragments_yaml[] = "calf: 'cal(?:f|ves)'\n";

struct place {
	struct world world;
	struct yaml_file *fragments, *file;
	struct boundaries boundaries;
	int breaks;
	struct rule rule;
	int result;
};

static int pattern(struct place *p, const char *source)
{
	int number = patterns_add(p->world.patterns, source, NULL);
	assert_true(number >= 0);
	return number;
}

/* Reads the rule `yaml`; what is said of it stays in the world. */
static void place_init(struct place *p, const char *yaml)
{
	world_init(&p->world, "numbers: {one: 1}\n", "");
	p->fragments = world_yaml(&p->world, fragments_yaml, "fragments.yaml");
	fragments_read(p->world.fragments, p->fragments, yaml_root(p->fragments), &p->world.problems);
	p->breaks = pattern(p, "\\bbut\\b");
	p->boundaries = (struct boundaries){{&p->breaks, 1}, .turns = p->breaks, .openers = pattern(p, "\\b(?:i|my)\\b"),
		.verbs = pattern(p, "\\bis\\b"), .joins = pattern(p, "\\bor\\b")};
	p->file = world_yaml(&p->world, yaml, "r.yaml");
	p->result = rule_read(p->file, yaml_root(p->file), "f", p->world.fragments, p->world.patterns, &p->world.problems,
		&p->rule);
	patterns_seal(p->world.patterns, "");
}

static void place_done(struct place *p)
{
	rule_done(&p->rule);
	yaml_close(p->file);
	yaml_close(p->fragments);
	world_done(&p->world);
}

/* "hot calf{hot|calf}; ...": each hit and the pieces of its core. */
static const char *described(const struct hit *hits, size_t n, const struct text *t)
{
	static char out[1024];
	size_t len = 0;
	*out = '\0';
	for (size_t i = 0; i < n && len < sizeof out - 256; i++) {
		const struct hit *h = &hits[i];
		len += (size_t)sprintf(out + len, "%s%s%.*s{", i ? "; " : "", h->failed ? "FAILED " : "",
			(int)(h->end - h->start), t->canon + h->start);
		for (size_t k = 0; k < h->n_core; k++)
			len += (size_t)sprintf(out + len, "%s%.*s", k ? "|" : "", (int)(h->core[k].end - h->core[k].start),
				t->canon + h->core[k].start);
		len += (size_t)sprintf(out + len, "}");
	}
	return out;
}

#define WORDS "id: a\nwords: [hot, warm*, \"blown up\", mum's, 8/10]\n"
#define REGEX "id: a\nregex: '{calf}{gap2} hot'\n"
#define NEAR "id: a\nnear: ['\\bfluid\\b', '\\bankle\\b']\n"
#define THREE "id: a\nwithin: 2\nnear: ['\\bred\\b', '\\bhot\\b', '\\bcalf\\b']\n"

static const struct {
	const char *rule, *text, *want;
} cases[] = {
	/* whole words and phrases */
	{WORDS, "", ""},
	{WORDS, "hot", "hot{hot}"},
	{WORDS, "Hot, hot!", "hot{hot}; hot{hot}"},
	{WORDS, "hotter shot", ""},
	{WORDS, "warm warmer warmth's warm-ish", "warm{warm}; warmer{warmer}; warmth's{warmth's}; warm{warm}"},
	{WORDS, "lukewarm", ""},
	{WORDS, "it is blown up", "blown up{blown up}"},
	{WORDS, "blown it up", ""},
	{WORDS, "mum's", "mum's{mum's}"},
	{WORDS, "mum", ""},
	{WORDS, "pain 8/10", "8/10{8/10}"},
	{WORDS, "pain 8/100", ""},
	{"id: a\nwords: [a.c, a+b]\n", "abc aab", ""}, /* no regexes */
	/* regexes; gaps are no part of the core, nor is a space at either end */
	{REGEX, "my calf is so hot", "calf is so hot{calf| hot}"},
	{REGEX, "calves hot", "calves hot{calves hot}"},
	{REGEX, "calf is so very hot", ""},
	{REGEX, "calf , hot", ""},
	{REGEX, "calf hot, calf is hot", "calf hot{calf hot}; calf is hot{calf| hot}"},
	{"id: a\nregex: ' hot'\n", "my hot calf", "hot{hot}"},
	{"id: a\nregex: '\\bred{gap2} hot{gap2} calf'\n", "red and hot my calf", "red and hot my calf{red| hot| calf}"},
	{"id: a\nregex: '(\\w+) again \\1'\n", "pain again pain", "pain again pain{ again pain}"},
	/* near: one clause, any order, few words between */
	{NEAR, "fluid round my ankle", "fluid round my ankle{fluid|ankle}"},
	{NEAR, "ankle has fluid", "ankle has fluid{ankle|fluid}"},
	{NEAR, "ankle fluid", "ankle fluid{ankle|fluid}"},
	{NEAR, "fluid a b c d e ankle", "fluid a b c d e ankle{fluid|ankle}"}, /* five words, the default */
	{NEAR, "fluid a b c d e f ankle", ""},
	{NEAR, "fluid a, b, c, d, e, ankle", "fluid a , b , c , d , e , ankle{fluid|ankle}"}, /* signs are no words */
	{NEAR, "fluid. ankle", ""},
	{NEAR, "fluid but ankle", ""},
	{NEAR, "fluid, my ankle", ""},
	{NEAR, "fluid, the ankle", "fluid , the ankle{fluid|ankle}"},
	{NEAR, "fluid", ""},
	{NEAR, "ankle ankle", ""},
	{NEAR, "ankle, the ankle fluid", "ankle fluid{ankle|fluid}"}, /* the nearest */
	{NEAR, "fluid ankle, fluid", "fluid ankle{fluid|ankle}; ankle , fluid{ankle|fluid}"},
	{"id: a\nwithin: 0\nnear: [fluid, ankle]\n", "fluid ankle", "fluid ankle{fluid|ankle}"},
	{"id: a\nwithin: 0\nnear: [fluid, ankle]\n", "fluid on ankle", ""},
	{THREE, "calf a b red a b hot", "calf a b red a b hot{calf|red|hot}"}, /* neighbours count, not the ends */
	{THREE, "calf a b c red a b hot", ""},
	{THREE, "red hot", ""},
	{"id: a\nnear: ['hot (?:red )?calf', '\\bred\\b']\n", "hot red calf", ""}, /* not over each other */
	/* what must stand beside it, in the sentence or in the message */
	{WORDS "unless: [weather]\n", "hot weather", ""},
	{WORDS "unless: [weather]\n", "hot. fine weather. hot", "hot{hot}; hot{hot}"},
	{WORDS "unless: ['weather', 'tea']\n", "hot tea. hot", "hot{hot}"},
	/* ... but what stands before a "but" explains away nothing behind it */
	{WORDS "unless: [weather]\n", "fine weather but hot", "hot{hot}"},
	{WORDS "unless: [weather]\n", "hot but fine weather", ""},
	{WORDS "unless: [weather]\n", "hot but fine weather but hot", "hot{hot}"},
	{WORDS "unless: ['weather but']\n", "fine weather but hot", ""},
	{WORDS "unless: ['weather.*hot']\n", "fine weather but hot", ""},
	{WORDS "unless: [weather]\n", "hot weather but tea", ""},
	{WORDS "unless_message: weather\n", "fine weather but hot", ""},
	{WORDS "unless_message: weather\n", "hot. fine weather", ""},
	{WORDS "unless_message: weather\n", "hot. fine", "hot{hot}"},
	{WORDS "needs: [calf]\n", "hot calf. hot", "hot{hot}"},
	{WORDS "needs: [calf, my]\n", "hot calf. my hot calf", "hot{hot}"}, /* every one */
	{WORDS "needs: [calf]\n", "hot leg", ""},
	{WORDS "needs_message: [calf]\n", "hot. my calf", "hot{hot}"},
	{WORDS "needs_message: [calf, leg]\n", "hot. my calf", ""},
	{WORDS "at_most_words: 4\n", "hot. my calf", "hot{hot}"},
	{WORDS "at_most_words: 3\n", "hot. my calf", ""},
	/* a regex of the conditions knows fragments too */
	{WORDS "needs: '{calf}'\n", "hot calves", "hot{hot}"},
};

static void hits(void **state)
{
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct place p;
		struct hit found[RULE_MAX_HITS];
		place_init(&p, cases[i].rule);
		if (p.result < 0 || !no_problems(&p.world.problems))
			fail_msg("%s", cases[i].rule);
		struct reading *r = world_read(&p.world, &p.boundaries, cases[i].text);
		const char *got = described(found, rule_hits(&p.rule, r, found), &r->text);
		if (strcmp(got, cases[i].want) != 0) {
			print_error("%s'%s': %s, wanted %s\n", cases[i].rule, cases[i].text, got, cases[i].want);
			failed++;
		}
		place_done(&p);
	}
	assert_int_equal(failed, 0);
}

static void what_is_kept(void **state)
{
	struct place p;
	(void)state;
	place_init(&p, "id: b\nregex: hot\nyes: [hot]\nno: [\"hat\", hit]\n");
	assert_int_equal(p.result, 0);
	assert_string_equal(p.rule.id, "f/b");
	assert_string_equal(p.rule.file, "r.yaml");
	assert_int_equal(p.rule.line, 1);
	assert_int_equal(p.rule.within, 5);
	assert_int_equal(p.rule.yes->n, 1);
	assert_string_equal(p.rule.no->items[1]->text, "hit");
	place_done(&p);
}

#define HOSTILE "(?>)(?:a|aa|aaa)+[^a]c"

/* A rule that could not be run to its end is reported over all of the message; one of its conditions that could not
 * is taken in the rule's favour. */
static void failures(void **state)
{
	static const struct {
		const char *rule;
		bool failed;
		size_t n;
	} table[] = {
		{"id: a\nregex: '" HOSTILE "'\n", true, 1},
		{"id: a\nnear: ['" HOSTILE "', hot]\n", true, 1},
		{"id: a\nnear: [hot, '" HOSTILE "']\n", true, 1},
		{"id: a\nnear: [cold, '" HOSTILE "']\n", false, 0}, /* the other part is not there anyway */
		{"id: a\nregex: 'hot|" HOSTILE "'\n", false, 1}, /* one place is known */
		{"id: a\nregex: hot\nunless: '" HOSTILE "'\n", false, 1},
		{"id: a\nregex: hot\nunless_message: '" HOSTILE "'\n", false, 1},
		{"id: a\nregex: hot\nneeds: '" HOSTILE "'\n", false, 1},
		{"id: a\nregex: hot\nneeds_message: '" HOSTILE "'\n", false, 1},
	};
	static const char text[] = "hot aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b c";
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct place p;
		struct hit found[RULE_MAX_HITS];
		place_init(&p, table[i].rule);
		/* letters repeated for effect would shrink: read as it stands */
		struct reading *r = world_read(&p.world, &p.boundaries, "hot x");
		r->scan = scan_new(p.world.patterns, text, strlen(text), p.world.arena);
		size_t n = rule_hits(&p.rule, r, found);
		if (n != table[i].n || (n && found[0].failed != table[i].failed)) {
			print_error("%s: %zu hits%s\n", table[i].rule, n, n && found[0].failed ? ", failed" : "");
			failed++;
		}
		if (n && found[0].failed) {
			assert_int_equal(found[0].start, 0);
			assert_int_equal(found[0].end, r->text.len);
		}
		place_done(&p);
	}
	assert_int_equal(failed, 0);
}

static void most_hits(void **state)
{
	char text[4 * (RULE_MAX_HITS + 9) + 1] = "";
	struct hit found[RULE_MAX_HITS];
	struct place p;
	(void)state;
	place_init(&p, "id: a\nwords: [hot]\n");
	for (int i = 0; i < RULE_MAX_HITS + 9; i++)
		strcat(text, "hot ");
	assert_int_equal(rule_hits(&p.rule, world_read(&p.world, &p.boundaries, text), found), RULE_MAX_HITS);
	place_done(&p);
}

static void refusals(void **state)
{
	static const struct {
		const char *rule, *want;
	} broken[] = {
		{"regex: hot\n", "r.yaml:1:1: 'id' is missing\n"},
		{"id: a\n", "r.yaml:1:1: expected one of words, regex or near\n"},
		{"id: a\nregex: hot\nwords: [hot]\n", "r.yaml:1:1: expected one of words, regex or near\n"},
		{"id: a\nwords: []\n", "r.yaml:2:8: an empty list matches nothing\n"},
		{"id: a\nwords: hot\n", "r.yaml:2:8: 'words' must be a list\n"},
		{"id: a\nwords: [hot, \"\"]\n", "r.yaml:2:14: expected a word or a phrase\n"},
		{"id: a\nwords: [hot, \"*\"]\n", "r.yaml:2:14: expected a word or a phrase\n"},
		{"id: a\nwords: [[hot]]\n", "r.yaml:2:9: expected a word or a phrase\n"},
		{"id: a\nregex: ''\n", "r.yaml:2:8: an empty regex matches everything\n"},
		{"id: a\nregex: [hot]\n", "r.yaml:2:8: expected one regex; for several make several rules\n"},
		{"id: a\nregex: 'hot('\n", "r.yaml:2:8: bad regex, at character 7: missing closing parenthesis\n"},
		{"id: a\nregex: '{clf} hot'\n", "r.yaml:2:8: no fragment {clf}; did you mean {calf}?\n"},
		{"id: a\nnear: [hot]\n", "r.yaml:2:7: expected 2 to 4 regexes that stand near each other\n"},
		{"id: a\nnear: [a, b, c, d, e]\n", "r.yaml:2:7: expected 2 to 4 regexes that stand near each other\n"},
		{"id: a\nnear: [hot, [calf]]\n", "r.yaml:2:13: expected a regex\n"},
		{"id: a\nnear: hot\n", "r.yaml:2:7: 'near' must be a list\n"},
		{"id: a\nregex: hot\nwithin: 3\n", "r.yaml:3:9: \"within\" goes with \"near\"\n"},
		{"id: a\nnear: [hot, calf]\nwithin: 21\n", "r.yaml:3:9: 'within' must be a whole number from 0 to 20\n"},
		{"id: a\nregex: hot\nunless: {a: b}\n", "r.yaml:3:9: expected a regex or a list of them\n"},
		{"id: a\nregex: hot\nneeds: ['']\n", "r.yaml:3:9: an empty regex matches everything\n"},
		{"id: a\nregex: hot\nneeds_message: ['[']\n",
			"r.yaml:3:17: bad regex, at character 2: missing terminating ] for character class\n"},
		{"id: a\nregex: hot\nyes: hot\nno: {a: b}\n",
			"r.yaml:3:6: 'yes' must be a list\nr.yaml:4:5: 'no' must be a list\n"},
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct place p;
		place_init(&p, broken[i].rule);
		char *said = taken(&p.world.problems);
		if (p.result != -1 || strcmp(said, broken[i].want) != 0) {
			print_error("%ssaid   %swanted %s", broken[i].rule, said, broken[i].want);
			failed++;
		}
		free(said);
		problems_init(&p.world.problems);
		place_done(&p);
	}
	assert_int_equal(failed, 0);
}

static void list_too_long(void **state)
{
	char *yaml = mem_alloc(20000, 1), *at = yaml;
	struct place p;
	(void)state;
	at += sprintf(at, "id: a\nwords: [");
	for (int i = 0; i < 1900; i++)
		at += sprintf(at, "word%04d, ", i);
	strcpy(at, "hot]\n");
	place_init(&p, yaml);
	assert_int_equal(p.result, -1);
	char *said = taken(&p.world.problems);
	assert_string_equal(said, "r.yaml:2:8: list too long: make two rules of it\n");
	free(said);
	problems_init(&p.world.problems);
	place_done(&p);
	free(yaml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hits),
		cmocka_unit_test(what_is_kept),
		cmocka_unit_test(failures),
		cmocka_unit_test(most_hits),
		cmocka_unit_test(refusals),
		cmocka_unit_test(list_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
