// The menu, asked by ear: `stillroom` alone, and `play --moment`. Control thread.
#ifndef CLI_MENU_H
#define CLI_MENU_H

#include "cli/play.h"

// MOMENT_ANY: there is none of that name.
enum moment menu_moment(const char *name);

// Asks what to play among the sessions for a moment (MOMENT_ANY: all, with what is unfinished and what is due first), and
// plays it. Where nobody can be asked it is the moment's first session; for MOMENT_ANY MENU_NOBODY.
enum { MENU_NOBODY = -1 };
int menu_play(struct play_options *options, enum moment moment);

#endif
