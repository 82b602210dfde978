// The session's clock. A guided stretch begins with an in-breath and holds whole breaths only: what is left of a stretch
// measured in time is quiet. With a glide, a breath takes the rate of the moment in which it begins,
//
//   rate(t) = from + (to - from) * min(1, t / over),  t since the first guided breath,
//
// so that every breath has a constant shape and the next one is a little longer.
#include "score/builder.h"

#include "base/frames.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

static double rate_at(const struct breath *breath, double since_first_sec)
{
	double u = since_first_sec / breath->over_sec;
	u = u < 0.0 ? 0.0 : u > 1.0 ? 1.0 : u;
	return breath->from_per_minute + (breath->to_per_minute - breath->from_per_minute) * u;
}

static double shape_sec(const struct breath *breath)
{
	return breath->in_sec + breath->hold_in_sec + breath->out_sec + breath->hold_out_sec;
}

int64_t breathing_length(const struct builder *b, int64_t at)
{
	const struct breath *breath = &b->score->routine->breath;
	if (breath->over_sec <= 0.0)
		return builder_frames(shape_sec(breath));
	int64_t first = b->first_breath < 0 ? at : b->first_breath;
	return builder_frames(60.0 / rate_at(breath, (double)(at - first) / ENGINE_RATE_HZ));
}

// No session is longer than this many of the shortest breaths, so a stranger's number cannot keep us busy.
enum { BREATHS_MOST = ROUTINE_MOST_SEC };

int64_t breathing_span(const struct builder *b, int64_t at, double breaths)
{
	struct builder clock = *b;
	if (clock.first_breath < 0)
		clock.first_breath = at;
	int64_t end = at;
	int whole = breaths < BREATHS_MOST ? (int)breaths : BREATHS_MOST;
	for (int i = 0; i < whole; i++)
		end += breathing_length(&clock, end);
	double rest = breaths - (double)whole;
	return end - at + llround(rest * (double)breathing_length(&clock, end));
}

// The frame in a breath of `length` frames at which `sec` seconds of its shape have gone.
static int64_t shape_at(const struct builder *b, int64_t length, double sec)
{
	return llround((double)length * sec / shape_sec(&b->score->routine->breath));
}

static int64_t out_begins(const struct builder *b, int64_t length)
{
	const struct breath *breath = &b->score->routine->breath;
	return shape_at(b, length, breath->in_sec + breath->hold_in_sec);
}

static void add_phases(struct builder *b, int64_t begin, int64_t length)
{
	const struct breath *breath = &b->score->routine->breath;
	const double lengths[] = {breath->in_sec, breath->hold_in_sec, breath->out_sec, breath->hold_out_sec};
	double sec = 0.0;
	for (int phase = BREATH_IN; phase <= BREATH_HOLD_OUT; phase++) {
		int64_t from = begin + shape_at(b, length, sec);
		sec += lengths[phase];
		int64_t to = begin + shape_at(b, length, sec);
		struct event *event = to > from ? builder_add(b, LANE_BREATH, from, to) : NULL;
		if (!event)
			continue;
		event->breath.phase = (enum breath_phase)phase;
		event->breath.number = b->breaths;
	}
}

struct breathing breathing_add(struct builder *b, int64_t at, int64_t end)
{
	struct breathing breathing = {0};
	size_t capacity = 0;
	if (b->first_breath < 0)
		b->first_breath = at;
	for (;;) {
		breathing.begins = memory_grow(breathing.begins, (size_t)breathing.count, &capacity, sizeof(int64_t));
		breathing.begins[breathing.count] = at;
		int64_t length = breathing_length(b, at);
		if (at + length > end || b->full)
			return breathing;
		if (!b->hushed)
			add_phases(b, at, length);
		b->breaths++;
		breathing.count++;
		at += length;
	}
}

int64_t breathing_at(const struct builder *b, const struct breathing *breathing, double breaths, bool by_halves)
{
	int whole = (int)breaths;
	if (whole >= breathing->count)
		return breathing->begins[breathing->count];
	int64_t begin = breathing->begins[whole];
	int64_t length = breathing->begins[whole + 1] - begin;
	double u = breaths - whole;
	if (!by_halves)
		return begin + llround(u * (double)length);
	int64_t middle = out_begins(b, length);
	if (u < 0.5)
		return begin + llround(2.0 * u * (double)middle);
	return begin + middle + llround((2.0 * u - 1.0) * (double)(length - middle));
}
