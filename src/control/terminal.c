// The terminal is the one that controls this process, opened anew, so that O_NONBLOCK is ours alone and a terminal that
// nobody reads cannot hold us. A program in the background neither reads nor changes it: both would stop us.
//
// The dark is the alternate screen with black as background (256 colours' black behind the first eight's, which a theme
// may have made grey), no cursor, no wrapping, pastes marked. Leaving is a constant, written by whoever comes first:
// destroy, exit, a signal, or after a kill the heir. Hence the one state that is not in a struct.
#include "control/terminal.h"

#include "base/clock.h"
#include "base/memory.h"
#include "control/terminal_heir.h"
#include "control/typing.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const char GO_DARK[] = "\033[?1049h\033[0;40m\033[48;5;16m\033[2J\033[H\033[?25l\033[?7l\033[?2004h";
static const char GO_LIGHT[] = "\033[?2004l\033[?7h\033[0m\033[2J\033[?25h\033[?1049l";
static const char LINE_BEGIN[] = "\033[H\033[2K\033[2;38;5;240m";

enum { LINE_MOST = 240, RESTORE_MOST_MS = 200 };

#define LOOK_AGAIN_SEC 0.5 // while another program has the terminal

// The signals that end a program; a crash's own handler is put before another's, the rest only where there is none.
static const struct {
	int number;
	bool crash;
} DEADLY[] = {
	{SIGSEGV, true},  {SIGABRT, true},  {SIGBUS, true},   {SIGFPE, true},   {SIGILL, true},
	{SIGSYS, true},   {SIGTRAP, true},  {SIGQUIT, false}, {SIGHUP, false},  {SIGINT, false},
	{SIGTERM, false}, {SIGPIPE, false}, {SIGXCPU, false}, {SIGXFSZ, false}, {SIGTSTP, false},
};

enum { DEADLY_COUNT = sizeof DEADLY / sizeof *DEADLY };

struct terminal {
	struct control head;
	bool had_keys; // this round has read
	bool behind;   // another program has had the terminal since; it is taken again once we are in front
	struct typing typing;
	char line[LINE_MOST];
	void *stack; // for signals; NULL when there was one
	struct heir *heir;
};

// What a signal handler needs.
static struct {
	int fd;
	bool dark;
	struct termios before;
	struct sigaction old[DEADLY_COUNT];
	atomic_int *changed; // the terminal is not as it was; the heir's, or this
	atomic_int without_heir;
	atomic_bool open, at_exit;
} now = {.changed = &now.without_heir};

static bool in_front(void)
{
	return tcgetpgrp(now.fd) == getpgrp();
}

// Whole, or as much as a terminal takes that is read slowly.
static void put(const char *bytes, size_t count, int most_ms)
{
	while (count) {
		ssize_t n = write(now.fd, bytes, count);
		struct pollfd room = {.fd = now.fd, .events = POLLOUT};
		if (n < 0 && errno != EINTR && (errno != EAGAIN || most_ms <= 0 || poll(&room, 1, most_ms) <= 0))
			return;
		if (n > 0) {
			bytes += n;
			count -= (size_t)n;
		}
	}
}

void terminal_restore_now(void)
{
	int error = errno;
	if (atomic_load(now.changed) && in_front() && atomic_exchange(now.changed, 0)) {
		if (now.dark)
			put(GO_LIGHT, sizeof GO_LIGHT - 1, RESTORE_MOST_MS);
		tcsetattr(now.fd, TCSANOW, &now.before);
	}
	errno = error;
}

static void make_quiet(void)
{
	struct termios quiet = now.before;
	quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	quiet.c_iflag &= ~(tcflag_t)IXON; // Ctrl-S would hold what we write at the end
	quiet.c_cc[VMIN] = 0;
	quiet.c_cc[VTIME] = 0;
	atomic_store(now.changed, 1);
	tcsetattr(now.fd, TCSANOW, &quiet);
	if (now.dark)
		put(GO_DARK, sizeof GO_DARK - 1, 0);
}

// ---- Signals

