// The diary: its lines to the letter, what it remembers of them, and what it does with damage, limits and a second writer.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diary/diary.h"

#include "base/hash.h"
#include "diary/entry.h"
#include "diary/moment.h"
#include "diary/scan.h"
#include "state_kit.h"

#include <signal.h>
#include <sys/resource.h>
#include <time.h>

enum { DAY = 86400, WALL = 1795552660 }; // 2026-11-24T20:37:40Z

static void begin(struct diary *diary, int64_t wall_sec)
{
	struct diary_start start = {"attack", "during-attack", "During an attack", wall_sec};
	diary_begin(diary, &start);
}

// A short session with nothing to tell.
static bool plain(struct diary *diary, int64_t wall_sec)
{
	begin(diary, wall_sec);
	return diary_end(diary, 60.0, DIARY_TO_THE_END);
}

static void take_nothing(struct scan *scan, const char *key, void *context)
{
	(void)key;
	(void)context;
	scan_skip(scan);
}

static bool is_json_object(const char *line)
{
	struct scan scan = {.at = line};
	scan_object(&scan, take_nothing, NULL);
	return scan_ends(&scan);
}

static void zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

// ---- Lines

static void test_diary_line_to_the_letter(void **state)
{
	struct kit *kit = *state;
	struct stat is;
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	struct diary *diary = diary_open(kit->folder);
	begin(diary, WALL);
	assert_true(diary_rate(diary, diary_session(diary), DIARY_BEFORE, 6, WALL));
	diary_part(diary, "Settle", DIARY_DONE);
	diary_part(diary, "Temples \"soft\"", DIARY_SKIPPED);
	diary_part(diary, "Neck", DIARY_SKIPPED);
	diary_part(diary, "Neck", DIARY_NOT_TONIGHT);
	diary_area(diary, "temples");
	diary_hurt(diary, "neck", 61.25);
	diary_too_much(diary, 5);
	diary_too_much(diary, 7.5);
	assert_true(diary_rate(diary, diary_session(diary), DIARY_AFTER, DIARY_NO_RATING, WALL + 600));
	assert_int_not_equal(access(kit_path(kit, "diary.jsonl"), F_OK), 0);
	assert_true(diary_end(diary, 599.96, DIARY_FELL_ASLEEP));
	char *text = kit_read(kit, "diary.jsonl", NULL), should[2048];
	snprintf(should, sizeof should,
	         "{\"stillroom\":1,\"kind\":\"session\",\"session\":\"%s\",\"began\":\"2026-11-24T21:37:40+01:00\","
	         "\"moment\":\"attack\",\"routine\":\"during-attack\",\"title\":\"During an attack\",\"before\":6,"
	         "\"before_at\":\"2026-11-24T21:37:40+01:00\",\"not_answered\":[\"after\"],\"parts\":["
	         "{\"part\":\"Settle\",\"fate\":\"done\"},{\"part\":\"Temples \\\"soft\\\"\",\"fate\":\"skipped\"},"
	         "{\"part\":\"Neck\",\"fate\":\"not tonight\"}],\"areas\":[\"temples\",\"neck\"],"
	         "\"hurt\":[{\"at_sec\":61.3,\"area\":\"neck\"}],\"too_much\":[{\"at_sec\":5.0},{\"at_sec\":7.5}],"
	         "\"heard_sec\":600.0,\"ended\":\"fell asleep\"}\n",
	         diary_session(diary));
	assert_string_equal(text, should);
	assert_true(is_json_object(text));
	assert_int_equal(stat(kit_path(kit, "diary.jsonl"), &is), 0);
	assert_int_equal(is.st_mode & 07777, 0600);
	assert_false(diary_end(diary, 1.0, DIARY_STOPPED)); // it has ended
	diary_close(diary);
	free(text);
	zone("UTC0");
}

