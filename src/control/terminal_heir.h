// A process that does nothing but outlive this one, to give a terminal back when this one was killed and could not.
// Control thread.
#ifndef CONTROL_TERMINAL_HEIR_H
#define CONTROL_TERMINAL_HEIR_H

#include <stdatomic.h>
#include <stddef.h>
#include <termios.h>

struct heir_will {
	int fd;            // of the terminal
	const char *bytes; // written to it
	size_t count;
	struct termios before; // how it was, unless somebody else has set it since
};

struct heir;

// NULL where there can be none: then a terminal stays as a kill leaves it.
struct heir *heir_create(const struct heir_will *will);

// Not 0: the terminal is to be given back. The heir sees it at once; any thread, any signal handler.
atomic_int *heir_duty(struct heir *heir);

void heir_end(struct heir *heir); // nothing is given back; NULL is fine

#endif
