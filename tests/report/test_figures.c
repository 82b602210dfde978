// Two years of a real diary, and every figure of its report asked again by SQL; then the page and the text, whether they
// print these figures and no others.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/report.h"

#include "base/arena.h"
#include "diary/store.h"
#include "report/words.h"

#include "../diary/state_kit.h"
#include "years.h"

#include <math.h>

enum { TODAY = (YEARS_NOW + 60 * YEARS_ZONE_MIN) / YEARS_DAY_SEC, MOST_PAIRS = 4000 };

static const struct want_often oftens[] = {
	{"breathe-only", "Breathe only", 7.0},      {"evening", "Evening", 7.0},
	{"during-attack", "During an attack", 0.0}, {"neck-week", "Neck week", 5.0},
	{"temple-breath", "Temple breath", 7.0},    {"never-done", "Never done", 7.0},
};

struct shown {
	struct kit *kit;
	struct diary *diary;
	sqlite3 *db;
	struct arena *arena;
	struct history history;
	const struct report *report;
	char *page, *text;
};

// What SQL sees of it: the same days, by its own arithmetic.
static const char views[] =
	"CREATE TEMP TABLE now AS SELECT %d AS today, %d AS first, %d AS last;"
	"CREATE TEMP VIEW s AS SELECT *, (began + zone_min * 60) / 86400 AS day, coalesce(heard_sec, 60) >= 60 AS good "
	"FROM session;"
	"CREATE TEMP VIEW a AS SELECT *, (began + zone_min * 60) / 86400 AS day FROM attack;"
	"CREATE TEMP VIEW m AS SELECT *, (at + zone_min * 60) / 86400 AS day FROM medication;"
	"CREATE TEMP TABLE ache AS WITH RECURSIVE span(d, last) AS ("
	" SELECT day, CASE WHEN ended > began THEN (ended - 1 + zone_min * 60) / 86400 ELSE day END FROM a"
	" UNION SELECT d + 1, last FROM span WHERE d < last)"
	" SELECT d AS day FROM span UNION SELECT day FROM s WHERE good AND moment = 'attack';";

static char *print(const struct report *report, void (*form)(const struct report *report, FILE *out))
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	form(report, out);
	fclose(out);
	return text;
}

