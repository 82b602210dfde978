// The keyboard of real pseudo-terminals. Each test is a child in a session of its own, whose terminal is ours to read:
// what the child printed on it, and how it left it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "control/terminal.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#define DARK "\033[?1049h"
#define HIDDEN "\033[?25l"
#define SHOWN "\033[?25h"
#define LEFT "\033[?1049l"

enum { PATIENCE_MS = 20000 };

struct screen {
	int fd, slave; // the slave is kept open, so that the terminal can be looked at after the child
	pid_t child;
	struct termios before;
	char text[65536];
	size_t count;
};

// The child's side: no message of a crash is wanted, nor a core.
static void become(int slave, void (*act)(void))
{
	login_tty(slave);
	for (int i = 1; i < 32; i++)
		signal(i, SIG_DFL); // a sanitizer's, and those that a shell keeps from its background
	setenv("TERM", "xterm", 1);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	act();
	_exit(0);
}

static void start(struct screen *screen, void (*act)(void))
{
	*screen = (struct screen){0};
	assert_int_equal(openpty(&screen->fd, &screen->slave, NULL, NULL, NULL), 0);
	tcgetattr(screen->slave, &screen->before);
	fcntl(screen->fd, F_SETFD, FD_CLOEXEC);
	fflush(NULL);
	screen->child = fork();
	assert_true(screen->child >= 0);
	if (screen->child == 0) {
		close(screen->fd);
		become(dup(screen->slave), act);
	}
}

static void read_some(struct screen *screen, int most_ms)
{
	struct pollfd waiting = {.fd = screen->fd, .events = POLLIN};
	if (poll(&waiting, 1, most_ms) <= 0)
		return;
	ssize_t got = read(screen->fd, screen->text + screen->count, sizeof screen->text - 1 - screen->count);
	screen->count += got > 0 ? (size_t)got : 0;
	screen->text[screen->count] = '\0';
}

static void await(struct screen *screen, const char *text)
{
	for (int i = 0; i < PATIENCE_MS / 100 && !strstr(screen->text, text); i++)
		read_some(screen, 100);
	if (!strstr(screen->text, text))
		fail_msg("this was not shown: %s", text + (text[0] == '\033'));
}

static void forget(struct screen *screen)
{
	screen->count = 0;
	screen->text[0] = '\0';
}

static void type(const struct screen *screen, const char *bytes)
{
	assert_int_equal(write(screen->fd, bytes, strlen(bytes)), strlen(bytes));
}

// How the child ended; all that it printed is in `text` then.
static int finish(struct screen *screen)
{
	int status = 0;
	for (int i = 0; i < PATIENCE_MS / 10 && waitpid(screen->child, &status, WNOHANG) == 0; i++)
		read_some(screen, 10);
	read_some(screen, 0);
	return status;
}

static void expect_restored(struct screen *screen)
{
	struct termios after;
	tcgetattr(screen->slave, &after);
	assert_int_equal(after.c_lflag, screen->before.c_lflag);
	assert_int_equal(after.c_iflag, screen->before.c_iflag);
	const char *left = strstr(screen->text, LEFT), *shown = strstr(screen->text, SHOWN);
	assert_non_null(left);
	assert_non_null(shown);
	assert_null(strstr(left, DARK));
	close(screen->fd);
	close(screen->slave);
}

static struct control *open_here(bool dark)
{
	struct control *terminal = terminal_open(STDIN_FILENO, dark);
	if (!terminal)
		_exit(9);
	return terminal;
}

// Waits for a wish as the loop does.
static struct wish await_wish(struct control *terminal)
{
	struct wish wish;
	while (!control_take(terminal, &wish)) {
		struct pollfd waiting = {.fd = control_wait_on(terminal, &waiting.events)};
		poll(&waiting, 1, 50);
	}
	return wish;
}

// ---- Keys

// Prints each verb's number, until the stop.
static void print_wishes(void)
{
	struct control *terminal = open_here(false);
	dprintf(STDOUT_FILENO, "ready\n");
	for (struct wish wish = {0}; wish.verb != VERB_STOP;) {
		wish = await_wish(terminal);
		dprintf(STDOUT_FILENO, "<%d %.0f>", wish.verb, wish.value);
	}
	control_destroy(terminal);
	_exit(control_take(NULL, &(struct wish){0}));
}

