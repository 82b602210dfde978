// The locks against the logind that python3-dbusmock plays, on a private bus. Its Inhibit gives real descriptors, and it
// forgets a lock when the last of them is closed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/inhibit.h"

#include "control/bus_kit.h"

#include <dirent.h>
#include <fcntl.h>

#define LOGIND "org.freedesktop.login1"
#define PATH "/org/freedesktop/login1"
#define MANAGER LOGIND ".Manager"
#define AWAIT_SEC 20.0            // for what must happen some time
#define PYTHON "/usr/bin/python3" // the one that Debian's modules are for
#define SEND "dbus-send --system --print-reply --dest=" LOGIND " " PATH " "

static void rig_obeys(struct rig *rig, const struct wish *wish)
{
	(void)rig;
	(void)wish;
}

static const struct control_view playing = {.state = CONTROL_PLAYING, .title = "Evening", .length_sec = 100.0};
static const struct control_view paused = {.state = CONTROL_PAUSED, .title = "Evening", .length_sec = 100.0};
static const struct control_view stopped = {.state = CONTROL_STOPPED, .title = "Evening", .length_sec = 100.0};

// logind's list of locks, sorted.
static const char *locks(struct rig *rig)
{
	return run(rig, SEND MANAGER ".ListInhibitors | grep '^ *string' | cut -d'\"' -f2 | paste -d' ' - - - - | "
	                             "awk '{print $1, $NF}' | sort | paste -sd,");
}

static void await_locks(struct rig *rig, const char *which)
{
	double until_sec = clock_sec() + AWAIT_SEC;
	while (strcmp(locks(rig), which) != 0)
		if (clock_sec() > until_sec)
			fail_msg("held: %s\nnot:  %s", rig->said, which);
}

#define ALL_LOCKS "idle block,sleep block,sleep delay"

static void begin(struct rig *rig)
{
	if (!have("dbus-daemon") || !have("dbus-send") || system(PYTHON " -c 'import dbusmock' 2>/dev/null") != 0)
		skip();
	rig_begin(rig);
	start_bus(rig, "DBUS_SYSTEM_BUS_ADDRESS");
}

static void start_logind(struct rig *rig)
{
	rig->helper = start("exec " PYTHON " -m dbusmock --system --template logind >/dev/null 2>&1", -1);
	while (!strstr(run(rig, SEND MANAGER ".ListInhibitors"), "array"))
		assert_int_equal(waitpid(rig->helper, NULL, WNOHANG), 0);
}

static void begin_with_logind(struct rig *rig)
{
	begin(rig);
	start_logind(rig);
	rig->control = inhibit_create();
	assert_non_null(rig->control);
}

