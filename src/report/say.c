// About 50 words in 20 seconds. A number is a line of its own, as in "In the last thirty days," "nine." "days with a
// headache."; of the middle of two numbers both are said.
#include "report/report.h"

#include "base/arena.h"
#include "report/figures.h"

#include <math.h>

enum { LAST_DAYS = 30, MOST_NUMBER = 60 };

struct said {
	const char **lines;
	int count;
};

struct last {
	int headache_days, medication_days, sessions;
};

static void say(struct said *said, const char *line)
{
	said->lines[said->count++] = line;
}

static void say_number(struct said *said, int number)
{
	static const char *const numbers[MOST_NUMBER + 1] = {
		"Zero.",        "One.",          "Two.",          "Three.",        "Four.",         "Five.",
		"Six.",         "Seven.",        "Eight.",        "Nine.",         "Ten.",          "Eleven.",
		"Twelve.",      "Thirteen.",     "Fourteen.",     "Fifteen.",      "Sixteen.",      "Seventeen.",
		"Eighteen.",    "Nineteen.",     "Twenty.",       "Twenty-one.",   "Twenty-two.",   "Twenty-three.",
		"Twenty-four.", "Twenty-five.",  "Twenty-six.",   "Twenty-seven.", "Twenty-eight.", "Twenty-nine.",
		"Thirty.",      "Thirty-one.",   "Thirty-two.",   "Thirty-three.", "Thirty-four.",  "Thirty-five.",
		"Thirty-six.",  "Thirty-seven.", "Thirty-eight.", "Thirty-nine.",  "Forty.",        "Forty-one.",
		"Forty-two.",   "Forty-three.",  "Forty-four.",   "Forty-five.",   "Forty-six.",    "Forty-seven.",
		"Forty-eight.", "Forty-nine.",   "Fifty.",        "Fifty-one.",    "Fifty-two.",    "Fifty-three.",
		"Fifty-four.",  "Fifty-five.",   "Fifty-six.",    "Fifty-seven.",  "Fifty-eight.",  "Fifty-nine.",
		"Sixty."};
	if (number > MOST_NUMBER)
		say(said, "More than,");
	say(said, numbers[number > MOST_NUMBER ? MOST_NUMBER : number]);
}

static void say_count(struct said *said, int count, const char *none, const char *one, const char *many)
{
	if (count > 1)
		say_number(said, count);
	say(said, count == 0 ? none : count == 1 ? one : many);
}

static void say_median(struct said *said, double median)
{
	if (median > floor(median)) {
		say(said, "Between,");
		say_number(said, (int)floor(median));
		say(said, "And,");
	}
	say_number(said, (int)ceil(median));
}

// From the months, day by day.
static struct last count_last(const struct report *report)
{
	struct last last = {0};
	for (int i = 0; i < report->month_count; i++) {
		const struct report_month *month = &report->months[i];
		for (int day = month->first_day; day < month->end_day; day++) {
			int marks = day > report->today - LAST_DAYS ? month->marks[day_of_month(day)] : 0;
			last.headache_days += (marks & REPORT_HEADACHE) != 0;
			last.medication_days += (marks & REPORT_MEDICATION) != 0;
		}
	}
	return last;
}

static void say_days(struct said *said, const struct last *last)
{
	say(said, "In the last thirty days,");
	say_count(said, last->headache_days, "No day with a headache.", "One day with a headache.",
	          "Days with a headache.");
	say_count(said, last->medication_days, "No day with medication.", "One day with medication.",
	          "Days with medication.");
	say_count(said, last->sessions, "No session.", "One session.", "Sessions.");
}

static void say_pain(struct said *said, const struct report_pair *pair)
{
	if (pair->count < HONEST_LEAST) {
		say(said, "Of pain before and after there is not enough yet.");
		return;
	}
	say(said, "The middle of your numbers before a session,");
	say_median(said, pair->before.median);
	say(said, "And after it,");
	say_median(said, pair->then.median);
	say(said, "Pain also falls by itself after a peak.");
}

static int count_sessions(const struct history *history, int today)
{
	int sessions = 0;
	for (size_t i = 0; i < history->session_count; i++) {
		int day = day_at(history->sessions[i].wall_sec, history->sessions[i].zone_min);
		sessions += report_counts(&history->sessions[i]) && day <= today && day > today - LAST_DAYS;
	}
	return sessions;
}

int report_say(const struct history *history, int64_t now_wall_sec, int now_zone_min,
               const char *lines[REPORT_MOST_SAID + 1])
{
	const struct report_ask ask = {now_wall_sec, now_zone_min, REPORT_ALL, NULL, 0};
	struct said said = {.lines = lines};
	struct arena *arena = arena_create();
	const struct report *report = report_make(history, &ask, arena);
	if (report->sessions + report->attacks + report->medications == 0)
		say(&said, "There is nothing in the diary yet.");
	else {
		struct last last = count_last(report);
		last.sessions = count_sessions(history, report->today);
		say_days(&said, &last);
		say_pain(&said, &report->all.after);
		if (report->overuse.is_reached)
			say(&said,
			    "Painkillers on many days can themselves cause headache. A doctor should know of it.");
		say(&said, "The page tells more.");
	}
	lines[said.count] = NULL;
	arena_destroy(arena);
	return said.count;
}