static void expect_wish(struct screen *screen, const char *bytes, enum verb verb, int value)
{
	char text[32];
	snprintf(text, sizeof text, "<%d %d>", verb, value);
	forget(screen);
	type(screen, bytes);
	await(screen, text);
}

static void test_terminal_keys_come_at_once_and_unseen(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, print_wishes);
	await(&screen, "ready");
	expect_wish(&screen, "\033[C", VERB_NEXT, 0);
	expect_wish(&screen, "\033OD", VERB_PREVIOUS, 0);
	expect_wish(&screen, "8", VERB_DIGIT, 8);
	expect_wish(&screen, "\r", VERB_PAUSE_RESUME, 0);
	expect_wish(&screen, "\033", VERB_ESCAPE, 0);
	expect_wish(&screen, "\023", VERB_OTHER, 0); // Ctrl-S holds nothing
	expect_wish(&screen, "k", VERB_OTHER, 0);
	assert_null(strchr(screen.text, 'k'));
	expect_wish(&screen, "\033[", VERB_OTHER, 0); // half a sequence
	expect_wish(&screen, "q", VERB_STOP, 0);
	assert_int_equal(finish(&screen), 0);
	assert_null(strchr(screen.text, '\033')); // light: the screen is left alone
	close(screen.fd);
	close(screen.slave);
}

static void count_a_paste(void)
{
	struct control *terminal = open_here(false);
	struct wish wish;
	int others = 0, count = 0;
	dprintf(STDOUT_FILENO, "ready");
	poll(&(struct pollfd){.fd = STDIN_FILENO, .events = POLLIN}, 1, -1);
	usleep(100000); // until all of it is there
	for (int i = 0; i < 10; i++)
		for (; control_take(terminal, &wish); count++)
			others += wish.verb == VERB_OTHER;
	dprintf(STDOUT_FILENO, "others %d of %d.", others, count);
	control_destroy(terminal);
}

static void test_terminal_a_paste_is_one_wish(void **state)
{
	(void)state;
	struct screen screen;
	char many[4001];
	for (size_t i = 0; i < 4000; i++)
		many[i] = "q x1 zt"[i % 7];
	many[4000] = '\0';
	start(&screen, count_a_paste);
	await(&screen, "ready");
	type(&screen, many);
	await(&screen, "others 1 of 1.");
	assert_int_equal(finish(&screen), 0);
	close(screen.fd);
	close(screen.slave);
}

// ---- The dark

static void go_dark_and_end(void)
{
	struct control *terminal = open_here(true);
	if (terminal_open(STDIN_FILENO, true))
		_exit(8); // one is enough
	while (await_wish(terminal).verb != VERB_STOP)
		;
	control_destroy(terminal);
}

static void test_terminal_is_dark_and_empty_and_given_back(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, go_dark_and_end);
	await(&screen, HIDDEN);
	assert_non_null(strstr(screen.text, DARK));
	assert_non_null(strstr(screen.text, "\033[48;5;16m\033[2J"));
	await(&screen, "\033[?2004h");
	size_t before = screen.count;
	type(&screen, " k8");
	type(&screen, "q");
	assert_int_equal(finish(&screen), 0);
	assert_memory_equal(screen.text + before, "\033[?2004l", 8); // nothing between
	expect_restored(&screen);
}

static void show_lines(void)
{
	struct control *terminal = open_here(true);
	terminal_show(NULL, "nobody");
	for (int i = 0; i < 100; i++)
		terminal_show(terminal, "still \033[31m\302\233J line");
	terminal_show(terminal, "another");
	terminal_show(terminal, NULL);
	control_destroy(terminal);
}

static void test_terminal_shows_a_line_once_and_no_commands(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, show_lines);
	assert_int_equal(finish(&screen), 0);
	const char *line = strstr(screen.text, "still ?[31m?J line");
	assert_non_null(line);
	assert_null(strstr(line + 1, "still"));
	assert_non_null(strstr(screen.text, "another"));
	assert_null(strstr(screen.text, "nobody"));
	expect_restored(&screen);
}

