// A session or a technique of the shipped library as it is played: its score, and what is said and done in it, and when.
// Everything is static; errors fail the test.
#ifndef TESTS_LIBRARY_PLAYED_H
#define TESTS_LIBRARY_PLAYED_H

#include "base/arena.h"
#include "base/frames.h"
#include "score/score.h"

#include <ctype.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
	PLAYED_MOST_PARAMETERS = 8,
	PLAYED_MOST_RUNS = 200,
	PLAYED_MOST_SENTENCE = 200, // bytes
};

struct played {
	struct arena *arena;
	struct fault_list faults;
	struct routine *routine;
	struct score *score;
};

// --- what can be chosen

struct choice {
	struct routine_argument arguments[PLAYED_MOST_PARAMETERS];
	size_t count;
};

// Which end of their ranges lengths and numbers are at. Under sanitizers only the defaults are tried: this proves the
// library, and the floors below have their own tests.
enum range_end { RANGE_DEFAULT, RANGE_FROM, RANGE_TO };
#ifdef TESTS_SANITIZED
enum { RANGE_ENDS = 1, CHOICES_MOST = 1 };
#else
enum { RANGE_ENDS = 3, CHOICES_MOST = 64 };
#endif

static inline size_t choice_words(const struct routine_parameter *parameter)
{
	size_t count = 0;
	while (parameter->words && parameter->words[count])
		count++;
	return count;
}

static inline size_t choice_count(const struct routine *routine)
{
	size_t count = 1;
	for (size_t i = 0; i < routine->parameter_count; i++)
		count *= routine->parameters[i].words ? choice_words(&routine->parameters[i]) : 1;
	assert_true(count <= 64); // as many as the program lists the lines of
	return count < CHOICES_MOST ? count : CHOICES_MOST;
}

// Every parameter gets a value. The words of a choice are the digits of its number.
static inline struct choice choice_make(const struct routine *routine, size_t number, enum range_end end)
{
	struct choice choice = {.count = 0};
	for (size_t i = 0; i < routine->parameter_count; i++) {
		const struct routine_parameter *parameter = &routine->parameters[i];
		const char *value = end == RANGE_FROM ? parameter->from : end == RANGE_TO ? parameter->to : NULL;
		size_t words = choice_words(parameter);
		if (words) {
			value = parameter->words[number % words];
			number /= words;
		}
		assert_true(choice.count < PLAYED_MOST_PARAMETERS);
		choice.arguments[choice.count++] =
			(struct routine_argument){parameter->name, value ? value : parameter->preset};
	}
	return choice;
}

// The value of a parameter; NULL when there is none of that name.
static inline const char *choice_value(const struct choice *choice, const char *name)
{
	for (size_t i = 0; i < choice->count; i++)
		if (strcmp(choice->arguments[i].name, name) == 0)
			return choice->arguments[i].value;
	return NULL;
}

static inline bool choice_is(const struct choice *choice, const char *name, const char *value)
{
	const char *chosen = choice_value(choice, name);
	return chosen && strcmp(chosen, value) == 0;
}

// A length as seconds, breaths being 10 s as they are where no routine says otherwise; a number as it is.
static inline double choice_sec(const struct choice *choice, const char *name)
{
	const char *text = choice_value(choice, name);
	assert_non_null(text);
	char *unit;
	double amount = strtod(text, &unit);
	while (*unit == ' ')
		unit++;
	return *unit == 'b' ? 10.0 * amount : *unit == 'm' ? 60.0 * amount : amount;
}

// --- loading

static inline void played_print_faults(struct played *played)
{
	for (size_t i = 0; i < played->faults.count; i++)
		print_message("%s\n", fault_text(&played->faults.items[i], played->arena));
}

// By path, as `play` loads it. `choice` may be NULL: the file's defaults.
static inline struct played played_open(const struct pack *pack, const char *path, const struct choice *choice)
{
	static const char *const libraries[] = {SOURCE_DIR "/routines", NULL};
	struct routine_request request = {.libraries = libraries, .to_play = true};
	if (choice) {
		request.arguments = choice->arguments;
		request.argument_count = choice->count;
	}
	struct played played = {.arena = arena_create()};
	played.faults = fault_list_init(played.arena);
	routine_load(&played.routine, path, &request, &played.faults);
	if (played.routine)
		score_create(&played.score, played.routine, pack, &played.faults);
	played_print_faults(&played);
	for (size_t i = 0; choice && played.faults.count > 0 && i < choice->count; i++)
		print_message("  with %s: %s\n", choice->arguments[i].name, choice->arguments[i].value);
	return played;
}

static inline void played_close(struct played *played)
{
	score_destroy(played->score);
	routine_destroy(played->routine);
	arena_destroy(played->arena);
}

