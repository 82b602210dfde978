//             OPENED              PAUSE, NEXT, PREVIOUS, STOP            SETTLED
//   OPENING ----------> PLAYING ---------------------------> HALTING ------------> PLAYING, PAUSED or OVER
//      ^                   |                                    |
//      +------ LOST -------+------------------------------------+      an output that stays away ends it
//
// Keys that come while it halts change what comes after. At the very start of a session there is no fade in: the score
// itself rises from silence. ROUTE_LOST leads to PAUSED with the output closed; a wish to go on opens it again.
#include "session/session.h"

#include "base/frames.h"
#include "session/machine.h"
#include "sound/rules.h"

#include <math.h>

struct session session_init(const struct score *score, int64_t begin_frames, double volume_db, double patience_sec)
{
	return (struct session){
		.score = score,
		.mode = SESSION_OPENING,
		.after = SESSION_PLAYING,
		.target_frames = begin_frames,
		.patience_sec = patience_sec,
		.volume_db = fmin(volume_db, 0.0),
		.last_jump_sec = -INFINITY,
		.granted_sec = -INFINITY,
		.escape_sec = -INFINITY,
	};
}

static void finish(struct session *s, enum session_end end)
{
	s->mode = SESSION_OVER;
	s->end = end;
}

bool machine_is_ending(const struct session *s)
{
	return s->mode == SESSION_OVER || (s->mode == SESSION_HALTING && s->after == SESSION_OVER);
}

void machine_note(struct session_effects *effects, enum note_kind kind, const char *name, int ease, int64_t at_frames)
{
	if (effects->note_count < SESSION_MOST_NOTES)
		effects->notes[effects->note_count++] = (struct session_note){kind, name, ease, at_frames};
}

// ---- Moves

// Words that begin at a place, or soon after, would be lost while the sound rises. So it rises before them, but not over
// words before that, nor in what hurts.
static int64_t lead_to(const struct session *s, int64_t target_frames)
{
	const struct score *score = s->score;
	const int64_t rise = (int64_t)(FADE_RESUME_SEC * ENGINE_RATE_HZ);
	size_t i = 0;
	while (i < score->word_count && score->words[i].end <= target_frames)
		i++;
	if (i == score->word_count || score->words[i].begin < target_frames)
		return target_frames;
	int64_t spoken = i > 0 ? score->words[i - 1].end : 0, before = score->words[i].begin - rise;
	int64_t lead = before > spoken ? before : spoken;
	return lead < target_frames && comfort_pass_hurts(s, lead) == lead ? lead : target_frames;
}

// No way back, to an instruction or after a pause, leads into what hurts.
static void seek(struct session *s, struct session_effects *effects)
{
	s->target_frames = comfort_pass_hurts(s, s->target_frames);
	effects->seek = true;
	effects->seek_frames = s->target_frames;
	effects->lead_frames = lead_to(s, s->target_frames);
	effects->variant = session_variant(s);
}

static void go(struct session *s, struct session_effects *effects)
{
	effects->go = true;
	effects->go_sec = s->target_frames == 0 ? 0.0 : FADE_RESUME_SEC;
	s->mode = SESSION_PLAYING;
	s->keeps_target = false;
	s->goes_on = false;
}

static void halt(struct session *s, enum session_mode after, double fade_sec, struct session_effects *effects)
{
	s->mode = SESSION_HALTING;
	s->after = after;
	effects->halt = true;
	effects->halt_sec = fade_sec;
}

static void rest_paused(struct session *s, double now_sec)
{
	s->mode = SESSION_PAUSED;
	s->paused_sec = now_sec;
}

int64_t machine_sent(const struct session_event *event)
{
	return event->sent_frames > event->at_frames ? event->sent_frames : event->at_frames;
}

int64_t machine_at(const struct session *s, const struct session_event *event)
{
	bool at_target = s->mode != SESSION_PLAYING && (s->mode != SESSION_HALTING || s->keeps_target);
	return at_target ? s->target_frames : event->at_frames;
}

