// The loop around session_step: it gathers events (wishes, signals, the state of feed and output), and does what the
// machine asks for. It wakes some twice a second, more often while a fade out is awaited.
//
// Two positions matter. `base` is the session's frame at the feed's count 0, so base + count is what has gone to the
// output; the listener hears what went there `latency` ago.
#include "session/live.h"

#include "base/clock.h"
#include "base/frames.h"
#include "session/feeder.h"

#include <math.h>
#include <time.h>

enum { TICK_MS = 500, KEEP_MS = 350 };
_Static_assert(KEEP_MS + TICK_MS < 1000, "at most a second is lost, whatever ends it");

#define TICK_SEC (TICK_MS / 1e3)
#define TICK_SETTLING_SEC 0.03
#define KEEP_SEC (KEEP_MS / 1e3)
#define TELL_SEC 1.0
#define END_SILENCE_SEC 0.3 // beyond the output's latency, so that the last sample is heard
#define HEAR_OUT_MOST_SEC 1.0
#define SIGNAL_PATIENCE_SEC 2.0 // for the fade after a signal, whatever the output does
#define REOPEN_STEP_SEC 0.25    // a sound server that starts anew needs a moment: each try waits longer than the last,
#define REOPEN_MOST_SEC 1.0     // but for the first
#define ANSWER_DB (-3.0)        // beside the session's own voice

struct live {
	struct session session;
	const struct live_options *options;
	struct stage *stage;
	struct feeder *feeder;
	struct mix *mixes[VARIANTS];
	bool spoke; // an answer is awaited
	int64_t base_frames;
	int64_t sought_frames; // no position is before the last seek
	int64_t at_frames;     // the position heard, kept while the output is closed
	int64_t heard_frames;  // of outputs that are closed
	double kept_sec;
	double open_sec;    // OPENING: when the output is tried again
	enum status status; // of the output's last start
	struct control_view told;
};

static int64_t position_heard(struct live *live)
{
	const struct feed *feed = stage_feed(live->stage);
	if (!feed)
		return live->at_frames;
	int64_t at = live->base_frames + feed_queue_frames(feed) - stage_latency_frames(live->stage);
	live->at_frames = at < live->sought_frames ? live->sought_frames : at;
	return live->at_frames;
}

static void step(struct live *live, enum session_event_kind kind);

static void close_output(struct live *live)
{
	if (!stage_feed(live->stage))
		return;
	position_heard(live);
	live->heard_frames += feed_queue_frames(stage_feed(live->stage));
	feeder_hold(live->feeder);
	stage_close(live->stage);
	live->spoke = false;
}

// What a question has left open: no second start, and no gap.
static bool take_over(struct live *live)
{
	struct feed *feed = stage_feed(live->stage);
	if (live->session.opened || live->session.failures > 0 || !feed || stage_output_is_lost(live->stage) ||
	    stage_route_is_lost(live->stage))
		return false;
	feed_set_ceiling(feed, live->session.score->ceiling_db);
	feed_set_volume(feed, session_live_db(&live->session));
	live->heard_frames -= feed_queue_frames(feed);
	return true;
}

static void close_failed(struct live *live)
{
	feeder_hold(live->feeder);
	stage_close(live->stage);
}

// The machine's answer to EVENT_OPENED is applied before the output has opened, so that its first buffer sounds; where it
// does not open, the machine has seen nothing of it.
static enum status open_early(struct live *live)
{
	struct session before = live->session;
	int64_t at_frames = live->at_frames;
	step(live, EVENT_OPENED);
	enum status status = stage_await(live->stage, true);
	if (status == STATUS_OK)
		return status;
	close_failed(live);
	live->session = before;
	live->at_frames = at_frames;
	return status;
}

// Where the sound must not come out elsewhere than before, nothing sounds until the guard can see where it goes.
static enum status open_at_home(struct live *live)
{
	enum status status = stage_await(live->stage, false);
	if (status == STATUS_OK)
		step(live, EVENT_OPENED);
	else
		close_failed(live);
	return status;
}

static void open_output(struct live *live)
{
	const struct live_hooks *hooks = &live->options->hooks;
	bool opened = live->session.opened, same_place = opened && !live->session.asked_to_open;
	live->status = stage_open(live->stage, session_live_db(&live->session), live->session.score->ceiling_db);
	if (live->status == STATUS_OK)
		live->status = same_place ? open_at_home(live) : open_early(live);
	if (live->status == STATUS_OK && !opened && hooks->opened)
		hooks->opened(hooks->user);
	else if (live->status != STATUS_OK && !stage_end_is_wished(live->stage))
		step(live, EVENT_OPEN_FAILED);
}

