// The library's techniques, one row each: played alone, in every choice of their words and at both ends of their ranges,
// the score is read for what the row promises: which strokes, where to, on which side, how many, how long.
#include "played.h"

#include "score/names.h"

#include <math.h>

// One technique as it is played in one choice.
struct alone {
	const struct choice *choice;
	const struct score *score;
	int64_t begin, end; // of the technique itself, without settle and close
	struct run runs[PLAYED_MOST_RUNS];
	int run_count;
};

struct technique {
	const char *name;
	const char *area;
	enum pressure least, most; // by default; none: no hand presses
	const char *caution;       // words that the caution has, or NULL: none is due
	void (*check)(const struct alone *alone);
};

static const struct event *says(const struct alone *alone, const char *words)
{
	return played_says(alone->score, alone->begin, alone->end, words);
}

// Says all of these, the one after the other; the list is commas and words.
static void assert_says_in_order(const struct alone *alone, const char *const *list)
{
	int64_t from = alone->begin;
	for (; *list; list++) {
		const struct event *line = played_says(alone->score, from, alone->end, *list);
		if (!line)
			fail_msg("\"%s\" is not said where it should be", *list);
		from = line->begin;
	}
}
#define SAYS(alone, ...) assert_says_in_order(alone, (const char *const[]){__VA_ARGS__, NULL})

static bool is(const struct alone *alone, const char *parameter, const char *value)
{
	return choice_is(alone->choice, parameter, value);
}

static double chosen(const struct alone *alone, const char *parameter)
{
	return choice_sec(alone->choice, parameter);
}

// "circle left clockwise, circle right clockwise": one entry a run.
static void assert_runs(const struct alone *alone, const char *expected)
{
	char text[2000] = "";
	for (int i = 0; i < alone->run_count; i++) {
		const struct run *run = &alone->runs[i];
		const char *direction = name_of_direction(run->direction);
		size_t length = strlen(text);
		snprintf(text + length, sizeof text - length, "%s%s %s%s%s", i ? ", " : "", name_of_shape(run->shape),
		         name_of_side(run->side), *direction ? " " : "", direction);
	}
	assert_string_equal(text, expected);
}

// `piece` again and again.
static void assert_runs_again(const struct alone *alone, const char *piece, int times)
{
	char expected[2000] = "";
	for (int i = 0; i < times; i++)
		snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s%s", i ? ", " : "", piece);
	assert_runs(alone, expected);
}

static void assert_run(const struct alone *alone, int index, int strokes, double sec)
{
	assert_true(index < alone->run_count);
	assert_int_equal(alone->runs[index].strokes, strokes);
	assert_float_equal(played_sec(alone->runs[index].end - alone->runs[index].begin), sec, 0.001);
}

static int count_breaths(const struct alone *alone, int64_t begin, int64_t end)
{
	int count = 0;
	for (size_t i = 0; i < alone->score->event_count; i++) {
		const struct event *event = &alone->score->events[i];
		count += event->lane == LANE_BREATH && event->breath.phase == BREATH_IN && event->begin >= begin &&
		         event->begin < end;
	}
	return count;
}

// --- a row each

static void check_temple_circles(const struct alone *alone)
{
	bool both = is(alone, "sides", "both"), full = is(alone, "words", "full");
	double sec = chosen(alone, "length"), circles = chosen(alone, "circles");
	assert_runs(alone, both ? "circle both clockwise" : "circle left clockwise, circle right clockwise");
	for (int i = 0; i < alone->run_count; i++)
		assert_run(alone, i, (int)(sec / 10.0 * circles), sec);
	assert_true(circles == 1.0 || circles == 2.0); // in a breath of 10 s
	SAYS(alone, both ? "temples" : "left temple", "slow", "hands rest");
	if (full)
		SAYS(alone, "index and middle fingers", "clockwise circles", "Breathe deeply");
	if (full && is(alone, "pressure", "light"))
		SAYS(alone, "Keep the touch light");
	if (!full && circles == 1.0)
		SAYS(alone, "One circle with each breath");
	if (!both)
		SAYS(alone, "your left hand", "left hand sink", "right temple");
}

static bool is_number(const char *words)
{
	static const char *const numbers[] = {"five", "ten", "fifteen", "twenty", "thirty", "forty", "fifty", NULL};
	return text_count_words(words) == 1 && text_has_any(words, numbers);
}

static int count_numbers(const struct alone *alone, const struct run *run)
{
	int count = 0;
	for (size_t i = 0; i < alone->score->event_count; i++) {
		const struct event *event = &alone->score->events[i];
		count += event_words(event) && event->begin >= run->begin && event->begin < run->end &&
		         is_number(event_words(event));
	}
	return count;
}

