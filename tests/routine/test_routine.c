// What is loaded is what was written.
#include "routine/routine.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <limits.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "stillroom: 1\ntitle: T\n"

struct loaded {
	struct arena *arena;
	struct fault_list faults;
	struct routine *routine;
};

// Text beside the good files, so that their techniques are found.
static struct loaded load(const char *text)
{
	struct loaded loaded = {.arena = arena_create()};
	loaded.faults = fault_list_init(loaded.arena);
	routine_load_text(&loaded.routine, TESTS_DIR "/routine/good/t.yaml", text, strlen(text), NULL, &loaded.faults);
	for (size_t i = 0; i < loaded.faults.count; i++)
		print_message("%s\n", fault_text(&loaded.faults.items[i], loaded.arena));
	assert_non_null(loaded.routine);
	return loaded;
}

static void finish(struct loaded *loaded)
{
	routine_destroy(loaded->routine);
	arena_destroy(loaded->arena);
}

static struct loaded load_file(const char *path)
{
	struct loaded loaded = {.arena = arena_create()};
	loaded.faults = fault_list_init(loaded.arena);
	assert_int_equal(routine_load(&loaded.routine, path, NULL, &loaded.faults), STATUS_OK);
	return loaded;
}

static void assert_length(struct length length, double amount, bool in_breaths)
{
	assert_true(length.amount == amount);
	assert_int_equal(length.in_breaths, in_breaths);
}

static void assert_place(struct place place, int line, int column)
{
	assert_int_equal(place.line, line);
	assert_int_equal(place.column, column);
}

static void test_routine_has_defaults(void **state)
{
	(void)state;
	struct loaded loaded = load(HEAD "steps: [{rest: 6s}]");
	const struct routine *routine = loaded.routine;
	assert_string_equal(routine->name, "t");
	assert_string_equal(routine->title, "T");
	assert_string_equal(routine->about, "");
	assert_int_equal(routine->moment, MOMENT_ANY);
	assert_true(routine->often_per_week == 0);
	assert_null(routine->voice);
	assert_true(routine->breath.in_sec == 4 && routine->breath.out_sec == 6);
	assert_true(routine->breath.hold_in_sec == 0 && routine->breath.hold_out_sec == 0);
	assert_true(routine->breath.over_sec == 0);
	assert_int_equal(routine->breath.sound, BREATH_TONE);
	assert_null(routine->bed.track);
	assert_false(routine->bed.keep_track);
	assert_true(routine->ending.fade_sec == 30);
	assert_int_equal(routine->ending.rank_count, 0);
	assert_int_equal(routine->folder_count, 1);
	finish(&loaded);
}

static void test_routine_keeps_its_head(void **state)
{
	(void)state;
	struct loaded loaded = load_file(TESTS_DIR "/routine/good/everything.yaml");
	const struct routine *routine = loaded.routine;
	assert_string_equal(routine->name, "everything");
	assert_string_equal(routine->about, "Two lines that become one.");
	assert_int_equal(routine->moment, MOMENT_FIRST_SIGN);
	assert_string_equal(moment_name(routine->moment), "first-sign");
	assert_string_equal(moment_name(MOMENT_ANY), "any");
	assert_string_equal(moment_name(MOMENT_BEDTIME), "bedtime");
	assert_true(routine->often_per_week == 3);
	assert_string_equal(routine->voice, "en-clb");
	assert_place(routine->voice_place, 9, 8);
	assert_true(routine->breath.in_sec == 4 && routine->breath.hold_in_sec == 1);
	assert_true(routine->breath.out_sec == 6 && routine->breath.hold_out_sec == 0);
	assert_true(routine->breath.from_per_minute == 8 && routine->breath.to_per_minute == 6);
	assert_true(routine->breath.over_sec == 180);
	assert_int_equal(routine->breath.sound, BREATH_AIR);
	assert_string_equal(routine->bed.track, "sea");
	assert_null(routine->bed.folder);
	assert_int_equal(routine->bed.mode, BED_TEXTURE);
	assert_true(routine->bed.level_db == -20 && routine->bed.fade_sec == 0);
	assert_place(routine->bed.place, 11, 14);
	assert_true(routine->ending.fade_sec == 300);
	assert_int_equal(routine->ending.voice_rank, 1);
	assert_int_equal(routine->ending.tones_rank, 2);
	assert_int_equal(routine->ending.bed_rank, 0);
	assert_int_equal(routine->ending.rank_count, 2);
	finish(&loaded);
}