static const struct sigaction *old_of(int number)
{
	for (int i = 0; i < DEADLY_COUNT; i++)
		if (DEADLY[i].number == number)
			return &now.old[i];
	return NULL;
}

// A fault does, with its true place, when the instruction does; what was sent must be sent again.
static bool comes_by_itself(int number, const siginfo_t *info)
{
	bool fault = number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL;
	return fault && info->si_code > 0;
}

// What would have happened without us happens now.
static void on_deadly(int number, siginfo_t *info, void *context)
{
	(void)context;
	terminal_restore_now();
	sigaction(number, old_of(number), NULL);
	if (!comes_by_itself(number, info))
		raise(number);
}

// Ctrl-Z: the shell gets its terminal as it was. Blocked while the handler runs, the signal stops us at the unblocking.
// Where no shell looks after us it does not stop at all, so the dark is made again here.
static void on_stop(int number)
{
	int error = errno;
	struct sigaction ours, plain = {.sa_handler = SIG_DFL};
	sigset_t only, before;
	terminal_restore_now();
	sigaction(number, &plain, &ours);
	raise(number);
	sigemptyset(&only);
	sigaddset(&only, number);
	pthread_sigmask(SIG_UNBLOCK, &only, &before);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	sigaction(number, &ours, NULL);
	if (in_front())
		make_quiet();
	errno = error;
}

static bool is_ours(const struct sigaction *action)
{
	return action->sa_handler == on_stop || ((action->sa_flags & SA_SIGINFO) && action->sa_sigaction == on_deadly);
}

static void hook_signals(void)
{
	for (int i = 0; i < DEADLY_COUNT; i++) {
		struct sigaction action = {.sa_sigaction = on_deadly, .sa_flags = SA_SIGINFO | SA_ONSTACK};
		if (DEADLY[i].number == SIGTSTP)
			action = (struct sigaction){.sa_handler = on_stop, .sa_flags = SA_RESTART};
		sigfillset(&action.sa_mask);
		sigaction(DEADLY[i].number, NULL, &now.old[i]);
		if (DEADLY[i].crash || now.old[i].sa_handler == SIG_DFL)
			sigaction(DEADLY[i].number, &action, NULL);
	}
}

static void unhook_signals(void)
{
	for (int i = 0; i < DEADLY_COUNT; i++) {
		struct sigaction action;
		sigaction(DEADLY[i].number, NULL, &action);
		if (is_ours(&action))
			sigaction(DEADLY[i].number, &now.old[i], NULL);
	}
}

// A stack that ran out needs another one for the handler.
static void *take_stack(void)
{
	stack_t old, ours = {.ss_size = (size_t)SIGSTKSZ};
	if (sigaltstack(NULL, &old) != 0 || !(old.ss_flags & SS_DISABLE))
		return NULL;
	ours.ss_sp = memory_alloc(ours.ss_size);
	sigaltstack(&ours, NULL);
	return ours.ss_sp;
}

static void give_back_stack(void *stack)
{
	if (stack)
		sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
	free(stack);
}

// ---- Open, again, close

static bool can_be_dark(void)
{
	const char *term = getenv("TERM");
	return term && *term && strcmp(term, "dumb") != 0;
}

static bool take_terminal(int fd)
{
	if (!isatty(fd) || tcgetpgrp(fd) != getpgrp())
		return false;
	now.fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (now.fd < 0)
		return false;
	if (tcgetattr(now.fd, &now.before) == 0)
		return true;
	close(now.fd);
	return false;
}

static struct heir *leave_to_heir(void)
{
	return heir_create(&(struct heir_will){
		.fd = now.fd,
		.bytes = GO_LIGHT,
		.count = now.dark ? sizeof GO_LIGHT - 1 : 0,
		.before = now.before,
	});
}

static void redraw(const struct terminal *terminal)
{
	char text[sizeof LINE_BEGIN + LINE_MOST];
	int n = snprintf(text, sizeof text, "%s%s", LINE_BEGIN, terminal->line);
	put(text, (size_t)n, 0);
}

