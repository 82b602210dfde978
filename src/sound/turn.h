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

enum { TURN_WALK = 128, TURN_STRIDE = 32, TURN_STRIDES = TURN_WALK / TURN_STRIDE };

// sine[i] = sin(2 pi (from + i step)) and the cosines, within 5e-7: of each stride's begin and of the places in a stride
// by their series, all else by the sum of two angles, which costs a few multiplications where a series costs twenty.
static inline void turn_walk(double from, double step, float sine[TURN_WALK], float cosine[TURN_WALK])
{
	float begin[TURN_STRIDES], begin_sine[TURN_STRIDES], begin_cosine[TURN_STRIDES];
	float place_sine[TURN_STRIDE], place_cosine[TURN_STRIDE];
	double first = from - (double)(int64_t)from;
	for (int i = 0; i < TURN_STRIDES; i++)
		begin[i] =
			(float)(first + i * (TURN_STRIDE * step) - (double)(int32_t)(first + i * (TURN_STRIDE * step)));
	for (int i = 0; i < TURN_STRIDES; i++) {
		begin_sine[i] = turn_sinf(begin[i]);
		begin_cosine[i] = turn_sinf(begin[i] + 0.25f);
	}
	const float small = (float)step;
	for (int i = 0; i < TURN_STRIDE; i++) {
		place_sine[i] = turn_sinf(small * (float)i);
		place_cosine[i] = turn_sinf(small * (float)i + 0.25f);
	}
	for (int k = 0; k < TURN_STRIDES; k++)
		for (int i = 0; i < TURN_STRIDE; i++) {
			sine[k * TURN_STRIDE + i] = begin_sine[k] * place_cosine[i] + begin_cosine[k] * place_sine[i];
			cosine[k * TURN_STRIDE + i] = begin_cosine[k] * place_cosine[i] - begin_sine[k] * place_sine[i];
		}
}

#endif
