// The watchdog's pulse: has the audio thread pulled lately? Control thread.
#ifndef OUT_PULSE_H
#define OUT_PULSE_H

#include "out/feed.h"

#include <stdbool.h>

struct pulse {
	int64_t pulls;    // when last looked at
	double since_sec; // when it last moved, of clock_sec
};

void pulse_begin(struct pulse *pulse, const struct feed *feed);
bool pulse_beats(struct pulse *pulse, const struct feed *feed, double most_sec); // false: none for that long

#endif
