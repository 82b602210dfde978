// Always so many sums, that every variant gives the same.
#include "base/power.h"

#include "base/vector.h"

enum { LANES = 64 };

VECTOR double power_of(const float *samples, int64_t count)
{
	float sums[LANES] = {0};
	int64_t i = 0;
	for (; i + LANES <= count; i += LANES)
		for (int k = 0; k < LANES; k++)
			sums[k] += samples[i + k] * samples[i + k];
	for (int k = 0; i < count; i++, k++)
		sums[k] += samples[i] * samples[i];
	double sum = 0.0;
	for (int k = 0; k < LANES; k++)
		sum += (double)sums[k];
	return sum / (double)count;
}

double power_mean_above(const double *powers, int64_t count, double least)
{
	double sum = 0.0;
	int64_t n = 0;
	for (int64_t i = 0; i < count; i++) {
		sum += powers[i] > least ? powers[i] : 0.0;
		n += powers[i] > least;
	}
	return n > 0 ? sum / (double)n : 0.0;
}
