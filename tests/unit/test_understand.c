/* test_understand.c - whole sentences over the project's own rules, whose outcome must never change: what is present,
 * denied, in doubt, past, only supposed or somebody else's. Most are the worked examples of the clinical tables. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "text_fixture.h"

#include <pcre2.h>

#include "rules/pattern.h"
#include "rules/reading.h"
#include "rules/ruleset.h"
#include "rules/set.h"
#include "rules/understand.h"
#include "util/arena.h"

static const struct moment monday = {1, 20, 5, 2024};

static struct ruleset *set;
static struct arena *arena;

static int open_project(void **state)
{
	struct problems problems;
	(void)state;
	problems_init(&problems);
	set = ruleset_load(".", "en", &problems);
	arena = arena_new();
	return no_problems(&problems) && set ? 0 : -1;
}

static int close_project(void **state)
{
	(void)state;
	ruleset_free(set);
	arena_free(arena);
	return 0;
}

static void understood(const char *text, struct understanding *out)
{
	arena_reset(arena);
	understand(set, text, strlen(text), monday, arena, out);
}

/* present, -absent, ?uncertain, <past, *hypothetical, %of another person, !neither present nor uncertain, a value */
static const struct {
	const char *text, *intent, *want;
} sentences[] = {
	{"my calf is swollen and warm, no chest pain", "report_symptoms", "calf_location swelling warmth -chest_pain"},
	{"My calf is swollen and warm", "report_symptoms", "calf_location swelling warmth !breathlessness"},
	{"my calf is swollen and warm, no chest pain, breathing is fine", "report_symptoms",
		"calf_location swelling warmth -chest_pain -breathlessness"},
	{"Left calf has been swollen since my hip op three weeks ago and now I'm short of breath", "report_symptoms",
		"calf_location one_leg swelling recent_surgery breathlessness"},
	{"got home from a 10h flight yesterday, right calf aches, not swollen", "report_symptoms",
		"calf_location one_leg pain long_travel -swelling"},
	{"34 weeks pregnant, cramp in my calf woke me at 3, gone now after stretching", "report_symptoms",
		"pregnant_or_postpartum calf_location pain_cramping pain_at_night"},
	{"I gave birth 10 days ago and one calf is sore and tight all day", "report_symptoms",
		"postpartum pregnant_or_postpartum one_leg calf_location pain tightness"},
	{"Charley horse last night, huge knot, calf still a bit sore today. No swelling.", "report_symptoms",
		"pain_cramping calf_location -swelling"},
	{"my calf has been cramping for half an hour and will not let go, agony", "report_symptoms",
		"calf_location pain_cramping pain_severe"},
	{"pulled my calf sprinting yesterday, sharp pain, I can walk but limp", "report_symptoms",
		"calf_location pain_sharp limited_motion -cannot_bear_weight duration_days=1"},
	{"felt a pop at tennis, like someone kicked me, can't stand on my toes", "report_symptoms",
		"pop_or_snap cannot_push_off !direct_blow"},
	{"I got kicked in the calf at football last night, big bruise and it's swollen and a bit warm", "report_symptoms",
		"direct_blow calf_location bruising swelling warmth"},
	{"kicked in the calf two hours ago, it's rock hard and the pain is unbearable even lying down", "report_symptoms",
		"direct_blow calf_location tense_hard pain_severe pain_unrelieved_by_rest pain_at_rest duration_days=0"},
	{"broke my tibia on Monday, in a cast, pain is much worse today and toes are numb", "report_symptoms",
		"fracture immobilised pain_worsening numbness"},
	{"cast feels too tight but no numbness", "report_symptoms", "tight_cast_or_bandage -numbness"},
	{"Ran a marathon yesterday. Calf tight like a drum, painkillers do nothing, foot tingles", "report_symptoms",
		"after_exercise calf_location tense_hard pain_unrelieved_by_rest tingling"},
	{"both calves super sore two days after leg day", "report_symptoms", "both_legs calf_location pain after_exercise"},
	{"legs killing me after spin class and my pee looks like cola", "report_symptoms",
		"both_legs pain after_exercise dark_urine"},
	{"My calf cramps every time I walk about 200 m, stops when I stand still. I smoke, I'm 64", "report_symptoms",
		"calf_location pain_cramping pain_walking_relieved_by_rest smoker older_age age_years=64"},
	{"my foot suddenly went white and ice cold and I can't feel it", "report_symptoms",
		"onset_sudden pale cold_limb numbness no_feeling"},
	{"red streaks going up my calf from a blister, shivering and hot", "report_symptoms",
		"calf_location spreading_redness skin_wound fever"},
	{"my shin and calf are red, hot and sore, mosquito bite two days ago, no fever", "report_symptoms",
		"shin calf_location redness warmth pain skin_wound -fever"},
	{"type 2 diabetic, there's an open sore on my foot I didn't notice", "report_symptoms", "diabetes skin_wound"},
	{"hard red tender line along a vein on my calf", "report_symptoms",
		"calf_location visible_veins tenderness redness"},
	{"pain shoots from my lower back into the calf with pins and needles, no bladder trouble", "report_symptoms",
		"back_pain calf_location pain tingling -saddle_numbness_or_bladder"},
	{"back pain, both legs weak, numb when I wipe", "report_symptoms",
		"back_pain both_legs weakness saddle_numbness_or_bladder"},
	{"since this morning I trip over my foot, can't lift the toes", "report_symptoms", "foot_drop duration_days=0"},
	{"fell off my bike, can't put any weight on the leg", "report_symptoms", "fall cannot_bear_weight"},
	{"started atorvastatin last month, both calves ache, urine is normal", "report_symptoms",
		"statin both_legs calf_location pain -dark_urine"},
	{"on apixaban, bumped my calf, big purple bruise", "report_symptoms",
		"on_anticoagulant direct_blow calf_location bruising"},
	{"my 6 year old had flu, now won't walk and holds both calves", "report_symptoms",
		"both_legs calf_location cannot_bear_weight age_years=6"},
	{"could my calf go numb if this swelling gets worse? it's been puffy on one side since Friday", "report_symptoms",
		"one_leg swelling *numbness duration_days=3"},
	{"my mum had a DVT. my calf aches a bit after my run, no swelling", "report_symptoms",
		"family_history_dvt calf_location pain pain_mild after_exercise -swelling !prior_dvt"},
	{"what does compartment syndrome feel like?", "ask_condition", "!tense_hard !pain !numbness"},
	{"calf aches, maybe a bit swollen, hard to tell", "report_symptoms", "?swelling"},
	{"knee operation two weeks ago, now calf cramps at night", "report_symptoms",
		"recent_surgery calf_location pain_cramping pain_at_night"},
	{"pulled it mid-sprint on Saturday, calf swollen and bruised, getting better, I can walk", "report_symptoms",
		"calf_location onset_sudden after_exercise swelling bruising pain_improving -cannot_bear_weight "
		"duration_days=2"},
	{"had a clot in 2019, same calf is tender again", "report_symptoms", "prior_dvt calf_location tenderness"},
	{"pulled calf", "report_symptoms", "leg_trouble calf_location"},
	{"no i can't feel my toes at all", NULL, "no_feeling numbness"},
	{"backslab on since last night, toes tingle", "report_symptoms", "cast_or_splint immobilised tingling"},
	{"itchy red mosquito bite on my calf, no fever", "report_symptoms",
		"skin_wound rash_or_itch redness calf_location -fever"},
	{"black toe, diabetic", "report_symptoms", "skin_black_or_blistered diabetes"},
	{"300 squats yesterday, legs swollen and weak", "report_symptoms",
		"both_legs after_exercise overtraining swelling weakness"},
	{"both legs went weak and numb all at once", "report_symptoms", "both_legs onset_sudden weakness numbness"},
	{"gave birth 10 days ago, left calf feels heavy, no pain", "report_symptoms",
		"postpartum pregnant_or_postpartum one_leg calf_location tightness -pain"},
	{"my boy is 12, sore calves after football, easing", "report_symptoms",
		"both_legs calf_location pain pain_improving after_exercise age_years=12"},
	{"snap in my calf yesterday, hardly hurts now", "report_symptoms",
		"pop_or_snap calf_location pain pain_mild duration_days=1"},
	{"car crash, leg is numb", "report_symptoms", "major_trauma numbness"},
	{"hot red calves after a day in the sun", "report_symptoms", "both_legs calf_location warmth redness"},
	{"feet like ice in winter, fine by the fire", "report_symptoms", "both_legs cold_limb benign_cold_cause"},
	/* a question, another subject or a no to what went before hides no sign that is told beside it */
	{"is this gangrene my toe is black", "report_symptoms", "skin_black_or_blistered"},
	{"did i break my ankle bone is out", "report_symptoms", "open_fracture_or_deformity"},
	{"severe pain like toothache and it's getting worse", NULL, "pain_severe pain_worsening"},
	{"no its swollen and warm", NULL, "swelling warmth"},
	{"I have bowel cancer, my calf hurts. Is it cancer?", NULL, "cancer pain"},
	{"pain getting worse by the hour, the swelling is no worse", NULL, "pain_worsening swelling"},
	/* what must not raise anything */
	{"no swelling, no warmth, no redness", NULL, "-swelling -warmth -redness"},
	{"I broke my leg in 2010", NULL, "<fracture"},
	{"I don't want to live with this pain any more", "crisis", ""},
	{"can I massage it?", "ask_treatment", ""},
	{"I am 70 and smoke", NULL, "older_age smoker age_years=70"},
	/* a list is denied to its end, and no further */
	{"my calf is not swollen, warm or red", NULL, "-swelling -warmth -redness"},
	{"my calf isn't swollen, red, or hot to touch", NULL, "-swelling -redness -warmth"},
	{"no swelling, redness or chest pain, but my foot is numb", NULL, "-swelling -redness -chest_pain numbness"},
	{"not just swollen, it's hot too", NULL, "swelling warmth"},
	{"it's not that it isn't swollen", NULL, "!warmth"},
	{"My calf was swollen last year", NULL, "<swelling"},
	{"My calf was swollen last year, now it's fine", NULL, "!swelling"},
	{"what should I do if it swells up?", NULL, "*swelling"},
	{"my friend's calf is swollen", NULL, "!swelling"},
	{"since 2day my calf is swollen, w/out any pain", NULL, "swelling -pain"},
	{"M\xd1\x83 \xd1\x81\xd0\xb0lf is s\xe2\x80\x8bwollen \xf0\x9f\x98\xad", NULL, "calf_location swelling"},
};