void machine_move(struct session *s, int64_t target_frames, struct session_effects *effects)
{
	bool stays_paused = s->mode == SESSION_PAUSED && !s->goes_on;
	s->target_frames = comfort_pass_hurts(s, target_frames);
	s->keeps_target = true;
	if (s->mode == SESSION_HALTING && s->goes_on)
		s->after = SESSION_PLAYING;
	s->goes_on = false;
	// When paused too: what waits in the queue is from the old place.
	if (s->mode == SESSION_PLAYING || (s->mode == SESSION_PAUSED && !s->closed))
		halt(s, stays_paused ? SESSION_PAUSED : SESSION_PLAYING, FADE_JUMP_SEC, effects);
}

void machine_change_variant(struct session *s, struct session_effects *effects)
{
	if (s->mode == SESSION_PLAYING)
		halt(s, SESSION_PLAYING, FADE_JUMP_SEC, effects); // on from where the fade began
	else if (s->mode == SESSION_PAUSED)
		machine_move(s, s->target_frames, effects);
}

void machine_halt_to_speak(struct session *s, int64_t back_to_frames, struct session_effects *effects)
{
	s->target_frames = back_to_frames;
	s->keeps_target = true;
	s->goes_on = true;
	effects->go = effects->seek = false; // not even begun
	halt(s, SESSION_PAUSED, FADE_JUMP_SEC, effects);
}

// ---- The output

static void opened(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	if (s->mode != SESSION_OPENING)
		return;
	s->opened = true;
	s->opened_sec = event->now_sec;
	s->asked_to_open = false;
	seek(s, effects);
	s->keeps_target = false;
	if (s->after == SESSION_PAUSED)
		rest_paused(s, event->now_sec);
	else
		go(s, effects);
}

static void close_output(struct session *s, double now_sec, struct session_effects *effects)
{
	effects->close = true;
	s->closed = true;
	s->asked_to_open = false;
	s->goes_on = s->speaking = false;
	s->waiting.kind = ANSWER_NONE;
	rest_paused(s, now_sec);
}

static void failed(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	if (s->mode == SESSION_OVER)
		return;
	if (s->failures++ == 0)
		s->away_sec = event->now_sec;
	if (s->mode == SESSION_HALTING && s->after == SESSION_OVER)
		finish(s, END_STOPPED);
	else if (s->asked_to_open)
		close_output(s, event->now_sec, effects); // and waits for another wish
	else if (!s->opened)
		finish(s, END_NO_OUTPUT);
	else if (event->now_sec - s->away_sec >= s->patience_sec)
		finish(s, END_LOST_OUTPUT);
	else
		effects->reopen = true;
}

// The position goes along, wherever the sound was lost.
static void keep_place(struct session *s, const struct session_event *event)
{
	if (s->mode == SESSION_PLAYING || (s->mode == SESSION_HALTING && !s->keeps_target))
		s->target_frames = event->at_frames;
}

// A suspended output takes a buffer full, of which nothing is heard.
static bool has_held(const struct session *s, const struct session_event *event)
{
	double heard_sec = (double)(event->at_frames - s->target_frames) / ENGINE_RATE_HZ;
	return event->now_sec - s->opened_sec > SESSION_HOLDS_SEC ||
	       (s->mode == SESSION_PLAYING && heard_sec >= SESSION_HEARD_SEC);
}

static void lost(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	if (s->closed)
		return;
	if (has_held(s, event))
		s->failures = 0;
	if (s->mode == SESSION_PLAYING || s->mode == SESSION_PAUSED)
		s->after = s->mode;
	if (s->goes_on)
		s->after = SESSION_PLAYING; // paused only to speak, or about to be
	keep_place(s, event);
	s->speaking = s->goes_on = false;
	failed(s, event, effects);
	if (effects->reopen)
		s->mode = SESSION_OPENING;
}

