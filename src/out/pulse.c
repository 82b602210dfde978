#include "out/pulse.h"

#include <time.h>

double clock_sec(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void pulse_begin(struct pulse *pulse, const struct feed *feed)
{
	pulse->pulls = atomic_load_explicit(&feed->pulls, memory_order_acquire);
	pulse->since_sec = clock_sec();
}

bool pulse_beats(struct pulse *pulse, const struct feed *feed, double most_sec)
{
	int64_t pulls = atomic_load_explicit(&feed->pulls, memory_order_acquire);
	if (pulls != pulse->pulls)
		pulse_begin(pulse, feed);
	return clock_sec() - pulse->since_sec <= most_sec;
}
