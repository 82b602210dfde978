// The beds of a score as sound: built-in textures, and files that loop, play once, or are ground to a texture.
//
// The store is made once on the control thread, then read by any number of threads. A reader belongs to one mix and is
// used by one thread at a time: it keeps the files open.
#ifndef MIX_BED_H
#define MIX_BED_H

#include "base/fault.h"
#include "base/frames.h"
#include "score/score.h"

#include <stdint.h>

#define BED_LEAST_SEC 1.0        // a shorter file would loop as a buzz
#define BED_MOST_RAISE_DB 12.0   // a very soft file is not raised more than this
#define BED_ONCE_EDGE_SEC 2.0    // how `once` rises and leaves
#define BED_EDGE_MOST_SHARE 0.25 // of a file, for a loop's crossfade or a soft end

enum {
	BED_MOST_FILES = 16, // each may hold a seam in memory
	BED_MOST_OPEN = 2,   // files a reader keeps open: one leaves, one comes
	BED_KEPT_SEC = 64,   // of all files together, kept decoded: 12 MB
};

struct bed_store;

// A bed that cannot be read is a fault. threads: 1, or 2 to prepare by several.
enum status bed_store_create(struct bed_store **store, const struct score *score, int threads,
                             struct fault_list *faults);
void bed_store_destroy(struct bed_store *store); // NULL is fine

typedef void mix_progress_fn(void *user, int64_t done, int64_t all); // of one file

// Goes through all of every file: a fault for each of which a part cannot be decoded. progress may be NULL.
void bed_store_check(const struct bed_store *store, mix_progress_fn *progress, void *user, struct fault_list *faults);

double bed_store_gain(const struct bed_store *store, int bed); // brings its sound to its level

struct bed_reader;

struct bed_reader *bed_reader_create(const struct bed_store *store);
void bed_reader_destroy(struct bed_reader *reader); // NULL is fine

// One block of a bed's sound at `at` (a multiple of BLOCK_FRAMES) of the session, for a sound that began at `origin`:
// silence before it. A texture is where the session is and has no beginning. Valid until the next read; NULL when there
// is nothing to hear.
const float *bed_reader_read(struct bed_reader *reader, int bed, int64_t origin_frames, int64_t at_frames);

#endif
