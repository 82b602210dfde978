// Four kinds of sound file through libsndfile, raw samples, or nothing, behind one call.
//
// libsndfile writes through our own functions: its encoders forget why a write failed, some of them write only when they
// are closed, and Vorbis never frees its memory when its header cannot be written. So the first error is kept in the
// bulk, nothing is written after it, and libsndfile is told that all is well.
#include "out/writer.h"

#include "base/frames.h"
#include "base/memory.h"
#include "out/bulk.h"
#include "out/dither.h"
#include "out/whole_file.h"

#include <sndfile.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
	PORTION_FRAMES = 32 * BLOCK_FRAMES,
	WAV_PORTION_FRAMES = 512 * BLOCK_FRAMES, // goes to the disk at once
	VORBIS_PORTION_FRAMES = 4096,            // libsndfile keeps all of a write on its stack
	STOP_ASKED_MS = 50,
	ENCODER_BYTES = 1 << 20,
};

// What encoders add to the peaks: 0.3 dB to speech and rain, up to 2 dB to noise and square waves at the ceiling.
#define LOSSY_HEADROOM_DB 2.0

// 32 bits of bytes, less a header with room for tags.
static const int64_t WAV_MOST_FRAMES = (UINT32_MAX - 65536) / 4;

struct ending {
	const char *name;
	int format;
	double compression; // of libsndfile: 0 is large, 1 is small; below 0: its default
	double quality;     // Vorbis: 0 to 1
	double headroom_db;
};

