// The process that owns PortAudio, seen from its parent: spawned, heard, and ended whatever it does. Control thread.
#ifndef OUT_DEVICE_CHILD_H
#define OUT_DEVICE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { LEFT_MOST = 8 };

struct device_child {
	pid_t pid;      // 0: none
	int channel_fd; // -1: none; its lines come from here, and that it is closed tells it to end
	int noise_fd;   // its stderr
	bool verbose;   // passes the noise on to our stderr, instead of dropping it

	char text[512]; // of lines not yet given
	size_t text_bytes;

	pid_t left[LEFT_MOST]; // killed, but stuck in the kernel: reaped when they can be
};

enum child_line { CHILD_LINE, CHILD_NO_LINE, CHILD_CLOSED };

struct device_child child_none(void);

// `arguments` ends with NULL and begins with the program's name; `feed_fd`, or -1, becomes
// descriptor 3. False and errno when it cannot be started.
bool child_spawn(struct device_child *child, const char *program, const char *const *arguments, int feed_fd);

// The next line of its channel, without line end; waits until `deadline_sec` (of clock_sec) at most.
enum child_line child_read_line(struct device_child *child, char *line, size_t line_bytes, double deadline_sec);

// Everything up to the end of the channel into *text (to be freed); false when it takes longer or is over a megabyte.
bool child_read_all(struct device_child *child, char **text, double deadline_sec);

// Takes in its stderr, a bounded piece of it; never waits.
void child_hear_noise(struct device_child *child);

// True when it is no more; *signal is what killed it, or 0. Waits until deadline_sec at most.
bool child_has_exited(struct device_child *child, int *signal, double deadline_sec);

// Tells it to end, waits for grace_sec, kills it. Returns within grace_sec and half a second.
void child_end(struct device_child *child, double grace_sec);

#endif