static bool as_wanted(const struct understanding *u, const char *want)
{
	static const char marks[] = "*%<-?"; /* from STATE_HYPOTHETICAL on */
	const struct vocab *vocab = ruleset_vocab(set);
	const char *equals = strchr(want, '='), *mark = strchr(marks, *want);
	char id[64];
	const char *from = want + (mark || *want == '!');
	(void)snprintf(id, sizeof id, "%.*s", (int)strcspn(from, "="), from);
	int finding = vocab_finding(vocab, id);
	if (finding < 0)
		fail_msg("no finding '%s'", id);
	if (equals) {
		int kind = vocab_value_kind(vocab, finding);
		return u->facts.has_value[kind] && u->facts.value[kind] == strtod(equals + 1, NULL);
	}
	int state = u->facts.state[finding];
	if (*want == '!')
		return state != STATE_PRESENT && state != STATE_UNCERTAIN;
	return state == (mark ? STATE_HYPOTHETICAL + (int)(mark - marks) : STATE_PRESENT);
}

static void outcomes(void **state)
{
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(sentences); i++) {
		struct understanding u;
		char words[256], *rest = words;
		understood(sentences[i].text, &u);
		(void)snprintf(words, sizeof words, "%s", sentences[i].want);
		for (char *want; (want = strtok_r(rest, " ", &rest));)
			if (!as_wanted(&u, want)) {
				print_error("'%s': not %s\n", sentences[i].text, want);
				failed++;
			}
		if (sentences[i].intent && u.intent != vocab_intent(ruleset_vocab(set), sentences[i].intent)) {
			print_error("'%s': %s, wanted %s\n", sentences[i].text, vocab_intent_id(ruleset_vocab(set), u.intent),
				sentences[i].intent);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

/* The words that a mention points at. It may point at more ("calf is swollen"), but at nothing beyond `within`. */
static void places(void **state)
{
	static const struct {
		const char *text, *finding;
		enum finding_state state;
		const char *core, *within;
	} table[] = {
		{"my calf is swollen and warm, no chest pain", "swelling", STATE_PRESENT, "swollen", "my calf is swollen"},
		{"my calf is swollen and warm, no chest pain", "warmth", STATE_PRESENT, "warm", "my calf is swollen and warm"},
		{"my calf is swollen and warm, no chest pain", "chest_pain", STATE_ABSENT, "chest pain", "chest pain"},
		{"My c\xc3\xa0lf\xe2\x80\x99s swolllen\xe2\x80\xa6 n\xd0\xbe chest\xc2\xa0pain \xf0\x9f\x98\xad", "swelling",
			STATE_PRESENT, "swolllen", "My c\xc3\xa0lf\xe2\x80\x99s swolllen"},
		{"My c\xc3\xa0lf\xe2\x80\x99s swolllen\xe2\x80\xa6 n\xd0\xbe chest\xc2\xa0pain \xf0\x9f\x98\xad", "chest_pain",
			STATE_ABSENT, "chest\xc2\xa0pain", "chest\xc2\xa0pain"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct understanding u;
		bool found = false;
		understood(table[i].text, &u);
		size_t core = (size_t)(strstr(table[i].text, table[i].core) - table[i].text);
		size_t within = (size_t)(strstr(table[i].text, table[i].within) - table[i].text);
		for (size_t k = 0; k < u.n_mentions; k++) {
			const struct mention *m = &u.mentions[k];
			found |= m->finding == vocab_finding(ruleset_vocab(set), table[i].finding) && m->state == table[i].state &&
				m->start <= core && m->end >= core + strlen(table[i].core) && m->start >= within &&
				m->end <= within + strlen(table[i].within);
		}
		if (!found)
			fail_msg("'%s': %s", table[i].text, table[i].finding);
	}
}

static void mentions_are_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sentences); i++) {
		struct understanding u;
		size_t len = strlen(sentences[i].text);
		understood(sentences[i].text, &u);
		for (size_t k = 0; k < u.n_mentions; k++) {
			const struct mention *m = &u.mentions[k];
			assert_true(m->start < m->end && m->end <= len && (!k || m[-1].start <= m->start));
			assert_true(m->rule && m->file && m->line > 0 && !m->limit_hit && m->state > STATE_UNKNOWN);
			assert_true(!m->context || (m->context_start < m->context_end && m->context_end <= len));
		}
		assert_false(u.truncated);
		assert_false(u.foreign);
	}
}

