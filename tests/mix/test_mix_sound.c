// What is heard, measured at the mix's output: levels, the duck, fades, seams, the ceiling.
#include "mix/mix.h"

#include "audio/audio.h"
#include "base/decibel.h"
#include "base/frames.h"
#include "mix/bed.h"
#include "score_kit.h"
#include "sound/texture.h"
#include "voice/clip.h"

#include <ebur128.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum {
	SEC = ENGINE_RATE_HZ,
	PERIOD = 128, // of a tone of 375 Hz
	FLAC16 = SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
	WAV16 = SF_FORMAT_WAV | SF_FORMAT_PCM_16,
};

// Frames [at, at + n) of the kit's score, by a mix of their own.
static float *read_part(struct kit *kit, int64_t at, int64_t n)
{
	struct mix *mix = NULL;
	float *frames = memory_alloc((size_t)n * ENGINE_CHANNELS * sizeof(float));
	assert_int_equal(mix_create(&mix, &kit->score, &kit->faults), STATUS_OK);
	mix_read(mix, at, frames, n);
	mix_destroy(mix);
	return frames;
}

static double rms(const float *frames, int64_t at, int64_t n)
{
	double sum = 0.0;
	for (int64_t i = at * 2; i < (at + n) * 2; i++)
		sum += (double)frames[i] * (double)frames[i];
	return sqrt(sum / (double)(2 * n));
}

static double lufs(const float *frames, int64_t n)
{
	double loudness;
	ebur128_state *meter = ebur128_init(2, SEC, EBUR128_MODE_I);
	ebur128_add_frames_float(meter, frames, (size_t)n);
	ebur128_loudness_global(meter, &loudness);
	ebur128_destroy(&meter);
	return loudness;
}

static double true_peak_db(const float *frames, int64_t n)
{
	double peak = 0.0, one;
	ebur128_state *meter = ebur128_init(2, SEC, EBUR128_MODE_TRUE_PEAK);
	ebur128_add_frames_float(meter, frames, (size_t)n);
	for (unsigned c = 0; c < 2; c++) {
		ebur128_true_peak(meter, c, &one);
		peak = fmax(peak, one);
	}
	ebur128_destroy(&meter);
	return db_from_gain(peak);
}

static double largest_step(const float *frames, int64_t at, int64_t n)
{
	double step = 0.0;
	for (int64_t i = at + 1; i < at + n; i++)
		for (int c = 0; c < 2; c++)
			step = fmax(step, fabs((double)frames[2 * i + c] - (double)frames[2 * i - 2 + c]));
	return step;
}

static double largest_bend(const float *frames, int64_t n)
{
	double bend = 0.0;
	for (int64_t i = 2; i < 2 * n - 2; i++)
		bend = fmax(bend, fabs((double)frames[i + 2] - 2.0 * (double)frames[i] + (double)frames[i - 2]));
	return bend;
}

// A session with one bed: 40 s of a tone of 375 Hz, which can be measured once a period.
static int open_tone(struct kit *kit, int64_t frames, double level_db)
{
	kit_open(kit, frames);
	kit_write(kit, "tone.flac", FLAC16, 48000, 2, 40.0, kit_sine, 375.0);
	return kit_add_bed(kit, "tone.flac", false, BED_LOOP, level_db);
}

// A file of noise as a bed at -14 dB; returns what it measures, less VOICE_LUFS.
static double measured_bed_db(int format, int rate_hz, int channels, double gain, enum bed_mode mode)
{
	struct kit kit;
	kit_open(&kit, 30 * SEC);
	kit_write(&kit, "noise", format, rate_hz, channels, 35.0, kit_noise, gain);
	kit_bed(&kit, 0, kit.score.frames, kit_add_bed(&kit, "noise", false, mode, -14.0));
	kit_finish(&kit);
	float *frames = read_part(&kit, 0, kit.score.frames);
	double loudness = lufs(frames, kit.score.frames);
	free(frames);
	kit_close(&kit);
	return loudness - VOICE_LUFS;
}

