// An ear for tests of a whole live session. It is told what was wished for, hears what comes out of the feed, and knows
// nothing of either's states.
//
// The score's own sound is made so that gain and place can be read apart, also under words. Both channels are alike. Even
// frames are the ceiling itself, odd ones are negative and as large as their place and variant say. Words are of opposite
// sign in the two channels, so that the sum is the session's and the difference theirs.
#ifndef TESTS_SESSION_STORM_EAR_H
#define TESTS_SESSION_STORM_EAR_H

#include "wishes.h"

#include "base/decibel.h"
#include "out/feed.h"
#include "sound/rules.h"

#include <math.h>
#include <string.h>

#define EAR_SILENT 5e-5 // a gain of this size is none
#define EAR_FLOOR 0.001 // -60 dB: where a rise begins to be one
#define EAR_SLACK 1.001
#define EAR_WORD_STEP 0.04 // of the words' gain from frame to frame
#define EAR_TELLS 0.004    // the place is read above this gain

enum {
	EAR_LOOK_FRAMES = 64,
	EAR_CANCEL_FRAMES = ENGINE_RATE_HZ / 20,
};

struct ear {
	const struct score *score;
	uint64_t seed; // for complaints
	double ceiling_gain, word_gain;
	double rise, volume_rise, volume_fall, duck;
	int64_t frame; // heard in all

	// What was wished for.
	double goal;          // the volume
	int words;            // of the newest answer: 1 or -1; 0: none may be heard
	int64_t words_from;   // and none else from here on
	bool at_once;         // the output is new
	int64_t moved, asked; // when another place was last wished for, and an answer
	int long_pauses;      // left since a place was last heard
	enum session_variant variant;
	const struct session *session; // for what hurts
	int64_t hurt;                  // when that was last said
	int64_t eased;                 // when another variant was last wished for

	// What was heard.
	double loudest;                         // how high the volume could have come by now
	double allowed;                         // how high a rise could
	double gain, before, before_that, word; // the gain at the last three even frames
	double odd;                             // the negative frame since `gain`, or 0
	bool last_odd;                          // the frame before was one
	bool sounds;                            // since the last silence
	bool placed;                            // a place was read since
	double place, place_slack;              // in seconds, at `place_frame`
	int64_t place_frame, looked;
	double last_place; // read at all; negative: none
	int64_t last_frame;
	enum session_variant place_variant;

	int64_t audible, full, spoken, places, read; // tallies, in frames and in all
};

static inline void ear_complain(const struct ear *ear, const char *what, double was, double is)
{
	fail_msg("seed %d, second %.3f: %s: %.9f, then %.9f", (int)ear->seed, (double)ear->frame / SEC, what, was, is);
}

static inline struct ear ear_new(const struct score *score, const struct session *session, uint64_t seed)
{
	return (struct ear){
		.score = score,
		.session = session,
		.seed = seed,
		.ceiling_gain = gain_from_db(score->ceiling_db),
		.word_gain = gain_from_db(score->ceiling_db + FEED_ASIDE_DB),
		.rise = pow(10.0, FEED_RISE_DB_PER_SEC / 20.0 / ENGINE_RATE_HZ),
		.volume_rise = pow(10.0, FEED_VOLUME_RISE_DB_PER_SEC / 20.0 / ENGINE_RATE_HZ),
		.volume_fall = pow(10.0, -0.99 * FEED_VOLUME_FALL_DB_PER_SEC / 20.0 / ENGINE_RATE_HZ),
		.duck = gain_from_db(FEED_DUCK_DB),
		.last_place = -1.0,
		.moved = -(int64_t)3600 * SEC,
		.asked = -(int64_t)3600 * SEC,
		.hurt = -(int64_t)3600 * SEC,
	};
}

// ---- The score's own sound

static inline double ear_code(const struct score *score, enum session_variant variant, int64_t at_frames)
{
	double place = (double)at_frames / (double)score->frames;
	return 0.25 + 0.75 * ((double)variant + 0.05 + 0.9 * place) / VARIANTS;
}

static inline void ear_make_sound(const struct score *score, enum session_variant variant, int64_t at_frames,
                                  float *frames, int64_t n_frames)
{
	double full = gain_from_db(score->ceiling_db);
	double code = ear_code(score, variant, at_frames);
	double step = ear_code(score, variant, at_frames + 1) - code;
	for (int64_t i = 0; i < n_frames; i++) {
		bool odd = (at_frames + i) % 2;
		float sample = (float)(odd ? -full * (code + step * (double)i) : full);
		frames[2 * i] = frames[2 * i + 1] = sample;
	}
}

// ---- What was wished for

