// An audio file as 48 kHz frames. Control and mixing threads.
//
// A file is known by its content, never by its name: WAV, FLAC, Ogg (Vorbis, Opus) and MP3, opened through a
// descriptor. Everything else is refused, ADPCM and other odd subtypes too (libsndfile 1.2.0 opens random bytes named
// .vox as noise). Frames that are not numbers are refused.
//
// A stranger's file is decoded in a process of its own, which can do nothing else: decoder.c tells how.
#ifndef AUDIO_AUDIO_H
#define AUDIO_AUDIO_H

#include "base/frames.h"
#include "base/status.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	AUDIO_MOST_CHANNELS = 8,
	AUDIO_LEAST_RATE_HZ = 8000,
	AUDIO_MOST_RATE_HZ = 192000,
	AUDIO_MOST_SEC = 24 * 60 * 60,
	AUDIO_CHUNK_FRAMES = ENGINE_RATE_HZ, // what a stream decodes at once
	AUDIO_SEGMENT_CHUNKS =
		16, // and what a read elsewhere may have to decode before: two who share a file meet at one
	AUDIO_SEGMENT_FRAMES = AUDIO_SEGMENT_CHUNKS * AUDIO_CHUNK_FRAMES,
};

// Beyond it nothing that comes out of a file is sound: 24 dB over full scale, what channels add up to, and a resampler's
// overshoot.
#define AUDIO_MOST_SAMPLE 64.0f

struct audio_info {
	int rate_hz;
	int channels;
	int64_t frames;        // at the file's own rate
	int64_t engine_frames; // at 48 kHz: frames * 48000 / rate_hz, rounded up
};

#define AUDIO_MOMENT_LU 3.5 // what a moment may be louder than the spoken line that it is in

// Of a whole recording, folded to one channel.
struct audio_level {
	float peak;      // the highest sample at the file's own rate
	float most_lufs; // what its loudness as a voice cannot pass (bound.c): no measure of it
};

// The decoder: a child process, started when a file is first asked for and again after it has died; up to four, when so
// many threads ask at once.
struct audio_decoder;

struct audio_decoder *audio_decoder_create(void);
void audio_decoder_destroy(struct audio_decoder *decoder); // NULL is fine; nothing of it may be in use

// Nobody waits any more: what has had no answer for a second, from a disk that stalls, is broken off and asked for no
// second time. Any thread.
void audio_decoder_hurry(struct audio_decoder *decoder, bool hurry);

// The same from when *stop is not 0, as a signal sets it; NULL: never. While nothing of it is in use.
void audio_decoder_hurry_when(struct audio_decoder *decoder, const atomic_int *stop);

// Decodes a whole file to one channel at 48 kHz (channels are averaged, soxr HQ resamples). Takes the descriptor.
// Gives info->engine_frames samples, to be freed with free(), and their level; *samples may come with memory to be used
// again, else NULL, and is NULL after a fault. A file that is longer than most_frames (at 48 kHz), or ends before its
// header says, or holds NaN or infinity, is STATUS_FAULTY with *why: a plain clause, static text.
enum status audio_decode_mono(struct audio_decoder *decoder, int fd, int64_t most_frames, float **samples,
                              struct audio_level *level, struct audio_info *info, const char **why);

// Decodes a whole file as audio_decode_mono would and keeps nothing: the faults, and the level.
enum status audio_check_mono(struct audio_decoder *decoder, int fd, int64_t most_frames, struct audio_level *level,
                             struct audio_info *info, const char **why);

// Decodes nothing: the faults of its head, and the length that it claims.
enum status audio_look_mono(struct audio_decoder *decoder, int fd, int64_t most_frames, struct audio_info *info,
                            const char **why);

// A long file, read at any position: a bed. Decoded in chunks as they are asked for; a few are kept, so memory stays
// bounded whatever the file's length. Chunk k depends on the file and k alone: every read of a frame gives the same
// samples bit for bit, whatever was read before. One thread at a time for each.
struct audio_stream;

// Takes the descriptor. `why` as above.
enum status audio_stream_open(struct audio_stream **stream, struct audio_decoder *decoder, int fd, const char **why);

// The same for a stream that is read while `beside` is, by another thread: each has a process of its own. `beside` may be
// in use already.
enum status audio_stream_open_beside(struct audio_stream **stream, const struct audio_stream *beside, int fd,
                                     const char **why);
void audio_stream_close(struct audio_stream *stream); // NULL is fine
const struct audio_info *audio_stream_info(const struct audio_stream *stream);

// Whether its decoder has died of it: all from there on is silence.
bool audio_stream_is_broken(const struct audio_stream *stream);

// Frames [at, at + n) as 48 kHz stereo (mono goes to both sides; more channels are folded down); zeros outside the
// file and where a damaged part cannot be decoded.
void audio_stream_read(struct audio_stream *stream, int64_t at_frames, float *out, int64_t n_frames);

// The same without a copy: frames from `at`, which is in the file, to the end of its chunk or of the file, so many in
// *n_frames; valid until the stream is used again.
const float *audio_stream_look(struct audio_stream *stream, int64_t at_frames, int64_t *n_frames);

// The mean square of the loudest tenth of a second of chunk k, which is decoded for it; infinite when a part of the
// chunk cannot be decoded, 0 outside of the file.
double audio_stream_level(struct audio_stream *stream, int64_t k);

#endif
