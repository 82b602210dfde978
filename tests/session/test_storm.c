// Never louder, over the whole live chain: storms of wishes and faults through session_step, into a real feed, to an ear
// (storm_ear.h). What live.c does with clocks, threads and a device is done here frame by frame, in virtual time.
//
// Each storm is followed by a calm with one wish: go on, and it plays; or stop, and it is over.
#include "storm_ear.h"

#include "base/hash.h"
#include "base/memory.h"

#include <ebur128.h>

#include <stdlib.h>
#include <string.h>

enum {
	MOST_PULL = ENGINE_RATE_HZ / 4,
	PULL_SETTLING = ENGINE_RATE_HZ * 3 / 100,
	CHUNK = 4096,
	STORM_FRAMES = 25 * ENGINE_RATE_HZ,
	CALM_FRAMES = 12 * ENGINE_RATE_HZ,
	STOP_FRAMES = 2 * ENGINE_RATE_HZ,
	HALT_FRAMES = 5 * ENGINE_RATE_HZ / 2,
	TAPER_FRAMES = 480,
	SLEEPY_EVERY = 4,
	ENDING_EVERY = 10,
	PEAK_EVERY = 25,
	VERBS = VERB_OTHER + 1,
};

#ifdef TESTS_SANITIZED
#define ALL_SEC 1000
#else
#define ALL_SEC 10000
#endif

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

	bool noise;
	ebur128_state *meter;
	float out[2 * MOST_PULL], block[2 * CHUNK];
};

static int64_t draw(struct storm *storm, int64_t most)
{
	return (int64_t)(hash64(storm->seed, storm->draws++) % (uint64_t)most);
}

static double now_sec(const struct storm *storm)
{
	return 100.0 + (double)storm->pulled / SEC + storm->skipped_sec;
}

static void complain(const struct storm *storm, const char *what)
{
	const struct session *s = &storm->session;
	fail_msg("seed %d, second %.3f: %s: mode %d, after %d, end %d, closed %d, goes on %d, at %.3f, target %.3f",
	         (int)storm->seed, (double)storm->pulled / SEC, what, (int)s->mode, (int)s->after, (int)s->end,
	         s->closed, s->goes_on, (double)storm->at_frames / SEC, (double)s->target_frames / SEC);
}

static void must(const struct storm *storm, bool holds, const char *what)
{
	if (!holds)
		complain(storm, what);
}

// ---- What is played

static void write_session(struct storm *storm)
{
	if (!storm->opened || storm->held || (storm->dry > 0 && storm->dry-- > 0))
		return;
	while (storm->write_at < storm->score->frames && feed_space(storm->feed) >= CHUNK) {
		int64_t left = storm->score->frames - storm->write_at, n = left < CHUNK ? left : CHUNK;
		ear_make_sound(storm->score, storm->variant, storm->write_at, storm->block, n);
		for (int64_t i = 0; i < 2 * n && storm->noise; i++)
			storm->block[i] *= (float)(0.7 * hash_signed(9, (uint64_t)(2 * storm->write_at + i)));
		storm->write_at += feed_write(storm->feed, storm->block, n);
	}
	if (storm->write_at == storm->score->frames) {
		feed_end(storm->feed);
		storm->held = true;
	}
}

// As loud as samples go, and soft at both ends.
static void make_words(struct storm *storm, int64_t n_frames)
{
	for (int64_t i = 0; i < n_frames; i++) {
		int64_t left = storm->words_left - i, done = storm->words - storm->words_left + i;
		int64_t near = left < done ? left : done;
		double edge = near < TAPER_FRAMES ? 0.5 - 0.5 * cos(3.14159265 * (double)near / TAPER_FRAMES) : 1.0;
		float sample = (float)(edge * storm->ear.words);
		storm->block[2 * i] = storm->noise ? (float)hash_signed(7, (uint64_t)left) : sample;
		storm->block[2 * i + 1] = storm->noise ? (float)hash_signed(8, (uint64_t)left) : -sample;
	}
}

static void write_words(struct storm *storm)
{
	while (storm->speaks && storm->words_left > 0) {
		int64_t n = storm->words_left < CHUNK ? storm->words_left : CHUNK;
		make_words(storm, n);
		int64_t taken = feed_aside_write(storm->feed, storm->block, 2, n);
		storm->words_left -= taken;
		if (storm->words_left == 0)
			feed_aside_end(storm->feed);
		if (taken < n)
			return;
	}
}

