// What is asked for is made in a thread: the last question counts, and a recording that never comes holds up nobody.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/decoder.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/frames.h"
#include "session/phrases.h"
#include "session/stage.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_SEC 60.0 // of a test, for a machine that does much else

struct voice {
	struct arena *arena;
	struct fault_list faults;
	struct pack *pack;
};

static int open_voice(void **state)
{
	struct voice *voice = calloc(1, sizeof *voice);
	assert_non_null(voice);
	voice->arena = arena_create();
	voice->faults = fault_list_init(voice->arena);
	*state = voice;
	return pack_open(&voice->pack, SOURCE_DIR "/voices/en-clb", &voice->faults);
}

static int close_voice(void **state)
{
	struct voice *voice = *state;
	pack_destroy(voice->pack);
	arena_destroy(voice->arena);
	free(voice);
	return 0;
}

// A decoder that never answers in the place of the pack's own; and that one.
static struct audio_decoder *hold_back(struct voice *voice, struct audio_decoder *other)
{
	struct audio_decoder *own = voice->pack->decoder;
	voice->pack->decoder = other;
	return own;
}

static struct audio_decoder *hanging_decoder(void)
{
	assert_int_equal(setenv("BAD_DECODER", "hangs", 1), 0);
	return decoder_create(BUILD_DIR "/tests/bad_decoder", 1e6);
}

static int64_t await(struct phrases *phrases, const float **frames)
{
	int64_t n_frames = -1;
	double late_sec = clock_sec() + PATIENCE_SEC;
	while (!phrases_take(phrases, frames, &n_frames)) {
		struct pollfd ready = {.fd = phrases_ready_fd(phrases), .events = POLLIN};
		poll(&ready, 1, 1000);
		assert_true(clock_sec() < late_sec);
	}
	return n_frames;
}

static int64_t say(struct phrases *phrases, const char *const *lines, int count, const float **frames)
{
	phrases_ask(phrases, lines, count, 0.0);
	return await(phrases, frames);
}

static void test_phrases_are_the_lines_one_after_another(void **state)
{
	struct voice *voice = *state;
	static const char *const both[] = {"Paused.", "Going on."}, *const strange[] = {"Words that nobody has said."};
	struct phrases *phrases = phrases_create(voice->pack, NULL);
	const float *frames;
	int64_t first = say(phrases, both, 1, &frames), second = say(phrases, both + 1, 1, &frames);
	assert_true(first > 4800 && second > 4800);
	float *kept = malloc((size_t)second * sizeof *kept);
	memcpy(kept, frames, (size_t)second * sizeof *kept);
	int64_t gap = ENGINE_RATE_HZ / 10;
	assert_int_equal(say(phrases, both, 2, &frames), first + gap + second);
	assert_memory_equal(frames + first + gap, kept, (size_t)second * sizeof *kept);
	free(kept);
	assert_int_equal(say(phrases, strange, 1, &frames), 0);
	assert_int_equal(say(phrases, both, 0, &frames), 0);
	phrases_destroy(phrases);
}

static void test_phrases_answer_the_last_question(void **state)
{
	struct voice *voice = *state;
	static const char *const lines[] = {"Paused.", "Press the same key again to end."};
	struct phrases *phrases = phrases_create(voice->pack, NULL);
	const float *frames;
	int64_t wanted = say(phrases, lines, 1, &frames);
	for (int i = 0; i < 200; i++) {
		phrases_ask(phrases, lines + 1, 1, 0.0);
		assert_int_equal(say(phrases, lines, 1, &frames), wanted);
	}
	phrases_destroy(phrases);
}

static void test_phrases_that_never_come_hold_up_nobody(void **state)
{
	struct voice *voice = *state;
	static const char *const lines[] = {"Paused.", "Going on."};
	struct audio_decoder *hanging = hanging_decoder(), *own = hold_back(voice, hanging);
	struct phrases *phrases = phrases_create(voice->pack, NULL);
	const float *frames;
	int64_t n_frames;
	for (int i = 0; i < 10; i++) {
		phrases_ask(phrases, lines, 2, 0.0);
		assert_false(phrases_take(phrases, &frames, &n_frames));
	}
	phrases_destroy(phrases); // nor the end
	hold_back(voice, own);
	audio_decoder_destroy(hanging);
}

// On a stage: the answer is over once it would be too late for it, and the next one is spoken.
static void test_phrases_that_come_too_late_are_left_unsaid(void **state)
{
	struct voice *voice = *state;
	static const char *const lines[] = {"Paused."};
	struct audio_decoder *hanging = hanging_decoder(), *own = hold_back(voice, hanging);
	struct phrases *held = phrases_create(voice->pack, NULL);
	struct sink *sink = sink_create_null(&(struct null_faults){-1, -1, 0, false});
	struct stage *stage = stage_create(&(struct stage_setup){.sink = sink, .phrases = held});
	assert_int_equal(stage_open(stage, 0.0, -12.0), STATUS_OK);
	assert_int_equal(stage_await(stage, true), STATUS_OK);
	stage_say_within(stage, lines, 1, 0.0, 0.3);
	assert_true(stage_speaks(stage)); // it may still come
	double late_sec = clock_sec() + PATIENCE_SEC;
	while (stage_speaks(stage)) {
		stage_wait(stage, 0.05);
		assert_true(clock_sec() < late_sec);
	}
	assert_false(feed_aside_runs(stage_feed(stage)));
	phrases_hurry(held);
	stage_speak_with(stage, NULL);
	phrases_destroy(held);
	hold_back(voice, own);

	struct phrases *good = phrases_create(voice->pack, NULL);
	stage_speak_with(stage, good);
	stage_say(stage, lines, 1, 0.0);
	bool runs = false;
	while (stage_speaks(stage)) {
		stage_wait(stage, 0.05);
		runs |= feed_aside_runs(stage_feed(stage));
		assert_true(clock_sec() < late_sec);
	}
	assert_true(runs);
	stage_destroy(stage);
	sink_destroy(sink);
	phrases_destroy(good);
	audio_decoder_destroy(hanging);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phrases_are_the_lines_one_after_another),
		cmocka_unit_test(test_phrases_answer_the_last_question),
		cmocka_unit_test(test_phrases_that_never_come_hold_up_nobody),
		cmocka_unit_test(test_phrases_that_come_too_late_are_left_unsaid),
	};
	return cmocka_run_group_tests(tests, open_voice, close_voice);
}
