// The library's sessions, one row each: when they are for, how long, what they hold and in which order, what they warn
// of, and how much of them is silence.
#include "played.h"

#include "sound/rules.h"

#include <math.h>

struct session {
	const char *name;
	const char *moment; // for
	double per_week;    // often; 0: when needed
	double minutes;     // of all; of a session with a tail, to the end of the steps
	double tail_minutes;
	const char *techniques; // their titles, in order
	const char *warnings;   // letters: r red flags, t temples, n neck, p pregnancy
	bool gentlest;          // there is no gentler choice to name
};

static const struct session sessions[] = {
	{"first-sign", "first-sign", 0, 6, 0, "Settle, Temple circles, Occipital release, Hand point, Close", "rtnp",
         false},
	{"during-attack", "attack", 0, 8, 0, "Temple circles, Neck and shoulders, Ear to jaw pull, Still hands, Close",
         "rtn", false},
	{"attack-still", "attack", 0, 6, 0, "Still hands, Cold forehead, Still hands, Close", "r", false},
	{"after-attack", "after", 0, 8, 0, "Settle, Lymph drainage, Scalp circles, Forehead sweep, Close", "r", false},
	{"evening", "daily", 7, 5, 0, "Settle, Temple circles, Forehead sweep, Scalp circles, Close", "t", false},
	{"evening-long", "daily", 7, 10, 0, "Settle, Temple circles, Forehead sweep, Scalp circles, Close", "t", false},
	{"bedtime", "bedtime", 7, 5, 20, "Settle, Scalp circles", "", false},
	{"neck-week", "daily", 3, 10, 0, "Settle, Neck and shoulders, Occipital release, Suboccipital ball, Close", "n",
         false},
	{"between-attacks", "daily", 7, 12, 0,
         "Settle, Suboccipital ball, Jaw release, Scalp circles, Neck and shoulders, Close", "n", false},
	{"jaw", "daily", 7, 6, 0, "Settle, Jaw release, Ear to jaw pull, Close", "", false},
	{"screen-break", "daily", 7, 3, 0, "Settle, Occipital release, Close", "n", false},
	{"sinus", "any", 0, 6, 0, "Settle, Forehead sweep, Lymph drainage, Close", "r", false},
	{"temple-breath", "any", 0, 5, 0, "Temple circles, Still hands, Close", "rt", false},
	{"breathe-only", "any", 0, 6, 0, "Close", "r", false},
	{"rain-only", "any", 0, 30, 0, "", "r", true},
};
enum { SESSIONS = sizeof sessions / sizeof *sessions };

// All of them, opened once.
struct shelf {
	struct pack *pack;
	struct played played[SESSIONS];
};

static int open_shelf(void **state)
{
	static struct shelf shelf;
	char path[300];
	shelf.pack = played_pack("en-clb");
	for (int i = 0; i < SESSIONS; i++) {
		shelf.played[i] = played_open(shelf.pack, played_path(path, "", sessions[i].name), NULL);
		assert_int_equal(shelf.played[i].faults.count, 0);
	}
	*state = &shelf;
	return 0;
}

static int close_shelf(void **state)
{
	struct shelf *shelf = *state;
	for (int i = 0; i < SESSIONS; i++)
		played_close(&shelf->played[i]);
	pack_destroy(shelf->pack);
	return 0;
}

static const struct played *find_session(const struct shelf *shelf, const char *name)
{
	for (int i = 0; i < SESSIONS; i++)
		if (strcmp(sessions[i].name, name) == 0)
			return &shelf->played[i];
	fail_msg("there is no %s", name);
	return NULL;
}

// Every session in turn; the last one named is the one that fails.
static void for_each(void **state, void (*check)(const struct session *session, const struct played *played))
{
	const struct shelf *shelf = *state;
	for (int i = 0; i < SESSIONS; i++) {
		print_message("%s\n", sessions[i].name);
		check(&sessions[i], &shelf->played[i]);
	}
}

// One session by its name.
static void with(void **state, const char *name, void (*check)(const struct played *played))
{
	check(find_session(*state, name));
}

