// Lines that the program's own voice has, said or written. Control thread.
#ifndef CLI_ALOUD_H
#define CLI_ALOUD_H

#include "cli/play.h"

#include <stdio.h>

// Says them, NULL-ended, on the output that the options ask for; prints them where there is no voice, or where no output
// opens or it is lost on the way. Gives an exit status; a signal ends the program.
int aloud(struct play_options *options, const char *const *lines);

// As sentences: "In the last thirty days," "Nine." "Days with a headache." is "In the last thirty days, nine days with a
// headache."
void aloud_print(const char *const *lines, FILE *out);

#endif
