// The route guard where there is no sound server, or one that never answers: it is quiet, and holds nobody up. With real
// ones: tests/end_to_end/test_route.sh.
#include "control/route.h"

#include "base/clock.h"

#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

enum { NOBODY = 65534 };

#define PATIENCE_SEC 15.0
#define AT_ONCE_SEC 3.0 // a hang is for ever; a busy machine is not that slow

struct rig {
	char folder[64], socket[96], server[128], config[96];
	int listener; // -1: none
	atomic_int silenced;
	struct route *route;
};

static void silence(void *user)
{
	struct rig *rig = user;
	atomic_fetch_add(&rig->silenced, 1);
}

static void sleep_sec(double sec)
{
	nanosleep(&(struct timespec){(time_t)sec, (long)(fmod(sec, 1.0) * 1e9)}, NULL);
}

static int make_rig(void **state)
{
	struct rig *rig = calloc(1, sizeof *rig);
	strcpy(rig->folder, "/tmp/stillroom-test-XXXXXX");
	if (!mkdtemp(rig->folder))
		return -1;
	snprintf(rig->socket, sizeof rig->socket, "%s/native", rig->folder);
	snprintf(rig->server, sizeof rig->server, "unix:%s", rig->socket);
	snprintf(rig->config, sizeof rig->config, "%s/client.conf", rig->folder);
	rig->listener = -1;
	setenv("HOME", rig->folder, 1);
	setenv("XDG_CONFIG_HOME", rig->folder, 1);
	setenv("XDG_RUNTIME_DIR", rig->folder, 1);
	setenv("PULSE_SERVER", rig->server, 1);
	setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", 1);
	*state = rig;
	return 0;
}

static int free_rig(void **state)
{
	struct rig *rig = *state;
	char command[128];
	route_destroy(rig->route);
	if (rig->listener >= 0)
		close(rig->listener);
	snprintf(command, sizeof command, "rm -rf %s", rig->folder);
	int left = system(command);
	free(rig);
	return left;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void create(struct rig *rig)
{
	double before_sec = clock_sec();
	rig->route = route_create(&(struct route_hooks){silence, rig});
	assert_non_null(rig->route);
	assert_true(clock_sec() - before_sec < AT_ONCE_SEC);
}

static void destroy(struct rig *rig)
{
	double before_sec = clock_sec();
	route_destroy(rig->route);
	rig->route = NULL;
	assert_true(clock_sec() - before_sec < AT_ONCE_SEC);
}

// A server that takes connections and says nothing.
static void listen_dumbly(struct rig *rig)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s", rig->socket);
	rig->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(rig->listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(rig->listener, 8), 0);
}

// A connection of the guard's; it gives up in the end, and the test with it.
static int await_connection(const struct rig *rig)
{
	struct pollfd wanted = {.fd = rig->listener, .events = POLLIN};
	assert_int_equal(poll(&wanted, 1, (int)(PATIENCE_SEC * 1e3)), 1);
	int fd = accept(rig->listener, NULL, NULL);
	assert_true(fd >= 0);
	return fd;
}

static void assert_quiet(struct rig *rig)
{
	struct wish wish = {0};
	short events = 0;
	struct control *control = route_control(rig->route);
	struct pollfd wanted = {.fd = control_wait_on(control, &events)};
	assert_int_equal(events, POLLIN);
	wanted.events = events;
	assert_int_equal(poll(&wanted, 1, 0), 0);
	assert_false(control_take(control, &wish));
	assert_true(isinf(control_deadline_sec(control)));
	control_tell(control, &(struct control_view){0});
	assert_false(route_is_lost(rig->route));
	assert_false(route_is_back(rig->route));
	assert_int_equal(atomic_load(&rig->silenced), 0);
}

static void test_route_without_a_server_is_quiet(void **state)
{
	struct rig *rig = *state;
	create(rig);
	for (int i = 0; i < 100; i++) {
		route_follow(rig->route, getpid(), i % 2 ? ROUTE_SAME_HOME : ROUTE_NEW_HOME);
		assert_quiet(rig);
		sleep_sec(0.003);
	}
	route_follow(rig->route, 0, ROUTE_NEW_HOME);
	assert_quiet(rig);
	destroy(rig);
}

