// A bed's file made even: what is far louder than the bed was measured, and the edges of what could not be decoded. Any
// thread.
#ifndef MIX_EVEN_H
#define MIX_EVEN_H

#include <stdint.h>

#define EVEN_MOST_DB 12.0 // a tenth of a second above the bed; thunder in rain has 10

// How loud chunk k of the file is, as audio_stream_level tells; 0 outside of the file.
typedef double even_level_fn(void *source, int64_t k);

// What a chunk may have, of a bed whose measured parts have these powers.
double even_most(const double *powers, int count);

// Turns down frames [at, at + n), at >= 0, of the file.
void even_apply(even_level_fn *level, void *source, double most, int64_t at_frames, float *frames, int64_t n_frames);

#endif