static void test_diary_counts_what_was_done(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder);
	assert_int_equal(diary_count(diary, "during-attack", 0), 0);
	assert_true(plain(diary, WALL) && plain(diary, WALL + DAY));
	begin(diary, WALL + DAY + 1);
	assert_true(diary_end(diary, 59.0, DIARY_STOPPED)); // a slip
	assert_int_equal(diary_count(diary, "during-attack", 0), 2);
	assert_int_equal(diary_count(diary, "during-attack", WALL + DAY), 1);
	assert_int_equal(diary_count(diary, "during-attack", WALL + DAY + 1), 0);
	assert_int_equal(diary_count(diary, "during", 0), 0);
	assert_int_equal(diary_count(NULL, "during-attack", 0), 0);
	diary_close(diary);
}

static void test_diary_missing_stays_missing(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder);
	zone("UTC0");
	struct diary_start start = {.routine = "/home/a\xff\xc3\n\xe2\x82\xac.yaml", .wall_sec = WALL};
	diary_begin(diary, &start);
	diary_hurt(diary, "neck", 0.0 / 0.0);
	assert_true(diary_end(diary, -1.0, DIARY_BROKEN_OFF));
	char *text = kit_read(kit, "diary.jsonl", NULL), should[1024];
	snprintf(should, sizeof should,
	         "{\"stillroom\":1,\"kind\":\"session\",\"session\":\"%s\",\"began\":\"2026-11-24T20:37:40+00:00\","
	         "\"routine\":\"/home/a\xef\xbf\xbd\xef\xbf\xbd\\u000a\xe2\x82\xac.yaml\",\"areas\":[\"neck\"],"
	         "\"hurt\":[{\"at_sec\":null,\"area\":\"neck\"}],\"heard_sec\":0.0,\"ended\":\"broken off\"}\n",
	         diary_session(diary));
	assert_string_equal(text, should);
	assert_true(is_json_object(text));
	assert_true(diary_hurt_last_time(diary, "neck"));
	diary_close(diary);
	free(text);
}

static void test_diary_session_that_did_not_end_is_not_kept(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder);
	begin(diary, WALL);
	diary_too_much(diary, 1.0);
	begin(diary, WALL + 1);
	for (int i = 0; i < 2 * DIARY_MOST_NOTES; i++)
		diary_too_much(diary, i);
	assert_true(diary_end(diary, 1.0, DIARY_STOPPED));
	begin(diary, WALL + 2);
	diary_close(diary);
	char *text = kit_read(kit, "diary.jsonl", NULL);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1); // one line
	assert_non_null(strstr(text, ":999.0}]"));
	free(text);
}

// ---- Ratings

static void test_diary_asks_once_for_the_rating_after(void **state)
{
	struct kit *kit = *state;
	struct diary_unrated unrated;
	struct diary *diary = diary_open(kit->folder);
	assert_false(diary_unrated(diary, WALL, &unrated));
	begin(diary, WALL);
	char *session = strdup(diary_session(diary));
	assert_true(diary_rate(diary, session, DIARY_BEFORE, 0, WALL));
	assert_true(diary_end(diary, 12.5, DIARY_STOPPED));
	assert_true(diary_unrated(diary, WALL + 30, &unrated));
	assert_string_equal(unrated.session, session);
	assert_int_equal(unrated.wall_sec, WALL);
	assert_int_equal(unrated.before, 0);
	assert_true(unrated.heard_sec == 12.5);
	assert_int_equal(unrated.ending, DIARY_STOPPED);
	assert_true(diary_unrated(diary, WALL + DAY - 1, &unrated));
	assert_false(diary_unrated(diary, WALL + DAY, &unrated));
	assert_false(diary_unrated(diary, WALL - 1, &unrated)); // the clock was put back
	diary_close(diary);
	diary = diary_open(kit->folder); // another day
	assert_true(diary_rate(diary, session, DIARY_AFTER, 3, WALL + 40));
	assert_false(diary_unrated(diary, WALL + 50, &unrated));
	char *text = kit_read(kit, "diary.jsonl", NULL), should[512], at[MOMENT_BYTES];
	moment_write(WALL + 40, at);
	snprintf(should, sizeof should,
	         "{\"stillroom\":1,\"kind\":\"rating\",\"session\":\"%s\",\"asked\":\"%s\",\"when\":\"after\","
	         "\"rating\":3}\n",
	         session, at);
	assert_string_equal(strchr(text, '\n') + 1, should);
	free(text);
	free(session);
	diary_close(diary);
}

