// Still hands in the time of a technique that moves, for sore touch. Its steps are walked over in a hush: time passes,
// its parts and beds are where they are, and nothing of it is heard. Then one stretch of still hands and breath is laid
// over that time, with words at its begin that say so. Words that the pack has not, or that would not leave time for a
// breath, are left out: they are the program's own.
#include "score/builder.h"

#include <stdlib.h>

#define BEFORE_STAY_SEC 3.0 // for the hands to come to rest
#define AFTER_STAY_SEC 2.0

static void walk_over(struct builder *b, const struct step *group)
{
	struct builder before = *b;
	b->hushed = true;
	steps_add(b, group->steps, group->step_count);
	b->hushed = false;
	b->breaths = before.breaths;
	b->strokes = before.strokes;
	b->first_breath = before.first_breath;
}

// Speaks if there is room; gives where the words end, or `at`.
static int64_t say(struct builder *b, const struct step *group, int64_t at, int64_t end, const char *words)
{
	size_t first_event = b->score->event_count;
	if (!pack_find(b->score->pack, words) || !words_add_if_free(b, first_event, at, end, words, &group->place))
		return at;
	return b->score->events[first_event].end;
}

static int64_t say_all(struct builder *b, const struct step *group, int64_t begin, int64_t end)
{
	int64_t first_end = say(b, group, begin, end, WORDS_STILL_HANDS);
	int64_t stay = first_end + builder_frames(BEFORE_STAY_SEC);
	if (first_end == begin || stay > end)
		return first_end;
	int64_t stay_end = say(b, group, stay, end, WORDS_STILL_STAY);
	return stay_end == stay ? stay : stay_end + builder_frames(AFTER_STAY_SEC);
}

void still_add(struct builder *b, const struct step *group)
{
	int64_t begin = b->at;
	walk_over(b, group);
	int64_t end = b->at;
	int64_t from = say_all(b, group, begin, end - breathing_length(b, begin) - builder_frames(AFTER_STAY_SEC));
	free(breathing_add(b, from, end).begins);
	struct event *event = end > from ? builder_add(b, LANE_STROKE, from, end) : NULL;
	if (!event)
		return;
	event->stroke.shape = STROKE_STILL;
	event->stroke.number = b->strokes++;
}
