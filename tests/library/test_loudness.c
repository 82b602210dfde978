// How every session sounds, from its first frame to its last, in blocks as it is played: loudness, true peak, onsets, its
// beginning and its end. Under sanitizers only the shortest session (TESTS_SANITIZED): this proves the library, and the
// code of the mix has its own tests.
#include "played.h"

#include "base/decibel.h"
#include "base/memory.h"
#include "mix/mix.h"
#include "sound/rules.h"

#include <ebur128.h>

#include <math.h>

enum {
	READ_FRAMES = 4800,
	STEP_FRAMES = ENGINE_RATE_HZ / 100, // of the envelope
	STEPS_PER_SEC = 100,
	STEPS_PER_READ = READ_FRAMES / STEP_FRAMES,
};

// Levels in decibels of full scale.
#define NOTHING_DB (-80.0) // far below what is heard at any volume that is bearable
#define HEARD_DB (-60.0)   // what is softer than this startles nobody
#define LEAST_DB (-150.0)

// The most a level may rise from one stretch of time to the next. Speech has its stops ("t", "p"), which begin as they do in
// any mouth: measured at most 17 dB in 10 ms and 33 dB in 100 ms, against a bed 20 dB below the voice. Away from words
// nothing may begin in a way that could be felt as sudden: measured at most 7.5 dB in 10 ms and 7.3 dB in 100 ms, both
// from the chance of noise and the beginning of a breath.
struct onset_bound {
	int steps; // of 10 ms
	double words_db, else_db;
};
static const struct onset_bound onset_bounds[] = {{1, 20.0, 10.0}, {5, 34.0, 8.0}, {10, 36.0, 9.0}};

struct session {
	const char *name;
	double least_lufs, most_lufs; // integrated
};

// Words are at -23 LUFS, so the more of a session is without them, the softer it is as a whole. Attack and bedtime are
// softer by GENTLE_DB besides. Rain alone is its bed: 14 dB below the voice.
#define SPOKEN -30.0, -25.5 // up to 37 % of it words
#define SPARSE -33.5, -30.5
#define GENTLE -39.5, -35.0
#define BED_ALONE -38.0, -36.0
static const struct session sessions[] = {
#ifndef TESTS_SANITIZED
	{"first-sign", SPOKEN},      {"during-attack", GENTLE}, {"attack-still", GENTLE}, {"after-attack", SPOKEN},
	{"evening", SPOKEN},         {"evening-long", SPOKEN},  {"bedtime", GENTLE},      {"neck-week", SPOKEN},
	{"between-attacks", SPOKEN}, {"jaw", SPOKEN},           {"sinus", SPOKEN},        {"temple-breath", SPARSE},
	{"breathe-only", SPARSE},    {"rain-only", BED_ALONE},
#endif
	{"screen-break", SPOKEN},
};
enum { SESSIONS = sizeof sessions / sizeof *sessions };

struct heard {
	const struct score *score;
	ebur128_state *loudness;
	double loudest_lufs; // of 3 s
	ebur128_state *peak; // open while the sample peak is near the ceiling, NULL else
	double true_peak;
	double *energy; // mean square of each step
	bool *words;    // whether a word sounds in it
	int64_t steps;
};

static double level_db(double energy)
{
	double db = 10.0 * log10(energy + 1e-30);
	return db > LEAST_DB ? db : LEAST_DB;
}

static double sample_peak(const float *frames)
{
	double peak = 0.0;
	for (int i = 0; i < READ_FRAMES * ENGINE_CHANNELS; i++)
		peak = fmax(peak, fabs((double)frames[i]));
	return peak;
}

static void keep_true_peak(struct heard *heard)
{
	for (unsigned channel = 0; channel < ENGINE_CHANNELS; channel++) {
		double peak = 0.0;
		ebur128_true_peak(heard->peak, channel, &peak);
		heard->true_peak = fmax(heard->true_peak, peak);
	}
}

// True peak is dear to measure, so only where it could pass the ceiling: while samples are within 3 dB of it, with the
// block before and the block after.
static void hear_peak(struct heard *heard, const float *before, const float *now)
{
	double peak = sample_peak(now);
	bool near = peak > gain_from_db(heard->score->ceiling_db - 3.0);
	heard->true_peak = fmax(heard->true_peak, peak);
	if (near && !heard->peak) {
		heard->peak = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_TRUE_PEAK);
		ebur128_add_frames_float(heard->peak, before, READ_FRAMES);
	}
	if (!heard->peak)
		return;
	ebur128_add_frames_float(heard->peak, now, READ_FRAMES);
	keep_true_peak(heard);
	if (!near)
		ebur128_destroy(&heard->peak);
}

static void hear_energy(struct heard *heard, const float *frames)
{
	for (int step = 0; step < STEPS_PER_READ; step++) {
		double sum = 0.0;
		for (int i = 0; i < STEP_FRAMES * ENGINE_CHANNELS; i++) {
			double sample = (double)frames[step * STEP_FRAMES * ENGINE_CHANNELS + i];
			sum += sample * sample;
		}
		heard->energy[heard->steps++] = sum / (STEP_FRAMES * ENGINE_CHANNELS);
	}
}

static void hear_loudness(struct heard *heard, const float *frames)
{
	double lufs;
	ebur128_add_frames_float(heard->loudness, frames, READ_FRAMES);
	if (heard->steps % STEPS_PER_SEC != 0)
		return;
	ebur128_loudness_shortterm(heard->loudness, &lufs);
	heard->loudest_lufs = fmax(heard->loudest_lufs, lufs);
}