static void test_diary_silence_is_not_asked_again(void **state)
{
	struct kit *kit = *state;
	struct diary_unrated unrated;
	struct diary *diary = diary_open(kit->folder);
	assert_true(plain(diary, WALL));
	assert_true(diary_rate(diary, diary_session(diary), DIARY_AFTER, DIARY_NO_RATING, WALL + 60));
	assert_false(diary_unrated(diary, WALL + 90, &unrated));
	char *text = kit_read(kit, "diary.jsonl", NULL);
	assert_null(strstr(text, "\"rating\":"));
	free(text);
	begin(diary, WALL + 100);
	assert_true(diary_rate(diary, diary_session(diary), DIARY_AFTER, DIARY_NO_RATING, WALL + 60));
	assert_true(diary_end(diary, 1.0, DIARY_STOPPED));
	assert_false(diary_unrated(diary, WALL + 101, &unrated));
	assert_true(plain(diary, WALL + 200));
	assert_true(diary_unrated(diary, WALL + 201, &unrated));
	assert_int_equal(unrated.before, DIARY_NO_RATING);
	diary_close(diary);
}

static void test_diary_refuses_what_is_no_rating(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder);
	assert_true(plain(diary, WALL));
	assert_false(diary_rate(diary, diary_session(diary), DIARY_AFTER, 10, WALL));
	assert_false(diary_rate(diary, diary_session(diary), DIARY_AFTER, -2, WALL));
	assert_false(diary_rate(diary, "another", DIARY_AFTER, 5, WALL));
	assert_false(diary_rate(diary, "", DIARY_AFTER, 5, WALL));
	diary_close(diary);
}

// ---- Areas

static void test_diary_knows_what_hurt_last_time(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder);
	assert_false(diary_hurt_last_time(diary, "neck"));
	begin(diary, WALL);
	diary_area(diary, "jaw");
	diary_hurt(diary, "neck", 3.0);
	assert_true(diary_end(diary, 9.0, DIARY_STOPPED));
	assert_true(plain(diary, WALL + 1)); // touched neither
	assert_true(diary_hurt_last_time(diary, "neck"));
	assert_false(diary_hurt_last_time(diary, "jaw"));
	assert_false(diary_hurt_last_time(diary, "nec"));
	begin(diary, WALL + 2);
	diary_area(diary, "neck");
	assert_true(diary_end(diary, 9.0, DIARY_STOPPED));
	assert_false(diary_hurt_last_time(diary, "neck"));
	diary_close(diary);
}

// ---- Damage

static void append(const struct kit *kit, const void *bytes, size_t count)
{
	int fd = open(kit_path(kit, "diary.jsonl"), O_WRONLY | O_APPEND | O_CREAT, 0600);
	assert_int_equal(write(fd, bytes, count), count);
	close(fd);
}

static void test_diary_passes_over_damaged_lines(void **state)
{
	struct kit *kit = *state;
	struct diary_unrated unrated;
	struct diary *diary = diary_open(kit->folder);
	begin(diary, WALL);
	diary_hurt(diary, "neck", 1.0);
	assert_true(diary_end(diary, 1.0, DIARY_STOPPED));
	char *good = kit_read(kit, "diary.jsonl", NULL), noise[5000];
	for (size_t i = 1; i + 1 < strlen(good); i++) { // torn at every place
		kit_write(kit, "diary.jsonl", good, strlen(good));
		append(kit, good, i);
		append(kit, "\n", 1);
		struct entry_seen seen;
		char *torn = strndup(good, i);
		assert_int_equal(entry_read(torn, NULL, &seen), i == strlen(good) - 1);
		free(torn);
	}
	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (char)hash64(8, i);
	append(kit, noise, sizeof noise);
	assert_true(diary_unrated(diary, WALL, &unrated));
	assert_true(diary_hurt_last_time(diary, "neck"));
	assert_true(plain(diary, WALL + 5)); // behind a line that has no end
	assert_true(diary_unrated(diary, WALL + 6, &unrated));
	assert_int_equal(unrated.wall_sec, WALL + 5);
	diary_close(diary);
	free(good);
}

