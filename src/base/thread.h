// A thread that takes no signals: they are the control thread's, and a reader that leaves gives it an error, not SIGPIPE.
// Any thread.
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

enum { THREAD_NICE = 5 };

// False when there can be no more threads.
static inline bool thread_start(pthread_t *thread, void *(*run)(void *), void *user)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool started = pthread_create(thread, NULL, run, user) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

// This thread only computes, and lets others go first, as do what threads and processes it starts: on Linux each thread
// has a nice value of its own, setpriority(2).
static inline void thread_make_way(void)
{
	setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + THREAD_NICE);
}

// This thread, and what threads and processes it starts, stay on the processor that it is on.
static inline void thread_stay(void)
{
	cpu_set_t here;
	int cpu = sched_getcpu();
	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return;
	CPU_ZERO(&here);
	CPU_SET((size_t)cpu, &here);
	sched_setaffinity(0, sizeof here, &here);
}

#endif