static void pull(struct storm *storm, int64_t n)
{
	storm->pulled += n;
	storm->ear.frame = storm->opened ? storm->ear.frame : storm->ear.frame + n;
	if (!storm->opened)
		return;
	feed_pull(storm->feed, storm->out, n);
	if (storm->noise) {
		ebur128_add_frames_float(storm->meter, storm->out, (size_t)n);
		storm->ear.frame += n;
	} else {
		ear_hear(&storm->ear, storm->out, n);
	}
}

// ---- What live.c and the stage do

static int64_t position_heard(struct storm *storm)
{
	if (!storm->opened)
		return storm->at_frames;
	int64_t at = storm->base_frames + feed_queue_frames(storm->feed) - storm->latency_frames;
	return storm->at_frames = at < storm->sought_frames ? storm->sought_frames : at;
}

static void close_output(struct storm *storm)
{
	if (!storm->opened)
		return;
	position_heard(storm);
	storm->tally->starved += storm->feed->starved;
	storm->opened = storm->speaks = storm->spoke = false;
	storm->held = true;
	ear_new_output(&storm->ear, FADE_FLOOR_DB);
}

static void open_output(struct storm *storm)
{
	static const double latencies_sec[] = {0.0, 0.02, 0.1, 0.4};
	double volume_db = session_live_db(&storm->session);
	feed_init(storm->feed, volume_db);
	feed_set_ceiling(storm->feed, storm->score->ceiling_db);
	storm->latency_frames = (int64_t)(latencies_sec[draw(storm, 4)] * SEC);
	storm->opened = true;
	ear_new_output(&storm->ear, volume_db);
}

static void speak(struct storm *storm, const struct answer *answer)
{
	storm->tally->said[answer->kind]++;
	int64_t most = (int64_t)((answer_room_sec(answer) - 0.5) * SEC);
	storm->words = storm->words_left = draw(storm, 8) ? 2 * TAPER_FRAMES + draw(storm, most) : 0;
	storm->speaks = storm->words > 0;
	storm->spoke = true;
	if (!storm->speaks)
		return;
	ear_new_words(&storm->ear, true);
	feed_aside_begin(storm->feed);
}

static void hush(struct storm *storm)
{
	if (storm->speaks)
		feed_aside_cancel(storm->feed);
	ear_new_words(&storm->ear, false);
	storm->speaks = storm->spoke = false;
}

static void seek(struct storm *storm, const struct session_effects *effects)
{
	storm->base_frames = effects->seek_frames - feed_queue_frames(storm->feed);
	storm->sought_frames = storm->write_at = effects->seek_frames;
	storm->variant = storm->ear.variant = effects->variant;
	storm->held = false;
}

static void apply(struct storm *storm, const struct session_effects *effects)
{
	if (effects->close)
		close_output(storm);
	if (effects->reopen) {
		close_output(storm);
		storm->opens_at = storm->pulled + draw(storm, 2) * draw(storm, 2 * SEC);
	}
	if (effects->reopen || !storm->opened)
		return;
	if (effects->set_volume)
		feed_set_volume(storm->feed, effects->volume_db);
	if (effects->hush)
		hush(storm);
	if (effects->halt) {
		storm->held = true;
		storm->halting_from = storm->pulled;
		feed_halt(storm->feed, (int32_t)lround(effects->halt_sec * SEC));
	}
	if (effects->seek)
		seek(storm, effects);
	if (effects->go)
		feed_go(storm->feed, (int32_t)lround(effects->go_sec * SEC));
	if (effects->say.kind != ANSWER_NONE)
		speak(storm, &effects->say);
}

// ---- What must hold of the machine

static void check_state(const struct storm *storm)
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

static bool is_name(const struct score *score, const char *name)
{
	for (size_t i = 0; i < score->event_count; i++)
		if (score->events[i].lane == LANE_MARK && strcmp(score->events[i].mark.name, name) == 0)
			return true;
	return false;
}

static bool hurts(const struct storm *storm, int64_t at_frames)
{
	for (size_t i = 0; i < storm->score->event_count; i++) {
		const struct event *area = &storm->score->events[i];
		if (area->begin <= at_frames && area->end > at_frames && ear_is_hurt(&storm->ear, area))
			return true;
	}
	return false;
}

static void check_effects(const struct storm *storm, const struct session_effects *effects)
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
static bool rests(const struct session *s)
{
	return !s->goes_on &&
	       (s->mode == SESSION_PAUSED || s->closed ||
	        ((s->mode == SESSION_HALTING || s->mode == SESSION_OPENING) && s->after == SESSION_PAUSED));
}