// Whatever sounded is cut off with its output.
static inline void ear_new_output(struct ear *ear, double volume_db)
{
	ear->goal = ear->loudest = volume_db > FADE_FLOOR_DB ? gain_from_db(volume_db) : 0.0;
	ear->allowed = ear->gain = ear->before = ear->before_that = ear->word = ear->odd = 0.0;
	ear->sounds = ear->placed = ear->last_odd = false;
	ear->at_once = true;
	ear->words = 0;
}

static inline void ear_new_words(struct ear *ear, bool any)
{
	static const int after[] = {1, 1, -1}; // of -1, 0 and 1
	ear->words = any ? after[ear->words + 1] : 0;
	ear->words_from = ear->frame + EAR_CANCEL_FRAMES;
}

// ---- Places

static inline double ear_words_before(const struct score *score, double at_sec)
{
	double found = 0.0;
	for (size_t i = 0; i < score->event_count; i++)
		if (score->events[i].lane == LANE_VOICE && (double)score->events[i].begin / SEC <= at_sec)
			found = (double)score->events[i].begin / SEC;
	return found;
}

static inline bool ear_is_hurt(const struct ear *ear, const struct event *area)
{
	for (int i = 0; i < ear->session->hurt_count && area->lane == LANE_MARK && area->mark.kind == MARK_AREA; i++)
		if (strcmp(ear->session->hurts[i], area->mark.name) == 0)
			return true;
	return false;
}

// How far on it may be when nobody wished for another place: no further than time has gone, but past what hurts.
static inline double ear_furthest(const struct ear *ear)
{
	double gone = (double)(ear->frame - ear->last_frame) / SEC, high = ear->last_place + gone;
	for (size_t i = 0; i < ear->score->event_count; i++) {
		const struct event *area = &ear->score->events[i];
		if (ear_is_hurt(ear, area) && (double)area->begin / SEC < high + 2.0 &&
		    (double)area->end / SEC > ear->last_place)
			high = fmax(high, (double)area->end / SEC + gone);
	}
	return high;
}

// How far back: where a fade began, what was on its way to the ear, and where a long pause or an answer leads.
static inline double ear_furthest_back(const struct ear *ear, double latency_sec)
{
	double low = ear->last_place - FADE_PAUSE_SEC - latency_sec;
	for (int i = 0; i < ear->long_pauses; i++)
		low = (double)session_back_to(ear->score, (int64_t)(fmax(low, 0.0) * SEC)) / SEC;
	if (ear->last_frame - ear->asked < 10 * SEC)
		low = fmin(low, ear_words_before(ear->score, low));
	return low;
}

static inline void ear_hear_new_place(struct ear *ear, double place, double slack)
{
	bool free = ear->last_place < 0.0 || ear->last_frame - ear->moved < 3 * SEC;
	if (!free && place > ear_furthest(ear) + slack + 0.1)
		ear_complain(ear, "further on by itself", ear->last_place, place);
	if (!free && place < ear_furthest_back(ear, 0.5) - slack - 0.1)
		ear_complain(ear, "further back by itself", ear->last_place, place);
	ear->places++;
}

static inline void ear_hear_what_hurts(const struct ear *ear, double place, double slack)
{
	if ((double)(ear->frame - ear->hurt) < (FADE_PAUSE_SEC + 0.3) * SEC)
		return;
	for (size_t i = 0; i < ear->score->event_count; i++) {
		const struct event *area = &ear->score->events[i];
		// A fade that began before it may reach into it.
		double from = (double)area->begin / SEC + (ear->placed ? FADE_PAUSE_SEC + 0.2 : 0.0);
		if (ear_is_hurt(ear, area) && place > from + slack && place < (double)area->end / SEC - slack)
			ear_complain(ear, "what hurts", (double)area->begin / SEC, place);
	}
}

static inline void ear_hear_place(struct ear *ear, double code)
{
	double whole = (code - 0.25) / 0.75 * VARIANTS;
	enum session_variant variant = (enum session_variant)whole;
	double place = (whole - (double)variant - 0.05) / 0.9 * (double)ear->score->frames / SEC;
	double slack = 0.003 + 5e-4 / ear->gain;
	if (ear->placed) {
		double expected = ear->place + (double)(ear->frame - ear->place_frame) / SEC;
		if (fabs(place - expected) > slack + ear->place_slack || variant != ear->place_variant)
			ear_complain(ear, "another place without silence", expected, place);
	} else {
		ear_hear_new_place(ear, place, slack);
		if (variant != ear->variant)
			ear_complain(ear, "another sound than wished for", ear->variant, variant);
	}
	if (variant != session_variant(ear->session) && ear->frame - ear->eased > 3 * SEC)
		ear_complain(ear, "not less when it was too much", session_variant(ear->session), variant);
	ear_hear_what_hurts(ear, place, slack);
	for (size_t i = 0; i < ear->score->word_count && fabs(ear->word) > 0.01; i++) {
		const struct span *words = &ear->score->words[i];
		if (place > (double)words->begin / SEC + slack && place < (double)words->end / SEC - slack)
			ear_complain(ear, "an answer over words", ear->word, place);
	}
	if (!ear->placed || slack < ear->place_slack) {
		ear->place = place;
		ear->place_slack = slack;
		ear->place_frame = ear->frame;
	}
	ear->placed = true;
	ear->place_variant = variant;
	ear->last_place = place;
	ear->last_frame = ear->frame;
	ear->long_pauses = 0;
	ear->read++;
}

