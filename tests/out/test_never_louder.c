// The measuring ear: storms of commands, faults and asides, and what is heard against the rules at the top of feed.h.
// It knows what was asked for and what came out, and nothing of the feed's states.
//
// The session is a constant, its ceiling itself, so that its gain can be read from every frame; its sign changes with
// each change of place. An aside is a constant of opposite sign in the two channels, which changes with each aside.
// Every fortieth storm plays noise instead, and its true peak is measured (libebur128, four points a frame).
//
// Played as fast as it goes: 10,000 seconds, and fewer with a sanitizer.
#include "out/feed.h"

#include "base/decibel.h"
#include "base/hash.h"
#include "sound/measure.h"
#include "sound/rules.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum {
	MOST_PULL = 6000,
	TABLE_FRAMES = 1 << 14,
	STORM_FRAMES = 25 * ENGINE_RATE_HZ,
	TAPER_FRAMES = 480, // an aside's own soft end
	CANCEL_MOST_FRAMES = ENGINE_RATE_HZ / 20,
	PEAK_STORM_EVERY = 40,
};

#ifdef TESTS_SANITIZED
#define STORM_SEC 500
#else
#define STORM_SEC 10000
#endif

#define NEARLY_SILENT 5e-5 // a step of this size is none
#define FLOOR 0.001        // -60 dB: where a rise begins to be one
#define ASIDE_STEP 0.006   // of an aside's gain from frame to frame: edges of 10 ms and the limiter's
#define SLACK 1.001        // of what is measured over many frames

// What was played and heard in all, so that silence does not pass for good behaviour.
struct tally {
	int64_t frames, audible, full, spoken, places, words, cancelled, starved, ended;
};

struct ear {
	double gain, aside; // of the frame before
	double allowed;     // how high a rise of 20 dB a second could have come by now
	double loudest;     // how high the volume could have come by now
	double rise, volume_rise, volume_fall, fall, duck;
	int place; // the sign last heard
};

struct storm {
	struct feed *feed;
	struct ear ear;
	struct tally *tally;
	uint64_t seed, draws;
	double volume_db;     // last asked for
	bool dropping;        // a halt was given and has not settled
	bool at_once;         // a go of 0 frames was given, and nothing was heard
	bool ended;           // the end was given and nothing written after it
	int place;            // of what is written: 1 or -1
	int dry;              // pulls to go without a write
	int aside_dry;        // the same, of an aside
	int aside;            // of the newest one: 1 or -1; 0: none may be heard
	int64_t aside_left;   // frames of it still to be written, its taper with them; 0: all are
	int64_t cancelled_at; // when the newest aside but one was to go, in frames pulled; -1: none was
	int64_t pulled;
	bool noise;
	ebur128_state *meter; // of the noise
	float out[2 * MOST_PULL];
};

static double ceiling_gain, word_gain;
static float session_table[2][2 * TABLE_FRAMES], aside_table[2][2 * TABLE_FRAMES], taper[2][2 * TAPER_FRAMES];
static float session_noise[2 * TABLE_FRAMES], aside_noise[2 * TABLE_FRAMES];

static int64_t draw(struct storm *storm, int64_t most)
{
	return (int64_t)(hash64(storm->seed, storm->draws++) % (uint64_t)most);
}

// ---- What is played

static void make_tables(void)
{
	ceiling_gain = gain_from_db(CEILING_DAY_DBTP);
	word_gain = 0.98 * gain_from_db(CEILING_DAY_DBTP + FEED_ASIDE_DB); // the limiter aims a little lower
	for (int64_t i = 0; i < 2 * TABLE_FRAMES; i++) {
		for (int minus = 0; minus < 2; minus++) {
			session_table[minus][i] = (float)(minus ? -ceiling_gain : ceiling_gain);
			aside_table[minus][i] = (float)((i + minus) % 2 ? -word_gain : word_gain);
		}
		session_noise[i] = (float)hash_signed(1, (uint64_t)i);
		aside_noise[i] = (float)hash_signed(2, (uint64_t)i);
	}
	for (int64_t i = 0; i < 2 * TAPER_FRAMES; i++) {
		double down = 0.5 + 0.5 * cos(MEASURE_PI * (double)(i / 2) / TAPER_FRAMES);
		for (int minus = 0; minus < 2; minus++)
			taper[minus][i] = aside_table[minus][i] * (float)down;
	}
	double peak_db = measure_true_peak_db(session_noise, TABLE_FRAMES);
	float scale = (float)gain_from_db(CEILING_DAY_DBTP - 0.1 - peak_db); // 0.1: where the table meets itself
	for (int64_t i = 0; i < 2 * TABLE_FRAMES; i++)
		session_noise[i] *= scale;
}

