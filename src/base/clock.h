// The clock that does not go back. Any thread.
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <time.h>

// Seconds since some moment; stands still while the machine sleeps.
static inline double clock_sec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
