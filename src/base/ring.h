// A lock-free ring of stereo frames for one producer and one consumer, which may be two processes: it holds no pointer,
// so it can lie in shared memory. Positions count frames since the beginning and never wrap.
#ifndef BASE_RING_H
#define BASE_RING_H

#include "base/frames.h"

#include <stdatomic.h>
#include <stdint.h>

enum { RING_FRAMES = 1 << 16 }; // 1.37 s

struct ring {
	_Alignas(64) _Atomic int64_t written; // by the producer
	_Alignas(64) _Atomic int64_t read;    // by the consumer
	_Alignas(64) float frames[RING_FRAMES * ENGINE_CHANNELS];
};

// A zeroed ring is ready.

// Producer.
int64_t ring_space(const struct ring *ring);
int64_t ring_write(struct ring *ring, const float *frames, int64_t n_frames); // returns how many there was room for

// Consumer; safe on the audio thread.
int64_t ring_filled(const struct ring *ring);
int64_t ring_read(struct ring *ring, float *frames, int64_t n_frames); // returns how many there were
void ring_skip_to(struct ring *ring, int64_t position);                // drops what was written before position

#endif
