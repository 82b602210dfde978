// What an ear notices of a whole session, in blocks as it is played: loudness, true peak, onsets, spectrum, roughness,
// seams and silence. The tests hold its numbers, and the listening report (listen.c) draws them. Everything is static.
#ifndef TESTS_LIBRARY_HEARING_H
#define TESTS_LIBRARY_HEARING_H

#include "library/played.h"
#include "sound/measure.h"

#include "base/decibel.h"
#include "base/memory.h"
#include "mix/mix.h"

#include <ebur128.h>

#include <math.h>

enum {
	HEARING_READ_FRAMES = 4800,
	HEARING_STEP_FRAMES = ENGINE_RATE_HZ / 100, // of the envelope
	HEARING_STEPS_PER_SEC = 100,
	HEARING_STEPS_PER_READ = HEARING_READ_FRAMES / HEARING_STEP_FRAMES,
	HEARING_READS_PER_SEC = ENGINE_RATE_HZ / HEARING_READ_FRAMES,
	HEARING_SPECTRUM = 4096, // of each read without words, in one channel
	HEARING_CALM_SEC = 6,    // without words: then roughness is heard
};

// Levels in decibels of full scale.
#define HEARING_NOTHING_DB (-80.0) // far below what is heard at any volume that is bearable
#define HEARING_HEARD_DB (-60.0)   // what is softer than this startles nobody
#define HEARING_LEAST_DB (-150.0)

// The most of something, and when.
struct hearing_most {
	double most;
	int64_t at_frames;
};

struct hearing {
	const struct score *score;
	ebur128_state *loudness;
	double integrated_lufs, loudest_lufs; // loudest: of 3 s
	ebur128_state *peak;                  // open while the sample peak is near the ceiling, NULL else
	double true_peak;

	// One a second.
	int64_t seconds;
	double *momentary_lufs, *shortterm_lufs; // the second's last 0.4 s, and 3 s

	// One a step of 10 ms.
	int64_t steps;
	double *energy; // mean square
	bool *words;    // whether a word sounds in it

	double spectrum[HEARING_SPECTRUM / 2]; // without words: power, over the mean square in all
	int64_t spectra;
	struct hearing_most rough;      // without words: depth of the tallest line between 30 and 150 Hz, dB
	struct hearing_most rough_over; // the same above what lies around it
	struct hearing_most seam;       // without words: the steepest bend of the wave above the RMS of its 0.1 s, dB
	float *calm;                    // stereo, gathered for roughness
	int64_t calm_frames;
};

static inline void hearing_more(struct hearing_most *most, double value, int64_t at_frames)
{
	if (value > most->most)
		*most = (struct hearing_most){value, at_frames};
}

static inline double hearing_level_db(double energy)
{
	double db = 10.0 * log10(energy + 1e-30);
	return db > HEARING_LEAST_DB ? db : HEARING_LEAST_DB;
}

// True peak is dear to measure, so only where it could pass the ceiling: while samples are within 3 dB of it, with the
// block before and the block after.
static inline void hearing_hear_peak(struct hearing *h, const float *before, const float *now)
{
	double peak = measure_peak(now, HEARING_READ_FRAMES * ENGINE_CHANNELS);
	bool near = peak > gain_from_db(h->score->ceiling_db - 3.0);
	h->true_peak = fmax(h->true_peak, peak);
	if (near && !h->peak) {
		h->peak = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_TRUE_PEAK);
		ebur128_add_frames_float(h->peak, before, HEARING_READ_FRAMES);
	}
	if (!h->peak)
		return;
	ebur128_add_frames_float(h->peak, now, HEARING_READ_FRAMES);
	for (unsigned channel = 0; channel < ENGINE_CHANNELS; channel++) {
		double one = 0.0;
		ebur128_true_peak(h->peak, channel, &one);
		h->true_peak = fmax(h->true_peak, one);
	}
	if (!near)
		ebur128_destroy(&h->peak);
}

static inline void hearing_hear_energy(struct hearing *h, const float *frames)
{
	for (int step = 0; step < HEARING_STEPS_PER_READ; step++) {
		double rms = measure_rms(frames + step * HEARING_STEP_FRAMES * ENGINE_CHANNELS,
		                         HEARING_STEP_FRAMES * ENGINE_CHANNELS);
		h->energy[h->steps++] = rms * rms;
	}
}

