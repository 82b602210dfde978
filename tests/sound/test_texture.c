// The built-in beds: loudness, colour, stillness, width, and that they are the same wherever they are entered.
#include "sound/texture.h"

#include "base/hash.h"
#include "sound/rules.h"
#include "measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

enum {
	SEC = ENGINE_RATE_HZ,
	MINUTE = 60 * SEC / BLOCK_FRAMES * BLOCK_FRAMES,
	SIZE = 8192,
};

#define DAY ((int64_t)SEC * 86400 / BLOCK_FRAMES * BLOCK_FRAMES)

static void read_into(const struct texture *texture, int64_t at, float *out, int64_t frames)
{
	for (int64_t i = 0; i < frames; i += BLOCK_FRAMES)
		texture_read(texture, at + i, out + i * ENGINE_CHANNELS, BLOCK_FRAMES);
}

static float *make(const char *name, uint64_t seed, int64_t at, int64_t frames)
{
	struct texture *texture = texture_create(name, seed);
	assert_non_null(texture);
	float *out = measure_buffer(frames);
	read_into(texture, at, out, frames);
	texture_destroy(texture);
	return out;
}

static void test_texture_knows_its_names(void **state)
{
	(void)state;
	const char *const wanted[] = {"rain", "sea", "brook", "wind", "night", "brown", "drone"};
	for (int i = 0; i < 7; i++)
		assert_string_equal(texture_names[i], wanted[i]);
	assert_null(texture_names[7]);
	assert_null(texture_create("traffic", 1));
	texture_destroy(NULL);
}

static void test_texture_is_as_loud_as_the_rules_say(void **state)
{
	(void)state;
	float *out = measure_buffer(MINUTE);
	for (int i = 0; texture_names[i]; i++)
		for (uint64_t seed = 0; seed < 2; seed++) {
			struct texture *texture = texture_create(texture_names[i], seed);
			const int64_t places[] = {0, (int64_t)30 * MINUTE, DAY, 40 * DAY};
			for (int k = 0; k < 4; k++) {
				read_into(texture, places[k], out, MINUTE);
				double lufs = measure_lufs(out, MINUTE);
				if (fabs(lufs - VOICE_LUFS) > 1.0)
					print_error("%s: %.2f LUFS\n", texture_names[i], lufs);
				assert_true(fabs(lufs - VOICE_LUFS) <= 1.0);
			}
			texture_destroy(texture);
		}
	free(out);
}

// How alike two sounds are, channel by channel: 0 strangers, 1 the same.
static double alike(const float *a, const float *b, int64_t frames)
{
	double both = 0.0;
	for (int64_t i = 0; i < frames * 2; i++)
		both += (double)a[i] * (double)b[i];
	return both / ((double)frames * 2.0 * measure_rms(a, frames * 2) * measure_rms(b, frames * 2));
}

static void test_texture_is_no_copy_of_another(void **state)
{
	(void)state;
	enum { FRAMES = MINUTE / 4 };
	float *out[7];
	for (int i = 0; i < 7; i++)
		out[i] = make(texture_names[i], 1, MINUTE, FRAMES);
	for (int i = 0; i < 7; i++)
		for (int k = 0; k < i; k++) {
			double like = alike(out[i], out[k], FRAMES);
			if (fabs(like) >= 0.1)
				print_error("%s, %s: %.3f\n", texture_names[i], texture_names[k], like);
			assert_true(fabs(like) < 0.1);
		}
	for (int i = 0; i < 7; i++)
		free(out[i]);
}

static void test_texture_can_be_entered_anywhere(void **state)
{
	(void)state;
	enum { BLOCKS = 40 };
	float block[BLOCK_FRAMES * ENGINE_CHANNELS];
	for (int i = 0; texture_names[i]; i++) {
		const int64_t at = i % 2 ? DAY : 0;
		float *whole = make(texture_names[i], 9, at, BLOCKS * BLOCK_FRAMES);
		struct texture *texture = texture_create(texture_names[i], 9);
		for (int k = BLOCKS - 1; k >= 0; k--) {
			int n = k % 3 ? BLOCK_FRAMES : 1 + (int)(hash64(1, (uint64_t)k) % BLOCK_FRAMES);
			texture_read(texture, at + k * BLOCK_FRAMES, block, n);
			assert_memory_equal(block, whole + k * BLOCK_FRAMES * 2, (size_t)n * 2 * sizeof *block);
		}
		texture_destroy(texture);
		float *other = make(texture_names[i], 10, at, BLOCK_FRAMES);
		assert_memory_not_equal(other, whole, BLOCK_FRAMES * 2 * sizeof *other);
		free(other);
		free(whole);
	}
}