static void show_nothing_on_a_plain_one(void)
{
	setenv("TERM", "dumb", 1);
	struct control *terminal = open_here(true);
	terminal_show(terminal, "line");
	control_destroy(terminal);
	dprintf(STDOUT_FILENO, "done");
}

static void test_terminal_that_knows_no_commands_gets_none(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, show_nothing_on_a_plain_one);
	assert_int_equal(finish(&screen), 0);
	assert_string_equal(screen.text, "done");
	close(screen.fd);
	close(screen.slave);
}

// ---- Every way out

static int deadly;

static void die_of_a_signal(void)
{
	open_here(true);
	kill(getpid(), deadly);
	pause();
}

static void test_terminal_is_given_back_before_a_deadly_signal(void **state)
{
	(void)state;
	static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS,  SIGFPE, SIGILL, SIGQUIT,
	                              SIGTERM, SIGINT,  SIGPIPE, SIGHUP, SIGSYS};
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct screen screen;
		deadly = signals[i];
		start(&screen, die_of_a_signal);
		int status = finish(&screen);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), deadly);
		expect_restored(&screen);
	}
}

static int *volatile nowhere;

__attribute__((no_sanitize("address", "undefined", "thread"))) static void write_nowhere(void)
{
	open_here(true);
	*nowhere = 1;
}

static void abort_here(void)
{
	open_here(true);
	abort();
}

// Without a sanitizer's frames, which have bounds of their own.
__attribute__((no_sanitize("address", "undefined", "thread"), noinline)) static int use_up_the_stack(int depth)
{
	volatile char frame[4096];
	frame[depth % 4096] = (char)depth;
	return depth < 0 ? 0 : use_up_the_stack(depth + 1) + frame[0];
}

static void run_out_of_stack(void)
{
	setrlimit(RLIMIT_STACK, &(struct rlimit){1 << 20, 1 << 20});
	open_here(true);
	_exit(use_up_the_stack(0));
}

static void test_terminal_is_given_back_before_a_real_crash(void **state)
{
	(void)state;
	static const struct {
		void (*act)(void);
		int signal;
	} crashes[] = {{write_nowhere, SIGSEGV}, {abort_here, SIGABRT}, {run_out_of_stack, SIGSEGV}};
	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
		struct screen screen;
		start(&screen, crashes[i].act);
		int status = finish(&screen);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), crashes[i].signal);
		expect_restored(&screen);
	}
}

static void on_crash_of_another(int number)
{
	dprintf(STDOUT_FILENO, "another's %d", number);
	_exit(7);
}

static void crash_with_anothers_handler(void)
{
	signal(SIGSEGV, on_crash_of_another);
	open_here(true);
	raise(SIGSEGV);
}

static void test_terminal_is_given_back_before_anothers_handler(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, crash_with_anothers_handler);
	assert_int_equal(WEXITSTATUS(finish(&screen)), 7);
	assert_true(strstr(screen.text, "another's 11") > strstr(screen.text, LEFT));
	expect_restored(&screen);
}

// After the terminal's own, before the leak sanitizer, which would find the test library's.
static void leave_no_leaks_to_find(void)
{
	_exit(3);
}

static void exit_plainly(void)
{
	atexit(leave_no_leaks_to_find);
	open_here(true);
	exit(3);
}

static void be_killed(void)
{
	open_here(true);
	raise(SIGKILL);
}

static void be_killed_without_dark(void)
{
	open_here(false);
	raise(SIGKILL);
}

static struct termios await_canonical(const struct screen *screen)
{
	struct termios is;
	for (int i = 0; i < PATIENCE_MS / 10; i++) {
		tcgetattr(screen->slave, &is);
		if (is.c_lflag & ICANON)
			break;
		usleep(10000);
	}
	return is;
}

static void test_terminal_is_given_back_after_a_kill(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, be_killed);
	assert_true(WIFSIGNALED(finish(&screen)));
	await(&screen, LEFT);
	await_canonical(&screen);
	expect_restored(&screen);

	start(&screen, be_killed_without_dark);
	assert_true(WIFSIGNALED(finish(&screen)));
	assert_int_equal(await_canonical(&screen).c_lflag, screen.before.c_lflag);
	assert_null(strstr(screen.text, LEFT));
	close(screen.fd);
	close(screen.slave);
}