static void show(struct shown *shown, struct kit *kit, int month)
{
	char told[DIARY_TOLD_BYTES], *sql;
	struct report_ask ask = {YEARS_NOW, YEARS_ZONE_MIN, month, oftens, sizeof oftens / sizeof *oftens};
	shown->kit = kit;
	shown->diary = diary_open(kit->folder, told);
	assert_non_null(shown->diary);
	shown->db = store_db(diary_store(shown->diary));
	shown->arena = arena_create();
	assert_true(history_read(shown->diary, 0, INT64_MAX, shown->arena, &shown->history));
	shown->report = report_make(&shown->history, &ask, shown->arena);
	shown->page = print(shown->report, report_print_page);
	shown->text = print(shown->report, report_print_text);
	int first = month == REPORT_ALL ? 0 : month_first_day(month);
	int last = month == REPORT_ALL ? TODAY : month_first_day(month + 1) - 1;
	sql = sqlite3_mprintf(views, (int)TODAY, first, last < TODAY ? last : TODAY);
	assert_int_equal(sqlite3_exec(shown->db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(sql);
}

static void hide(struct shown *shown)
{
	diary_close(shown->diary);
	arena_destroy(shown->arena);
	free(shown->page);
	free(shown->text);
}

static sqlite3_stmt *ask(struct shown *shown, const char *format, va_list values)
{
	sqlite3_stmt *question;
	char *sql = sqlite3_vmprintf(format, values);
	assert_int_equal(sqlite3_prepare_v2(shown->db, sql, -1, &question, NULL), SQLITE_OK);
	sqlite3_free(sql);
	return question;
}

// The first value.
static double number(struct shown *shown, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	sqlite3_stmt *question = ask(shown, format, values);
	va_end(values);
	assert_int_equal(sqlite3_step(question), SQLITE_ROW);
	double value =
		sqlite3_column_type(question, 0) == SQLITE_NULL ? (double)NAN : sqlite3_column_double(question, 0);
	sqlite3_finalize(question);
	return value;
}

static void says(const char *whole, const char *format, ...)
{
	char text[4096];
	va_list values;
	va_start(values, format);
	vsnprintf(text, sizeof text, format, values);
	va_end(values);
	if (!strstr(whole, text))
		fail_msg("it does not say: %s", text);
}

// ---- Months

static const char *const kind_names[] = {"ergotamine", "triptan", "simple", "opioid", "combination", "other"};

// The days of a month, as SQL names them.
#define OF_MONTH " strftime('%%Y-%%m', day * 86400, 'unixepoch') = '%04d-%02d' AND day <= (SELECT today FROM now)"

static void check_month(struct shown *shown, const struct report_month *m)
{
	int year = 1970 + m->month / 12, of_year = m->month % 12 + 1;
	char name[WORDS_BYTES];
	assert_true(m->headache_days ==
	            number(shown, "SELECT count(DISTINCT day) FROM ache WHERE" OF_MONTH, year, of_year));
	assert_true(m->session_days ==
	            number(shown, "SELECT count(DISTINCT day) FROM s WHERE good AND" OF_MONTH, year, of_year));
	assert_true(m->sessions == number(shown, "SELECT count(*) FROM s WHERE good AND" OF_MONTH, year, of_year));
	assert_true(m->medication_days ==
	            number(shown, "SELECT count(DISTINCT day) FROM m WHERE" OF_MONTH, year, of_year));
	assert_true(m->painkiller_days == number(shown,
	                                         "SELECT count(DISTINCT day) FROM m WHERE kind <> 'other' AND" OF_MONTH,
	                                         year, of_year));
	assert_true(
		m->painkiller_kinds ==
		number(shown, "SELECT count(DISTINCT kind) FROM m WHERE kind <> 'other' AND" OF_MONTH, year, of_year));
	for (int kind = 0; kind < KINDS; kind++)
		assert_true(m->kind_days[kind] ==
		            number(shown, "SELECT count(DISTINCT day) FROM m WHERE kind = %Q AND" OF_MONTH,
		                   kind_names[kind], year, of_year));
	assert_true(m->attacks == number(shown, "SELECT count(*) FROM a WHERE" OF_MONTH, year, of_year));
	assert_true(m->strengths == number(shown, "SELECT count(strength) FROM a WHERE" OF_MONTH, year, of_year));
	double mean = number(shown, "SELECT avg(strength) FROM a WHERE" OF_MONTH, year, of_year);
	assert_true(isnan(mean) ? isnan(m->mean_strength) : fabs(mean - m->mean_strength) < 1e-12);
	words_month(m, name);
	says(shown->text, "%s\n  headache days %d, attacks %d, mean strength %.1f of 9 (of %d)\n  medication days %d\n",
	     name, m->headache_days, m->attacks, mean, m->strengths, m->medication_days);
}

// The doctor's table, row by row, from figures that check_month has proved.
static void check_doctors_row(struct shown *shown, const char *name, size_t offset)
{
	char row[800];
	int used = snprintf(row, sizeof row, "<tr><th>%s</th>", name);
	for (int i = 0; i < shown->report->month_count; i++)
		used += snprintf(row + used, sizeof row - (size_t)used, "<td>%d</td>",
		                 *(const int *)((const char *)&shown->report->months[i] + offset));
	says(shown->page, "%s</tr>", row);
}

static void check_doctors_table(struct shown *shown)
{
	char row[800] = "<tr><th>mean strength, 0 to 9</th>";
	check_doctors_row(shown, "headache days", offsetof(struct report_month, headache_days));
	check_doctors_row(shown, "medication days", offsetof(struct report_month, medication_days));
	check_doctors_row(shown, "days with triptans", offsetof(struct report_month, kind_days[KIND_TRIPTAN]));
	check_doctors_row(shown, "days with simple painkillers", offsetof(struct report_month, kind_days[KIND_SIMPLE]));
	check_doctors_row(shown, "days with opioids", offsetof(struct report_month, kind_days[KIND_OPIOID]));
	check_doctors_row(shown, "days with ergotamine", offsetof(struct report_month, kind_days[KIND_ERGOTAMINE]));
	check_doctors_row(shown, "days with combination painkillers",
	                  offsetof(struct report_month, kind_days[KIND_COMBINATION]));
	check_doctors_row(shown, "days with other medication", offsetof(struct report_month, kind_days[KIND_OTHER]));
	check_doctors_row(shown, "attacks", offsetof(struct report_month, attacks));
	check_doctors_row(shown, "of so many attacks", offsetof(struct report_month, strengths));
	for (int i = 0; i < shown->report->month_count; i++)
		snprintf(row + strlen(row), sizeof row - strlen(row), "<td>%.1f</td>",
		         shown->report->months[i].mean_strength);
	says(shown->page, "%s</tr>", row);
	says(shown->page, "<th>Oct<br>2026</th><th>Nov<br>2026<br>1&#8211;26</th></tr>");
}

static void check_marks(struct shown *shown, const struct report_month *m)
{
	for (int day = month_first_day(m->month); day < month_first_day(m->month + 1); day++) {
		int marks =
			number(shown,
		               "SELECT (SELECT count(*) > 0 FROM ache WHERE day = %d) * 1 + (SELECT count(*) > 0 "
		               "FROM s WHERE good AND day = %d) * 2 + (SELECT count(*) > 0 FROM m WHERE day = %d) * 4",
		               day, day, day);
		bool is_covered = day <= TODAY && day >= m->first_day;
		assert_int_equal(m->marks[day_of_month(day)], is_covered ? marks : 0);
	}
}

static void test_figures_of_months(void **state)
{
	struct shown shown;
	show(&shown, *state, REPORT_ALL);
	assert_int_equal(shown.report->month_count, REPORT_MONTHS);
	assert_int_equal(shown.report->months[REPORT_MONTHS - 1].month, 56 * 12 + 10);
	for (int i = 0; i < REPORT_MONTHS; i++) {
		check_month(&shown, &shown.report->months[i]);
		check_marks(&shown, &shown.report->months[i]);
		assert_int_equal(shown.report->months[i].is_whole, i < REPORT_MONTHS - 1);
	}
	check_doctors_table(&shown);
	says(shown.text, "November 2026 (days 1 to 26)\n");
	assert_true(shown.report->sessions ==
	            number(&shown, "SELECT count(*) FROM s, now WHERE good AND day <= today"));
	assert_true(shown.report->attacks == number(&shown, "SELECT count(*) FROM a, now WHERE day <= today"));
	assert_true(shown.report->medications == number(&shown, "SELECT count(*) FROM m, now WHERE day <= today"));
	says(shown.page, "<p>Noted: sessions %zu, attacks %zu, times of medication %zu. ", shown.report->sessions,
	     shown.report->attacks, shown.report->medications);
	hide(&shown);
}

// ---- Pain

struct pairs {
	int before[MOST_PAIRS], then[MOST_PAIRS], change[MOST_PAIRS];
	int count;
};

static int by_value(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

static struct pairs *ask_pairs(struct shown *shown, const char *moment, const char *format, ...)
{
	static struct pairs pairs;
	va_list values;
	va_start(values, format);
	char *where = sqlite3_vmprintf(format, values);
	va_end(values);
	char *sql = sqlite3_mprintf("SELECT b.value, r.value FROM s JOIN now ON day BETWEEN first AND last JOIN rating "
	                            "b ON b.session = s.id AND "
	                            "b.moment = 'before' JOIN rating r ON r.session = s.id AND r.moment = %Q WHERE "
	                            "b.value NOT NULL AND r.value "
	                            "NOT NULL AND %s",
	                            moment, where);
	sqlite3_stmt *question;
	assert_int_equal(sqlite3_prepare_v2(shown->db, sql, -1, &question, NULL), SQLITE_OK);
	for (pairs.count = 0; sqlite3_step(question) == SQLITE_ROW && pairs.count < MOST_PAIRS; pairs.count++) {
		pairs.before[pairs.count] = sqlite3_column_int(question, 0);
		pairs.then[pairs.count] = sqlite3_column_int(question, 1);
		pairs.change[pairs.count] = pairs.then[pairs.count] - pairs.before[pairs.count];
	}
	sqlite3_finalize(question);
	sqlite3_free(sql);
	sqlite3_free(where);
	return &pairs;
}

// The largest rank whose two tails of coin throws together are 5 in 100 or less, by plain addition.
static int plain_rank(int n)
{
	long double chance = powl(0.5L, n), tail = 0.0L;
	for (int k = 0; k < n; k++) {
		tail += chance;
		if (tail > 0.025L)
			return k;
		chance = chance * (n - k) / (k + 1);
	}
	return n;
}

static void check_spread(int *values, int n, const struct spread *spread)
{
	qsort(values, (size_t)n, sizeof *values, by_value);
	assert_true(spread->median == (values[(n - 1) / 2] + values[n / 2]) / 2.0);
	assert_true(spread->low == values[plain_rank(n) - 1]);
	assert_true(spread->high == values[n - plain_rank(n)]);
}

static void write_number(char *text, double value)
{
	snprintf(text, 40, "%s%g", value < 0 ? "&#8722;" : "", fabs(value));
}

static void cell(char *text, const struct spread *spread)
{
	char median[40], low[40], high[40];
	write_number(median, spread->median);
	write_number(low, spread->low);
	write_number(high, spread->high);
	snprintf(text, 200, "<td class=\"v\">%s (%s to %s)</td>", median, low, high);
}

static void check_pair(struct shown *shown, struct pairs *pairs, const struct report_pair *pair, const char *when)
{
	char before[200], then[200], change[200];
	assert_int_equal(pair->count, pairs->count);
	if (pairs->count < 8) {
		says(shown->page, "<td class=\"v\">%s</td><td>%d</td><td colspan=\"3\">not enough yet</td>", when,
		     pairs->count);
		says(shown->text, "  %-9s %6d  not enough yet\n", when, pairs->count);
		return;
	}
	check_spread(pairs->before, pairs->count, &pair->before);
	check_spread(pairs->then, pairs->count, &pair->then);
	check_spread(pairs->change, pairs->count, &pair->change);
	cell(before, &pair->before);
	cell(then, &pair->then);
	cell(change, &pair->change);
	says(shown->page, "<td class=\"v\">%s</td><td>%d</td>%s%s%s", when, pairs->count, before, then, change);
	says(shown->text, "  %-9s %6d  before %g (%g to %g)", when, pairs->count, pair->before.median, pair->before.low,
	     pair->before.high);
}

static void check_areas(struct shown *shown)
{
	static const char of_area[] = "EXISTS (SELECT 1 FROM area WHERE session = s.id AND skipped = 0 AND name = %Q)";
	const struct report_groups *areas = &shown->report->areas;
	for (size_t i = 0; i < areas->count; i++) {
		const struct report_group *group = &areas->items[i];
		check_pair(shown, ask_pairs(shown, "after", of_area, group->name), &group->after, "after");
		check_pair(shown, ask_pairs(shown, "later", of_area, group->name), &group->later, "two hours");
		assert_true(i == 0 || areas->items[i - 1].after.count >= group->after.count);
		says(shown->page, "<td class=\"name\" rowspan=\"2\">%s</td><td class=\"v\">after</td><td>%zu</td>",
		     words_area(group->name), group->after.count);
	}
	// none is missing: areas of sessions with one pair or more
	assert_true(areas->count ==
	            number(shown,
	                   "SELECT count(DISTINCT name) FROM area JOIN s ON s.id = area.session JOIN now ON day "
	                   "BETWEEN first AND last JOIN rating b ON b.session = s.id AND b.moment = 'before' JOIN "
	                   "rating r ON r.session = s.id AND r.moment <> 'before' WHERE skipped = 0 AND b.value "
	                   "NOT NULL AND r.value NOT NULL"));
}

static void check_pain(struct shown *shown)
{
	const struct report *report = shown->report;
	check_pair(shown, ask_pairs(shown, "after", "1"), &report->all.after, "after");
	check_pair(shown, ask_pairs(shown, "later", "1"), &report->all.later, "two hours");
	for (size_t i = 0; i < report->routines.count; i++) {
		const struct report_group *group = &report->routines.items[i];
		check_pair(shown, ask_pairs(shown, "after", "routine = %Q", group->name), &group->after, "after");
		check_pair(shown, ask_pairs(shown, "later", "routine = %Q", group->name), &group->later, "two hours");
	}
	assert_int_equal(report->routines.count, 5);
	check_areas(shown);
}

static void test_figures_of_pain(void **state)
{
	struct shown shown;
	show(&shown, *state, REPORT_ALL);
	check_pain(&shown);
	hide(&shown);
}

static void test_figures_of_one_month(void **state)
{
	struct shown shown;
	show(&shown, *state, 56 * 12 + 8); // September 2026
	check_pain(&shown);
	check_month(&shown, &shown.report->months[shown.report->month_count - 1]);
	assert_true(shown.report->sessions ==
	            number(&shown, "SELECT count(*) FROM s, now WHERE good AND day BETWEEN first AND last"));
	says(shown.page, "<h1>Diary: 1 September 2026 to 30 September 2026</h1>");
	says(shown.page, "not enough yet"); // a month has few pairs of some areas
	assert_null(strstr(shown.page, "<h3>August 2026</h3>"));
	hide(&shown);
}

// ---- When, weeks, nights

static void test_figures_of_times(void **state)
{
	struct shown shown;
	char label[400];
	int used = 0;
	show(&shown, *state, REPORT_ALL);
	for (int hour = 0; hour < HOURS_A_DAY; hour++) {
		int count = (int)number(&shown,
		                        "SELECT count(*) FROM a, now WHERE day <= today AND CAST(strftime('%%H', began "
		                        "+ zone_min * 60, 'unixepoch') AS INTEGER) = %d",
		                        hour);
		assert_int_equal(shown.report->times.hours[hour], count);
		used += snprintf(label + used, sizeof label - (size_t)used, " %d", count);
	}
	says(shown.page, "aria-label=\"attacks that began in each hour:%s\"", label);
	used = 0;
	for (int weekday = 0; weekday < DAYS_A_WEEK; weekday++) {
		int count =
			(int)number(&shown,
		                    "SELECT count(*) FROM a, now WHERE day <= today AND (CAST(strftime('%%w', began "
		                    "+ zone_min * 60, 'unixepoch') AS INTEGER) + 6) %% 7 = %d",
		                    weekday);
		assert_int_equal(shown.report->times.weekdays[weekday], count);
		used += snprintf(label + used, sizeof label - (size_t)used, " %d", count);
	}
	says(shown.page, "aria-label=\"attacks that began on each weekday, from Monday:%s\"", label);
	hide(&shown);
}

static void test_figures_of_weeks(void **state)
{
	struct shown shown;
	show(&shown, *state, REPORT_ALL);
	const struct report_weeks *weeks = &shown.report->weeks;
	assert_int_equal(weeks->count, REPORT_WEEKS);
	assert_int_equal(weeks->first_days[REPORT_WEEKS - 1], TODAY - 3); // it is a Thursday
	// the plan first, then what is done at all; not temple-breath, which the plan leaves to need
	static const char *const routines[] = {"neck-week", "breathe-only", "evening"};
	assert_int_equal(weeks->row_count, 3);
	for (size_t row = 0; row < weeks->row_count; row++) {
		char label[200];
		int used = 0, met = 0;
		const struct want *want = &weeks->rows[row].want;
		assert_string_equal(want->routine, routines[row]);
		assert_true(want->per_week == (row == 0 ? 3.0 : 7.0));
		for (int week = 0; week < REPORT_WEEKS; week++) {
			int count = (int)number(&shown,
			                        "SELECT count(*) FROM s, now WHERE good AND day <= today AND routine = "
			                        "%Q AND date(day * 86400, 'unixepoch', '-6 days', 'weekday 1') = "
			                        "date(%d * 86400, 'unixepoch')",
			                        want->routine, weeks->first_days[week]);
			assert_int_equal(weeks->rows[row].done[week], count);
			used += snprintf(label + used, sizeof label - (size_t)used, " %d", count);
			met += count >= want->per_week;
		}
		says(shown.page,
		     "<td>%d of 12</td><td><svg role=\"img\" width=\"312\" height=\"42\" viewBox=\"0 0 312 42\" "
		     "aria-label=\"done each week:%s\">",
		     met, label);
	}
	hide(&shown);
}

// By polynomials: in how many ways have `chosen` of these nights this sum.
static double plain_test(const struct pairs *nights, int chosen, int seen)
{
	static long double ways[2][400][4000];
	int n = nights->count, all = 0;
	memset(ways, 0, sizeof ways);
	ways[0][0][0] = 1.0L;
	for (int i = 0; i < n; i++) {
		int value = nights->change[i] + 9;
		all += value;
		for (int k = 0; k <= i + 1; k++)
			for (int s = 0; s <= all; s++)
				ways[(i + 1) % 2][k][s] = ways[i % 2][k][s] +
				                          (k > 0 && s >= value ? ways[i % 2][k - 1][s - value] : 0.0L);
	}
	long double far = 0.0L, every = 0.0L;
	for (int s = 0; s <= all; s++) {
		every += ways[n % 2][chosen][s];
		if (labs((long)n * s - (long)chosen * all) >= labs((long)n * (seen + 9 * chosen) - (long)chosen * all))
			far += ways[n % 2][chosen][s];
	}
	return (double)(far / every);
}

static void test_figures_of_comparison(void **state)
{
	struct shown shown;
	show(&shown, *state, REPORT_ALL);
	const struct report_compare *compare = &shown.report->compare;
	assert_true(compare->breath_nights ==
	            number(&shown, "SELECT count(*) FROM s, now WHERE compare = 'breath' AND day <= today"));
	assert_true(compare->hands_nights ==
	            number(&shown, "SELECT count(*) FROM s, now WHERE compare = 'hands' AND day <= today"));
	struct pairs *pairs = ask_pairs(&shown, "after", "compare = 'breath'");
	int breath = pairs->count, seen = 0;
	for (int i = 0; i < breath; i++)
		seen += pairs->change[i];
	assert_int_equal(compare->breath.count, breath);
	check_spread(pairs->change, breath, &compare->breath.change);
	pairs = ask_pairs(&shown, "after", "compare = 'hands'");
	assert_int_equal(compare->hands.count, pairs->count);
	check_spread(pairs->change, pairs->count, &compare->hands.change);
	pairs = ask_pairs(&shown, "after", "compare NOT NULL");
	double truth = plain_test(pairs, breath, seen);
	int all = 0;
	for (int i = 0; i < pairs->count; i++)
		all += pairs->change[i];
	assert_true(fabs(compare->breath_mean - (double)seen / breath) < 1e-12);
	assert_true(fabs(compare->hands_mean - (double)(all - seen) / (pairs->count - breath)) < 1e-12);
	says(shown.page, "The mean change was %.1f with breath only and %.1f with the hands. ", compare->breath_mean,
	     compare->hands_mean);
	assert_true(pairs->count > HONEST_EXACT_MOST && compare->test.draws > 0); // so it is drawn
	assert_true(fabs(truth - compare->test.p) < 5.0 * compare->test.error + 1e-4);
	says(shown.page,
	     "would come by the draw alone in %.1f of 100 such diaries (permutation test, Fisher 1935, two-sided, "
	     "Monte Carlo, "
	     "Phipson and Smyth 2010: "
	     "%zu ways drawn, seeded; standard error %.2g of 100).",
	     100.0 * compare->test.p, compare->test.draws, 100.0 * compare->test.error);
	hide(&shown);
	show(&shown, *state, 56 * 12 + 8); // a month has few: exact
	compare = &shown.report->compare;
	pairs = ask_pairs(&shown, "after", "compare = 'breath'");
	breath = pairs->count;
	seen = 0;
	for (int i = 0; i < breath; i++)
		seen += pairs->change[i];
	pairs = ask_pairs(&shown, "after", "compare NOT NULL");
	assert_int_equal(compare->test.draws, 0);
	assert_true(fabs(plain_test(pairs, breath, seen) - compare->test.p) < 1e-9);
	hide(&shown);
}

// ---- Medication overuse, and what is always said

static int kind_days(struct shown *shown, int month, const char *kinds)
{
	return (int)number(shown, "SELECT count(DISTINCT day) FROM m WHERE kind IN (%s) AND" OF_MONTH, kinds,
	                   1970 + month / 12, month % 12 + 1);
}

// In words of SQL: KINDS, a kind, or -1.
static int plain_overuse(struct shown *shown, int month, int *days)
{
	static const char *const kinds[] = {"'ergotamine'", "'triptan'", "'simple'", "'opioid'", "'combination'"};
	static const int bounds[] = {10, 10, 15, 10, 10};
	for (int kind = 0; kind < 5; kind++)
		if ((*days = kind_days(shown, month, kinds[kind])) >= bounds[kind])
			return kind;
	*days = kind_days(shown, month, "'ergotamine', 'triptan', 'simple', 'opioid', 'combination'");
	return *days >= 10 ? KINDS : -1;
}

static void test_figures_of_overuse(void **state)
{
	struct shown shown;
	char words[WORDS_BYTES];
	int days, month = 56 * 12 + 10, kind = -1, months = 0, more;
	show(&shown, *state, REPORT_ALL);
	const struct report_overuse *overuse = &shown.report->overuse;
	while ((kind = plain_overuse(&shown, month, &days)) < 0)
		month--;
	for (int before = month; plain_overuse(&shown, before, &more) >= 0; before--)
		months++;
	assert_true(overuse->is_reached && months > 1);
	assert_int_equal(overuse->month, month);
	assert_int_equal(overuse->kind, kind);
	assert_int_equal(overuse->days, days);
	assert_int_equal(overuse->months, months);
	words_overuse(shown.report, words);
	says(shown.page, "%s", words);
	assert_null(strstr(strstr(shown.page, "can themselves cause") + 1, "can themselves cause")); // once
	hide(&shown);
}

static int count_of(const char *whole, const char *part)
{
	int count = 0;
	for (const char *at = strstr(whole, part); at; at = strstr(at + 1, part))
		count++;
	return count;
}

static void test_figures_call_nothing_an_effect(void **state)
{
	struct shown shown;
	show(&shown, *state, REPORT_ALL);
	// by each of the three tables of before and after, and by the comparison
	assert_int_equal(count_of(shown.page, "regression to the mean"), 4);
	for (int i = 0; i < 2; i++) {
		const char *form = i ? shown.text : shown.page;
		assert_null(strstr(form, "effect"));
		assert_null(strstr(form, "helps"));
		assert_null(strstr(form, "works"));
		assert_null(strstr(form, "improve"));
	}
	for (const char *line = shown.text; *line; line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") > 80)
			fail_msg("too long: %.100s", line);
	hide(&shown);
}

static int setup(void **state)
{
	char told[DIARY_TOLD_BYTES];
	if (kit_setup(state) != 0)
		return -1;
	struct diary *diary = diary_open(((struct kit *)*state)->folder, told);
	years_fill(diary, YEARS_NOW, 20261126, false);
	diary_close(diary);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures_of_months),    cmocka_unit_test(test_figures_of_pain),
		cmocka_unit_test(test_figures_of_one_month), cmocka_unit_test(test_figures_of_times),
		cmocka_unit_test(test_figures_of_weeks),     cmocka_unit_test(test_figures_of_comparison),
		cmocka_unit_test(test_figures_of_overuse),   cmocka_unit_test(test_figures_call_nothing_an_effect),
	};
	return cmocka_run_group_tests(tests, setup, kit_teardown);
}
