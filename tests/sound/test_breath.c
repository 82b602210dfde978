// The breath: it rises and falls as promised, softly, and in and out cannot be mistaken.
#include "sound/breath.h"

#include "base/decibel.h"
#include "base/hash.h"
#include "sound/rules.h"
#include "sound/texture.h"
#include "measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdbool.h>

enum { SEC = ENGINE_RATE_HZ, IN_FRAMES = 4 * SEC, OUT_FRAMES = 6 * SEC };

static int64_t phase_frames(enum breath_phase phase)
{
	return phase == BREATH_IN ? IN_FRAMES : OUT_FRAMES;
}

static float *make_phase(enum breath_sound sound, enum breath_phase phase, int64_t frames)
{
	float *out = measure_buffer(frames);
	for (int64_t at = 0; at < frames; at += BLOCK_FRAMES) {
		int64_t n = frames - at < BLOCK_FRAMES ? frames - at : BLOCK_FRAMES;
		breath_add(sound, phase, 5, frames, at, 1.0f, out + at * ENGINE_CHANNELS, (int)n);
	}
	return out;
}

static void test_breath_tone_follows_its_glide(void **state)
{
	(void)state;
	for (int phase = BREATH_IN; phase <= BREATH_OUT; phase += BREATH_OUT - BREATH_IN) {
		int64_t frames = phase_frames(phase);
		float *out = make_phase(BREATH_TONE, phase, frames), *left = measure_channel(out, frames, 0);
		enum { PIECE = SEC / 5 };
		for (int64_t at = 0; at + PIECE <= frames; at += PIECE) {
			double wanted = breath_tone_hz(phase, frames, at + PIECE / 2);
			assert_true(fabs(measure_hz(left + at, PIECE) - wanted) < 1.5);
			assert_true(wanted >= 180.0 && wanted <= 440.0);
		}
		free(out);
		free(left);
	}
	assert_true(breath_tone_hz(BREATH_IN, 100, 0) == BREATH_LOW_HZ);
	assert_true(breath_tone_hz(BREATH_IN, 100, 100) == BREATH_HIGH_HZ);
	assert_true(breath_tone_hz(BREATH_OUT, 100, 0) == BREATH_HIGH_HZ);
	assert_true(breath_tone_hz(BREATH_OUT, 100, 100) == BREATH_LOW_HZ);
	assert_true(breath_tone_hz(BREATH_HOLD_IN, 100, 50) == 0.0);
	for (int i = 0; i < 100; i++) {
		assert_true(breath_tone_hz(BREATH_IN, 100, i + 1) > breath_tone_hz(BREATH_IN, 100, i));
		assert_true(breath_tone_hz(BREATH_OUT, 100, i + 1) < breath_tone_hz(BREATH_OUT, 100, i));
	}
}

// The second harmonic where the glide is nearly level, and the spectrum of all of it above 2 kHz.
static void test_breath_tone_is_nearly_pure(void **state)
{
	(void)state;
	enum { SIZE = 8192 };
	double power[SIZE / 2];
	for (int phase = BREATH_IN; phase <= BREATH_OUT; phase += BREATH_OUT - BREATH_IN) {
		int64_t frames = 60 * SEC; // slow enough for a steady tone in the middle of a piece
		float *out = make_phase(BREATH_TONE, phase, frames), *left = measure_channel(out, frames, 0);
		double hz = breath_tone_hz(phase, frames, 3 * SEC);
		double first = measure_tone(left + 3 * SEC - 4800, 9600, hz);
		double second = measure_tone(left + 3 * SEC - 4800, 9600, 2 * hz);
		assert_true(measure_db(second / first) <= -30.0);
		assert_true(fabs(measure_db(second / first) - BREATH_SECOND_HARMONIC_DB) < 0.5);
		free(out);
		free(left);
		frames = phase_frames(phase);
		out = make_phase(BREATH_TONE, phase, frames);
		left = measure_channel(out, frames, 0);
		measure_spectrum(left, frames, SIZE, power);
		double high = measure_band(power, SIZE, SEC, 2000, 24000) / measure_band(power, SIZE, SEC, 0, 2000);
		assert_true(10.0 * log10(high) < -60.0);
		free(out);
		free(left);
	}
}