// The shell's already: it has set it anew, one byte at a time, as line editors do.
static void be_killed_in_a_shell(void)
{
	struct termios shells;
	tcgetattr(STDIN_FILENO, &shells);
	shells.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	shells.c_cc[VMIN] = 1;
	if (fork() == 0) {
		open_here(true);
		tcsetattr(STDIN_FILENO, TCSANOW, &shells);
		raise(SIGKILL);
	}
	wait(NULL);
	while (waitpid(-1, NULL, 0) > 0)
		;
	sleep(1); // for the heir
	tcgetattr(STDIN_FILENO, &shells);
	dprintf(STDOUT_FILENO, "shell %d", shells.c_cc[VMIN] == 1 && !(shells.c_lflag & ICANON));
	_exit(0);
}

static void test_terminal_of_a_line_editor_is_left_to_it_after_a_kill(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, be_killed_in_a_shell);
	await(&screen, LEFT);
	await(&screen, "shell 1");
	assert_int_equal(finish(&screen), 0);
	close(screen.fd);
	close(screen.slave);
}

static void test_terminal_is_given_back_on_exit(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, exit_plainly);
	assert_int_equal(WEXITSTATUS(finish(&screen)), 3);
	expect_restored(&screen);
}

static void leave_signals_as_they_were(void)
{
	signal(SIGSEGV, on_crash_of_another);
	signal(SIGTERM, on_crash_of_another);
	signal(SIGPIPE, SIG_IGN);
	struct control *terminal = open_here(true);
	if (signal(SIGTERM, on_crash_of_another) != on_crash_of_another || signal(SIGPIPE, SIG_IGN) != SIG_IGN)
		_exit(5);
	signal(SIGINT, on_crash_of_another); // set while it is open: stays
	control_destroy(terminal);
	struct sigaction is;
	sigaction(SIGTSTP, NULL, &is);
	bool good = is.sa_handler == SIG_DFL && signal(SIGSEGV, SIG_DFL) == on_crash_of_another &&
	            signal(SIGINT, SIG_DFL) == on_crash_of_another;
	_exit(good ? 0 : 6);
}

static void test_terminal_leaves_signals_as_they_were(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, leave_signals_as_they_were);
	assert_int_equal(finish(&screen), 0);
	expect_restored(&screen);
}

// ---- Ctrl-Z

static volatile sig_atomic_t continued;

static void on_continue(int number)
{
	(void)number;
	continued = 1;
}

// Signals are let in nowhere else, so none slips by before the wait.
static void wait_as_told(struct control *control, const sigset_t *let_in)
{
	struct pollfd waiting = {.fd = control_wait_on(control, &waiting.events)};
	double deadline_sec = control_deadline_sec(control), sec = fmax(deadline_sec - clock_sec(), 0.0);
	struct timespec time = {0};
	if (isfinite(sec))
		time = (struct timespec){(time_t)sec, (long)(fmod(sec, 1.0) * 1e9)};
	ppoll(&waiting, 1, isfinite(sec) ? &time : NULL, let_in);
}

// As the loop of a session does it.
static void be_a_job(void)
{
	struct wish wish = {0};
	signal(SIGTTOU, SIG_DFL);
	signal(SIGCONT, on_continue);
	sigset_t only, let_in;
	sigemptyset(&only);
	sigaddset(&only, SIGCONT);
	sigprocmask(SIG_BLOCK, &only, &let_in);
	setpgid(0, 0);
	while (tcgetpgrp(STDIN_FILENO) != getpid())
		usleep(1000);
	struct control *terminal = open_here(true);
	terminal_show(terminal, "here");
	while (wish.verb != VERB_STOP) {
		wait_as_told(terminal, &let_in);
		if (continued) {
			continued = 0;
			terminal_again(terminal);
		}
		control_take(terminal, &wish);
	}
	control_destroy(terminal);
	_exit(0);
}

// What a shell does with a job, until it is in front again itself.
static pid_t run_until_stopped(int *status)
{
	signal(SIGTTOU, SIG_IGN);
	pid_t job = fork();
	if (job == 0)
		be_a_job();
	setpgid(job, job);
	tcsetpgrp(STDIN_FILENO, job);
	waitpid(job, status, WUNTRACED);
	tcsetpgrp(STDIN_FILENO, getpid());
	return job;
}