static void route_lost(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	if (s->mode == SESSION_OVER || s->closed)
		return;
	if (machine_is_ending(s)) {
		finish(s, END_STOPPED);
		return;
	}
	keep_place(s, event);
	close_output(s, event->now_sec, effects);
}

static void open_again(struct session *s, struct session_effects *effects)
{
	s->closed = false;
	s->asked_to_open = true;
	s->failures = 0;
	s->mode = SESSION_OPENING;
	s->after = SESSION_PLAYING;
	effects->reopen = true;
}

// What was broken off to speak goes on, when nothing is left to say.
static void go_on_if_nothing_is_said(struct session *s, struct session_effects *effects)
{
	if (s->mode == SESSION_PAUSED && s->goes_on && !s->speaking && !s->waiting.kind)
		go(s, effects);
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
	if (s->after == SESSION_PLAYING && !s->speaking) {
		go(s, effects);
	} else { // at the new place there may be no room for the answer that sounds
		rest_paused(s, event->now_sec);
		s->goes_on = s->goes_on || s->after == SESSION_PLAYING;
	}
	s->keeps_target = false;
	answers_speak_waiting(s, event, effects);
	go_on_if_nothing_is_said(s, effects);
}

// ---- Wishes

static void pause_now(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	s->goes_on = false;
	if (s->mode == SESSION_PLAYING)
		halt(s, SESSION_PAUSED, FADE_PAUSE_SEC, effects);
	else if (s->mode != SESSION_OVER && s->after != SESSION_OVER)
		s->after = SESSION_PAUSED;
	answers_give(s, event, &(struct answer){.kind = ANSWER_PAUSED}, effects);
}

int64_t session_back_to(const struct score *score, int64_t at_frames)
{
	const struct session there = {.score = score};
	int64_t back = at_frames - (int64_t)(SESSION_LONG_BACK_SEC * ENGINE_RATE_HZ);
	int64_t words = answers_instruction_at(&there, at_frames);
	return words > back ? words : back > 0 ? back : 0;
}

// After a long pause nobody knows what the hands were doing.
static bool goes_back(struct session *s, const struct session_event *event)
{
	if (event->now_sec - s->paused_sec <= SESSION_LONG_PAUSE_SEC || s->target_frames == 0)
		return false;
	s->target_frames = session_back_to(s->score, s->target_frames);
	s->keeps_target = true;
	return true;
}

static void resume(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	if (s->mode == SESSION_HALTING && s->after == SESSION_PAUSED) {
		s->after = SESSION_PLAYING;
		s->waiting.kind = ANSWER_NONE;
		return;
	}
	if (s->mode == SESSION_OPENING && s->after == SESSION_PAUSED)
		s->after = SESSION_PLAYING;
	if (s->mode != SESSION_PAUSED)
		return;
	bool back = goes_back(s, event);
	if (s->closed)
		open_again(s, effects);
	else if (back)
		halt(s, SESSION_PLAYING, FADE_JUMP_SEC, effects);
	else
		go(s, effects);
	answers_give(s, event, &(struct answer){.kind = back ? ANSWER_GOING_BACK : ANSWER_GOING_ON}, effects);
}

static void toggle(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	bool silent = s->mode == SESSION_PAUSED || (s->mode != SESSION_PLAYING && s->after == SESSION_PAUSED);
	if (silent && !s->goes_on)
		resume(s, event, effects);
	else
		pause_now(s, event, effects);
}

static void stop(struct session *s, struct session_effects *effects)
{
	s->waiting.kind = ANSWER_NONE;
	s->goes_on = false;
	if (s->mode == SESSION_PLAYING || (s->mode == SESSION_HALTING && s->after != SESSION_OVER))
		halt(s, SESSION_OVER, FADE_STOP_SEC, effects);
	else if (s->mode != SESSION_HALTING)
		finish(s, END_STOPPED);
}

static bool is_second_escape(const struct session *s, const struct session_event *event)
{
	return event->wish.verb == VERB_ESCAPE && event->now_sec - s->escape_sec <= SESSION_ESCAPE_SEC;
}

