// The ring keeps order and count, alone, with two threads and with two processes.
#include "base/ring.h"

#include "base/hash.h"
#include "base/memory.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST_FRAMES = 4096, RUN_FRAMES = 20 * RING_FRAMES };

static float sample_at(int64_t frame, int channel)
{
	return (float)(frame % 8388608) + (channel ? 0.5f : 0.0f);
}

static void fill(float *frames, int64_t at, int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		for (int c = 0; c < ENGINE_CHANNELS; c++)
			frames[i * ENGINE_CHANNELS + c] = sample_at(at + i, c);
}

static int64_t wrong_frames(const float *frames, int64_t at, int64_t n)
{
	int64_t wrong = 0;
	for (int64_t i = 0; i < n; i++)
		for (int c = 0; c < ENGINE_CHANNELS; c++)
			wrong += frames[i * ENGINE_CHANNELS + c] != sample_at(at + i, c);
	return wrong;
}

static void test_ring_starts_empty(void **state)
{
	(void)state;
	struct ring *ring = memory_alloc(sizeof *ring);
	float frame[ENGINE_CHANNELS];
	assert_int_equal(ring_space(ring), RING_FRAMES);
	assert_int_equal(ring_filled(ring), 0);
	assert_int_equal(ring_read(ring, frame, 1), 0);
	free(ring);
}

static void test_ring_takes_no_more_than_it_holds(void **state)
{
	(void)state;
	struct ring *ring = memory_alloc(sizeof *ring);
	float *frames = memory_alloc((RING_FRAMES + 10) * ENGINE_CHANNELS * sizeof *frames);
	fill(frames, 0, RING_FRAMES + 10);
	assert_int_equal(ring_write(ring, frames, 10), 10);
	assert_int_equal(ring_write(ring, frames + 10 * ENGINE_CHANNELS, RING_FRAMES), RING_FRAMES - 10);
	assert_int_equal(ring_space(ring), 0);
	assert_int_equal(ring_filled(ring), RING_FRAMES);
	assert_int_equal(ring_write(ring, frames, 1), 0);
	memset(frames, 0, RING_FRAMES * ENGINE_CHANNELS * sizeof *frames);
	assert_int_equal(ring_read(ring, frames, RING_FRAMES + 10), RING_FRAMES);
	assert_int_equal(wrong_frames(frames, 0, RING_FRAMES), 0);
	assert_int_equal(ring_filled(ring), 0);
	assert_int_equal(ring_space(ring), RING_FRAMES);
	free(frames);
	free(ring);
}

// Portions of every size meet the ring's seam at every place.
static void test_ring_keeps_order_across_its_seam(void **state)
{
	(void)state;
	struct ring *ring = memory_alloc(sizeof *ring);
	float frames[MOST_FRAMES * ENGINE_CHANNELS];
	int64_t written = 0, read = 0;
	for (uint64_t k = 0; read < RUN_FRAMES; k++) {
		int64_t n = 1 + (int64_t)(hash64(1, k) % MOST_FRAMES);
		fill(frames, written, n);
		written += ring_write(ring, frames, n);
		n = ring_read(ring, frames, 1 + (int64_t)(hash64(2, k) % MOST_FRAMES));
		assert_int_equal(wrong_frames(frames, read, n), 0);
		read += n;
		assert_int_equal(ring_filled(ring), written - read);
		assert_int_equal(ring_space(ring), RING_FRAMES - (written - read));
	}
	free(ring);
}

static void test_ring_skips_what_was_dropped(void **state)
{
	(void)state;
	struct ring *ring = memory_alloc(sizeof *ring);
	float frames[100 * ENGINE_CHANNELS];
	fill(frames, 0, 100);
	ring_write(ring, frames, 100);
	ring_skip_to(ring, 60);
	assert_int_equal(ring_filled(ring), 40);
	assert_int_equal(ring_read(ring, frames, 100), 40);
	assert_int_equal(wrong_frames(frames, 60, 40), 0);
	free(ring);
}

static void produce(struct ring *ring)
{
	float frames[MOST_FRAMES * ENGINE_CHANNELS];
	int64_t written = 0;
	for (uint64_t k = 0; written < RUN_FRAMES; k++) {
		int64_t n = 1 + (int64_t)(hash64(3, k) % MOST_FRAMES);
		fill(frames, written, n);
		int64_t done = ring_write(ring, frames, n);
		written += done;
		if (done == 0)
			sched_yield();
	}
}

// Returns how many samples were wrong.
static int64_t consume(struct ring *ring)
{
	float frames[MOST_FRAMES * ENGINE_CHANNELS];
	int64_t read = 0, wrong = 0;
	for (uint64_t k = 0; read < RUN_FRAMES; k++) {
		int64_t n = ring_read(ring, frames, 1 + (int64_t)(hash64(4, k) % MOST_FRAMES));
		wrong += wrong_frames(frames, read, n);
		read += n;
		if (n == 0)
			sched_yield();
	}
	return wrong;
}

static void *produce_thread(void *ring)
{
	produce(ring);
	return NULL;
}

static void test_ring_between_threads(void **state)
{
	(void)state;
	struct ring *ring = memory_alloc(sizeof *ring);
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, produce_thread, ring), 0);
	assert_int_equal(consume(ring), 0);
	pthread_join(thread, NULL);
	free(ring);
}

static void test_ring_between_processes(void **state)
{
	(void)state;
	struct ring *ring = mmap(NULL, sizeof *ring, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(ring, MAP_FAILED);
	pid_t child = fork();
	if (child == 0) {
		produce(ring);
		_exit(0);
	}
	assert_int_equal(consume(ring), 0);
	int result = -1;
	assert_int_equal(waitpid(child, &result, 0), child);
	assert_int_equal(result, 0);
	munmap(ring, sizeof *ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring_starts_empty),
		cmocka_unit_test(test_ring_takes_no_more_than_it_holds),
		cmocka_unit_test(test_ring_keeps_order_across_its_seam),
		cmocka_unit_test(test_ring_skips_what_was_dropped),
		cmocka_unit_test(test_ring_between_threads),
		cmocka_unit_test(test_ring_between_processes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