static void test_routine_keeps_words_and_cues(void **state)
{
	(void)state;
	struct loaded loaded = load_file(TESTS_DIR "/routine/good/everything.yaml");
	const struct step *steps = loaded.routine->steps;
	assert_int_equal(steps[0].kind, STEP_PART);
	assert_string_equal(steps[0].say, "Settle");
	assert_int_equal(steps[1].kind, STEP_SAY);
	assert_string_equal(steps[1].say, "Lie down: now.");
	assert_place(steps[1].place, 15, 5);
	assert_place(steps[1].say_place, 15, 10);
	assert_int_equal(steps[2].kind, STEP_REST);
	assert_length(steps[2].length, 90, false);
	assert_string_equal(steps[2].say, "Do nothing.");
	assert_int_equal(steps[2].cue_count, 3);
	assert_int_equal(steps[2].cues[0].when, CUE_AT);
	assert_true(steps[2].cues[0].sec == 30);
	assert_int_equal(steps[2].cues[1].when, CUE_HALF);
	assert_int_equal(steps[2].cues[2].when, CUE_LAST);
	assert_true(steps[2].cues[2].sec == 10);
	assert_string_equal(steps[2].cues[2].say, "Three.");
	assert_place(steps[2].cues[2].place, 21, 29);
	finish(&loaded);
}

static void test_routine_keeps_breathing(void **state)
{
	(void)state;
	struct loaded loaded = load_file(TESTS_DIR "/routine/good/everything.yaml");
	const struct step *steps = loaded.routine->steps;
	assert_int_equal(steps[3].kind, STEP_BREATHE);
	assert_length(steps[3].length, 6, true);
	assert_int_equal(steps[3].spoken_breaths, 3);
	assert_length(steps[4].length, 60, false);
	assert_int_equal(steps[4].spoken_breaths, INT_MAX);
	assert_int_equal(steps[5].spoken_breaths, 0);
	assert_int_equal(steps[6].spoken_breaths, 2);
	finish(&loaded);
}

static void test_routine_keeps_strokes_and_holds(void **state)
{
	(void)state;
	struct loaded loaded = load_file(TESTS_DIR "/routine/good/everything.yaml");
	const struct step *steps = loaded.routine->steps;
	assert_int_equal(steps[8].kind, STEP_STROKE);
	assert_int_equal(steps[8].shape, STROKE_CIRCLE);
	assert_int_equal(steps[8].side, SIDE_LEFT);
	assert_int_equal(steps[8].direction, DIRECTION_COUNTERCLOCKWISE);
	assert_true(steps[8].per_breath == 2 && steps[8].every_sec == 0);
	assert_length(steps[8].length, 120, false);
	assert_string_equal(steps[8].say, "Slow, small circles.");
	assert_int_equal(steps[9].shape, STROKE_TAP);
	assert_int_equal(steps[9].side, SIDE_BOTH);
	assert_int_equal(steps[9].direction, DIRECTION_NONE);
	assert_true(steps[9].per_breath == 0 && steps[9].every_sec == 3);
	assert_int_equal(steps[10].shape, STROKE_PRESS);
	assert_length(steps[10].length, 3, true);
	assert_int_equal(steps[11].kind, STEP_HOLD);
	assert_int_equal(steps[11].side, SIDE_RIGHT);
	assert_length(steps[11].length, 20, false);
	assert_length(steps[11].release, 8, false);
	assert_true(steps[11].count_sec == 5);
	finish(&loaded);
}

