// The device: PortAudio in a child process, which can be killed.
//
// PortAudio 19.6 hangs for good when a device is lost: Pa_StopStream and Pa_AbortStream do not return, a core spins, and
// gigabytes of complaints go to stderr (portaudio#1037). So it lives in `stillroom-device` with nothing else. The feed
// lies in shared memory: the child does nothing but pull it. The parent looks at the pulls; when they stand still, or the
// child is no more, it says so, and its owner stops the sink and starts it anew. Nothing that a dead child left behind is
// used again, so it does not matter where it was killed.
//
// The child never ends a stream by itself: PortAudio's stop is an abort that cuts off what is still in the buffers. It
// plays silence until the parent has counted enough of it.
//
// The child's lines: `begun`, then one of `ready LATENCY_SEC`, `none WHY`, `unknown WHY`, `fault WHY`; later `gone WHY`.
// Its end is told by the end of the channel; should the parent be killed, the kernel kills the child (PR_SET_PDEATHSIG).
// That goes by thread: start a sink from a thread that lives as long as the sink.
#include "out/sink.h"

#include "base/clock.h"
#include "base/frames.h"
#include "base/memory.h"
#include "out/device_child.h"
#include "out/pulse.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <unistd.h>

#define START_SEC 4.3    // of the 5 s; the rest is for the kill
#define PATIENCE_SEC 0.1 // between two looks at whether the start is still wanted
#define STALL_SEC 0.8    // the longest buffers seen ask every 0.3 s,
#define BEGIN_SEC 2.5    // but a PulseAudio sink that has slept plays 2 s that it has before it asks again,
#define BEGUN_SEC 1.5    // in which it was given less than so much
#define GRACE_SEC 0.35   // for an orderly end
#define LISTING_SEC 9.0  // of 10 s

struct device_sink {
	struct sink head;
	char *program, *name; // name may be NULL
	struct device_child child;
	struct feed *feed;   // NULL while stopped
	double deadline_sec; // of its start
	double latency_sec;
	struct pulse pulse;
	bool lost; // no orderly end can be hoped for

	// Any thread's. A descriptor and not a number, which may be another process's by the time it is killed.
	pthread_mutex_t kill_lock;
	int kill_fd; // -1: none
};

static void say(struct device_sink *device, const char *text)
{
	snprintf(device->head.message, sizeof device->head.message, "%s", text);
}

// ---- Silence

static void set_kill_fd(struct device_sink *device, int fd)
{
	pthread_mutex_lock(&device->kill_lock);
	if (device->kill_fd >= 0)
		close(device->kill_fd);
	device->kill_fd = fd;
	pthread_mutex_unlock(&device->kill_lock);
}

// Nothing is quicker, or works in more states of a driver: what it had buffered goes with it.
static void device_silence(struct sink *sink)
{
	struct device_sink *device = (struct device_sink *)sink;
	pthread_mutex_lock(&device->kill_lock);
	if (device->kill_fd >= 0)
		pidfd_send_signal(device->kill_fd, SIGKILL, NULL, 0);
	pthread_mutex_unlock(&device->kill_lock);
}

// ---- Start

// A memory file that neither side can shorten.
static int make_feed(struct feed **feed, double volume_db)
{
	int fd = memfd_create("stillroom-feed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -1;
	void *memory = MAP_FAILED;
	if (ftruncate(fd, sizeof **feed) == 0)
		memory = mmap(NULL, sizeof **feed, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED) {
		close(fd);
		return -1;
	}
	fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	*feed = memory;
	feed_init(*feed, volume_db);
	return fd;
}

static bool spawn(struct device_sink *device, int feed_fd)
{
	char parent[16];
	snprintf(parent, sizeof parent, "%ld", (long)getpid());
	const char *arguments[7] = {"stillroom-device", "--play", parent};
	int n = 3;
	if (device->head.verbose)
		arguments[n++] = "--verbose";
	if (device->name) {
		arguments[n++] = "--device";
		arguments[n++] = device->name;
	}
	device->child.verbose = device->head.verbose;
	if (!child_spawn(&device->child, device->program, arguments, feed_fd))
		return false;
	device->head.player_pid = device->child.pid;
	set_kill_fd(device, pidfd_open(device->child.pid, 0));
	return true;
}

// It ended before it said how its start went.
static enum status explain_end(struct device_sink *device, bool begun)
{
	int signal = 0;
	bool exited = child_has_exited(&device->child, &signal, device->deadline_sec);
	if (!begun && exited && signal == SIGABRT) {
		// PortAudio's way when ALSA knows no default output.
		say(device, "this machine has no sound output");
		return STATUS_NO_DEVICE;
	}
	say(device, "the sound system crashed when it was started");
	return STATUS_FAILED;
}

static bool after_word(const char *line, const char *word, const char **rest)
{
	size_t n = strlen(word);
	if (strncmp(line, word, n) != 0 || (line[n] != ' ' && line[n] != '\0'))
		return false;
	*rest = line[n] ? line + n + 1 : line + n;
	return true;
}

// What a line says of the start; false for one that says nothing of it.
static bool take_outcome(struct device_sink *device, const char *line, enum status *status)
{
	static const struct {
		const char *word;
		enum status status;
	} outcomes[] = {
		{"ready", STATUS_OK},
		{"none", STATUS_NO_DEVICE},
		{"unknown", STATUS_NOT_FOUND},
		{"fault", STATUS_FAILED},
	};
	const char *rest;
	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
		if (!after_word(line, outcomes[i].word, &rest))
			continue;
		*status = outcomes[i].status;
		if (*status == STATUS_OK)
			device->latency_sec = strtod(rest, NULL);
		else
			say(device, rest);
		return true;
	}
	return false;
}

