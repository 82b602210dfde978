// logind's inhibitor locks: systemd.io/INHIBITOR_LOCKS. A lock is a descriptor, and closing it lets go.
//
// Three locks, each asked for by itself, since who logged in over the network may have some of them and not others:
//   idle, block    logind and desktops that ask it do not sleep because nobody types
//   sleep, block   a desktop that counts idle time by itself is refused when it asks for sleep
//   sleep, delay   a closed lid and the like are not refused: they wait, at most 5 s, while the sound fades
// logind says when sleep comes (PrepareForSleep). That is a pause, and the delay is held until its fade was heard. Nothing
// resumes when the machine wakes: that is for the listener.
#include "control/inhibit.h"

#include "base/clock.h"
#include "base/memory.h"
#include "control/bus.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define LOGIND "org.freedesktop.login1"
#define PATH "/org/freedesktop/login1"
#define MANAGER "org.freedesktop.login1.Manager"

#define FADE_HEARD_SEC 3.0 // a pause's fade of 1.5 s, and its way through the output; logind waits 5 s

enum { STEPS_AT_ONCE = 64 }; // so that a talkative bus leaves time for the rest

enum { LOCK_IDLE, LOCK_SLEEP, LOCK_DELAY, LOCKS };

struct lock {
	bool wanted;
	bool asked; // the answer is on its way
	int fd;     // -1: not held
};

struct inhibit {
	struct control control;
	sd_bus *bus; // NULL: it has died
	struct lock locks[LOCKS];
	bool playing;
	bool pause;         // a wish that waits
	double release_sec; // when the delay ends; INFINITY: no sleep is coming
};

// Not wanted any more: the descriptor goes with the message.
static int on_lock(sd_bus_message *reply, void *user, sd_bus_error *error)
{
	struct lock *lock = user;
	int fd;
	(void)error;
	lock->asked = false;
	if (!lock->wanted || sd_bus_message_is_method_error(reply, NULL) || sd_bus_message_read(reply, "h", &fd) < 0)
		return 0;
	lock->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return 0;
}

static void want(struct inhibit *inhibit, int which, bool wanted)
{
	static const char *const what[LOCKS] = {"idle", "sleep", "sleep"};
	static const char *const mode[LOCKS] = {"block", "block", "delay"};
	struct lock *lock = &inhibit->locks[which];
	lock->wanted = wanted;
	if (!wanted && lock->fd >= 0) {
		close(lock->fd);
		lock->fd = -1;
	}
	if (!wanted || lock->fd >= 0 || lock->asked || !inhibit->bus)
		return;
	lock->asked =
		sd_bus_call_method_async(inhibit->bus, NULL, LOGIND, PATH, MANAGER, "Inhibit", on_lock, lock, "ssss",
	                                 what[which], "stillroom", "A session is playing", mode[which]) >= 0;
}

static void hold(struct inhibit *inhibit)
{
	bool sleep_comes = isfinite(inhibit->release_sec);
	want(inhibit, LOCK_IDLE, inhibit->playing);
	want(inhibit, LOCK_SLEEP, inhibit->playing);
	if (!sleep_comes)
		want(inhibit, LOCK_DELAY, inhibit->playing);
}

static int on_sleep(sd_bus_message *signal, void *user, sd_bus_error *error)
{
	struct inhibit *inhibit = user;
	int begins;
	(void)error;
	if (sd_bus_message_read(signal, "b", &begins) < 0)
		return 0;
	if (begins && inhibit->playing) {
		inhibit->pause = true;
		inhibit->release_sec = clock_sec() + FADE_HEARD_SEC;
	} else if (!begins) {
		inhibit->release_sec = INFINITY;
		hold(inhibit);
	}
	return 0;
}

static int wait_on(struct control *control, short *events)
{
	return bus_wait_on(((struct inhibit *)control)->bus, events);
}

static bool delay_is_due(const struct inhibit *inhibit)
{
	return inhibit->locks[LOCK_DELAY].wanted && isfinite(inhibit->release_sec);
}

static double deadline_sec(struct control *control)
{
	struct inhibit *inhibit = (struct inhibit *)control;
	double sec = bus_deadline_sec(inhibit->bus);
	return delay_is_due(inhibit) ? fmin(sec, inhibit->release_sec) : sec;
}

static bool take(struct control *control, struct wish *wish)
{
	struct inhibit *inhibit = (struct inhibit *)control;
	for (int i = 0; i < STEPS_AT_ONCE && !inhibit->pause; i++)
		if (!bus_step(&inhibit->bus))
			break;
	if (delay_is_due(inhibit) && clock_sec() >= inhibit->release_sec)
		want(inhibit, LOCK_DELAY, false);
	*wish = (struct wish){.verb = inhibit->pause ? VERB_PAUSE : VERB_NONE};
	inhibit->pause = false;
	return wish->verb != VERB_NONE;
}

static void tell(struct control *control, const struct control_view *view)
{
	struct inhibit *inhibit = (struct inhibit *)control;
	inhibit->playing = view->state == CONTROL_PLAYING || view->state == CONTROL_WAITING;
	hold(inhibit);
}

static void destroy(struct control *control)
{
	struct inhibit *inhibit = (struct inhibit *)control;
	bus_close(&inhibit->bus);
	for (int which = 0; which < LOCKS; which++)
		want(inhibit, which, false);
	free(inhibit);
}

struct control *inhibit_create(void)
{
	static const struct control_ops ops = {wait_on, deadline_sec, take, tell, destroy};
	struct inhibit *inhibit = memory_alloc(sizeof *inhibit);
	inhibit->control.ops = &ops;
	inhibit->release_sec = INFINITY;
	for (int which = 0; which < LOCKS; which++)
		inhibit->locks[which].fd = -1;
	inhibit->bus = bus_open(BUS_SYSTEM);
	if (!inhibit->bus || sd_bus_match_signal_async(inhibit->bus, NULL, LOGIND, PATH, MANAGER, "PrepareForSleep",
	                                               on_sleep, NULL, inhibit) < 0) {
		destroy(&inhibit->control);
		return NULL;
	}
	return &inhibit->control;
}
