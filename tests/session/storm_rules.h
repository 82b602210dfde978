// What a storm is made of, and what must hold of the machine in it, event by event. test_storm.c plays it.
#ifndef TESTS_SESSION_STORM_RULES_H
#define TESTS_SESSION_STORM_RULES_H

#include "storm_ear.h"

#include "base/hash.h"

#include <ebur128.h>

enum {
	MOST_PULL = ENGINE_RATE_HZ / 4,
	CHUNK = 4096,
	VERBS = VERB_OTHER + 1,
};

// What happened in all, so that silence does not pass for good behaviour.
struct tally {
	int64_t frames, audible, full, spoken, places, read;
	int64_t wishes[VERBS], events[EVENT_TICK + 1], said[ANSWER_KINDS], ends[END_LOST_OUTPUT + 1];
	int64_t resumed, stopped, starved, notes;
};

struct storm {
	struct session session;
	struct ear ear;
	struct tally *tally;
	const struct score *score;
	struct feed *feed;
	uint64_t seed, draws;
	bool opened; // the feed runs
	bool calm;   // no more faults, and no wishes
	int64_t opens_at, latency_frames, pulled;
	double skipped_sec; // of the clock, without sound

	// As live.c has them.
	int64_t base_frames, sought_frames, at_frames;
	bool spoke;

	// As the feeder has them.
	bool held;
	int64_t write_at;
	enum session_variant variant;
	int dry; // pulls to go without a write

	// As the stage has them.
	bool speaks;
	int64_t words, words_left;

	// The volume and the ease that were wished for, and since when it halts.
	double chosen_db;
	int ease;
	int64_t halting_from;
	double woke_sec; // when a key in the sleep tail was last pressed: what follows at once is the same hand's

	bool noise;
	ebur128_state *meter;
	float out[2 * MOST_PULL], block[2 * CHUNK];
};

static inline int64_t draw(struct storm *storm, int64_t most)
{
	return (int64_t)(hash64(storm->seed, storm->draws++) % (uint64_t)most);
}

static inline double now_sec(const struct storm *storm)
{
	return 100.0 + (double)storm->pulled / SEC + storm->skipped_sec;
}

static inline void complain(const struct storm *storm, const char *what)
{
	const struct session *s = &storm->session;
	fail_msg("seed %d, second %.3f: %s: mode %d, after %d, end %d, closed %d, goes on %d, at %.3f, target %.3f",
	         (int)storm->seed, (double)storm->pulled / SEC, what, (int)s->mode, (int)s->after, (int)s->end,
	         s->closed, s->goes_on, (double)storm->at_frames / SEC, (double)s->target_frames / SEC);
}

static inline void must(const struct storm *storm, bool holds, const char *what)
{
	if (!holds)
		complain(storm, what);
}

// ---- What must hold of the machine

static inline void check_state(const struct storm *storm)
{
	const struct session *s = &storm->session;
	must(storm, s->target_frames >= 0 && s->target_frames <= storm->score->frames, "the place is out of bounds");
	must(storm, (s->mode == SESSION_OVER) == (s->end != END_NONE), "an end without an end");
	if (s->mode == SESSION_OPENING)
		must(storm, s->after == SESSION_PLAYING || s->after == SESSION_PAUSED, "opens for nothing");
	if (s->mode == SESSION_HALTING)
		must(storm, s->after >= SESSION_PLAYING && s->after != SESSION_HALTING, "halts for nothing");
	if (s->mode == SESSION_HALTING || s->mode == SESSION_PLAYING || s->speaking)
		must(storm, s->mode == SESSION_OVER || storm->opened, "sounds without an output");
	if (s->closed)
		must(storm,
		     (s->mode == SESSION_PAUSED || s->mode == SESSION_OVER) && !s->goes_on && !s->speaking &&
		             s->waiting.kind == ANSWER_NONE,
		     "does something while it is closed");
	if (s->goes_on && s->mode != SESSION_OVER)
		must(storm,
		     s->mode == SESSION_PAUSED || (s->mode == SESSION_HALTING && s->after != SESSION_OVER) ||
		             s->after == SESSION_OVER,
		     "goes on without a pause");
	if (s->mode == SESSION_PAUSED && s->goes_on)
		must(storm, s->speaking || s->waiting.kind != ANSWER_NONE, "waits for words that nobody says");
	must(storm, s->volume_db <= 0.0 && s->volume_db > FADE_FLOOR_DB, "the volume");
}

static inline bool is_name(const struct score *score, const char *name)
{
	for (size_t i = 0; i < score->event_count; i++)
		if (score->events[i].lane == LANE_MARK && strcmp(score->events[i].mark.name, name) == 0)
			return true;
	return false;
}

static inline bool hurts(const struct storm *storm, int64_t at_frames)
{
	for (size_t i = 0; i < storm->score->event_count; i++) {
		const struct event *area = &storm->score->events[i];
		if (area->begin <= at_frames && area->end > at_frames && ear_is_hurt(&storm->ear, area))
			return true;
	}
	return false;
}

