// What there is to play: every routine of the data folders, or of one folder, looked at once. Control thread.
//
// A routine that `play` would refuse is in it too, and says so; only a bed of the author's own is not opened for this.
#ifndef CLI_LIBRARY_H
#define CLI_LIBRARY_H

#include "cli/data.h"
#include "routine/routine.h"

struct library_entry {
	const char *name; // what one types after `play`: "evening", "settle"
	const char *path; // of the file in its folder, without the ending: "techniques/settle"
	const char *file;
	bool faulty; // it cannot be played; nothing below is known
	bool is_technique;
	const char *title, *about;
	enum moment moment;
	double often_per_week; // as in struct routine
	int64_t frames; // the whole of it, of a technique as it is played alone; -1: not known, for want of a voice or a value
	int64_t fade_frames;        // of these, the ending's
	const char *const *areas;   // that it works on, in its order, each once; NULL-ended
	const char *const *uses;    // titles of the techniques in it, likewise
	const char *area, *caution; // of a technique; caution may be NULL
	enum pressure pressure;
	const struct routine_parameter *parameters;
	size_t parameter_count;
};

struct library {
	struct arena *arena;
	const char *folder;            // the one that was asked for, or NULL
	const char *missing_voice;     // without which lengths are not known; NULL when it is there
	struct library_entry *entries; // sessions by moment and name, then techniques, then what is faulty
	size_t count, playable_count;
};

// `folder` is the one to look in, or NULL for all data folders, where the first that has a name gives its routine, as
// for `play`. Without `lengths` no recording is looked at, which is most of the work: frames are -1, and what a voice
// lacks is not known.
struct library *library_create(const struct data_paths *paths, const char *folder, bool lengths);
void library_destroy(struct library *library); // NULL is fine

#endif