static void test_routine_keeps_changes_of_the_bed(void **state)
{
	(void)state;
	struct loaded loaded = load_file(TESTS_DIR "/routine/good/everything.yaml");
	const struct step *steps = loaded.routine->steps;
	const struct bed *level = &steps[12].bed, *once = &steps[13].bed, *loop = &steps[14].bed,
			 *none = &steps[15].bed;
	assert_int_equal(steps[12].kind, STEP_BED);
	assert_null(level->track);
	assert_true(level->keep_track);
	assert_true(level->level_db == -20 && level->fade_sec == 5);
	assert_place(level->place, 38, 18);
	assert_string_equal(once->track, "bed.wav");
	assert_ptr_equal(once->folder, &loaded.routine->folders[0]);
	assert_int_equal(once->mode, BED_ONCE);
	assert_true(once->level_db == -10 && once->fade_sec == 8);
	assert_int_equal(loop->mode, BED_LOOP);
	assert_true(loop->level_db == -14);
	assert_null(none->track);
	assert_false(none->keep_track);
	finish(&loaded);
}

static void test_routine_makes_a_group_of_each_side(void **state)
{
	(void)state;
	struct loaded loaded = load_file(TESTS_DIR "/routine/good/everything.yaml");
	const struct step *repeat = &loaded.routine->steps[16];
	assert_int_equal(repeat->kind, STEP_GROUP);
	assert_int_equal(repeat->repeat, 3);
	assert_int_equal(repeat->step_count, 2);
	const struct step *right = &repeat->steps[0], *left = &repeat->steps[1];
	assert_int_equal(right->kind, STEP_GROUP);
	assert_int_equal(right->repeat, 1);
	assert_int_equal(right->step_count, 3);
	assert_string_equal(right->steps[0].say, "Your right side. {braces}");
	assert_string_equal(left->steps[0].say, "Your left side. {braces}");
	assert_int_equal(right->steps[1].side, SIDE_RIGHT);
	assert_int_equal(left->steps[1].side, SIDE_LEFT);
	assert_int_equal(right->steps[2].side, SIDE_RIGHT);
	assert_int_equal(left->steps[2].side, SIDE_LEFT);
	finish(&loaded);
}

static void test_routine_fills_in_a_technique(void **state)
{
	(void)state;
	struct loaded loaded = load_file(TESTS_DIR "/routine/good/everything.yaml");
	assert_int_equal(loaded.routine->step_count, 18);
	const struct step *use = &loaded.routine->steps[17];
	assert_int_equal(use->kind, STEP_GROUP);
	assert_string_equal(use->technique, "Temple circles");
	assert_string_equal(use->area, "temples");
	assert_string_equal(use->caution, "Never press on the throat.");
	assert_int_equal(use->pressure, PRESSURE_LIGHT);
	assert_int_equal(use->step_count, 3);
	const struct step *repeat = &use->steps[0];
	assert_int_equal(repeat->repeat, 2);
	assert_length(repeat->steps[0].length, 60, false);
	assert_string_equal(repeat->steps[0].say, "Circles, soft ones.");
	assert_string_equal(use->steps[1].say, "soft ones");
	const struct step *inner = &use->steps[2];
	assert_string_equal(inner->technique, "Plain");
	assert_null(inner->caution);
	const struct place *place = &inner->steps[0].place;
	assert_non_null(strstr(place->file, "good/techniques/plain.yaml"));
	assert_place(*place, 5, 5);
	assert_place(*place->from, 19, 5);
	assert_non_null(strstr(place->from->file, "good/techniques/circles.yaml"));
	assert_place(*place->from->from, 49, 5);
	assert_null(place->from->from->from);
	finish(&loaded);
}

static void test_routine_carries_a_side_into_a_technique(void **state)
{
	(void)state;
	struct loaded loaded = load(HEAD "steps:\n"
	                                 "  - sides: [right]\n"
	                                 "    steps:\n"
	                                 "      - use: techniques/circles\n"
	                                 "        with: {times: 1, words: \"{side} ones\"}\n");
	const struct step *use = &loaded.routine->steps[0].steps[0];
	assert_int_equal(use->steps[0].steps[0].side, SIDE_RIGHT);
	assert_string_equal(use->steps[1].say, "right ones");
	assert_length(use->steps[0].steps[0].length, 120, false);
	finish(&loaded);
}