// What a file declares, and no more.
static inline struct routine *played_declared(const char *path)
{
	static const char *const libraries[] = {SOURCE_DIR "/routines", NULL};
	const struct routine_request request = {.libraries = libraries, .to_play = true};
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine = NULL;
	assert_int_equal(routine_load(&routine, path, &request, &faults), STATUS_OK);
	arena_destroy(arena);
	return routine;
}

static inline struct pack *played_pack(const char *name)
{
	char path[300];
	snprintf(path, sizeof path, SOURCE_DIR "/voices/%s", name);
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct pack *pack = NULL;
	pack_open(&pack, path, &faults);
	assert_non_null(pack);
	assert_int_equal(faults.count, 0);
	arena_destroy(arena);
	return pack;
}

static inline const char *played_path(char path[300], const char *folder, const char *name)
{
	snprintf(path, 300, SOURCE_DIR "/routines/%s%s.yaml", folder, name);
	return path;
}

// --- when

static inline double played_sec(int64_t frames)
{
	return (double)frames / ENGINE_RATE_HZ;
}

// The end of the last step: then all fades away.
static inline int64_t played_steps_end(const struct score *score)
{
	return score->voice_fade.begin;
}

// --- words

// Holds `words` as whole words, in any case.
static inline bool text_has(const char *text, const char *words)
{
	size_t length = strlen(words);
	for (const char *at = strcasestr(text, words); at; at = strcasestr(at + 1, words))
		if ((at == text || !isalpha((unsigned char)at[-1])) && !isalpha((unsigned char)at[length]))
			return true;
	return false;
}

// `list` ends with NULL.
static inline bool text_has_any(const char *text, const char *const *list)
{
	while (*list && !text_has(text, *list))
		list++;
	return *list != NULL;
}

// The next sentence of a text, without its stop; false when there is none.
static inline bool text_sentence(const char **at, char sentence[PLAYED_MOST_SENTENCE])
{
	*at += strspn(*at, " .!?");
	size_t length = strcspn(*at, ".!?");
	assert_true(length < PLAYED_MOST_SENTENCE);
	memcpy(sentence, *at, length);
	sentence[length] = 0;
	*at += length;
	return length > 0;
}

static inline int text_count_words(const char *text)
{
	int count = 0;
	for (const char *at = text; *at; at++)
		count += *at != ' ' && (at == text || at[-1] == ' ');
	return count;
}

// Only what hands are called, and hold: a line that names what the hands do.
static inline bool text_names_hands(const char *text)
{
	static const char *const names[] = {"hand",  "hands",  "finger",   "fingers", "fingertips",
	                                    "thumb", "thumbs", "knuckles", NULL};
	return text_has_any(text, names);
}

static inline const char *event_words(const struct event *event)
{
	return event->lane == LANE_VOICE ? event->voice.line->text : NULL;
}

// The first line within [begin, end) that has these words, or NULL.
static inline const struct event *played_says(const struct score *score, int64_t begin, int64_t end, const char *words)
{
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (event->lane == LANE_VOICE && event->begin >= begin && event->begin < end &&
		    text_has(event->voice.line->text, words))
			return event;
	}
	return NULL;
}

// --- motion

static inline bool event_is_stroke(const struct event *event)
{
	return event->lane == LANE_STROKE;
}

// Neither lying still nor letting go.
static inline bool event_moves(const struct event *event)
{
	return event_is_stroke(event) && event->stroke.shape != STROKE_STILL && event->stroke.shape != STROKE_RELEASE;
}

// Strokes of one kind that follow each other without a gap.
struct run {
	enum stroke_shape shape;
	enum side side;
	enum stroke_direction direction;
	int strokes;
	int64_t begin, end;
};

static inline bool run_goes_on(const struct run *run, const struct event *event)
{
	return run->end == event->begin && run->shape == event->stroke.shape && run->side == event->stroke.side &&
	       run->direction == event->stroke.direction;
}

// The runs of [begin, end), in order.
static inline int played_runs(const struct score *score, int64_t begin, int64_t end, struct run runs[PLAYED_MOST_RUNS])
{
	int count = 0;
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (!event_is_stroke(event) || event->begin < begin || event->begin >= end)
			continue;
		if (count == 0 || !run_goes_on(&runs[count - 1], event)) {
			assert_true(count < PLAYED_MOST_RUNS);
			runs[count++] =
				(struct run){event->stroke.shape, event->stroke.side, event->stroke.direction, 0,
			                     event->begin,        event->end};
		}
		runs[count - 1].strokes++;
		runs[count - 1].end = event->end;
	}
	return count;
}

#endif
