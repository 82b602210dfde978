// A score as text: one line an event, for tests and for looking at.
#include "score/score.h"

#include "score/names.h"

#include <inttypes.h>

static void print_mark(const struct event *event, FILE *out)
{
	fprintf(out, "mark    %s \"%s\"", event->mark.kind == MARK_PART ? "part" : "area", event->mark.name);
}

static void print_bed(const struct score *score, const struct event *event, FILE *out)
{
	const struct score_bed *bed = &score->beds[event->bed.bed];
	fprintf(out, "bed     %s %s %g dB origin %" PRId64, bed->track, name_of_mode(bed->mode), bed->level_db,
	        event->bed.origin);
	if (event->bed.fade_in_frames)
		fprintf(out, " in %" PRId64 "%s", event->bed.fade_in_frames, event->bed.alike_before ? " alike" : "");
	if (event->bed.fade_out_frames)
		fprintf(out, " out %" PRId64 "%s", event->bed.fade_out_frames, event->bed.alike_after ? " alike" : "");
}

static void print_stroke(const struct event *event, FILE *out)
{
	const char *direction = name_of_direction(event->stroke.direction);
	fprintf(out, "stroke  %d %s %s%s%s", event->stroke.number, name_of_shape(event->stroke.shape),
	        name_of_side(event->stroke.side), direction[0] ? " " : "", direction);
}

static void print_event(const struct score *score, const struct event *event, FILE *out)
{
	fprintf(out, "%9" PRId64 " %9" PRId64 " ", event->begin, event->end);
	switch (event->lane) {
	case LANE_MARK:
		print_mark(event, out);
		break;
	case LANE_BED:
		print_bed(score, event, out);
		break;
	case LANE_BREATH:
		fprintf(out, "breath  %d %s", event->breath.number, name_of_phase(event->breath.phase));
		break;
	case LANE_STROKE:
		print_stroke(event, out);
		break;
	case LANE_VOICE:
		fprintf(out, "voice   \"%s\"", event->voice.line->text);
		break;
	}
	fputc('\n', out);
}

static void print_fade(const char *lane, const struct score_fade *fade, FILE *out)
{
	fprintf(out, "%9" PRId64 " %9" PRId64 " fade    %s\n", fade->begin, fade->end, lane);
}

void score_print(const struct score *score, FILE *out)
{
	static const char *const sounds[] = {"tone", "air", "silent"};
	for (size_t i = 0; i < score->event_count; i++)
		print_event(score, &score->events[i], out);
	print_fade("voice", &score->voice_fade, out);
	print_fade("tones", &score->tones_fade, out);
	print_fade("bed", &score->bed_fade, out);
	fprintf(out, "%9d %9" PRId64 " session level %g dB, ceiling %g dBTP, breath %s\n", 0, score->frames,
	        score->level_db, score->ceiling_db, sounds[score->breath_sound]);
}
