// The comfortable volume and its file, and the state folder that it lies in.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diary/comfort.h"
#include "diary/state.h"

#include "base/hash.h"
#include "state_kit.h"

#include <signal.h>
#include <sys/resource.h>

static bool is_kept(const struct kit *kit, enum comfort_day day, double should_db)
{
	double db = 1.0;
	return comfort_volume(kit->folder, day, &db) && db == should_db;
}

static void test_comfort_keeps_the_days_apart(void **state)
{
	struct kit *kit = *state;
	double db = -7.0;
	struct stat is;
	assert_false(comfort_volume(kit->folder, COMFORT_ATTACK, &db));
	assert_true(comfort_keep(kit->folder, COMFORT_ATTACK, -24.5));
	assert_false(comfort_volume(kit->folder, COMFORT_GOOD, &db));
	assert_true(db == -7.0);
	assert_true(comfort_keep(kit->folder, COMFORT_GOOD, 0.0));
	assert_true(is_kept(kit, COMFORT_ATTACK, -24.5));
	assert_true(is_kept(kit, COMFORT_GOOD, 0.0));
	assert_true(comfort_keep(kit->folder, COMFORT_ATTACK, -60.0));
	assert_true(is_kept(kit, COMFORT_ATTACK, -60.0));
	assert_true(is_kept(kit, COMFORT_GOOD, 0.0));
	assert_int_equal(stat(kit_path(kit, "comfort"), &is), 0);
	assert_int_equal(is.st_mode & 07777, 0600);
	assert_int_not_equal(access(kit_path(kit, "comfort.new"), F_OK), 0);
}

static void test_comfort_refuses_what_is_no_volume(void **state)
{
	struct kit *kit = *state;
	assert_false(comfort_keep(kit->folder, COMFORT_ATTACK, 0.1));
	assert_false(comfort_keep(kit->folder, COMFORT_ATTACK, -60.1));
	assert_false(comfort_keep(kit->folder, COMFORT_ATTACK, 0.0 / 0.0));
	assert_int_not_equal(access(kit_path(kit, "comfort"), F_OK), 0);
}

static void test_comfort_reads_what_a_hand_wrote(void **state)
{
	struct kit *kit = *state;
	static const struct {
		const char *text;
		double db; // 1: none
	} rows[] = {
		{"attack: -24", -24},
		{"  Attack :\t-24.25 dB  # softer\r\n", -24.25},
		{"attack:-3\nattack: -5\n", -5},
		{"attack: 0\n", 0},
		{"good: -1\nattack: -2", -2},
		{"attack: 6", 1},
		{"attack: -61", 1},
		{"attack: loud", 1},
		{"attack: nan", 1},
		{"attack:", 1},
		{"attack -24", 1},
		{"attack: -24x", 1},
		{"attack: - 24", 1},
		{"attack: -0x10", 1},
		{"attacks: -24", 1},
		{"# attack: -24", 1},
		{"attack: -1e1", 1},
		{"attack: -1.2.3", 1},
		{"", 1},
		{"attack: -99999999999999999999", 1},
		{"attack: -5\nattack: 9", -5},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		double db = 1.0;
		kit_write(kit, "comfort", rows[i].text, strlen(rows[i].text));
		bool found = comfort_volume(kit->folder, COMFORT_ATTACK, &db);
		if (db != rows[i].db || found != (rows[i].db <= 0.0))
			fail_msg("\"%s\" was read as %g", rows[i].text, db);
	}
}

static void test_comfort_stands_random_bytes(void **state)
{
	struct kit *kit = *state;
	static char bytes[20000];
	for (unsigned round = 0; round < 100; round++) {
		double db;
		for (size_t k = 0; k < sizeof bytes; k++)
			bytes[k] = (char)hash64(round, k);
		kit_write(kit, "comfort", bytes, sizeof bytes);
		assert_false(comfort_volume(kit->folder, COMFORT_GOOD, &db));
	}
	assert_true(comfort_keep(kit->folder, COMFORT_GOOD, -12.0));
	assert_true(is_kept(kit, COMFORT_GOOD, -12.0));
}

static int act_limited(struct kit *kit)
{
	signal(SIGXFSZ, SIG_DFL);                          // as a shell starts a program, whoever started us
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){20, 20}); // half of a file
	if (comfort_keep(kit->folder, COMFORT_GOOD, -20.0))
		return 1;
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, 0}); // none, and a signal that ends the program
	return comfort_keep(kit->folder, COMFORT_GOOD, -20.0) ? 2 : 0;
}