static void reopen(struct live *live)
{
	const struct live_hooks *hooks = &live->options->hooks;
	if (take_over(live)) {
		if (hooks->opened)
			hooks->opened(hooks->user);
		step(live, EVENT_OPENED);
		return;
	}
	close_output(live);
	int tries = live->session.failures - 1;
	live->open_sec = clock_sec() + fmin(tries * REOPEN_STEP_SEC, REOPEN_MOST_SEC);
	if (tries <= 0)
		open_output(live);
}

static void open_when_due(struct live *live)
{
	bool opening = live->session.mode == SESSION_OPENING && !stage_end_is_wished(live->stage);
	if (opening && clock_sec() >= live->open_sec)
		open_output(live);
}

static int32_t fade_frames(double sec)
{
	return (int32_t)lround(sec * ENGINE_RATE_HZ);
}

static void use_variant(struct live *live, enum session_variant variant)
{
	const struct live_hooks *hooks = &live->options->hooks;
	if (!live->mixes[variant] && hooks->variant)
		live->mixes[variant] = hooks->variant(hooks->user, variant);
	if (live->mixes[variant])
		feeder_use(live->feeder, live->mixes[variant]);
}

static void speak(struct live *live, const struct answer *answer)
{
	struct answer_text text;
	answer_text(answer, &text);
	stage_say(live->stage, text.lines, text.count, live->session.score->level_db + ANSWER_DB);
	live->spoke = true;
}

static void tell_notes(struct live *live, const struct session_effects *effects)
{
	const struct live_hooks *hooks = &live->options->hooks;
	for (int i = 0; i < effects->note_count && hooks->note; i++)
		hooks->note(hooks->user, &effects->notes[i]);
}

static void apply_to_feed(struct live *live, struct feed *feed, const struct session_effects *effects)
{
	if (effects->set_volume)
		feed_set_volume(feed, effects->volume_db);
	if (effects->hush) {
		stage_hush(live->stage);
		live->spoke = false;
	}
	if (effects->halt) {
		feeder_hold(live->feeder);
		feed_halt(feed, fade_frames(effects->halt_sec));
	}
	if (effects->seek) {
		feeder_hold(live->feeder);
		use_variant(live, effects->variant);
		live->base_frames = effects->lead_frames - feed_queue_frames(feed);
		live->sought_frames = effects->seek_frames;
		live->told.jumped = true;
		feeder_seek(live->feeder, feed, effects->lead_frames);
	}
	if (effects->go)
		feed_go(feed, fade_frames(effects->go_sec));
	if (effects->say.kind != ANSWER_NONE)
		speak(live, &effects->say);
}

static void apply(struct live *live, const struct session_effects *effects)
{
	tell_notes(live, effects);
	if (effects->close)
		close_output(live);
	if (effects->reopen)
		reopen(live);
	else if (stage_feed(live->stage))
		apply_to_feed(live, stage_feed(live->stage), effects);
}

static void step_with(struct live *live, struct session_event event)
{
	event.now_sec = clock_sec();
	event.sent_frames = event.at_frames + stage_latency_frames(live->stage);
	struct session_effects effects = session_step(&live->session, &event);
	apply(live, &effects);
}

static void step(struct live *live, enum session_event_kind kind)
{
	step_with(live, (struct session_event){.kind = kind, .at_frames = position_heard(live)});
}

static void watch_output(struct live *live)
{
	struct feed *feed = stage_feed(live->stage);
	if (!feed)
		return;
	if (stage_route_is_lost(live->stage)) {
		step(live, EVENT_ROUTE_LOST);
	} else if (stage_output_is_lost(live->stage)) {
		step(live, EVENT_LOST);
	} else if (live->session.mode == SESSION_HALTING && feed_settled(feed)) {
		int64_t began = live->base_frames + atomic_load(&feed->fade_began);
		step_with(live, (struct session_event){.kind = EVENT_SETTLED, .at_frames = began});
	} else if (feed_ended(feed, stage_latency_frames(live->stage) + fade_frames(END_SILENCE_SEC))) {
		step(live, EVENT_ENDED);
	}
}

static void watch_answer(struct live *live)
{
	if (!live->spoke || stage_speaks(live->stage))
		return;
	live->spoke = false;
	step(live, EVENT_ANSWERED);
}

static void watch_wishes(struct live *live)
{
	struct wish wish;
	while (live->session.mode != SESSION_OVER && stage_take(live->stage, &wish))
		step_with(live,
		          (struct session_event){.kind = EVENT_WISH, .wish = wish, .at_frames = position_heard(live)});
}

static void watch_signals(struct live *live)
{
	int count = stage_signal_count(live->stage);
	if (count == 0)
		return;
	if (live->session.mode != SESSION_HALTING || live->session.after != SESSION_OVER)
		step_with(live, (struct session_event){.kind = EVENT_WISH,
		                                       .wish = {VERB_STOP, 0.0},
		                                       .at_frames = position_heard(live)});
	if (count > 1 || clock_sec() - stage_signal_sec(live->stage) > SIGNAL_PATIENCE_SEC) {
		live->session.mode = SESSION_OVER;
		live->session.end = END_STOPPED;
	}
}

