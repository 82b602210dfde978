// The mean square of samples. Any thread.
#ifndef BASE_POWER_H
#define BASE_POWER_H

#include <stdint.h>

// count is at least 1.
double power_of(const float *samples, int64_t count);

#endif
