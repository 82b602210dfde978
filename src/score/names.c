// The words for what a score holds.
#include "score/names.h"

const char *name_of_shape(enum stroke_shape shape)
{
	static const char *const names[] = {"circle", "sweep", "pull", "press", "roll", "tap", "still", "release"};
	return names[shape];
}

const char *name_of_side(enum side side)
{
	static const char *const names[] = {"both", "left", "right"};
	return names[side];
}

const char *name_of_direction(enum stroke_direction direction)
{
	static const char *const names[] = {"",   "clockwise", "counterclockwise", "outward", "inward",
	                                    "up", "down",      "forward",          "back"};
	return names[direction];
}

const char *name_of_phase(enum breath_phase phase)
{
	static const char *const names[] = {"in", "hold-in", "out", "hold-out"};
	return names[phase];
}

const char *name_of_mode(enum bed_mode mode)
{
	static const char *const names[] = {"texture", "loop", "once"};
	return names[mode];
}
