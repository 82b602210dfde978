// The words for what a score holds. Any thread.
#ifndef SCORE_NAMES_H
#define SCORE_NAMES_H

#include "routine/routine.h"

const char *name_of_shape(enum stroke_shape shape);
const char *name_of_side(enum side side);
const char *name_of_direction(enum stroke_direction direction); // "" for none
const char *name_of_phase(enum breath_phase phase);
const char *name_of_mode(enum bed_mode mode);

#endif
