// The highest of many samples, in a shape that compilers make vectors of: the bits of floats without their sign sort like
// their values, with infinity and NaN above all. Any thread.
#ifndef BASE_PEAK_H
#define BASE_PEAK_H

#include <stdint.h>
#include <string.h>

static inline int32_t peak_bits(float x)
{
	int32_t bits;
	memcpy(&bits, &x, sizeof bits);
	return bits & INT32_C(0x7fffffff);
}

static inline int32_t peak_bits_of(const float *samples, int64_t count)
{
	int32_t high = 0;
	for (int64_t i = 0; i < count; i++) {
		int32_t bits = peak_bits(samples[i]);
		high = bits > high ? bits : high;
	}
	return high;
}

static inline float peak_of_bits(int32_t bits)
{
	float peak;
	memcpy(&peak, &bits, sizeof peak);
	return peak;
}

static inline float peak_of(const float *samples, int64_t count)
{
	return peak_of_bits(peak_bits_of(samples, count));
}

#endif