static int descriptors(void)
{
	int count = 0;
	DIR *folder = opendir("/proc/self/fd");
	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static void test_inhibit_holds_while_a_session_plays(void **state)
{
	struct rig rig;
	(void)state;
	begin_with_logind(&rig);
	assert_string_equal(locks(&rig), "");
	control_tell(rig.control, &playing);
	await_locks(&rig, ALL_LOCKS);
	assert_non_null(strstr(run(&rig, SEND MANAGER ".ListInhibitors"), "\"stillroom\""));
	control_tell(rig.control, &playing); // still
	assert_string_equal(locks(&rig), ALL_LOCKS);
	control_tell(rig.control, &paused);
	await_locks(&rig, "");
	control_tell(rig.control, &playing);
	await_locks(&rig, ALL_LOCKS);
	control_tell(rig.control, &stopped);
	await_locks(&rig, "");
	control_tell(rig.control, &playing);
	await_locks(&rig, ALL_LOCKS);
	control_destroy(rig.control);
	rig.control = NULL;
	await_locks(&rig, "");
	assert_string_equal(rig.wishes, "");
	rig_end(&rig);
}

static void test_inhibit_asks_once_for_each(void **state)
{
	struct rig rig;
	(void)state;
	begin_with_logind(&rig);
	for (int i = 0; i < 5; i++) // the answers are on their way
		control_tell(rig.control, i % 2 == 1 ? &paused : &playing);
	await_locks(&rig, ALL_LOCKS);
	assert_string_equal(locks(&rig), ALL_LOCKS);
	rig_end(&rig);
}

static void test_inhibit_closes_what_comes_too_late(void **state)
{
	struct rig rig;
	(void)state;
	begin_with_logind(&rig);
	control_tell(rig.control, &playing);
	control_tell(rig.control, &paused);
	control_tell(rig.control, &playing);
	await_locks(&rig, ALL_LOCKS);
	control_tell(rig.control, &paused);
	await_locks(&rig, "");
	int before = descriptors();
	control_tell(rig.control, &playing);
	control_tell(rig.control, &paused); // before any answer
	await_locks(&rig, "");
	await_locks(&rig, "");
	assert_int_equal(descriptors(), before);
	rig_end(&rig);
}

// The writing ends of pipes, which the mock's locks are; and those of them that a child would have too.
static void count_pipes(int *all, int *inherited)
{
	*all = *inherited = 0;
	for (int fd = 3; fd < 256; fd++) {
		char path[32], target[64] = "";
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		if (readlink(path, target, sizeof target - 1) < 0 || strncmp(target, "pipe:", 5) != 0 ||
		    (fcntl(fd, F_GETFL) & O_ACCMODE) != O_WRONLY)
			continue;
		*all += 1;
		*inherited += !(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}
}

// A child that outlives the session must not keep the machine awake.
static void test_inhibit_gives_no_lock_to_children(void **state)
{
	struct rig rig;
	int all_before, inherited_before, all, inherited;
	(void)state;
	begin_with_logind(&rig);
	count_pipes(&all_before, &inherited_before); // what this program was started with
	control_tell(rig.control, &playing);
	await_locks(&rig, ALL_LOCKS);
	count_pipes(&all, &inherited);
	assert_int_equal(all, all_before + 3);
	assert_int_equal(inherited, inherited_before);
	rig_end(&rig);
}

static int hear_ready(sd_bus_message *message, void *user, sd_bus_error *error)
{
	(void)error;
	assert_false(sd_bus_message_is_method_error(message, NULL));
	*(bool *)user = true;
	return 0;
}

// The mock says what logind would.
static void prepare_for_sleep(struct rig *rig, bool begins)
{
	bool ready = false;
	if (!rig->ear)
		assert_true(sd_bus_open_system(&rig->ear) >= 0);
	assert_true(sd_bus_call_method_async(rig->ear, NULL, LOGIND, PATH, "org.freedesktop.DBus.Mock", "EmitSignal",
	                                     hear_ready, &ready, "sssav", MANAGER, "PrepareForSleep", "b", 1, "b",
	                                     begins) >= 0);
	while (!ready) {
		rig_work(rig);
		rig_wait(rig, -1);
	}
	run(rig, SEND "org.freedesktop.DBus.Peer.Ping"); // what was sent before has come by then
}

static void test_inhibit_pauses_before_sleep_and_lets_the_fade_be_heard(void **state)
{
	struct rig rig;
	(void)state;
	begin_with_logind(&rig);
	control_tell(rig.control, &playing);
	await_locks(&rig, ALL_LOCKS);
	assert_true(isinf(control_deadline_sec(rig.control)));
	prepare_for_sleep(&rig, true);
	assert_string_equal(rig.wishes, "pause; ");
	control_tell(rig.control, &paused); // the session says so as the fade begins
	await_locks(&rig, "sleep delay");
	assert_true(isfinite(control_deadline_sec(rig.control)));
	await_locks(&rig, ""); // by its deadline
	assert_true(isinf(control_deadline_sec(rig.control)));
	prepare_for_sleep(&rig, false); // awake: nothing resumes
	assert_string_equal(rig.wishes, "pause; ");
	assert_string_equal(locks(&rig), "");
	control_tell(rig.control, &playing);
	await_locks(&rig, ALL_LOCKS);
	rig_end(&rig);
}

static void test_inhibit_leaves_a_pause_alone_when_sleep_comes(void **state)
{
	struct rig rig;
	(void)state;
	begin_with_logind(&rig);
	control_tell(rig.control, &paused);
	prepare_for_sleep(&rig, true);
	prepare_for_sleep(&rig, false);
	assert_string_equal(rig.wishes, "");
	assert_true(isinf(control_deadline_sec(rig.control)));
	rig_end(&rig);
}

static void test_inhibit_without_logind_holds_nothing(void **state)
{
	struct rig rig;
	(void)state;
	begin(&rig);
	rig.control = inhibit_create();
	assert_non_null(rig.control);
	control_tell(rig.control, &playing);
	run(&rig, "dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.ListNames");
	assert_non_null(strstr(rig.said, "org.freedesktop.DBus"));
	control_tell(rig.control, &paused);
	start_logind(&rig); // it comes later: the next time is held
	control_tell(rig.control, &playing);
	await_locks(&rig, ALL_LOCKS);
	rig_end(&rig);
}

static void test_inhibit_without_a_bus_is_none(void **state)
{
	(void)state;
	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all", 1);
	assert_null(inhibit_create());
	setenv("DBUS_SYSTEM_BUS_ADDRESS", "tcp:host=localhost,port=1", 1);
	assert_null(inhibit_create());
}

static void test_inhibit_lets_go_after_its_bus_has_died(void **state)
{
	struct rig rig;
	short events;
	(void)state;
	int before = descriptors();
	begin_with_logind(&rig);
	control_tell(rig.control, &playing);
	await_locks(&rig, ALL_LOCKS);
	stop(&rig.daemon);
	while (control_wait_on(rig.control, &events) >= 0) {
		rig_work(&rig);
		rig_wait(&rig, -1);
	}
	assert_true(isinf(control_deadline_sec(rig.control)));
	control_tell(rig.control, &playing);
	assert_int_equal(descriptors(), before + 3);
	control_tell(rig.control, &paused);
	assert_int_equal(descriptors(), before);
	control_tell(rig.control, &playing);
	assert_int_equal(descriptors(), before);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inhibit_holds_while_a_session_plays),
		cmocka_unit_test(test_inhibit_asks_once_for_each),
		cmocka_unit_test(test_inhibit_closes_what_comes_too_late),
		cmocka_unit_test(test_inhibit_gives_no_lock_to_children),
		cmocka_unit_test(test_inhibit_pauses_before_sleep_and_lets_the_fade_be_heard),
		cmocka_unit_test(test_inhibit_leaves_a_pause_alone_when_sleep_comes),
		cmocka_unit_test(test_inhibit_without_logind_holds_nothing),
		cmocka_unit_test(test_inhibit_without_a_bus_is_none),
		cmocka_unit_test(test_inhibit_lets_go_after_its_bus_has_died),
	};
	return cmocka_run_group_tests_name("inhibit", tests, NULL, NULL);
}