// Third differences are all edge: where blocks meet they are no larger than elsewhere.
static void test_texture_has_no_seams(void **state)
{
	(void)state;
	for (int i = 0; texture_names[i]; i++) {
		float *out = make(texture_names[i], 3, DAY, MINUTE);
		double seam = 0.0, inside = 0.0;
		int64_t seams = 0, insides = 0;
		for (int64_t t = 2; t + 2 < MINUTE; t++) {
			double bend = (double)out[2 * t + 2] - 3.0 * (double)out[2 * t] + 3.0 * (double)out[2 * t - 2] -
			              (double)out[2 * t - 4];
			bool near = t % BLOCK_FRAMES < 2 || t % BLOCK_FRAMES == BLOCK_FRAMES - 1;
			*(near ? &seam : &inside) += bend * bend;
			++*(near ? &seams : &insides);
		}
		double ratio = sqrt(seam / (double)seams) / sqrt(inside / (double)insides);
		if (ratio > 1.05)
			print_error("%s: seams are %.2f times as sharp\n", texture_names[i], ratio);
		assert_true(ratio <= 1.05);
		free(out);
	}
}

static void test_texture_is_not_harsh(void **state)
{
	(void)state;
	double power[SIZE / 2];
	for (int i = 0; texture_names[i]; i++) {
		float *out = make(texture_names[i], 4, 0, MINUTE), *left = measure_channel(out, MINUTE, 0);
		measure_spectrum(left, MINUTE, SIZE, power);
		double body = measure_band(power, SIZE, SEC, 200, 1500);
		double harsh = measure_band(power, SIZE, SEC, 2500, 5500);
		bool water = strcmp(texture_names[i], "rain") == 0 || strcmp(texture_names[i], "brook") == 0;
		if (10.0 * log10(harsh / body) >= (water ? -13.0 : -11.0))
			print_error("%s: %.2f dB\n", texture_names[i], 10.0 * log10(harsh / body));
		assert_true(10.0 * log10(harsh / body) < (water ? -13.0 : -11.0));
		assert_true(10.0 * log10(harsh / 3000 / (body / 1300)) < (water ? -16.5 : -14.5));
		double before = measure_band(power, SIZE, SEC, 2000, 2250) / 250;
		for (double hz = 2250; hz < 6000; hz += 250) { // falls all the way: no peak
			double here = measure_band(power, SIZE, SEC, hz, hz + 250) / 250;
			assert_true(here < before * 1.05);
			before = here;
		}
		assert_true(10.0 * log10(measure_band(power, SIZE, SEC, 0, 25) / body) < -10.0); // no rumble
		free(out);
		free(left);
	}
}

static void test_texture_does_not_tremble(void **state)
{
	(void)state;
	for (int i = 0; texture_names[i]; i++) {
		float *out = make(texture_names[i], 5, 0, 2 * MINUTE);
		struct measure_tremolo tremolo = measure_tremolo(out, 2 * MINUTE);
		assert_true(tremolo.over_db < 6.0);
		assert_true(tremolo.depth_db < -25.0);
		if (strcmp(texture_names[i], "drone") == 0)
			assert_true(tremolo.depth_db < -36.0);
		free(out);
	}
}

// No drop or wave stands out: neither peaks nor 20 ms of sound far above the whole, and no jump from one 20 ms to the
// next.
static void test_texture_never_startles(void **state)
{
	(void)state;
	enum { STEP = SEC / 50, STEPS = MINUTE / STEP };
	double *envelope = memory_alloc(STEPS * sizeof *envelope);
	for (int i = 0; texture_names[i]; i++) {
		float *out = make(texture_names[i], 6, 7 * MINUTE, MINUTE);
		double rms = measure_rms(out, MINUTE * 2);
		assert_true(measure_db(measure_peak(out, MINUTE * 2) / rms) < 18.0);
		int64_t steps = measure_envelope(out, MINUTE, STEP, envelope);
		for (int64_t k = 0; k < steps; k++)
			assert_true(measure_db(envelope[k] / rms) < 8.0);
		for (int64_t k = 25; k + 25 < steps; k++) { // half a second against the half before
			double before = 0.0, after = 0.0;
			for (int j = 0; j < 25; j++) {
				before += envelope[k - 1 - j] * envelope[k - 1 - j];
				after += envelope[k + j] * envelope[k + j];
			}
			assert_true(10.0 * log10(after / before) < 6.0);
		}
		free(out);
	}
	free(envelope);
}