static bool may_resume(enum verb verb)
{
	return verb == VERB_RESUME || verb == VERB_PAUSE_RESUME;
}

static bool only_pauses(enum verb verb)
{
	return verb == VERB_PAUSE || verb == VERB_OTHER || verb == VERB_DIGIT;
}

// The volume and the ease that were chosen, known from the wishes alone. In the sleep tail a wish is a sign of being
// awake instead, so there it may be less.
static void check_volume(struct storm *storm, bool in_tail)
{
	const struct session *s = &storm->session;
	if (in_tail && (s->volume_db < storm->chosen_db || s->ease > storm->ease)) {
		storm->chosen_db = fmin(storm->chosen_db, s->volume_db);
		storm->ease = storm->ease > s->ease ? storm->ease : s->ease;
	}
	must(storm, s->volume_db == storm->chosen_db && s->ease == storm->ease, "another volume than wished for");
	double live_db = fmax(storm->chosen_db - 6.0 * storm->ease, FADE_FLOOR_DB);
	must(storm, fabs(session_live_db(s) - live_db) < 1e-9, "a louder volume than wished for");
	if (storm->opened)
		storm->ear.goal = live_db > FADE_FLOOR_DB ? gain_from_db(live_db) : 0.0;
}

static void choose(struct storm *storm, const struct wish *wish)
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

static void expect(struct storm *storm, const struct session *before, const struct session_event *event, bool in_tail)
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

static void step(struct storm *storm, struct session_event event)
{
	struct session *s = &storm->session, before = *s;
	event.now_sec = now_sec(storm);
	bool wish = event.kind == EVENT_WISH;
	bool in_tail = wish && before.mode == SESSION_PLAYING && storm->score->frames > 300 * SEC &&
	               event.at_frames >= storm->score->voice_fade.begin;
	if (wish)
		expect(storm, &before, &event, in_tail);
	struct session_effects effects = session_step(s, &event);
	storm->tally->events[event.kind]++;
	check_state(storm);
	check_effects(storm, &effects);
	if (wish)
		check_volume(storm, in_tail);
	if (session_variant(s) != session_variant(&before))
		storm->ear.eased = storm->ear.frame;
	if (event.kind == EVENT_LOST && !before.closed && before.mode != SESSION_OPENING)
		must(storm, !s->closed, "closes for a fault that may pass");
	if (rests(&before) && !(wish && may_resume(event.wish.verb)))
		must(storm, rests(s) || s->mode == SESSION_OVER || s->after == SESSION_OVER, "goes on by itself");
	if (!rests(&before) && !wish && !s->closed)
		must(storm, !rests(s), "pauses by itself");
	if (wish && only_pauses(event.wish.verb) && !in_tail)
		must(storm, rests(s) || s->mode == SESSION_OVER || s->after == SESSION_OVER, "did not pause");
	if (before.mode == SESSION_HALTING && before.after == SESSION_OVER)
		must(storm, s->mode == SESSION_OVER || s->after == SESSION_OVER, "takes an end back");
	if (before.mode == SESSION_OVER)
		must(storm, s->mode == SESSION_OVER && !effects.go && !effects.say.kind && !effects.reopen,
		     "is not over");
	apply(storm, &effects);
}

static void tell(struct storm *storm, enum session_event_kind kind)
{
	step(storm, (struct session_event){.kind = kind, .at_frames = position_heard(storm)});
}

static void watch(struct storm *storm)
{
	struct session *s = &storm->session;
	if (s->mode == SESSION_OPENING && storm->pulled >= storm->opens_at) {
		bool works = storm->calm || draw(storm, 8);
		if (works)
			open_output(storm);
		tell(storm, works ? EVENT_OPENED : EVENT_OPEN_FAILED);
	}
	if (storm->speaks && storm->words_left == 0 && feed_aside_heard(storm->feed, storm->latency_frames))
		storm->speaks = false;
	if (storm->spoke && !storm->speaks) {
		storm->spoke = false;
		tell(storm, EVENT_ANSWERED);
	}
	if (!storm->opened)
		return;
	if (s->mode == SESSION_HALTING && feed_settled(storm->feed))
		step(storm, (struct session_event){.kind = EVENT_SETTLED,
		                                   .at_frames = storm->base_frames + storm->feed->fade_began});
	else if (feed_ended(storm->feed, storm->latency_frames + SEC * 3 / 10))
		tell(storm, EVENT_ENDED);
	must(storm, s->mode != SESSION_HALTING || storm->pulled - storm->halting_from < HALT_FRAMES, "halts for ever");
}

