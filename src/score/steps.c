// The walk over the steps. `breathe` is guided by the breath's sound, and so is what the hands do when it is measured or
// paced in breaths; `rest` is quiet. Only whole breaths and strokes are made: what is left of a step's time is quiet.
#include "score/builder.h"

#include "base/frames.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

static int64_t length_frames(const struct builder *b, int64_t at, const struct length *length)
{
	return length->in_breaths ? breathing_span(b, at, length->amount) : builder_frames(length->amount);
}

static void add_stroke(struct builder *b, const struct step *step, enum stroke_shape shape, int64_t begin, int64_t end)
{
	struct event *event = end > begin && !b->hushed ? builder_add(b, LANE_STROKE, begin, end) : NULL;
	if (!event)
		return;
	event->stroke.shape = shape;
	event->stroke.side = step->side;
	event->stroke.direction = step->direction;
	event->stroke.number = b->strokes++;
}

// N strokes a breath. With an even N each half of a breath, in and out, holds as many.
static void add_strokes_by_breath(struct builder *b, const struct step *step, const struct breathing *breathing)
{
	double pace = step->per_breath;
	bool by_halves = fmod(pace, 2.0) == 0.0;
	int count = (int)(breathing->count * pace + 1e-9);
	for (int i = 0; i < count && !b->full; i++)
		add_stroke(b, step, step->shape, breathing_at(b, breathing, i / pace, by_halves),
		           breathing_at(b, breathing, (i + 1) / pace, by_halves));
}

static void add_strokes_by_time(struct builder *b, const struct step *step, int64_t end)
{
	int64_t every = builder_frames(step->every_sec);
	for (int64_t at = b->at; at + every <= end && !b->full; at += every)
		add_stroke(b, step, step->shape, at, at + every);
}

static void add_cues(struct builder *b, const struct step *step, int64_t end)
{
	if (step->say)
		words_add(b, b->at, end, step->say, &step->say_place);
	for (size_t i = 0; i < step->cue_count; i++) {
		const struct cue *cue = &step->cues[i];
		int64_t offset = builder_frames(cue->sec);
		int64_t at = cue->when == CUE_AT     ? b->at + offset
		             : cue->when == CUE_HALF ? b->at + (end - b->at) / 2
		                                     : end - offset;
		bool outside = at < b->at || at >= end;
		if (outside && !b->partial)
			fault_add(b->faults, &cue->place, "this cue lies outside its step, which lasts %.1f s",
			          (double)(end - b->at) / ENGINE_RATE_HZ);
		else if (!outside)
			words_add(b, at, end, cue->say, &cue->place);
	}
}

// "Breathe in." and "Breathe out." for the first breaths that leave room for them.
static void add_breath_words(struct builder *b, const struct step *step, size_t first_event, int64_t end)
{
	size_t phases_end = b->score->event_count; // speaking adds behind it
	int spoken = 0, number = -1;
	for (size_t i = first_event; i < phases_end; i++) {
		const struct event event = b->score->events[i];
		if (event.lane != LANE_BREATH)
			continue;
		if (event.breath.phase == BREATH_OUT && event.breath.number == number)
			words_add_if_free(b, first_event, event.begin, end, WORDS_BREATHE_OUT, &step->place);
		if (event.breath.phase != BREATH_IN)
			continue;
		if (spoken >= step->spoken_breaths)
			return;
		if (!words_add_if_free(b, first_event, event.begin, end, WORDS_BREATHE_IN, &step->place))
			continue;
		number = event.breath.number;
		spoken++;
	}
}

// The seconds that are left of a hold, at every count_sec before its end.
static void add_count(struct builder *b, const struct step *step, size_t first_event, int64_t hold_end)
{
	int total = (int)step->length.amount, every = (int)step->count_sec;
	for (int left = (total - 1) / every * every; left > 0; left -= every)
		words_add_if_free(b, first_event, hold_end - builder_frames(left), hold_end,
		                  words_number(b->score->arena, left), &step->place);
}

static void add_hold(struct builder *b, const struct step *step, int64_t hold_end, int64_t end)
{
	add_stroke(b, step, STROKE_STILL, b->at, hold_end);
	add_stroke(b, step, STROKE_RELEASE, hold_end, end);
}

static bool is_guided(const struct step *step)
{
	bool hands = step->kind == STEP_STROKE || step->kind == STEP_HOLD;
	return step->kind == STEP_BREATHE || (hands && (step->length.in_breaths || step->per_breath > 0.0));
}