static void test_mix_bed_files_are_at_their_level_under_the_voice(void **state)
{
	(void)state;
	assert_float_equal(measured_bed_db(FLAC16, 44100, 1, 0.2, BED_LOOP), -14.0, 0.15);
	assert_float_equal(measured_bed_db(WAV16, 48000, 2, 0.03, BED_LOOP), -14.0, 0.15);
	assert_float_equal(measured_bed_db(SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 2, 0.4, BED_LOOP), -14.0, 0.15);
	assert_float_equal(measured_bed_db(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, 1, 0.1, BED_ONCE), -14.0,
	                   0.3);
	assert_float_equal(measured_bed_db(FLAC16, 44100, 1, 0.05, BED_TEXTURE), -14.0, 2.0);
}

static void test_mix_a_very_soft_file_is_raised_by_12_db_at_most(void **state)
{
	(void)state;
	double once = measured_bed_db(WAV16, 48000, 2, 0.002, BED_LOOP);
	double softer = measured_bed_db(WAV16, 48000, 2, 0.001, BED_LOOP);
	assert_true(once < -16.0);
	assert_float_equal(once - softer, 6.02, 0.1);
}

// Noise that is 26 dB softer before a second, or after its negative.
static double half_soft(double second, int rate_hz, int64_t at, int channel)
{
	bool before = (double)at / rate_hz < fabs(second);
	return kit_noise(before == (second > 0.0) ? 0.01 : 0.2, rate_hz, at, channel);
}

// Wherever in a file its sound is: what is far softer counts for nothing (EBU R 128).
static void test_mix_a_file_is_heard_over_its_whole_length(void **state)
{
	(void)state;
	static const double seconds[] = {20.0, -20.0, 36.0, -4.0};
	float *written = memory_alloc(40 * SEC * ENGINE_CHANNELS * sizeof *written);
	for (int i = 0; i < 4; i++) {
		int64_t loud = seconds[i] > 0.0 ? 73 * SEC / 2 : 5 * SEC / 2; // a second of it, away from the edges
		for (int64_t at = 0; at < 80 * SEC; at++)
			written[at] = (float)half_soft(seconds[i], SEC, at / 2, (int)(at % 2));
		struct kit kit;
		kit_open(&kit, 40 * SEC);
		kit_write(&kit, "half.flac", FLAC16, 48000, 2, 40.0, half_soft, seconds[i]);
		kit_bed(&kit, 0, kit.score.frames, kit_add_bed(&kit, "half.flac", false, BED_ONCE, -14.0));
		kit_finish(&kit);
		float *frames = read_part(&kit, 0, kit.score.frames);
		double gain_db = db_from_gain(rms(frames, loud, SEC) / rms(written, loud, SEC));
		assert_float_equal(lufs(written, 40 * SEC) + gain_db, VOICE_LUFS - 14.0, 0.5);
		free(frames);
		kit_close(&kit);
	}
	free(written);
}

static void test_mix_built_in_beds_are_at_their_level(void **state)
{
	(void)state;
	for (const char *const *name = texture_names; *name; name++) {
		struct kit kit;
		kit_open(&kit, 60 * SEC);
		kit_bed(&kit, 0, kit.score.frames, kit_add_bed(&kit, *name, true, BED_TEXTURE, -14.0));
		kit_finish(&kit);
		float *frames = read_part(&kit, 0, kit.score.frames);
		assert_float_equal(lufs(frames, kit.score.frames), VOICE_LUFS - 14.0, 1.0);
		free(frames);
		kit_close(&kit);
	}
}

