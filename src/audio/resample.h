// soxr at its HQ setting, all at once. Any thread.
#ifndef AUDIO_RESAMPLE_H
#define AUDIO_RESAMPLE_H

#include <stdint.h>

// Interleaved frames at rate_hz to exactly out_frames at 48 kHz, zeros after the end. Frame 0 stays frame 0.
void resample(int rate_hz, int channels, const float *in, int64_t in_frames, float *out, int64_t out_frames);

#endif
