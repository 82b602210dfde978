// A score: sorted, immutable events in whole frames, made from a routine and a voice pack. This is the only place where
// seconds become frames. Made on the control thread, then read by any number of threads.
#ifndef SCORE_SCORE_H
#define SCORE_SCORE_H

#include "base/fault.h"
#include "base/status.h"
#include "routine/routine.h"
#include "sound/breath.h"
#include "sound/curve.h"
#include "sound/stroke.h"
#include "voice/pack.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { SCORE_MOST_EVENTS = 200000 };

// Lanes in the order in which events that begin together are sorted.
enum lane { LANE_MARK, LANE_BED, LANE_BREATH, LANE_STROKE, LANE_VOICE };

enum mark { MARK_PART, MARK_AREA };

// An event lasts from begin to end, [begin, end) in frames.
struct event {
	int64_t begin, end;
	enum lane lane;
	union {
		struct {
			enum mark kind;
			const char *name;       // of the part or area
			enum pressure pressure; // of an area's technique
		} mark;
		struct {
			int bed; // index in score.beds

			// Frame at which its material began: after a change of level it goes on in the same place.
			int64_t origin;

			// The event's edges: equal-power, or curve_s when the neighbour is the same material at
			// another level (the two are alike, so their gains must add up to 1).
			int64_t fade_in_frames, fade_out_frames;
			bool alike_before, alike_after;
		} bed;
		struct {
			enum breath_phase phase;
			int number; // of the breath in the session, from 0
		} breath;
		struct {
			enum stroke_shape shape;
			enum side side;
			enum stroke_direction direction;
			int number; // from 0
		} stroke;
		struct {
			const struct pack_line *line;
			const struct place *place; // of the words in the routine; NULL for a name in an eased score
		} voice;
	};
};

// A bed's sound: each different one once, in order of first use.
struct score_bed {
	const char *track;
	const struct folder *folder; // NULL: a built-in texture
	enum bed_mode mode;
	double level_db;
	struct place place; // in the routine
};

// How a lane leaves in the end: from full at begin to silence at end.
struct score_fade {
	int64_t begin, end;
};

struct score {
	struct arena *arena;
	const struct routine *routine; // borrowed
	const struct pack *pack;       // borrowed
	int64_t frames;                // length, with the fades
	int64_t start_fade_frames;     // the bed rises before the first step
	struct event *events;          // by begin, then lane, then end
	size_t event_count;
	struct score_bed *beds;
	size_t bed_count;
	struct span *words; // merged spans of speech: what the duck follows
	size_t word_count;
	struct score_fade voice_fade, tones_fade, bed_fade;
	enum breath_sound breath_sound;
	double level_db;   // of the whole session: 0, or GENTLE_DB
	double ceiling_db; // dBTP
	bool dark;         // without brightness: see sound/dark.h
};

// Makes the score. Missing lines, damaged recordings, words that do not fit their step or talk over each other are
// faults. A faulty score is STATUS_FAULTY and not for the ear, but its beds can still be looked at: *score is never NULL.
// Of a routine that is only partial, what does not fit is no fault; what is missing is.
enum status score_create(struct score **score, const struct routine *routine, const struct pack *pack,
                         struct fault_list *faults);
void score_destroy(struct score *score); // NULL is fine

// Adds a fault for each recording of the score that cannot be used: of a pack that is heard as it is mixed, when its mix
// has lost words. Always adds one. Control thread.
void score_hear(const struct score *score, struct fault_list *faults);

// How much of a session is left when it is too much.
enum score_ease {
	EASE_NONE,   // all of it
	EASE_DARK,   // all of it, less bright; so are the next two
	EASE_NAMES,  // of the words only the parts' names, each at its part's begin, as far as the pack has them
	EASE_BREATH, // no words, no strokes, no bed
};

// A score of the same length, with the same marks, breath and ending at the same places. It borrows the routine and the
// pack, as `score` does, but nothing of `score`, which may go before it. Control thread: it decodes the names.
void score_ease(struct score **eased, const struct score *score, enum score_ease ease);

// One line an event: first frame, end frame, lane, what. The golden text of the tests.
void score_print(const struct score *score, FILE *out);

// A timetable for people: time, what is said, what the hands do.
void score_print_timetable(const struct score *score, FILE *out);

// Every line that a routine speaks, each once: what a pack needs for it. Texts live in the arena.
size_t score_lines(const struct routine *routine, struct arena *arena, const char ***lines);

// Sorts lines and keeps each once, in place; returns how many are left.
size_t score_keep_once(const char **lines, size_t count);

// The part that frame `at` is in: its index from 0, or -1; parts counts MARK_PART events.
int score_part_at(const struct score *score, int64_t at_frames);
int score_part_count(const struct score *score);
const struct event *score_part(const struct score *score, int index);

// Whether an event marks a place of the body: an area, and neither all of it nor the breath.
bool score_is_place_of_body(const struct event *event);

#endif
