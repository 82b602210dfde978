// Each side publishes its own count with release and reads the other's with acquire: what was written before the count
// is seen after it, and no more is needed.
#include "base/ring.h"

#include <string.h>

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t ring_space(const struct ring *ring)
{
	return RING_FRAMES - (atomic_load_explicit(&ring->written, memory_order_relaxed) -
	                      atomic_load_explicit(&ring->read, memory_order_acquire));
}

int64_t ring_write(struct ring *ring, const float *frames, int64_t n_frames)
{
	int64_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
	int64_t n = smaller(n_frames, ring_space(ring));
	int64_t start = written & (RING_FRAMES - 1);
	int64_t first = smaller(n, RING_FRAMES - start);
	memcpy(ring->frames + start * ENGINE_CHANNELS, frames, (size_t)first * ENGINE_CHANNELS * sizeof(float));
	memcpy(ring->frames, frames + first * ENGINE_CHANNELS, (size_t)(n - first) * ENGINE_CHANNELS * sizeof(float));
	atomic_store_explicit(&ring->written, written + n, memory_order_release);
	return n;
}

int64_t ring_filled(const struct ring *ring)
{
	return atomic_load_explicit(&ring->written, memory_order_acquire) -
	       atomic_load_explicit(&ring->read, memory_order_relaxed);
}

int64_t ring_read(struct ring *ring, float *frames, int64_t n_frames)
{
	int64_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);
	int64_t n = smaller(n_frames, ring_filled(ring));
	int64_t start = read & (RING_FRAMES - 1);
	int64_t first = smaller(n, RING_FRAMES - start);
	memcpy(frames, ring->frames + start * ENGINE_CHANNELS, (size_t)first * ENGINE_CHANNELS * sizeof(float));
	memcpy(frames + first * ENGINE_CHANNELS, ring->frames, (size_t)(n - first) * ENGINE_CHANNELS * sizeof(float));
	atomic_store_explicit(&ring->read, read + n, memory_order_release);
	return n;
}

void ring_skip_to(struct ring *ring, int64_t position)
{
	atomic_store_explicit(&ring->read, position, memory_order_release);
}