static void check_occipital_release(const struct alone *alone)
{
	double hold = chosen(alone, "hold");
	bool hands = is(alone, "tool", "hands");
	assert_true(hold >= 15.0 && hold <= 20.0 && chosen(alone, "times") >= 2.0);
	assert_runs_again(alone, "still both, release both", (int)chosen(alone, "times"));
	for (int i = 0; i < alone->run_count; i += 2) {
		assert_run(alone, i, 1, hold);
		assert_run(alone, i + 1, 1, 8.0); // slowly
		assert_true(i >= 4 || count_numbers(alone, &alone->runs[i]) >= 2);
		assert_non_null(played_says(alone->score, alone->runs[i + 1].begin, alone->runs[i + 1].end,
		                            hands ? "Release slowly" : "head grow light"));
	}
	SAYS(alone, "bony ridge where your skull meets your neck", "counted down", "dizzy", "Once more");
	if (hands)
		SAYS(alone, "thumbs", "upward");
	else
		SAYS(alone, "ball", "leans on the ball", "takes the ball away");
}

static void check_forehead_sweep(const struct alone *alone)
{
	double sec = chosen(alone, "length");
	assert_runs(alone, "sweep both outward");
	assert_run(alone, 0, (int)(sec / 10.0), sec);
	SAYS(alone, "all your", "centre of your forehead", "Sweep slowly outward");
}

static void check_ear_to_jaw_pull(const struct alone *alone)
{
	double times = chosen(alone, "times");
	assert_true(times >= 5.0 && times <= 6.0);
	assert_runs(alone, "pull left down, pull right down");
	for (int i = 0; i < 2; i++)
		assert_run(alone, i, (int)times, 10.0 * times);
	SAYS(alone, "thumb", "behind your left ear", "fingers along", "Pull gently", "Stay on the bone",
	     "left hand sink", "right hand", "right side");
	SAYS(alone, "Pull gently", "down");
}

static void check_scalp_circles(const struct alone *alone)
{
	double sec = chosen(alone, "each"), circles = chosen(alone, "circles");
	assert_runs_again(alone, "circle both", 3);
	for (int i = 0; i < 3; i++)
		assert_run(alone, i, (int)(sec / 10.0 * circles), sec);
	SAYS(alone, "front of your scalp", "slow circles", "crown", "back of your head");
	assert_true(says(alone, "front")->begin < alone->runs[0].begin &&
	            says(alone, "crown")->begin >= alone->runs[0].end);
	assert_true(says(alone, "back of your head")->begin >= alone->runs[1].end);
	if (is(alone, "tool", "hands"))
		SAYS(alone, "ten fingers");
	if (is(alone, "pressure", "light"))
		SAYS(alone, "Only lightly", "crown");
}

static void check_suboccipital_ball(const struct alone *alone)
{
	double hold = chosen(alone, "hold");
	assert_true(chosen(alone, "times") >= 2.0);
	assert_runs_again(alone, "still both, roll both", (int)chosen(alone, "times"));
	for (int i = 0; i < alone->run_count; i += 2) {
		assert_run(alone, i, 1, hold);
		assert_true(i >= 4 || count_numbers(alone, &alone->runs[i]) >= 1);
	}
	SAYS(alone, "Lie on your back", "under the base of your skull, just above the neck", "Let your head sink",
	     "counted down", "from side to side", "dizzy", "Lift your head");
	SAYS(alone, is(alone, "tool", "ball") ? "takes the ball away" : "takes the tool away");
}

static void check_jaw_release(const struct alone *alone)
{
	double sec = chosen(alone, "length");
	assert_runs(alone, "circle left clockwise, circle right clockwise");
	for (int i = 0; i < 2; i++)
		assert_run(alone, i, (int)(sec / 10.0 * 2.0), sec);
	int opens = count_breaths(alone, alone->begin, says(alone, "tight places")->begin);
	assert_int_equal(opens, (int)chosen(alone, "opens"));
	SAYS(alone, "open slowly", "Only as wide as is easy", "tight places", "breathe deeply", "knuckles",
	     "from the ear down to the chin", "right side");
}

