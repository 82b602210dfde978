// Finding what sounds in a block must not cost more in a long session. Events are sorted by begin, so those that begin
// before a block's end are found by halving; those that are over by its begin are left out by halving the running
// maximum of the ends, which is sorted too. Lanes hardly overlap themselves, so what is left is one or two events.
#include "mix/plan.h"

#include "base/memory.h"

#include <stdlib.h>

// Three usual lines: threads may be on both sides of a gap, and the next one is expected.
enum { CLIP_CACHE_BYTES = 2560 << 10 };

static void count_events(struct plan *plan)
{
	for (size_t i = 0; i < plan->score->event_count; i++)
		plan->lanes[plan->score->events[i].lane].count++;
}

static void fill_lane(struct plan *plan, enum lane lane)
{
	struct plan_lane *to = &plan->lanes[lane];
	to->events = memory_alloc(sizeof(to->events[0]) * (size_t)to->count);
	to->max_end = memory_alloc(sizeof(to->max_end[0]) * (size_t)to->count);
	int64_t max_end = 0;
	int n = 0;
	for (size_t i = 0; i < plan->score->event_count; i++) {
		const struct event *event = &plan->score->events[i];
		if (event->lane != lane)
			continue;
		if (event->end > max_end)
			max_end = event->end;
		to->events[n] = (int)i;
		to->max_end[n++] = max_end;
	}
}

enum status plan_create(struct plan **plan, const struct score *score, int threads, struct fault_list *faults)
{
	struct plan *p = memory_alloc(sizeof(*p));
	atomic_init(&p->users, 1);
	p->score = score;
	count_events(p);
	for (int lane = LANE_BED; lane <= LANE_VOICE; lane++)
		fill_lane(p, (enum lane)lane);
	if (p->lanes[LANE_VOICE].count > 0)
		p->clips = clip_cache_create(score->pack, CLIP_CACHE_BYTES);
	enum status status = bed_store_create(&p->beds, score, threads, faults);
	if (status) {
		plan_release(p);
		return status;
	}
	*plan = p;
	return STATUS_OK;
}

struct plan *plan_share(struct plan *plan)
{
	atomic_fetch_add_explicit(&plan->users, 1, memory_order_relaxed);
	return plan;
}

void plan_release(struct plan *plan)
{
	if (!plan || atomic_fetch_sub_explicit(&plan->users, 1, memory_order_acq_rel) > 1)
		return;
	for (int lane = 0; lane <= LANE_VOICE; lane++) {
		free(plan->lanes[lane].events);
		free(plan->lanes[lane].max_end);
	}
	bed_store_destroy(plan->beds);
	clip_cache_destroy(plan->clips);
	free(plan);
}

// The first number whose running maximum of ends is after `at`.
static int first_unfinished(const struct plan_lane *lane, int64_t at)
{
	int low = 0, high = lane->count;
	while (low < high) {
		int middle = low + (high - low) / 2;
		if (lane->max_end[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

// The first number that begins at or after `at`.
static int first_beginning(const struct plan *plan, enum lane lane, int64_t at)
{
	int low = 0, high = plan->lanes[lane].count;
	while (low < high) {
		int middle = low + (high - low) / 2;
		if (plan_event(plan, lane, middle)->begin >= at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct plan_range plan_find(const struct plan *plan, enum lane lane, int64_t begin_frames, int64_t end_frames)
{
	return (struct plan_range){
		.first = first_unfinished(&plan->lanes[lane], begin_frames),
		.last = first_beginning(plan, lane, end_frames),
	};
}