static void test_texture_is_wide_and_safe_in_mono(void **state)
{
	(void)state;
	for (int i = 0; texture_names[i]; i++) {
		float *out = make(texture_names[i], 7, 0, MINUTE);
		float *left = measure_channel(out, MINUTE, 0), *right = measure_channel(out, MINUTE, 1);
		float *mono = measure_channel(out, MINUTE, 2);
		double l = measure_rms(left, MINUTE), r = measure_rms(right, MINUTE), m = measure_rms(mono, MINUTE);
		double alike = (2.0 * m * m - (l * l + r * r) / 2.0) / (l * r);
		assert_true(fabs(measure_db(l / r)) < 0.5);
		assert_true(measure_db(m / l) > -3.0);
		assert_true(alike > 0.0 && alike < 0.96);
		free(out);
		free(left);
		free(right);
		free(mono);
	}
}

// Mean of both channels, 3000 times a second: what a repeat would show in.
static float *make_slow(const char *name, int64_t frames)
{
	enum { BY = 16 };
	struct texture *texture = texture_create(name, 8);
	float *slow = memory_alloc((size_t)(frames / BY) * sizeof *slow), block[BLOCK_FRAMES * 2];
	for (int64_t at = 0; at < frames; at += BLOCK_FRAMES) {
		texture_read(texture, at, block, BLOCK_FRAMES);
		for (int i = 0; i < BLOCK_FRAMES * 2; i++)
			slow[(at + i / 2) / BY] += block[i];
	}
	texture_destroy(texture);
	return slow;
}

// The highest correlation of `length` samples at `from` with any later place.
static double most_alike(const float *x, int64_t count, int64_t from, int length)
{
	enum { FFT = 32768 };
	double complex *key = memory_alloc(FFT * sizeof *key), *piece = memory_alloc(FFT * sizeof *piece);
	double key_rms = measure_rms(x + from, length), most = 0.0;
	for (int i = 0; i < length; i++)
		key[i] = (double)x[from + i];
	measure_fft(key, FFT);
	for (int64_t at = from + length; at + FFT <= count; at += FFT - length) {
		for (int i = 0; i < FFT; i++)
			piece[i] = (double)x[at + i];
		measure_fft(piece, FFT);
		for (int i = 0; i < FFT; i++)
			piece[i] = conj(piece[i] * conj(key[i]));
		measure_fft(piece, FFT); // backwards, by the conjugates
		double square = 0.0;
		for (int i = 0; i < length; i++)
			square += (double)x[at + i] * (double)x[at + i];
		for (int i = 0; i + length < FFT; i++) {
			most = fmax(most, fabs(creal(piece[i])) / FFT / (sqrt(square * length) * key_rms + 1e-12));
			square += (double)x[at + i + length] * (double)x[at + i + length] -
			          (double)x[at + i] * (double)x[at + i];
		}
	}
	free(key);
	free(piece);
	return most;
}

static void test_texture_never_repeats(void **state)
{
	(void)state;
	const char *const names[] = {"rain", "sea", "brook"};
	for (int i = 0; i < 3; i++) {
		float *slow = make_slow(names[i], 10 * MINUTE);
		double most = most_alike(slow, 10 * MINUTE / 16, 5 * 3000, 4 * 3000);
		if (most > 0.15)
			print_error("%s: %.3f alike\n", names[i], most);
		assert_true(most <= 0.15);
		free(slow);
	}
}

// Exact after a day: each tone of the chord is where it was, within a hundredth of a hertz.
static void test_texture_drone_stays_in_tune(void **state)
{
	(void)state;
	for (int day = 0; day < 2; day++) {
		float *out = make("drone", 1, day * DAY, MINUTE), *left = measure_channel(out, MINUTE, 0);
		const double tones_hz[] = {98.0, 392.0, 588.0, 784.0};
		for (int k = 0; k < 4; k++) {
			double here = measure_tone(left, MINUTE / 2, tones_hz[k]);
			assert_true(measure_tone(left, MINUTE / 2, tones_hz[k] + 0.15) < 0.2 * here);
			assert_true(measure_tone(left, MINUTE / 2, tones_hz[k] - 0.15) < 0.2 * here);
			assert_true(here > 0.0005);
		}
		free(out);
		free(left);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texture_knows_its_names),
		cmocka_unit_test(test_texture_is_as_loud_as_the_rules_say),
		cmocka_unit_test(test_texture_is_no_copy_of_another),
		cmocka_unit_test(test_texture_can_be_entered_anywhere),
		cmocka_unit_test(test_texture_has_no_seams),
		cmocka_unit_test(test_texture_is_not_harsh),
		cmocka_unit_test(test_texture_does_not_tremble),
		cmocka_unit_test(test_texture_never_startles),
		cmocka_unit_test(test_texture_is_wide_and_safe_in_mono),
		cmocka_unit_test(test_texture_never_repeats),
		cmocka_unit_test(test_texture_drone_stays_in_tune),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