// A shell with one job: it is told when the job stops, says how the terminal is, and brings it to the front again.
static void be_a_shell(void)
{
	struct termios before, meanwhile;
	int status;
	tcgetattr(STDIN_FILENO, &before);
	pid_t job = run_until_stopped(&status);
	tcgetattr(STDIN_FILENO, &meanwhile);
	bool same = meanwhile.c_lflag == before.c_lflag && meanwhile.c_iflag == before.c_iflag;
	dprintf(STDOUT_FILENO, "stopped %d same %d\n", WIFSTOPPED(status), same);
	kill(job, SIGCONT); // in the background it leaves the terminal alone, and is not stopped for touching it
	usleep(200000);
	dprintf(STDOUT_FILENO, "behind %d\n", waitpid(job, &status, WUNTRACED | WNOHANG));
	tcsetpgrp(STDIN_FILENO, job);
	kill(job, SIGCONT);
	waitpid(job, &status, 0);
	_exit(WEXITSTATUS(status));
}

static void test_terminal_is_the_shells_while_stopped(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, be_a_shell);
	await(&screen, "here");
	type(&screen, "\032"); // Ctrl-Z
	await(&screen, "stopped 1 same 1");
	assert_non_null(strstr(screen.text, LEFT));
	await(&screen, "behind 0");
	const char *behind = strstr(screen.text, "behind 0"), *dark = strstr(strstr(screen.text, LEFT), DARK);
	assert_true(!dark || dark > behind);
	screen.count = strlen(behind);
	memmove(screen.text, behind, screen.count + 1);
	await(&screen, DARK);
	await(&screen, "here");
	type(&screen, "q");
	assert_int_equal(finish(&screen), 0);
	close(screen.fd);
	close(screen.slave);
}

// A shell's job is stopped unawares and goes on behind; `fg` of what already runs sends no SIGCONT.
static void be_a_shell_whose_job_goes_on_behind(void)
{
	struct termios before;
	int status;
	tcgetattr(STDIN_FILENO, &before);
	pid_t job = run_until_stopped(&status);
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	kill(job, SIGCONT);
	usleep(200000);
	dprintf(STDOUT_FILENO, "behind\n");
	getchar();
	tcsetpgrp(STDIN_FILENO, job);
	waitpid(job, &status, 0);
	_exit(WEXITSTATUS(status));
}

static void test_terminal_is_taken_again_in_front(void **state)
{
	(void)state;
	struct screen screen;
	struct termios is;
	start(&screen, be_a_shell_whose_job_goes_on_behind);
	await(&screen, "here");
	kill(tcgetpgrp(screen.fd), SIGSTOP);
	forget(&screen);
	await(&screen, "behind");
	assert_null(strstr(screen.text, DARK));
	type(&screen, "\n"); // to the shell
	await(&screen, DARK);
	await(&screen, "here");
	tcgetattr(screen.slave, &is);
	assert_int_equal(is.c_lflag & (ICANON | ECHO), 0);
	type(&screen, "q");
	assert_int_equal(finish(&screen), 0);
	expect_restored(&screen);
}

// A job that is stopped has given it back: what stands there since is another's.
static void be_a_shell_that_kills_its_stopped_job(void)
{
	int status;
	pid_t job = run_until_stopped(&status);
	dprintf(STDOUT_FILENO, "stopped %d\n", WIFSTOPPED(status));
	kill(job, SIGKILL);
	waitpid(job, &status, 0);
	sleep(1);
	dprintf(STDOUT_FILENO, "killed %d", WIFSIGNALED(status));
	_exit(0);
}

static void test_terminal_of_a_stopped_job_is_left_alone_after_a_kill(void **state)
{
	(void)state;
	struct screen screen;
	start(&screen, be_a_shell_that_kills_its_stopped_job);
	await(&screen, "here");
	type(&screen, "\032");
	await(&screen, "stopped 1");
	forget(&screen);
	await(&screen, "killed 1");
	assert_null(strstr(screen.text, LEFT));
	assert_int_equal(finish(&screen), 0);
	close(screen.fd);
	close(screen.slave);
}

