// 16-bit samples with dither by position. Any thread; no state.
#ifndef OUT_DITHER_H
#define OUT_DITHER_H

#include <stdint.h>

// Frames [at, at + n) of stereo `in` as 16 bits, with triangular (TPDF) dither of 2 LSB that depends on the position
// alone: a file and a pipe that begin at the same place hold the same samples. Samples of exactly 0 stay 0, so silence
// is silent. Full scale is 32768; what passes it is clipped.
void dither_s16(const float *in, int64_t at_frames, int16_t *out, int64_t n_frames);

#endif
