// The bookmark, killed at random, torn, foreign, full, read-only and twice at once.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diary/bookmark.h"

#include "base/hash.h"
#include "state_kit.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

static const struct bookmark_value VALUES[] = {{"length", "2m"}, {"side", "left"}};

// Every field says at_frames in its way, so that a mixture of two would show.
static struct bookmark at(int64_t at_frames, char title[64])
{
	snprintf(title, 64, "%-*lld|", (int)(at_frames % 40) + 8, (long long)at_frames);
	return (struct bookmark){
		.routine = "techniques/temple-circles",
		.voice = NULL,
		.title = title,
		.values = VALUES,
		.value_count = 2,
		.at_frames = at_frames,
		.length_frames = 2 * at_frames,
		.ease = (int)(at_frames % 7),
		.volume_db = -(double)(at_frames % 60),
		.wall_sec = 1000000 + at_frames,
	};
}

static bool keep(struct bookmarks *bookmarks, int64_t at_frames)
{
	char title[64];
	struct bookmark bookmark = at(at_frames, title);
	return bookmark_keep(bookmarks, &bookmark);
}

static void assert_is(const struct bookmark *is, int64_t at_frames)
{
	char title[64];
	struct bookmark should = at(at_frames, title);
	assert_string_equal(is->routine, should.routine);
	assert_null(is->voice);
	assert_string_equal(is->title, should.title);
	assert_int_equal(is->value_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(is->values[i].name, VALUES[i].name);
		assert_string_equal(is->values[i].value, VALUES[i].value);
	}
	assert_int_equal(is->at_frames, should.at_frames);
	assert_int_equal(is->length_frames, should.length_frames);
	assert_int_equal(is->ease, should.ease);
	assert_true(is->volume_db == should.volume_db);
	assert_int_equal(is->wall_sec, should.wall_sec);
}

static void assert_last(const struct kit *kit, int64_t at_frames, bool finished, bool playing)
{
	struct bookmark last;
	assert_true(bookmark_last(kit->folder, &last));
	assert_is(&last, at_frames);
	assert_int_equal(last.finished, finished);
	assert_int_equal(last.playing, playing);
	bookmark_finish(&last);
}

static void test_bookmark_gives_back_what_was_kept(void **state)
{
	struct kit *kit = *state;
	struct stat is;
	struct bookmark none;
	assert_false(bookmark_last(kit->folder, &none));
	struct bookmarks *bookmarks = bookmark_open(kit->folder);
	assert_non_null(bookmarks);
	assert_false(bookmark_last(kit->folder, &none));
	for (int i = 1; i <= 5; i++) {
		assert_true(keep(bookmarks, i));
		assert_last(kit, i, false, true);
		bookmark_settle(bookmarks);
	}
	assert_true(bookmark_done(bookmarks));
	assert_last(kit, 5, true, true);
	bookmark_close(bookmarks);
	assert_last(kit, 5, true, false);
	assert_int_equal(stat(kit_path(kit, "bookmark"), &is), 0);
	assert_int_equal(is.st_mode & 07777, 0600);
	assert_int_equal(is.st_size, 16384);
}

static void test_bookmark_of_last_time_stays_until_the_first_keep(void **state)
{
	struct kit *kit = *state;
	struct bookmarks *bookmarks = bookmark_open(kit->folder);
	assert_true(keep(bookmarks, 1) && keep(bookmarks, 2));
	bookmark_close(bookmarks);
	bookmarks = bookmark_open(kit->folder);
	assert_false(bookmark_done(bookmarks)); // it kept nothing: not its own to end
	assert_last(kit, 2, false, true);
	assert_true(keep(bookmarks, 3));
	assert_last(kit, 3, false, true);
	bookmark_close(bookmarks);
}

static void test_bookmark_refuses_what_it_cannot_hold(void **state)
{
	struct kit *kit = *state;
	struct bookmarks *bookmarks = bookmark_open(kit->folder);
	char title[64], *longer = calloc(1, 9000);
	assert_true(keep(bookmarks, 7));
	struct bookmark bad = at(8, title);
	memset(longer, 'x', 8999);
	bad.title = longer;
	assert_false(bookmark_keep(bookmarks, &bad));
	bad = at(8, title);
	bad.volume_db = 0.5;
	assert_false(bookmark_keep(bookmarks, &bad));
	bad = at(8, title);
	bad.value_count = BOOKMARK_MOST_VALUES + 1;
	assert_false(bookmark_keep(bookmarks, &bad));
	assert_last(kit, 7, false, true);
	bookmark_close(bookmarks);
	free(longer);
}

// ---- kill -9

