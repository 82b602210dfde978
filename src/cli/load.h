// A routine and a voice, loaded and checked, with the score made of them: what play, render and show begin with.
// Control thread.
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "cli/data.h"
#include "cli/options.h"
#include "routine/routine.h"
#include "mix/mix.h"

#define DEFAULT_ROUTINE "evening"
#define DEFAULT_VOICE "en-clb"

struct loaded {
	struct data_paths paths;
	struct arena *arena; // of the faults
	struct fault_list faults;
	struct routine *routine;
	struct pack *pack;
	struct score *score;
	struct mix *mix;     // NULL until load_mix
	const char *missing; // the routine that was asked for and is not there, or NULL
};

// What the command line says of a routine beside its name.
struct load_options {
	const char *voice;                        // a pack's name or path, or NULL for the routine's own
	const char *with[OPTIONS_MOST_AGAIN + 1]; // NAME=VALUE, ended by NULL
	bool sore;                                // touch is sore
	double sleep_sec;                         // of an ending to fall asleep in; 0: the routine's own
	bool heard_as_mixed;                      // nobody listens: a bad recording may still be found at the end
};

void load_begin(struct loaded *loaded); // nothing loaded yet

// Loads by name or path, to be played. Prints what is wrong to stderr. Returns EXIT_DONE or EXIT_WRONG; load_finish in any
// case.
int load_session(struct loaded *loaded, const char *routine, const struct load_options *options);

// The same, beds too, without a word while the screen is dark; load_complain tells afterwards.
int load_in_the_dark(struct loaded *loaded, const char *routine, const struct load_options *options);
void load_complain(struct loaded *loaded);

// Opens the beds, if they are not open. EXIT_DONE or EXIT_WRONG; load_complain tells.
int load_mix(struct loaded *loaded);

// The same for a file, without a word: all faults of the routine, its words and its beds are gathered in one run. Not
// STATUS_OK: it must not be played.
enum status load_all(struct loaded *loaded, const char *path, const struct load_options *options, bool to_play);

// Whether each --with is NAME=VALUE; false after a message to stderr.
bool load_options_fit(const struct load_options *options);

void load_finish(struct loaded *loaded);

// Prints the faults to stderr, sorted, one a line. Returns how many there are.
size_t load_print_faults(struct loaded *loaded);

// A position given as a time (90s, 2m30s, 2:30) or as a part's name (its beginning is enough), in frames.
// False after a message.
bool load_position(const struct loaded *loaded, const char *text, int64_t *at_frames);
bool load_length(const char *text, int64_t *frames);

#endif
