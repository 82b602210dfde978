// A voice pack: from the words of a line to a recording. Control thread.
//
// voices/NAME/pack.yaml stands beside its recordings and says who speaks and, for each line, its words, its file and
// what was measured of it; voices/README.md describes it. A line is found by its folded words: letter case, punctuation
// and spacing do not count.
#ifndef VOICE_PACK_H
#define VOICE_PACK_H

#include "audio/audio.h"
#include "base/fault.h"
#include "base/folder.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACK_MOST_LINE_SEC = 60 }; // one spoken line; how many lines there are is bounded by YAML_MOST_BYTES

struct pack_line {
	const char *text;   // the words, as written
	const char *folded; // what it is found by
	const char *file;   // below the pack's folder
	// Loudness (EBU R 128) as it is heard, the one channel on both sides: integrated, or the loudest 0.4 s less
	// 3.5 LU where that is more.
	double lufs;
	double peak_db;     // its true peak, dBTP
	struct place place; // in pack.yaml
};

struct pack {
	struct arena *arena;
	struct folder folder;
	struct audio_decoder *decoder; // of its recordings, and of a session's other sound files
	const char *file;              // of the manifest, for messages
	const char *name, *language, *speaker, *licence, *made; // never NULL
	struct pack_line *lines;                                // sorted by folded
	size_t line_count;
	bool heard_as_mixed; // a recording is decoded once, by whoever mixes it; else a score decodes all of its own before
};

// Opens DIR/pack.yaml and checks the manifest; recordings are checked by clip_check as they are needed.
// On faults the pack is still destroyed by the caller, after the faults were shown: their places are in it. It is NULL
// when there is no such folder.
enum status pack_open(struct pack **pack, const char *dir, struct fault_list *faults);
void pack_destroy(struct pack *pack); // NULL is fine

// The line with these words, or NULL.
const struct pack_line *pack_find(const struct pack *pack, const char *words);

// The line of the pack whose words are nearest, for a hint; NULL when none is near.
const struct pack_line *pack_nearest(const struct pack *pack, const char *words);

// Folds words for the search: lower case, letters and digits of any script kept, apostrophes dropped, all else one
// space, none at the ends.
char *pack_fold(struct arena *arena, const char *words);

#endif
