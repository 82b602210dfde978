//             OPENED              PAUSE, NEXT, PREVIOUS, STOP            SETTLED
//   OPENING ----------> PLAYING ---------------------------> HALTING ------------> PLAYING, PAUSED or OVER
//      ^                   |                                    |
//      +------ LOST -------+------------------------------------+      too many failures in a row end it
//
// Keys that come while it halts change what comes after. At the very start of a session there is no fade in: the score
// itself rises from silence.
#include "session/session.h"

#include "base/frames.h"
#include "sound/rules.h"

struct session session_init(const struct score *score, int64_t begin_frames, int most_failures)
{
	return (struct session){
		.score = score,
		.mode = SESSION_OPENING,
		.after = SESSION_PLAYING,
		.target_frames = begin_frames,
		.most_failures = most_failures,
	};
}

static void finish(struct session *s, enum session_end end)
{
	s->mode = SESSION_OVER;
	s->end = end;
}

static void seek(struct session *s, struct session_effects *effects)
{
	effects->seek = true;
	effects->seek_frames = s->target_frames;
}

static void go(struct session *s, struct session_effects *effects)
{
	effects->go = true;
	effects->go_sec = s->target_frames == 0 ? 0.0 : FADE_RESUME_SEC;
	s->mode = SESSION_PLAYING;
	s->keeps_target = false;
}

static void halt(struct session *s, enum session_mode after, double fade_sec, struct session_effects *effects)
{
	s->mode = SESSION_HALTING;
	s->after = after;
	effects->halt = true;
	effects->halt_sec = fade_sec;
}

static void opened(struct session *s, struct session_effects *effects)
{
	if (s->mode != SESSION_OPENING)
		return;
	s->opened = true;
	seek(s, effects);
	s->keeps_target = false;
	if (s->after == SESSION_PAUSED)
		s->mode = SESSION_PAUSED;
	else
		go(s, effects);
}

static void failed(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	if (s->mode == SESSION_OVER)
		return;
	if (s->failures > 0 && event->now_sec - s->failed_sec > SESSION_FORGIVE_SEC)
		s->failures = 0;
	s->failures++;
	s->failed_sec = event->now_sec;
	if (s->mode == SESSION_HALTING && s->after == SESSION_OVER)
		finish(s, END_STOPPED);
	else if (!s->opened)
		finish(s, END_NO_OUTPUT);
	else if (s->failures >= s->most_failures)
		finish(s, END_LOST_OUTPUT);
	else
		effects->reopen = true;
}

static void lost(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	if (s->mode == SESSION_PLAYING || s->mode == SESSION_PAUSED)
		s->after = s->mode;
	if (s->mode == SESSION_PLAYING || (s->mode == SESSION_HALTING && !s->keeps_target))
		s->target_frames = event->at_frames;
	failed(s, event, effects);
	if (effects->reopen)
		s->mode = SESSION_OPENING;
}

static void settled(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	if (s->mode != SESSION_HALTING)
		return;
	if (!s->keeps_target)
		s->target_frames = event->at_frames;
	if (s->after == SESSION_OVER) {
		finish(s, END_STOPPED);
		return;
	}
	seek(s, effects);
	if (s->after == SESSION_PLAYING)
		go(s, effects);
	else
		s->mode = SESSION_PAUSED;
	s->keeps_target = false;
}

static void pause_or_resume(struct session *s, struct session_effects *effects)
{
	if (s->mode == SESSION_PLAYING)
		halt(s, SESSION_PAUSED, FADE_PAUSE_SEC, effects);
	else if (s->mode == SESSION_PAUSED)
		go(s, effects);
	else if (s->after != SESSION_OVER)
		s->after = s->after == SESSION_PAUSED ? SESSION_PLAYING : SESSION_PAUSED;
}

static int64_t part_begin(const struct session *s, int index)
{
	const struct event *part = score_part(s->score, index);
	return part ? part->begin : 0;
}

// Where a jump by parts leads from a position. Before the first part lies the session's start; after the last, its end.
static int64_t jump_target(const struct session *s, int64_t from_frames, bool forward)
{
	int part = score_part_at(s->score, from_frames);
	if (forward)
		return part + 1 < score_part_count(s->score) ? part_begin(s, part + 1) : s->score->bed_fade.begin;
	bool at_its_start = from_frames - part_begin(s, part) < (int64_t)(SESSION_PREVIOUS_SEC * ENGINE_RATE_HZ);
	if (part > 0 && at_its_start)
		part--;
	return part_begin(s, part);
}

static void jump(struct session *s, const struct session_event *event, bool forward, struct session_effects *effects)
{
	if (s->mode == SESSION_OVER || (s->mode == SESSION_HALTING && s->after == SESSION_OVER))
		return;
	bool from_target = s->mode != SESSION_PLAYING && (s->mode != SESSION_HALTING || s->keeps_target);
	int64_t from = from_target ? s->target_frames : event->at_frames;
	int64_t target = jump_target(s, from, forward);
	if (forward && target <= from)
		return; // already in the ending
	s->target_frames = target;
	s->keeps_target = true;
	if (s->mode == SESSION_PLAYING)
		halt(s, SESSION_PLAYING, FADE_JUMP_SEC, effects);
	else if (s->mode == SESSION_PAUSED)
		halt(s, SESSION_PAUSED, FADE_JUMP_SEC, effects); // what waits in the queue is from the old place
}

static void stop(struct session *s, struct session_effects *effects)
{
	if (s->mode == SESSION_PLAYING || (s->mode == SESSION_HALTING && s->after != SESSION_OVER))
		halt(s, SESSION_OVER, FADE_STOP_SEC, effects);
	else if (s->mode != SESSION_HALTING)
		finish(s, END_STOPPED);
}

struct session_effects session_step(struct session *session, const struct session_event *event)
{
	struct session_effects effects = {0};
	switch (event->kind) {
	case EVENT_OPENED:
		opened(session, &effects);
		break;
	case EVENT_OPEN_FAILED:
		failed(session, event, &effects);
		break;
	case EVENT_LOST:
		lost(session, event, &effects);
		break;
	case EVENT_SETTLED:
		settled(session, event, &effects);
		break;
	case EVENT_ENDED:
		if (session->mode == SESSION_PLAYING)
			finish(session, END_DONE);
		break;
	case EVENT_PAUSE:
		pause_or_resume(session, &effects);
		break;
	case EVENT_NEXT:
		jump(session, event, true, &effects);
		break;
	case EVENT_PREVIOUS:
		jump(session, event, false, &effects);
		break;
	case EVENT_STOP:
		stop(session, &effects);
		break;
	}
	return effects;
}
