/* test_knowledge.c - what comes from an image is what comes from the files; an image that is damaged, old or not ours is passed
 * over, and broken data are never hidden by one. */
#include "folder_fixture.h"

#include "rules/ruleset.h"
#include "talk/knowledge.h"
#include "talk/talk.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/digest.h"
#include "util/err.h"

enum { REPLIES_MAX = 1 << 20 };

static const char *const said[] = {"my calf is swollen and warm since tuesday, no chest pain", "im 54 and smoke",
	"yes", "is it a clot? i had a dvt last year", "it hurts 8/10, swolen after a flite", "no", "my foot is cold and pale",
	"what can i do agianst cramps", "erase everything"};

static char *data, *image;

/* A copy of the project's data, and nothing else. */
static int set_up(void **state)
{
	char command[200];
	if (folder_make(state) < 0)
		return -1;
	(void)snprintf(command, sizeof command, "mkdir %s/data && cp -r intents responses %s/data", folder, folder);
	data = strdup(in_folder("data"));
	image = strdup(in_folder("an.image"));
	return system(command);
}

static int tear_down(void **state)
{
	free(data);
	free(image);
	return folder_remove(state);
}

static bool open_with(struct knowledge *k, const char *path)
{
	const char *const images[] = {"/no-such.image", path, NULL};
	struct problems problems;
	problems_init(&problems);
	bool good = knowledge_open(k, data, images, &problems) == 0;
	assert_int_equal(good, problems.n == 0);
	problems_done(&problems);
	return good;
}

static void save_as(const struct knowledge *k, const char *path)
{
	struct err err;
	if (knowledge_save(k, path, 0600, &err) < 0)
		fail_msg("%s", err.text);
}

static void save(const struct knowledge *k)
{
	save_as(k, image);
}

/* All that is replied to what is said, and where the rules stand (free with free). */
static char *talked(const struct knowledge *k)
{
	const struct talk_data d = {k->rules, k->tables, k->responses};
	struct talk_state state;
	struct talk_out out;
	struct arena *arena = arena_new();
	struct buf all;
	buf_init(&all, REPLIES_MAX);
	state_init(&state);
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		const struct talk_in in = {.kind = TALK_SAY, .text = said[i], .len = strlen(said[i]), .today = {6, 6, 6, 2026},
			.now_ms = INT64_C(1780754400000), .region = "gb"};
		struct understanding u;
		understand(k->rules, said[i], strlen(said[i]), in.today, arena, &u);
		for (size_t m = 0; m < u.n_mentions; m++)
			buf_addf(&all, "%s %s:%d %d\n", u.mentions[m].rule, u.mentions[m].file, u.mentions[m].line,
				(int)u.mentions[m].state);
		talk_turn(&d, &state, &in, arena, &out);
		for (size_t r = 0; r < out.n_replies; r++)
			buf_addf(&all, "%s\n", out.replies[r]);
	}
	assert_false(all.full);
	char *text = strdup(buf_str(&all));
	buf_done(&all);
	arena_free(arena);
	return text;
}

/* Opens with the image and talks; whether the image was used. */
static bool comes_from_image(const char *want)
{
	struct knowledge k;
	assert_true(open_with(&k, image));
	char *got = talked(&k);
	bool from_image = k.image;
	assert_string_equal(got, want);
	free(got);
	knowledge_free(&k);
	return from_image;
}