// Says after each keep which it was.
static _Noreturn void write_for_ever(const struct kit *kit, _Atomic int64_t *kept, int64_t from)
{
	struct timespec millisecond = {.tv_nsec = 1000000};
	struct bookmarks *bookmarks = bookmark_open(kit->folder);
	for (int64_t i = from; bookmarks; i++) {
		if (!keep(bookmarks, i))
			break;
		*kept = i;
		if (i % 16 == 0)
			bookmark_settle(bookmarks);
		nanosleep(&millisecond, NULL);
	}
	_exit(1);
}

static void test_bookmark_outlives_a_kill(void **state)
{
	struct kit *kit = *state;
	void *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(shared, MAP_FAILED);
	_Atomic int64_t *kept = shared;
	for (unsigned round = 0; round < 200; round++) {
		int64_t before = *kept;
		int status;
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			write_for_ever(kit, kept, before + 1);
		while (*kept == before && waitpid(child, &status, WNOHANG) == 0)
			sched_yield();
		nanosleep(&(struct timespec){.tv_nsec = (long)(hash_unit(5, round) * 6e6)}, NULL);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		struct bookmark last;
		assert_true(bookmark_last(kit->folder, &last));
		assert_is(&last, last.at_frames);
		assert_in_range(last.at_frames, *kept, *kept + 1); // +1: killed between the keep and its word
		assert_false(last.playing);
		*kept = last.at_frames;
		bookmark_finish(&last);
	}
	munmap(shared, 4096);
}

// ---- Damage

static void test_bookmark_torn_slot_leaves_the_other(void **state)
{
	struct kit *kit = *state;
	struct bookmarks *bookmarks = bookmark_open(kit->folder);
	assert_true(keep(bookmarks, 10) && keep(bookmarks, 11));
	bookmark_close(bookmarks);
	size_t count, newest = 0; // serial 2 lies in slot 0
	char *whole = kit_read(kit, "bookmark", &count);
	for (size_t i = 0; i < 140; i++) { // the length of this record
		char before = whole[newest + i];
		whole[newest + i] = (char)~before;
		kit_write(kit, "bookmark", whole, count);
		whole[newest + i] = before;
		struct bookmark last;
		assert_true(bookmark_last(kit->folder, &last));
		if (last.at_frames != 10)
			fail_msg("byte %zu: read %lld", i, (long long)last.at_frames);
		assert_is(&last, 10);
		bookmark_finish(&last);
	}
	whole[newest + 40] ^= 1;
	kit_write(kit, "bookmark", whole, count);
	bookmarks = bookmark_open(kit->folder); // writes over the torn one first
	assert_true(keep(bookmarks, 12));
	bookmark_close(bookmarks);
	char *after = kit_read(kit, "bookmark", NULL);
	assert_memory_equal(after + 8192, whole + 8192, 8192);
	assert_last(kit, 12, false, false);
	assert_int_not_equal(access(kit_path(kit, "bookmark.damaged"), F_OK), 0);
	free(after);
	free(whole);
}

static void test_bookmark_sets_aside_what_is_foreign(void **state)
{
	struct kit *kit = *state;
	static const size_t sizes[] = {1, 7, 100, 8191, 8192, 8193, 16384, 70000};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		char *bytes = malloc(sizes[i]);
		size_t count;
		for (size_t k = 0; k < sizes[i]; k++)
			bytes[k] = (char)(hash64(i, k) | 1);
		memcpy(bytes, "stillbm1", sizes[i] < 8 ? sizes[i] : 8); // it begins well
		kit_write(kit, "bookmark", bytes, sizes[i]);
		struct bookmark last;
		assert_false(bookmark_last(kit->folder, &last));
		struct bookmarks *bookmarks = bookmark_open(kit->folder);
		assert_true(keep(bookmarks, 21));
		bookmark_close(bookmarks);
		assert_last(kit, 21, false, false);
		char *aside = kit_read(kit, "bookmark.damaged", &count);
		assert_int_equal(count, sizes[i]);
		assert_memory_equal(aside, bytes, count);
		free(aside);
		free(bytes);
	}
}

static void test_bookmark_follows_no_link_and_waits_for_no_pipe(void **state)
{
	struct kit *kit = *state;
	struct bookmark last;
	struct bookmarks *bookmarks = bookmark_open(kit->folder);
	char mine[PATH_MAX];
	assert_true(keep(bookmarks, 1));
	bookmark_close(bookmarks);
	snprintf(mine, sizeof mine, "%s/mine", kit->folder);
	assert_int_equal(rename(kit_path(kit, "bookmark"), mine), 0);
	assert_int_equal(symlink("mine", kit_path(kit, "bookmark")), 0);
	assert_null(bookmark_open(kit->folder));
	assert_false(bookmark_last(kit->folder, &last));
	assert_int_equal(unlink(kit_path(kit, "bookmark")), 0);
	assert_int_equal(mkfifo(kit_path(kit, "bookmark"), 0600), 0);
	assert_null(bookmark_open(kit->folder));
	assert_false(bookmark_last(kit->folder, &last));
	assert_int_equal(unlink(kit_path(kit, "bookmark")), 0);
	assert_int_equal(mkdir(kit_path(kit, "bookmark"), 0700), 0);
	assert_null(bookmark_open(kit->folder));
}

