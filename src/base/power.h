// The mean square of samples, and of many such. Any thread.
#ifndef BASE_POWER_H
#define BASE_POWER_H

#include <stdint.h>

// count is at least 1.
double power_of(const float *samples, int64_t count);

// The mean of those powers that are above `least`; 0 when none is. A gate of EBU R 128 is two of these.
double power_mean_above(const double *powers, int64_t count, double least);

#endif
