// Questions on a real stage, whose output fails on order. Nothing is said here: no pack, so every line is over at once.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "brown_score.h"
#include "session/ask.h"
#include "session/live.h"

#include <signal.h>
#include <stdlib.h>

// A control that wishes one thing after the other.
struct script {
	struct control head;
	const struct wish *wishes;
	int count;
};

static int script_wait_on(struct control *control, short *events)
{
	(void)control;
	(void)events;
	return -1;
}

static double script_deadline_sec(struct control *control)
{
	return ((struct script *)control)->count > 0 ? 0.0 : 1e12;
}

static bool script_take(struct control *control, struct wish *wish)
{
	struct script *script = (struct script *)control;
	if (script->count == 0)
		return false;
	script->count--;
	*wish = *script->wishes++;
	return true;
}

static void script_tell(struct control *control, const struct control_view *view)
{
	(void)control;
	(void)view;
}

static void script_destroy(struct control *control)
{
	(void)control;
}

static const struct control_ops script_ops = {script_wait_on, script_deadline_sec, script_take, script_tell,
                                              script_destroy};

static const struct dialogue_offer offers[] = {{.digit = 1}, {.digit = 2}};
static const struct dialogue_table quick = {
	.offers = offers, .offer_count = 2, .silence = DIALOGUE_SILENT, .enter = 0, .silence_sec = 0.3};

struct scene {
	struct sink *sink;
	struct stage *stage;
	struct script script;
};

static void begin(struct scene *scene, const struct null_faults *faults, const struct wish *wishes, int count)
{
	*scene = (struct scene){.sink = sink_create_null(faults), .script = {{&script_ops}, wishes, count}};
	scene->stage = stage_create(&(struct stage_setup){.sink = scene->sink, .controls = {&scene->script.head}});
}

static void end(struct scene *scene)
{
	stage_destroy(scene->stage);
	sink_destroy(scene->sink);
}

static const struct null_faults none = {-1, -1, 0, false};

static void test_ask_a_key_answers_and_the_volume_is_kept(void **state)
{
	(void)state;
	static const struct wish wishes[] = {{VERB_QUIETER, 0}, {VERB_DIGIT, 2}};
	struct scene scene;
	struct ask_sound sound = {.volume_db = -10.0};
	begin(&scene, &none, wishes, 2);
	struct ask_answer answer = ask(scene.stage, &quick, &sound);
	assert_true(answer.choice == 1 && !answer.by_silence);
	assert_true(sound.volume_db == -12.0);
	end(&scene);
}

static void test_ask_leaves_the_output_to_the_session(void **state)
{
	(void)state;
	struct scene scene;
	struct ask_sound sound = {.volume_db = -10.0};
	begin(&scene, &none, NULL, 0);
	assert_int_equal(ask(scene.stage, &quick, &sound).choice, DIALOGUE_SILENT);
	const struct feed *feed = stage_feed(scene.stage);
	assert_non_null(feed);
	struct brown_score brown;
	brown_score_make(&brown, ENGINE_RATE_HZ);
	struct mix *mix = brown_score_mix(&brown);
	struct live_options options = {.volume_db = -10.0};
	struct live_result result = live_play(scene.stage, &brown.score, mix, &options);
	assert_int_equal(result.end, END_DONE);
	assert_int_equal(result.heard_frames, ENGINE_RATE_HZ);
	assert_ptr_equal(stage_feed(scene.stage), feed);
	assert_int_equal(ask(scene.stage, &quick, &sound).choice, DIALOGUE_SILENT);
	assert_ptr_equal(stage_feed(scene.stage), feed);
	end(&scene);
	mix_destroy(mix);
}

static void test_ask_takes_silence_where_no_output_opens(void **state)
{
	(void)state;
	struct scene scene;
	struct ask_sound sound = {0};
	begin(&scene, &(struct null_faults){-1, -1, 1, false}, NULL, 0);
	struct ask_answer answer = ask(scene.stage, &quick, &sound);
	assert_true(answer.choice == DIALOGUE_SILENT && answer.by_silence);
	assert_null(stage_feed(scene.stage));
	end(&scene);
}

static void test_ask_opens_a_lost_output_once_more(void **state)
{
	(void)state;
	struct scene scene;
	struct ask_sound sound = {0};
	begin(&scene, &(struct null_faults){-1, 100, 0, false}, NULL, 0);
	assert_int_equal(ask(scene.stage, &quick, &sound).choice, DIALOGUE_SILENT);
	assert_non_null(stage_feed(scene.stage));
	end(&scene);
	begin(&scene, &(struct null_faults){-1, 100, 0, true}, NULL, 0);
	assert_int_equal(ask(scene.stage, &quick, &sound).choice, DIALOGUE_SILENT);
	assert_null(stage_feed(scene.stage));
	end(&scene);
}

static void test_ask_ends_by_a_signal(void **state)
{
	(void)state;
	static const struct dialogue_table patient = {.silence_sec = 60.0};
	struct scene scene;
	struct ask_sound sound = {0};
	begin(&scene, &none, NULL, 0);
	raise(SIGTERM); // blocked: it comes when the stage waits
	assert_int_equal(ask(scene.stage, &patient, &sound).choice, DIALOGUE_ENDED);
	end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ask_a_key_answers_and_the_volume_is_kept),
		cmocka_unit_test(test_ask_leaves_the_output_to_the_session),
		cmocka_unit_test(test_ask_takes_silence_where_no_output_opens),
		cmocka_unit_test(test_ask_opens_a_lost_output_once_more),
		cmocka_unit_test(test_ask_ends_by_a_signal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
