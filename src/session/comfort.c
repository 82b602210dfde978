// Louder, softer, "too much", and what hurts.
//
// "Too much" goes down by steps of 6 dB; the second takes the brightness too, the third the words but the names of
// parts, the fourth all but the breath, and two more are only softer. A step back is one of these less.
#include "base/frames.h"
#include "session/machine.h"
#include "sound/rules.h"

#include <math.h>
#include <string.h>

#define VOLUME_STEP_DB 2.0
#define EASE_STEP_DB (-6.0)
enum { EASE_MOST = 6 };

double session_live_db(const struct session *s)
{
	return fmax(s->volume_db + s->ease * EASE_STEP_DB, FADE_FLOOR_DB);
}

enum session_variant session_variant(const struct session *s)
{
	static const enum session_variant variants[] = {VARIANT_ALL, VARIANT_ALL, VARIANT_DARK, VARIANT_NAMES};
	return s->ease < 4 ? variants[s->ease] : VARIANT_BREATH;
}

void session_ease(struct session *s, int steps)
{
	s->ease = steps < 0 ? 0 : steps > EASE_MOST ? EASE_MOST : steps;
}

static void set_volume(const struct session *s, struct session_effects *effects)
{
	effects->set_volume = true;
	effects->volume_db = session_live_db(s);
}

static void change_volume(struct session *s, const struct session_event *event, double to_db,
                          struct session_effects *effects)
{
	double softest_db = FADE_FLOOR_DB + VOLUME_STEP_DB; // the floor itself is silence
	if (!(to_db > softest_db))
		to_db = softest_db;
	if (to_db > 0.0)
		to_db = 0.0;
	if (to_db == s->volume_db) {
		enum answer_kind kind = to_db < 0.0 ? ANSWER_SOFTEST : ANSWER_LOUDEST;
		answers_give(s, event, &(struct answer){.kind = kind}, effects);
	}
	s->volume_db = to_db;
	set_volume(s, effects);
}

static enum answer_kind ease_answer(int before, int now)
{
	static const enum answer_kind down[] = {ANSWER_NONE, ANSWER_SOFTER, ANSWER_DARKER, ANSWER_FEWER_WORDS,
	                                        ANSWER_ONLY_BREATH};
	if (now > before)
		return now <= 4 ? down[now] : ANSWER_SOFTER;
	if (now == before)
		return now == 0 ? ANSWER_LOUDEST : ANSWER_SOFTEST;
	return now == 0 ? ANSWER_ALL_BACK : now == 2 ? ANSWER_WORDS_BACK : ANSWER_A_LITTLE_MORE;
}

static void change_ease(struct session *s, const struct session_event *event, int to, struct session_effects *effects)
{
	int before = s->ease;
	enum session_variant variant = session_variant(s);
	session_ease(s, to);
	set_volume(s, effects);
	if (session_variant(s) != variant)
		machine_change_variant(s, effects);
	if (s->ease != before || to > before)
		machine_note(effects, to > before ? NOTE_TOO_MUCH : NOTE_LITTLE_MORE, NULL, s->ease, event->at_frames);
	answers_give(s, event, &(struct answer){.kind = ease_answer(before, s->ease)}, effects);
}

// ---- What hurts

// The area that a frame is in: the innermost, and not one that stands for no place of the body.
static const struct event *area_at(const struct score *score, int64_t at_frames)
{
	const struct event *found = NULL;
	for (size_t i = 0; i < score->event_count && score->events[i].begin <= at_frames; i++) {
		const struct event *event = &score->events[i];
		if (event->end > at_frames && score_is_place_of_body(event))
			found = event;
	}
	return found;
}

static bool is_left_out(const struct session *s, const char *area)
{
	for (int i = 0; i < s->hurt_count; i++)
		if (strcmp(s->hurts[i], area) == 0)
			return true;
	return false;
}

void session_leave_out(struct session *s, const char *area)
{
	if (!is_left_out(s, area) && s->hurt_count < SESSION_MOST_HURTS)
		s->hurts[s->hurt_count++] = area;
}

int64_t comfort_pass_hurts(const struct session *s, int64_t at_frames)
{
	const struct event *area;
	while ((area = area_at(s->score, at_frames)) && is_left_out(s, area->mark.name))
		at_frames = area->end;
	return at_frames;
}

static void leave_area(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	int64_t at = machine_at(s, event);
	const struct event *area = area_at(s->score, at);
	if (!area) {
		machine_note(effects, NOTE_HURT, NULL, 0, at);
		return;
	}
	session_leave_out(s, area->mark.name);
	machine_note(effects, NOTE_HURT, area->mark.name, 0, at);
	machine_move(s, area->end, effects);
	answers_give(s, event, &(struct answer){.kind = ANSWER_HURT}, effects);
}

void comfort_leave_out(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	if (s->mode != SESSION_PLAYING || s->hurt_count == 0)
		return;
	int64_t soon = machine_sent(event) + (int64_t)(SESSION_AHEAD_SEC * ENGINE_RATE_HZ);
	if (comfort_pass_hurts(s, soon) != soon)
		machine_move(s, soon, effects);
}

void comfort_wish(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	switch (event->wish.verb) {
	case VERB_LOUDER:
		change_volume(s, event, s->volume_db + VOLUME_STEP_DB, effects);
		break;
	case VERB_QUIETER:
		change_volume(s, event, s->volume_db - VOLUME_STEP_DB, effects);
		break;
	case VERB_VOLUME:
		change_volume(s, event, event->wish.value, effects);
		break;
	case VERB_TOO_MUCH:
		change_ease(s, event, s->ease + 1, effects);
		break;
	case VERB_LITTLE_MORE:
		change_ease(s, event, s->ease - 1, effects);
		break;
	default:
		leave_area(s, event, effects);
	}
}