static void test_mix_words_are_where_and_as_loud_as_the_score_says(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, 8 * SEC);
	kit_say(&kit, 10007, 0);
	kit_say(&kit, 200001, 0);
	kit.score.events[1].voice.line = &kit.lines[5];
	kit.lines[5].file = kit.lines[0].file;
	kit.lines[5].lufs = kit.lines[0].lufs;
	kit.lines[0].lufs += 6.0; // it is played softer then
	kit.score.ceiling_db = 0.0;
	kit_finish(&kit);
	int64_t length = kit_line_frames(0);
	float *frames = read_part(&kit, 0, kit.score.frames);
	assert_true(rms(frames, 0, 10007) == 0.0);
	assert_true(rms(frames, 10007 + length, 200001 - 10007 - length) == 0.0);
	assert_true(rms(frames, 200001 + length, 100000) == 0.0);
	assert_float_equal(db_from_gain(rms(frames, 200001, length) / rms(frames, 10007, length)), 6.0, 0.001);
	for (int64_t i = 0; i < length; i++)
		assert_float_equal((double)frames[2 * (10007 + i)] * 1.995262, (double)frames[2 * (200001 + i) + 1],
		                   1e-5);
	const char *why;
	struct audio_level level;
	float *clip = NULL, gain = (float)gain_from_db(clip_gain_db(&kit.lines[0]));
	struct audio_info info;
	int fd = folder_open_file(&kit.pack.folder, kit.lines[0].file, &why);
	assert_int_equal(audio_decode_mono(kit.pack.decoder, fd, length, &clip, &level, &info, &why), STATUS_OK);
	for (int64_t i = 0; i < length; i++)
		assert_true(frames[2 * (10007 + i)] == clip[i] * gain && frames[2 * (10007 + i) + 1] == clip[i] * gain);
	free(clip);
	free(frames);
	kit_close(&kit);
}

static void test_mix_the_session_level_holds_for_every_lane(void **state)
{
	(void)state;
	double level[2];
	for (int gentle = 0; gentle < 2; gentle++) {
		struct kit kit;
		int bed = open_tone(&kit, 10 * SEC, -20.0);
		kit_bed(&kit, 0, 10 * SEC, bed);
		kit_say(&kit, 2 * SEC, 2);
		kit_breathe(&kit, SEC, 9 * SEC, 4 * SEC);
		kit_stroke(&kit, SEC, 5 * SEC, STROKE_CIRCLE, 0);
		kit.score.level_db = gentle ? GENTLE_DB : 0.0;
		kit.score.ceiling_db = 0.0;
		kit_finish(&kit);
		float *frames = read_part(&kit, 0, kit.score.frames);
		level[gentle] = rms(frames, 0, kit.score.frames);
		free(frames);
		kit_close(&kit);
	}
	assert_float_equal(db_from_gain(level[1] / level[0]), GENTLE_DB, 1e-3);
}

static void test_mix_the_bed_ducks_under_words(void **state)
{
	(void)state;
	struct kit kit;
	int bed = open_tone(&kit, 20 * SEC, -14.0);
	kit_bed(&kit, 0, 20 * SEC, bed);
	kit_say(&kit, 8 * SEC, 0);  // 1 s
	kit_say(&kit, 11 * SEC, 1); // 1.43 s: a gap of 2 s stays ducked
	kit_remove(&kit, "line0.flac");
	kit_remove(&kit, "line1.flac"); // the words are not heard here, only the bed
	kit_finish(&kit);
	float *frames = read_part(&kit, 0, kit.score.frames);
	double full = rms(frames, 6 * SEC, SEC);
	for (int64_t at = SEC; at < 19 * SEC; at += PERIOD) {
		double db = db_from_gain(rms(frames, at, PERIOD) / full);
		assert_float_equal(db, duck_db(kit.score.words, kit.score.word_count, at + PERIOD / 2), 0.02);
	}
	int64_t lead = (int64_t)(7.4 * SEC), down = (int64_t)(8.1 * SEC), up = (int64_t)(12.43 * SEC);
	assert_float_equal(db_from_gain(rms(frames, lead - SEC / 4, SEC / 4) / full), 0.0, 0.01);
	assert_true(rms(frames, lead + SEC / 4, PERIOD) < 0.95 * full);
	assert_float_equal(db_from_gain(rms(frames, down, up - down) / full), -8.0, 0.01);
	assert_float_equal(db_from_gain(rms(frames, up + SEC, PERIOD) / full), -4.0, 0.02);
	assert_float_equal(db_from_gain(rms(frames, up + 2 * SEC, SEC) / full), 0.0, 0.01);
	free(frames);
	kit_close(&kit);
}

