// A loop is heard many times, and decoding it each time would be the dearest part of the mix; as floats a minute takes
// 23 MB. So every 32 frames share a power of two that their highest sample just fits under, and each sample is a whole
// number of 16 bits below it: half of that, what is lost lies 96 dB below the sound of the moment, and recordings of
// 16 bits at 48 kHz lose nothing.
//
// The samples lie in a file that never had a name, and goes with its descriptor. It is read, not mapped: a disk that
// fails is then silence and not a signal.
#include "mix/kept.h"

#include "base/memory.h"
#include "base/peak.h"
#include "base/vector.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	GROUP_FRAMES = 32,
	GROUP_SAMPLES = GROUP_FRAMES * ENGINE_CHANNELS,
	LEAST_EXPONENT = -64, // far below anything to be heard, and its scale is still a float
	BATCH_GROUPS = 512,   // few large writes cost the kernel half of many small ones
	FRAME_BYTES = ENGINE_CHANNELS * sizeof(int16_t),
	PAGE_FRAMES = MEMORY_PAGE_BYTES / FRAME_BYTES,
};

// Adding and taking away 1.5 * 2^23 rounds a float to a whole number.
static const float ROUNDER = 12582912.0f;

struct kept {
	int fd;
	int64_t frames;
	int8_t *exponents; // of each group
};

static bool reserve(int fd, int64_t frames)
{
	return fd >= 0 && posix_fallocate(fd, 0, (off_t)frames * FRAME_BYTES) == 0;
}

// Where large files for a while belong: /var/tmp is on a disk also where /tmp is memory (FHS 3.0, 5.15).
static int open_nameless(int64_t frames)
{
	const char *dir = getenv("TMPDIR");
	int fd = open(dir && dir[0] == '/' ? dir : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (reserve(fd, frames))
		return fd;
	if (fd >= 0)
		close(fd);
	fd = memfd_create("stillroom-bed", MFD_CLOEXEC);
	if (reserve(fd, frames))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

struct kept *kept_create(int64_t frames)
{
	int fd = open_nameless(frames);
	if (fd < 0)
		return NULL;
	struct kept *kept = memory_alloc(sizeof(*kept));
	kept->fd = fd;
	kept->frames = frames;
	kept->exponents = memory_alloc((size_t)((frames + GROUP_FRAMES - 1) / GROUP_FRAMES));
	return kept;
}

void kept_destroy(struct kept *kept)
{
	if (!kept)
		return;
	close(kept->fd);
	free(kept->exponents);
	free(kept);
}

// Of an exponent between that of the least group and 127: ldexpf is a call, and dearer than its group.
static inline float power_of_two(int exponent)
{
	uint32_t bits = (uint32_t)(exponent + 127) << 23;
	float power;
	memcpy(&power, &bits, sizeof power);
	return power;
}

// Returns the group's exponent.
VECTOR static int8_t write_group(const float *in, int64_t n_samples, int16_t *to)
{
	int exponent;
	frexpf(peak_of(in, n_samples), &exponent);
	exponent = exponent > LEAST_EXPONENT ? exponent : LEAST_EXPONENT;
	float scale = power_of_two(15 - exponent);
	for (int64_t i = 0; i < n_samples; i++) {
		float whole = (in[i] * scale + ROUNDER) - ROUNDER;
		to[i] = (int16_t)(whole < INT16_MAX ? whole : INT16_MAX);
	}
	return (int8_t)exponent;
}

static bool put(int fd, const void *bytes, size_t length, off_t at)
{
	const char *from = bytes;
	while (length > 0) {
		ssize_t n = pwrite(fd, from, length, at);
		if (n <= 0 && errno != EINTR)
			return false;
		n = n > 0 ? n : 0;
		from += n;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

bool kept_write(struct kept *kept, int64_t at_frames, const float *in, int64_t n_frames)
{
	int16_t batch[BATCH_GROUPS * GROUP_SAMPLES];
	int64_t group = at_frames / GROUP_FRAMES, left = n_frames * ENGINE_CHANNELS;
	while (left > 0) {
		int64_t first = group, filled = 0;
		for (int i = 0; i < BATCH_GROUPS && left > 0; i++) {
			int64_t n = left < GROUP_SAMPLES ? left : GROUP_SAMPLES;
			kept->exponents[group++] = write_group(in, n, batch + filled);
			in += n;
			left -= n;
			filled += n;
		}
		if (!put(kept->fd, batch, (size_t)filled * sizeof *batch, first * GROUP_FRAMES * FRAME_BYTES))
			return false;
	}
	return true;
}

// From a page's begin to a page's begin: processors copy badly between places that differ by a few bytes in theirs, and
// took twice as long, or ten times.
static void read_ahead(struct kept_reader *reader, int64_t at_frames)
{
	at_frames -= at_frames % PAGE_FRAMES;
	int64_t left = reader->kept->frames - at_frames;
	if (!reader->samples)
		reader->samples = memory_alloc_pages(KEPT_AHEAD_FRAMES * FRAME_BYTES);
	reader->begin_frames = at_frames;
	reader->n_frames = left < KEPT_AHEAD_FRAMES ? left : KEPT_AHEAD_FRAMES;
	size_t length = (size_t)reader->n_frames * FRAME_BYTES;
	ssize_t got = pread(reader->kept->fd, reader->samples, length, (off_t)at_frames * FRAME_BYTES);
	if (got < (ssize_t)length)
		memset(reader->samples, 0, length);
}

VECTOR static void scale_groups(const struct kept_reader *reader, int64_t at_frames, float *out, int64_t n_frames)
{
	int64_t at = at_frames, end = at_frames + n_frames;
	const int16_t *from = reader->samples + (at - reader->begin_frames) * ENGINE_CHANNELS;
	while (at < end) {
		int64_t group = at / GROUP_FRAMES, next = (group + 1) * GROUP_FRAMES;
		int64_t n = ((next < end ? next : end) - at) * ENGINE_CHANNELS;
		float scale = power_of_two(reader->kept->exponents[group] - 15);
		for (int64_t i = 0; i < n; i++)
			out[i] = (float)from[i] * scale;
		at += n / ENGINE_CHANNELS;
		from += n;
		out += n;
	}
}

void kept_read(struct kept_reader *reader, int64_t at_frames, float *out, int64_t n_frames)
{
	while (n_frames > 0) {
		int64_t begin = reader->begin_frames, end = begin + reader->n_frames;
		if (at_frames < begin || at_frames >= end) {
			read_ahead(reader, at_frames);
			end = reader->begin_frames + reader->n_frames;
		}
		int64_t n = n_frames < end - at_frames ? n_frames : end - at_frames;
		scale_groups(reader, at_frames, out, n);
		at_frames += n;
		out += n * ENGINE_CHANNELS;
		n_frames -= n;
	}
}

void kept_reader_end(struct kept_reader *reader)
{
	free(reader->samples);
	*reader = (struct kept_reader){0};
}