static void mark_words(struct heard *heard)
{
	for (size_t i = 0; i < heard->score->event_count; i++) {
		const struct event *event = &heard->score->events[i];
		for (int64_t at = event->begin; event->lane == LANE_VOICE && at < event->end + STEP_FRAMES;
		     at += STEP_FRAMES)
			heard->words[at / STEP_FRAMES] = true;
	}
}

static struct heard hear(const struct score *score, struct fault_list *faults)
{
	int64_t reads = score->frames / READ_FRAMES + 1; // the last one ends in the zeros behind the session
	size_t steps = (size_t)(reads + 1) * STEPS_PER_READ;
	struct heard heard = {
		.score = score,
		.loudness = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_I | EBUR128_MODE_S),
		.loudest_lufs = -INFINITY,
		.energy = memory_alloc(steps * sizeof(double)),
		.words = memory_alloc(steps * sizeof(bool)),
	};
	float frames[2][READ_FRAMES * ENGINE_CHANNELS] = {{0}};
	struct mix *mix = NULL;
	assert_int_equal(mix_create(&mix, score, faults), STATUS_OK);
	for (int64_t k = 0; k < reads; k++) {
		float *now = frames[k % 2];
		mix_read(mix, k * READ_FRAMES, now, READ_FRAMES);
		hear_loudness(&heard, now);
		hear_peak(&heard, frames[(k + 1) % 2], now);
		hear_energy(&heard, now);
	}
	heard.steps = score->frames / STEP_FRAMES;
	mark_words(&heard);
	mix_destroy(mix);
	return heard;
}

static void heard_finish(struct heard *heard)
{
	ebur128_destroy(&heard->loudness);
	if (heard->peak)
		ebur128_destroy(&heard->peak);
	free(heard->energy);
	free(heard->words);
}

static void check_loudness(const struct session *session, const struct heard *heard)
{
	double lufs, voice = VOICE_LUFS + heard->score->level_db;
	ebur128_loudness_global(heard->loudness, &lufs);
	double true_peak_db = db_from_gain(heard->true_peak);
	print_message("%s: %.1f LUFS, loudest 3 s %.1f, true peak %.2f dBTP\n", session->name, lufs,
	              heard->loudest_lufs, true_peak_db);
	assert_true(lufs >= session->least_lufs && lufs <= session->most_lufs);
	assert_float_equal(heard->loudest_lufs, voice, 1.5);
	assert_true(true_peak_db <= heard->score->ceiling_db + 0.05);
}

// The mean level of steps [at, at + count).
static double mean_db(const struct heard *heard, int64_t at, int count)
{
	double sum = 0.0;
	for (int i = 0; i < count; i++)
		sum += heard->energy[at + i];
	return level_db(sum / count);
}

static bool any_words(const struct heard *heard, int64_t at, int count)
{
	for (int i = 0; i < count; i++)
		if (heard->words[at + i])
			return true;
	return false;
}

static void check_onsets(const struct heard *heard, const struct onset_bound *bound)
{
	double worst[2] = {0.0, 0.0};
	int n = bound->steps;
	for (int64_t at = n; at + n <= heard->steps; at++) {
		double now = mean_db(heard, at, n);
		if (now < HEARD_DB)
			continue;
		double before = fmax(mean_db(heard, at - n, n), NOTHING_DB),
		       *most = &worst[any_words(heard, at - n, 2 * n)];
		*most = fmax(*most, now - before);
	}
	print_message("  in %3d ms words rise by %.1f dB, all else by %.1f dB\n", 10 * n, worst[1], worst[0]);
	assert_true(worst[1] <= bound->words_db);
	assert_true(worst[0] <= bound->else_db);
}

// The bed comes out of nothing over six seconds, before any word.
static void check_beginning(const struct heard *heard)
{
	assert_true(mean_db(heard, 0, 10) < NOTHING_DB);
	assert_int_equal(heard->score->start_fade_frames, 6 * ENGINE_RATE_HZ);
	for (int second = 1; second < 6; second++)
		assert_true(mean_db(heard, second * STEPS_PER_SEC, STEPS_PER_SEC) >
		            mean_db(heard, (second - 1) * STEPS_PER_SEC, STEPS_PER_SEC) + 3.0);
	assert_false(any_words(heard, 0, 7 * STEPS_PER_SEC));
}

static void check_end(const struct heard *heard)
{
	for (int64_t at = heard->steps - STEPS_PER_SEC; at < heard->steps; at++)
		assert_true(mean_db(heard, at, 1) < NOTHING_DB);
	assert_true(mean_db(heard, heard->steps - 1, 1) < -110.0);
}

static void test_session(void **state)
{
	const struct session *session = *state;
	char path[300];
	struct pack *pack = played_pack("en-clb");
	struct played played = played_open(pack, played_path(path, "", session->name), NULL);
	assert_int_equal(played.faults.count, 0);
	struct heard heard = hear(played.score, &played.faults);
	check_loudness(session, &heard);
	for (size_t i = 0; i < sizeof onset_bounds / sizeof *onset_bounds; i++)
		check_onsets(&heard, &onset_bounds[i]);
	check_beginning(&heard);
	check_end(&heard);
	heard_finish(&heard);
	played_close(&played);
	pack_destroy(pack);
}

int main(void)
{
	struct CMUnitTest tests[SESSIONS];
	struct session rows[SESSIONS];
	memcpy(rows, sessions, sizeof rows);
	for (int i = 0; i < SESSIONS; i++)
		tests[i] = (struct CMUnitTest){rows[i].name, test_session, NULL, NULL, &rows[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