static void test_breath_edges_are_soft_and_end_at_zero(void **state)
{
	(void)state;
	const int64_t lengths[] = {9600, 12000, SEC, IN_FRAMES, OUT_FRAMES + 17, 30 * SEC};
	for (int sound = BREATH_TONE; sound <= BREATH_AIR; sound++)
		for (int phase = BREATH_IN; phase <= BREATH_OUT; phase += BREATH_OUT - BREATH_IN)
			for (int k = 0; k < 6; k++) {
				int64_t frames = lengths[k];
				float *out = make_phase(sound, phase, frames);
				double peak = measure_peak(out, frames * 2);
				assert_true(peak > 0.001);
				assert_true(out[0] == 0.0f && out[1] == 0.0f);
				assert_true(fabsf(out[frames * 2 - 1]) < 1e-4 * peak);
				// At 8 ms from either end a raised cosine of 40 ms or more is below a tenth.
				assert_true(measure_peak(out, 384 * 2) < 0.15 * peak);
				assert_true(measure_peak(out + (frames - 384) * 2, 384 * 2) < 0.15 * peak);
				free(out);
			}
}

static void test_breath_too_short_or_held_is_silent(void **state)
{
	(void)state;
	for (int phase = BREATH_IN; phase <= BREATH_HOLD_OUT; phase++)
		for (int sound = BREATH_TONE; sound <= BREATH_SILENT; sound++) {
			bool held = phase == BREATH_HOLD_IN || phase == BREATH_HOLD_OUT || sound == BREATH_SILENT;
			float *out = make_phase(sound, phase, 2 * SEC);
			assert_true((measure_peak(out, 2 * SEC * 2) == 0.0) == held);
			free(out);
			out = make_phase(sound, phase, 9599);
			assert_true(measure_peak(out, 9599 * 2) == 0.0);
			free(out);
		}
}

static float *make_run(enum breath_sound sound, int64_t frames)
{
	float *out = measure_buffer(frames);
	for (int64_t at = 0; at + IN_FRAMES + OUT_FRAMES <= frames; at += IN_FRAMES + OUT_FRAMES) {
		uint64_t seed = (uint64_t)at;
		breath_add(sound, BREATH_IN, seed, IN_FRAMES, 0, 1.0f, out + at * 2, IN_FRAMES);
		breath_add(sound, BREATH_OUT, seed + 1, OUT_FRAMES, 0, 1.0f, out + (at + IN_FRAMES) * 2, OUT_FRAMES);
	}
	return out;
}

static void test_breath_is_as_loud_as_the_rules_say(void **state)
{
	(void)state;
	for (int sound = BREATH_TONE; sound <= BREATH_AIR; sound++) {
		float *out = make_run(sound, 120 * SEC);
		assert_true(fabs(measure_lufs(out, 120 * SEC) - (VOICE_LUFS + BREATH_DB)) < 0.5);
		assert_true(measure_tremolo(out, 120 * SEC).over_db < 8.0);
		free(out);
	}
}

// With the one bed that is made of tones too.
static void test_breath_and_drone_do_not_beat(void **state)
{
	(void)state;
	enum { FRAMES = 120 * SEC / BLOCK_FRAMES * BLOCK_FRAMES };
	struct texture *drone = texture_create("drone", 1);
	float *out = make_run(BREATH_TONE, FRAMES), block[BLOCK_FRAMES * ENGINE_CHANNELS];
	for (int64_t at = 0; at < FRAMES; at += BLOCK_FRAMES) {
		texture_read(drone, at, block, BLOCK_FRAMES);
		for (int i = 0; i < BLOCK_FRAMES * ENGINE_CHANNELS; i++)
			out[at * ENGINE_CHANNELS + i] += (float)gain_from_db(BED_SOFT_DB) * block[i];
	}
	struct measure_tremolo tremolo = measure_tremolo(out, FRAMES);
	if (tremolo.over_db >= 6.0)
		print_error("a line of %.1f dB\n", tremolo.over_db);
	assert_true(tremolo.over_db < 6.0);
	texture_destroy(drone);
	free(out);
}