static bool is_listed(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	for (int i = 0; i < SESSIONS; i++)
		if (strncmp(name, sessions[i].name, strlen(sessions[i].name)) == 0 &&
		    strcmp(name + strlen(sessions[i].name), ".yaml") == 0)
			return true;
	return false;
}

static void test_sessions_are_all_in_the_table(void **state)
{
	(void)state;
	glob_t found;
	assert_int_equal(glob(SOURCE_DIR "/routines/*.yaml", 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, SESSIONS);
	for (size_t i = 0; i < found.gl_pathc; i++)
		assert_true(is_listed(found.gl_pathv[i]));
	globfree(&found);
}

// --- the table

static void check_moment(const struct session *session, const struct played *played)
{
	assert_string_equal(moment_name(played->routine->moment), session->moment);
	assert_float_equal(played->routine->often_per_week, session->per_week, 1e-9);
}

static void test_sessions_are_for_their_moments(void **state)
{
	for_each(state, check_moment);
}

static void check_length(const struct session *session, const struct played *played)
{
	const struct score *score = played->score;
	int64_t body = session->tail_minutes > 0.0 ? played_steps_end(score) : score->frames;
	assert_float_equal(played_sec(body) / 60.0, session->minutes, 0.05 * session->minutes);
	assert_float_equal(played_sec(score->frames) / 60.0, session->minutes + session->tail_minutes,
	                   0.05 * (session->minutes + session->tail_minutes));
}

static void test_sessions_are_as_long_as_they_should_be(void **state)
{
	for_each(state, check_length);
}

static void list_techniques(const struct step *steps, size_t count, char *list, size_t size)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(list);
		if (steps[i].kind == STEP_GROUP && steps[i].technique)
			snprintf(list + length, size - length, "%s%s", length ? ", " : "", steps[i].technique);
		if (steps[i].kind == STEP_GROUP)
			list_techniques(steps[i].steps, steps[i].step_count, list, size);
	}
}

static void check_techniques(const struct session *session, const struct played *played)
{
	char list[500] = "";
	list_techniques(played->routine->steps, played->routine->step_count, list, sizeof list);
	assert_string_equal(list, session->techniques);
}

static void test_sessions_hold_their_techniques_in_order(void **state)
{
	for_each(state, check_techniques);
}

// --- what only one session promises

static int count_breaths(const struct score *score, int64_t begin, int64_t end)
{
	int count = 0;
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		count += event->lane == LANE_BREATH && event->breath.phase == BREATH_IN && event->begin >= begin &&
		         event->end <= end;
	}
	return count;
}

static const struct event *first_move(const struct score *score)
{
	for (size_t i = 0; i < score->event_count; i++)
		if (event_moves(&score->events[i]))
			return &score->events[i];
	return NULL;
}

static void check_during_attack(const struct played *played)
{
	const struct score *score = played->score;
	const struct event *move = first_move(score), *still = played_says(score, 0, move->begin, "hands rest");
	assert_non_null(still);
	assert_true(count_breaths(score, still->begin, move->begin) >= 5);
	for (size_t i = 0; i < score->event_count; i++) // one stroke a breath at the most: nothing hurries
		if (event_moves(&score->events[i]))
			assert_true(score->events[i].end - score->events[i].begin >= 10 * ENGINE_RATE_HZ);
}

static void test_sessions_during_attack_begins_with_breath_and_still_hands(void **state)
{
	with(state, "during-attack", check_during_attack);
}

static enum pressure most_pressure(const struct step *steps, size_t count)
{
	enum pressure most = PRESSURE_NONE;
	for (size_t i = 0; i < count; i++) {
		enum pressure inside = most_pressure(steps[i].steps, steps[i].step_count);
		most = inside > most ? inside : most;
		most = steps[i].pressure > most ? steps[i].pressure : most;
	}
	return most;
}

static void check_gentle(const struct session *session, const struct played *played)
{
	(void)session;
	if (played->routine->moment != MOMENT_ATTACK)
		return;
	assert_true(most_pressure(played->routine->steps, played->routine->step_count) <= PRESSURE_LIGHT);
	assert_float_equal(played->score->ceiling_db, CEILING_GENTLE_DBTP, 1e-9);
}