// Outward, down the jaw, down the neck: twice told, then only heard, one breath each.
static void check_lymph_drainage(const struct alone *alone)
{
	int each = (int)(chosen(alone, "each") / 10.0), again = (int)chosen(alone, "again");
	char expected[2000] = "";
	for (int i = 0; i < 2 + again; i++)
		snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%ssweep both outward, %s",
		         i ? ", " : "", i < 2 ? "sweep both down, sweep both down" : "sweep both down");
	assert_runs(alone, expected);
	for (int i = 0; i < alone->run_count; i++) {
		int strokes = i < 6 ? each : i % 2 ? 2 : 1; // the two ways down follow each other
		assert_run(alone, i, strokes, 10.0 * strokes);
	}
	SAYS(alone, "beside your nose", "light as a feather", "outward", "to your ears", "One glide with each breath",
	     "down", "along the jaw", "sides of your neck", "No pressure", "sides of the neck", "Out, down, and down");
}

static void check_neck_and_shoulders(const struct alone *alone)
{
	double sec = chosen(alone, "each");
	assert_runs(alone, "circle both, sweep both down, circle left, circle right");
	for (int i = 0; i < 4; i++)
		assert_run(alone, i, (int)(sec / 10.0), sec);
	SAYS(alone, "back of your neck", "sides", "left shoulder", "right shoulder");
	const struct event *front = says(alone, "front");
	assert_non_null(front);
	assert_true(text_has(event_words(front), "off the front of your neck"));
	if (is(alone, "tool", "massager"))
		SAYS(alone, "lowest setting", "off your head", "off the sides", "on the back of your neck",
		     "massager down", "left shoulder", "right shoulder", "massager away");
}

static void check_hand_point(const struct alone *alone)
{
	double hold = 10.0 * chosen(alone, "breaths");
	assert_runs(alone, "still left, release left, still right, release right");
	for (int i = 0; i < 4; i++)
		assert_run(alone, i, 1, i % 2 ? 10.0 : hold);
	const struct event *pregnancy = says(alone, "not for pregnancy");
	assert_non_null(pregnancy);
	assert_true(pregnancy->end < alone->runs[0].begin);
	assert_int_equal(pregnancy->begin, alone->begin); // before any word of how
	SAYS(alone, "between your left thumb and index finger", "Press, and breathe", "Release slowly", "other hand",
	     "Release slowly");
	assert_int_equal(count_breaths(alone, alone->runs[0].begin, alone->runs[0].end), (int)chosen(alone, "breaths"));
}

static void check_cold_forehead(const struct alone *alone)
{
	double sec = chosen(alone, "length");
	bool neck = is(alone, "hands", "neck");
	assert_runs(alone, neck ? "circle both" : "still both");
	assert_run(alone, 0, neck ? (int)(sec / 10.0) : 1, sec);
	SAYS(alone, "If cold is pleasant", "on your forehead", "cloth", neck ? "back of your neck" : "lie still",
	     "Take the pack off");
}

static void check_warm_neck(const struct alone *alone)
{
	double sec = chosen(alone, "length");
	bool before = is(alone, "time", "before");
	assert_runs(alone, before ? "still both" : "circle both");
	assert_run(alone, 0, before ? 1 : (int)(sec / 10.0), sec);
	SAYS(alone, "warm wrap around the back of your neck", "never hot");
	SAYS(alone, "warmth sink in", "Take the wrap away");
}

static void check_scent(const struct alone *alone)
{
	assert_runs(alone, "");
	SAYS(alone, "Only if a scent is pleasant today", "skip this", "a hand's width from your nose", "Put it away");
	assert_true(text_has(event_words(says(alone, "skip this")), "Only if")); // in the very first line
	assert_int_equal(says(alone, "skip this")->begin, alone->begin);
	assert_non_null(says(alone, choice_value(alone->choice, "scent")));
	assert_null(says(alone, is(alone, "scent", "lavender") ? "peppermint" : "lavender"));
	assert_int_equal(count_breaths(alone, alone->begin, alone->end), (int)chosen(alone, "breaths"));
}

static void check_settle(const struct alone *alone)
{
	assert_runs(alone, "");
	SAYS(alone, "supported", "hands rest", "Close your eyes", "stop whenever you like", "Breathe in",
	     "Breathe out");
	assert_non_null(says(alone, is(alone, "place", "bed") ? "Lie down" : "Sit with your back"));
	if (is(alone, "words", "full"))
		SAYS(alone, "room dark", "water near you", "phone away", "tone rises as you breathe in");
	assert_int_equal(count_breaths(alone, alone->begin, alone->end), (int)chosen(alone, "breaths"));
}

static void check_close(const struct alone *alone)
{
	assert_runs(alone, "");
	SAYS(alone, "whole body rest", "Drink some water");
	if (is(alone, "words", "full"))
		SAYS(alone, "rest", "Notice", "Drink some water");
}