// The same strokes with words and without: what lies between the two is the duck.
static void test_mix_tones_duck_under_words(void **state)
{
	(void)state;
	float *frames[2];
	struct kit kit;
	for (int spoken = 0; spoken < 2; spoken++) {
		kit_open(&kit, 20 * SEC);
		kit_breathe(&kit, 0, 20 * SEC, 4 * SEC);
		for (int n = 0; n < 10; n++)
			kit_stroke(&kit, n * 2 * SEC, (n + 1) * 2 * SEC, STROKE_CIRCLE, n);
		kit_say(&kit, 8 * SEC, 2);
		kit_remove(&kit, "line2.flac"); // only the tones are heard
		kit.score.word_count = spoken ? kit.score.word_count : 0;
		kit.score.tones_fade = (struct score_fade){15 * SEC, 20 * SEC};
		kit_finish(&kit);
		frames[spoken] = read_part(&kit, 0, 20 * SEC);
		if (!spoken)
			kit_close(&kit);
	}
	for (int64_t at = SEC / 2; at < 19 * SEC; at += 4 * PERIOD) {
		double open = rms(frames[0], at, PERIOD), ducked = rms(frames[1], at, PERIOD);
		double wanted = duck_db(kit.score.words, kit.score.word_count, at + PERIOD / 2) * 0.75;
		if (open > 1e-4)
			assert_float_equal(db_from_gain(ducked / open), wanted, 0.1);
	}
	int64_t said = 8 * SEC + SEC / 4, n = kit_line_frames(2) - SEC / 4;
	assert_float_equal(db_from_gain(rms(frames[1], said, n) / rms(frames[0], said, n)), -6.0, 0.01);
	assert_memory_equal(frames[0], frames[1], 7 * SEC * 2 * sizeof(float));
	free(frames[0]);
	free(frames[1]);
	kit_close(&kit);
}

// Everything that moves a bed's gain, in one session.
static void test_mix_no_ramp_makes_a_step(void **state)
{
	(void)state;
	struct kit kit;
	int bed = open_tone(&kit, 30 * SEC, -14.0);
	int softer = kit_add_bed(&kit, "tone.flac", false, BED_LOOP, -20.0);
	int other = kit_add_bed(&kit, "tone.flac", false, BED_ONCE, -14.0);
	struct event *first = kit_bed(&kit, 0, 10 * SEC + 77, bed);
	first->bed.fade_out_frames = SEC;
	first->bed.alike_after = true;
	struct event *second = kit_bed(&kit, 9 * SEC + 77, 16 * SEC + 5, softer);
	second->bed.origin = 0;
	second->bed.fade_in_frames = second->bed.fade_out_frames = SEC;
	second->bed.alike_before = true;
	kit_bed(&kit, 15 * SEC + 5, 30 * SEC, other)->bed.fade_in_frames = SEC;
	kit_say(&kit, 5 * SEC + 11, 0);
	kit_remove(&kit, "line0.flac");
	kit.score.start_fade_frames = 3 * SEC;
	kit.score.bed_fade = (struct score_fade){20 * SEC + 3, 29 * SEC};
	kit_finish(&kit);
	float *frames = read_part(&kit, 0, kit.score.frames);
	double peak = rms(frames, 3 * SEC, SEC) * sqrt(2.0);
	double tone_step = peak * 2.0 * sin(M_PI * 375.0 / SEC);
	double crossfade = sqrt(2.0); // two tones of one pitch, equal power
	assert_true(largest_step(frames, 0, 15 * SEC) < tone_step + peak * 1e-4);
	assert_true(largest_step(frames, 15 * SEC, 2 * SEC) < crossfade * (tone_step + peak * 1e-4));
	assert_true(largest_step(frames, 17 * SEC, 13 * SEC) < tone_step + peak * 1e-4);
	assert_true(rms(frames, 29 * SEC, SEC) == 0.0);
	assert_true(rms(frames, 0, 32) < peak * 1e-3);
	free(frames);
	kit_close(&kit);
}

