#include "mix/edge.h"

#include "sound/curve.h"

#include <math.h>

static float gain_at(int64_t at, int64_t edge, bool falls)
{
	double u = fmin((double)at / (double)edge, 1.0);
	return (float)curve_power_in(falls ? 1.0 - u : u);
}

void edge_apply(float *frames, int64_t at_frames, int64_t n_frames, int64_t edge_frames, bool falls)
{
	int64_t at = at_frames, end = at_frames + n_frames;
	while (at < end) {
		int64_t knot = at - at % EDGE_KNOT_FRAMES;
		int64_t next = knot + EDGE_KNOT_FRAMES;
		float from = gain_at(knot, edge_frames, falls);
		float step = (gain_at(next, edge_frames, falls) - from) / EDGE_KNOT_FRAMES;
		for (; at < end && at < next; at++, frames += 2) {
			float gain = from + step * (float)(at - knot);
			frames[0] *= gain;
			frames[1] *= gain;
		}
	}
}