static inline void hearing_hear_loudness(struct hearing *h, const float *frames)
{
	ebur128_add_frames_float(h->loudness, frames, HEARING_READ_FRAMES);
	if (h->steps % HEARING_STEPS_PER_SEC != 0)
		return;
	ebur128_loudness_momentary(h->loudness, &h->momentary_lufs[h->seconds]);
	ebur128_loudness_shortterm(h->loudness, &h->shortterm_lufs[h->seconds]);
	h->loudest_lufs = fmax(h->loudest_lufs, h->shortterm_lufs[h->seconds]);
	h->seconds++;
}

static inline void hearing_hear_spectrum(struct hearing *h, const float *frames, double mean_square)
{
	static double power[HEARING_SPECTRUM / 2];
	float mono[HEARING_SPECTRUM];
	for (int i = 0; i < HEARING_SPECTRUM; i++)
		mono[i] = 0.5f * (frames[2 * i] + frames[2 * i + 1]);
	measure_spectrum(mono, HEARING_SPECTRUM, HEARING_SPECTRUM, power);
	for (int k = 0; k < HEARING_SPECTRUM / 2; k++)
		h->spectrum[k] += power[k] / mean_square;
	h->spectra++;
}

// A seam, a click or a lost sample bends the wave as nothing else does that is allowed here.
static inline void hearing_hear_seam(struct hearing *h, const float *frames, int64_t at, double rms)
{
	double bend = 0.0;
	for (int i = 2 * ENGINE_CHANNELS; i < HEARING_READ_FRAMES * ENGINE_CHANNELS; i++) {
		double a = (double)frames[i - 4], b = (double)frames[i - 2], c = (double)frames[i];
		bend = fmax(bend, fabs(a - 2.0 * b + c));
	}
	hearing_more(&h->seam, measure_db(bend / rms), at);
}

static inline void hearing_hear_rough(struct hearing *h, const float *frames, int64_t at)
{
	size_t samples = (size_t)HEARING_READ_FRAMES * ENGINE_CHANNELS;
	memcpy(h->calm + h->calm_frames * ENGINE_CHANNELS, frames, samples * sizeof *frames);
	h->calm_frames += HEARING_READ_FRAMES;
	if (h->calm_frames < HEARING_CALM_SEC * ENGINE_RATE_HZ)
		return;
	struct measure_tremolo rough = measure_tremolo_between(h->calm, h->calm_frames, 30.0, 150.0);
	int64_t began = at + HEARING_READ_FRAMES - h->calm_frames;
	hearing_more(&h->rough, rough.depth_db, began);
	hearing_more(&h->rough_over, rough.over_db, began);
	h->calm_frames = 0;
}

// Words have their own sound; away from them a listener lies open.
static inline void hearing_hear_calm(struct hearing *h, const float *frames, int64_t at)
{
	double rms = measure_rms(frames, HEARING_READ_FRAMES * ENGINE_CHANNELS);
	bool words = false;
	for (int i = 0; i < HEARING_STEPS_PER_READ; i++)
		words |= h->words[at / HEARING_STEP_FRAMES + i];
	if (words || measure_db(rms) < HEARING_HEARD_DB) {
		h->calm_frames = 0;
		return;
	}
	hearing_hear_spectrum(h, frames, rms * rms);
	hearing_hear_seam(h, frames, at, rms);
	hearing_hear_rough(h, frames, at);
}

static inline void hearing_mark_words(struct hearing *h)
{
	for (size_t i = 0; i < h->score->event_count; i++) {
		const struct event *event = &h->score->events[i];
		for (int64_t at = event->begin; event->lane == LANE_VOICE && at < event->end + HEARING_STEP_FRAMES;
		     at += HEARING_STEP_FRAMES)
			h->words[at / HEARING_STEP_FRAMES] = true;
	}
}