static void test_mix_a_change_of_level_goes_straight_there(void **state)
{
	(void)state;
	struct kit kit;
	int bed = open_tone(&kit, 10 * SEC, -14.0);
	int softer = kit_add_bed(&kit, "tone.flac", false, BED_LOOP, -20.0);
	struct event *first = kit_bed(&kit, 0, 6 * SEC + PERIOD / 2, bed);
	first->bed.fade_out_frames = 2 * SEC;
	first->bed.alike_after = true;
	struct event *second = kit_bed(&kit, 4 * SEC + PERIOD / 2, 10 * SEC, softer);
	second->bed.origin = 0;
	second->bed.fade_in_frames = 2 * SEC;
	second->bed.alike_before = true;
	kit_finish(&kit);
	float *frames = read_part(&kit, 0, kit.score.frames);
	double before = rms(frames, 3 * SEC, SEC), last = before;
	for (int64_t at = 4 * SEC + PERIOD; at + PERIOD < 6 * SEC; at += PERIOD) {
		double now = rms(frames, at, PERIOD);
		assert_true(now < last * 1.0002);
		last = now;
	}
	assert_float_equal(db_from_gain(rms(frames, 7 * SEC, SEC) / before), -6.0, 0.01);
	free(frames);
	kit_close(&kit);
}

static void test_mix_a_change_of_bed_is_level(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, 60 * SEC);
	struct event *first = kit_bed(&kit, 0, 34 * SEC, kit_add_bed(&kit, "night", true, BED_TEXTURE, -14.0));
	struct event *second = kit_bed(&kit, 26 * SEC, 60 * SEC, kit_add_bed(&kit, "brown", true, BED_TEXTURE, -14.0));
	first->bed.fade_out_frames = second->bed.fade_in_frames = 8 * SEC;
	kit_finish(&kit);
	float *frames = read_part(&kit, 0, 60 * SEC);
	double before = lufs(frames, 26 * SEC), after = lufs(frames + 34 * SEC * 2, 26 * SEC);
	double middle = lufs(frames + 28 * SEC * 2, 4 * SEC);
	assert_float_equal(middle, 0.5 * (before + after), 1.0);
	free(frames);
	kit_close(&kit);
}

static void test_mix_a_loop_has_no_seam(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, 40 * SEC);
	kit_write(&kit, "noise.flac", FLAC16, 44100, 1, 10.0, kit_noise, 0.1);
	kit_bed(&kit, 333, kit.score.frames, kit_add_bed(&kit, "noise.flac", false, BED_LOOP, -14.0));
	kit_finish(&kit);
	int64_t period = 7 * SEC + SEC / 2; // 10 s less a quarter of it
	float *frames = read_part(&kit, 0, kit.score.frames);
	for (int64_t i = (333 + period) * 2; i < (333 + 3 * period) * 2; i++)
		assert_true(frames[i] == frames[i + period * 2]);
	assert_true(frames[2 * (333 + SEC)] != frames[2 * (333 + period + SEC)]); // under the first seam
	double mean = rms(frames, 333, kit.score.frames - 333);
	for (int64_t at = 333; at + SEC / 4 < kit.score.frames; at += SEC / 4)
		assert_float_equal(db_from_gain(rms(frames, at, SEC / 4) / mean), 0.0, 0.5);
	free(frames);
	kit_close(&kit);
}