static void write_session(struct storm *storm)
{
	if (storm->dropping && !feed_settled(storm->feed))
		return;
	if (storm->dropping)
		storm->place = -storm->place;
	storm->dropping = false;
	if (storm->dry > 0 && storm->dry-- > 0)
		return;
	const float *table = storm->noise ? session_noise : session_table[storm->place < 0];
	int64_t n = draw(storm, 8) ? TABLE_FRAMES : draw(storm, 2000);
	if (feed_write(storm->feed, table, n) > 0)
		storm->ended = false;
	if (draw(storm, 500) == 0) {
		feed_end(storm->feed);
		storm->ended = true;
		storm->dry = (int)draw(storm, 100);
	}
}

static void write_aside(struct storm *storm)
{
	if (storm->aside_dry > 0 && storm->aside_dry-- > 0)
		return;
	while (storm->aside_left > 0) {
		int minus = storm->aside < 0;
		int64_t n = storm->aside_left - TAPER_FRAMES;
		const float *from = storm->noise ? aside_noise : aside_table[minus];
		if (n <= 0) {
			n = storm->aside_left;
			from = taper[minus] + 2 * (TAPER_FRAMES - n);
		}
		n = feed_aside_write(storm->feed, from, 2, n < TABLE_FRAMES ? n : TABLE_FRAMES);
		storm->aside_left -= n;
		if (storm->aside_left == 0)
			feed_aside_end(storm->feed);
		if (n == 0)
			return;
		if (draw(storm, 20) == 0) { // now and then the rest comes late
			storm->aside_dry = (int)draw(storm, 100);
			return;
		}
	}
}

// ---- What is asked for

static void begin_aside(struct storm *storm)
{
	static const int64_t mosts[] = {3000, 20000, 60000, 20 * ENGINE_RATE_HZ};
	storm->tally->cancelled += feed_aside_runs(storm->feed);
	feed_aside_begin(storm->feed);
	storm->cancelled_at = storm->pulled;
	storm->aside = storm->aside == 1 ? -1 : 1;
	storm->aside_left = TAPER_FRAMES + draw(storm, mosts[draw(storm, 4)]);
	storm->tally->words++;
}

static void cancel_aside(struct storm *storm)
{
	storm->tally->cancelled += feed_aside_runs(storm->feed);
	feed_aside_cancel(storm->feed);
	storm->cancelled_at = storm->pulled;
	storm->aside_left = 0;
}

static void set_volume(struct storm *storm, double volume_db)
{
	storm->volume_db = volume_db;
	feed_set_volume(storm->feed, volume_db);
}

static void act(struct storm *storm)
{
	static const int32_t mosts[] = {1, 2000, 100000, 400000};
	int32_t fade_frames = (int32_t)draw(storm, mosts[draw(storm, 4)]);
	switch (draw(storm, 16)) {
	case 0:
	case 1:
		storm->dropping = true;
		feed_halt(storm->feed, fade_frames);
		return;
	case 2:
	case 3:
	case 4:
	case 5:
	case 6:
	case 7:
		storm->at_once = storm->at_once || fade_frames == 0;
		feed_go(storm->feed, fade_frames);
		return;
	case 8:
		set_volume(storm, (double)draw(storm, 75) - 65.0);
		return;
	case 9:
		set_volume(storm, 3.0);
		return;
	case 10:
		storm->dry = (int)draw(storm, 200);
		return;
	case 11:
		cancel_aside(storm);
		return;
	default:
		begin_aside(storm);
	}
}