static inline struct hearing hearing_make(const struct score *score, int64_t reads)
{
	size_t steps = (size_t)(reads + 1) * HEARING_STEPS_PER_READ;
	size_t seconds = (size_t)(reads / HEARING_READS_PER_SEC + 1);
	return (struct hearing){
		.score = score,
		.loudness = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_I | EBUR128_MODE_S),
		.loudest_lufs = -INFINITY,
		.momentary_lufs = memory_alloc(seconds * sizeof(double)),
		.shortterm_lufs = memory_alloc(seconds * sizeof(double)),
		.energy = memory_alloc(steps * sizeof(double)),
		.words = memory_alloc(steps * sizeof(bool)),
		.rough = {-INFINITY, 0},
		.rough_over = {-INFINITY, 0},
		.seam = {-INFINITY, 0},
		.calm = measure_buffer((HEARING_CALM_SEC + 1) * ENGINE_RATE_HZ),
	};
}

static inline struct hearing hearing_hear(const struct score *score, struct fault_list *faults)
{
	int64_t reads = score->frames / HEARING_READ_FRAMES + 1; // the last one ends in the zeros behind the session
	struct hearing h = hearing_make(score, reads);
	float frames[2][HEARING_READ_FRAMES * ENGINE_CHANNELS] = {{0}};
	struct mix *mix = NULL;
	assert_int_equal(mix_create(&mix, score, faults), STATUS_OK);
	hearing_mark_words(&h);
	for (int64_t k = 0; k < reads; k++) {
		float *now = frames[k % 2];
		mix_read(mix, k * HEARING_READ_FRAMES, now, HEARING_READ_FRAMES);
		hearing_hear_peak(&h, frames[(k + 1) % 2], now);
		hearing_hear_energy(&h, now);
		hearing_hear_loudness(&h, now);
		hearing_hear_calm(&h, now, k * HEARING_READ_FRAMES);
	}
	h.steps = score->frames / HEARING_STEP_FRAMES;
	ebur128_loudness_global(h.loudness, &h.integrated_lufs);
	mix_destroy(mix);
	return h;
}

static inline void hearing_finish(struct hearing *h)
{
	ebur128_destroy(&h->loudness);
	if (h->peak)
		ebur128_destroy(&h->peak);
	free(h->momentary_lufs);
	free(h->shortterm_lufs);
	free(h->energy);
	free(h->words);
	free(h->calm);
}

// ---- What follows from it

// The mean level of steps [at, at + count).
static inline double hearing_mean_db(const struct hearing *h, int64_t at, int count)
{
	double sum = 0.0;
	for (int i = 0; i < count; i++)
		sum += h->energy[at + i];
	return hearing_level_db(sum / count);
}

static inline bool hearing_any_words(const struct hearing *h, int64_t at, int count)
{
	for (int i = 0; i < count; i++)
		if (h->words[at + i])
			return true;
	return false;
}

// The steepest rise from one stretch of `steps` to the next, in words (worst[1]) and elsewhere (worst[0]).
static inline void hearing_onsets(const struct hearing *h, int steps, struct hearing_most worst[2])
{
	worst[0] = worst[1] = (struct hearing_most){0.0, 0};
	for (int64_t at = steps; at + steps <= h->steps; at++) {
		double now = hearing_mean_db(h, at, steps);
		if (now < HEARING_HEARD_DB)
			continue;
		double before = fmax(hearing_mean_db(h, at - steps, steps), HEARING_NOTHING_DB);
		bool words = hearing_any_words(h, at - steps, 2 * steps);
		hearing_more(&worst[words], now - before, at * HEARING_STEP_FRAMES);
	}
}

// Share of the power between two frequencies away from words, dB.
static inline double hearing_share_db(const struct hearing *h, double low_hz, double high_hz)
{
	double all = measure_band(h->spectrum, HEARING_SPECTRUM, ENGINE_RATE_HZ, 20.0, 20000.0);
	double part = measure_band(h->spectrum, HEARING_SPECTRUM, ENGINE_RATE_HZ, low_hz, high_hz);
	return 10.0 * log10((part + 1e-12) / (all + 1e-12));
}

// The longest stretch of nothing between the beginning's fade and the ending's, s.
static inline double hearing_silence_sec(const struct hearing *h)
{
	int64_t longest = 0, now = 0;
	int64_t end = h->score->bed_fade.begin / HEARING_STEP_FRAMES;
	for (int64_t at = h->score->start_fade_frames / HEARING_STEP_FRAMES; at < end && at < h->steps; at++) {
		now = hearing_level_db(h->energy[at]) < HEARING_NOTHING_DB ? now + 1 : 0;
		longest = now > longest ? now : longest;
	}
	return (double)longest / HEARING_STEPS_PER_SEC;
}

#endif
