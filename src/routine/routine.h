// A checked routine: what a person wrote, in seconds and words, every value with its place. Control thread.
//
// routine_load reads a file, the techniques it uses and theirs; parameters and {side} are already filled in. Frames are
// not known here: the score makes them, with a voice pack.
#ifndef ROUTINE_ROUTINE_H
#define ROUTINE_ROUTINE_H

#include "base/fault.h"
#include "base/folder.h"
#include "base/status.h"
#include "sound/breath.h"
#include "sound/stroke.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	ROUTINE_MOST_STEPS = 200000, // after repeats, sides and use are unrolled
	ROUTINE_MOST_SEC = 24 * 60 * 60,
	ROUTINE_MOST_USE_DEPTH = 16,
	ROUTINE_MOST_FILES = 64,        // different techniques in one routine
	ROUTINE_MOST_BREATHS = 43200,   // in one length: a day of the shortest breaths
	ROUTINE_MOST_TEXT_BYTES = 1000, // of one spoken line
};

// An ending's length.
#define ROUTINE_LEAST_END_SEC 2.0
#define ROUTINE_MOST_END_SEC 7200.0

enum moment { MOMENT_ANY, MOMENT_ATTACK, MOMENT_FIRST_SIGN, MOMENT_AFTER, MOMENT_DAILY, MOMENT_BEDTIME };
enum pressure { PRESSURE_NONE, PRESSURE_FEATHER, PRESSURE_LIGHT, PRESSURE_MEDIUM, PRESSURE_FIRM };

// A length is in seconds or in breaths of the session's clock.
struct length {
	double amount;
	bool in_breaths;
};

// The session's clock. A glide goes from from_per_minute to to_per_minute over over_sec of the session, counted from
// its first guided breath; the phases then give the shape of a breath, not its length.
struct breath {
	double in_sec, hold_in_sec, out_sec, hold_out_sec;
	double from_per_minute, to_per_minute, over_sec; // 0 without a glide
	enum breath_sound sound;
};

enum bed_mode { BED_TEXTURE, BED_LOOP, BED_ONCE };

struct bed {
	const char *track;           // a built-in texture's name, or a file's; NULL: no bed, or keep_track
	bool keep_track;             // a change of level only: the track and its mode stay as they were
	const struct folder *folder; // where the file is; NULL for a built-in one
	enum bed_mode mode;
	double level_db;    // to the voice, at most 0
	double fade_sec;    // of a change; 0 for the first bed, whose fade is the session's start
	struct place place; // of the track's name; of the level with keep_track
};

enum cue_when { CUE_AT, CUE_HALF, CUE_LAST };

struct cue {
	enum cue_when when;
	double sec; // CUE_AT: from the step's start; CUE_LAST: before its end
	const char *say;
	struct place place; // of the words
};

enum step_kind { STEP_SAY, STEP_REST, STEP_BREATHE, STEP_STROKE, STEP_HOLD, STEP_PART, STEP_BED, STEP_GROUP };

struct step {
	enum step_kind kind;
	struct place place; // of the step's main word

	const char *say; // STEP_SAY: the words; a timed step: spoken at its start, or NULL; STEP_PART: the name
	struct place say_place;

	// timed steps: rest, breathe, stroke, hold
	struct length length;
	struct cue *cues;
	size_t cue_count;

	// breathe: how many breaths are spoken; INT_MAX is all
	int spoken_breaths;

	// stroke and hold
	enum stroke_shape shape; // of a hold: STROKE_PRESS
	enum side side;
	enum stroke_direction direction;
	double per_breath;     // strokes a breath, or 0
	double every_sec;      // seconds a stroke, or 0; both 0: one stroke over the whole length
	struct length release; // hold: how long the letting go takes after the length; 0: at once
	double count_sec;      // hold: say the seconds left this often; 0: no

	struct bed bed; // STEP_BED

