// libevdev knows what was lost when the kernel's queue ran over, and puts it right; what is left is a look at the table.
#include "control/remote.h"

#ifdef HAVE_EVDEV

#include "base/clock.h"
#include "base/memory.h"

#include <libevdev/libevdev.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define LOOK_AGAIN_SEC 3.0

enum { PRESSED = 1, REPEATED = 2, MOST_EVENTS = 256 };

struct remote {
	struct control head;
	char *path;
	int fd; // -1 while it is away
	struct libevdev *device;
	bool catching_up; // some of its events were lost
	int error;
	double look_sec; // when to look for it again
	int events;      // of this round, so that a device gone mad does not keep the caller
};

static void let_go(struct remote *remote, int error)
{
	if (remote->device)
		libevdev_free(remote->device);
	if (remote->fd >= 0)
		close(remote->fd); // ends the grab
	remote->device = NULL;
	remote->fd = -1;
	remote->catching_up = false;
	remote->error = error;
	remote->look_sec = clock_sec() + LOOK_AGAIN_SEC;
}

static void look_for(struct remote *remote)
{
	remote->fd = open(remote->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int error = remote->fd < 0 ? errno : -libevdev_new_from_fd(remote->fd, &remote->device);
	if (error == 0)
		error = -libevdev_grab(remote->device, LIBEVDEV_GRAB);
	if (error)
		let_go(remote, error);
	remote->error = error;
}

// Shift and the locks, which some number pads send around each key, ask for nothing.
static bool is_silent(unsigned code)
{
	switch (code) {
	case KEY_LEFTSHIFT:
	case KEY_RIGHTSHIFT:
	case KEY_LEFTCTRL:
	case KEY_RIGHTCTRL:
	case KEY_LEFTALT:
	case KEY_RIGHTALT:
	case KEY_LEFTMETA:
	case KEY_RIGHTMETA:
	case KEY_CAPSLOCK:
	case KEY_NUMLOCK:
	case KEY_SCROLLLOCK:
		return true;
	default:
		return false;
	}
}

// A key held down goes on for the volume alone.
static bool is_wish(const struct input_event *event, struct wish *wish)
{
	if (event->type != EV_KEY || (event->value != PRESSED && event->value != REPEATED) || is_silent(event->code))
		return false;
	*wish = verb_of_code(event->code);
	return event->value == PRESSED || wish->verb == VERB_LOUDER || wish->verb == VERB_QUIETER;
}

// After the kernel's queue ran over, libevdev first tells what changed meanwhile, up to -EAGAIN.
static int read_event(struct remote *remote, struct input_event *event)
{
	unsigned how = remote->catching_up ? LIBEVDEV_READ_FLAG_SYNC : LIBEVDEV_READ_FLAG_NORMAL;
	int got = libevdev_next_event(remote->device, how, event);
	if (got == -EAGAIN && remote->catching_up) {
		remote->catching_up = false;
		got = libevdev_next_event(remote->device, LIBEVDEV_READ_FLAG_NORMAL, event);
	}
	remote->catching_up = got == LIBEVDEV_READ_STATUS_SYNC;
	return got;
}

// False when nothing has come.
static bool next_event(struct remote *remote, struct input_event *event)
{
	int got = read_event(remote, event);
	struct pollfd health = {.fd = remote->fd};
	if (got == -EAGAIN && poll(&health, 1, 0) > 0)
		got = -ENODEV;
	if (got < 0 && got != -EAGAIN)
		let_go(remote, -got);
	return got >= 0;
}

static bool remote_take(struct control *control, struct wish *wish)
{
	struct remote *remote = (struct remote *)control;
	struct input_event event;
	if (!remote->device && clock_sec() >= remote->look_sec)
		look_for(remote);
	while (remote->device && remote->events++ < MOST_EVENTS && next_event(remote, &event))
		if (is_wish(&event, wish))
			return true;
	remote->events = 0;
	return false;
}

static int remote_wait_on(struct control *control, short *events)
{
	*events = POLLIN;
	return ((struct remote *)control)->fd;
}

static double remote_deadline_sec(struct control *control)
{
	const struct remote *remote = (const struct remote *)control;
	return remote->device ? INFINITY : remote->look_sec;
}

static void remote_tell(struct control *control, const struct control_view *view)
{
	(void)control;
	(void)view;
}

static void remote_destroy(struct control *control)
{
	struct remote *remote = (struct remote *)control;
	let_go(remote, 0);
	free(remote->path);
	free(remote);
}

static const struct control_ops OPS = {remote_wait_on, remote_deadline_sec, remote_take, remote_tell, remote_destroy};

struct control *remote_open(const char *path)
{
	struct remote *remote = memory_alloc(sizeof *remote);
	*remote = (struct remote){{&OPS}, .path = memory_copy_text(path), .fd = -1};
	look_for(remote);
	return &remote->head;
}

int remote_error(const struct control *control)
{
	return control ? ((const struct remote *)control)->error : 0;
}

#else

#include <stddef.h>

struct control *remote_open(const char *path)
{
	(void)path;
	return NULL;
}

int remote_error(const struct control *control)
{
	(void)control;
	return 0;
}

#endif