static int act_read_only(struct kit *kit)
{
	if (kit_without_rights(kit, 0500) != 0)
		return 77;
	return comfort_keep(kit->folder, COMFORT_GOOD, -20.0) ? 1 : 0;
}

static void test_comfort_stays_when_it_cannot_be_replaced(void **state)
{
	struct kit *kit = *state;
	double db;
	assert_true(comfort_keep(kit->folder, COMFORT_GOOD, -12.0));
	assert_int_equal(kit_in_child(act_limited, kit), 0);
	assert_true(is_kept(kit, COMFORT_GOOD, -12.0));
	assert_int_not_equal(access(kit_path(kit, "comfort.new"), F_OK), 0);
	assert_int_equal(kit_in_child(act_read_only, kit), 0);
	assert_false(comfort_keep(NULL, COMFORT_GOOD, -12.0));
	assert_false(comfort_volume(NULL, COMFORT_GOOD, &db));
}

// ---- The folder

static bool is_folder(const char *is, const char *should)
{
	struct stat at;
	return is && strcmp(is, should) == 0 && stat(is, &at) == 0 && S_ISDIR(at.st_mode) &&
	       (at.st_mode & 07777) == 0700;
}

static int act_folders(struct kit *kit)
{
	char path[PATH_MAX];
	clearenv();
	if (state_folder())
		return 1;
	setenv("XDG_STATE_HOME", "relative", 1);
	if (state_folder())
		return 2;
	setenv("HOME", kit->folder, 1);
	snprintf(path, sizeof path, "%s/.local/state/stillroom", kit->folder);
	char *found = state_folder();
	if (!is_folder(found, path))
		return 3;
	chmod(found, 0755); // somebody was careless
	free(found);
	found = state_folder();
	if (!is_folder(found, path))
		return 4;
	free(found);
	snprintf(path, sizeof path, "%s/state", kit->folder);
	setenv("XDG_STATE_HOME", path, 1);
	snprintf(path, sizeof path, "%s/state/stillroom", kit->folder);
	found = state_folder();
	if (!is_folder(found, path))
		return 5;
	free(found);
	kit_write(kit, "file", "x", 1);
	setenv("XDG_STATE_HOME", kit_path(kit, "file"), 1);
	return state_folder() ? 6 : 0;
}

static int act_read_only_home(struct kit *kit)
{
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", kit->folder, 1);
	if (kit_without_rights(kit, 0500) != 0)
		return 77;
	if (state_folder())
		return 1;
	chmod(kit->folder, 0700);
	char *path = state_folder();
	if (!path || chmod(path, 0500) != 0)
		return 2;
	free(path);
	return state_folder() ? 3 : 0;
}

// root with a listener's HOME: files left there would be in the listener's way.
static int act_of_somebody_else(struct kit *kit)
{
	setenv("XDG_STATE_HOME", kit->folder, 1);
	if (geteuid() != 0)
		return 77;
	if (mkdir(kit_path(kit, "stillroom"), 0700) != 0 || chown(kit_path(kit, "stillroom"), 65534, 65534) != 0)
		return 1;
	return state_folder() ? 2 : 0;
}

static void test_state_folder_is_where_xdg_says(void **state)
{
	assert_int_equal(kit_in_child(act_folders, *state), 0);
}

static void test_state_folder_none_in_a_read_only_home(void **state)
{
	assert_int_equal(kit_in_child(act_read_only_home, *state), 0);
}

static void test_state_folder_of_somebody_else_is_left_alone(void **state)
{
	int result = kit_in_child(act_of_somebody_else, *state);
	if (result == 77)
		skip(); // only root can make one
	assert_int_equal(result, 0);
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(test_comfort_keeps_the_days_apart),
		KIT_TEST(test_comfort_refuses_what_is_no_volume),
		KIT_TEST(test_comfort_reads_what_a_hand_wrote),
		KIT_TEST(test_comfort_stands_random_bytes),
		KIT_TEST(test_comfort_stays_when_it_cannot_be_replaced),
		KIT_TEST(test_state_folder_is_where_xdg_says),
		KIT_TEST(test_state_folder_none_in_a_read_only_home),
		KIT_TEST(test_state_folder_of_somebody_else_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