static double air_centroid(enum breath_phase phase, double *band_db)
{
	enum { SIZE = 4096 };
	double power[SIZE / 2];
	int64_t frames = phase_frames(phase);
	float *out = make_phase(BREATH_AIR, phase, frames), *left = measure_channel(out, frames, 0);
	measure_spectrum(left, frames, SIZE, power);
	double whole = measure_band(power, SIZE, SEC, 20, 24000);
	band_db[0] = 10.0 * log10(measure_band(power, SIZE, SEC, 2000, 24000) / whole);
	// Power per Hz, so that a peak would show: the harsh band against the body.
	double harsh = measure_band(power, SIZE, SEC, 2500, 5500) / 3000;
	band_db[1] = 10.0 * log10(harsh / (measure_band(power, SIZE, SEC, 200, 1500) / 1300));
	free(out);
	free(left);
	return measure_centroid(power, SIZE, SEC);
}

static void test_breath_air_is_bright_in_and_dark_out(void **state)
{
	(void)state;
	double in_db[2], out_db[2];
	double in_hz = air_centroid(BREATH_IN, in_db), out_hz = air_centroid(BREATH_OUT, out_db);
	assert_true(in_hz > 1.3 * out_hz);
	assert_true(in_db[0] < -15.0 && out_db[0] < -20.0);
	assert_true(in_db[1] < -20.0 && out_db[1] < -25.0);
}

// The promise of breath.h: the same samples however a phase is cut.
static void test_breath_is_the_same_in_any_pieces(void **state)
{
	(void)state;
	for (int sound = BREATH_TONE; sound <= BREATH_AIR; sound++) {
		float *whole = measure_buffer(IN_FRAMES), *pieces = measure_buffer(IN_FRAMES);
		breath_add(sound, BREATH_IN, 5, IN_FRAMES, 0, 0.7f, whole, IN_FRAMES);
		uint64_t count = 0;
		for (int64_t at = 0; at < IN_FRAMES;) {
			int64_t n = 1 + (int64_t)(hash_unit(8, count++) * 1500.0);
			n = at + n > IN_FRAMES ? IN_FRAMES - at : n;
			breath_add(sound, BREATH_IN, 5, IN_FRAMES, at, 0.7f, pieces + at * 2, (int)n);
			at += n;
		}
		assert_memory_equal(pieces, whole, IN_FRAMES * 2 * sizeof *whole);
		// Past the end nothing is added.
		float beyond[200] = {0};
		breath_add(sound, BREATH_IN, 5, IN_FRAMES, IN_FRAMES, 1.0f, beyond, 100);
		assert_true(measure_peak(beyond, 200) == 0.0);
		free(whole);
		free(pieces);
	}
}

static void test_breath_air_differs_from_breath_to_breath(void **state)
{
	(void)state;
	float a[2048] = {0}, b[2048] = {0};
	breath_add(BREATH_AIR, BREATH_IN, 1, IN_FRAMES, SEC, 1.0f, a, 1024);
	breath_add(BREATH_AIR, BREATH_IN, 2, IN_FRAMES, SEC, 1.0f, b, 1024);
	assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_breath_tone_follows_its_glide),
		cmocka_unit_test(test_breath_tone_is_nearly_pure),
		cmocka_unit_test(test_breath_edges_are_soft_and_end_at_zero),
		cmocka_unit_test(test_breath_too_short_or_held_is_silent),
		cmocka_unit_test(test_breath_is_as_loud_as_the_rules_say),
		cmocka_unit_test(test_breath_and_drone_do_not_beat),
		cmocka_unit_test(test_breath_air_is_bright_in_and_dark_out),
		cmocka_unit_test(test_breath_is_the_same_in_any_pieces),
		cmocka_unit_test(test_breath_air_differs_from_breath_to_breath),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