// ---- Storms

static double draw_value(struct storm *storm, enum verb verb)
{
	static const double odd[] = {NAN, INFINITY, -INFINITY, 1e300, -1e300, 0.0, -0.0};
	if (draw(storm, 6) == 0)
		return odd[draw(storm, 7)];
	double unit = (double)draw(storm, 10000) / 10000.0;
	switch (verb) {
	case VERB_SEEK_BY:
		return 80.0 * unit - 40.0;
	case VERB_SEEK_TO:
		return 220.0 * unit;
	case VERB_VOLUME:
		return 30.0 * unit - 28.0;
	default:
		return floor(10.0 * unit);
	}
}

static void wish(struct storm *storm, enum verb verb, double value)
{
	storm->tally->wishes[verb]++;
	step(storm,
	     (struct session_event){.kind = EVENT_WISH, .wish = {verb, value}, .at_frames = position_heard(storm)});
}

// Going on is wished for more often, or all would be pauses; an end seldom.
static void wish_anything(struct storm *storm)
{
	enum verb verb = (enum verb)draw(storm, VERBS);
	if (draw(storm, 3) == 0)
		verb = VERB_RESUME;
	if ((verb == VERB_STOP && draw(storm, 8)) || (verb == VERB_ESCAPE && draw(storm, 3)))
		verb = VERB_LOUDER;
	double value = draw_value(storm, verb);
	wish(storm, verb, value);
	if (draw(storm, 6) == 0)
		wish(storm, verb, value);
}

static void fail_output(struct storm *storm)
{
	bool route = draw(storm, 2);
	if (storm->opened || draw(storm, 4) == 0)
		tell(storm, route ? EVENT_ROUTE_LOST : EVENT_LOST);
}

static void rage(struct storm *storm, int64_t hurry)
{
	int64_t presses = draw(storm, hurry) ? 0 : 1 + draw(storm, 3) * draw(storm, 4);
	for (int64_t i = 0; i < presses && storm->session.mode != SESSION_OVER; i++)
		wish_anything(storm);
	if (draw(storm, 100) == 0)
		fail_output(storm);
	if (draw(storm, 60) == 0)
		storm->dry = (int)draw(storm, 20);
	if (storm->session.mode == SESSION_PAUSED && draw(storm, 20) == 0)
		storm->skipped_sec += 20.0 * (double)draw(storm, 12);
}

static void turn(struct storm *storm, int64_t hurry)
{
	write_session(storm);
	write_words(storm);
	int64_t most = storm->session.mode == SESSION_HALTING ? PULL_SETTLING : MOST_PULL;
	pull(storm, 1 + draw(storm, most));
	if (hurry > 0)
		rage(storm, hurry);
	watch(storm);
	if (storm->session.mode != SESSION_OVER)
		tell(storm, EVENT_TICK);
	must(storm, storm->session.mode == SESSION_OVER || !storm->session.closed || !storm->opened, "is not closed");
}

static void rise_again(struct storm *storm)
{
	wish(storm, VERB_RESUME, 0.0);
	int64_t until = storm->pulled + CALM_FRAMES;
	while (storm->pulled < until && storm->session.mode != SESSION_OVER) {
		turn(storm, 0);
		bool heard = storm->noise || storm->ear.goal == 0.0 || storm->ear.gain > EAR_SILENT;
		if (storm->session.mode == SESSION_PLAYING && heard) {
			storm->tally->resumed++;
			return;
		}
	}
	must(storm, storm->session.mode == SESSION_OVER, "is stuck");
}

static void come_to_an_end(struct storm *storm)
{
	wish(storm, VERB_STOP, 0.0);
	int64_t until = storm->pulled + STOP_FRAMES;
	while (storm->pulled < until && storm->session.mode != SESSION_OVER)
		turn(storm, 0);
	must(storm, storm->session.mode == SESSION_OVER, "does not stop");
	storm->tally->stopped++;
}

