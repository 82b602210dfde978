// Any bytes as a sound file: decoded whole, then read by chunks in two orders, which must agree. Nothing may crash,
// leak, give a wild value or a length that is not the one told, or be refused in words that do not cross to the player.
//
//   fuzz_audio -close_fd_mask=2 -max_len=65536 -timeout=10 -rss_limit_mb=1024 WORK tests/fuzz/audio
#include "audio/decode.h"
#include "audio/track.h"
#include "audio/wire.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// libsndfile 1.2.0 leaks what vorbis_info_init takes when it refuses some Oggs late. Named by the library: without
// llvm-symbolizer a sanitizer knows no function of it.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libvorbis.so\n";
}

enum { MOST_FRAMES = 48000 * 20, CHUNK_SAMPLES = AUDIO_CHUNK_FRAMES * ENGINE_CHANNELS };

static int memory_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	return fd;
}

static void check_samples(const float *samples, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		if (!(fabsf(samples[i]) < 64.0f))
			abort();
}

static void decode(const uint8_t *data, size_t size)
{
	float *samples;
	struct audio_level level;
	struct audio_info info;
	const char *why = NULL;
	enum status status = decode_mono(memory_file(data, size), MOST_FRAMES, NULL, 0, &samples, &level, &info, &why);
	if ((status == STATUS_OK) != (samples != NULL) || (status != STATUS_OK && (!why || wire_clause(why) < 0)))
		abort();
	if (status == STATUS_OK) {
		if (info.engine_frames < 1 || info.engine_frames > MOST_FRAMES || info.channels < 1)
			abort();
		check_samples(samples, info.engine_frames);
	}
	free(samples);
}

static struct audio_track *open_track(const uint8_t *data, size_t size)
{
	struct audio_track *track;
	const char *why = NULL;
	if ((audio_track_open(&track, memory_file(data, size), &why) == STATUS_OK) != (track != NULL))
		abort();
	if (!track && wire_clause(why) < 0)
		abort();
	return track;
}

// Chunks spread over the file and its last one.
static int64_t place(const struct audio_track *track, int k)
{
	int64_t frames = audio_track_info(track)->engine_frames;
	frames = frames < MOST_FRAMES ? frames : MOST_FRAMES;
	return (frames - 1) * k / 4 / AUDIO_CHUNK_FRAMES;
}

static void stream(const uint8_t *data, size_t size)
{
	static const int order[] = {3, 0, 4, 2, 1};
	static float up[5][CHUNK_SAMPLES], out[CHUNK_SAMPLES];
	struct audio_track *first = open_track(data, size);
	if (!first)
		return;
	for (int k = 0; k < 5; k++) {
		audio_track_chunk(first, place(first, k), up[k]);
		check_samples(up[k], CHUNK_SAMPLES);
	}
	audio_track_close(first);
	struct audio_track *second = open_track(data, size);
	for (int i = 0; i < 5; i++) {
		audio_track_chunk(second, place(second, order[i]), out);
		if (memcmp(out, up[order[i]], sizeof out) != 0)
			abort();
	}
	audio_track_close(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	decode(data, size);
	stream(data, size);
	return 0;
}