static void test_diary_reads_the_end_of_a_long_file(void **state)
{
	struct kit *kit = *state;
	struct diary_unrated unrated;
	struct diary *diary = diary_open(kit->folder);
	assert_true(plain(diary, WALL));
	char *line = kit_read(kit, "diary.jsonl", NULL);
	for (int i = 0; i < 2000; i++)
		append(kit, line, strlen(line));
	assert_true(plain(diary, WALL + 5));
	assert_true(diary_unrated(diary, WALL + 6, &unrated));
	assert_int_equal(unrated.wall_sec, WALL + 5);
	diary_close(diary);
	free(line);
}

static void test_scan_is_strict(void **state)
{
	(void)state;
	static const char *const good[] = {"{}",
	                                   " {\"a\":[1,-0.5,1e3,0,true,false,null,\"\\u00e4\\ud83d\\ude00\\n\"]} ",
	                                   "{\"a\":{\"b\":[[[]]]}}"};
	static const char *const bad[] = {"",
	                                  "{",
	                                  "[]",
	                                  "{}x",
	                                  "{\"a\"}",
	                                  "{\"a\":}",
	                                  "{\"a\":1,}",
	                                  "{,}",
	                                  "{\"a\":01}",
	                                  "{\"a\":1.}",
	                                  "{\"a\":.5}",
	                                  "{\"a\":+1}",
	                                  "{\"a\":nan}",
	                                  "{\"a\":1e}",
	                                  "{\"a\":1e999}",
	                                  "{\"a\":- 1}",
	                                  "{a:1}",
	                                  "{'a':1}",
	                                  "{\"a\":[1,]}",
	                                  "{\"a\":[1 2]}",
	                                  "{\"a\":\"\t\"}",
	                                  "{\"a\":\"\\x\"}",
	                                  "{\"a\":\"\\u12\"}",
	                                  "{\"a\":\"\\ud83d\"}",
	                                  "{\"a\":\"\\u0000\"}",
	                                  "{\"a\":\"\xff\"}",
	                                  "{\"a\":\"\xc0\xaf\"}",
	                                  "{\"a\":\"\xed\xa0\x80\"}",
	                                  "{\"a\":\"x",
	                                  "{\"a\":\"\\",
	                                  "{\"a\":tru}",
	                                  "{\"a\":[[[[[[[[[]]]]]]]]]}",
	                                  "{\"a\":1]"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!is_json_object(good[i]))
			fail_msg("refused %s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (is_json_object(bad[i]))
			fail_msg("took %s", bad[i]);
}

static void test_moment_there_and_back(void **state)
{
	(void)state;
	static const char *const zones[] = {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "<-0330>3:30", "<+0545>-5:45"};
	static const char *const bad[] = {"",
	                                  "2026-11-24",
	                                  "2026-11-24T20:37:40",
	                                  "2026-13-24T20:37:40Z",
	                                  "2026-11-24T20:37:40+1:00",
	                                  "2026-11-24T24:37:40Z",
	                                  "2026-11-24 20:37:40Z"};
	char text[MOMENT_BYTES];
	int64_t back;
	for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
		zone(zones[z]);
		for (int64_t i = 0; i < 500; i++) {
			moment_write(WALL + i * 65537, text);
			assert_true(moment_read(text, &back));
			assert_int_equal(back, WALL + i * 65537);
		}
	}
	moment_write(WALL, text);
	assert_string_equal(text, "2026-11-25T02:22:40+05:45");
	assert_true(moment_read("2026-11-24T20:37:40Z", &back));
	assert_int_equal(back, WALL);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(moment_read(bad[i], &back));
	zone("UTC0");
}

// ---- Limits, and a second writer

// The signal of a file too large would end the program.
static int act_limited(struct kit *kit)
{
	signal(SIGXFSZ, SIG_DFL); // as a shell starts a program, whoever started us
	struct stat is;
	struct diary *diary = diary_open(kit->folder);
	if (!plain(diary, WALL) || stat(kit_path(kit, "diary.jsonl"), &is) != 0)
		return 1;
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){(rlim_t)is.st_size, (rlim_t)is.st_size});
	return plain(diary, WALL + 1) ? 2 : 0;
}

static int act_read_only(struct kit *kit)
{
	unlink(kit_path(kit, "diary.jsonl"));
	if (kit_without_rights(kit, 0500) != 0)
		return 77;
	struct diary *diary = diary_open(kit->folder);
	return plain(diary, WALL) ? 1 : 0;
}

