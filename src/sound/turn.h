// Sines of turns (1 is a full circle) without the maths library: the same bits with every compiler and libc, and in a
// shape that compilers make vectors of. Any thread. Taylor's series about 0 for a quarter turn to either side.
#ifndef SOUND_TURN_H
#define SOUND_TURN_H

#include <math.h>
#include <stdint.h>

// sin(2 pi x) within 2e-7; |x| below a million, and better near 0: take whole turns off first.
static inline float turn_sinf(float x)
{
	float q = x - 0.25f;
	q -= (float)(int32_t)q; // now within one turn; the cosine does not mind its sign
	q = fabsf(0.5f - fabsf(q)) - 0.25f;
	float s = q * q;
	float series = -15.0946426f;
	series = 42.0586939f + s * series;
	series = -76.7058597f + s * series;
	series = 81.6052493f + s * series;
	series = -41.3417022f + s * series;
	series = 6.28318531f + s * series;
	return q * series;
}

// sin(2 pi x) within 1e-11; |x| below 2^51.
static inline double turn_sin(double x)
{
	double q = x - 0.25;
	q -= (double)(int64_t)q;
	q = fabs(0.5 - fabs(q)) - 0.25;
	double s = q * q;
	double series = -0.71812230177850012;
	series = 3.8199525848482803 + s * series;
	series = -15.094642576822984 + s * series;
	series = 42.058693944897634 + s * series;
	series = -76.705859753061361 + s * series;
	series = 81.605249276075043 + s * series;
	series = -41.341702240399755 + s * series;
	series = 6.2831853071795862 + s * series;
	return q * series;
}

// cos(2 pi x)
static inline double turn_cos(double x)
{
	return turn_sin(x + 0.25);
}

enum { TURN_WALK = 128 };

// n more places, step further than the n that are there.
static inline void turn_walk_on(float *sine, float *cosine, int n, double step_sine, double step_cosine)
{
	const float s = (float)step_sine, c = (float)step_cosine;
	for (int i = 0; i < n; i++) {
		sine[n + i] = sine[i] * c + cosine[i] * s;
		cosine[n + i] = cosine[i] * c - sine[i] * s;
	}
}

// sine[i] = sin(2 pi (from + i step)) and the cosines, within 5e-7: twice as many places each time, by the sum of two
// angles, which costs a few multiplications where a series costs twenty.
static inline void turn_walk(double from, double step, float sine[TURN_WALK], float cosine[TURN_WALK])
{
	double s = turn_sin(step), c = turn_cos(step);
	sine[0] = (float)turn_sin(from);
	cosine[0] = (float)turn_cos(from);
	for (int n = 1; n < TURN_WALK; n *= 2) {
		turn_walk_on(sine, cosine, n, s, c);
		double twice = 2.0 * s * c;
		c = c * c - s * s;
		s = twice;
	}
}

#endif
