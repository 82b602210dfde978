// Sound files in memory for the tests: made by libsndfile, then perhaps cut or bent.
#ifndef TESTS_SOUND_FILE_H
#define TESTS_SOUND_FILE_H

#include "base/hash.h"
#include "base/memory.h"

#include <sndfile.h>

#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static inline int memory_file(const void *bytes, size_t length)
{
	int fd = memfd_create("stillroom-test", MFD_CLOEXEC);
	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		abort();
	return fd;
}

// The test sound: three soft tones and some noise, different in each channel, rising from silence.
static inline float sound_sample(int rate_hz, int channel, int64_t frame)
{
	double sec = (double)frame / rate_hz, rise = sec < 0.1 ? sec / 0.1 : 1.0;
	double tones = sin(6.283185307 * 220.0 * sec) + sin(6.283185307 * (330.0 + 10.0 * channel) * sec) +
	               sin(6.283185307 * (440.0 + sec) * sec);
	return (float)(rise * (0.1 * tones + 0.02 * hash_signed(7 + (uint64_t)channel, (uint64_t)frame)));
}

// Returns a descriptor at the file's beginning; the caller closes it.
static inline int sound_file(int format, int rate_hz, int channels, int64_t frames)
{
	int fd = memfd_create("stillroom-test", MFD_CLOEXEC);
	SF_INFO info = {.samplerate = rate_hz, .channels = channels, .format = format};
	SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &info, SF_FALSE);
	if (!file)
		abort();
	float *samples = memory_alloc((size_t)frames * (size_t)channels * sizeof *samples);
	for (int64_t i = 0; i < frames; i++)
		for (int c = 0; c < channels; c++)
			samples[i * channels + c] = sound_sample(rate_hz, c, i);
	if (sf_writef_float(file, samples, frames) != frames)
		abort();
	free(samples);
	sf_close(file);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static inline uint8_t *file_bytes(int fd, size_t *length)
{
	*length = (size_t)lseek(fd, 0, SEEK_END);
	uint8_t *bytes = memory_alloc(*length);
	if (pread(fd, bytes, *length, 0) != (ssize_t)*length)
		abort();
	lseek(fd, 0, SEEK_SET);
	return bytes;
}

static inline int same_file(int fd)
{
	size_t length;
	uint8_t *bytes = file_bytes(fd, &length);
	int copy = memory_file(bytes, length);
	free(bytes);
	return copy;
}

struct sound_kind {
	const char *name;
	int format, rate_hz;
	double loss_db; // how far the sound may be from what was written
};

#define SOUND_KINDS                                                                                                    \
	{                                                                                                              \
		{"wav 8", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 48000, -34.0},                                             \
			{"wav 16", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, -88.0},                                    \
			{"wav 24", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 96000, -120.0},                                   \
			{"wav 32", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 48000, -120.0},                                   \
			{"wav float", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 22050, -120.0},                                 \
			{"wav double", SF_FORMAT_WAVEX | SF_FORMAT_DOUBLE, 48000, -120.0},                             \
			{"flac 16", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, -88.0},                                  \
			{"flac 24", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 192000, -120.0},                                \
			{"vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, -12.0},                                    \
			{"opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, -12.0},                                        \
			{"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, -12.0},                              \
			{"mp3 low", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 16000, -12.0},                          \
	}

#endif
