// Many channels to two. Any thread.
#ifndef AUDIO_FOLD_H
#define AUDIO_FOLD_H

#include "audio/file.h"

#include <stdint.h>

// Beyond +24 dB full scale it is not sound: a float file can hold anything.
#define FOLD_MOST_SAMPLE 16.0f

struct fold {
	int channels;
	float left[AUDIO_MOST_CHANNELS], right[AUDIO_MOST_CHANNELS];
};

// By the file's own channel map; without one, by the usual order of WAV. No side's gains add up to more than 1.
struct fold fold_for(struct audio_file *file);

// Interleaved frames to stereo; of two channels also in place. False, and nothing done, when a sample is no number or
// beyond FOLD_MOST_SAMPLE.
bool fold_stereo(const struct fold *fold, const float *in, float *out, int64_t n_frames);

// The average of the channels, in place. False when a sample is no number or beyond FOLD_MOST_SAMPLE.
bool fold_mono(int channels, float *frames, int64_t n_frames);

#endif
