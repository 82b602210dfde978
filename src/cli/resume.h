// Going on where the last session was left. Control thread.
#ifndef CLI_RESUME_H
#define CLI_RESUME_H

#include "cli/sitting.h"

// Plays it and ends the sitting; its texts go into the arena, which outlives the call. Gives an exit status.
int resume_play(struct sitting *sitting, const struct bookmark *mark, struct arena *arena);

#endif