static int64_t all_heard(const struct live *live)
{
	struct feed *feed = stage_feed(live->stage);
	return live->heard_frames + (feed ? feed_queue_frames(feed) : 0);
}

static void keep(struct live *live)
{
	const struct live_hooks *hooks = &live->options->hooks;
	double now_sec = clock_sec();
	if (!hooks->keep || now_sec - live->kept_sec < KEEP_SEC)
		return;
	live->kept_sec = now_sec;
	hooks->keep(hooks->user, &live->session, position_heard(live), all_heard(live));
}

static bool is_silent(const struct session *session)
{
	return session->mode == SESSION_PAUSED ||
	       (session->mode != SESSION_PLAYING && session->after == SESSION_PAUSED);
}

static void tell(struct live *live)
{
	const struct session *session = &live->session;
	int64_t at = position_heard(live);
	int part = score_part_at(session->score, at);
	struct control_view view = {
		.state = session->mode == SESSION_OVER      ? CONTROL_STOPPED
	                 : is_silent(session)               ? CONTROL_PAUSED
	                 : session->mode == SESSION_OPENING ? CONTROL_WAITING
	                                                    : CONTROL_PLAYING,
		.at_sec = (double)at / ENGINE_RATE_HZ,
		.length_sec = (double)session->score->frames / ENGINE_RATE_HZ,
		.jumped = live->told.jumped,
		.title = live->options->title ? live->options->title : "",
		.part = part >= 0 ? score_part(session->score, part)->mark.name : NULL,
		.part_index = part,
		.part_count = score_part_count(session->score),
		.volume_db = session->volume_db,
	};
	bool new_place =
		view.jumped || part != live->told.part_index || fabs(view.at_sec - live->told.at_sec) >= TELL_SEC;
	if (!new_place && live->told.title && view.state == live->told.state && view.volume_db == live->told.volume_db)
		return;
	stage_tell(live->stage, &view);
	live->told = view;
	live->told.jumped = false;
}

static double wait_sec(const struct live *live)
{
	if (live->session.mode == SESSION_OPENING)
		return fmax(0.0, fmin(TICK_SEC, live->open_sec - clock_sec()));
	return live->session.mode == SESSION_HALTING ? TICK_SETTLING_SEC : TICK_SEC;
}

static void run(struct live *live)
{
	live->at_frames = live->options->begin_frames;
	reopen(live);
	if (live->status == STATUS_OK)
		keep(live); // on a busy machine it sounds for a while already
	while (live->session.mode != SESSION_OVER) {
		tell(live);
		stage_wait(live->stage, wait_sec(live));
		watch_signals(live);
		watch_wishes(live);
		watch_answer(live);
		watch_output(live);
		open_when_due(live);
		step(live, EVENT_TICK);
		keep(live);
	}
	tell(live);
}

// The end of a fade is still on its way to the ear: silence follows it until it was heard.
static void hear_out(struct live *live)
{
	const struct feed *feed = stage_feed(live->stage);
	if (!feed || live->session.end != END_STOPPED || !feed_settled(feed))
		return;
	double latency_sec = (double)stage_latency_frames(live->stage) / ENGINE_RATE_HZ;
	double sec = fmin(latency_sec, HEAR_OUT_MOST_SEC) + END_SILENCE_SEC;
	nanosleep(&(struct timespec){.tv_sec = (time_t)sec, .tv_nsec = (long)(fmod(sec, 1.0) * 1e9)}, NULL);
}

struct live_result live_play(struct stage *stage, const struct score *score, struct mix *mix,
                             const struct live_options *options)
{
	struct live live = {
		.session = session_init(score, options->begin_frames, options->volume_db, options->patience_sec),
		.options = options,
		.stage = stage,
		.feeder = feeder_create(mix, score->frames),
		.mixes = {mix},
		.kept_sec = -KEEP_SEC,
	};
	session_ease(&live.session, options->ease);
	for (int i = 0; i < options->hurt_count; i++)
		session_leave_out(&live.session, options->hurts[i]);
	run(&live);
	hear_out(&live);
	const struct feed *feed = stage_feed(stage);
	struct live_result result = {
		.end = live.session.end,
		.at_frames = position_heard(&live),
		.heard_frames = live.heard_frames + (feed ? feed_queue_frames(feed) : 0),
		.volume_db = live.session.volume_db,
		.ease = live.session.ease,
		.status = live.status,
	};
	feeder_hold(live.feeder);
	feeder_destroy(live.feeder);
	return result;
}
