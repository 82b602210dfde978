#include "mix/kept.h"

#include "base/hash.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

enum { FRAMES = 20000 }; // not a whole number of groups

static void fill(float *frames, double gain, double step)
{
	for (int i = 0; i < 2 * FRAMES; i++)
		frames[i] = (float)(rint(gain * hash_signed(3, (uint64_t)i) / step) * step) + 0.0f; // no -0
}

// Any part, by a reader that has read nothing yet.
static void read_part(const struct kept *kept, int64_t at, float *out, int64_t n)
{
	struct kept_reader reader = {.kept = kept};
	kept_read(&reader, at, out, n);
	kept_reader_end(&reader);
}

static void test_kept_loses_nothing_of_16_bits(void **state)
{
	(void)state;
	static const double gains[] = {0.999, 0.2, 0.003, 0.00003, 0.0};
	for (int g = 0; g < 5; g++) {
		float in[2 * FRAMES], out[2 * FRAMES];
		fill(in, gains[g], 1.0 / 32768.0);
		struct kept *kept = kept_create(FRAMES);
		assert_true(kept_write(kept, 0, in, 960));
		assert_true(kept_write(kept, 960, in + 2 * 960, FRAMES - 960));
		read_part(kept, 0, out, FRAMES);
		assert_memory_equal(in, out, sizeof(in));
		kept_destroy(kept);
	}
	kept_destroy(NULL);
}

static void test_kept_loses_little_of_what_is_soft(void **state)
{
	(void)state;
	float in[2 * FRAMES], out[2 * FRAMES];
	fill(in, 0.001, 1e-9);
	struct kept *kept = kept_create(FRAMES);
	assert_true(kept_write(kept, 0, in, FRAMES));
	read_part(kept, 0, out, FRAMES);
	for (int i = 0; i < 2 * FRAMES; i++)
		assert_float_equal(in[i], out[i], 0.001 / 32768.0);
	kept_destroy(kept);
}

static void test_kept_reads_any_part(void **state)
{
	(void)state;
	float in[2 * FRAMES], out[2 * FRAMES];
	fill(in, 0.5, 1.0 / 32768.0);
	struct kept *kept = kept_create(FRAMES);
	assert_true(kept_write(kept, 0, in, FRAMES));
	struct kept_reader reader = {.kept = kept};
	for (int at = 0; at < FRAMES; at += 277)
		for (int n = 1; at + n <= FRAMES; n += 761) {
			kept_read(&reader, at, out, n);
			assert_memory_equal(in + 2 * at, out, (size_t)n * 2 * sizeof(float));
			read_part(kept, at, out, n);
			assert_memory_equal(in + 2 * at, out, (size_t)n * 2 * sizeof(float));
		}
	kept_reader_end(&reader);
	kept_destroy(kept);
}

static void test_kept_never_passes_full_scale(void **state)
{
	(void)state;
	float in[128], out[128]; // two groups
	for (int i = 0; i < 128; i++)
		in[i] = (i % 2 ? 1.0f : -1.0f) * (i < 64 ? 0.9999999f : 1.0f);
	struct kept *kept = kept_create(64);
	assert_true(kept_write(kept, 0, in, 64));
	read_part(kept, 0, out, 64);
	for (int i = 0; i < 128; i++)
		assert_float_equal(in[i], out[i], 1e-4);
	kept_destroy(kept);
}

static void test_kept_without_a_disk_is_in_memory(void **state)
{
	(void)state;
	static float in[2 * FRAMES], out[2 * FRAMES];
	fill(in, 0.5, 1.0 / 32768.0);
	setenv("TMPDIR", "/nowhere/at/all", 1);
	struct kept *kept = kept_create(FRAMES);
	unsetenv("TMPDIR");
	assert_true(kept_write(kept, 0, in, FRAMES));
	read_part(kept, 0, out, FRAMES);
	assert_memory_equal(in, out, sizeof(in));
	kept_destroy(kept);
}

static void test_kept_without_room_is_not_kept(void **state)
{
	(void)state;
	struct rlimit before, small = {.rlim_cur = 4096};
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	struct kept *kept = kept_create(FRAMES);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_null(kept);
}

// The disk gives no more: silence, and never noise.
static void test_kept_that_the_disk_has_lost_is_silent(void **state)
{
	(void)state;
	static float in[2 * FRAMES], out[2 * FRAMES];
	fill(in, 0.5, 1.0 / 32768.0);
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC); // the next one is the recording's
	close(fd);
	struct kept *kept = kept_create(FRAMES);
	assert_true(kept_write(kept, 0, in, FRAMES));
	assert_int_equal(ftruncate(fd, 4 * 17000), 0);
	struct kept_reader reader = {.kept = kept};
	kept_read(&reader, 0, out, FRAMES);
	assert_memory_equal(in, out, (size_t)KEPT_AHEAD_FRAMES * 8);
	for (int i = 2 * KEPT_AHEAD_FRAMES; i < 2 * FRAMES; i++)
		assert_true(out[i] == 0.0f);
	kept_reader_end(&reader);
	kept_destroy(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_loses_nothing_of_16_bits),
		cmocka_unit_test(test_kept_loses_little_of_what_is_soft),
		cmocka_unit_test(test_kept_reads_any_part),
		cmocka_unit_test(test_kept_never_passes_full_scale),
		cmocka_unit_test(test_kept_without_a_disk_is_in_memory),
		cmocka_unit_test(test_kept_without_room_is_not_kept),
		cmocka_unit_test(test_kept_that_the_disk_has_lost_is_silent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
