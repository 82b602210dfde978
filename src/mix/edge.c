#include "mix/edge.h"

#include "sound/curve.h"

#include <math.h>

enum { KNOT_FRAMES = 32 };

double edge_rise(double u, double unused)
{
	(void)unused;
	return curve_power_in(u);
}

double edge_fall(double u, double unused)
{
	(void)unused;
	return curve_power_in(1.0 - u);
}

void edge_apply(float *frames, int64_t at_frames, int64_t n_frames, int64_t edge_frames, edge_gain_fn *gain,
                double parameter)
{
	int64_t at = at_frames, end = at_frames + n_frames;
	while (at < end) {
		int64_t knot = at - at % KNOT_FRAMES, next = knot + KNOT_FRAMES;
		float from = (float)gain((double)knot / (double)edge_frames, parameter);
		float to = (float)gain(fmin((double)next / (double)edge_frames, 1.0), parameter);
		float step = (to - from) / KNOT_FRAMES;
		for (; at < end && at < next; at++, frames += 2) {
			float gain_here = from + step * (float)(at - knot);
			frames[0] *= gain_here;
			frames[1] *= gain_here;
		}
	}
}