static void check_still_hands(const struct alone *alone)
{
	double sec = 10.0 * chosen(alone, "breaths");
	assert_runs(alone, "still both");
	assert_run(alone, 0, 1, sec);
	SAYS(alone, "one hand on your chest", "one on your belly");
	assert_int_equal(count_breaths(alone, alone->begin, alone->end), (int)chosen(alone, "breaths"));
}

#define NONE PRESSURE_NONE, PRESSURE_NONE
static struct technique techniques[] = {
	{"temple-circles", "temples", PRESSURE_LIGHT, PRESSURE_MEDIUM, "light", check_temple_circles},
	{"occipital-release", "neck", PRESSURE_LIGHT, PRESSURE_MEDIUM, "never on the front", check_occipital_release},
	{"forehead-sweep", "forehead", PRESSURE_FEATHER, PRESSURE_LIGHT, "hurts", check_forehead_sweep},
	{"ear-to-jaw-pull", "ears", PRESSURE_LIGHT, PRESSURE_LIGHT, "never on the soft front", check_ear_to_jaw_pull},
	{"scalp-circles", "scalp", PRESSURE_LIGHT, PRESSURE_MEDIUM, "hurts", check_scalp_circles},
	{"suboccipital-ball", "neck", PRESSURE_MEDIUM, PRESSURE_FIRM, "never under the middle",
         check_suboccipital_ball},
	{"jaw-release", "jaw", PRESSURE_LIGHT, PRESSURE_MEDIUM, "locked", check_jaw_release},
	{"lymph-drainage", "face", PRESSURE_FEATHER, PRESSURE_FEATHER, "Never press", check_lymph_drainage},
	{"neck-and-shoulders", "shoulders", PRESSURE_LIGHT, PRESSURE_MEDIUM, "Never press on the front of the neck",
         check_neck_and_shoulders},
	{"hand-point", "hand", PRESSURE_LIGHT, PRESSURE_FIRM, "Not in pregnancy", check_hand_point},
	{"cold-forehead", "forehead", PRESSURE_FEATHER, PRESSURE_LIGHT, "cloth", check_cold_forehead},
	{"warm-neck", "neck", PRESSURE_FEATHER, PRESSURE_LIGHT, "never hot", check_warm_neck},
	{"scent", "breath", NONE, "Skip", check_scent},
	{"settle", "whole", NONE, NULL, check_settle},
	{"close", "whole", NONE, NULL, check_close},
	{"still-hands", "breath", NONE, NULL, check_still_hands},
};
enum { TECHNIQUES = sizeof techniques / sizeof *techniques };

// --- what holds for each of them

static void check_hands_before_motion(const struct alone *alone)
{
	for (size_t i = 0; i < alone->score->event_count; i++) {
		const struct event *event = &alone->score->events[i];
		if (event->begin < alone->begin)
			continue;
		if (event_words(event) && text_names_hands(event_words(event)))
			return;
		assert_false(event_is_stroke(event));
	}
	assert_int_equal(alone->run_count, 0); // no hands were named, so none move
}

// The strokes of one lane never overlap, nor the breaths; words that do are a fault of the score already.
static void check_no_overlap(const struct score *score)
{
	int64_t end[LANE_VOICE + 1] = {0};
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (event->lane == LANE_MARK || event->lane == LANE_BED)
			continue;
		assert_true(event->begin >= end[event->lane] && event->end > event->begin);
		end[event->lane] = event->end;
	}
}

// The tool that was chosen is named, and no other.
static void check_tool(const struct alone *alone)
{
	static const char *const tools[] = {"massager", "ball", "tool"};
	const char *tool = choice_value(alone->choice, "tool");
	for (size_t i = 0; tool && i < sizeof tools / sizeof *tools; i++)
		assert_int_equal(says(alone, tools[i]) != NULL, strcmp(tool, tools[i]) == 0);
	if (tool && strcmp(tool, "hands") != 0)
		assert_true(!says(alone, "thumbs") && !says(alone, "ten fingers") && !says(alone, "Knead"));
}

static const struct step *find_technique(const struct routine *routine)
{
	for (size_t i = 0; i < routine->step_count; i++)
		if (routine->steps[i].technique && strcmp(routine->steps[i].technique, routine->title) == 0)
			return &routine->steps[i];
	return NULL;
}

