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