static void test_sessions_in_an_attack_are_gentle(void **state)
{
	for_each(state, check_gentle);
}

static void check_attack_still(const struct played *played)
{
	const struct score *score = played->score;
	assert_null(first_move(score));
	assert_non_null(played_says(score, 0, score->frames, "cold"));
	for (size_t i = 0; i < score->event_count; i++)
		if (event_is_stroke(&score->events[i]))
			assert_int_equal(score->events[i].stroke.shape, STROKE_STILL);
}

static void test_sessions_attack_still_never_strokes(void **state)
{
	with(state, "attack-still", check_attack_still);
}

static int64_t spoken_frames(const struct score *score)
{
	int64_t spoken = 0;
	for (size_t i = 0; i < score->event_count; i++)
		spoken += score->events[i].lane == LANE_VOICE ? score->events[i].end - score->events[i].begin : 0;
	return spoken;
}

// Of the steps alone: the silence of the ending is no merit.
static double silent_share(const struct score *score)
{
	return 1.0 - (double)spoken_frames(score) / (double)played_steps_end(score);
}

static bool begins_a_half_breath(const struct score *score, const struct event *stroke)
{
	for (size_t i = 0; i < score->event_count; i++)
		if (score->events[i].lane == LANE_BREATH && score->events[i].begin == stroke->begin)
			return true;
	return false;
}

static void check_temple_breath(const struct played *played)
{
	const struct score *score = played->score;
	assert_true(silent_share(score) >= 0.9);
	for (size_t i = 0; i < score->event_count; i++)
		if (event_moves(&score->events[i])) {
			assert_int_equal(score->events[i].stroke.shape, STROKE_CIRCLE);
			assert_true(begins_a_half_breath(score, &score->events[i]));
		}
}

static void test_sessions_temple_breath_is_paced_by_the_breath_nearly_without_words(void **state)
{
	with(state, "temple-breath", check_temple_breath);
}

// The length of each breath, from one in to the next where no other step lies between: in and out only.
static int breath_lengths(const struct score *score, double *sec, double *in_share, int most)
{
	int count = 0;
	for (size_t i = 0; i < score->event_count && count < most; i++) {
		const struct event *in = &score->events[i];
		if (in->lane != LANE_BREATH || in->breath.phase != BREATH_IN)
			continue;
		size_t k = i + 1;
		while (k < score->event_count && score->events[k].lane != LANE_BREATH)
			k++;
		assert_true(k < score->event_count && score->events[k].breath.phase == BREATH_OUT);
		int64_t whole = score->events[k].end - in->begin;
		in_share[count] = (double)(in->end - in->begin) / (double)whole;
		sec[count++] = played_sec(whole);
	}
	return count;
}

// From `from_per_minute` down to 6, never faster again, 4 parts in and 6 out.
static void check_glide(const struct score *score, double from_per_minute)
{
	double sec[1000] = {0}, in_share[1000] = {0};
	int count = breath_lengths(score, sec, in_share, 1000);
	assert_true(count > 20);
	assert_float_equal(sec[0], 60.0 / from_per_minute, 0.2);
	assert_float_equal(sec[count - 1], 10.0, 0.001);
	for (int i = 0; i < count; i++) {
		assert_float_equal(in_share[i], 0.4, 0.001);
		assert_true(i == 0 || sec[i] > sec[i - 1] - 0.001);
	}
}

static void check_breathe_only(const struct played *played)
{
	check_glide(played->score, 9.0);
	for (size_t i = 0; i < played->score->event_count; i++)
		assert_false(event_is_stroke(&played->score->events[i]));
}

static void test_sessions_breathe_only_glides_to_6_a_minute(void **state)
{
	with(state, "breathe-only", check_breathe_only);
}

static void check_bedtime(const struct played *played)
{
	const struct score *score = played->score;
	check_glide(score, 8.0);
	assert_true(score->voice_fade.end < score->tones_fade.end);
	assert_true(score->tones_fade.end < score->bed_fade.end);
	assert_int_equal(score->bed_fade.end, score->frames);
	assert_int_equal(score->bed_count, 1);
	assert_true(count_breaths(score, played_steps_end(score), score->tones_fade.end) > 60);
	assert_float_equal(score->ceiling_db, CEILING_GENTLE_DBTP, 1e-9);
}