static void test_routine_checks_a_technique_alone(void **state)
{
	(void)state;
	struct loaded loaded = load_file(TESTS_DIR "/routine/good/technique.yaml");
	const struct step *group = loaded.routine->steps;
	assert_string_equal(loaded.routine->title, "Temple circles");
	assert_string_equal(loaded.routine->about, "Small circles on both temples.");
	assert_int_equal(loaded.routine->step_count, 1);
	assert_string_equal(group->technique, "Temple circles");
	assert_int_equal(group->pressure, PRESSURE_LIGHT);
	assert_int_equal(group->steps[0].repeat, 1); // `times` has no default: the least
	assert_length(group->steps[0].steps[0].length, 120, false);
	finish(&loaded);
}

static void assert_same_step(const struct step *a, const struct step *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_length(a->length, b->length.amount, b->length.in_breaths);
	assert_int_equal(a->shape, b->shape);
	assert_int_equal(a->side, b->side);
	assert_int_equal(a->direction, b->direction);
	assert_true(a->per_breath == b->per_breath && a->every_sec == b->every_sec);
	assert_true(a->bed.level_db == b->bed.level_db && a->bed.fade_sec == b->bed.fade_sec);
	assert_int_equal(a->bed.mode, b->bed.mode);
	assert_ptr_equal(a->bed.folder, b->bed.folder);
	assert_int_equal(a->bed.keep_track, b->bed.keep_track);
	assert_string_equal(a->bed.track ? a->bed.track : "", b->bed.track ? b->bed.track : "");
	assert_string_equal(a->say ? a->say : "", b->say ? b->say : "");
}

static struct loaded load_with(const char *path, const struct routine_request *request, enum status status)
{
	struct loaded loaded = {.arena = arena_create()};
	loaded.faults = fault_list_init(loaded.arena);
	enum status found = routine_load(&loaded.routine, path, request, &loaded.faults);
	for (size_t i = 0; i < loaded.faults.count && status == STATUS_OK; i++)
		print_message("%s\n", fault_text(&loaded.faults.items[i], loaded.arena));
	assert_int_equal(found, status);
	return loaded;
}

// All that is said, in order, with a blank after each.
static const char *said(struct arena *arena, const struct step *steps, size_t count)
{
	const char *text = "";
	for (size_t i = 0; i < count; i++)
		text = arena_printf(arena, "%s%s%s%s", text, steps[i].say ? steps[i].say : "", steps[i].say ? " " : "",
		                    said(arena, steps[i].steps, steps[i].step_count));
	return text;
}

static void test_routine_keeps_the_steps_of_a_when_that_holds(void **state)
{
	(void)state;
	static const struct {
		struct routine_argument arguments[2];
		size_t count;
		const char *said;
	} rows[] = {
		{{{0}}, 0, "Hands. Your left side. Your right side. "},
		{{{"tool", "massager"}}, 1, "A massager. Switch it on. "},
		{{{"tool", "ball"}}, 1, "A ball. Roll it. A slow ball. Your left side. Your right side. "},
		{{{"tool", "ball"}, {"pace", "still"}}, 2, "A ball. Roll it. "},
		{{{"pace", "still"}}, 1, "Hands. "},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct routine_request request = {.arguments = rows[i].arguments,
		                                        .argument_count = rows[i].count};
		struct loaded loaded = load_with(TESTS_DIR "/routine/good/when.yaml", &request, STATUS_OK);
		assert_string_equal(said(loaded.arena, loaded.routine->steps, loaded.routine->step_count),
		                    rows[i].said);
		finish(&loaded);
	}
}

static void test_routine_tells_what_it_declares(void **state)
{
	(void)state;
	struct loaded routine = load_file(TESTS_DIR "/routine/good/when.yaml");
	const struct routine_parameter *tool = &routine.routine->parameters[0],
				       *length = &routine.routine->parameters[2];
	assert_false(routine.routine->is_technique);
	assert_int_equal(routine.routine->parameter_count, 3);
	assert_string_equal(tool->name, "tool");
	assert_string_equal(tool->preset, "hands");
	assert_string_equal(tool->words[2], "ball");
	assert_null(tool->words[3]);
	assert_string_equal(length->preset, "1m");
	assert_null(length->from);
	assert_null(length->words);
	finish(&routine);
	struct loaded technique = load_file(TESTS_DIR "/routine/good/techniques/tool.yaml");
	assert_true(technique.routine->is_technique);
	assert_int_equal(technique.routine->parameter_count, 2);
	assert_null(technique.routine->parameters[0].preset);
	assert_string_equal(technique.routine->parameters[1].to, "1m");
	finish(&technique);
}