// Where its phase falls at the seam is up to its length: in step, a quarter turn apart, or all but upside down.
static void test_mix_a_tones_loop_is_level_through_its_seam(void **state)
{
	(void)state;
	static const double turns[] = {0.0, 0.12, 0.25, 0.33, 0.40};
	for (int k = 0; k < 5; k++) {
		struct kit kit;
		kit_open(&kit, 40 * SEC);
		double seconds = 20.0 + turns[k] / 330.0;
		kit_write(&kit, "tone.wav", WAV16, 48000, 1, seconds, kit_sine, 330.0);
		kit_bed(&kit, 0, kit.score.frames, kit_add_bed(&kit, "tone.wav", false, BED_LOOP, -14.0));
		kit_finish(&kit);
		float *frames = read_part(&kit, 0, kit.score.frames);
		double mean = rms(frames, 5 * SEC, 10 * SEC);
		for (int64_t at = 0; at + SEC / 11 < kit.score.frames; at += SEC / 11) // 30 turns
			assert_float_equal(db_from_gain(rms(frames, at, SEC / 11) / mean), 0.0, 1.0);
		free(frames);
		kit_close(&kit);
	}
}

static void test_mix_a_loops_seam_makes_no_step_and_no_bend(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, 30 * SEC);
	kit_write(&kit, "low.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, 10.013, kit_sine, 61.3);
	kit_bed(&kit, 0, kit.score.frames, kit_add_bed(&kit, "low.wav", false, BED_LOOP, -14.0));
	kit_finish(&kit);
	float *frames = read_part(&kit, 0, kit.score.frames);
	double peak = rms(frames, 3 * SEC, SEC) * sqrt(2.0);
	double tone_step = peak * 2.0 * sin(M_PI * 61.3 / SEC);
	assert_true(largest_step(frames, 0, kit.score.frames) < sqrt(2.0) * tone_step + peak * 1e-4);
	assert_true(largest_bend(frames + 2 * SEC, kit.score.frames - SEC) < peak * 3e-4); // of the tone itself: 6e-5
	free(frames);
	kit_close(&kit);
}

static double file_noise(int64_t at)
{
	return (double)(int)lrint(0.1 * hash_signed(77, (uint64_t)at) * 32768.0) / 32768.0;
}

// Both ways a file is read, from memory and from the disk: the mix has the file's own samples at its level.
static void test_mix_a_bed_file_plays_where_it_should(void **state)
{
	(void)state;
	static const double lengths[] = {30.0, 66.0};
	for (int i = 0; i < 2; i++) {
		struct kit kit;
		kit_open(&kit, 200 * SEC);
		kit_write(&kit, "noise.wav", WAV16, 48000, 1, lengths[i], kit_noise, 0.1);
		kit_bed(&kit, 1000, kit.score.frames, kit_add_bed(&kit, "noise.wav", false, BED_LOOP, -14.0));
		kit_finish(&kit);
		int64_t period = (int64_t)(lengths[i] - LOOP_CROSSFADE_SEC) * SEC;
		float *start = read_part(&kit, 1000, 4 * SEC);
		float *later = read_part(&kit, 1000 + 2 * period + 5 * SEC, 20 * SEC);
		double gain = (double)start[0] / file_noise(0);
		for (int64_t t = 0; t < 4 * SEC; t++)
			assert_float_equal((double)start[2 * t], gain * file_noise(t), 2e-5);
		for (int64_t t = 0; t < 20 * SEC; t++)
			assert_float_equal((double)later[2 * t + 1], gain * file_noise(5 * SEC + t), 2e-5);
		free(start);
		free(later);
		kit_close(&kit);
	}
}

static void test_mix_once_comes_and_leaves_softly(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, 12 * SEC);
	kit_write(&kit, "tone.flac", FLAC16, 48000, 2, 8.0, kit_sine, 375.0);
	kit_bed(&kit, SEC, 12 * SEC, kit_add_bed(&kit, "tone.flac", false, BED_ONCE, -14.0));
	kit_finish(&kit);
	float *frames = read_part(&kit, 0, 12 * SEC);
	double full = rms(frames, 4 * SEC, 2 * SEC);
	assert_true(rms(frames, 0, SEC) == 0.0);
	assert_true(rms(frames, 9 * SEC, 3 * SEC) == 0.0);
	assert_float_equal(rms(frames, 2 * SEC, PERIOD) / full, sqrt(0.5), 0.01);
	assert_float_equal(rms(frames, 8 * SEC, PERIOD) / full, sqrt(0.5), 0.01);
	assert_true(rms(frames, 9 * SEC - PERIOD, PERIOD) < 0.01 * full);
	free(frames);
	kit_close(&kit);
}

