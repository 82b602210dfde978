// The session's sound at any position. One thread at a time for each mix; any number of mixes of one score.
//
// Sound at a frame is a function of the score and that frame, nothing else: any portion, any start and any number of
// mixes give the same samples bit for bit. A recording that can no longer be read while it plays is silence.
#ifndef MIX_MIX_H
#define MIX_MIX_H

#include "base/fault.h"
#include "mix/bed.h"
#include "score/score.h"

#include <stdbool.h>

struct mix;

// Opens the score's beds and measures the loudness of those that are files. A bed file that cannot be read, or is
// shorter than BED_LEAST_SEC, is a fault that names the file. The score must outlive the mix. By one thread, or by more
// at once where it can.
enum status mix_create(struct mix **mix, const struct score *score, struct fault_list *faults);
enum status mix_create_by_two(struct mix **mix, const struct score *score, struct fault_list *faults);
void mix_destroy(struct mix *mix); // NULL is fine

// Another mix of the same score, for another thread: shares what was measured and computed, so it costs almost nothing.
// May outlive the mix it was made from. A bed file that has gone since is silent in it.
struct mix *mix_clone(const struct mix *mix);

// Frames [at, at + n) to stereo `out`; zeros outside the session.
void mix_read(struct mix *mix, int64_t at_frames, float *out, int64_t n_frames);

// The same without a copy: the stereo frames from `at`, which is in the session, to the end of its block, so many in
// *n_frames; valid until the mix is used again.
const float *mix_look(struct mix *mix, int64_t at_frames, int64_t *n_frames);

// Decodes the next words that begin at a frame or later, so that whoever mixes them soon need not wait; very long ones are
// left to who mixes them. Returns the frame where they begin; -1: there are none. Any thread.
int64_t mix_expect(const struct mix *mix, int64_t from_frames);

// Decodes all of every bed, however long: a fault for each that will be silent somewhere because it cannot be decoded.
// progress, which may be NULL, is told how far it has come, for each bed.
void mix_check_beds(const struct mix *mix, mix_progress_fn *progress, void *user, struct fault_list *faults);

// Whether a recording could not be used, in this mix or another of the same plan, and its words were silent. Any thread.
bool mix_has_lost_words(const struct mix *mix);

#endif