// Chosen by ear and size for soft noise under a voice. At 0.8 Opus comes to 114 kb/s, at 0.2 MP3 to 179 kb/s.
static const struct ending endings[] = {
	{"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, -1.0, -1.0, 0.0},
	{"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, -1.0, -1.0, 0.0},
	{"ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, -1.0, 0.4, LOSSY_HEADROOM_DB},
	{"opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0.8, -1.0, LOSSY_HEADROOM_DB},
	{"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 0.2, -1.0, LOSSY_HEADROOM_DB},
};

enum kind { KIND_FILE, KIND_RAW, KIND_NULL };

struct writer {
	enum kind kind;
	bool s16; // samples leave as 16 bits, else as floats
	const atomic_int *stop;
	int64_t portion_frames, most_frames;
	double headroom_db;
	SNDFILE *sound;
	bool begun; // something was written to it
	struct whole_file file;
	struct bulk bulk;   // to the file
	size_t page_offset; // at which its samples begin, where they are written as they are converted
	int pipe_fd, pipe_error;
};

static bool is_stopped(const struct writer *writer)
{
	return writer->stop && atomic_load_explicit(writer->stop, memory_order_relaxed);
}

// Waits until a pipe's reader has made room for PIPE_BUF bytes, which then do not block.
static void wait_for_room(struct writer *writer)
{
	struct pollfd pipe = {.fd = writer->pipe_fd, .events = POLLOUT};
	while (!writer->pipe_error && poll(&pipe, 1, STOP_ASKED_MS) <= 0)
		if (is_stopped(writer))
			writer->pipe_error = EINTR;
}

static void write_to_pipe(struct writer *writer, const void *bytes, size_t length)
{
	const char *at = bytes;
	while (length > 0) {
		wait_for_room(writer);
		if (writer->pipe_error)
			return;
		ssize_t n = write(writer->pipe_fd, at, length < PIPE_BUF ? length : PIPE_BUF);
		if (n >= 0) {
			at += n;
			length -= (size_t)n;
		} else if (errno != EAGAIN && errno != EINTR) {
			writer->pipe_error = errno;
		}
	}
}

static sf_count_t file_length(void *user)
{
	struct writer *writer = user;
	bulk_flush(&writer->bulk);
	return lseek(writer->file.fd, 0, SEEK_END);
}

static sf_count_t file_seek(sf_count_t offset, int whence, void *user)
{
	struct writer *writer = user;
	int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? bulk_tell(&writer->bulk) : file_length(user);
	bulk_seek(&writer->bulk, from + offset);
	return from + offset;
}

static sf_count_t file_write(const void *bytes, sf_count_t length, void *user)
{
	struct writer *writer = user;
	bulk_put(&writer->bulk, bytes, (size_t)length);
	return length;
}

static sf_count_t file_tell(void *user)
{
	const struct writer *writer = user;
	return bulk_tell(&writer->bulk);
}

static const struct ending *find_ending(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcasecmp(dot + 1, endings[i].name) == 0)
			return &endings[i];
	return NULL;
}

static void set_tag(SNDFILE *sound, int tag, const char *text)
{
	if (text && text[0])
		sf_set_string(sound, tag, text);
}

static bool start_sound(struct writer *writer, const struct ending *ending, const struct writer_tags *tags)
{
	SF_VIRTUAL_IO io = {file_length, file_seek, NULL, file_write, file_tell};
	SF_INFO info = {.samplerate = ENGINE_RATE_HZ, .channels = ENGINE_CHANNELS, .format = ending->format};
	double compression = ending->compression, quality = ending->quality;
	writer->sound = sf_open_virtual(&io, SFM_WRITE, &info, writer);
	if (!writer->sound)
		return false;
	if (compression >= 0.0)
		sf_command(writer->sound, SFC_SET_COMPRESSION_LEVEL, &compression, sizeof(compression));
	if (quality >= 0.0)
		sf_command(writer->sound, SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof(quality));
	if (tags) {
		set_tag(writer->sound, SF_STR_TITLE, tags->title);
		set_tag(writer->sound, SF_STR_ARTIST, tags->artist);
		set_tag(writer->sound, SF_STR_COMMENT, tags->comment);
	}
	return true;
}

static struct writer *create(enum kind kind, bool s16)
{
	struct writer *writer = memory_alloc(sizeof(*writer));
	writer->kind = kind;
	writer->s16 = s16;
	writer->portion_frames = PORTION_FRAMES;
	writer->most_frames = INT64_MAX;
	writer->file.fd = -1;
	return writer;
}

enum status writer_open_file(struct writer **writer, const char *path, const struct writer_tags *tags, const char **why)
{
	*writer = NULL;
	struct whole_file file;
	enum status status = whole_file_open(&file, path, why);
	if (status)
		return status;
	const struct ending *ending = find_ending(path);
	if (!ending) {
		whole_file_discard(&file);
		*why = "its ending must be .wav, .flac, .ogg, .opus or .mp3";
		return STATUS_FAULTY;
	}
	struct writer *w = create(KIND_FILE, (ending->format & SF_FORMAT_SUBMASK) == SF_FORMAT_PCM_16);
	w->file = file;
	w->headroom_db = ending->headroom_db;
	bulk_begin(&w->bulk, file.fd);
	bool wav = (ending->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAV;
	if (wav) {
		w->most_frames = WAV_MOST_FRAMES;
		w->portion_frames = WAV_PORTION_FRAMES;
	}
	if ((ending->format & SF_FORMAT_SUBMASK) == SF_FORMAT_VORBIS)
		w->portion_frames = VORBIS_PORTION_FRAMES;
	bool started = start_sound(w, ending, tags);
	if (started && wav && sf_command(w->sound, SFC_UPDATE_HEADER_NOW, NULL, 0) == 0)
		w->page_offset = (size_t)(bulk_tell(&w->bulk) % MEMORY_PAGE_BYTES);
	if (!started || w->bulk.error) {
		*why = w->bulk.error ? whole_file_error(w->bulk.error)
		                     : "this machine's libsndfile cannot write this format";
		writer_destroy(w);
		return STATUS_FAILED;
	}
	*writer = w;
	return STATUS_OK;
}

struct writer *writer_open_raw(int fd, enum sample_format format)
{
	struct writer *writer = create(KIND_RAW, format == SAMPLE_S16);
	writer->pipe_fd = fd;
	return writer;
}

struct writer *writer_open_null(void)
{
	return create(KIND_NULL, false);
}

int64_t writer_most_frames(const struct writer *writer)
{
	return writer->most_frames;
}

double writer_headroom_db(const struct writer *writer)
{
	return writer->headroom_db;
}

void writer_stop_when(struct writer *writer, const atomic_int *stop)
{
	writer->stop = stop;
}

size_t writer_frame_bytes(const struct writer *writer)
{
	return ENGINE_CHANNELS * (writer->s16 ? sizeof(int16_t) : sizeof(float));
}

int64_t writer_portion_frames(const struct writer *writer)
{
	return writer->portion_frames;
}

void *writer_alloc_frames(const struct writer *writer, int64_t n_frames)
{
	size_t bytes = writer->page_offset + (size_t)n_frames * writer_frame_bytes(writer);
	size_t pages = (bytes + MEMORY_PAGE_BYTES - 1) / MEMORY_PAGE_BYTES;
	return (char *)memory_alloc_pages(pages * MEMORY_PAGE_BYTES) + writer->page_offset;
}

void writer_free_frames(const struct writer *writer, void *frames)
{
	if (frames)
		free((char *)frames - writer->page_offset);
}

void writer_convert(const struct writer *writer, const float *frames, int64_t at_frames, void *converted,
                    int64_t n_frames)
{
	if (writer->s16)
		dither_s16(frames, at_frames, converted, n_frames);
	else
		memcpy(converted, frames, (size_t)n_frames * writer_frame_bytes(writer));
}

static bool write_portion(struct writer *writer, const void *converted, int64_t n)
{
	if (writer->kind == KIND_RAW) {
		write_to_pipe(writer, converted, (size_t)n * writer_frame_bytes(writer));
		return !writer->pipe_error;
	}
	if (!writer->begun) // libsndfile's FLAC begins then, and writes through a NULL where it gets no memory
		memory_ask(ENCODER_BYTES);
	writer->begun = true;
	sf_count_t done = writer->s16 ? sf_writef_short(writer->sound, converted, n)
	                              : sf_writef_float(writer->sound, converted, n);
	return done == n && !writer->bulk.error;
}

static enum status fail(const struct writer *writer, const char **why)
{
	int error = writer->kind == KIND_RAW ? writer->pipe_error : writer->bulk.error;
	*why = error ? whole_file_error(error) : "the sound could not be encoded";
	return STATUS_FAILED;
}

enum status writer_write(struct writer *writer, const void *converted, int64_t n_frames, const char **why)
{
	const char *from = converted;
	while (n_frames > 0 && writer->kind != KIND_NULL) {
		int64_t n = n_frames < writer->portion_frames ? n_frames : writer->portion_frames;
		if (!write_portion(writer, from, n))
			return fail(writer, why);
		from += (size_t)n * writer_frame_bytes(writer);
		n_frames -= n;
	}
	return STATUS_OK;
}

enum status writer_commit(struct writer *writer, const char **why)
{
	if (writer->kind != KIND_FILE)
		return STATUS_OK;
	bool closed = sf_close(writer->sound) == 0;
	writer->sound = NULL;
	bulk_flush(&writer->bulk);
	if (!closed || writer->bulk.error) {
		whole_file_discard(&writer->file);
		return fail(writer, why);
	}
	return whole_file_commit(&writer->file, why);
}

void writer_destroy(struct writer *writer)
{
	if (!writer)
		return;
	if (writer->sound)
		sf_close(writer->sound);
	bulk_free(&writer->bulk);
	whole_file_discard(&writer->file);
	free(writer);
}
