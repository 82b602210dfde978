#include "out/pulse.h"

#include "base/clock.h"

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