static void begin(struct storm *storm)
{
	static const char *const areas[] = {"neck", "temples"};
	int64_t at = draw(storm, 3) ? draw(storm, storm->score->bed_fade.begin) : 0;
	if (storm->seed % ENDING_EVERY == 0)
		at = storm->score->frames - draw(storm, 5 * SEC);
	storm->chosen_db = (double)draw(storm, 3) * -6.0;
	storm->session = session_init(storm->score, at, storm->chosen_db, 3 + (int)draw(storm, 4));
	storm->at_frames = at;
	storm->held = true;
	storm->ease = draw(storm, 4) ? 0 : (int)draw(storm, 5);
	session_ease(&storm->session, storm->ease);
	if (draw(storm, 4) == 0) {
		const char *area = areas[draw(storm, 2)];
		for (size_t i = 0; i < storm->score->event_count; i++)
			if (storm->score->events[i].lane == LANE_MARK &&
			    strcmp(storm->score->events[i].mark.name, area) == 0)
				area = storm->score->events[i].mark.name;
		session_leave_out(&storm->session, area);
	}
}

static void run_storm(struct storm *storm)
{
	static const int64_t hurries[] = {3, 10, 30, 80};
	int64_t hurry = hurries[storm->seed % ENDING_EVERY ? draw(storm, 4) : 3];
	begin(storm);
	while (storm->pulled < STORM_FRAMES && storm->session.mode != SESSION_OVER)
		turn(storm, hurry);
	storm->calm = true;
	storm->dry = 0;
	if (storm->session.mode != SESSION_OVER && draw(storm, 2))
		rise_again(storm);
	if (storm->session.mode != SESSION_OVER)
		come_to_an_end(storm);
	wish(storm, VERB_RESUME, 0.0);
	storm->tally->ends[storm->session.end]++;
	close_output(storm);
}

static void run_peak_storm(struct storm *storm)
{
	storm->meter = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_TRUE_PEAK);
	run_storm(storm);
	for (unsigned channel = 0; channel < ENGINE_CHANNELS; channel++) {
		double peak = 0.0;
		ebur128_true_peak(storm->meter, channel, &peak);
		must(storm, peak <= storm->ear.ceiling_gain, "the true peak is above the ceiling");
	}
	ebur128_destroy(&storm->meter);
}

static void count(struct tally *tally, const struct storm *storm)
{
	tally->frames += storm->pulled;
	tally->audible += 2 * storm->ear.audible;
	tally->full += 2 * storm->ear.full;
	tally->spoken += storm->ear.spoken;
	tally->places += storm->ear.places;
	tally->read += storm->ear.read;
}

static void check_tally(const struct tally *tally, int64_t storms)
{
	print_message(
		"%lld s in %lld storms: heard %lld s, at full %lld s, words %lld s; %lld places, read %lld times; "
		"%lld notes, starved %lld, went on %lld, stopped %lld\n",
		(long long)(tally->frames / SEC), (long long)storms, (long long)(tally->audible / SEC),
		(long long)(tally->full / SEC), (long long)(tally->spoken / SEC), (long long)tally->places,
		(long long)tally->read, (long long)tally->notes, (long long)tally->starved, (long long)tally->resumed,
		(long long)tally->stopped);
	assert_true(tally->audible > tally->frames / 10 && tally->full > tally->frames / 50);
	assert_true(tally->spoken > tally->frames / 50 && tally->places > storms && tally->starved > 0);
	assert_true(tally->resumed > storms / 10 && tally->stopped > storms / 10);
	for (int i = 0; i < VERBS; i++)
		assert_true(tally->wishes[i] > 0);
	for (int i = 0; i <= EVENT_TICK; i++)
		assert_true(tally->events[i] > 0);
}

static void test_storm_is_never_louder_and_never_stuck(void **state)
{
	(void)state;
	struct score day = wishes_score, sleepy = wishes_score;
	day.ceiling_db = sleepy.ceiling_db = CEILING_DAY_DBTP;
	sleepy.frames += 200 * SEC;
	sleepy.bed_fade.end = sleepy.frames;
	struct tally tally = {0};
	struct feed *feed = aligned_alloc(64, sizeof *feed);
	struct storm *storm = memory_alloc(sizeof *storm);
	int64_t seed = 0;
	for (; tally.frames < (int64_t)ALL_SEC * SEC; seed++) {
		const struct score *score = seed % SLEEPY_EVERY == SLEEPY_EVERY - 1 ? &sleepy : &day;
		*storm = (struct storm){.feed = feed, .tally = &tally, .score = score, .seed = (uint64_t)seed};
		storm->ear = ear_new(score, &storm->session, (uint64_t)seed);
		storm->noise = seed % PEAK_EVERY == PEAK_EVERY - 1;
		if (storm->noise)
			run_peak_storm(storm);
		else
			run_storm(storm);
		count(&tally, storm);
	}
	free(storm);
	free(feed);
	check_tally(&tally, seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_storm_is_never_louder_and_never_stuck)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
