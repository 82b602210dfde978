// The equal-power edges of a bed file: a loop's seam, the soft ends of one that plays once. Any thread; no state.
#ifndef MIX_EDGE_H
#define MIX_EDGE_H

#include <stdbool.h>
#include <stdint.h>

// What moves is evaluated so often, from the edge's begin, and joined by straight lines.
enum { EDGE_KNOT_FRAMES = 32 };

// Multiplies stereo frames [at, at + n) of an edge that lasts edge_frames by sin (rising) or cos (falling) of its
// quarter turn.
void edge_apply(float *frames, int64_t at_frames, int64_t n_frames, int64_t edge_frames, bool falls);

#endif
