// soxr at its HQ setting. Any thread.
#ifndef AUDIO_RESAMPLE_H
#define AUDIO_RESAMPLE_H

#include <stdint.h>

// Interleaved frames at rate_hz to exactly out_frames at 48 kHz, zeros after the end. Frame 0 stays frame 0.
void resample(int rate_hz, int channels, const float *in, int64_t in_frames, float *out, int64_t out_frames);

// The next frames of a sound, at most n, which stay where they are until the next call. Returns how many; 0: the end.
typedef int64_t resample_source(void *user, const float **frames, int64_t n_frames);

// The same for a sound that is not in memory at once: memory for a piece of it only.
void resample_from(int rate_hz, int channels, resample_source *source, void *user, float *out, int64_t out_frames);

#endif