// ---- Gains

static inline void ear_hear_volume(struct ear *ear)
{
	if (ear->goal >= ear->loudest)
		ear->loudest = fmin(ear->goal, ear->loudest * ear->volume_rise + EAR_FLOOR / 2000);
	else if (ear->loudest > EAR_FLOOR)
		ear->loudest = fmax(ear->goal, ear->loudest * ear->volume_fall);
	else
		ear->loudest = fmax(ear->goal, ear->loudest - EAR_FLOOR / 2500);
}

static inline void ear_hear_gain(struct ear *ear, double gain)
{
	if (gain > EAR_SILENT && ear->at_once && ear->session->target_frames == 0)
		ear->allowed = ear->gain = 1.0; // the score's own start rises by itself
	ear->at_once = ear->at_once && gain <= EAR_SILENT;
	if (gain > ear->loudest * 1.0001 + 1e-6)
		ear_complain(ear, "above the volume", ear->loudest, gain);
	if (gain > fmax(ear->allowed, EAR_FLOOR) * ear->rise * EAR_SLACK + 1e-6 ||
	    gain > ear->gain * ear->rise * ear->rise * EAR_SLACK + 4e-6)
		ear_complain(ear, "a rise", ear->gain, gain);
	ear->allowed = fmin(fmax(ear->allowed, EAR_FLOOR), gain);
	ear->before_that = ear->before;
	ear->before = ear->gain;
	ear->gain = gain;
	if (gain <= EAR_SILENT)
		ear->sounds = ear->placed = false;
	else
		ear->sounds = true;
	ear->audible += gain > EAR_FLOOR;
	ear->full += gain > 0.99 * ear->loudest;
}

// Between two of its frames the gain is only known where it goes on as it went.
static inline bool ear_knows_gain(const struct ear *ear)
{
	double square = ear->before * ear->before;
	return ear->before > EAR_TELLS && fabs(ear->gain * ear->before_that - square) < 1e-6 * square;
}

static inline void ear_hear_session(struct ear *ear, double session)
{
	ear->allowed = fmax(ear->allowed, EAR_FLOOR) * ear->rise;
	bool odd = session < -1e-7;
	if (ear->sounds && ear->gain > 2 * EAR_FLOOR && odd == ear->last_odd && fabs(session) > EAR_SILENT)
		ear_complain(ear, "another place without silence", ear->gain, session);
	ear->last_odd = odd;
	if (odd) {
		ear->odd = -session;
		return;
	}
	ear_hear_gain(ear, session);
	bool due = ear->frame - ear->looked >= EAR_LOOK_FRAMES || !ear->placed;
	if (due && ear->odd > 0.0 && ear->gain > EAR_TELLS && ear_knows_gain(ear)) {
		ear->looked = ear->frame;
		ear_hear_place(ear, ear->odd / sqrt(ear->gain * ear->before));
	}
	ear->odd = 0.0;
}

static inline void ear_hear_words(struct ear *ear, double word)
{
	double gain = fabs(word);
	if (gain > ear->loudest * 1.0001 + 1e-6)
		ear_complain(ear, "words above the volume", ear->loudest, gain);
	if (fabs(word - ear->word) > EAR_WORD_STEP)
		ear_complain(ear, "a step in the words", ear->word, word);
	if (gain > 1e-6 && ear->gain > ear->duck * ear->loudest * EAR_SLACK + 1e-6)
		ear_complain(ear, "words, and no room", gain, ear->gain);
	if (gain > 1e-6 && ear->frame > ear->words_from && word * ear->words <= 0.0)
		ear_complain(ear, "words that nobody asked for", ear->words, word);
	ear->word = word;
	ear->spoken += gain > EAR_FLOOR;
}

static inline void ear_hear(struct ear *ear, const float *frames, int64_t n_frames)
{
	for (int64_t i = 0; i < n_frames; i++) {
		double left = (double)frames[2 * i], right = (double)frames[2 * i + 1];
		if (fabs(left) > ear->ceiling_gain * 1.000001 || fabs(right) > ear->ceiling_gain * 1.000001)
			ear_complain(ear, "above the ceiling", left, right);
		ear_hear_volume(ear);
		ear_hear_session(ear, (left + right) / (2.0 * ear->ceiling_gain));
		ear_hear_words(ear, (left - right) / (2.0 * ear->word_gain));
		ear->frame++;
	}
}

#endif
