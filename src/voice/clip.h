// Recordings ready to mix: looked at before a session, and decoded, mono at 48 kHz, as they are spoken.
#ifndef VOICE_CLIP_H
#define VOICE_CLIP_H

#include "base/fault.h"
#include "voice/pack.h"

#include <stdbool.h>
#include <stdint.h>

// The gain that brings a line to VOICE_LUFS, from its manifest; at most +12 dB, whatever a manifest says.
double clip_gain_db(const struct pack_line *line);

// Decodes the whole recording and compares it with its manifest: it must decode to its end, be no longer than
// PACK_MOST_LINE_SEC, its sample peak may pass the manifest's true peak by at most 0.5 dB, and levelled by the manifest it
// may pass VOICE_LUFS by at most 1 dB. Adds a fault at the line's place otherwise. *frames gets its length at 48 kHz.
// Control thread.
enum status clip_check(const struct pack *pack, const struct pack_line *line, int64_t *frames,
                       struct fault_list *faults);

// The same of its head alone, where all else will be found when it is mixed.
enum status clip_look(const struct pack *pack, const struct pack_line *line, int64_t *frames,
                      struct fault_list *faults);

// A bounded store of decoded recordings, the least recently used given up first. Any number of threads.
struct clip_cache;

struct clip {
	const struct pack_line *line;
	float *samples; // not levelled; NULL when the file cannot be used: the words are then silent, never noise
	int64_t frames;

	struct clip *next; // the rest is the cache's own
	size_t bytes;
	int users;
	bool ready;
};

struct clip_cache *clip_cache_create(const struct pack *pack, size_t most_bytes);
void clip_cache_destroy(struct clip_cache *cache); // NULL is fine; every clip was given back

// The line's clip, decoded by the first who asks while others wait; the caller's until it is given back.
// expected_frames is what clip_check told of it, so that there is room before it is decoded, or 0. It is judged as
// clip_check does: one that has changed since, or was not checked, is silent.
const struct clip *clip_take(struct clip_cache *cache, const struct pack_line *line, int64_t expected_frames);
void clip_give_back(struct clip_cache *cache, const struct clip *clip);

// Decodes a line that will be taken soon, unless it would fill more than half of the cache.
void clip_expect(struct clip_cache *cache, const struct pack_line *line, int64_t expected_frames);

// Whether a recording could not be used.
bool clip_cache_has_lost(struct clip_cache *cache);

#endif