// libpulse starts none for root. Exits with 0 when nothing was heard of the guard.
static void watch_as_a_user(struct rig *rig)
{
	if (geteuid() == 0 && (setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
		_exit(2);
	rig->route = route_create(&(struct route_hooks){silence, rig});
	if (!rig->route)
		_exit(3);
	for (int i = 0; i < 50; i++) {
		route_follow(rig->route, getpid(), ROUTE_NEW_HOME);
		sleep_sec(0.01);
	}
	route_destroy(rig->route);
	_exit(atomic_load(&rig->silenced));
}

static void test_route_starts_no_server(void **state)
{
	struct rig *rig = *state;
	char program[128], text[256], started[128];
	int status = 0;
	snprintf(program, sizeof program, "%s/server", rig->folder);
	snprintf(started, sizeof started, "%s/started", rig->folder);
	snprintf(text, sizeof text, "#!/bin/sh\ntouch %s\n", started);
	write_file(program, text);
	snprintf(text, sizeof text, "autospawn = yes\ndaemon-binary = %s\n", program);
	write_file(rig->config, text);
	assert_int_equal(chmod(program, 0755), 0);
	if (geteuid() == 0)
		assert_int_equal(chown(rig->folder, NOBODY, NOBODY), 0);
	setenv("PULSE_CLIENTCONFIG", rig->config, 1);
	unsetenv("PULSE_SERVER");
	pid_t child = fork();
	if (child == 0)
		watch_as_a_user(rig);
	unsetenv("PULSE_CLIENTCONFIG");
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_not_equal(access(started, F_OK), 0);
}

static void test_route_comes_again_to_a_server_that_hangs_up(void **state)
{
	struct rig *rig = *state;
	listen_dumbly(rig);
	create(rig);
	for (int i = 0; i < 3; i++) {
		close(await_connection(rig));
		assert_quiet(rig);
	}
	destroy(rig);
}

// By the player itself, perhaps.
static void test_route_finds_a_server_that_begins_later(void **state)
{
	struct rig *rig = *state;
	create(rig);
	sleep_sec(0.3);
	listen_dumbly(rig);
	route_follow(rig->route, getpid(), ROUTE_NEW_HOME);
	close(await_connection(rig));
	destroy(rig);
}

static void test_route_is_not_held_up_by_a_dumb_server(void **state)
{
	struct rig *rig = *state;
	listen_dumbly(rig);
	create(rig);
	int connection = await_connection(rig);
	for (int i = 0; i < 20; i++) {
		route_follow(rig->route, getpid(), ROUTE_SAME_HOME);
		assert_quiet(rig);
	}
	destroy(rig);
	close(connection);
}

static void test_route_destroys_as_a_control_and_at_once(void **state)
{
	struct rig *rig = *state;
	for (int i = 0; i < 20; i++) {
		create(rig);
		control_destroy(route_control(rig->route));
		rig->route = NULL;
	}
}

static void test_route_that_is_not_there_is_fine(void **state)
{
	(void)state;
	assert_null(route_control(NULL));
	assert_false(route_is_lost(NULL));
	assert_false(route_is_back(NULL));
	route_follow(NULL, 1, ROUTE_NEW_HOME);
	route_destroy(NULL);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, make_rig, free_rig)
	const struct CMUnitTest tests[] = {
		T(test_route_starts_no_server), // first: libpulse does nothing in the child of one that has used it
		T(test_route_without_a_server_is_quiet),
		T(test_route_comes_again_to_a_server_that_hangs_up),
		T(test_route_finds_a_server_that_begins_later),
		T(test_route_is_not_held_up_by_a_dumb_server),
		T(test_route_destroys_as_a_control_and_at_once),
		T(test_route_that_is_not_there_is_fine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
