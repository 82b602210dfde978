// A recording kept in memory with 12 bits a sample, and a common scale for every 32 frames. Written on the control thread, then read by any number of threads.
#ifndef MIX_KEPT_H
#define MIX_KEPT_H

#include <stdint.h>

struct kept;

struct kept *kept_create(int64_t frames);
void kept_destroy(struct kept *kept); // NULL is fine

// Stereo frames [at, at + n); at is a multiple of 32, and so is n except at the recording's end.
void kept_write(struct kept *kept, int64_t at_frames, const float *in, int64_t n_frames);
void kept_read(const struct kept *kept, int64_t at_frames, float *out, int64_t n_frames);

#endif