static void test_mix_lanes_leave_in_their_order(void **state)
{
	(void)state;
	struct kit kit;
	int bed = open_tone(&kit, 20 * SEC, -14.0);
	kit_bed(&kit, 0, 20 * SEC, bed);
	kit.score.bed_fade = (struct score_fade){2 * SEC, 8 * SEC};
	for (int64_t at = 0; at < 19 * SEC; at += 2 * SEC)
		kit_say(&kit, at, 1);
	kit.score.voice_fade = (struct score_fade){4 * SEC, 12 * SEC};
	kit_breathe(&kit, 0, 20 * SEC, 2 * SEC);
	for (int64_t at = 0; at < 20 * SEC; at += 2 * SEC)
		kit_stroke(&kit, at, at + 2 * SEC, STROKE_CIRCLE, 0);
	kit.score.tones_fade = (struct score_fade){6 * SEC, 16 * SEC};
	kit_finish(&kit);
	float *frames = read_part(&kit, 0, 20 * SEC);
	double last = 1.0;
	for (int64_t at = 4 * SEC; at < 16 * SEC; at += 2 * SEC) {
		double now = rms(frames, at, 2 * SEC);
		assert_true(now < last && now > 0.0);
		last = now;
	}
	assert_true(rms(frames, 16 * SEC, 4 * SEC) == 0.0);
	for (int64_t at = 12 * SEC; at < 16 * SEC; at += 100) // the strokes alone, and soft
		assert_true(fabs((double)frames[2 * at]) < gain_from_db(VOICE_LUFS));
	free(frames);
	kit_close(&kit);
}

static void test_mix_nothing_passes_the_ceiling(void **state)
{
	(void)state;
	static const double ceilings[] = {CEILING_DAY_DBTP, CEILING_GENTLE_DBTP, -30.0};
	for (int c = 0; c < 6; c++) {
		struct kit kit;
		int bed = open_tone(&kit, 20 * SEC, 0.0);
		kit_bed(&kit, 0, 20 * SEC, bed);
		kit_write(&kit, "noise.wav", WAV16, 48000, 2, 15.0, kit_noise, 0.9);
		kit_bed(&kit, 5 * SEC, 20 * SEC, kit_add_bed(&kit, "noise.wav", false, BED_LOOP, 0.0));
		for (int i = 0; i < 36; i++) // three at once
			kit_say(&kit, i / 3 * (SEC + 1000), i % KIT_LINES);
		kit_breathe(&kit, 0, 20 * SEC, 3 * SEC);
		double ceiling_db = kit.score.ceiling_db = ceilings[c % 3];
		kit.score.dark = c >= 3;
		kit_finish(&kit);
		float *frames = read_part(&kit, 0, 20 * SEC);
		double peak_db = true_peak_db(frames, 20 * SEC);
		assert_true(peak_db <= ceiling_db + 0.05);
		assert_true(peak_db > ceiling_db - 0.5);
		free(frames);
		kit_close(&kit);
	}
}

