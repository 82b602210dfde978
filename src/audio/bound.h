// How loud a mono recording can be at most, by EBU R 128 as voices/README.md measures it, for next to nothing: what lies
// below needs no measuring. In the decoder's process. One thread at a time for each.
#ifndef AUDIO_BOUND_H
#define AUDIO_BOUND_H

#include <stddef.h>
#include <stdint.h>

struct bound {
	float weight; // of the power of the steps from sample to sample
	float last;   // sample
	int64_t block_frames;
	int64_t frames;
	double *blocks; // the weighted energy of each
	size_t count, capacity;
};

void bound_init(struct bound *bound, int rate_hz);
void bound_finish(struct bound *bound);

void bound_add(struct bound *bound, const float *samples, int64_t n_frames);

// Of all that was added, heard on both sides; -120 for silence. A loop of it has no more.
double bound_lufs(const struct bound *bound);

#endif