// ---- No terminal, or one that goes away

static void test_terminal_open_refuses_what_is_no_terminal(void **state)
{
	(void)state;
	int ends[2], master, slave;
	assert_int_equal(pipe(ends), 0);
	assert_null(terminal_open(ends[0], true));
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	assert_null(terminal_open(slave, true)); // not ours
	assert_null(terminal_open(-1, true));
	terminal_again(NULL);
	terminal_restore_now();
	close(ends[0]);
	close(ends[1]);
	close(master);
	close(slave);
}

static int verdict;

static void outlive_the_terminal(void)
{
	struct wish wish;
	signal(SIGHUP, SIG_IGN);
	struct control *terminal = open_here(true);
	dprintf(STDOUT_FILENO, "ready");
	short events;
	while (control_wait_on(terminal, &events) >= 0)
		usleep(1000);
	bool quiet = !control_take(terminal, &wish) && !control_take(terminal, &wish);
	terminal_again(terminal);
	control_destroy(terminal);
	if (write(verdict, quiet ? "y" : "n", 1) != 1)
		_exit(4);
}

static void test_terminal_that_goes_away_is_quiet(void **state)
{
	(void)state;
	struct screen screen;
	int ends[2];
	char said = '?';
	assert_int_equal(pipe(ends), 0);
	verdict = ends[1];
	start(&screen, outlive_the_terminal);
	await(&screen, "ready");
	close(screen.slave);
	close(screen.fd);
	close(ends[1]);
	assert_int_equal(read(ends[0], &said, 1), 1);
	assert_int_equal(said, 'y');
	close(ends[0]);
	waitpid(screen.child, NULL, 0);
}

// Nobody reads the screen: the end must come all the same.
static void fill_the_screen(void)
{
	struct control *terminal = open_here(true);
	int copy = open("/dev/tty", O_WRONLY | O_NONBLOCK);
	char line[64];
	for (int i = 0; write(copy, "all is full of it\n", 18) > 0 && i < 1000000; i++)
		;
	for (int i = 0; i < 1000; i++) {
		snprintf(line, sizeof line, "line %d", i);
		terminal_show(terminal, line);
	}
	control_destroy(terminal);
}

static void test_terminal_that_nobody_reads_holds_nothing(void **state)
{
	(void)state;
	struct screen screen;
	struct termios after;
	int status;
	start(&screen, fill_the_screen);
	assert_int_equal(waitpid(screen.child, &status, 0), screen.child);
	assert_int_equal(status, 0);
	tcgetattr(screen.slave, &after);
	assert_int_equal(after.c_lflag, screen.before.c_lflag);
	close(screen.fd);
	close(screen.slave);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminal_keys_come_at_once_and_unseen),
		cmocka_unit_test(test_terminal_a_paste_is_one_wish),
		cmocka_unit_test(test_terminal_is_dark_and_empty_and_given_back),
		cmocka_unit_test(test_terminal_shows_a_line_once_and_no_commands),
		cmocka_unit_test(test_terminal_that_knows_no_commands_gets_none),
		cmocka_unit_test(test_terminal_is_given_back_before_a_deadly_signal),
		cmocka_unit_test(test_terminal_is_given_back_before_a_real_crash),
		cmocka_unit_test(test_terminal_is_given_back_before_anothers_handler),
		cmocka_unit_test(test_terminal_is_given_back_after_a_kill),
		cmocka_unit_test(test_terminal_of_a_line_editor_is_left_to_it_after_a_kill),
		cmocka_unit_test(test_terminal_is_given_back_on_exit),
		cmocka_unit_test(test_terminal_leaves_signals_as_they_were),
		cmocka_unit_test(test_terminal_is_the_shells_while_stopped),
		cmocka_unit_test(test_terminal_is_taken_again_in_front),
		cmocka_unit_test(test_terminal_of_a_stopped_job_is_left_alone_after_a_kill),
		cmocka_unit_test(test_terminal_open_refuses_what_is_no_terminal),
		cmocka_unit_test(test_terminal_that_goes_away_is_quiet),
		cmocka_unit_test(test_terminal_that_nobody_reads_holds_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
