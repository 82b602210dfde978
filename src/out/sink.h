// A live output: something with a clock of its own that pulls a feed. Control thread.
//
// Three kinds stand behind one contract: the device (PortAudio in a child process), a pipe of raw samples paced by the
// system clock, and null, which is paced, plays to nobody and fails on order.
//
// A sink may be started again after it was stopped: each start has a new feed, so nothing that a dead device left
// behind is used again. A start has two halves: with `open` the feed is there, and what is written and ordered now is
// heard from the output's first buffer on; `await` says how it went.
#ifndef OUT_SINK_H
#define OUT_SINK_H

#include "base/status.h"
#include "out/feed.h"

#include <stdbool.h>
#include <sys/types.h>

enum sink_health {
	SINK_RUNS,
	SINK_STALLED, // no pull for longer than the kind allows: hung, frozen or lost
	SINK_GONE,    // it ended by itself; sink_message says why
};

struct sink;

// What a kind of sink does. Each call returns within its bound, whatever the hardware does.
struct sink_ops {
	// Makes the feed, halted, and begins to open the output; never waits for it.
	enum status (*open)(struct sink *sink, double volume_db, struct feed **feed);
	// Waits until the output pulls the feed: 5 s from `open` on at most. Where it fails, the feed is there until `stop`.
	// STATUS_NO_DEVICE: this machine has no output; STATUS_NOT_FOUND: not the one that was asked for.
	enum status (*await)(struct sink *sink);
	enum sink_health (*health)(struct sink *sink);  // cheap; asked several times a second
	double (*latency_sec)(const struct sink *sink); // from a pull to the ear; known after start
	void (*stop)(struct sink *sink);                // within 1 s, by force if need be; the feed is gone after it
	void (*destroy)(struct sink *sink);             // stops it first
	// Any thread, at once, as often as one likes: nothing more is heard until the next start. SINK_GONE follows.
	// NULL: it plays to no speaker.
	void (*silence)(struct sink *sink);
};

// The common head of every kind; a kind's struct begins with it.
struct sink {
	const struct sink_ops *ops;
	char message[200]; // the last trouble, one plain clause, or empty
	bool verbose;      // pass the driver's noise on to stderr
	pid_t player_pid;  // the process that plays, as a sound server knows it; 0: none, or this one

	// Asked several times a second while a start waits; true breaks it off. NULL: never.
	bool (*give_up)(void *user);
	void *give_up_user;
};

enum status sink_open(struct sink *sink, double volume_db,
                      struct feed **feed); // where it fails, nothing is to be stopped
enum status sink_await(struct sink *sink);
enum sink_health sink_health(struct sink *sink);
double sink_latency_sec(const struct sink *sink);
void sink_stop(struct sink *sink);
void sink_silence(struct sink *sink); // any thread, from create to destroy
void sink_destroy(struct sink *sink); // NULL is fine

// device: `name` is a part of a device's name, or NULL for the default one. `program` is the path of stillroom-device.
// Start it from a thread that lives as long as the sink does; device.c tells why.
struct sink *sink_create_device(const char *program, const char *name);

// The outputs, one a line, or as JSON, as stillroom-device lists them; free it with free(). Within 10 s.
// STATUS_NO_DEVICE when there is none.
enum status sink_list_devices(const char *program, bool json, bool verbose, char **listing);

// pipe: raw interleaved stereo to a descriptor, which stays the caller's. A reader that goes away is SINK_GONE;
// one that does not read holds the session up, and is no trouble.
enum sample_format { SAMPLE_S16, SAMPLE_F32 };
struct sink *sink_create_pipe(int fd, enum sample_format format);

// null: faults on order, for tests. Frames are counted from the first start on, and each fault comes once: the start
// after it plays on. A fault of -1 never comes.
struct null_faults {
	int64_t stall_at_frames; // stops pulling
	int64_t die_at_frames;   // is gone
	int start_failures;      // that many starts fail first
	bool again;              // each start has its fault: counted from it, and never used up
};
struct sink *sink_create_null(const struct null_faults *faults);

#endif
