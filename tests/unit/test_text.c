/* test_text.c - messages as sent, the canonical text that rules see, and the way back to the bytes. */
#include "text_fixture.h"

#include "text/text.h"
#include "util/arena.h"

static const char lexicon_yaml[] =
	"replace: {\"can't\": can not, cant: can not, \"isn't\": is not, isnt: is not, \"i'm\": i am, im: i am,\n"
	"  \"it's\": it is, u: you, bc: because, rn: right now, gonna: going to, n: and, \"'n\": and, \"w/\": with,\n"
	"  \"w/o\": without, w/out: without, hr: hour, thx: thanks, so: so, 2day: today, b4: before, clf: calf,\n"
	"  swoln: swollen, \"mum's\": mum's, noo: now}\n"
	"noun_is: [calf, leg]\n"
	"emoji: {\"\xf0\x9f\x91\x8d\": thumbs_up, \"\xe2\x9d\xa4\": heart}\n"
	"lookalikes: {\"\xd0\xb0\": a, \"\xd0\xb5\": e, \"\xd0\xbe\": o, \"\xd1\x81\": c}\n"
	"spelling: [swollen, swelling, calf, tender, breathing]\n";

static const char words[] = "a\nbee\nbig\nboot\ncoffee\nhot\nhouse\nis\nleg\nmy\nnaive\nno\nof\nso\ntea\nthe\nwalk\nwell\n";

static struct lexicon *lexicon;
static struct arena *arena;

static int open_lexicon(void **state)
{
	char *said;
	(void)state;
	lexicon = lexicon_of(lexicon_yaml, words, &said);
	if (*said)
		print_error("%s", said);
	free(said);
	arena = arena_new();
	return lexicon ? 0 : -1;
}

static int close_lexicon(void **state)
{
	(void)state;
	lexicon_free(lexicon);
	arena_free(arena);
	return 0;
}

