// Never louder, over the whole live chain: storms of wishes and faults through session_step, into a real feed, to an ear
// (storm_ear.h), with the machine's own rules (storm_rules.h). What live.c does with clocks, threads and a device is done
// here frame by frame, in virtual time.
//
// Each storm is followed by a calm with one wish: go on, and it plays; or stop, and it is over.
#include "storm_rules.h"

#include "base/memory.h"

#include <ebur128.h>

#include <stdlib.h>
#include <string.h>

enum {
	PULL_SETTLING = ENGINE_RATE_HZ * 3 / 100,
	STORM_FRAMES = 25 * ENGINE_RATE_HZ,
	CALM_FRAMES = 12 * ENGINE_RATE_HZ,
	STOP_FRAMES = 2 * ENGINE_RATE_HZ,
	HALT_FRAMES = 5 * ENGINE_RATE_HZ / 2,
	TAPER_FRAMES = 480,
	SLEEPY_EVERY = 4,
	ENDING_EVERY = 10,
	PEAK_EVERY = 25,
};

#ifdef TESTS_SANITIZED
#define ALL_SEC 500
#else
#define ALL_SEC 10000
#endif

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

static void step(struct storm *storm, struct session_event event)
{
	struct session *s = &storm->session, before = *s;
	event.now_sec = now_sec(storm);
	bool wish = event.kind == EVENT_WISH;
	bool in_tail = wish && before.mode == SESSION_PLAYING && storm->score->frames > 300 * SEC &&
	               event.at_frames >= storm->score->voice_fade.begin;
	bool wakens = wish && wakes(event.wish.verb) && (in_tail || event.now_sec - storm->woke_sec < 0.3);
	if (in_tail && wakens)
		storm->woke_sec = event.now_sec;
	if (wish)
		expect(storm, &before, &event, in_tail);
	struct session_effects effects = session_step(s, &event);
	storm->tally->events[event.kind]++;
	check_state(storm);
	check_effects(storm, &effects);
	if (wish)
		check_volume(storm, wakens);
	if (session_variant(s) != session_variant(&before))
		storm->ear.eased = storm->ear.frame;
	if (event.kind == EVENT_LOST && !before.closed && before.mode != SESSION_OPENING)
		must(storm, !s->closed, "closes for a fault that may pass");
	if (rests(&before) && !(wish && may_resume(event.wish.verb)))
		must(storm, rests(s) || s->mode == SESSION_OVER || s->after == SESSION_OVER, "goes on by itself");
	if (!rests(&before) && !wish && !s->closed)
		must(storm, !rests(s), "pauses by itself");
	if (wish && only_pauses(event.wish.verb) && !wakens)
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
	if (draw(storm, 5) < 2)
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
	if (draw(storm, 80) == 0)
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
	storm->session = session_init(storm->score, at, storm->chosen_db, 10.0 * (double)draw(storm, 4));
	storm->at_frames = at;
	storm->held = true;
	storm->ease = draw(storm, 4) ? 0 : (int)draw(storm, 5);
	session_ease(&storm->session, storm->ease);
	if (draw(storm, 2) == 0) {
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