/* What is left of a message with no talk of a leg before it; the rest of the sentences stays as it is. */
static void openings(void **state)
{
	static const struct {
		const char *text, *finding;
		bool stays;
	} table[] = {
		{"I have a knee problem, pain is increasing?", "pain_worsening", false},
		{"Sprained left ankle for a year and a half", "long_lasting", false},
		{"I have a headache and a runny nose", "recent_viral_illness", false},
		{"sore throat and a blocked nose, what helps?", "recent_viral_illness", false},
		{"knee replacement last week, my knee clicks and I have a fever", "fever", true},
		{"my calf hurts and my knee has a problem", "pain", true},
		{"my shoulder hurts, I am diabetic", "diabetes", true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct understanding u;
		understood(table[i].text, &u);
		int finding = vocab_finding(ruleset_vocab(set), table[i].finding);
		assert_int_equal(u.facts.state[finding], STATE_PRESENT);
		understand_opening(set, &u);
		if ((u.facts.state[finding] == STATE_PRESENT) != table[i].stays)
			fail_msg("'%s': %s", table[i].text, table[i].finding);
	}
}

static pcre2_code *compiled(const char *source)
{
	int code;
	PCRE2_SIZE at;
	uint32_t options = PCRE2_NEVER_UTF | PCRE2_DUPNAMES;
	return pcre2_compile((PCRE2_SPTR)source, PCRE2_ZERO_TERMINATED, options, &code, &at, NULL);
}

/* Every pattern of the project is run on every third sentence, whether or not the strings that it needs are there. */
static void nothing_is_passed_over(void **state)
{
	struct reading *readings[COUNT(sentences)];
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	int matches = 0, failed = 0;
	(void)state;
	pcre2_set_match_limit(limits, PATTERN_MATCH_LIMIT);
	arena_reset(arena);
	for (size_t i = 0; i < COUNT(sentences); i += 3) {
		struct understanding u;
		understand(set, sentences[i].text, strlen(sentences[i].text), monday, arena, &u);
		readings[i] = u.reading;
	}
	for (int p = 0; p < (int)patterns_count(set->patterns); p++) {
		pcre2_code *code = compiled(patterns_source(set->patterns, p));
		assert_non_null(code);
		for (size_t i = 0; i < COUNT(sentences); i += 3) {
			const struct text *t = &readings[i]->text;
			if (pcre2_match(code, (PCRE2_SPTR)t->canon, t->len, 0, PCRE2_NO_UTF_CHECK, data, limits) < 0)
				continue;
			matches++;
			if (!scan_spans(readings[i]->scan, p)->n) {
				print_error("'%s': %s is passed over\n", t->canon, patterns_source(set->patterns, p));
				failed++;
			}
		}
		pcre2_code_free(code);
	}
	pcre2_match_context_free(limits);
	pcre2_match_data_free(data);
	assert_int_equal(failed, 0);
	assert_true(matches > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outcomes),
		cmocka_unit_test(places),
		cmocka_unit_test(mentions_are_in_order),
		cmocka_unit_test(openings),
		cmocka_unit_test(nothing_is_passed_over),
	};
	return cmocka_run_group_tests(tests, open_project, close_project);
}