// ---- What is heard

static void complain(const struct storm *storm, const char *what, double was, double is)
{
	fail_msg("seed %d, frame %lld: %s: %.9f, then %.9f", (int)storm->seed, (long long)storm->pulled, what, was, is);
}

static void hear_volume(struct storm *storm, double goal)
{
	struct ear *ear = &storm->ear;
	if (goal >= ear->loudest)
		ear->loudest = fmin(goal, ear->loudest * ear->volume_rise + FLOOR / 2000);
	else if (ear->loudest > FLOOR)
		ear->loudest = fmax(goal, ear->loudest * ear->volume_fall);
	else
		ear->loudest = fmax(goal, ear->loudest - FLOOR / 2500);
}

static void hear_session(struct storm *storm, double gain, int place)
{
	struct ear *ear = &storm->ear;
	if (gain > 0.0 && storm->at_once && ear->place == 0)
		ear->allowed = ear->gain = 1.0; // the very first frame may be at once
	ear->allowed = fmax(ear->allowed, FLOOR) * ear->rise;
	if (gain > ear->loudest * 1.0001 + 1e-6)
		complain(storm, "above the volume", ear->loudest, gain);
	if (gain > ear->allowed * SLACK + 1e-6 || gain > ear->gain * ear->rise * SLACK + 2e-6)
		complain(storm, "a rise", ear->gain, gain);
	if (gain < ear->gain * ear->fall - NEARLY_SILENT && !storm->ended && storm->pulled > 0 && ear->place != 0)
		complain(storm, "a step down", ear->gain, gain);
	if (gain > 1e-6 && place != ear->place) {
		if (ear->place != 0 && (ear->gain > NEARLY_SILENT || gain > NEARLY_SILENT))
			complain(storm, "another place without silence", ear->gain, gain);
		ear->place = place;
		storm->tally->places++;
	}
	ear->allowed = fmin(ear->allowed, gain);
	ear->gain = gain;
	storm->tally->audible += gain > FLOOR;
	storm->tally->full += gain > 0.999;
}

static void hear_aside(struct storm *storm, double aside)
{
	struct ear *ear = &storm->ear;
	double gain = fabs(aside);
	if (gain > ear->loudest * 1.0001 + 1e-6)
		complain(storm, "words above the volume", ear->loudest, gain);
	if (fabs(aside - ear->aside) > ASIDE_STEP)
		complain(storm, "a step in the words", ear->aside, aside);
	if (gain > 1e-6 && ear->gain > ear->duck * ear->loudest * 1.0001 + 1e-6)
		complain(storm, "words, and no room", gain, ear->gain);
	bool late = storm->cancelled_at < 0 || storm->pulled > storm->cancelled_at + CANCEL_MOST_FRAMES;
	if (gain > 1e-6 && late && aside * (double)storm->aside < 0.0)
		complain(storm, "words that were cancelled", gain, aside);
	ear->aside = aside;
	storm->tally->spoken += gain > FLOOR;
}

static void hear_frame(struct storm *storm, const float *frame, double goal)
{
	double left = (double)frame[0], right = (double)frame[1];
	double session = (left + right) / (2.0 * ceiling_gain);
	if (fabs(left) > ceiling_gain * 1.000001 || fabs(right) > ceiling_gain * 1.000001)
		complain(storm, "above the ceiling", left, right);
	hear_volume(storm, goal);
	hear_session(storm, fabs(session), session < 0.0 ? -1 : 1);
	hear_aside(storm, (left - right) / (2.0 * word_gain));
	storm->pulled++;
}

static void pull(struct storm *storm)
{
	int64_t n = 1 + draw(storm, draw(storm, 4) ? 1500 : MOST_PULL);
	double goal = storm->volume_db > -60.0 ? gain_from_db(fmin(storm->volume_db, 0.0)) : 0.0;
	int64_t drained = storm->feed->drained_frames;
	feed_pull(storm->feed, storm->out, n);
	storm->tally->frames += n;
	storm->tally->ended += drained == 0 && storm->feed->drained_frames > 0;
	if (storm->noise) {
		ebur128_add_frames_float(storm->meter, storm->out, (size_t)n);
		storm->pulled += n;
		return;
	}
	for (int64_t i = 0; i < n; i++)
		hear_frame(storm, storm->out + 2 * i, goal);
}