static bool gives_up(const struct device_sink *device)
{
	return clock_sec() >= device->deadline_sec ||
	       (device->head.give_up && device->head.give_up(device->head.give_up_user));
}

static enum status await_ready(struct device_sink *device)
{
	char line[200];
	const char *rest;
	enum status status;
	bool begun = false;
	while (!gives_up(device)) {
		double soon_sec = fmin(device->deadline_sec, clock_sec() + PATIENCE_SEC);
		enum child_line got = child_read_line(&device->child, line, sizeof line, soon_sec);
		if (got == CHILD_CLOSED)
			return explain_end(device, begun);
		if (got == CHILD_LINE && take_outcome(device, line, &status))
			return status;
		begun = begun || (got == CHILD_LINE && after_word(line, "begun", &rest));
	}
	say(device, "the sound system did not answer");
	device->lost = true;
	return STATUS_FAILED;
}

static void close_child(struct device_sink *device)
{
	child_end(&device->child, device->lost ? 0.0 : GRACE_SEC);
	device->head.player_pid = 0;
	set_kill_fd(device, -1);
	if (device->feed)
		munmap(device->feed, sizeof *device->feed);
	device->feed = NULL;
}

static enum status device_open(struct sink *sink, double volume_db, struct feed **feed)
{
	struct device_sink *device = (struct device_sink *)sink;
	device->deadline_sec = clock_sec() + START_SEC;
	device->latency_sec = 0.0;
	device->lost = false;
	int feed_fd = make_feed(&device->feed, volume_db);
	bool spawned = feed_fd >= 0 && spawn(device, feed_fd);
	int error = errno;
	if (feed_fd >= 0)
		close(feed_fd);
	if (!spawned) {
		snprintf(sink->message, sizeof sink->message, "%s could not be started: %s", device->program,
		         strerror(error));
		close_child(device);
		return STATUS_FAILED;
	}
	*feed = device->feed;
	return STATUS_OK;
}

static enum status device_await(struct sink *sink)
{
	struct device_sink *device = (struct device_sink *)sink;
	enum status status = await_ready(device);
	pulse_begin(&device->pulse, device->feed);
	return status;
}

// ---- While it runs

static double most_gap_sec(const struct feed *feed)
{
	int64_t pulled = atomic_load_explicit(&feed->pulled_frames, memory_order_relaxed);
	return (double)pulled < BEGUN_SEC * ENGINE_RATE_HZ ? BEGIN_SEC : STALL_SEC;
}

static enum sink_health device_health(struct sink *sink)
{
	struct device_sink *device = (struct device_sink *)sink;
	char line[200];
	const char *why = "the sound output broke off";
	int signal;
	child_hear_noise(&device->child);
	enum child_line got = child_read_line(&device->child, line, sizeof line, 0.0);
	if (got == CHILD_LINE)
		after_word(line, "gone", &why);
	if (got != CHILD_NO_LINE || child_has_exited(&device->child, &signal, 0.0)) {
		say(device, why);
		device->lost = true;
		return SINK_GONE;
	}
	if (pulse_beats(&device->pulse, device->feed, most_gap_sec(device->feed)))
		return SINK_RUNS;
	say(device, "the sound output has stopped taking sound");
	device->lost = true;
	return SINK_STALLED;
}

static double device_latency_sec(const struct sink *sink)
{
	return ((const struct device_sink *)sink)->latency_sec;
}

static void device_stop(struct sink *sink)
{
	close_child((struct device_sink *)sink);
}

static void device_destroy(struct sink *sink)
{
	struct device_sink *device = (struct device_sink *)sink;
	close_child(device);
	pthread_mutex_destroy(&device->kill_lock);
	free(device->program);
	free(device->name);
	free(device);
}

static const struct sink_ops device_ops = {device_open, device_await,   device_health, device_latency_sec,
                                           device_stop, device_destroy, device_silence};

struct sink *sink_create_device(const char *program, const char *name)
{
	struct device_sink *device = memory_alloc(sizeof *device);
	device->head.ops = &device_ops;
	device->program = memory_copy_text(program);
	device->name = name ? memory_copy_text(name) : NULL;
	device->child = child_none();
	pthread_mutex_init(&device->kill_lock, NULL);
	device->kill_fd = -1;
	return &device->head;
}

// ---- The list

enum status sink_list_devices(const char *program, bool json, bool verbose, char **listing)
{
	const char *arguments[5] = {"stillroom-device", "--list"};
	int n = 2;
	if (json)
		arguments[n++] = "--json";
	if (verbose)
		arguments[n++] = "--verbose";
	struct device_child child = child_none();
	child.verbose = verbose;
	*listing = NULL;
	if (!child_spawn(&child, program, arguments, -1))
		return STATUS_FAILED;
	double deadline_sec = clock_sec() + LISTING_SEC;
	bool whole = child_read_all(&child, listing, deadline_sec);
	int signal = 0;
	bool exited = whole && child_has_exited(&child, &signal, deadline_sec);
	child_end(&child, 0.0);
	if (exited && signal == 0 && (*listing)[0])
		return STATUS_OK;
	bool none = exited && (signal == 0 || signal == SIGABRT);
	free(*listing);
	*listing = NULL;
	return none ? STATUS_NO_DEVICE : STATUS_FAILED;
}
