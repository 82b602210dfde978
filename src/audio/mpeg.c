// An MP3 file says its length nowhere for certain, and libsndfile guesses one from the first frame's bit rate; it then
// stops there, in the middle of a file whose bit rate varies. So the frames are counted: each header (ISO 11172-3,
// 2.4.2.3) gives its own length and leads to the next.
//
// Before the frames there may be an ID3v2 tag, after them an ID3v1 or APE tag. The first frame may be no sound but a
// Xing or Info header that says how many frames follow: a shorter file was cut.
#include "audio/mpeg.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum {
	WALK_WINDOW_BYTES = 65536,
	WALK_MOST_JUNK_BYTES = 16384, // between frames, in all
};

struct walk {
	int fd;
	int64_t size_bytes;
	int64_t window_at;
	int64_t window_bytes;
	uint8_t window[WALK_WINDOW_BYTES];
};

struct header {
	bool lower_rates; // MPEG 2 and 2.5
	bool mono;
	int rate_hz;
	int length_bytes;
	int samples;
};

// n bytes at a place in the file, or NULL beyond its end. Valid until the next call.
static const uint8_t *peek(struct walk *walk, int64_t at, int64_t n)
{
	if (at + n > walk->size_bytes)
		return NULL;
	if (at < walk->window_at || at + n > walk->window_at + walk->window_bytes) {
		ssize_t got = pread(walk->fd, walk->window, sizeof walk->window, at);
		walk->window_at = at;
		walk->window_bytes = got < 0 ? 0 : got;
	}
	return n <= walk->window_bytes ? walk->window + (at - walk->window_at) : NULL;
}

static bool parse_header(const uint8_t *bytes, struct header *header)
{
	static const int rates[] = {44100, 48000, 32000};
	static const int kbits[2][16] = {
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
	};
	int version = bytes[1] >> 3 & 3, layer = bytes[1] >> 1 & 3, rate = bytes[2] >> 2 & 3;
	if (bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0 || version == 1 || layer != 1 || rate == 3)
		return false;
	header->lower_rates = version != 3;
	header->mono = bytes[3] >> 6 == 3;
	header->rate_hz = rates[rate] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
	header->samples = header->lower_rates ? 576 : 1152;
	int bit_rate = kbits[header->lower_rates][bytes[2] >> 4] * 1000;
	header->length_bytes = header->samples / 8 * bit_rate / header->rate_hz + (bytes[2] >> 1 & 1);
	return bit_rate > 0;
}

static bool header_at(struct walk *walk, int64_t at, struct header *header)
{
	const uint8_t *bytes = peek(walk, at, 4);
	return bytes && parse_header(bytes, header);
}

// Tags at the start; their lengths have seven bits a byte.
static int64_t skip_tags(struct walk *walk)
{
	int64_t at = 0;
	const uint8_t *bytes;
	while ((bytes = peek(walk, at, 10)) && memcmp(bytes, "ID3", 3) == 0)
		at += 10 + (bytes[5] & 0x10 ? 10 : 0) +
		      ((bytes[6] & 127) << 21 | (bytes[7] & 127) << 14 | (bytes[8] & 127) << 7 | (bytes[9] & 127));
	return at;
}

// The first of three headers that lead to each other and agree; -1 when there is none nearby.
static int64_t find_first(struct walk *walk, int64_t at, struct header *first)
{
	for (int64_t end = at + (at ? WALK_MOST_JUNK_BYTES : 1); at < end; at++) {
		struct header second, third;
		if (header_at(walk, at, first) && header_at(walk, at + first->length_bytes, &second) &&
		    header_at(walk, at + first->length_bytes + second.length_bytes, &third) &&
		    second.rate_hz == first->rate_hz && third.rate_hz == first->rate_hz)
			return at;
	}
	return -1;
}

static int64_t big_32(const uint8_t *bytes)
{
	return (int64_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

// Whether the frame is a Xing header instead of sound; *promised is the number of frames that it says follow, or 0.
static bool is_xing(struct walk *walk, int64_t at, const struct header *header, int64_t *promised)
{
	int side_bytes = header->lower_rates ? (header->mono ? 9 : 17) : (header->mono ? 17 : 32);
	const uint8_t *bytes = peek(walk, at + 4 + side_bytes, 12);
	*promised = 0;
	if (!bytes || (memcmp(bytes, "Xing", 4) != 0 && memcmp(bytes, "Info", 4) != 0))
		return false;
	if (bytes[7] & 1)
		*promised = big_32(bytes + 8);
	return true;
}

static bool closing_tag(struct walk *walk, int64_t at)
{
	const uint8_t *bytes = peek(walk, at, 8);
	return bytes && (memcmp(bytes, "TAG", 3) == 0 || memcmp(bytes, "APETAGEX", 8) == 0);
}

// Counts whole frames up to the end; *junk_bytes gets what lay between them.
static int64_t count_frames(struct walk *walk, int64_t at, int rate_hz, int64_t *junk_bytes)
{
	int64_t count = 0;
	struct header header;
	*junk_bytes = 0;
	while (at + 4 <= walk->size_bytes && *junk_bytes <= WALK_MOST_JUNK_BYTES) {
		bool found = header_at(walk, at, &header) && header.rate_hz == rate_hz;
		if (found && at + header.length_bytes > walk->size_bytes)
			break;
		if (!found && closing_tag(walk, at))
			break;
		count += found;
		*junk_bytes += !found;
		at += found ? header.length_bytes : 1;
	}
	return count;
}

enum status mpeg_count(int fd, int64_t size_bytes, int64_t *sample_frames, const char **why)
{
	struct walk walk = {.fd = fd, .size_bytes = size_bytes};
	struct header first;
	int64_t promised, junk_bytes, at = find_first(&walk, skip_tags(&walk), &first);
	if (at < 0) {
		*why = "it is not a sound file of a known kind; use WAV, FLAC, Ogg (Vorbis or Opus) or MP3";
		return STATUS_FAULTY;
	}
	bool xing = is_xing(&walk, at, &first, &promised);
	int64_t count = count_frames(&walk, at, first.rate_hz, &junk_bytes) - xing;
	*sample_frames = count * first.samples;
	*why = count < promised                    ? "it ends before its header says"
	       : junk_bytes > WALK_MOST_JUNK_BYTES ? "it is damaged"
	                                           : NULL;
	return *why ? STATUS_FAULTY : STATUS_OK;
}