// ---- Two players

static void test_bookmark_second_player_keeps_nothing(void **state)
{
	struct kit *kit = *state;
	struct bookmarks *first = bookmark_open(kit->folder);
	assert_true(keep(first, 1));
	struct bookmarks *second = bookmark_open(kit->folder);
	assert_null(second);
	assert_false(keep(second, 2));
	assert_false(bookmark_done(second));
	bookmark_settle(second);
	bookmark_close(second);
	assert_last(kit, 1, false, true);
	bookmark_close(first);
	second = bookmark_open(kit->folder);
	assert_non_null(second);
	bookmark_close(second);
}

// ---- No place

// What was kept can still be read.
static int act_read_only(struct kit *kit)
{
	struct bookmark last;
	if (kit_without_rights(kit, 0700) != 0)
		return 77;
	struct bookmarks *bookmarks = bookmark_open(kit->folder);
	bool kept = keep(bookmarks, 3);
	bookmark_close(bookmarks);
	if (!kept || chmod(kit_path(kit, "bookmark"), 0400) != 0 || chmod(kit->folder, 0500) != 0)
		return 1;
	if (bookmark_open(kit->folder))
		return 2;
	bool read = bookmark_last(kit->folder, &last) && last.at_frames == 3;
	bookmark_finish(&last);
	if (!read || chmod(kit->folder, 0700) != 0 || unlink(kit_path(kit, "bookmark")) != 0 ||
	    chmod(kit->folder, 0500) != 0)
		return 3;
	return bookmark_open(kit->folder) ? 4 : 0;
}

static void test_bookmark_read_only_folder(void **state)
{
	assert_int_equal(kit_in_child(act_read_only, *state), 0);
}

static int act_limited(struct kit *kit)
{
	signal(SIGXFSZ, SIG_DFL); // as a shell starts a program, whoever started us
	struct bookmarks *bookmarks = bookmark_open(kit->folder);
	if (!bookmarks)
		return 1;
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){5000, 5000});
	if (keep(bookmarks, 1) || keep(bookmarks, 2))
		return 2;
	bookmark_close(bookmarks);
	unlink(kit_path(kit, "bookmark"));
	return bookmark_open(kit->folder) ? 3 : 0;
}

// The signal of a file too large would end the program.
static void test_bookmark_file_limit(void **state)
{
	assert_int_equal(kit_in_child(act_limited, *state), 0);
}

static bool fill(const char *path)
{
	static char bytes[4096];
	memset(bytes, 'x', sizeof bytes);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (fd >= 0 && write(fd, bytes, sizeof bytes) > 0)
		;
	return fd >= 0 && close(fd) == 0;
}

// A small disk of its own, full before and after the bookmark was opened.
static int act_full(struct kit *kit)
{
	if (!kit_mount(kit, "size=256k,mode=0700"))
		return 77;
	if (!fill(kit_path(kit, "filler")) || bookmark_open(kit->folder))
		return 1;
	unlink(kit_path(kit, "filler"));
	struct bookmarks *bookmarks = bookmark_open(kit->folder);
	if (!bookmarks || !fill(kit_path(kit, "filler")))
		return 2;
	for (int i = 1; i < 5; i++)
		if (!keep(bookmarks, i))
			return 3;
	bookmark_close(bookmarks);
	return 0;
}

static void test_bookmark_full_disk(void **state)
{
	int result = kit_in_child(act_full, *state);
	if (result == 77)
		skip(); // no right to mount one
	assert_int_equal(result, 0);
}

static void test_bookmark_no_folder(void **state)
{
	(void)state;
	struct bookmark last;
	assert_null(bookmark_open(NULL));
	assert_false(bookmark_last(NULL, &last));
	assert_null(bookmark_open("/nonexistent/stillroom"));
	assert_false(bookmark_last("/nonexistent/stillroom", &last));
	bookmark_finish(&last);
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(test_bookmark_gives_back_what_was_kept),
		KIT_TEST(test_bookmark_of_last_time_stays_until_the_first_keep),
		KIT_TEST(test_bookmark_refuses_what_it_cannot_hold),
		KIT_TEST(test_bookmark_outlives_a_kill),
		KIT_TEST(test_bookmark_torn_slot_leaves_the_other),
		KIT_TEST(test_bookmark_sets_aside_what_is_foreign),
		KIT_TEST(test_bookmark_follows_no_link_and_waits_for_no_pipe),
		KIT_TEST(test_bookmark_second_player_keeps_nothing),
		KIT_TEST(test_bookmark_read_only_folder),
		KIT_TEST(test_bookmark_file_limit),
		KIT_TEST(test_bookmark_full_disk),
		cmocka_unit_test(test_bookmark_no_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
