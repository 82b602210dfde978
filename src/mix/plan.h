// What is worked out once from a score and shared by all its mixes: where each lane's events are, and its beds' sounds.
// Made on the control thread, then read by any number of threads.
#ifndef MIX_PLAN_H
#define MIX_PLAN_H

#include "base/fault.h"
#include "mix/bed.h"
#include "score/score.h"
#include "voice/clip.h"

#include <stdatomic.h>
#include <stdint.h>

// The events of one lane, by begin.
struct plan_lane {
	int count;
	int *events;      // indices in score.events
	int64_t *max_end; // the latest end of this event and all before it
};

struct plan {
	atomic_int users;
	const struct score *score;
	struct plan_lane lanes[LANE_VOICE + 1];
	struct bed_store *beds;
	struct clip_cache *clips; // NULL when nothing is said; has its own lock
};

enum status plan_create(struct plan **plan, const struct score *score, int threads, struct fault_list *faults);
struct plan *plan_share(struct plan *plan);
void plan_release(struct plan *plan); // the last user frees it; NULL is fine

// The events of a lane that may overlap [begin, end): numbers in the lane, half-open. Some in between may have ended.
struct plan_range {
	int first, last;
};
struct plan_range plan_find(const struct plan *plan, enum lane lane, int64_t begin_frames, int64_t end_frames);

static inline const struct event *plan_event(const struct plan *plan, enum lane lane, int number)
{
	return &plan->score->events[plan->lanes[lane].events[number]];
}

#endif