static void test_routine_tells_a_wrong_argument(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		struct routine_argument arguments[2];
		size_t count;
		const char *faults;
	} rows[] = {
		{"when", {{"tol", "ball"}}, 1, "--with: `tol`: did you mean `tool`?\n"},
		{"when",
	         {{"instrument", "ball"}},
	         1,
	         "--with: `instrument` is not a word of `when`; known: tool, pace, length\n"},
		{"when", {{"tool", "bal"}}, 1, "--with: `bal`: did you mean `ball`?\n"},
		{"when", {{"tool", "feet"}}, 1, "--with: `feet` does not fit `tool`; one of hands, massager or ball\n"},
		{"when", {{"tool", ""}}, 1, "--with: a value is missing here, such as hands\n"},
		{"when",
	         {{"tool", "{x}"}},
	         1,
	         "--with: `{x}` stands for nothing here; a file declares its parameters in `with:`. A plain brace is "
	         "written {{\n"},
		{"when", {{"length", "90"}}, 1, "--with: a length needs a unit: 90s or 90m, or 90 breaths\n"},
		{"when",
	         {{"tool", "ball"}, {"tool", "hands"}},
	         2,
	         "--with: `tool` is given twice; take one of them out\n"},
		{"everything", {{"tool", "ball"}}, 1, "--with: `everything` takes no parameters; take `--with` out\n"},
		{"techniques/tool", {{"tool", "ball"}}, 1, ""},
		{"techniques/tool",
	         {{"length", "2m"}},
	         1,
	         "--with: `tool` must be given; add --with tool=massager\n"
	         "--with: `2m` does not fit `length`; from 30s to 1m\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct routine_request request = {
			.arguments = rows[i].arguments, .argument_count = rows[i].count, .to_play = true};
		struct arena *arena = arena_create();
		const char *path = arena_printf(arena, TESTS_DIR "/routine/good/%s.yaml", rows[i].file), *all = "";
		struct loaded loaded = load_with(path, &request, *rows[i].faults ? STATUS_FAULTY : STATUS_OK);
		for (size_t k = 0; k < loaded.faults.count; k++)
			all = arena_printf(arena, "%s%s\n", all, fault_text(&loaded.faults.items[k], arena));
		assert_string_equal(all, rows[i].faults);
		finish(&loaded);
		arena_destroy(arena);
	}
}

static void test_routine_makes_a_session_of_a_technique(void **state)
{
	(void)state;
	static const char *const paths[] = {TESTS_DIR "/routine/library", NULL};
	const struct routine_argument tool = {"tool", "ball"};
	const struct routine_request request = {
		.libraries = paths, .arguments = &tool, .argument_count = 1, .to_play = true};
	struct loaded loaded = load_with(TESTS_DIR "/routine/good/techniques/tool.yaml", &request, STATUS_OK);
	const struct routine *routine = loaded.routine;
	const struct step *steps = routine->steps;
	assert_string_equal(routine->title, "Tool");
	assert_string_equal(said(loaded.arena, steps, routine->step_count),
	                    "Settle Sit down. Tool Roll it. Close Drink water. ");
	assert_int_equal(routine->step_count, 6);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(steps[i].kind, i % 2 == 0 ? STEP_PART : STEP_GROUP);
	assert_string_equal(steps[3].technique, "Tool");
	assert_string_equal(routine->bed.track, "rain");
	assert_null(routine->bed.folder);
	assert_true(routine->bed.level_db == -14);
	assert_true(routine->ending.fade_sec == 30);
	finish(&loaded);
}

