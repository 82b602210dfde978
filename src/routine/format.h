// The words of the format, in tables: the reader checks by them, and a test compares them with FORMAT.md and the schema.
// Any thread; nothing changes.
#ifndef ROUTINE_FORMAT_H
#define ROUTINE_FORMAT_H

#include "routine/reader.h"

extern const struct vocabulary routine_vocabulary, technique_vocabulary, breath_vocabulary, bed_vocabulary,
	bed_change_vocabulary, end_vocabulary, stroke_vocabulary, pace_vocabulary, cue_vocabulary, parameter_vocabulary;

// Names that a value may be; each ends with NULL.
extern const char *const step_words[],
	*const moment_names[], *const breath_sounds[],
				       *const bed_modes[],
					       *const end_lanes[],
						       *const stroke_shapes[],
							       *const stroke_directions[],
								       *const step_side_names[],
									       *const sides_names[],
										       *const technique_areas[],
											       *const pressure_names[];

#endif
