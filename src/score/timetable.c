// A score for people: when, what is said, what the hands do. A run of like strokes or breaths is one row.
#include "score/score.h"

#include "base/frames.h"
#include "score/names.h"

#include <inttypes.h>
#include <stdbool.h>

static void print_time(int64_t at_frames, FILE *out)
{
	int64_t sec = at_frames / ENGINE_RATE_HZ;
	if (sec >= 3600)
		fprintf(out, "%" PRId64 ":%02" PRId64 ":%02" PRId64, sec / 3600, sec / 60 % 60, sec % 60);
	else
		fprintf(out, "%3" PRId64 ":%02" PRId64, sec / 60, sec % 60);
}

static double seconds(int64_t frames)
{
	return (double)frames / ENGINE_RATE_HZ;
}

static bool same_stroke(const struct event *a, const struct event *b)
{
	return a->end == b->begin && a->stroke.shape == b->stroke.shape && a->stroke.side == b->stroke.side &&
	       a->stroke.direction == b->stroke.direction;
}

static bool is_breath_start(const struct event *event)
{
	return event->lane == LANE_BREATH && event->breath.phase == BREATH_IN;
}

static void print_stroke_run(const struct score *score, size_t first, FILE *out)
{
	const struct event *begin = &score->events[first], *last = begin;
	int count = 1;
	for (size_t i = first + 1; i < score->event_count && score->events[i].begin <= last->end; i++) {
		const struct event *event = &score->events[i];
		if (event->lane != LANE_STROKE || !same_stroke(last, event))
			continue;
		last = event;
		count++;
	}
	const char *direction = name_of_direction(begin->stroke.direction);
	double total = seconds(last->end - begin->begin);
	if (begin->stroke.shape == STROKE_STILL)
		fprintf(out, "hands stay still");
	else if (begin->stroke.shape == STROKE_RELEASE)
		fprintf(out, "hands let go slowly");
	else
		fprintf(out, "hands: %d x %s", count, name_of_shape(begin->stroke.shape));
	if (begin->stroke.side != SIDE_BOTH)
		fprintf(out, ", %s side", name_of_side(begin->stroke.side));
	fprintf(out, "%s%s, %.1f s", direction[0] ? ", " : "", direction, total);
	if (count > 1)
		fprintf(out, " (%.1f s each)", total / count);
	fputc('\n', out);
}

static void print_breath_run(const struct score *score, size_t first, FILE *out)
{
	int64_t end = score->events[first].begin;
	int count = 0;
	for (size_t i = first; i < score->event_count && score->events[i].begin <= end; i++) {
		const struct event *event = &score->events[i];
		if (event->lane != LANE_BREATH || event->begin != end)
			continue;
		end = event->end;
		count += event->breath.phase == BREATH_IN;
	}
	double total = seconds(end - score->events[first].begin);
	fprintf(out, "%d breath%s to follow, %.1f s (%.1f s each)\n", count, count == 1 ? "" : "s", total,
	        total / count);
}

static void print_bed_row(const struct score *score, const struct event *event, FILE *out)
{
	const struct score_bed *bed = &score->beds[event->bed.bed];
	fprintf(out, "bed: %s, %g dB under the voice\n", bed->track, -bed->level_db);
}

// The events that rows are compared with: the last of their lanes.
struct timetable {
	const struct event *stroke;
	int64_t breath_end;
	int64_t bed_leaves; // where a bed begins to leave with none to follow; INT64_MAX: nowhere
};

// The place from which on a bed fades away, if no other comes for it.
static int64_t bed_leaves(const struct score *score, size_t index)
{
	const struct event *bed = &score->events[index];
	int64_t leaves = bed->end - bed->bed.fade_out_frames;
	if (bed->bed.fade_out_frames == 0)
		return INT64_MAX;
	for (size_t i = index + 1; i < score->event_count && score->events[i].begin <= leaves; i++)
		if (score->events[i].lane == LANE_BED && score->events[i].begin == leaves)
			return INT64_MAX;
	return leaves;
}

static void print_bed_leaving(struct timetable *table, int64_t before_frames, FILE *out)
{
	if (table->bed_leaves >= before_frames)
		return;
	print_time(table->bed_leaves, out);
	fputs("    bed: none\n", out);
	table->bed_leaves = INT64_MAX;
}

static bool begins_row(struct timetable *table, const struct event *event)
{
	bool begins = true;
	switch (event->lane) {
	case LANE_STROKE:
		begins = !table->stroke || !same_stroke(table->stroke, event);
		table->stroke = event;
		break;
	case LANE_BREATH:
		begins = is_breath_start(event) && event->begin != table->breath_end;
		table->breath_end = event->end;
		break;
	case LANE_MARK:
		begins = event->mark.kind == MARK_PART;
		break;
	case LANE_BED:
	case LANE_VOICE:
		break;
	}
	return begins;
}

static void print_row(const struct score *score, size_t index, FILE *out)
{
	const struct event *event = &score->events[index];
	if (event->lane == LANE_MARK && index > 0)
		fputc('\n', out);
	print_time(event->begin, out);
	fputs(event->lane == LANE_MARK ? "  " : "    ", out);
	switch (event->lane) {
	case LANE_MARK:
		fprintf(out, "%s\n", event->mark.name);
		break;
	case LANE_BED:
		print_bed_row(score, event, out);
		break;
	case LANE_BREATH:
		print_breath_run(score, index, out);
		break;
	case LANE_STROKE:
		print_stroke_run(score, index, out);
		break;
	case LANE_VOICE:
		fprintf(out, "\"%s\"\n", event->voice.line->text);
		break;
	}
}

void score_print_timetable(const struct score *score, FILE *out)
{
	const struct routine *routine = score->routine;
	fprintf(out, "%s\n", routine->title);
	if (routine->about)
		fprintf(out, "%s\n", routine->about);
	fputs("Length ", out);
	print_time(score->frames, out);
	fprintf(out, ", voice %s, nothing above %g dBTP\n\n", score->pack->name, score->ceiling_db);

	struct timetable table = {.breath_end = -1, .bed_leaves = INT64_MAX};
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (!begins_row(&table, event))
			continue;
		print_bed_leaving(&table, event->begin, out);
		print_row(score, i, out);
		if (event->lane == LANE_BED)
			table.bed_leaves = bed_leaves(score, i);
	}
	print_bed_leaving(&table, INT64_MAX, out);
	fputc('\n', out);
	print_time(score->bed_fade.begin, out);
	if (score->frames > score->bed_fade.begin) {
		fputs("    all fades away\n", out);
		print_time(score->frames, out);
	}
	fputs("    the end\n", out);
}