static void test_routine_frames_no_technique_without_the_library_nor_the_frame_itself(void **state)
{
	(void)state;
	static const char *const paths[] = {TESTS_DIR "/routine/library", NULL};
	const struct routine_argument tool = {"tool", "ball"};
	struct routine_request request = {.arguments = &tool, .argument_count = 1, .to_play = true};
	struct loaded bare = load_with(TESTS_DIR "/routine/good/techniques/tool.yaml", &request, STATUS_OK);
	assert_int_equal(bare.routine->step_count, 1);
	assert_string_equal(bare.routine->bed.track, "rain");
	finish(&bare);
	request = (struct routine_request){.libraries = paths, .to_play = true};
	struct loaded settle = load_with(TESTS_DIR "/routine/library/techniques/settle.yaml", &request, STATUS_OK);
	assert_int_equal(settle.routine->step_count, 1);
	finish(&settle);
	request.libraries = NULL; // what is beside it is found too
	struct loaded other = load_with(TESTS_DIR "/routine/library/techniques/other.yaml", &request, STATUS_OK);
	assert_string_equal(said(other.arena, other.routine->steps, other.routine->step_count),
	                    "Settle Sit down. Other Close Drink water. ");
	finish(&other);
	struct loaded looked_at = load_with(TESTS_DIR "/routine/library/techniques/other.yaml", NULL, STATUS_OK);
	assert_int_equal(looked_at.routine->step_count, 1);
	assert_null(looked_at.routine->bed.track);
	finish(&looked_at);
}

static void test_routine_spellings_give_equal_steps(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{"stroke: {shape: circle, per-breath: 2, for: 2m}",
	         "stroke: {shape: circle, pace: {per-breath: 2}, for: 120s}"},
		{"stroke: {shape: circle, every: 3s, for: 2m}",
	         "stroke: {for: 1m60s, pace: {every: 3 s}, shape: circle}"},
		{"stroke: {shape: tap, for: 1 breath}", "stroke: {shape: tap, side: both, for: 1 breaths}"},
		{"rest: 1m30s", "rest: 90s"},
		{"rest: 1.5m", "rest: \"1m 30s\""},
		{"bed: rain", "bed: {track: rain, level: -14 dB, fade: 8s}"},
		{"bed: none", "bed: {track: none}"},
		{"bed: bed.wav", "bed: {track: bed.wav, as: loop, level: soft}"},
		{"say: Lie down now", "say: \" Lie   down now\""},
		{"say: Lie down now", "say: >\n      Lie down\n      now\n"},
		{"breathe: 2 breaths", "breathe: 2 breaths\n    words: first 2"},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct arena *arena = arena_create();
		struct loaded loaded =
			load(arena_printf(arena, HEAD "steps:\n  - %s\n  - %s\n", pairs[i][0], pairs[i][1]));
		assert_same_step(&loaded.routine->steps[0], &loaded.routine->steps[1]);
		assert_int_equal(loaded.routine->steps[0].spoken_breaths, loaded.routine->steps[1].spoken_breaths);
		finish(&loaded);
		arena_destroy(arena);
	}
}

static void test_routine_looks_in_its_own_folder_first(void **state)
{
	(void)state;
	static const char *const paths[] = {TESTS_DIR "/routine/nowhere", TESTS_DIR "/routine/good",
	                                    TESTS_DIR "/routine/bad", NULL};
	const struct routine_request request = {.libraries = paths};
	const char text[] = HEAD "bed: bed.wav\nsteps: [{use: techniques/plain}]\n";
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	assert_int_equal(routine_load_text(&routine, TESTS_DIR "/t.yaml", text, sizeof text - 1, &request, &faults),
	                 STATUS_OK);
	assert_int_equal(routine->folder_count, 3);
	assert_ptr_equal(routine->bed.folder, &routine->folders[1]);
	assert_non_null(strstr(routine->steps[0].steps[0].place.file, "routine/good/techniques/plain.yaml"));
	routine_destroy(routine);
	assert_int_equal(
		routine_load_text(&routine, TESTS_DIR "/routine/bad/t.yaml", text, sizeof text - 1, &request, &faults),
		STATUS_OK);
	assert_non_null(strstr(routine->steps[0].steps[0].place.file, "routine/bad/techniques/plain.yaml"));
	routine_destroy(routine);
	arena_destroy(arena);
}

static void test_routine_that_is_not_there(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	assert_int_equal(routine_load(&routine, "/nowhere/at/all.yaml", NULL, &faults), STATUS_NOT_FOUND);
	assert_null(routine);
	assert_int_equal(routine_load(&routine, TESTS_DIR "/nothing.yaml", NULL, &faults), STATUS_NOT_FOUND);
	assert_null(routine);
	assert_int_equal(faults.count, 2);
	assert_string_equal(fault_text(&faults.items[0], arena), "/nowhere/at/all.yaml: there is no such folder");
	assert_string_equal(fault_text(&faults.items[1], arena), TESTS_DIR "/nothing.yaml: there is no such file");
	routine_destroy(routine);
	arena_destroy(arena);
}