// The level of a tone over its tail, at some places between its beginning and its end.
static void check_tail(double tail_sec)
{
	enum { PLACES = 200, WINDOW = 3 * PERIOD };
	struct kit kit;
	int64_t tail = (int64_t)(tail_sec * SEC), begin = 5 * SEC, end = begin + tail;
	int bed = open_tone(&kit, end, -14.0);
	kit_bed(&kit, 0, end, bed);
	kit.score.bed_fade = (struct score_fade){begin, end};
	kit_finish(&kit);
	struct mix *mix = NULL;
	assert_int_equal(mix_create(&mix, &kit.score, &kit.faults), STATUS_OK);
	float frames[(WINDOW + 1) * ENGINE_CHANNELS];
	mix_read(mix, begin - WINDOW, frames, WINDOW);
	double full = rms(frames, 0, WINDOW), before_db = 0.0;
	for (int i = 1; i < PLACES; i++) {
		mix_read(mix, begin + tail * i / PLACES, frames, WINDOW);
		double db = db_from_gain(rms(frames, 0, WINDOW) / full);
		assert_true(db < before_db);
		assert_true(db > before_db - (db > FADE_DEPTH_DB ? 1.0 : 12.0)); // the rest goes to nothing
		before_db = db;
	}
	assert_true(before_db < -60.0);
	mix_read(mix, end - WINDOW, frames, WINDOW + 1);
	for (int i = 0; i < 2; i++) {
		assert_true(fabs((double)frames[2 * (WINDOW - 1) + i]) < 1e-6);
		assert_true(frames[2 * WINDOW + i] == 0.0f);
	}
	assert_true(largest_step(frames, 0, WINDOW + 1) < 1e-4);
	mix_destroy(mix);
	kit_close(&kit);
}

static void test_mix_a_tail_of_any_length_falls_evenly_to_nothing(void **state)
{
	(void)state;
	static const double tails_sec[] = {2, 3, 7, 30, 300, 1200, 7200};
	for (size_t i = 0; i < sizeof tails_sec / sizeof *tails_sec; i++)
		check_tail(tails_sec[i]);
}

// A dark session is the same one, frame by frame: a tone goes through as it was, but for what the filter takes of it.
static void test_mix_dark_keeps_every_place(void **state)
{
	(void)state;
	struct kit kit;
	int bed = open_tone(&kit, 20 * SEC, -14.0);
	kit_bed(&kit, 0, 20 * SEC, bed);
	kit_finish(&kit);
	float *plain = read_part(&kit, 0, 20 * SEC);
	kit.score.dark = true;
	float *dark = read_part(&kit, 0, 20 * SEC);
	double low_db = db_from_gain(rms(dark, 12 * SEC, SEC) / rms(plain, 12 * SEC, SEC)), gain = gain_from_db(low_db);
	assert_float_equal(low_db, -0.21, 0.02); // of 375 Hz
	for (int64_t i = 12 * SEC * 2; i < 13 * SEC * 2; i++)
		assert_float_equal(dark[i], plain[i] * gain, 2e-5);
	free(plain);
	free(dark);
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mix_bed_files_are_at_their_level_under_the_voice),
		cmocka_unit_test(test_mix_a_very_soft_file_is_raised_by_12_db_at_most),
		cmocka_unit_test(test_mix_a_file_is_heard_over_its_whole_length),
		cmocka_unit_test(test_mix_built_in_beds_are_at_their_level),
		cmocka_unit_test(test_mix_words_are_where_and_as_loud_as_the_score_says),
		cmocka_unit_test(test_mix_the_session_level_holds_for_every_lane),
		cmocka_unit_test(test_mix_the_bed_ducks_under_words),
		cmocka_unit_test(test_mix_tones_duck_under_words),
		cmocka_unit_test(test_mix_no_ramp_makes_a_step),
		cmocka_unit_test(test_mix_a_change_of_level_goes_straight_there),
		cmocka_unit_test(test_mix_a_change_of_bed_is_level),
		cmocka_unit_test(test_mix_a_loop_has_no_seam),
		cmocka_unit_test(test_mix_a_tones_loop_is_level_through_its_seam),
		cmocka_unit_test(test_mix_a_loops_seam_makes_no_step_and_no_bend),
		cmocka_unit_test(test_mix_a_bed_file_plays_where_it_should),
		cmocka_unit_test(test_mix_once_comes_and_leaves_softly),
		cmocka_unit_test(test_mix_lanes_leave_in_their_order),
		cmocka_unit_test(test_mix_nothing_passes_the_ceiling),
		cmocka_unit_test(test_mix_a_tail_of_any_length_falls_evenly_to_nothing),
		cmocka_unit_test(test_mix_dark_keeps_every_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
