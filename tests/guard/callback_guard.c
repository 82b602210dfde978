// LD_PRELOAD: ends the program when the audio callback allocates, locks, or asks the kernel for anything at all.
//
// Pa_OpenStream is put before PortAudio's own, so that the callback runs inside a guarded region of its thread, in the
// program as people run it. Where the program writes instead, the region is from the answer that there is room to the
// write. There every allocation, lock and print is caught by its name; and any system call, whoever
// makes it, by the kernel (syscall user dispatch, Linux 5.11, x86): a file, a log, a wait, a contended lock.
//
// CALLBACK_GUARD_REPORT names a file that gets lines: "watching" or "watching names only" at the stream's opening,
// "caught WHAT" before the abort, "watched N" at its closing. portaudio.h is not asked for: what is put before it must be
// plain C.
#include "guard/guard_region.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#endif

enum { ALLOW = 0, BLOCK = 1 };

// initial-exec: reading them allocates nothing
#define OF_THREAD static _Thread_local __attribute__((tls_model("initial-exec")))
OF_THREAD volatile char selector; // the kernel reads it at each system call
OF_THREAD bool inside;
OF_THREAD bool dispatched;

typedef int callback_fn(const void *in, void *out, unsigned long n_frames, const void *time, unsigned long flags,
                        void *user);

static struct {
	callback_fn *callback;
	void *user;
	_Atomic long calls;
} watched; // a program has one stream

// number below 0: none
static void report(const char *what, long number)
{
	const char *path = getenv("CALLBACK_GUARD_REPORT");
	char line[128];
	int n = number < 0 ? snprintf(line, sizeof line, "%s\n", what)
	                   : snprintf(line, sizeof line, "%s %ld\n", what, number);
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	if (fd >= 0 && write(fd, line, (size_t)n) < 0)
		abort();
	if (fd >= 0)
		close(fd);
}

static void catch (const char *what, long number)
{
	selector = ALLOW;
	inside = false;
	char line[100];
	snprintf(line, sizeof line, "caught %s", what);
	report(line, number);
	abort();
}

void guard_check(const char *what)
{
	if (inside)
		catch (what, -1);
}

static void on_syscall(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	catch ("system call", info->si_syscall);
}

static bool dispatch(void)
{
	return prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0, &selector) == 0;
}

static void enter(void)
{
	if (!dispatched)
		dispatch();
	dispatched = true;
	atomic_fetch_add_explicit(&watched.calls, 1, memory_order_relaxed);
	inside = true;
	selector = BLOCK;
}

static void leave(void)
{
	selector = ALLOW;
	inside = false;
}

static int guarded(const void *in, void *out, unsigned long n_frames, const void *time, unsigned long flags, void *user)
{
	(void)user;
	enter();
	int answer = watched.callback(in, out, n_frames, time, flags, watched.user);
	leave();
	return answer;
}

typedef int open_stream_fn(void **stream, const void *in, const void *out, double rate, unsigned long n_frames,
                           unsigned long flags, callback_fn *callback, void *user);
open_stream_fn Pa_OpenStream;
long Pa_GetStreamWriteAvailable(void *stream);
int Pa_WriteStream(void *stream, const void *frames, unsigned long n_frames);
int Pa_CloseStream(void *stream);

int Pa_OpenStream(void **stream, const void *in, const void *out, double rate, unsigned long n_frames,
                  unsigned long flags, callback_fn *callback, void *user)
{
	open_stream_fn *next = (open_stream_fn *)dlsym(RTLD_NEXT, "Pa_OpenStream");
	struct sigaction action = {.sa_sigaction = on_syscall, .sa_flags = SA_SIGINFO};
	sigaction(SIGSYS, &action, NULL);
	bool all = dispatch(); // of this thread, where nothing is blocked: to know whether the kernel can
	watched.callback = callback;
	watched.user = user;
	report(all ? "watching" : "watching names only", -1);
	// the stream has other callbacks too
	return next(stream, in, out, rate, n_frames, flags, callback ? guarded : NULL, user);
}

long Pa_GetStreamWriteAvailable(void *stream)
{
	long (*next)(void *) = (long (*)(void *))dlsym(RTLD_NEXT, "Pa_GetStreamWriteAvailable");
	long room = next(stream);
	if (room > 0)
		enter();
	return room;
}

int Pa_WriteStream(void *stream, const void *frames, unsigned long n_frames)
{
	leave();
	int (*next)(void *, const void *, unsigned long) =
		(int (*)(void *, const void *, unsigned long))dlsym(RTLD_NEXT, "Pa_WriteStream");
	return next(stream, frames, n_frames);
}

int Pa_CloseStream(void *stream)
{
	int (*next)(void *) = (int (*)(void *))dlsym(RTLD_NEXT, "Pa_CloseStream");
	report("watched", atomic_load(&watched.calls));
	return next(stream);
}