static void change_byte(size_t at)
{
	uint8_t byte;
	int fd = open(image, O_RDWR);
	assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
	byte ^= 4;
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

static void the_same_from_an_image(void **state)
{
	struct knowledge k;
	struct err err;
	struct stat st;
	(void)state;
	assert_true(open_with(&k, image));
	assert_null(k.image);
	save(&k);
	char *want = talked(&k);
	assert_non_null(strstr(want, " intents/en/findings/swelling.yaml:"));
	knowledge_free(&k);
	assert_true(comes_from_image(want));
	/* what comes from an image is not written again */
	assert_true(open_with(&k, image));
	assert_int_equal(knowledge_save(&k, image, 0600, &err), -1);
	knowledge_free(&k);
	/* damaged, and mended again */
	assert_int_equal(stat(image, &st), 0);
	change_byte((size_t)st.st_size / 2);
	assert_false(comes_from_image(want));
	change_byte((size_t)st.st_size / 2);
	assert_true(comes_from_image(want));
	if (geteuid() == 0) {
		assert_int_equal(chown(image, 12345, 12345), 0);
		assert_false(comes_from_image(want));
	}
	free(want);
}

static void replace_in(const char *file, const char *old, const char *new)
{
	char command[512];
	(void)snprintf(command, sizeof command, "grep -q '%s' %s/%s && sed -i 's/%s/%s/' %s/%s", old, data, file, old, new, data, file);
	assert_int_equal(system(command), 0);
}

static void never_old_or_broken(void **state)
{
	struct knowledge k;
	struct err err;
	(void)state;
	assert_true(open_with(&k, NULL));
	save(&k);
	char *before = talked(&k);
	/* other words while they were in use: no image may claim to be of them */
	replace_in("responses/en/talk.yaml", "calf", "CALF");
	assert_int_equal(knowledge_save(&k, image, 0600, &err), -1);
	assert_non_null(strstr(err.text, "changed"));
	knowledge_free(&k);
	assert_true(open_with(&k, image));
	assert_null(k.image);
	char *after = talked(&k);
	assert_string_not_equal(before, after);
	save(&k);
	knowledge_free(&k);
	assert_true(comes_from_image(after));
	/* a mistake shows, image or not */
	replace_in("intents/triage/tips.yaml", "kind:", "kine:");
	assert_false(open_with(&k, image));
	knowledge_free(&k);
	free(before);
	free(after);
}

/* ---- pointers ---- */

enum { MAPS = 512 };

struct map {
	uintptr_t from, to;
};

/* What is mapped from files: the program and its libraries. */
static size_t read_maps(struct map maps[MAPS])
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[4400];
	size_t n = 0;
	assert_non_null(f);
	while (n < MAPS && fgets(line, sizeof line, f)) {
		char *end;
		maps[n].from = strtoul(line, &end, 16);
		maps[n].to = strtoul(end + 1, NULL, 16);
		n += strchr(line, '/') && maps[n].from > UINT32_MAX; /* under valgrind they are lower, where numbers are */
	}
	assert_true(n < MAPS);
	fclose(f);
	return n;
}

/* Two images of the same are the same but for their place: no word is the address of anything on a heap, which would be another
 * one, or of a constant of the program, or was left to chance. */
static void leads_nowhere_else(void **state)
{
	static struct map maps[MAPS];
	struct knowledge k, again;
	struct stat st;
	size_t inside = 0;
	(void)state;
	assert_true(open_with(&k, NULL) && open_with(&again, NULL));
	save(&k); /* which writes the head */
	save_as(&again, in_folder("again"));
	assert_int_equal(stat(image, &st), 0);
	size_t n = read_maps(maps), head = 2 * DIGEST_BYTES, n_words = (size_t)st.st_size / sizeof(uintptr_t);
	const uintptr_t *one = arena_place(k.arena), *other = arena_place(again.arena);
	for (size_t i = head / sizeof *one; i < n_words; i++) {
		bool pointer = one[i] - (uintptr_t)one == other[i] - (uintptr_t)other;
		inside += pointer;
		if (one[i] != other[i] && !pointer)
			fail_msg("byte %zu: %#lx in one image, %#lx in another", i * sizeof *one, one[i], other[i]);
		for (size_t m = 0; m < n; m++)
			if (one[i] >= maps[m].from && one[i] < maps[m].to)
				fail_msg("byte %zu: %#lx is of the program", i * sizeof *one, one[i]);
	}
	assert_true(inside > 10000);
	knowledge_free(&k);
	knowledge_free(&again);
}

static bool told_of(const struct problems *problems, const char *words)
{
	for (size_t i = 0; i < problems->n; i++)
		if (strstr(problems->list[i].text, words) || (problems->list[i].file && strstr(problems->list[i].file, words)))
			return true;
	return false;
}

/* Rules, tables and wording, each broken in its own way. */
static void all_problems_at_once(void **state)
{
	struct knowledge k;
	struct problems problems;
	(void)state;
	replace_in("intents/en/context.yaml", "kind: negation", "kind: negatoin");
	replace_in("intents/triage/red_flags.yaml", "chest_pain", "chest_pian");
	replace_in("responses/en/talk.yaml", "^talk:", "talk: [");
	problems_init(&problems);
	assert_int_equal(knowledge_read(&k, data, &problems), -1);
	assert_true(told_of(&problems, "unknown kind \"negatoin\": one of cancel, negation"));
	assert_true(told_of(&problems, "unknown finding 'chest_pian', did you mean 'chest_pain'?"));
	assert_true(told_of(&problems, "talk.yaml"));
	knowledge_free(&k);
	problems_done(&problems);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same_from_an_image, set_up, tear_down),
		cmocka_unit_test_setup_teardown(never_old_or_broken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(leads_nowhere_else, set_up, tear_down),
		cmocka_unit_test_setup_teardown(all_problems_at_once, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
