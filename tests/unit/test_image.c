/* test_image.c - an image comes back as it was; whatever is wrong with it, it is not opened. */
#include "folder_fixture.h"

#include "util/arena.h"
#include "util/err.h"
#include "util/image.h"

enum { WORDS = 3000 };

struct root {
	const char *words[WORDS];
	const struct root *self;
};

static const uint8_t key[DIGEST_BYTES] = {1, 2, 3};
static struct image *image;
static size_t bytes;

static int save(struct arena *arena, struct err *err)
{
	struct root *root = arena_alloc(arena, 1, sizeof *root);
	for (int i = 0; i < WORDS; i++)
		root->words[i] = arena_printf(arena, "word %d", i);
	root->self = root;
	bytes = arena_placed(arena);
	return image_save(arena, root, key, in_folder("an.image"), 0600, err);
}

static int set_up(void **state)
{
	if (folder_make(state) < 0)
		return -1;
	struct arena *arena = image_arena();
	struct err err;
	int result = arena ? save(arena, &err) : -1;
	arena_free(arena);
	return result;
}

static int tear_down(void **state)
{
	image_close(image);
	image = NULL;
	return folder_remove(state);
}

static void assert_whole(void)
{
	const struct root *root = image_root(image);
	char want[32];
	assert_ptr_equal(root->self, root);
	for (int i = 0; i < WORDS; i++) {
		(void)snprintf(want, sizeof want, "word %d", i);
		assert_string_equal(root->words[i], want);
	}
}

static void refused(const char *why)
{
	struct err err = {""};
	assert_null(image_open(in_folder("an.image"), key, &err));
	if (!strstr(err.text, why))
		fail_msg("%s, wanted '%s'", err.text, why);
}

static void comes_back(void **state)
{
	struct err err;
	struct stat st;
	(void)state;
	assert_int_equal(stat(in_folder("an.image"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, bytes);
	image = image_open(in_folder("an.image"), key, &err);
	if (!image)
		fail_msg("%s", err.text);
	assert_whole();
	/* a file that takes its place leaves what is mapped as it is */
	put_text("new", "something else");
	assert_int_equal(rename(in_folder("new"), in_folder("an.image")), 0);
	assert_whole();
	refused("too short");
}

/* One is replaced while it is used: the next has another place, and the first can't be there twice. */
static void places(void **state)
{
	struct arena *arenas[IMAGE_PLACES + 1];
	struct err err;
	(void)state;
	image = image_open(in_folder("an.image"), key, &err);
	assert_non_null(image);
	refused("cannot be mapped");
	for (int i = 0; i < IMAGE_PLACES - 1; i++) {
		arenas[i] = image_arena();
		assert_non_null(arenas[i]);
	}
	assert_null(image_arena());
	assert_int_equal(save(arenas[0], &err), 0);
	for (int i = 0; i < IMAGE_PLACES - 1; i++)
		arena_free(arenas[i]);
	struct image *second = image_open(in_folder("an.image"), key, &err);
	assert_non_null(second);
	assert_whole();
	image_close(image);
	image = second;
	assert_whole();
}

/* Any byte but one: each that is another one is seen, wherever it stands. */
static void damage(void **state)
{
	(void)state;
	int fd = open(in_folder("an.image"), O_RDWR);
	for (size_t at = 0; at < bytes; at += at < 200 ? 1 : 61) {
		uint8_t byte, other;
		assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
		other = byte ^ (uint8_t)(1 << at % 8);
		assert_int_equal(pwrite(fd, &other, 1, (off_t)at), 1);
		struct image *got = image_open(in_folder("an.image"), key, NULL);
		if (got)
			fail_msg("byte %zu may be any", at);
		assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	}
	for (size_t len = 0; len < bytes; len += 97) {
		assert_int_equal(ftruncate(fd, (off_t)(bytes - len - 1)), 0);
		assert_null(image_open(in_folder("an.image"), key, NULL));
	}
	close(fd);
}

static void other_owners(void **state)
{
	(void)state;
	assert_int_equal(chmod(in_folder("an.image"), 0620), 0);
	refused("can be written by others");
	assert_int_equal(chmod(in_folder("an.image"), 0602), 0);
	refused("can be written by others");
	assert_int_equal(chmod(in_folder("an.image"), 0644), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(in_folder("an.image"), 12345, 12345), 0);
		refused("belongs to somebody else");
		assert_int_equal(seteuid(12346), 0);
		refused("");
		assert_int_equal(seteuid(0), 0);
		assert_int_equal(chown(in_folder("an.image"), 0, 0), 0);
	}
	assert_int_equal(rename(in_folder("an.image"), in_folder("other")), 0);
	assert_int_equal(symlink("other", in_folder("an.image")), 0);
	refused("cannot open");
	assert_int_equal(unlink(in_folder("an.image")), 0);
	refused("cannot open");
	assert_int_equal(mkfifo(in_folder("an.image"), 0600), 0);
	refused(""); /* and does not wait for a writer */
	assert_int_equal(unlink(in_folder("an.image")), 0);
	assert_int_equal(mkdir(in_folder("an.image"), 0700), 0);
	refused("");
}

static void other_keys(void **state)
{
	uint8_t other[DIGEST_BYTES] = {1, 2, 4};
	struct err err;
	(void)state;
	assert_null(image_open(in_folder("an.image"), other, &err));
	assert_non_null(strstr(err.text, "was made from other data or by another program"));
	put_text("an.image", "a text that is long enough to be read as the head of an image, and yet is none: word word word word "
		"word word word word word word word word word");
	refused("is no image");
}

static void not_written(void **state)
{
	struct arena *arena = image_arena(), *plain = arena_new();
	struct err err;
	(void)state;
	assert_int_equal(image_save(plain, NULL, key, in_folder("plain"), 0600, &err), -1);
	assert_int_equal(image_save(arena, arena_place(arena), key, in_folder("no/such/folder"), 0600, &err), -1);
	assert_non_null(strstr(err.text, "cannot create"));
	assert_int_equal(access(in_folder("plain"), F_OK), -1);
	arena_free(plain);
	arena_free(arena);
}

static void the_program(void **state)
{
	struct digest a, b;
	uint8_t with[DIGEST_BYTES], without[DIGEST_BYTES];
	(void)state;
	digest_init(&a);
	digest_init(&b);
	assert_int_equal(image_add_program(&a), 0);
	digest_end(&a, with);
	digest_end(&b, without);
	assert_memory_not_equal(with, without, DIGEST_BYTES);
	image_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comes_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(places, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damage, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_owners, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_written, set_up, tear_down),
		cmocka_unit_test(the_program),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
