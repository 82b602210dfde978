// Recordings ready to mix: decoded, at 48 kHz, mono, levelled. One thread at a time for each cache.
#ifndef VOICE_CLIP_H
#define VOICE_CLIP_H

#include "base/fault.h"
#include "voice/pack.h"

#include <stdint.h>

// The gain that brings a line to VOICE_LUFS, from its manifest; at most +12 dB, whatever a manifest says.
double clip_gain_db(const struct pack_line *line);

// Decodes the whole recording and compares it with its manifest: it must decode to its end, be no longer than
// PACK_MOST_LINE_SEC, and its sample peak may pass the manifest's true peak by at most 0.5 dB. Adds a fault at the
// line's place otherwise. *frames gets its length at 48 kHz.
enum status clip_check(const struct pack *pack, const struct pack_line *line, int64_t *frames,
                       struct fault_list *faults);

// A bounded store of decoded recordings, the least recently used given up first.
struct clip_cache;

struct clip_cache *clip_cache_create(const struct pack *pack, size_t most_bytes);
void clip_cache_destroy(struct clip_cache *cache); // NULL is fine

// The line's samples, mono at 48 kHz, not levelled; valid until the next call on this cache. *frames gets their
// count; expected_frames is what clip_check told of it, so that there is room before it is decoded, or 0. NULL when the file can no longer be decoded: the words are then silent, never noise.
const float *clip_get(struct clip_cache *cache, const struct pack_line *line, int64_t expected_frames, int64_t *frames);

#endif
