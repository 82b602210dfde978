// The control socket, by real sockets in a folder of the test's own.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char runtime[64], folder[80];

static int make_folder(void **state)
{
	(void)state;
	strcpy(runtime, "/tmp/test-socket-XXXXXX");
	if (!mkdtemp(runtime))
		return -1;
	snprintf(folder, sizeof folder, "%s/stillroom", runtime);
	return setenv("XDG_RUNTIME_DIR", runtime, 1);
}

// Empty by then: each control takes its name away.
static int remove_folder(void **state)
{
	(void)state;
	if (rmdir(folder) != 0 && errno != ENOENT)
		return -1;
	return rmdir(runtime);
}

static void name_path(const struct control *control, char *path, size_t bytes)
{
	snprintf(path, bytes, "%s/%s", folder, socket_name(control));
}

// 0, or errno.
static int connect_to(const char *path, int *fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%.100s", path);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return connect(*fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
}

static int connect_client(const struct control *control)
{
	char path[160];
	int fd;
	name_path(control, path, sizeof path);
	assert_int_equal(connect_to(path, &fd), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

// What has come back by now.
static const char *answer_of(int fd)
{
	static char text[4096];
	ssize_t got = recv(fd, text, sizeof text - 1, MSG_DONTWAIT);
	text[got > 0 ? got : 0] = '\0';
	return text;
}

static bool is_closed(int fd)
{
	char byte;
	ssize_t got;
	while ((got = recv(fd, &byte, 1, MSG_DONTWAIT)) > 0)
		;
	return got == 0 || errno != EAGAIN;
}

// One round, as the loop does it; the last wish that came.
static int round_of(struct control *control, struct wish *last)
{
	int count = 0;
	struct wish wish;
	for (; control_take(control, &wish); count++)
		*last = wish;
	return count;
}

static int rounds_of(struct control *control, int rounds, struct wish *last)
{
	int count = 0;
	while (rounds-- > 0)
		count += round_of(control, last);
	return count;
}

static void expect_alive(struct control *control)
{
	struct wish wish = {0};
	int fd = connect_client(control);
	say(fd, "next\n");
	assert_int_equal(rounds_of(control, 2, &wish), 1);
	assert_int_equal(wish.verb, VERB_NEXT);
	assert_string_equal(answer_of(fd), "ok\n");
	close(fd);
	rounds_of(control, 2, &wish);
}

// ---- Wishes

static void test_socket_a_line_is_a_wish_and_gets_an_answer(void **state)
{
	(void)state;
	struct control *control = socket_open();
	struct wish wish = {0};
	short events;
	int fd = connect_client(control);
	struct pollfd waiting = {.fd = control_wait_on(control, &events), .events = events};
	say(fd, "pause\nseek -30\nsing\n");
	assert_int_equal(poll(&waiting, 1, 10000), 1);
	assert_true(control_take(control, &wish));
	assert_int_equal(wish.verb, VERB_PAUSE);
	assert_true(control_take(control, &wish));
	assert_int_equal(wish.verb, VERB_SEEK_BY);
	assert_float_equal(wish.value, -30, 0);
	assert_false(control_take(control, &wish));
	const char *answer = answer_of(fd);
	assert_memory_equal(answer, "ok\nok\nno: the words are: toggle, ", 33);
	close(fd);
	rounds_of(control, 2, &wish);
	assert_int_equal(poll(&waiting, 1, 0), 0); // nothing is left to do
	control_destroy(control);
}

static void test_socket_tells_the_view(void **state)
{
	(void)state;
	struct control *control = socket_open();
	struct wish wish = {0};
	int fd = connect_client(control);
	say(fd, "where\nstatus\n");
	assert_int_equal(rounds_of(control, 2, &wish), 1);
	assert_int_equal(wish.verb, VERB_WHERE);
	assert_string_equal(answer_of(fd), "ok: the session has not begun\nok: {\"state\": \"opening\"}\n");
	control_tell(control, &(struct control_view){.state = CONTROL_PLAYING,
	                                             .at_sec = 70,
	                                             .length_sec = 600,
	                                             .title = "Evening",
	                                             .part = "Scalp",
	                                             .part_index = 1,
	                                             .part_count = 4,
	                                             .volume_db = -6});
	say(fd, "where\nstatus\n");
	assert_int_equal(rounds_of(control, 2, &wish), 1);
	assert_string_equal(answer_of(fd), "ok: playing, part 2 of 4: Scalp, at 1m10s of 10m00s\n"
	                                   "ok: {\"state\": \"playing\", \"at\": 70.0, \"length\": 600.0, "
	                                   "\"title\": \"Evening\", \"part\": \"Scalp\", \"part-number\": 2, "
	                                   "\"parts\": 4, \"volume\": -6.0}\n");
	close(fd);
	control_destroy(control);
}

static void test_socket_lines_in_halves(void **state)
{
	(void)state;
	struct control *control = socket_open();
	struct wish wish = {0};
	int fd = connect_client(control), other = connect_client(control);
	say(fd, "lou");
	say(other, "sto");
	assert_int_equal(rounds_of(control, 3, &wish), 0);
	close(other); // what it began is nothing
	say(fd, "der\r\nquie");
	assert_int_equal(rounds_of(control, 3, &wish), 1);
	assert_int_equal(wish.verb, VERB_LOUDER);
	say(fd, "ter\n");
	assert_int_equal(rounds_of(control, 3, &wish), 1);
	assert_int_equal(wish.verb, VERB_QUIETER);
	close(fd);
	control_destroy(control);
}

// ---- Those who mean ill

static void test_socket_an_endless_line_is_cut_off(void **state)
{
	(void)state;
	struct control *control = socket_open();
	struct wish wish = {0};
	int fd = connect_client(control);
	char many[1000];
	memset(many, 'a', sizeof many);
	assert_int_equal(send(fd, many, sizeof many, MSG_NOSIGNAL), sizeof many);
	assert_int_equal(rounds_of(control, 3, &wish), 0);
	assert_string_equal(answer_of(fd), "no: a line has at most 120 bytes\n");
	assert_true(is_closed(fd));
	expect_alive(control);
	close(fd);
	control_destroy(control);
}

static void test_socket_bytes_that_are_no_text(void **state)
{
	(void)state;
	struct control *control = socket_open();
	struct wish wish = {0};
	int fd = connect_client(control);
	assert_int_equal(send(fd, "\0pause\n\377\376\n\033[2J\n", 14, MSG_NOSIGNAL), 14);
	assert_int_equal(rounds_of(control, 2, &wish), 0);
	assert_null(strpbrk(answer_of(fd), "\377\033"));
	close(fd);
	control_destroy(control);
}

// It never reads its answers; each round ends all the same, and so does the client.
static void test_socket_a_client_that_never_reads_is_dropped(void **state)
{
	(void)state;
	struct control *control = socket_open();
	struct wish wish = {0};
	int fd = connect_client(control), rounds = 0;
	while (rounds++ < 100000 && send(fd, "x\nx\nx\nx\nx\n", 10, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		assert_int_equal(round_of(control, &wish), 0);
	assert_true(rounds < 100000);
	expect_alive(control);
	close(fd);
	control_destroy(control);
}

// Its lines never end, but a round does.
static void test_socket_a_client_that_never_stops_holds_nobody(void **state)
{
	(void)state;
	struct control *control = socket_open();
	struct wish wish = {0};
	int fd = connect_client(control);
	for (int i = 0; i < 200; i++)
		say(fd, "next\nnext\nnext\nnext\nnext\nnext\nnext\nnext\nnext\nnext\n");
	assert_in_range(rounds_of(control, 2, &wish), 1, 60);
	int other = connect_client(control);
	say(other, "stop\n");
	rounds_of(control, 2, &wish);
	assert_string_equal(answer_of(other), "ok\n");
	close(other);
	close(fd);
	control_destroy(control);
}

static void test_socket_hundreds_of_clients(void **state)
{
	(void)state;
	struct control *control = socket_open();
	struct wish wish = {0};
	int fds[300], open = 0;
	for (int i = 0; i < 300; i++) {
		fds[i] = connect_client(control);
		rounds_of(control, 1, &wish);
	}
	expect_alive(control);
	for (int i = 0; i < 300; i++)
		open += !is_closed(fds[i]);
	assert_in_range(open, 1, SOCKET_MOST_CLIENTS);
	for (int i = 0; i < 300; i++)
		close(fds[i]);
	control_destroy(control);
}

// All at once, each with a line: none is turned away before it was heard.
static void test_socket_a_crowd_is_heard(void **state)
{
	(void)state;
	struct control *control = socket_open();
	struct wish wish = {0};
	int fds[16];
	for (int i = 0; i < 16; i++) {
		fds[i] = connect_client(control);
		say(fds[i], "again\n");
	}
	assert_int_equal(rounds_of(control, 8, &wish), 16);
	for (int i = 0; i < 16; i++)
		close(fds[i]);
	control_destroy(control);
}

// ---- Who may

static void test_socket_is_ours_alone(void **state)
{
	(void)state;
	struct control *control = socket_open();
	char path[160];
	struct stat is;
	name_path(control, path, sizeof path);
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(is.st_mode & 07777, 0600);
	assert_int_equal(stat(folder, &is), 0);
	assert_int_equal(is.st_mode & 07777, 0700);
	control_destroy(control);
	assert_int_equal(stat(path, &is), -1);
}

static void test_socket_refuses_a_folder_that_others_can_write(void **state)
{
	(void)state;
	struct control *control = socket_open();
	control_destroy(control);
	assert_int_equal(chmod(folder, 0770), 0);
	assert_null(socket_open());
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(symlink(".", folder), 0); // ours alone, but somewhere else
	assert_null(socket_open());
	assert_int_equal(unlink(folder), 0);
	setenv("XDG_RUNTIME_DIR", "/nowhere/at/all", 1);
	assert_null(socket_open());
	setenv("XDG_RUNTIME_DIR", runtime, 1);
}

// As nobody, once the locks before it are open; -1 where that cannot be tried.
static int knock_as_another(const char *path)
{
	int status;
	pid_t child = fork();
	if (child == 0) {
		int fd;
		if (setgid(65534) != 0 || setuid(65534) != 0 || connect_to(path, &fd) != 0)
			_exit(2);
		_exit(send(fd, "stop\n", 5, MSG_NOSIGNAL) == 5 ? 0 : 1);
	}
	return waitpid(child, &status, 0) == child ? WEXITSTATUS(status) : -1;
}

static void test_socket_does_not_hear_another_user(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	struct control *control = socket_open();
	struct wish wish = {0};
	char path[160];
	name_path(control, path, sizeof path);
	assert_int_equal(knock_as_another(path), 2);
	assert_int_equal(chmod(runtime, 0755) + chmod(folder, 0755) + chmod(path, 0666), 0);
	assert_int_equal(knock_as_another(path), 0);
	assert_int_equal(rounds_of(control, 3, &wish), 0);
	chmod(folder, 0700);
	expect_alive(control);
	control_destroy(control);
}

// ---- More than one, and none

static void set_time(const struct control *control, time_t sec)
{
	char path[160];
	name_path(control, path, sizeof path);
	struct timespec times[2] = {{.tv_sec = sec}, {.tv_sec = sec}};
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

// A player in a child, until it has had one wish; says which by its exit.
static pid_t start_player(int ready)
{
	fflush(NULL);
	pid_t child = fork();
	if (child != 0)
		return child;
	struct control *control = socket_open();
	struct wish wish = {0};
	struct control_view view = {.state = CONTROL_PAUSED, .length_sec = 90};
	control_tell(control, &view);
	if (write(ready, "y", 1) < 1)
		_exit(1);
	while (round_of(control, &wish) == 0) {
		struct pollfd waiting = {.fd = control_wait_on(control, &waiting.events)};
		poll(&waiting, 1, 1000);
	}
	control_destroy(control);
	_exit(100 + (int)wish.verb);
}

static pid_t await_player(void)
{
	int ends[2];
	char text[64];
	assert_int_equal(pipe(ends), 0);
	pid_t child = start_player(ends[1]);
	assert_true(read(ends[0], text, sizeof text) > 0);
	close(ends[0]);
	close(ends[1]);
	return child;
}

static void expect_had(pid_t child, enum verb verb)
{
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 100 + (int)verb);
}

static void test_socket_send_reaches_the_player(void **state)
{
	(void)state;
	char answer[200] = "?";
	assert_int_equal(socket_send("next", answer, sizeof answer), SOCKET_NOBODY);
	assert_string_equal(answer, "");
	pid_t child = await_player();
	assert_int_equal(socket_send("status", answer, sizeof answer), SOCKET_DONE);
	assert_memory_equal(answer, "{\"state\": \"paused\"", 18);
	assert_int_equal(socket_send("nexd", answer, sizeof answer), SOCKET_REFUSED);
	assert_memory_equal(answer, "the words are: ", 15);
	assert_int_equal(socket_send("next", answer, sizeof answer), SOCKET_DONE);
	assert_string_equal(answer, "");
	expect_had(child, VERB_NEXT);
	assert_int_equal(socket_send("next", answer, sizeof answer), SOCKET_NOBODY);
}

static void test_socket_a_dead_players_name_is_taken_away(void **state)
{
	(void)state;
	struct stat is;
	char answer[100], path[160];
	pid_t child = await_player();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	snprintf(path, sizeof path, "%s/player-%d-1", folder, (int)child);
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(socket_send("next", answer, sizeof answer), SOCKET_NOBODY);
	struct control *control = socket_open();
	assert_int_equal(stat(path, &is), -1);
	expect_alive(control);
	control_destroy(control);
}

static void test_socket_the_newest_player_is_meant(void **state)
{
	(void)state;
	char answer[100];
	struct control *older = socket_open(), *newer = socket_open();
	assert_string_not_equal(socket_name(older), socket_name(newer));
	set_time(older, 1000);
	set_time(newer, 2000);
	pid_t child = await_player(); // now
	assert_int_equal(socket_send("again", answer, sizeof answer), SOCKET_DONE);
	expect_had(child, VERB_AGAIN);
	struct wish wish = {0};
	assert_int_equal(rounds_of(older, 3, &wish) + rounds_of(newer, 3, &wish), 0);
	pid_t asker = fork();
	if (asker == 0)
		_exit(socket_send("too-much", answer, sizeof answer));
	while (rounds_of(newer, 1, &wish) == 0)
		usleep(1000);
	assert_int_equal(wish.verb, VERB_TOO_MUCH);
	waitpid(asker, NULL, 0);
	assert_int_equal(rounds_of(older, 3, &wish), 0);
	control_destroy(newer);
	expect_alive(older);
	control_destroy(older);
}

// One that is stopped, and whose queue is full, is alive.
static void test_socket_a_busy_players_name_stays(void **state)
{
	(void)state;
	struct control *busy = socket_open();
	char path[160];
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fds[64], count = 0;
	name_path(busy, path, sizeof path);
	snprintf(address.sun_path, sizeof address.sun_path, "%.100s", path);
	do
		fds[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	while (connect(fds[count], (struct sockaddr *)&address, sizeof address) == 0 && ++count < 63);
	assert_int_equal(errno, EAGAIN);
	struct control *other = socket_open();
	assert_string_not_equal(socket_name(other), socket_name(busy));
	assert_int_equal(access(path, F_OK), 0);
	control_destroy(other);
	for (; count >= 0; count--)
		close(fds[count]);
	control_destroy(busy);
}

// One that is stopped takes connections and says nothing.
static void test_socket_send_does_not_wait_for_ever(void **state)
{
	(void)state;
	char answer[100];
	struct control *control = socket_open();
	assert_int_equal(socket_send("next", answer, sizeof answer), SOCKET_SILENT);
	control_destroy(control);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_socket_a_line_is_a_wish_and_gets_an_answer),
		cmocka_unit_test(test_socket_tells_the_view),
		cmocka_unit_test(test_socket_lines_in_halves),
		cmocka_unit_test(test_socket_an_endless_line_is_cut_off),
		cmocka_unit_test(test_socket_bytes_that_are_no_text),
		cmocka_unit_test(test_socket_a_client_that_never_reads_is_dropped),
		cmocka_unit_test(test_socket_a_client_that_never_stops_holds_nobody),
		cmocka_unit_test(test_socket_hundreds_of_clients),
		cmocka_unit_test(test_socket_a_crowd_is_heard),
		cmocka_unit_test(test_socket_is_ours_alone),
		cmocka_unit_test(test_socket_refuses_a_folder_that_others_can_write),
		cmocka_unit_test(test_socket_does_not_hear_another_user),
		cmocka_unit_test(test_socket_send_reaches_the_player),
		cmocka_unit_test(test_socket_a_dead_players_name_is_taken_away),
		cmocka_unit_test(test_socket_the_newest_player_is_meant),
		cmocka_unit_test(test_socket_a_busy_players_name_stays),
		cmocka_unit_test(test_socket_send_does_not_wait_for_ever),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