static const struct {
	const char *sent, *canon;
} cases[] = {
	/* nothing to read */
	{"", ""}, {" \t ", ""}, {"\"''\"", ""}, {"\xe2\x80\x8b", ""}, {"\xff\xfe", ""}, {"*~#@%", ""},
	/* capitals, spaces, line breaks */
	{"My Calf", "my calf"}, {"HOT", "hot"}, {"  my\t\tcalf  ", "my calf"}, {"hot\nleg", "hot . leg"},
	{"hot\r\n\r\nleg", "hot . leg"}, {"hot\xe2\x80\xa8leg", "hot . leg"}, {"my\xc2\xa0" "calf", "my calf"},
	{"my\xe3\x80\x80" "calf", "my calf"}, {"my\x01\x7f" "calf", "my calf"},
	/* signs stand alone, and once */
	{"hot,leg", "hot , leg"}, {"hot...", "hot ."}, {"hot!!!", "hot !"}, {"hot?!", "hot ? !"}, {"(hot)", "( hot )"},
	{"hot: leg; calf", "hot : leg ; calf"}, {"\"hot\" *leg* [calf]", "hot leg calf"},
	{"hot\xe2\x80\xa6leg", "hot . leg"}, {"hot. . leg", "hot . leg"},
	{"hot\xe3\x80\x81leg\xe3\x80\x82", "hot , leg ."}, {"\xe2\x80\xa2 hot", ". hot"},
	/* hyphens, dashes, slashes */
	{"x-ray", "x ray"}, {"well\xe2\x80\x91walk", "well walk"}, {"hot - leg", "hot - leg"},
	{"hot\xe2\x80\x94leg", "hot - leg"}, {"hot\xe2\x80\x93leg", "hot - leg"}, {"-hot-", "- hot -"},
	{"2-3", "2 to 3"}, {"2\xe2\x80\x93" "3", "2 to 3"}, {"calf/leg", "calf / leg"}, {"24/7", "24/7"},
	{"calf / leg", "calf / leg"}, {"3-day", "3 day"}, {"covid-19", "covid 19"},
	/* numbers */
	{"8/10", "8/10"}, {"3.5", "3.5"}, {"120/80", "120/80"}, {"10,000", "10000"}, {"1,000,000", "1000000"},
	{"1,2", "1 , 2"}, {"1,0000", "1 , 0000"}, {"1,000.", "1000 ."}, {"5k", "5 k"}, {"10hr", "10 hour"},
	{"34w", "34 w"}, {"1st", "1st"}, {"2nd 3RD", "2nd 3rd"}, {"21ST.", "21st ."}, {"4ths", "4 ths"}, {"3.", "3 ."},
	{".5", ". 5"}, {"8 / 10", "8 / 10"}, {"1/2", "1/2"}, {"\xc2\xbd", "1/2"}, {"2\xc2\xbd", "2.5"},
	{"2 \xc2\xbd", "2 1/2"}, {"1\xc2\xbc", "1.25"}, {"3\xc2\xbe", "3.75"}, {"1\xe2\x81\x84" "2", "1/2"},
	{"\xef\xbc\x98\xef\xbc\x8f\xef\xbc\x91\xef\xbc\x90", "8/10"}, {"2\xc2\xb2", "22"},
	/* contractions */
	{"can't", "can not"}, {"CAN\xe2\x80\x99T", "can not"}, {"can\xc2\xb4t", "can not"}, {"can`t", "can not"},
	{"cant", "can not"}, {"calf's hot", "calf is hot"}, {"leg\xe2\x80\x98s hot", "leg is hot"}, {"mum's", "mum's"},
	{"isn,t hot", "is not hot"}, {"it;s hot", "it is hot"}, {"hot,t", "hot , t"}, {"calf,it is", "calf , it is"},
	{"bee's", "bee's"}, {"'hot'", "hot"}, {"bees'", "bees"}, {"it's", "it is"}, {"calf'", "calf"},
	/* chat spelling */
	{"u isnt hot", "you is not hot"}, {"hot rn bc b4", "hot right now because before"},
	{"hot n big", "hot and big"}, {"hot 'n big", "hot and big"}, {"hot & big", "hot and big"},
	{"hot&big", "hot and big"}, {"hot + big", "hot and big"}, {"65+ well", "65 well"}, {"2+2", "2 and 2"},
	{"w/o tea", "without tea"}, {"w/ tea", "with tea"}, {"w/out tea", "without tea"}, {"w/oo tea", "w / oo tea"},
	{"2day", "today"}, {"2days", "2 days"}, {"22day", "22 day"}, {"thx!", "thanks !"},
	/* letters repeated */
	{"soooo hot", "so hot"}, {"swolllen", "swollen"}, {"hooot", "hot"}, {"coffeee", "coffee"}, {"boooot", "boot"},
	{"bigggg!!", "big !"}, {"noo hot", "now hot"}, {"nooooo tea", "no tea"}, {"111", "111"}, {"clffff", "calf"},
	/* spelling */
	{"swolen", "swollen"}, {"swellng calf", "swelling calf"}, {"swoln", "swollen"}, {"claf", "calf"},
	{"house", "house"}, {"bee", "bee"}, {"brething", "breathing"}, {"xyzzy", "xyzzy"},
	/* accents, compatibility forms */
	{"na\xc3\xafve", "naive"}, {"nai\xcc\x88ve", "naive"}, {"\xef\xbc\xa8\xef\xbc\xaf\xef\xbc\xb4", "hot"},
	{"\xf0\x9d\x90\xa1\xf0\x9d\x90\xa8\xf0\x9d\x90\xad", "hot"}, {"\xe2\x84\x8c" "ot", "hot"},
	{"co\xef\xac\x80" "ee", "coffee"}, {"\xe2\x93\x97ot", "hot"}, {"h\xc3\xb6t", "hot"},
	{"stra\xc3\x9f" "e", "strasse"},
	/* characters that are not seen */
	{"cal\xe2\x80\x8b" "f", "calf"}, {"ca\xc2\xadlf", "calf"}, {"\xe2\x80\xaehot\xe2\x80\xac leg", "hot leg"},
	{"\xef\xbb\xbfhot", "hot"}, {"h\xe2\x80\x8eo\xe2\x80\x8ft", "hot"}, {"le\xe2\x81\xa0g", "leg"},
	{"ho\xcc\xb6t\xcc\xb6", "hot"},
	/* other alphabets */
	{"\xd1\x81\xd0\xb0lf", "calf"}, {"\xd0\xa1\xd0\x90LF", "calf"}, {"h\xd0\xbet", "hot"}, {"h\xd0\xb6ot", "hot"},
	{"\xd0\xb0 leg", "a leg"}, {"\xd0\xb0 \xd0\xb5", "\xd0\xb0 \xd0\xb5"},
	{"\xd0\xbd\xd0\xbe\xd0\xb3\xd0\xb0", "\xd0\xbd\xd0\xbe\xd0\xb3\xd0\xb0"},
	{"\xe8\x85\xbf hot", "\xe8\x85\xbf hot"},
	/* emoji */
	{"\xf0\x9f\x91\x8d", ":thumbs_up:"}, {"hot\xf0\x9f\x91\x8d!", "hot :thumbs_up: !"},
	{"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", ":thumbs_up:"}, {"\xe2\x9d\xa4\xef\xb8\x8f", ":heart:"},
	{":heart:", ":heart:"}, {"hot \xf0\x9f\xa6\xb5 leg", "hot leg"}, {"hot\xf0\x9f\xa6\xb5leg", "hot leg"},
	{"hot :)", "hot : )"}, {"1:heart", "1 : heart"},
	/* wrong UTF-8: as if it had never been sent */
	{"ho\xfft", "hot"}, {"hot\xc3", "hot"}, {"\xe2\x80hot", "hot"}, {"h\xc0\xafot", "hot"},
	{"hot\xed\xa0\x80leg", "hotleg"}, {"\xf4\x90\x80\x80hot", "hot"}, {"hot\x80\x80 leg", "hot leg"},
};

