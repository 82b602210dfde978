// The equal-power edges of a bed file: a loop's seam, the soft ends of one that plays once. Any thread; no state.
#ifndef MIX_EDGE_H
#define MIX_EDGE_H

#include <stdbool.h>
#include <stdint.h>

// A gain at u of an edge, 0 its begin and 1 its end.
typedef double edge_gain_fn(double u, double parameter);

// Sine and cosine of its quarter turn.
double edge_rise(double u, double unused);
double edge_fall(double u, double unused);

// Multiplies stereo frames [at, at + n) of an edge that lasts edge_frames by a gain, which is evaluated every 32 frames
// from the edge's begin and joined by straight lines.
void edge_apply(float *frames, int64_t at_frames, int64_t n_frames, int64_t edge_frames, edge_gain_fn *gain,
                double parameter);

#endif