static struct ear new_ear(void)
{
	return (struct ear){
		.loudest = 1.0,
		.rise = pow(10.0, FEED_RISE_DB_PER_SEC / 20.0 / ENGINE_RATE_HZ),
		.volume_rise = pow(10.0, FEED_VOLUME_RISE_DB_PER_SEC / 20.0 / ENGINE_RATE_HZ),
		.volume_fall = pow(10.0, -0.99 * FEED_VOLUME_FALL_DB_PER_SEC / 20.0 / ENGINE_RATE_HZ),
		// 66 dB in FEED_LEAST_FALL_FRAMES, and the volume's and the duck's own.
		.fall = pow(2000.0, -1.0 / FEED_LEAST_FALL_FRAMES) * pow(10.0, -110.0 / 20.0 / ENGINE_RATE_HZ),
		.duck = gain_from_db(FEED_DUCK_DB),
	};
}

static void run_storm(struct storm *storm)
{
	static const int64_t hurries[] = {3, 20, 60, 200};
	int64_t hurry = hurries[draw(storm, 4)];
	feed_init(storm->feed, 0.0);
	feed_set_ceiling(storm->feed, CEILING_DAY_DBTP);
	while (storm->pulled < STORM_FRAMES) {
		write_session(storm);
		write_aside(storm);
		if (draw(storm, hurry) == 0)
			act(storm);
		pull(storm);
	}
	storm->tally->starved += storm->feed->starved;
}

static double true_peak(ebur128_state *meter)
{
	double left = 0.0, right = 0.0;
	ebur128_true_peak(meter, 0, &left);
	ebur128_true_peak(meter, 1, &right);
	return fmax(left, right);
}

static void run_peak_storm(struct storm *storm)
{
	storm->noise = true;
	storm->meter = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_TRUE_PEAK);
	run_storm(storm);
	double peak = true_peak(storm->meter);
	ebur128_destroy(&storm->meter);
	if (peak > ceiling_gain)
		complain(storm, "the true peak is above the ceiling", ceiling_gain, peak);
}

static void test_never_louder(void **state)
{
	(void)state;
	struct tally tally = {0};
	struct feed *feed = aligned_alloc(64, sizeof *feed);
	struct storm *storm = memory_alloc(sizeof *storm);
	make_tables();
	for (uint64_t seed = 0; tally.frames < (int64_t)STORM_SEC * ENGINE_RATE_HZ; seed++) {
		*storm = (struct storm){.feed = feed, .ear = new_ear(), .tally = &tally, .seed = seed};
		storm->place = 1;
		storm->cancelled_at = -1;
		if (seed % PEAK_STORM_EVERY == PEAK_STORM_EVERY - 1)
			run_peak_storm(storm);
		else
			run_storm(storm);
	}
	free(storm);
	free(feed);
	print_message("%lld s: heard %lld s, at full %lld s, words %lld s; %lld places, %lld asides, %lld cancelled, "
	              "starved %lld, ended %lld\n",
	              (long long)(tally.frames / ENGINE_RATE_HZ), (long long)(tally.audible / ENGINE_RATE_HZ),
	              (long long)(tally.full / ENGINE_RATE_HZ), (long long)(tally.spoken / ENGINE_RATE_HZ),
	              (long long)tally.places, (long long)tally.words, (long long)tally.cancelled,
	              (long long)tally.starved, (long long)tally.ended);
	assert_true(tally.audible > tally.frames / 10 && tally.full > tally.frames / 100);
	assert_true(tally.spoken > tally.frames / 50);
	int64_t storms = tally.frames / STORM_FRAMES;
	assert_true(tally.places > storms && tally.words > storms && tally.cancelled > storms / 2);
	assert_true(tally.starved > storms / 4 && tally.ended > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_never_louder)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