static void test_sessions_bedtime_glides_then_voice_tones_and_bed_leave(void **state)
{
	with(state, "bedtime", check_bedtime);
}

static void check_rain_only(const struct played *played)
{
	const struct score *score = played->score;
	assert_int_equal(score->bed_count, 1);
	assert_string_equal(score->beds[0].track, "rain");
	assert_true(played_sec(score->bed_fade.end - score->bed_fade.begin) >= 600.0);
	for (size_t i = 0; i < score->event_count; i++) {
		assert_true(score->events[i].lane != LANE_BREATH && !event_is_stroke(&score->events[i]));
		assert_true(score->events[i].lane != LANE_VOICE || played_sec(score->events[i].end) < 60.0);
	}
}

static void test_sessions_rain_only_is_a_bed_that_fades(void **state)
{
	with(state, "rain-only", check_rain_only);
}

static void check_chair(const struct played *played)
{
	assert_non_null(played_says(played->score, 0, 20 * ENGINE_RATE_HZ, "Sit"));
	assert_null(played_says(played->score, 0, played->score->frames, "Lie"));
	assert_true(text_has(played->routine->about, "chair"));
}

static void test_sessions_screen_break_is_in_a_chair(void **state)
{
	with(state, "screen-break", check_chair);
}

// --- what they warn of

// Whether one sentence of a text has both.
static bool in_one_sentence(const char *text, const char *one, const char *other)
{
	char sentence[PLAYED_MOST_SENTENCE];
	while (text_sentence(&text, sentence))
		if (text_has(sentence, one) && text_has(sentence, other))
			return true;
	return false;
}

static void check_red_flags(const char *about)
{
	static const char *const flags[] = {"worst headache ever", "weakness", "fever",
	                                    "stiff neck",          "injury",   "doctor"};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		assert_true(text_has(about, flags[i]));
	assert_true(in_one_sentence(about, "doctor", "worst headache ever") ||
	            in_one_sentence(about, "doctor", "fever"));
}

static bool works_on(const struct step *steps, size_t count, const char *area)
{
	for (size_t i = 0; i < count; i++)
		if (steps[i].kind == STEP_GROUP && ((steps[i].area && strcmp(steps[i].area, area) == 0) ||
		                                    works_on(steps[i].steps, steps[i].step_count, area)))
			return true;
	return false;
}

// What the table says, and what the areas that are worked on ask for.
static void check_warnings(const struct session *session, const struct played *played)
{
	const struct routine *routine = played->routine;
	const char *about = routine->about;
	bool neck = works_on(routine->steps, routine->step_count, "neck") ||
	            works_on(routine->steps, routine->step_count, "shoulders");
	assert_non_null(about);
	if (strchr(session->warnings, 'r') || routine->moment == MOMENT_ATTACK)
		check_red_flags(about);
	if (strchr(session->warnings, 't') || works_on(routine->steps, routine->step_count, "temples"))
		assert_true(in_one_sentence(about, "press", "temples"));
	if (strchr(session->warnings, 'n') || neck)
		assert_true(in_one_sentence(about, "press", "neck"));
	if (strchr(session->warnings, 'p') || works_on(routine->steps, routine->step_count, "hand"))
		assert_true(in_one_sentence(about, "pregnancy", "not"));
}

static void test_sessions_warn_where_a_warning_is_due(void **state)
{
	for_each(state, check_warnings);
}

// The session that `about` names after "choose"; NULL when there is none.
static const struct session *gentler_choice(const char *about)
{
	const char *at = strstr(about, "choose ");
	for (int i = 0; at && i < SESSIONS; i++) {
		size_t length = strlen(sessions[i].name);
		if (strncmp(at + 7, sessions[i].name, length) == 0 && strspn(at + 7 + length, ".,") > 0)
			return &sessions[i];
	}
	return NULL;
}

