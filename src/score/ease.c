// "Too much": the same session with less in it. Nothing is moved: what stays is where it was, so that a position means
// the same in all of them, and one mix can take over from another in the middle of a session.
//
// With names only, a part's name is spoken at its begin if the pack has it as a line, and if it is over before the next
// part begins and before voices leave.
#include "score/builder.h"

#include "base/arena.h"
#include "base/memory.h"
#include "voice/clip.h"

#include <stdlib.h>
#include <string.h>

static bool stays(const struct event *event, enum score_ease ease)
{
	switch (event->lane) {
	case LANE_MARK:
	case LANE_BREATH:
		return true;
	case LANE_BED:
	case LANE_STROKE:
		return ease != EASE_BREATH;
	case LANE_VOICE:
		return ease < EASE_NAMES;
	}
	return false;
}

// The line that speaks a name, and how long it takes; NULL when there is none to be heard.
static const struct pack_line *find_name(const struct pack *pack, const char *name, int64_t *frames)
{
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena); // a damaged name is not spoken, and no more
	const struct pack_line *line = pack_find(pack, name);
	if (line && clip_check(pack, line, frames, &faults) != STATUS_OK)
		line = NULL;
	arena_destroy(arena);
	return line;
}

static int64_t next_part(const struct score *score, size_t index)
{
	for (size_t i = index + 1; i < score->event_count; i++)
		if (score->events[i].lane == LANE_MARK && score->events[i].mark.kind == MARK_PART)
			return score->events[i].begin;
	return score->voice_fade.begin;
}

static void add_name(struct score *eased, const struct score *score, size_t index)
{
	const struct event *part = &score->events[index];
	int64_t frames = 0;
	const struct pack_line *line = find_name(score->pack, part->mark.name, &frames);
	if (!line || part->begin + frames > next_part(score, index))
		return;
	struct event *event = &eased->events[eased->event_count++];
	*event = (struct event){.begin = part->begin, .end = part->begin + frames, .lane = LANE_VOICE};
	event->voice.line = line;
}

static void copy_events(struct score *eased, const struct score *score, enum score_ease ease)
{
	size_t parts = (size_t)score_part_count(score);
	eased->events = memory_alloc((score->event_count + parts) * sizeof *eased->events);
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (stays(event, ease))
			eased->events[eased->event_count++] = *event;
		if (ease == EASE_NAMES && event->lane == LANE_MARK && event->mark.kind == MARK_PART)
			add_name(eased, score, i);
	}
	if (ease == EASE_NAMES)
		score_sort(eased);
}

static void copy_beds(struct score *eased, const struct score *score)
{
	eased->beds = memory_alloc(score->bed_count * sizeof *eased->beds);
	if (score->bed_count)
		memcpy(eased->beds, score->beds, score->bed_count * sizeof *eased->beds);
	eased->bed_count = score->bed_count;
}

void score_ease(struct score **eased, const struct score *score, enum score_ease ease)
{
	*eased = memory_alloc(sizeof **eased);
	**eased = *score;
	(*eased)->arena = NULL; // what is borrowed lives in the routine and the pack
	(*eased)->events = NULL;
	(*eased)->event_count = 0;
	(*eased)->beds = NULL;
	(*eased)->bed_count = 0;
	(*eased)->dark = ease != EASE_NONE;
	copy_events(*eased, score, ease);
	if (ease != EASE_BREATH)
		copy_beds(*eased, score);
	(*eased)->words = NULL;
	(*eased)->word_count = 0;
	score_find_words(*eased);
}