void terminal_again(struct control *control)
{
	struct terminal *terminal = (struct terminal *)control;
	if (!terminal || !in_front())
		return;
	terminal->behind = false;
	make_quiet();
	if (terminal->line[0])
		redraw(terminal);
}

static void terminal_destroy(struct control *control)
{
	struct terminal *terminal = (struct terminal *)control;
	if (in_front())
		tcflush(now.fd, TCIFLUSH); // keys meant for us are not for the shell
	terminal_restore_now();
	unhook_signals();
	give_back_stack(terminal->stack);
	atomic_store(now.changed, 0);
	now.changed = &now.without_heir;
	heir_end(terminal->heir);
	close(now.fd);
	free(terminal);
	atomic_store(&now.open, false);
}

// ---- Keys

static int terminal_wait_on(struct control *control, short *events)
{
	(void)control;
	*events = POLLIN;
	return in_front() ? now.fd : -1;
}

static double terminal_deadline_sec(struct control *control)
{
	const struct terminal *terminal = (const struct terminal *)control;
	double look_sec = terminal->behind ? clock_sec() + LOOK_AGAIN_SEC : INFINITY;
	return fmin(look_sec, typing_deadline_sec(&terminal->typing));
}

// A shell that brings to the front what already runs sends no signal.
static bool is_ours_now(struct terminal *terminal)
{
	bool front = in_front();
	if (front && terminal->behind)
		terminal_again(&terminal->head);
	terminal->behind = !front;
	return front;
}

// Reads once, so that no flood keeps the caller here.
static bool terminal_take(struct control *control, struct wish *wish)
{
	struct terminal *terminal = (struct terminal *)control;
	char bytes[4096];
	if (typing_take(&terminal->typing, wish))
		return true;
	if (terminal->had_keys) {
		terminal->had_keys = false;
		return false;
	}
	ssize_t got = is_ours_now(terminal) ? read(now.fd, bytes, sizeof bytes) : -1;
	if (got > 0)
		typing_add(&terminal->typing, bytes, (size_t)got, clock_sec());
	else
		typing_settle(&terminal->typing, clock_sec());
	terminal->had_keys = typing_take(&terminal->typing, wish);
	return terminal->had_keys;
}

static void terminal_tell(struct control *control, const struct control_view *view)
{
	(void)control;
	(void)view;
}

// Text as it can stand on a screen: a title must not carry commands to the terminal.
static void clean(char *to, size_t bytes, const char *from)
{
	size_t n = 0;
	for (; *from && n + 1 < bytes; from++) {
		unsigned char c = (unsigned char)*from;
		bool command = c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)from[1] < 0xa0);
		to[n++] = command ? '?' : *from;
		from += command && c == 0xc2 && from[1];
	}
	to[n] = '\0';
}

void terminal_show(struct control *control, const char *line)
{
	struct terminal *terminal = (struct terminal *)control;
	char cleaned[LINE_MOST];
	clean(cleaned, sizeof cleaned, line ? line : "");
	if (!terminal || strcmp(terminal->line, cleaned) == 0)
		return;
	strcpy(terminal->line, cleaned);
	if (now.dark && !terminal->behind && in_front() && atomic_load(now.changed))
		redraw(terminal);
}

static const struct control_ops OPS = {terminal_wait_on, terminal_deadline_sec, terminal_take, terminal_tell,
                                       terminal_destroy};

struct control *terminal_open(int fd, bool dark)
{
	if (atomic_load(&now.open) || !take_terminal(fd))
		return NULL;
	struct terminal *terminal = memory_alloc(sizeof *terminal);
	terminal->head.ops = &OPS;
	now.dark = dark && can_be_dark();
	atomic_store(&now.open, true);
	if (!atomic_exchange(&now.at_exit, true))
		atexit(terminal_restore_now);
	terminal->stack = take_stack();
	terminal->heir = leave_to_heir();
	now.changed = terminal->heir ? heir_duty(terminal->heir) : &now.without_heir;
	hook_signals();
	make_quiet();
	return &terminal->head;
}