static void test_routine_faults_outlive_it_in_a_full_list(void **state)
{
	(void)state;
	const char text[] = "stillroom: 1\ntitel: T\nsteps: [{rest: 6}]\n";
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	for (int i = 1; i <= FAULTS_MOST; i++)
		fault_add(&faults, &(struct place){"other", i, 1, NULL}, "x");
	assert_int_equal(routine_load_text(&routine, "/t.yaml", text, sizeof text - 1, NULL, &faults), STATUS_FAULTY);
	assert_true(routine->partial);
	routine_destroy(routine);
	faults.count = 0;
	assert_int_equal(routine_load_text(&routine, "/t.yaml", text, sizeof text - 1, NULL, &faults), STATUS_FAULTY);
	assert_int_equal(faults.count, 2);
	assert_string_equal(fault_text(&faults.items[0], arena), "/t.yaml:2:1: `titel`: did you mean `title`?");
	routine_destroy(routine);
	arena_destroy(arena);
}

// Loads a text that has faults, without saying them.
static struct loaded load_faulty(const char *text)
{
	struct loaded loaded = {.arena = arena_create()};
	loaded.faults = fault_list_init(loaded.arena);
	assert_int_equal(routine_load_text(&loaded.routine, TESTS_DIR "/routine/good/t.yaml", text, strlen(text), NULL,
	                                   &loaded.faults),
	                 STATUS_FAULTY);
	assert_true(loaded.faults.count > 0);
	assert_true(!loaded.routine || loaded.routine->partial);
	return loaded;
}

static void test_routine_keeps_the_good_steps_of_a_faulty_file(void **state)
{
	(void)state;
	struct loaded loaded = load_faulty(HEAD "voice: mine\n"
	                                        "bed: {track: bed.wav, level: loud}\n"
	                                        "breath: {in: 3s, out: 3}\n"
	                                        "steps:\n"
	                                        "  - say: First.\n"
	                                        "  - rest: 6\n"
	                                        "  - say: \n"
	                                        "  - stroke: {shape: circel, for: 2m}\n"
	                                        "    say: Second.\n"
	                                        "    cues:\n"
	                                        "      - {at: half, say: Third.}\n"
	                                        "      - {at: late, say: Fourth.}\n"
	                                        "      - {at: half}\n"
	                                        "  - rest: 6s\n"
	                                        "  - part: Neck\n"
	                                        "    say: Fifth.\n"
	                                        "  - repeat: many\n"
	                                        "    steps: [{say: Sixth.}, {rest: 9}]\n"
	                                        "  - repeat: 2\n"
	                                        "    steps: [{rest: 9}]\n"
	                                        "  - bed: rainn\n"
	                                        "  - bed: {track: bed.wav, as: lop}\n"
	                                        "  - hold: 3s\n"
	                                        "    rest: 3s\n"
	                                        "  - say: Last.\n");
	static const struct {
		enum step_kind kind;
		const char *say;
	} expected[] = {
		{STEP_SAY, "First."}, {STEP_SAY, "Second."}, {STEP_SAY, "Third."}, {STEP_SAY, "Fourth."},
		{STEP_REST, NULL},    {STEP_SAY, "Fifth."},  {STEP_PART, "Neck"},  {STEP_GROUP, NULL},
		{STEP_BED, NULL},     {STEP_SAY, "Last."},
	};
	const struct routine *routine = loaded.routine;
	assert_int_equal(routine->step_count, sizeof expected / sizeof *expected);
	for (size_t i = 0; i < routine->step_count; i++) {
		assert_int_equal(routine->steps[i].kind, expected[i].kind);
		assert_string_equal(routine->steps[i].say ? routine->steps[i].say : "",
		                    expected[i].say ? expected[i].say : "");
	}
	assert_place(routine->steps[1].say_place, 11, 10);
	assert_place(routine->steps[2].say_place, 13, 25);
	assert_int_equal(routine->steps[7].step_count, 1);
	assert_string_equal(routine->steps[7].steps[0].say, "Sixth.");
	assert_string_equal(routine->voice, "mine");
	assert_string_equal(routine->bed.track, "bed.wav");
	assert_true(routine->breath.in_sec == 4 && routine->breath.out_sec == 6);
	assert_int_equal(routine->steps[8].bed.mode, BED_LOOP);
	finish(&loaded);
}