static void add_strokes(struct builder *b, const struct step *step, const struct breathing *breathing, int64_t end)
{
	int before = b->strokes;
	if (step->shape == STROKE_STILL)
		add_stroke(b, step, STROKE_STILL, b->at, end);
	else if (step->per_breath > 0.0)
		add_strokes_by_breath(b, step, breathing);
	else if (step->every_sec > 0.0)
		add_strokes_by_time(b, step, end);
	else
		add_stroke(b, step, step->shape, b->at, end);
	if (b->strokes == before && !b->full && !b->hushed)
		fault_add(b->faults, &step->place, "not one whole stroke fits in %.1f s; give it more time",
		          (double)(end - b->at) / ENGINE_RATE_HZ);
}

static struct breathing add_guide(struct builder *b, const struct step *step, int64_t end)
{
	struct breathing breathing = {0};
	if (!is_guided(step))
		return breathing;
	double breath_sec = (double)breathing_length(b, b->at) / ENGINE_RATE_HZ;
	breathing = breathing_add(b, b->at, end);
	if (breathing.count == 0 && !b->full)
		fault_add(b->faults, &step->place,
		          "a breath takes %.1f s here, so not one fits in %.1f s; give it more time", breath_sec,
		          (double)(end - b->at) / ENGINE_RATE_HZ);
	return breathing;
}

static void add_timed(struct builder *b, const struct step *step)
{
	size_t first_event = b->score->event_count;
	int64_t body_end = b->at + length_frames(b, b->at, &step->length);
	int64_t end = body_end + length_frames(b, body_end, &step->release);

	struct breathing breathing = add_guide(b, step, body_end);
	if (step->kind == STEP_HOLD)
		add_hold(b, step, body_end, end);
	else if (step->kind == STEP_STROKE && (breathing.count > 0 || !is_guided(step)))
		add_strokes(b, step, &breathing, step->shape == STROKE_STILL ? end : body_end);
	free(breathing.begins);

	add_cues(b, step, end);
	if (step->kind == STEP_BREATHE)
		add_breath_words(b, step, first_event, end);
	if (step->kind == STEP_HOLD && step->count_sec >= 1.0)
		add_count(b, step, first_event, body_end);
	b->at = end;
}

static void add_part(struct builder *b, const struct step *step)
{
	if (b->open_part != SIZE_MAX)
		b->score->events[b->open_part].end = b->at;
	struct event *event = builder_add(b, LANE_MARK, b->at, b->at);
	if (!event)
		return;
	event->mark.kind = MARK_PART;
	event->mark.name = step->say;
	b->open_part = b->score->event_count - 1;
}

static void add_group(struct builder *b, const struct step *group)
{
	size_t mark = SIZE_MAX;
	bool marked = group->area && !b->hushed;
	struct event *event = marked ? builder_add(b, LANE_MARK, b->at, b->at) : NULL;
	if (event) {
		event->mark.kind = MARK_AREA;
		event->mark.name = group->still_hands ? AREA_STILL_HANDS : group->area;
		event->mark.pressure = group->still_hands ? PRESSURE_NONE : group->pressure;
		mark = b->score->event_count - 1;
	}
	if (group->still_hands)
		still_add(b, group);
	for (int i = 0; i < group->repeat && !group->still_hands && !b->full; i++) {
		size_t events_before = b->score->event_count;
		int64_t at_before = b->at;
		steps_add(b, group->steps, group->step_count);
		if (b->score->event_count == events_before && b->at == at_before)
			break; // nothing in it: a thousand times nothing is nothing
	}
	if (mark != SIZE_MAX)
		b->score->events[mark].end = b->at;
}

static void add_step(struct builder *b, const struct step *step)
{
	if (!b->full)
		b->step = step;
	switch (step->kind) {
	case STEP_SAY:
		b->at += words_add(b, b->at, INT64_MAX, step->say, &step->say_place);
		break;
	case STEP_REST:
	case STEP_BREATHE:
	case STEP_STROKE:
	case STEP_HOLD:
		add_timed(b, step);
		break;
	case STEP_PART:
		add_part(b, step);
		break;
	case STEP_BED:
		beds_change(b, &step->bed);
		break;
	case STEP_GROUP:
		add_group(b, step);
		break;
	}
	builder_check_length(b);
}

void steps_add(struct builder *b, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count && !b->full; i++)
		add_step(b, &steps[i]);
}