static void check_gentler(const struct played *played, const struct played *other)
{
	const struct routine *ours = played->routine, *theirs = other->routine;
	bool lighter = most_pressure(theirs->steps, theirs->step_count) < most_pressure(ours->steps, ours->step_count);
	bool asks_less = other->score->event_count < played->score->event_count;
	assert_true(lighter || (!first_move(other->score) && asks_less));
}

static void test_sessions_name_a_gentler_choice_that_exists(void **state)
{
	const struct shelf *shelf = *state;
	for (int i = 0; i < SESSIONS; i++) {
		const struct session *gentler = gentler_choice(shelf->played[i].routine->about);
		print_message("%s\n", sessions[i].name);
		if (gentler)
			check_gentler(&shelf->played[i], find_session(shelf, gentler->name));
		assert_true(gentler || sessions[i].gentlest);
	}
}

// --- what they say

// One of the last two lines.
static void check_water(const struct session *session, const struct played *played)
{
	(void)session;
	int lines = 0;
	bool water = false;
	for (size_t i = played->score->event_count; i-- > 0 && lines < 2;) {
		const char *words = event_words(&played->score->events[i]);
		lines += words != NULL;
		water = water || (words && text_has(words, "water"));
	}
	assert_true(water);
}

static void test_sessions_end_by_reminding_of_water(void **state)
{
	for_each(state, check_water);
}

static void check_stop(const struct session *session, const struct played *played)
{
	if (!session->gentlest) // there is nothing to stop
		assert_non_null(played_says(played->score, 0, played->score->frames / 2, "stop"));
}

static void test_sessions_give_leave_to_stop(void **state)
{
	for_each(state, check_stop);
}

static void check_hands(const struct session *session, const struct played *played)
{
	(void)session;
	const struct score *score = played->score;
	for (size_t i = 0; i < score->event_count; i++) {
		const char *words = event_words(&score->events[i]);
		if (words && text_names_hands(words)) {
			assert_true(played_sec(score->events[i].begin) <= 20.0);
			return;
		}
	}
	fail();
}

static void test_sessions_say_within_20_s_what_the_hands_do(void **state)
{
	for_each(state, check_hands);
}

static void check_silence(const struct session *session, const struct played *played)
{
	double least = played->routine->moment == MOMENT_ATTACK ? 0.7 : 0.5;
	double share = silent_share(played->score);
	print_message("  %.0f %% of %s without words\n", 100.0 * share, session->name);
	assert_true(share >= least);
}

static void test_sessions_plan_their_silence(void **state)
{
	for_each(state, check_silence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sessions_are_all_in_the_table),
		cmocka_unit_test(test_sessions_are_for_their_moments),
		cmocka_unit_test(test_sessions_are_as_long_as_they_should_be),
		cmocka_unit_test(test_sessions_hold_their_techniques_in_order),
		cmocka_unit_test(test_sessions_during_attack_begins_with_breath_and_still_hands),
		cmocka_unit_test(test_sessions_in_an_attack_are_gentle),
		cmocka_unit_test(test_sessions_attack_still_never_strokes),
		cmocka_unit_test(test_sessions_temple_breath_is_paced_by_the_breath_nearly_without_words),
		cmocka_unit_test(test_sessions_breathe_only_glides_to_6_a_minute),
		cmocka_unit_test(test_sessions_bedtime_glides_then_voice_tones_and_bed_leave),
		cmocka_unit_test(test_sessions_rain_only_is_a_bed_that_fades),
		cmocka_unit_test(test_sessions_screen_break_is_in_a_chair),
		cmocka_unit_test(test_sessions_warn_where_a_warning_is_due),
		cmocka_unit_test(test_sessions_name_a_gentler_choice_that_exists),
		cmocka_unit_test(test_sessions_end_by_reminding_of_water),
		cmocka_unit_test(test_sessions_give_leave_to_stop),
		cmocka_unit_test(test_sessions_say_within_20_s_what_the_hands_do),
		cmocka_unit_test(test_sessions_plan_their_silence),
	};
	return cmocka_run_group_tests(tests, open_shelf, close_shelf);
}
