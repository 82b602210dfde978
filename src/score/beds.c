// Beds follow one another: the old one leaves while the new one comes. A change of level is a change to the same
// material at another level, in the same place.
#include "score/builder.h"

#include "base/memory.h"
#include "sound/rules.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static int find_bed(struct builder *b, const struct bed *bed)
{
	struct score *score = b->score;
	for (size_t i = 0; i < score->bed_count; i++) {
		const struct score_bed *known = &score->beds[i];
		if (same_text(known->track, bed->track) && known->folder == bed->folder && known->mode == bed->mode &&
		    known->level_db == bed->level_db)
			return (int)i;
	}
	score->beds = memory_grow(score->beds, score->bed_count, &b->bed_capacity, sizeof *score->beds);
	score->beds[score->bed_count] = (struct score_bed){
		.track = bed->track,
		.folder = bed->folder,
		.mode = bed->mode,
		.level_db = bed->level_db,
		.place = bed->place,
	};
	return (int)score->bed_count++;
}

// Its end is set when it leaves.
static void start_bed(struct builder *b, int64_t fade_in, int64_t origin, bool alike)
{
	struct event *event = builder_add(b, LANE_BED, b->at, b->at);
	if (!event)
		return;
	event->bed.bed = find_bed(b, &b->bed);
	event->bed.origin = origin;
	event->bed.fade_in_frames = fade_in;
	event->bed.alike_before = alike;
	b->bed_event = b->score->event_count - 1;
}

void beds_begin(struct builder *b)
{
	b->bed = b->score->routine->bed;
	if (!b->bed.track)
		return;
	start_bed(b, 0, 0, false);
	b->score->start_fade_frames = builder_frames(FADE_START_SEC);
	b->at = builder_frames(LEAD_IN_SEC);
}

void beds_change(struct builder *b, const struct bed *wanted)
{
	struct bed next = *wanted;
	if (wanted->keep_track) {
		next.track = b->bed.track;
		next.folder = b->bed.folder;
		next.mode = b->bed.mode;
	}
	bool alike = same_text(next.track, b->bed.track) && next.folder == b->bed.folder && next.mode == b->bed.mode;
	if (alike && next.level_db == b->bed.level_db)
		return;
	int64_t fade = builder_frames(wanted->fade_sec);
	int64_t origin = b->at;
	if (b->bed_event != SIZE_MAX) {
		struct event *old = &b->score->events[b->bed_event];
		old->end = b->at + fade;
		old->bed.fade_out_frames = fade;
		old->bed.alike_after = alike;
		if (alike)
			origin = old->bed.origin;
	}
	b->bed = next;
	b->bed_event = SIZE_MAX;
	if (next.track)
		start_bed(b, fade, origin, alike);
}
