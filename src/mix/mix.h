// The session's sound at any position. One thread at a time for each mix; any number of mixes of one score.
//
// Sound at a frame is a function of the score and that frame, nothing else: any portion, any start and any number of
// mixes give the same samples bit for bit.
#ifndef MIX_MIX_H
#define MIX_MIX_H

#include "base/fault.h"
#include "score/score.h"

struct mix;

// Opens the score's beds. A bed file that cannot be read is a fault at the bed's place.
enum status mix_create(struct mix **mix, const struct score *score, struct fault_list *faults);
void mix_destroy(struct mix *mix); // NULL is fine

// Frames [at, at + n) to stereo `out`; zeros outside the session.
void mix_read(struct mix *mix, int64_t at_frames, float *out, int64_t n_frames);

#endif
