// Preloaded into stillroom: a wall clock that somebody sets. JUMPING_CLOCK names a file of 64 bytes, which begins with the
// seconds, as text, that the clock is wrong by. The clock that does not go back is left alone, as by settimeofday(2); but
// so that no test has to wait, byte 32 begins the seconds that it has leapt ahead.
#include "preload.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static char *orders;

__attribute__((constructor)) static void begin(void)
{
	orders = preload_orders(getenv("JUMPING_CLOCK"));
}

enum { WALL = 0, AHEAD = 32 };

static time_t wrong_by_sec(int which)
{
	return orders ? (time_t)strtoll(orders + which, NULL, 10) : 0;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int result = NEXT(clock_gettime)(clock, now);
	if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		now->tv_sec += wrong_by_sec(WALL);
	else if (result == 0 && clock == CLOCK_MONOTONIC)
		now->tv_sec += wrong_by_sec(AHEAD);
	return result;
}

time_t time(time_t *now)
{
	struct timespec is;
	clock_gettime(CLOCK_REALTIME, &is);
	if (now)
		*now = is.tv_sec;
	return is.tv_sec;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec is;
	(void)zone;
	clock_gettime(CLOCK_REALTIME, &is);
	*now = (struct timeval){is.tv_sec, is.tv_nsec / 1000};
	return 0;
}