static void test_diary_limits(void **state)
{
	struct kit *kit = *state;
	assert_int_equal(kit_in_child(act_limited, kit), 0);
	char *text = kit_read(kit, "diary.jsonl", NULL);
	assert_true(is_json_object(text));
	free(text);
	assert_int_equal(kit_in_child(act_read_only, kit), 0);
}

static void test_diary_follows_no_link(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder);
	kit_write(kit, "mine", "", 0);
	assert_int_equal(symlink("mine", kit_path(kit, "diary.jsonl")), 0);
	assert_false(plain(diary, WALL));
	char *mine = kit_read(kit, "mine", NULL);
	assert_string_equal(mine, "");
	free(mine);
	diary_close(diary);
}

// The disk has room for half of a line: nothing of it stays.
static int act_full(struct kit *kit)
{
	if (!kit_mount(kit, "size=64k,mode=0700"))
		return 77;
	struct diary *diary = diary_open(kit->folder);
	int kept = 0;
	while (kept < 1000 && plain(diary, WALL + kept))
		kept++;
	size_t count;
	char *text = kit_read(kit, "diary.jsonl", &count);
	int lines = 0;
	for (char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	return kept > 10 && kept < 1000 && lines == kept && text[count - 1] == '\n' ? 0 : 1;
}

static void test_diary_full_disk(void **state)
{
	int result = kit_in_child(act_full, *state);
	if (result == 77)
		skip(); // no right to mount one
	assert_int_equal(result, 0);
}

static void test_diary_two_writers_do_not_mix(void **state)
{
	struct kit *kit = *state;
	enum { WRITERS = 4, EACH = 25 };
	for (int i = 0; i < WRITERS; i++) {
		if (fork() == 0) {
			struct diary *diary = diary_open(kit->folder);
			for (int k = 0; k < EACH; k++)
				if (!plain(diary, WALL + k))
					_exit(1);
			_exit(0);
		}
	}
	for (int i = 0, status; i < WRITERS; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	char *text = kit_read(kit, "diary.jsonl", NULL), *rest = text;
	int count = 0;
	for (char *line; (line = strsep(&rest, "\n")) && *line; count++)
		assert_true(is_json_object(line));
	assert_int_equal(count, WRITERS * EACH);
	free(text);
}

static void test_diary_none(void **state)
{
	(void)state;
	struct diary_unrated unrated;
	struct diary *diary = diary_open(NULL);
	assert_null(diary);
	begin(diary, WALL);
	diary_part(diary, "x", DIARY_DONE);
	diary_area(diary, "x");
	diary_hurt(diary, "x", 0.0);
	diary_too_much(diary, 0.0);
	assert_string_equal(diary_session(diary), "");
	assert_false(diary_rate(diary, "x", DIARY_AFTER, 5, WALL));
	assert_false(diary_end(diary, 0.0, DIARY_STOPPED));
	assert_false(diary_unrated(diary, WALL, &unrated));
	assert_false(diary_hurt_last_time(diary, "x"));
	diary_close(diary);
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(test_diary_line_to_the_letter),
		KIT_TEST(test_diary_counts_what_was_done),
		KIT_TEST(test_diary_missing_stays_missing),
		KIT_TEST(test_diary_session_that_did_not_end_is_not_kept),
		KIT_TEST(test_diary_asks_once_for_the_rating_after),
		KIT_TEST(test_diary_silence_is_not_asked_again),
		KIT_TEST(test_diary_refuses_what_is_no_rating),
		KIT_TEST(test_diary_knows_what_hurt_last_time),
		KIT_TEST(test_diary_passes_over_damaged_lines),
		KIT_TEST(test_diary_reads_the_end_of_a_long_file),
		cmocka_unit_test(test_scan_is_strict),
		cmocka_unit_test(test_moment_there_and_back),
		KIT_TEST(test_diary_limits),
		KIT_TEST(test_diary_follows_no_link),
		KIT_TEST(test_diary_full_disk),
		KIT_TEST(test_diary_two_writers_do_not_mix),
		cmocka_unit_test(test_diary_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