	// group: from repeat, sides or use
	int repeat;            // at least 1
	const char *area;      // a technique's area for the marks, or NULL
	const char *technique; // its title, or NULL
	const char *caution;   // what it warns of, or NULL
	enum pressure pressure;
	struct step *steps;
	size_t step_count;

	// Sore touch.
	bool for_sore; // a stroke or hold that stands in an `if-sore`: it is done as it says
	bool still_hands; // a group: only its time, its parts and its beds are kept; the hands rest, and the breath is heard
};

struct ending {
	double fade_sec;
	// Fade order: lanes named leave one after another, the last one with the end. 0 when not named.
	int voice_rank, tones_rank, bed_rank; // 1 leaves first
	int rank_count;                       // 0: all together
};

// What `with:` declares.
struct routine_parameter {
	const char *name;
	const char *preset;       // the default, or NULL: it must be given
	const char *from, *to;    // or NULL
	const char *const *words; // one-of, ends with NULL; or NULL
};

struct routine {
	struct arena *arena; // owns all of it
	bool partial;        // its file has faults: only what could be read is here
	const char *file;
	const char *name;  // the file's name without folder and ending
	bool is_technique; // its file is a technique's, loaded alone
	bool sore;         // as it was asked for
	const char *title, *about;
	const struct routine_parameter *parameters; // that its file declares
	size_t parameter_count;
	enum moment moment;
	double often_per_week; // 7 for daily, 0 for when needed
	const char *voice;     // a pack's name, or NULL for the default one
	struct place voice_place;
	struct breath breath;
	struct bed bed;
	struct ending ending;
	struct step *steps;
	size_t step_count;
	struct folder *folders; // that beds may be in: the routine's own, then the libraries
	size_t folder_count;
};

struct routine_argument {
	const char *name, *value;
};

// How a file is to be loaded. All zero is: from its own folder alone, with its defaults, only to be looked at.
struct routine_request {
	const char *const *libraries; // folders that are looked in after the file's own, NULL-ended; or NULL
	const struct routine_argument *arguments; // for the parameters that the file declares
	size_t argument_count;
	bool to_play;     // a technique becomes a session; see below
	bool sore;        // touch is sore: `if-sore` is taken, and what moves or presses without one is still
	double sleep_sec; // above 0: the ending takes so long, and voice, tones and bed leave in this order
};

// Loads a file by path. All its faults are added at once. Techniques and beds are looked for in the routine's own
// folder, then in the libraries, and nowhere else. Bed files are only checked to be there; what is in them is the
// score's business. `request` may be NULL. An argument that is wrong is a fault in the file "--with".
//
// STATUS_NOT_FOUND when there is no such file (with a fault that says so), STATUS_FAULTY with any other fault.
//
// A faulty file still gives what could be read, marked `partial`, so that its words and beds can be looked for in the
// same run; NULL only when nothing could. It is for that alone, never for playing:
//   - every step in it is whole; the others are left out, so there may be no steps, and times are not to be judged;
//   - a timed step with a fault leaves its good words behind, each as a STEP_SAY;
//   - a value at fault has its default; a bed at fault is left out, but for a file that is there;
//   - a routine that grows too large or too long has no steps.
//
// A file that has `technique:` is read on its own: the routine then has the technique's title, about and steps (as one
// group). A parameter without a default gets a plausible value, or with `to_play` must be among the arguments. With
// `to_play` there is a bed too, and the library's settle before it and close behind it, each a part.
enum status routine_load(struct routine **routine, const char *path, const struct routine_request *request,
                         struct fault_list *faults);

// The same for text that is in memory already; `path` names it, and its folder is where techniques are looked for.
enum status routine_load_text(struct routine **routine, const char *path, const char *text, size_t length,
                              const struct routine_request *request, struct fault_list *faults);

void routine_destroy(struct routine *routine); // NULL is fine

const char *moment_name(enum moment moment); // "attack", "first-sign", ...

#endif
