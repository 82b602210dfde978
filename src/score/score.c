// A score is made in one walk over the routine's steps: each step adds its events at the walk's position and moves it on.
//
//   0 .. start fade   the bed rises
//   .. last step      the steps, one after another
//   .. end            the ending: the bed goes on and leaves, in the routine's order
//
// Lengths become whole frames one by one, so a step lasts the same wherever it stands and rounding never adds up.
#include "score/builder.h"

#include "base/arena.h"
#include "base/frames.h"
#include "base/memory.h"
#include "sound/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t builder_frames(double seconds)
{
	return llround(seconds * ENGINE_RATE_HZ);
}

static void refuse(struct builder *b, const char *what)
{
	if (!b->full && b->step)
		fault_add(b->faults, &b->step->place, "%s", what);
	b->full = true;
}

void builder_check_length(struct builder *b)
{
	if (b->at > (int64_t)ROUTINE_MOST_SEC * ENGINE_RATE_HZ)
		refuse(b, "the session grows beyond 24 hours here; make it shorter or repeat less");
}

struct event *builder_add(struct builder *b, enum lane lane, int64_t begin, int64_t end)
{
	struct score *score = b->score;
	if (score->event_count >= SCORE_MOST_EVENTS)
		refuse(b, "the session grows beyond 200000 events here; make it shorter or repeat less");
	if (b->full)
		return NULL;
	score->events = memory_grow(score->events, score->event_count, &b->event_capacity, sizeof *score->events);
	struct event *event = &score->events[score->event_count++];
	*event = (struct event){.begin = begin, .end = end, .lane = lane};
	return event;
}

static int compare_events(const void *left, const void *right)
{
	const struct event *a = left, *b = right;
	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	if (a->lane != b->lane)
		return a->lane < b->lane ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

void score_sort(struct score *score)
{
	if (score->event_count > 1)
		qsort(score->events, score->event_count, sizeof *score->events, compare_events);
}

// The end of the last bed, or the session's beginning.
static int64_t beds_end(const struct score *score)
{
	int64_t end = 0;
	for (size_t i = 0; i < score->event_count; i++)
		if (score->events[i].lane == LANE_BED && score->events[i].end > end)
			end = score->events[i].end;
	return end;
}

// The ending needs time only while something still sounds in it. A bed that is leaving when the steps end leaves in its
// own time if that is shorter than the ending, else with it: it is never cut.
static int64_t ending_frames(const struct builder *b, bool bed, bool tones)
{
	int64_t fade = builder_frames(b->score->routine->ending.fade_sec);
	int64_t leaving = beds_end(b->score) - b->at;
	if (bed || tones || leaving > fade)
		return fade;
	return leaving > 0 ? leaving : 0;
}

static void add_ending(struct builder *b)
{
	struct score *score = b->score;
	const struct ending *ending = &score->routine->ending;
	bool bed = b->bed_event != SIZE_MAX;
	bool tones = ending->tones_rank > 0 && b->first_breath >= 0;
	int64_t steps_end = b->at;
	int64_t fade = ending_frames(b, bed, tones);
	score->frames = steps_end + fade;

	struct score_fade *fades[] = {&score->voice_fade, &score->tones_fade, &score->bed_fade};
	const int ranks[] = {ending->voice_rank, ending->tones_rank, ending->bed_rank};
	for (int i = 0; i < 3; i++) {
		bool ranked = ranks[i] > 0 && ending->rank_count > 0;
		int64_t length = ranked ? fade * ranks[i] / ending->rank_count : fade;
		*fades[i] = (struct score_fade){steps_end, steps_end + length};
	}
	if (tones)
		free(breathing_add(b, steps_end, score->tones_fade.end).begins);
	if (bed)
		score->events[b->bed_event].end = score->frames;
	if (b->open_part != SIZE_MAX)
		score->events[b->open_part].end = steps_end;
}

static void set_levels(struct score *score)
{
	enum moment moment = score->routine->moment;
	bool gentle = moment == MOMENT_ATTACK || moment == MOMENT_BEDTIME;
	score->level_db = gentle ? GENTLE_DB : 0.0;
	score->ceiling_db = gentle ? CEILING_GENTLE_DBTP : CEILING_DAY_DBTP;
	score->breath_sound = score->routine->breath.sound;
}

// Headings and changes of bed alone: the session would be over as it begins, without a word why.
static void refuse_nothing(const struct score *score, struct fault_list *faults)
{
	const struct routine *routine = score->routine;
	const struct place whole = {.file = routine->file, .line = 1, .column = 1};
	if (score->frames == 0 && !routine->partial)
		fault_add(faults, routine->step_count > 0 ? &routine->steps[0].place : &whole,
		          "nothing here takes any time, so there is nothing to hear; let something be said or done");
}

enum status score_create(struct score **score, const struct routine *routine, const struct pack *pack,
                         struct fault_list *faults)
{
	size_t faults_before = faults->count;
	*score = memory_alloc(sizeof **score);
	(*score)->arena = arena_create();
	(*score)->routine = routine;
	(*score)->pack = pack;
	set_levels(*score);

	struct builder b = {
		.score = *score,
		.faults = faults,
		.partial = routine->partial,
		.first_breath = -1,
		.bed_event = SIZE_MAX,
		.open_part = SIZE_MAX,
		.clip_frames = memory_alloc(pack->line_count * sizeof(int64_t)),
	};
	beds_begin(&b);
	steps_add(&b, routine->steps, routine->step_count);
	add_ending(&b);
	score_sort(*score);
	words_finish(&b);
	free(b.clip_frames);
	if (faults->count == faults_before)
		refuse_nothing(*score, faults);

	return faults->count == faults_before && !routine->partial ? STATUS_OK : STATUS_FAULTY;
}

void score_destroy(struct score *score)
{
	if (!score)
		return;
	free(score->events);
	free(score->beds);
	free(score->words);
	arena_destroy(score->arena);
	free(score);
}

int score_part_count(const struct score *score)
{
	int count = 0;
	for (size_t i = 0; i < score->event_count; i++)
		count += score->events[i].lane == LANE_MARK && score->events[i].mark.kind == MARK_PART;
	return count;
}

const struct event *score_part(const struct score *score, int index)
{
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (event->lane == LANE_MARK && event->mark.kind == MARK_PART && index-- == 0)
			return event;
	}
	return NULL;
}

int score_part_at(const struct score *score, int64_t at_frames)
{
	int part = -1;
	for (size_t i = 0; i < score->event_count && score->events[i].begin <= at_frames; i++)
		part += score->events[i].lane == LANE_MARK && score->events[i].mark.kind == MARK_PART;
	return part;
}

bool score_is_place_of_body(const struct event *event)
{
	return event->lane == LANE_MARK && event->mark.kind == MARK_AREA && strcmp(event->mark.name, "whole") != 0 &&
	       strcmp(event->mark.name, "breath") != 0;
}
