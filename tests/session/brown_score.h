// A score of nothing but a brown bed, made by hand, for tests of what plays it.
#ifndef TESTS_SESSION_BROWN_SCORE_H
#define TESTS_SESSION_BROWN_SCORE_H

#include "mix/mix.h"

#include "base/arena.h"
#include "base/frames.h"
#include "sound/rules.h"

struct brown_score {
	struct event events[3];
	struct score_bed bed;
	struct pack pack;
	struct score score;
};

// Two parts of half its length each.
static void brown_score_make(struct brown_score *made, int64_t frames)
{
	*made = (struct brown_score){
		.bed = {.track = "brown", .mode = BED_TEXTURE, .level_db = -10.0},
	};
	made->events[0] = (struct event){.end = frames, .lane = LANE_BED};
	made->events[1] = (struct event){.end = frames / 2, .lane = LANE_MARK, .mark = {MARK_PART, "one"}};
	made->events[2] =
		(struct event){.begin = frames / 2, .end = frames, .lane = LANE_MARK, .mark = {MARK_PART, "two"}};
	made->score = (struct score){
		.pack = &made->pack,
		.frames = frames,
		.events = made->events,
		.event_count = 3,
		.beds = &made->bed,
		.bed_count = 1,
		.voice_fade = {frames, frames},
		.tones_fade = {frames, frames},
		.bed_fade = {frames, frames},
		.ceiling_db = CEILING_DAY_DBTP,
	};
}

static struct mix *brown_score_mix(const struct brown_score *made)
{
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct mix *mix = NULL;
	mix_create(&mix, &made->score, &faults);
	arena_destroy(arena);
	return mix;
}

#endif
