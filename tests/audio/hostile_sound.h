// Sound files that a stranger might send: headers that lie, values that are no sound, bytes that are nothing. Made here
// rather than kept, so that each says what is wrong with it.
#ifndef TESTS_HOSTILE_SOUND_H
#define TESTS_HOSTILE_SOUND_H

#include "audio/sound_file.h"

#include <stdbool.h>
#include <stdio.h>

struct hostile {
	char name[48]; // of its file, with an ending
	uint8_t *bytes;
	size_t length;
};

typedef void hostile_fn(void *user, const struct hostile *file);

static inline void hostile_put_32(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static inline void hostile_give(hostile_fn *take, void *user, const char *name, uint8_t *bytes, size_t length)
{
	struct hostile file = {.bytes = bytes, .length = length};
	snprintf(file.name, sizeof file.name, "%s", name);
	take(user, &file);
}

// A good file of a second and a half with some of its bytes replaced.
static inline void hostile_bent(hostile_fn *take, void *user, const char *name, int format, size_t at,
                                const void *bytes, size_t n)
{
	size_t length;
	int fd = sound_file(format, 48000, 1, 72000);
	uint8_t *all = file_bytes(fd, &length);
	memcpy(all + at, bytes, n);
	hostile_give(take, user, name, all, length);
	free(all);
	close(fd);
}

// WAV: channels at byte 22, rate at 24, bytes a frame at 32, bits at 34, the data's length at 40.
static inline void hostile_wav_headers(hostile_fn *take, void *user)
{
	enum { WAV = SF_FORMAT_WAV | SF_FORMAT_PCM_16 };
	static const struct {
		const char *name;
		size_t at;
		uint32_t value;
		size_t bytes;
	} bends[] = {
		{"frames-2-31.wav", 40, UINT32_C(1) << 31, 4},
		{"frames-most.wav", 40, UINT32_MAX, 4},
		{"frames-none.wav", 40, 0, 4},
		{"length-none.wav", 4, 0, 4},
		{"rate-none.wav", 24, 0, 4},
		{"rate-1.wav", 24, 1, 4},
		{"rate-most.wav", 24, UINT32_MAX, 4},
		{"rate-2-31.wav", 24, UINT32_C(1) << 31, 4},
		{"channels-none.wav", 22, 0, 2},
		{"channels-1024.wav", 22, 1024, 2},
		{"channels-most.wav", 22, 65535, 2},
		{"bits-none.wav", 34, 0, 2},
		{"bits-most.wav", 34, 65535, 2},
		{"frame-none.wav", 32, 0, 2},
		{"format-most.wav", 20, 65535, 2},
		{"fmt-long.wav", 16, UINT32_MAX, 4},
	};
	for (size_t i = 0; i < sizeof bends / sizeof *bends; i++) {
		uint8_t value[4];
		hostile_put_32(value, bends[i].value);
		hostile_bent(take, user, bends[i].name, WAV, bends[i].at, value, bends[i].bytes);
	}
}

// FLAC: block sizes at byte 8, rate (20 bits), channels (3), bits (5) and frames (36) from byte 18 on.
static inline void hostile_flac_headers(hostile_fn *take, void *user)
{
	enum { FLAC = SF_FORMAT_FLAC | SF_FORMAT_PCM_16 };
	hostile_bent(take, user, "frames-2-31.flac", FLAC, 22, "\x80\0\0\0", 4);
	hostile_bent(take, user, "frames-most.flac", FLAC, 21, "\xff\xff\xff\xff\xff", 5);
	hostile_bent(take, user, "rate-none.flac", FLAC, 18, "\0\0\0", 3);
	hostile_bent(take, user, "rate-most.flac", FLAC, 18, "\xff\xff\xf0", 3);
	hostile_bent(take, user, "blocks-none.flac", FLAC, 8, "\0\0\0\0", 4);
	hostile_bent(take, user, "blocks-most.flac", FLAC, 8, "\xff\xff\xff\xff", 4);
	hostile_bent(take, user, "header-long.flac", FLAC, 5, "\xff\xff\xff", 3);
}

// Ogg: the first packet begins at byte 28: Vorbis has channels at 39, rate at 40, block sizes at 56; Opus has channels
// at 37, gain at 44, mapping at 46. The page's checksum is not made anew: some readers do not look.
static inline void hostile_ogg_headers(hostile_fn *take, void *user)
{
	enum { VORBIS = SF_FORMAT_OGG | SF_FORMAT_VORBIS, OPUS = SF_FORMAT_OGG | SF_FORMAT_OPUS };
	hostile_bent(take, user, "channels-most.ogg", VORBIS, 39, "\xff", 1);
	hostile_bent(take, user, "rate-none.ogg", VORBIS, 40, "\0\0\0\0", 4);
	hostile_bent(take, user, "blocks-most.ogg", VORBIS, 56, "\xff", 1);
	hostile_bent(take, user, "segments-most.ogg", VORBIS, 26, "\xff", 1);
	hostile_bent(take, user, "channels-most.opus", OPUS, 37, "\xff", 1);
	hostile_bent(take, user, "gain-most.opus", OPUS, 44, "\xff\x7f", 2);
	hostile_bent(take, user, "mapping-most.opus", OPUS, 46, "\xff", 1);
	hostile_bent(take, user, "place-most.opus", OPUS, 6, "\xff\xff\xff\xff\xff\xff\xff\x7f", 8);
}

static inline void hostile_mp3_headers(hostile_fn *take, void *user)
{
	enum { MP3 = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III };
	size_t length;
	int fd = sound_file(MP3, 44100, 1, 60000);
	uint8_t *bytes = file_bytes(fd, &length), *xing = memmem(bytes, length, "Info", 4);
	xing = xing ? xing : memmem(bytes, length, "Xing", 4);
	if (xing)
		memcpy(xing + 8, "\x80\0\0\0", 4);
	hostile_give(take, user, "frames-2-31.mp3", bytes, length);
	if (xing)
		memcpy(xing + 8, "\0\0\0\0", 4);
	hostile_give(take, user, "frames-none.mp3", bytes, length);
	memcpy(bytes, "ID3\4\0\0\x7f\x7f\x7f\x7f", 10);
	hostile_give(take, user, "tag-most.mp3", bytes, length);
	memcpy(bytes, "\xff\xfb\x00\x00", 4);
	hostile_give(take, user, "bits-free.mp3", bytes, length);
	free(bytes);
	close(fd);
}

// Values that are no sound, or far too much of it: alone in the middle, and all of the file.
static inline void hostile_values(hostile_fn *take, void *user)
{
	static const float values[] = {NAN, -NAN, INFINITY, -INFINITY, 1e30f, -1e30f, 15.9f, 1e-42f};
	for (int i = 0; i < 16; i++) {
		size_t length;
		char name[32];
		int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, 72000);
		uint8_t *bytes = file_bytes(fd, &length);
		size_t begin = length - 72000 * sizeof(float);
		for (size_t k = 0; k < 72000; k++)
			if (i >= 8 || k == 36000)
				memcpy(bytes + begin + k * sizeof(float), &values[i % 8], sizeof(float));
		snprintf(name, sizeof name, "value-%d-%s.wav", i % 8, i < 8 ? "once" : "all");
		hostile_give(take, user, name, bytes, length);
		free(bytes);
		close(fd);
	}
}