static void escape(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	bool twice = is_second_escape(s, event);
	s->escape_sec = event->now_sec;
	if (twice) {
		stop(s, effects);
		return;
	}
	pause_now(s, event, effects);
	answers_give(s, event, &(struct answer){.kind = ANSWER_ESCAPE}, effects);
}

static bool jumps(enum verb verb)
{
	return verb == VERB_NEXT || verb == VERB_PREVIOUS || verb == VERB_SEEK_BY || verb == VERB_SEEK_TO ||
	       verb == VERB_HURT;
}

static bool is_one(const struct wish *a, const struct wish *b)
{
	return a->verb == b->verb && !(a->value < b->value) && !(a->value > b->value);
}

// In the sleep tail every key jumps, so any second one is the same hand's.
static bool is_bounce(struct session *s, const struct session_event *event)
{
	if (jump_wants_more(event->wish.verb) && event->now_sec - s->granted_sec < SESSION_DOUBLE_SEC)
		return true;
	if (!jumps(event->wish.verb))
		return false;
	bool bounce = is_one(&event->wish, &s->last_jump) && event->now_sec - s->last_jump_sec < SESSION_DOUBLE_SEC;
	s->last_jump = event->wish;
	s->last_jump_sec = event->now_sec;
	return bounce;
}

static void do_wish(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	switch (event->wish.verb) {
	case VERB_NONE:
		break;
	case VERB_PAUSE_RESUME:
		toggle(s, event, effects);
		break;
	case VERB_PAUSE:
	case VERB_DIGIT:
	case VERB_OTHER:
		if (s->mode != SESSION_PAUSED || s->goes_on)
			pause_now(s, event, effects);
		break;
	case VERB_RESUME:
		if (s->mode == SESSION_PAUSED || s->after == SESSION_PAUSED)
			resume(s, event, effects);
		break;
	case VERB_ESCAPE:
		escape(s, event, effects);
		break;
	case VERB_STOP:
		stop(s, effects);
		break;
	case VERB_NEXT:
	case VERB_PREVIOUS:
	case VERB_SEEK_BY:
	case VERB_SEEK_TO:
		jump_by_wish(s, event, effects);
		break;
	case VERB_LOUDER:
	case VERB_QUIETER:
	case VERB_VOLUME:
	case VERB_TOO_MUCH:
	case VERB_LITTLE_MORE:
	case VERB_HURT:
		comfort_wish(s, event, effects);
		break;
	case VERB_AGAIN:
	case VERB_WHERE:
	case VERB_HELP:
		answers_wish(s, event, effects);
		break;
	}
}

static void wish(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	bool ends = event->wish.verb == VERB_STOP || is_second_escape(s, event);
	if (machine_is_ending(s) || (!ends && is_bounce(s, event)))
		return;
	answers_hush(s, effects);
	if (!ends && jump_grant(s, event, effects))
		return;
	do_wish(s, event, effects);
	go_on_if_nothing_is_said(s, effects);
}

struct session_effects session_step(struct session *session, const struct session_event *event)
{
	struct session_effects effects = {0};
	switch (event->kind) {
	case EVENT_OPENED:
		opened(session, event, &effects);
		break;
	case EVENT_OPEN_FAILED:
		failed(session, event, &effects);
		break;
	case EVENT_LOST:
		lost(session, event, &effects);
		break;
	case EVENT_ROUTE_LOST:
		route_lost(session, event, &effects);
		break;
	case EVENT_SETTLED:
		settled(session, event, &effects);
		break;
	case EVENT_ENDED:
		if (session->mode == SESSION_PLAYING)
			finish(session, END_DONE);
		break;
	case EVENT_WISH:
		wish(session, event, &effects);
		break;
	case EVENT_ANSWERED:
		session->speaking = false;
		go_on_if_nothing_is_said(session, &effects);
		break;
	case EVENT_TICK:
		answers_speak_waiting(session, event, &effects);
		comfort_leave_out(session, event, &effects);
		break;
	}
	return effects;
}