static inline void check_effects(const struct storm *storm, const struct session_effects *effects)
{
	const struct session *s = &storm->session;
	must(storm, !(effects->halt && effects->go), "halts and goes at once");
	must(storm, !effects->halt || s->mode == SESSION_HALTING, "halts, and knows nothing of it");
	must(storm, !effects->go || s->mode == SESSION_PLAYING, "goes, and knows nothing of it");
	must(storm, !effects->seek || !effects->halt, "seeks in a fade");
	must(storm, effects->say.kind == ANSWER_NONE || s->speaking, "speaks, and knows nothing of it");
	must(storm, !effects->go || effects->go_sec >= FADE_RESUME_SEC || s->target_frames == 0, "goes in haste");
	must(storm, !effects->seek || (effects->seek_frames >= 0 && effects->seek_frames <= storm->score->frames),
	     "seeks out of bounds");
	must(storm, !effects->seek || effects->variant == session_variant(s), "another sound than wished for");
	must(storm, !effects->seek || !hurts(storm, effects->seek_frames), "seeks into what hurts");
	must(storm, !effects->go || !s->speaking || effects->say.kind, "goes on under words");
	for (int i = 0; i < effects->note_count; i++) {
		const struct session_note *note = &effects->notes[i];
		bool names = note->kind == NOTE_SKIPPED || note->kind == NOTE_NOT_TONIGHT;
		must(storm, note->name ? is_name(storm->score, note->name) : !names, "a note of nothing");
		must(storm, note->ease >= 0 && note->ease <= 6, "a note of too much");
		storm->tally->notes++;
	}
}

// It is silent, or will be, until somebody wishes otherwise.
static inline bool rests(const struct session *s)
{
	return !s->goes_on &&
	       (s->mode == SESSION_PAUSED || s->closed ||
	        ((s->mode == SESSION_HALTING || s->mode == SESSION_OPENING) && s->after == SESSION_PAUSED));
}

static inline bool may_resume(enum verb verb)
{
	return verb == VERB_RESUME || verb == VERB_PAUSE_RESUME;
}

static inline bool only_pauses(enum verb verb)
{
	return verb == VERB_PAUSE || verb == VERB_OTHER || verb == VERB_DIGIT;
}

static inline bool wakes(enum verb verb)
{
	return verb != VERB_NONE && verb != VERB_PAUSE && verb != VERB_QUIETER && verb != VERB_TOO_MUCH &&
	       verb != VERB_VOLUME && verb != VERB_SEEK_BY && verb != VERB_SEEK_TO && verb != VERB_STOP;
}

// The volume and the ease that were chosen, known from the wishes alone. In the sleep tail a wish is a sign of being
// awake instead, so there it may be less.
static inline void check_volume(struct storm *storm, bool wakens)
{
	const struct session *s = &storm->session;
	if (wakens && (s->volume_db < storm->chosen_db || s->ease > storm->ease)) {
		storm->chosen_db = fmin(storm->chosen_db, s->volume_db);
		storm->ease = storm->ease > s->ease ? storm->ease : s->ease;
	}
	must(storm, s->volume_db == storm->chosen_db && s->ease == storm->ease, "another volume than wished for");
	double live_db = fmax(storm->chosen_db - 6.0 * storm->ease, FADE_FLOOR_DB);
	must(storm, fabs(session_live_db(s) - live_db) < 1e-9, "a louder volume than wished for");
	if (storm->opened)
		storm->ear.goal = live_db > FADE_FLOOR_DB ? gain_from_db(live_db) : 0.0;
}

static inline void choose(struct storm *storm, const struct wish *wish)
{
	double db = storm->chosen_db;
	if (wish->verb == VERB_LOUDER)
		db += 2.0;
	else if (wish->verb == VERB_QUIETER)
		db -= 2.0;
	else if (wish->verb == VERB_VOLUME)
		db = wish->value;
	storm->chosen_db = !(db > -58.0) ? -58.0 : db > 0.0 ? 0.0 : db;
	storm->ease += wish->verb == VERB_TOO_MUCH && storm->ease < 6;
	storm->ease -= wish->verb == VERB_LITTLE_MORE && storm->ease > 0;
}

static inline void expect(struct storm *storm, const struct session *before, const struct session_event *event,
                          bool in_tail)
{
	enum verb verb = event->wish.verb;
	struct ear *ear = &storm->ear;
	bool over = before->mode == SESSION_OVER || (before->mode == SESSION_HALTING && before->after == SESSION_OVER);
	if (!over)
		choose(storm, &event->wish);
	if (verb == VERB_NEXT || verb == VERB_PREVIOUS || verb == VERB_SEEK_BY || verb == VERB_SEEK_TO ||
	    verb == VERB_HURT || in_tail)
		ear->moved = ear->frame;
	if (verb == VERB_WHERE || verb == VERB_AGAIN || verb == VERB_HELP)
		ear->asked = ear->frame;
	if (verb == VERB_HURT)
		ear->hurt = ear->frame;
	if (may_resume(verb) && before->mode == SESSION_PAUSED && event->now_sec - before->paused_sec > 120.0)
		ear->long_pauses++;
}

#endif
