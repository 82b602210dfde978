// What the commands that play share: what the command line says of it. Control thread.
#ifndef CLI_PLAY_H
#define CLI_PLAY_H

#include "cli/load.h"
#include "cli/output.h"
#include "session/session.h"

struct play_options {
	const char *routine; // as it was asked for
	const char *to;      // NULL: the default device
	bool fast, verbose;
	bool has_volume; // output.volume_db was asked for
	bool screen;     // one dim line, for those who want it
	bool unasked;    // --no-questions
	bool unguarded;  // --no-guard
	const char *remote;
	const char *hurts[SESSION_MOST_HURTS]; // areas that a session picked up again leaves out
	int hurt_count;
	const char *compare; // "breath" or "hands", as it was drawn; NULL: no comparison
	struct load_options load;
	struct output_options output;
};

struct sitting;
struct bookmark;

bool play_to_device(const struct play_options *options);

// Plays what is loaded, its mix too, and ends the sitting. A session that is picked up again has a bookmark. Gives an exit
// status.
int play_live(struct sitting *sitting, struct loaded *loaded, const struct bookmark *bookmark);

// Loads what the sitting's options ask for, in the dark, and does the same.
int play_in_the_dark(struct sitting *sitting, const struct bookmark *bookmark);

bool play_has_remote(const struct play_options *options); // false after a message

// Prints where to go on.
void play_print_where(const struct play_options *options, int64_t at_frames);

#endif
