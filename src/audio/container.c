// Decoders are lenient: they shorten what is cut off without a word, or play noise under a name that they trust. So the
// kind is told here by the first bytes alone, and a cut file is told by what its kind writes down:
//   WAV   the size of its data chunk (0 and about 2 GiB or more mean "unknown", as programs write into a pipe)
//   Ogg   the last page carries the end mark (RFC 3533, header type bit 4)
//   MP3   see mpeg.c
//   FLAC  the length in its header, found out by decoding
#include "audio/container.h"

#include "audio/mpeg.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	WAV_MOST_CHUNKS = 1000,
	WAV_UNKNOWN_BYTES = 0x7FFFF000,
	OGG_PAGE_MOST_BYTES = 27 + 255 + 255 * 255,
	OGG_LAST_PAGE = 4,
};

static const char ends_early[] = "it ends before its header says";
static const char not_known[] = "it is not a sound file of a known kind; use WAV, FLAC, Ogg (Vorbis or Opus) or MP3";

static uint32_t little_32(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static const char *wav_trouble(int fd, int64_t size_bytes)
{
	int64_t at = 12;
	for (int i = 0; i < WAV_MOST_CHUNKS; i++) {
		uint8_t head[8];
		if (pread(fd, head, sizeof head, at) != (ssize_t)sizeof head)
			return ends_early;
		uint32_t length = little_32(head + 4);
		at += (int64_t)sizeof head;
		if (memcmp(head, "data", 4) == 0)
			return length < WAV_UNKNOWN_BYTES && at + length > size_bytes ? ends_early : NULL;
		at += (int64_t)length + (length & 1);
	}
	return "it is damaged";
}

static bool page_is_last(const uint8_t *page, size_t room_bytes)
{
	if (room_bytes < 27 || !(page[5] & OGG_LAST_PAGE))
		return false;
	size_t length = 27 + (size_t)page[26];
	if (room_bytes < length)
		return false;
	for (int i = 0; i < page[26]; i++)
		length += page[27 + i];
	return room_bytes >= length;
}

static const char *ogg_trouble(int fd, int64_t size_bytes)
{
	const int64_t wanted = OGG_PAGE_MOST_BYTES + 4096; // some trailing bytes do no harm
	size_t length = (size_t)(size_bytes < wanted ? size_bytes : wanted);
	uint8_t *tail = memory_alloc(length);
	ssize_t got = pread(fd, tail, length, size_bytes - (int64_t)length);
	bool whole = false;
	if (got == (ssize_t)length)
		for (size_t at = length; at-- > 0 && !whole;)
			if (length - at >= 4 && memcmp(tail + at, "OggS", 4) == 0)
				whole = page_is_last(tail + at, length - at);
	free(tail);
	return whole ? NULL : ends_early;
}

enum status container_look(int fd, struct container *container, const char **why)
{
	uint8_t head[12] = {0};
	struct stat state;
	*container = (struct container){0};
	if (fstat(fd, &state) != 0 || pread(fd, head, sizeof head, 0) < 0) {
		*why = "it cannot be read";
		return STATUS_FAILED;
	}
	*why = NULL;
	if (memcmp(head, "RIFF", 4) == 0 && memcmp(head + 8, "WAVE", 4) == 0) {
		container->kind = CONTAINER_WAV;
		*why = wav_trouble(fd, state.st_size);
	} else if (memcmp(head, "fLaC", 4) == 0) {
		container->kind = CONTAINER_FLAC;
	} else if (memcmp(head, "OggS", 4) == 0) {
		container->kind = CONTAINER_OGG;
		*why = ogg_trouble(fd, state.st_size);
	} else if (memcmp(head, "ID3", 3) == 0 || (head[0] == 0xFF && (head[1] & 0xE0) == 0xE0)) {
		container->kind = CONTAINER_MPEG;
		return mpeg_count(fd, state.st_size, &container->mpeg_frames, why);
	} else {
		*why = state.st_size ? not_known : "it is empty";
	}
	return *why ? STATUS_FAULTY : STATUS_OK;
}
