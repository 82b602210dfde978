#include "mix/kept.h"

#include "base/hash.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { FRAMES = 1000 }; // not a whole number of groups

static void fill(float *frames, double gain, double step)
{
	for (int i = 0; i < 2 * FRAMES; i++)
		frames[i] = (float)(rint(gain * hash_signed(3, (uint64_t)i) / step) * step) + 0.0f; // no -0
}

// Half a step of 12 bits under a power of two that is at most twice the highest sample.
static void test_kept_loses_little_of_loud_and_soft(void **state)
{
	(void)state;
	static const double gains[] = {0.999, 0.2, 0.003, 0.00003};
	for (int g = 0; g < 4; g++) {
		float in[2 * FRAMES], out[2 * FRAMES];
		fill(in, gains[g], 1e-9);
		struct kept *kept = kept_create(FRAMES);
		kept_write(kept, 0, in, 960);
		kept_write(kept, 960, in + 2 * 960, FRAMES - 960);
		kept_read(kept, 0, out, FRAMES);
		for (int i = 0; i < 2 * FRAMES; i++)
			assert_float_equal(in[i], out[i], 2.0 * gains[g] / 4096.0);
		kept_destroy(kept);
	}
	kept_destroy(NULL);
}

static void test_kept_loses_nothing_of_12_bits_or_silence(void **state)
{
	(void)state;
	static const double gains[] = {0.999, 0.0};
	for (int g = 0; g < 2; g++) {
		float in[2 * FRAMES], out[2 * FRAMES];
		fill(in, gains[g], 1.0 / 2048.0);
		struct kept *kept = kept_create(FRAMES);
		kept_write(kept, 0, in, FRAMES);
		kept_read(kept, 0, out, FRAMES);
		assert_memory_equal(in, out, sizeof(in));
		kept_destroy(kept);
	}
}

static void test_kept_reads_any_part(void **state)
{
	(void)state;
	float in[2 * FRAMES], out[2 * FRAMES];
	fill(in, 0.5, 1.0 / 2048.0);
	struct kept *kept = kept_create(FRAMES);
	kept_write(kept, 0, in, FRAMES);
	for (int at = 0; at < FRAMES; at += 7)
		for (int n = 1; at + n <= FRAMES; n += 61) {
			kept_read(kept, at, out, n);
			assert_memory_equal(in + 2 * at, out, (size_t)n * 2 * sizeof(float));
		}
	kept_destroy(kept);
}

static void test_kept_never_passes_full_scale(void **state)
{
	(void)state;
	float in[128], out[128]; // two groups
	for (int i = 0; i < 128; i++)
		in[i] = (i % 2 ? 1.0f : -1.0f) * (i < 64 ? 0.9999999f : 1.0f);
	struct kept *kept = kept_create(64);
	kept_write(kept, 0, in, 64);
	kept_read(kept, 0, out, 64);
	for (int i = 0; i < 128; i++)
		assert_float_equal(in[i], out[i], 1.0 / 2048.0);
	for (int i = 0; i < 128; i++)
		assert_true(fabsf(out[i]) <= 1.0f);
	kept_destroy(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_loses_little_of_loud_and_soft),
		cmocka_unit_test(test_kept_loses_nothing_of_12_bits_or_silence),
		cmocka_unit_test(test_kept_reads_any_part),
		cmocka_unit_test(test_kept_never_passes_full_scale),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
