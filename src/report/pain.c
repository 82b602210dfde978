// Pain before, after and two hours later. A session stands in the row of each area that it touched, once, whatever the
// side; so the rows of areas are not apart from each other, and the page says so.
#include "report/figures.h"

#include "base/arena.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct seen {
	const char *name;
	size_t session;
};

struct seen_list {
	struct seen *items;
	size_t count, capacity;
};

// Of the sessions with both ratings.
struct tallies {
	struct tally before, then, change;
};

struct report_pair figures_pair(const struct tally *before, const struct tally *then, const struct tally *change)
{
	return (struct report_pair){
		.count = change->count,
		.before = honest_spread(before),
		.then = honest_spread(then),
		.change = honest_spread(change),
	};
}

static void add(struct tallies *tallies, const struct history_session *session, enum diary_when when)
{
	int before = session->ratings[DIARY_BEFORE], then = session->ratings[when];
	if (before == HISTORY_NO_VALUE || then == HISTORY_NO_VALUE)
		return;
	tally_add(&tallies->before, before);
	tally_add(&tallies->then, then);
	tally_add(&tallies->change, then - before);
}

static struct report_pair pair_of(const struct tallies *tallies)
{
	return figures_pair(&tallies->before, &tallies->then, &tallies->change);
}

// ---- Groups

static void note(struct seen_list *list, const char *name, size_t session)
{
	list->items = memory_grow(list->items, list->count, &list->capacity, sizeof *list->items);
	list->items[list->count++] = (struct seen){name, session};
}

static int compare_names(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a, b);
}

static int compare_seen(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;
	int order = compare_names(a->name, b->name);
	return order ? order : (a->session > b->session) - (a->session < b->session);
}

static int compare_groups(const void *left, const void *right)
{
	const struct report_group *a = left, *b = right;
	if (a->after.count != b->after.count)
		return a->after.count < b->after.count ? 1 : -1;
	if (a->later.count != b->later.count)
		return a->later.count < b->later.count ? 1 : -1;
	return strcmp(a->name, b->name);
}

static struct report_group make_group(const struct history *history, const struct seen *items, size_t count)
{
	struct tallies after = {0}, later = {0};
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && items[i].session == items[i - 1].session)
			continue; // its other side
		add(&after, &history->sessions[items[i].session], DIARY_AFTER);
		add(&later, &history->sessions[items[i].session], DIARY_LATER);
	}
	return (struct report_group){.name = items->name, .after = pair_of(&after), .later = pair_of(&later)};
}

struct made {
	struct report_group *items;
	size_t count, capacity;
};

// The most pairs first; what is beyond the most groups is only counted.
static struct report_groups keep(struct made *made, struct arena *arena)
{
	struct report_groups groups = {0};
	if (made->count > 0)
		qsort(made->items, made->count, sizeof *made->items, compare_groups);
	groups.count = made->count < REPORT_MOST_GROUPS ? made->count : REPORT_MOST_GROUPS;
	groups.left_out = made->count - groups.count;
	groups.items = arena_alloc(arena, groups.count * sizeof *groups.items);
	if (groups.count > 0)
		memcpy(groups.items, made->items, groups.count * sizeof *groups.items);
	free(made->items);
	return groups;
}

static struct report_groups make_groups(const struct history *history, struct seen_list *list, struct arena *arena)
{
	struct made made = {0};
	if (list->count > 0)
		qsort(list->items, list->count, sizeof *list->items, compare_seen);
	for (size_t begin = 0, end; begin < list->count; begin = end) {
		for (end = begin + 1; end < list->count; end++)
			if (compare_names(list->items[end].name, list->items[begin].name) != 0)
				break;
		struct report_group group = make_group(history, &list->items[begin], end - begin);
		if (group.after.count == 0 && group.later.count == 0)
			continue;
		made.items = memory_grow(made.items, made.count, &made.capacity, sizeof *made.items);
		made.items[made.count++] = group;
	}
	free(list->items);
	return keep(&made, arena);
}

void figures_pain(const struct history *history, struct report *report, struct arena *arena)
{
	struct seen_list areas = {0}, routines = {0};
	struct tallies after = {0}, later = {0};
	for (size_t i = 0; i < history->session_count; i++) {
		const struct history_session *session = &history->sessions[i];
		if (session->ratings[DIARY_BEFORE] == HISTORY_NO_VALUE ||
		    !figures_in(report, session->wall_sec, session->zone_min))
			continue;
		add(&after, session, DIARY_AFTER);
		add(&later, session, DIARY_LATER);
		note(&routines, session->routine, i);
		for (size_t k = 0; k < session->area_count; k++)
			if (!session->areas[k].skipped)
				note(&areas, session->areas[k].name, i);
	}
	report->all = (struct report_group){.after = pair_of(&after), .later = pair_of(&later)};
	report->areas = make_groups(history, &areas, arena);
	report->routines = make_groups(history, &routines, arena);
}

// ---- Comparison nights

void figures_compare(const struct history *history, struct report *report)
{
	struct tallies breath = {0}, hands = {0};
	for (size_t i = 0; i < history->session_count; i++) {
		const struct history_session *session = &history->sessions[i];
		if (!session->compare || !figures_in(report, session->wall_sec, session->zone_min))
			continue;
		bool is_breath = strcmp(session->compare, "breath") == 0;
		report->compare.breath_nights += is_breath;
		report->compare.hands_nights += !is_breath;
		add(is_breath ? &breath : &hands, session, DIARY_AFTER);
	}
	report->compare.breath = pair_of(&breath);
	report->compare.hands = pair_of(&hands);
	report->compare.breath_mean = honest_mean(&breath.change);
	report->compare.hands_mean = honest_mean(&hands.change);
	report->compare.test = honest_permutation(&breath.change, &hands.change);
}
