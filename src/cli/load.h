// A routine and a voice, loaded and checked, with the score made of them: what play, render and show begin with.
// Control thread.
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "cli/data.h"
#include "cli/options.h"
#include "routine/routine.h"
#include "mix/mix.h"

#include <stdio.h>

#define DEFAULT_ROUTINE "evening"
#define DEFAULT_VOICE "en-clb"

struct loaded {
	struct data_paths paths;
	struct arena *arena; // of the faults
	struct fault_list faults;
	struct routine *routine;
	struct pack *pack;
	struct score *score;
	struct mix *mix; // NULL until load_mix
};

// What the command line says of a routine beside its name.
struct load_options {
	const char *voice;                        // a pack's name or path, or NULL for the routine's own
	const char *with[OPTIONS_MOST_AGAIN + 1]; // NAME=VALUE, ended by NULL
};

void load_begin(struct loaded *loaded); // nothing loaded yet

// Loads by name or path, to be played. Prints what is wrong to stderr. Returns EXIT_DONE or EXIT_WRONG; load_finish in any
// case.
int load_session(struct loaded *loaded, const char *routine, const struct load_options *options);

// Opens the beds. EXIT_DONE or EXIT_WRONG.
int load_mix(struct loaded *loaded);

// The same for a file, without a word: all faults of the routine, its words and its beds are gathered in one run. Not
// STATUS_OK: it must not be played.
enum status load_all(struct loaded *loaded, const char *path, const struct load_options *options, bool to_play);

// Whether each --with is NAME=VALUE; false after a message to stderr.
bool load_options_fit(const struct load_options *options);

void load_finish(struct loaded *loaded);

// Prints the faults, sorted, one a line. Returns how many there are.
size_t load_print_faults(struct loaded *loaded, FILE *out);

// A position given as a time (90s, 2m30s, 2:30) or as a part's name (its beginning is enough), in frames.
// False after a message.
bool load_position(const struct loaded *loaded, const char *text, int64_t *at_frames);
bool load_length(const char *text, int64_t *frames);

#endif
