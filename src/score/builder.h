// What the files of this folder share while a score is made. Control thread.
#ifndef SCORE_BUILDER_H
#define SCORE_BUILDER_H

#include "score/score.h"

#include <stdbool.h>

struct builder {
	struct score *score;
	struct fault_list *faults;
	size_t event_capacity, bed_capacity;

	int64_t at;              // the end of what is made so far
	int64_t first_breath;    // frame of the first guided breath, where a glide begins; -1 before
	int breaths, strokes;    // made so far
	const struct step *step; // being made: names the place when a bound is passed
	bool partial;            // the routine is not whole: only what is missing is a fault, not what does not fit
	bool full;               // a bound was passed: nothing more is made
	bool hushed;             // time passes, beds and marks are made; nothing is said, done or breathed
	int64_t *clip_frames;    // for each line of the pack: its length, 0 before it was looked at, -1 when damaged
	struct bed bed;          // as it is now
	size_t bed_event;        // of the bed that plays now; SIZE_MAX for none
	size_t open_part;        // the MARK_PART event that lasts still; SIZE_MAX for none
};

int64_t builder_frames(double seconds);

// Events into their order; then the merged spans of those that speak.
void score_sort(struct score *score);
void score_find_words(struct score *score);

// NULL when the score is full; the fault has been added.
struct event *builder_add(struct builder *b, enum lane lane, int64_t begin, int64_t end);

// A fault at the present step when the session has grown too long.
void builder_check_length(struct builder *b);

// breathing.c: the session's clock.
int64_t breathing_length(const struct builder *b, int64_t at);               // of the breath that begins at `at`
int64_t breathing_span(const struct builder *b, int64_t at, double breaths); // of some breaths in a row

// A stretch of guided breaths: where each begins, and the end of the last one.
struct breathing {
	int64_t *begins; // count + 1; free()
	int count;
};
// As many whole breaths as fit [at, end), with their events.
struct breathing breathing_add(struct builder *b, int64_t at, int64_t end);
// The frame at `breaths` (with a fraction) from the first of them; the middle of a breath is where out begins.
int64_t breathing_at(const struct builder *b, const struct breathing *breathing, double breaths, bool by_halves);

// words.c
#define WORDS_BREATHE_IN "Breathe in."
#define WORDS_BREATHE_OUT "Breathe out."

// Speaks words at a frame; gives their length, or 0 with a fault at place. They must end by `end`.
int64_t words_add(struct builder *b, int64_t at, int64_t end, const char *words, const struct place *place);
// The same for words that nobody wrote (counts, breaths): they give way to others from `first_event` on, silently.
bool words_add_if_free(struct builder *b, size_t first_event, int64_t at, int64_t end, const char *words,
                       const struct place *place);
// 1 to 999 in words.
const char *words_number(struct arena *arena, int number);
// After sorting: faults where one line begins before another has ended; then the merged spans.
void words_finish(struct builder *b);

// still.c: the time of a group's steps as still hands, for sore touch.
#define WORDS_STILL_HANDS "Lay one hand on your chest, and one on your belly."
#define WORDS_STILL_STAY "Leave them there. Let the breath move them."
#define AREA_STILL_HANDS "breath" // where they lie
void still_add(struct builder *b, const struct step *group);

// steps.c
void steps_add(struct builder *b, const struct step *steps, size_t count);

// beds.c
void beds_begin(struct builder *b);
void beds_change(struct builder *b, const struct bed *wanted);

#endif
