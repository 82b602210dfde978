// Where a wish for another place leads, and what the diary learns of it.
#include "base/frames.h"
#include "session/machine.h"

static int64_t part_begin(const struct session *s, int index)
{
	const struct event *part = score_part(s->score, index);
	return part ? part->begin : 0;
}

// Before the first part lies the session's start; after the last, its end.
static int64_t part_target(const struct session *s, int64_t from_frames, bool forward)
{
	int part = score_part_at(s->score, from_frames);
	if (forward)
		return part + 1 < score_part_count(s->score) ? part_begin(s, part + 1) : s->score->bed_fade.begin;
	bool at_its_start = from_frames - part_begin(s, part) < (int64_t)(SESSION_PREVIOUS_SEC * ENGINE_RATE_HZ);
	if (part > 0 && at_its_start)
		part--;
	return part_begin(s, part);
}

static void note_skip(struct session *s, const struct session_event *event, int64_t from_frames,
                      struct session_effects *effects)
{
	int part = score_part_at(s->score, from_frames);
	if (part < 0 || part >= SESSION_MOST_PARTS)
		return;
	const char *name = score_part(s->score, part)->mark.name;
	machine_note(effects, NOTE_SKIPPED, name, 0, from_frames);
	if (s->skips[part] < 2 && ++s->skips[part] == 2) {
		machine_note(effects, NOTE_NOT_TONIGHT, name, 0, from_frames);
		answers_give(s, event, &(struct answer){.kind = ANSWER_NOT_TONIGHT}, effects);
	}
}

static void jump_by_part(struct session *s, const struct session_event *event, bool forward,
                         struct session_effects *effects)
{
	int64_t from = machine_at(s, event), target = part_target(s, from, forward);
	if (forward && target <= from) { // already in the ending
		answers_give(s, event, &(struct answer){.kind = ANSWER_LAST_PART}, effects);
		return;
	}
	machine_move(s, target, effects);
	if (forward)
		note_skip(s, event, from, effects);
}

static int64_t frames_from_sec(const struct session *s, double sec)
{
	double frames = sec * ENGINE_RATE_HZ, most = (double)s->score->bed_fade.begin;
	return !(frames > 0.0) ? 0 : frames < most ? (int64_t)frames : (int64_t)most;
}

void jump_by_wish(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	double at_sec = (double)machine_at(s, event) / ENGINE_RATE_HZ;
	switch (event->wish.verb) {
	case VERB_NEXT:
		jump_by_part(s, event, true, effects);
		break;
	case VERB_PREVIOUS:
		jump_by_part(s, event, false, effects);
		break;
	case VERB_SEEK_BY:
		machine_move(s, frames_from_sec(s, at_sec + event->wish.value), effects);
		break;
	default:
		machine_move(s, frames_from_sec(s, event->wish.value), effects);
	}
}

// ---- The sleep tail

#define TAIL_LEAST_SEC 120.0 // a shorter ending is no tail to sleep in

static int64_t tail_begin(const struct score *score)
{
	int64_t begin = score->bed_fade.begin;
	if (score->tones_fade.begin < begin)
		begin = score->tones_fade.begin;
	return score->voice_fade.begin < begin ? score->voice_fade.begin : begin;
}

// Wishes for less sound are no sign of being awake for more. A pause is the desktop's, or the machine's that goes to
// sleep: no key in the dark is one.
bool jump_wants_more(enum verb verb)
{
	return verb != VERB_NONE && verb != VERB_PAUSE && verb != VERB_QUIETER && verb != VERB_TOO_MUCH &&
	       verb != VERB_VOLUME && verb != VERB_SEEK_BY && verb != VERB_SEEK_TO && verb != VERB_STOP;
}

// Any key while the tail fades brings the sound back, so that ten more minutes are left of it or the whole tail.
bool jump_grant(struct session *s, const struct session_event *event, struct session_effects *effects)
{
	int64_t begin = tail_begin(s->score), at = event->at_frames;
	double tail_sec = (double)(s->score->frames - begin) / ENGINE_RATE_HZ;
	if (s->mode != SESSION_PLAYING || tail_sec < TAIL_LEAST_SEC || at < begin || !jump_wants_more(event->wish.verb))
		return false;
	s->granted_sec = event->now_sec;
	if (event->wish.verb == VERB_ESCAPE)
		s->escape_sec = event->now_sec; // a second one ends it all the same
	int64_t back = at - (int64_t)(SESSION_GRANT_SEC * ENGINE_RATE_HZ);
	machine_move(s, back > begin ? back : begin, effects);
	enum answer_kind kind = tail_sec < SESSION_GRANT_SEC ? ANSWER_TAIL_ANEW : ANSWER_TEN_MORE;
	answers_give(s, event, &(struct answer){.kind = kind, .minutes_left = (int)(tail_sec / 60)}, effects);
	return true;
}