static void check_head(const struct technique *row, const struct routine *routine, const struct choice *choice)
{
	const struct step *technique = find_technique(routine);
	assert_non_null(technique);
	assert_non_null(routine->about);
	assert_string_equal(technique->area, row->area);
	assert_true(technique->pressure >= row->least && technique->pressure <= row->most);
	const char *pressure = choice_value(choice, "pressure");
	assert_true(!pressure || technique->pressure > PRESSURE_NONE);
	assert_int_equal(technique->caution != NULL, row->caution != NULL);
	assert_true(!row->caution || strstr(technique->caution, row->caution));
}

static void check_parameters(const struct routine *routine)
{
	assert_true(routine->parameter_count > 0);
	for (size_t i = 0; i < routine->parameter_count; i++) {
		const struct routine_parameter *parameter = &routine->parameters[i];
		assert_non_null(parameter->preset);
		assert_true(parameter->words || (parameter->from && parameter->to));
	}
}

static struct alone alone_in(const struct played *played, const struct choice *choice)
{
	struct alone alone = {.choice = choice, .score = played->score, .end = played->score->frames};
	for (int i = 0; i < score_part_count(played->score); i++) {
		const struct event *part = score_part(played->score, i);
		if (strcmp(part->mark.name, played->routine->title) == 0) {
			alone.begin = part->begin;
			alone.end = part->end;
		}
	}
	for (size_t i = 0; alone.begin == 0 && i < alone.score->event_count; i++) // settle and close stand alone
		if (alone.score->events[i].lane == LANE_VOICE)
			alone.begin = alone.score->events[i].begin;
	alone.run_count = played_runs(alone.score, alone.begin, alone.end, alone.runs);
	return alone;
}

static void check_choice(const struct technique *row, const struct pack *pack, const char *path,
                         const struct choice *choice)
{
	struct played played = played_open(pack, path, choice);
	assert_int_equal(played.faults.count, 0);
	struct alone alone = alone_in(&played, choice);
	check_head(row, played.routine, choice);
	check_no_overlap(alone.score);
	check_hands_before_motion(&alone);
	check_tool(&alone);
	row->check(&alone);
	played_close(&played);
}

static void test_technique(void **state)
{
	const struct technique *row = *state;
	char path[300];
	played_path(path, "techniques/", row->name);
	struct routine *declared = played_declared(path);
	struct pack *pack = played_pack("en-clb");
	check_parameters(declared);
	for (size_t i = 0; i < choice_count(declared); i++)
		for (int end = RANGE_DEFAULT; end < RANGE_ENDS; end++) {
			struct choice choice = choice_make(declared, i, (enum range_end)end);
			check_choice(row, pack, path, &choice);
		}
	pack_destroy(pack);
	routine_destroy(declared);
}

static void test_techniques_are_all_in_the_table(void **state)
{
	(void)state;
	glob_t found;
	assert_int_equal(glob(SOURCE_DIR "/routines/techniques/*.yaml", 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, TECHNIQUES); // each of the table is there, or its own test fails
	globfree(&found);
}

// The length of temple circles can be two to three minutes a side, and their default is.
static void test_temple_circles_can_be_two_to_three_minutes(void **state)
{
	(void)state;
	char path[300];
	struct routine *declared = played_declared(played_path(path, "techniques/", "temple-circles"));
	struct choice least = choice_make(declared, 0, RANGE_FROM), preset = choice_make(declared, 0, RANGE_DEFAULT),
		      most = choice_make(declared, 0, RANGE_TO);
	assert_true(choice_sec(&least, "length") <= 120.0);
	assert_true(choice_sec(&preset, "length") >= 120.0 && choice_sec(&preset, "length") <= 180.0);
	assert_true(choice_sec(&most, "length") >= 180.0);
	routine_destroy(declared);
}

static void test_suboccipital_ball_holds_30_s(void **state)
{
	(void)state;
	char path[300];
	struct routine *declared = played_declared(played_path(path, "techniques/", "suboccipital-ball"));
	struct choice preset = choice_make(declared, 0, RANGE_DEFAULT);
	assert_float_equal(choice_sec(&preset, "hold"), 30.0, 0.0);
	routine_destroy(declared);
}

int main(void)
{
	struct CMUnitTest tests[TECHNIQUES + 3] = {
		cmocka_unit_test(test_techniques_are_all_in_the_table),
		cmocka_unit_test(test_temple_circles_can_be_two_to_three_minutes),
		cmocka_unit_test(test_suboccipital_ball_holds_30_s),
	};
	for (int i = 0; i < TECHNIQUES; i++)
		tests[3 + i] = (struct CMUnitTest){techniques[i].name, test_technique, NULL, NULL, &techniques[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
