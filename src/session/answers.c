// When an answer may be spoken. While the session plays it must fit between the session's own words: at once, or after
// the words that sound, within a few seconds. Where there is no such room, an answer that was asked for halts the
// session, is spoken into the silence, and the session goes on from the start of its last instruction; one that only
// says what a key has done is left unsaid.
#include "base/frames.h"
#include "session/machine.h"

#define ROOM_AFTER_SEC 0.3
#define WAIT_MOST_SEC 5.0

static bool was_asked_for(enum answer_kind kind)
{
	return kind == ANSWER_WHERE || kind == ANSWER_AGAIN || kind == ANSWER_NOTHING_AGAIN || kind == ANSWER_KEYS;
}

static const struct event *last_words(const struct session *s, int64_t at_frames)
{
	const struct event *found = NULL;
	for (size_t i = 0; i < s->score->event_count && s->score->events[i].begin <= at_frames; i++)
		if (s->score->events[i].lane == LANE_VOICE)
			found = &s->score->events[i];
	return found;
}

int64_t answers_instruction_at(const struct session *s, int64_t at_frames)
{
	const struct event *words = last_words(s, at_frames);
	return words ? words->begin : 0;
}

// The first place from `at` on with so many frames free of words.
static int64_t find_room(const struct session *s, int64_t at_frames, int64_t room_frames)
{
	const struct score *score = s->score;
	for (size_t i = 0; i < score->word_count; i++) {
		if (score->words[i].end <= at_frames)
			continue;
		if (at_frames + room_frames <= score->words[i].begin)
			break;
		at_frames = score->words[i].end;
	}
	return at_frames;
}

static void speak(struct session *s, struct session_effects *effects)
{
	effects->say = s->waiting;
	s->waiting.kind = ANSWER_NONE;
	s->speaking = true;
}

// The start of the last instruction, but not of a part before: that may have been skipped.
static int64_t back_to(const struct session *s, int64_t at_frames)
{
	int64_t words = answers_instruction_at(s, at_frames);
	const struct event *part = score_part(s->score, score_part_at(s->score, at_frames));
	return part && part->begin > words ? part->begin : words;
}

static void speak_while_playing(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	const double rate = ENGINE_RATE_HZ;
	int64_t at = effects->go ? s->target_frames : machine_sent(event);
	int64_t room = (int64_t)((answer_room_sec(&s->waiting) + ROOM_AFTER_SEC) * rate);
	double wait_sec = (double)(find_room(s, at, room) - at) / rate;
	double waited_sec = event->now_sec - s->waiting_since_sec;
	if (wait_sec == 0.0)
		speak(s, effects);
	else if (waited_sec + wait_sec <= WAIT_MOST_SEC)
		return;
	else if (was_asked_for(s->waiting.kind))
		machine_halt_to_speak(s, back_to(s, at), effects);
	else
		s->waiting.kind = ANSWER_NONE;
}

void answers_speak_waiting(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	if (s->waiting.kind == ANSWER_NONE || s->speaking || s->closed)
		return;
	bool of_pause = s->waiting.kind == ANSWER_PAUSED || s->waiting.kind == ANSWER_ESCAPE;
	if (s->mode == SESSION_PAUSED)
		speak(s, effects);
	else if (s->mode == SESSION_PLAYING && of_pause)
		s->waiting.kind = ANSWER_NONE; // it has gone on since
	else if (s->mode == SESSION_PLAYING)
		speak_while_playing(s, event, effects);
}

void answers_give(struct session *s, const struct session_event *event, const struct answer *answer,
                  struct session_effects *effects)
{
	if (machine_is_ending(s) || s->closed)
		return;
	s->waiting = *answer;
	s->waiting_since_sec = event->now_sec;
	answers_speak_waiting(s, event, effects);
}

void answers_hush(struct session *s, struct session_effects *effects)
{
	effects->hush = s->speaking;
	s->speaking = false;
	s->waiting.kind = ANSWER_NONE;
}

static struct answer where(const struct session *s, int64_t at_frames)
{
	const struct score *score = s->score;
	int part = score_part_at(score, at_frames), count = score_part_count(score);
	bool ending = at_frames >= score->bed_fade.begin;
	const struct event *mark = part >= 0 ? score_part(score, part) : NULL;
	return (struct answer){
		.kind = ANSWER_WHERE,
		.part = ending ? count + 1 : part + 1,
		.part_count = count,
		.name = mark ? mark->mark.name : NULL,
		.minutes_left = (int)((score->frames - at_frames) / ENGINE_RATE_HZ / 60),
	};
}

static struct answer again(const struct session *s, int64_t at_frames)
{
	const struct event *words = last_words(s, at_frames);
	return (struct answer){.kind = words ? ANSWER_AGAIN : ANSWER_NOTHING_AGAIN,
	                       .line = words ? words->voice.line->text : NULL};
}

void answers_wish(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	int64_t at = machine_at(s, event);
	struct answer answer = {.kind = ANSWER_KEYS};
	if (event->wish.verb == VERB_WHERE)
		answer = where(s, at);
	else if (event->wish.verb == VERB_AGAIN)
		answer = again(s, at);
	answers_give(s, event, &answer, effects);
}