static void test_routine_keeps_both_sides_and_every_use_of_a_faulty_file(void **state)
{
	(void)state;
	struct loaded loaded = load_faulty(HEAD "voice: ../mine\n"
	                                        "bed: nowhere.wav\n"
	                                        "steps:\n"
	                                        "  - sides: [left, right]\n"
	                                        "    steps: [{say: \"Your {side} side.\"}, {rest: 9}]\n"
	                                        "  - sides: [left, rihgt]\n"
	                                        "    steps: [{say: \"Your {side} side.\"}]\n"
	                                        "  - use: techniques/half\n"
	                                        "  - use: techniques/half\n"
	                                        "  - use: techniques/none\n");
	const struct routine *routine = loaded.routine;
	assert_null(routine->voice);
	assert_null(routine->bed.track);
	assert_int_equal(routine->step_count, 4);
	assert_string_equal(routine->steps[0].steps[0].say, "Your left side.");
	assert_string_equal(routine->steps[1].steps[0].say, "Your right side.");
	assert_int_equal(routine->steps[1].step_count, 1);
	assert_string_equal(routine->steps[2].technique, "Half");
	assert_string_equal(routine->steps[3].steps[0].say, "The good half.");
	assert_int_equal(loaded.faults.count, 6);
	finish(&loaded);
}

static void test_routine_of_which_nothing_can_be_read(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "- a", "word", "stillroom: 2\ntitle: T\nsteps: [{rest: 6s}]", "\t"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct loaded loaded = load_faulty(texts[i]);
		assert_null(loaded.routine);
		finish(&loaded);
	}
}

static void test_routine_that_grows_too_long_has_no_steps(void **state)
{
	(void)state;
	struct loaded loaded = load_faulty(HEAD "steps:\n"
	                                        "  - repeat: 1000\n"
	                                        "    steps: [{repeat: 1000, steps: [{say: Again.}]}]\n");
	assert_non_null(loaded.routine);
	assert_int_equal(loaded.routine->step_count, 0);
	finish(&loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_routine_has_defaults),
		cmocka_unit_test(test_routine_keeps_its_head),
		cmocka_unit_test(test_routine_keeps_words_and_cues),
		cmocka_unit_test(test_routine_keeps_breathing),
		cmocka_unit_test(test_routine_keeps_strokes_and_holds),
		cmocka_unit_test(test_routine_keeps_changes_of_the_bed),
		cmocka_unit_test(test_routine_makes_a_group_of_each_side),
		cmocka_unit_test(test_routine_fills_in_a_technique),
		cmocka_unit_test(test_routine_carries_a_side_into_a_technique),
		cmocka_unit_test(test_routine_checks_a_technique_alone),
		cmocka_unit_test(test_routine_keeps_the_steps_of_a_when_that_holds),
		cmocka_unit_test(test_routine_tells_what_it_declares),
		cmocka_unit_test(test_routine_tells_a_wrong_argument),
		cmocka_unit_test(test_routine_makes_a_session_of_a_technique),
		cmocka_unit_test(test_routine_frames_no_technique_without_the_library_nor_the_frame_itself),
		cmocka_unit_test(test_routine_spellings_give_equal_steps),
		cmocka_unit_test(test_routine_looks_in_its_own_folder_first),
		cmocka_unit_test(test_routine_that_is_not_there),
		cmocka_unit_test(test_routine_keeps_the_good_steps_of_a_faulty_file),
		cmocka_unit_test(test_routine_keeps_both_sides_and_every_use_of_a_faulty_file),
		cmocka_unit_test(test_routine_of_which_nothing_can_be_read),
		cmocka_unit_test(test_routine_that_grows_too_long_has_no_steps),
		cmocka_unit_test(test_routine_faults_outlive_it_in_a_full_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