// Noise at full scale, as it lies in a file that is nothing but bytes after a good header.
static inline void hostile_noise(hostile_fn *take, void *user)
{
	size_t length;
	int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 96000);
	uint8_t *bytes = file_bytes(fd, &length);
	for (size_t i = 44; i < length; i++)
		bytes[i] = (uint8_t)hash64(11, i);
	hostile_give(take, user, "noise.wav", bytes, length);
	for (size_t i = 44; i + 1 < length; i += 2) // a square wave between the ends of the scale
		memcpy(bytes + i, i / 200 % 2 ? "\xff\x7f" : "\0\x80", 2);
	hostile_give(take, user, "square.wav", bytes, length);
	free(bytes);
	close(fd);
}

// Random bytes under every ending that libsndfile trusts, and with the first bytes of each kind.
static inline void hostile_random(hostile_fn *take, void *user)
{
	static const char *const endings[] = {"wav", "flac", "ogg", "opus", "mp3", "vox", "gsm",  "snd", "au",   "raw",
	                                      "aif", "aiff", "caf", "sd2",  "svx", "voc", "nist", "paf", "rf64", "w64",
	                                      "pvf", "htk",  "mat", "xi",   "sds", "avr", "wve",  "mpc", "sf",   "iff"};
	static const char *const heads[] = {"",     "RIFF\x24\x10\0\0WAVEfmt ", "fLaC",
	                                    "OggS", "ID3\4\0\0\0\0\0\0",        "\xff\xfb\x90\x44"};
	static const size_t head_bytes[] = {0, 16, 4, 4, 10, 4};
	uint8_t bytes[6000];
	for (uint64_t e = 0; e < sizeof endings / sizeof *endings; e++) {
		char name[32];
		size_t head = e % 6;
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (uint8_t)hash64(100 + e, i);
		memcpy(bytes, heads[head], head_bytes[head]);
		snprintf(name, sizeof name, "random.%s", endings[e]);
		hostile_give(take, user, name, bytes, sizeof bytes);
	}
	hostile_give(take, user, "empty.wav", bytes, 0);
}

// Each of them in turn.
static inline void hostile_all(hostile_fn *take, void *user)
{
	hostile_wav_headers(take, user);
	hostile_flac_headers(take, user);
	hostile_ogg_headers(take, user);
	hostile_mp3_headers(take, user);
	hostile_values(take, user);
	hostile_noise(take, user);
	hostile_random(take, user);
}

#endif
