// Textures made from a recording: cheap reads, steady level, never the same twice.
#include "sound/texture.h"

#include "base/hash.h"
#include "measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SEC = ENGINE_RATE_HZ, MINUTE = 60 * SEC / BLOCK_FRAMES * BLOCK_FRAMES };

// White noise, or each frame's own number: which tells where a frame came from.
struct recording {
	int64_t frames;
	int numbered;
	int reads;
};

static void recording_read(void *source, int64_t at, float *out, int64_t n)
{
	struct recording *recording = source;
	assert_true(at >= 0 && at + n <= recording->frames);
	assert_true(at % BLOCK_FRAMES == 0 && n <= BLOCK_FRAMES);
	recording->reads++;
	for (int64_t i = 0; i < n * ENGINE_CHANNELS; i++) {
		uint64_t sample = (uint64_t)(at * ENGINE_CHANNELS + i);
		out[i] = recording->numbered ? (float)(at + i / 2) : 0.1f * (float)hash_signed(1, sample);
	}
}

static float *make(struct recording *recording, int64_t at, int64_t frames)
{
	struct texture *texture = texture_create_from(recording_read, recording, recording->frames, 3);
	float *out = measure_buffer(frames);
	for (int64_t i = 0; i < frames; i += BLOCK_FRAMES) {
		recording->reads = 0;
		texture_read(texture, at + i, out + i * 2, BLOCK_FRAMES);
		assert_in_range(recording->reads, 1, 2);
	}
	texture_destroy(texture);
	return out;
}

static const int64_t lengths[] = {SEC, SEC + 777, 3 * SEC, 10 * SEC, 13 * SEC, 60 * SEC, 3600 * (int64_t)SEC};

static void test_grains_keep_the_level(void **state)
{
	(void)state;
	enum { STEP = 2 * BLOCK_FRAMES };
	double *envelope = memory_alloc(MINUTE / STEP * sizeof *envelope);
	for (int k = 0; k < 7; k++) {
		struct recording recording = {lengths[k], 0, 0};
		float *out = make(&recording, (int64_t)1000 * MINUTE, MINUTE);
		double wanted = 0.1 / sqrt(3.0);
		assert_true(fabs(measure_db(measure_rms(out, MINUTE * 2) / wanted)) < 0.1);
		int64_t steps = measure_envelope(out, MINUTE, STEP, envelope);
		for (int64_t i = 0; i < steps; i++)
			assert_true(fabs(measure_db(envelope[i] / wanted)) < 0.6);
		free(out);
	}
	free(envelope);
}

static void test_grains_can_be_entered_anywhere(void **state)
{
	(void)state;
	enum { BLOCKS = 900 };
	struct recording recording = {61 * SEC, 0, 0};
	float *whole = make(&recording, 0, BLOCKS * BLOCK_FRAMES), block[BLOCK_FRAMES * 2];
	struct texture *texture = texture_create_from(recording_read, &recording, recording.frames, 3);
	for (int k = BLOCKS - 1; k >= 0; k -= 7) {
		int n = 1 + (int)(hash64(2, (uint64_t)k) % BLOCK_FRAMES);
		texture_read(texture, (int64_t)k * BLOCK_FRAMES, block, n);
		assert_memory_equal(block, whole + k * BLOCK_FRAMES * 2, (size_t)n * 2 * sizeof *block);
	}
	texture_destroy(texture);
	free(whole);
}

// Outside of the crossfades a frame's number tells its place. Grains come from everywhere and from one place hardly
// twice.
static void test_grains_wander(void **state)
{
	(void)state;
	enum { MOST = 400 };
	struct recording recording = {300 * SEC, 1, 0}; // floats count so far
	float *out = make(&recording, 0, 10 * MINUTE);
	int64_t places[MOST], last_shift = -1, same = 0;
	int count = 0, tenths[10] = {0};
	for (int64_t t = 0; t < 10 * MINUTE; t += BLOCK_FRAMES) {
		int64_t place = (int64_t)out[2 * t];
		const float *block = out + 2 * t;
		if (block[2] - block[0] != 1.0f || block[2 * BLOCK_FRAMES - 2] - block[0] != BLOCK_FRAMES - 1.0f)
			continue;            // a crossfade
		if (place - t == last_shift) // the same grain
			continue;
		for (int k = 0; k < count; k++)
			same += places[k] == place;
		assert_true(count < MOST);
		places[count++] = place;
		tenths[place * 10 / recording.frames]++;
		last_shift = place - t;
	}
	assert_in_range(count, 140, 150); // a grain every 4.1 s
	assert_in_range(same, 0, 5);
	for (int k = 0; k < 10; k++)
		assert_true(tenths[k] > 3);
	free(out);
}

// With a recording of a constant, crossfades show their gains: sin + cos, without a step anywhere.
static void constant_read(void *source, int64_t at, float *out, int64_t n)
{
	(void)source;
	(void)at;
	for (int64_t i = 0; i < n * ENGINE_CHANNELS; i++)
		out[i] = 1.0f;
}

static void test_grains_cross_without_a_step(void **state)
{
	(void)state;
	struct texture *texture = texture_create_from(constant_read, NULL, 20 * SEC, 3);
	float *out = measure_buffer(MINUTE);
	for (int64_t at = 0; at < MINUTE; at += BLOCK_FRAMES)
		texture_read(texture, at, out + at * 2, BLOCK_FRAMES);
	double most = 0.0, most_step = 0.0;
	for (int64_t i = 1; i < MINUTE; i++) {
		most = fmax(most, (double)out[2 * i]);
		most_step = fmax(most_step, fabs((double)out[2 * i] - (double)out[2 * i - 2]));
	}
	assert_true(fabs(most - sqrt(2.0)) < 1e-3);
	assert_true(most_step < 1e-4);
	texture_destroy(texture);
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grains_keep_the_level),
		cmocka_unit_test(test_grains_can_be_entered_anywhere),
		cmocka_unit_test(test_grains_wander),
		cmocka_unit_test(test_grains_cross_without_a_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
