// Where an offline render goes: a sound file by its ending, a raw pipe, or nowhere. Control thread.
#ifndef OUT_WRITER_H
#define OUT_WRITER_H

#include "base/status.h"
#include "out/sink.h"

#include <stdbool.h>
#include <stdint.h>

struct writer;

struct writer_tags {
	const char *title, *artist, *comment; // NULL: none
};

// wav, flac (16 bit, with TPDF dither that depends on the position alone), ogg (Vorbis), opus, mp3. The
// file is written beside the target under a temporary name and renamed by writer_commit, so that an interrupted render
// leaves nothing. STATUS_FAULTY for an unknown ending or a folder; *why is a plain clause, static text.
enum status writer_open_file(struct writer **writer, const char *path, const struct writer_tags *tags,
                             const char **why);
struct writer *writer_open_raw(int fd, enum sample_format format); // the descriptor stays the caller's
struct writer *writer_open_null(void);

// STATUS_FAILED with errno's words in *why when the disk is full or the reader has gone.
enum status writer_write(struct writer *writer, const float *frames, int64_t n_frames, const char **why);
enum status writer_commit(struct writer *writer, const char **why); // closes; the file is whole and in its place
void writer_destroy(struct writer *writer);                         // without commit: leaves nothing; NULL is fine

#endif