/* What must be so of any text. */
static const char *what_is_wrong(const struct text *t, size_t len)
{
	size_t at = 0;
	uint32_t start = 0;
	for (size_t i = 0; i < t->n_tokens; i++) {
		const struct token *k = &t->tokens[i];
		if (k->at != at || !k->len || memchr(t->canon + k->at, ' ', k->len))
			return "words are not parted by one space";
		if (k->start < start || k->end <= k->start || k->end > len)
			return "a word comes from nowhere, or from before the last one";
		if (text_token_at(t, k->at) != i || text_token_at(t, k->at + k->len - 1) != i ||
			text_token_at(t, k->at + k->len) != i + 1)
			return "text_token_at";
		at += k->len + 1;
		start = k->start;
	}
	if (t->len != (t->n_tokens ? at - 1 : 0) || t->canon[t->len])
		return "the end";
	return NULL;
}

static void canonical(void **state)
{
	int failed = 0;
	(void)state;
	assert_true(COUNT(cases) >= 80);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text t, again;
		arena_reset(arena);
		text_read(lexicon, cases[i].sent, strlen(cases[i].sent), arena, &t);
		text_read(lexicon, t.canon, t.len, arena, &again);
		const char *wrong = what_is_wrong(&t, strlen(cases[i].sent));
		if (wrong || strcmp(t.canon, cases[i].canon) != 0) {
			print_error("'%s': '%s', wanted '%s' %s\n", cases[i].sent, t.canon, cases[i].canon,
				wrong ? wrong : "");
			failed++;
		}
		if (strcmp(again.canon, t.canon) != 0) {
			print_error("'%s' read again is '%s'\n", t.canon, again.canon);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

/* "word[bytes as sent]" of each word. */
static void describe(const char *sent, const struct text *t, char *out, size_t size)
{
	size_t len = 0;
	*out = '\0';
	for (size_t i = 0; i < t->n_tokens && len < size; i++) {
		uint32_t start, end;
		text_source(t, t->tokens[i].at, t->tokens[i].at + t->tokens[i].len, &start, &end);
		len += (size_t)snprintf(out + len, size - len, "%s%.*s[%.*s]", i ? " " : "", (int)t->tokens[i].len,
			t->canon + t->tokens[i].at, (int)(end - start), sent + start);
	}
}

static void sources(void **state)
{
	static const struct {
		const char *sent, *want;
	} table[] = {
		{"My  Calf", "my[My] calf[Calf]"},
		{"can\xe2\x80\x99t walk", "can[can\xe2\x80\x99t] not[can\xe2\x80\x99t] walk[walk]"},
		{"calf's hot", "calf[calf's] is[calf's] hot[hot]"},
		{"swolen!!!", "swollen[swolen] ![!!!]"},
		{"soooo hot", "so[soooo] hot[hot]"},
		{"10,000", "10000[10,000]"},
		{"10hr", "10[10] hour[hr]"},
		{"2nd", "2nd[2nd]"},
		{"w/o tea", "without[w/o] tea[tea]"},
		{"2day", "today[2day]"},
		{"hot&big", "hot[hot] and[&] big[big]"},
		{"2-3", "2[2] to[-] 3[3]"},
		{"x-ray", "x[x] ray[ray]"},
		{"na\xc3\xafve", "naive[na\xc3\xafve]"},
		{"nai\xcc\x88ve", "naive[nai\xcc\x88ve]"},
		{"\xef\xbc\xa8ot", "hot[\xef\xbc\xa8ot]"},
		{"cal\xe2\x80\x8b" "f", "calf[cal\xe2\x80\x8b" "f]"},
		{"\xd1\x81\xd0\xb0lf", "calf[\xd1\x81\xd0\xb0lf]"},
		{"hot \xf0\x9f\x91\x8d", "hot[hot] :thumbs_up:[\xf0\x9f\x91\x8d]"},
		{"2\xc2\xbd", "2.5[2\xc2\xbd]"},
		{"hot\xe2\x80\xa6", "hot[hot] .[\xe2\x80\xa6]"},
		{"hot\r\n\r\nleg", "hot[hot] .[\r\n\r\n] leg[leg]"},
		{"ho\xfft", "hot[ho\xfft]"},
		{"hot\xc3 leg", "hot[hot] leg[leg]"},
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		char got[256];
		struct text t;
		arena_reset(arena);
		text_read(lexicon, table[i].sent, strlen(table[i].sent), arena, &t);
		describe(table[i].sent, &t, got, sizeof got);
		if (strcmp(got, table[i].want) != 0) {
			print_error("%s, wanted %s\n", got, table[i].want);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void kinds_of_words(void **state)
{
	static const char sent[] = "swolen calf, xyzzy 8/10 \xf0\x9f\x91\x8d \xe8\x85\xbf 2day";
	static const struct {
		enum token_kind kind;
		bool corrected, unknown;
		const char *word;
	} want[] = {{TOKEN_WORD, true, false, "swollen"}, {TOKEN_WORD, false, false, "calf"},
		{TOKEN_PUNCT, false, false, ","},
		{TOKEN_WORD, false, true, "xyzzy"}, {TOKEN_NUMBER, false, false, "8/10"}, {TOKEN_EMOJI, false, false,
			":thumbs_up:"},
		{TOKEN_FOREIGN, false, false, "\xe8\x85\xbf"}, {TOKEN_WORD, false, false, "today"}};
	struct text t;
	(void)state;
	arena_reset(arena);
	text_read(lexicon, sent, strlen(sent), arena, &t);
	assert_int_equal(t.n_tokens, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		if (!text_is(&t, i, want[i].word) || t.tokens[i].kind != want[i].kind ||
			t.tokens[i].corrected != want[i].corrected || t.tokens[i].unknown != want[i].unknown)
			fail_msg("%s", want[i].word);
		assert_false(text_is(&t, i, "swolle"));
	}
	assert_false(text_is(&t, COUNT(want), "swollen"));
}

static void nothing_has_a_source(void **state)
{
	struct text t;
	uint32_t start = 9, end = 9;
	(void)state;
	arena_reset(arena);
	text_read(lexicon, "", 0, arena, &t);
	text_source(&t, 0, 5, &start, &end);
	assert_int_equal(start, 0);
	assert_int_equal(end, 0);
	text_read(lexicon, "hot leg", 7, arena, &t);
	text_source(&t, 100, 200, &start, &end);
	assert_int_equal(start, 7);
	assert_int_equal(end, 7);
	text_source(&t, 2, 5, &start, &end); /* parts of words stand for all of them */
	assert_int_equal(start, 0);
	assert_int_equal(end, 7);
}

/* A long message: `unit` over and over, but for what stands at its beginning and end. */
static char *long_message(const char *first, const char *unit, const char *last, size_t len)
{
	char *sent = mem_alloc(len + 1, 1);
	size_t at = strlen(first), unit_len = strlen(unit), end = len - strlen(last);
	memcpy(sent, first, at);
	for (; at + unit_len <= end; at += unit_len)
		memcpy(sent + at, unit, unit_len);
	memset(sent + at, ' ', end - at);
	memcpy(sent + end, last, strlen(last));
	return sent;
}

static void start_and_end_are_kept(void **state)
{
	static const struct {
		const char *first, *unit;
		size_t len;
		bool truncated;
	} table[] = {
		{"hot calf ", "tea ", TEXT_MAX_BYTES, false},
		{"hot calf ", "tea ", TEXT_MAX_BYTES + 1, true},
		{"hot calf ", "tea ", 100000, true},
		{"hot calf. ", ". ", 100000, true}, /* the cut joins a run of the same sign */
		{"hot calf ", "\xc3\xa9\xc3\xa9 ", 50001, true}, /* cut within a letter */
		{"hot calf ", "x\xe8\x85\xbf\xe8\x85\xbf", 50002, true},
		{"hot calf ", "\xf0\x9f\x91\x8d", 50003, true},
		{"hot calf ", "\x80", 50004, true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct text t;
		uint32_t start, end;
		char *sent = long_message(table[i].first, table[i].unit, " big leg", table[i].len);
		arena_reset(arena);
		text_read(lexicon, sent, table[i].len, arena, &t);
		const char *wrong = what_is_wrong(&t, table[i].len);
		if (wrong)
			fail_msg("case %zu: %s", i, wrong);
		assert_int_equal(t.truncated, table[i].truncated);
		assert_memory_equal(t.canon, "hot calf", 8);
		assert_string_equal(t.canon + t.len - 8, " big leg");
		text_source(&t, t.len - 3, t.len, &start, &end);
		assert_int_equal(start, table[i].len - 3);
		text_source(&t, 0, t.len, &start, &end);
		assert_int_equal(start, 0);
		assert_int_equal(end, table[i].len);
		free(sent);
	}
}

/* Signs and words that become much longer take no room from what follows them. */
static void growth(void **state)
{
	static const char *const units[] = {"\xef\xb7\xba", "\xe3\x8c\x96", "\xe2\x9d\xa4", "rn ", "id ", "&", "u ",
		"1a", "\xc2\xbd ",
		"\xe2\x85\x9b", "gonna ", "w/o ", "2-3-", "x\xef\xb7\xba"};
	(void)state;
	for (size_t i = 0; i < COUNT(units); i++)
		for (size_t len = 300; len <= TEXT_MAX_BYTES; len += 5361) {
			struct text t;
			char *sent = long_message("hot ", units[i], " big leg", len);
			arena_reset(arena);
			text_read(lexicon, sent, len, arena, &t);
			const char *wrong = what_is_wrong(&t, len);
			if (wrong || t.len < 8 || strcmp(t.canon + t.len - 7, "big leg") != 0)
				fail_msg("%s, %zu bytes: '%s' %s", units[i], len, t.canon, wrong ? wrong : "");
			free(sent);
		}
}

/* Any bytes at all come out as words parted by one space, and from where they were. */
static void any_bytes(void **state)
{
	static const char *const pieces[] = {"calf", "'", "'s", "-", "/", ",", "10", "000", "w/o", " ", "  ", "\n",
		":", ":heart:", "_",
		"\xc3\xa9", "\xd0\xb0", "\xf0\x9f\x91\x8d", "\xef\xb7\xba", "\xff", "\xe2", "\x80", "aaaa", "st", "&",
		"+", ".", "\xc2\xbd",
		"thisisawordthatismuchlongerthananyonethatisfoundinadictionaryofenglish", "\xe2\x80\x8b",
		"\xe2\x80\x93", "rn"};
	uint32_t seed = 99;
	(void)state;
	for (int round = 0; round < 20000; round++) {
		char sent[1024] = "";
		struct text t;
		for (int n = 0; n < 1 + round % 12; n++) {
			seed = seed * 1664525u + 1013904223u;
			strcat(sent, pieces[(seed >> 8) % COUNT(pieces)]);
		}
		arena_reset(arena);
		text_read(lexicon, sent, strlen(sent), arena, &t);
		const char *wrong = what_is_wrong(&t, strlen(sent));
		if (wrong)
			fail_msg("'%s' is '%s': %s", sent, t.canon, wrong);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical),
		cmocka_unit_test(sources),
		cmocka_unit_test(kinds_of_words),
		cmocka_unit_test(nothing_has_a_source),
		cmocka_unit_test(start_and_end_are_kept),
		cmocka_unit_test(growth),
		cmocka_unit_test(any_bytes),
	};
	return cmocka_run_group_tests(tests, open_lexicon, close_lexicon);
}
