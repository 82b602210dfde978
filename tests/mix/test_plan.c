#include "mix/plan.h"

#include "score_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { FRAMES = 1000000, EVENTS = 3000 };

// Compared with looking at every event.
static void test_plan_finds_what_overlaps(void **state)
{
	(void)state;
	struct kit kit;
	uint64_t k = 0;
	kit_open(&kit, FRAMES);
	for (int i = 0; i < EVENTS; i++) {
		int64_t begin = kit_pick(1, &k, FRAMES), length = 1 + kit_pick(1, &k, i % 100 == 0 ? FRAMES : 3000);
		kit_event(&kit, (enum lane)kit_pick(1, &k, LANE_VOICE + 1), begin, begin + length);
	}
	kit_finish(&kit);
	kit_add_bed(&kit, "rain", true, BED_TEXTURE, -14.0);
	struct plan *plan = NULL;
	assert_int_equal(plan_create(&plan, &kit.score, 1, &kit.faults), STATUS_OK);
	for (int i = 0; i < 3000; i++) {
		enum lane lane = (enum lane)(LANE_BED + kit_pick(2, &k, 4));
		int64_t begin = kit_pick(2, &k, FRAMES + 5000) - 2500, end = begin + 1 + kit_pick(2, &k, 2000);
		struct plan_range range = plan_find(plan, lane, begin, end);
		int wanted = 0, found = 0;
		for (size_t e = 0; e < kit.score.event_count; e++) {
			const struct event *event = &kit.score.events[e];
			wanted += event->lane == lane && event->begin < end && event->end > begin;
		}
		for (int e = range.first; e < range.last; e++)
			found += plan_event(plan, lane, e)->end > begin;
		assert_int_equal(found, wanted);
		for (int e = range.first; e < range.last; e++)
			assert_true(plan_event(plan, lane, e)->begin < end);
	}
	plan_release(plan);
	kit_close(&kit);
}

// In a long session of short events, next to nothing is looked at.
static void test_plan_looks_at_few_events(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, (int64_t)SCORE_MOST_EVENTS * 1000);
	for (int i = 0; i < SCORE_MOST_EVENTS; i++)
		kit_event(&kit, LANE_VOICE, (int64_t)i * 1000, (int64_t)i * 1000 + 900);
	kit_finish(&kit);
	struct plan *plan = NULL;
	assert_int_equal(plan_create(&plan, &kit.score, 1, &kit.faults), STATUS_OK);
	for (int64_t at = 0; at < kit.score.frames; at += 999983) {
		struct plan_range range = plan_find(plan, LANE_VOICE, at, at + 1024);
		assert_in_range(range.last - range.first, 1, 3);
	}
	plan_release(plan);
	kit_close(&kit);
}

static void test_plan_of_an_empty_score(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, 0);
	struct plan *plan = NULL;
	assert_int_equal(plan_create(&plan, &kit.score, 1, &kit.faults), STATUS_OK);
	struct plan_range range = plan_find(plan, LANE_BED, 0, 1024);
	assert_true(range.first >= range.last);
	plan_release(plan);
	plan_release(NULL);
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan_finds_what_overlaps),
		cmocka_unit_test(test_plan_looks_at_few_events),
		cmocka_unit_test(test_plan_of_an_empty_score),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
