// Where an offline render goes: a sound file by its ending, a raw pipe, or nowhere. Control thread.
#ifndef OUT_WRITER_H
#define OUT_WRITER_H

#include "base/status.h"
#include "out/sink.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer;

struct writer_tags {
	const char *title, *artist, *comment; // NULL: none
};

// wav, flac (16 bit, with dither: see out/dither.h), ogg (Vorbis, about 120 kb/s), opus (about 110 kb/s), mp3 (about
// 180 kb/s). The file is written beside the target under a temporary name and renamed by writer_commit, so that an
// interrupted render leaves nothing. STATUS_FAULTY for an unknown ending, a folder or a device, STATUS_FAILED when the
// place cannot be written to, before any work; *why is a plain clause, static text. tags may be NULL.
enum status writer_open_file(struct writer **writer, const char *path, const struct writer_tags *tags,
                             const char **why);

// The descriptor stays the caller's, who ignores SIGPIPE so that a reader who leaves is an error and not a signal.
struct writer *writer_open_raw(int fd, enum sample_format format);
struct writer *writer_open_null(void);

// How many frames it can hold in all; WAV counts its bytes in 32 bits.
int64_t writer_most_frames(const struct writer *writer);

// How much lower than its ceiling a session must be written, in dB: what the encoder adds to the peaks. 0 where the file
// holds the samples themselves.
double writer_headroom_db(const struct writer *writer);

// A write to a pipe that nobody reads ends with STATUS_FAILED soon after *stop is not 0; NULL: it waits.
void writer_stop_when(struct writer *writer, const atomic_int *stop);

// Frames as this writer takes them, of so many bytes: floats, or 16 bits with dither, which goes by the session's frame
// that they begin at, so that a part has the samples of the whole. Any thread, beside writer_write too.
size_t writer_frame_bytes(const struct writer *writer);
void writer_convert(const struct writer *writer, const float *frames, int64_t at_frames, void *converted,
                    int64_t n_frames);

// How many frames it is best given at once, whole blocks; and memory for frames that are converted, from which some files
// are written without another copy. Any thread.
int64_t writer_portion_frames(const struct writer *writer);
void *writer_alloc_frames(const struct writer *writer, int64_t n_frames);
void writer_free_frames(const struct writer *writer, void *frames); // NULL is fine

// Takes what writer_convert made. STATUS_FAILED with the reason in *why when the disk is full or the reader has gone.
enum status writer_write(struct writer *writer, const void *converted, int64_t n_frames, const char **why);
enum status writer_commit(struct writer *writer, const char **why); // closes; the file is whole and in its place
void writer_destroy(struct writer *writer);                         // without commit: leaves nothing; NULL is fine

#endif
