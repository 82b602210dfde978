// Decibels and gains. Any thread; no side effects.
#ifndef BASE_DECIBEL_H
#define BASE_DECIBEL_H

#include <math.h>

// 0 dB is 1, -20 dB is 0.1.
static inline double gain_from_db(double db)
{
	return exp(db * 0.11512925464970228);
}

// gain must be above 0.
static inline double db_from_gain(double gain)
{
	return 20.0 * log10(gain);
}

#endif
