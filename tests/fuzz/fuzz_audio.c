// Any bytes as a sound file: decoded whole, then read as a stream in two orders, which must agree. Nothing may crash,
// leak, give a wild value or a length that is not the one told.
//
//   fuzz_audio -close_fd_mask=2 -max_len=65536 -timeout=10 -rss_limit_mb=1024 WORK tests/fuzz/audio
#include "audio/audio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// libsndfile 1.2.0 leaks this when it refuses some Oggs late.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:vorbis_info_init\n";
}

enum { MOST_FRAMES = 48000 * 20, READ_FRAMES = 3000 };

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
	struct audio_info info;
	const char *why = NULL;
	enum status status = audio_decode_mono(memory_file(data, size), MOST_FRAMES, &samples, &info, &why);
	if ((status == STATUS_OK) != (samples != NULL) || (status != STATUS_OK && !why))
		abort();
	if (status == STATUS_OK) {
		if (info.engine_frames < 1 || info.engine_frames > MOST_FRAMES || info.channels < 1)
			abort();
		check_samples(samples, info.engine_frames);
	}
	free(samples);
}

// Places spread over the file and a little beyond it.
static int64_t place(const struct audio_stream *stream, int k)
{
	int64_t frames = audio_stream_info(stream)->engine_frames;
	frames = frames < MOST_FRAMES ? frames : MOST_FRAMES;
	return frames * k / 4 - READ_FRAMES / 2;
}

static struct audio_stream *open_stream(const uint8_t *data, size_t size)
{
	struct audio_stream *stream;
	const char *why = NULL;
	if ((audio_stream_open(&stream, memory_file(data, size), &why) == STATUS_OK) != (stream != NULL))
		abort();
	return stream;
}

static void stream(const uint8_t *data, size_t size)
{
	static const int order[] = {3, 0, 4, 2, 1};
	static float up[5][READ_FRAMES * 2], out[READ_FRAMES * 2];
	struct audio_stream *first = open_stream(data, size);
	if (!first)
		return;
	for (int k = 0; k < 5; k++) {
		audio_stream_read(first, place(first, k), up[k], READ_FRAMES);
		check_samples(up[k], READ_FRAMES * 2);
	}
	audio_stream_close(first);
	struct audio_stream *second = open_stream(data, size);
	for (int i = 0; i < 5; i++) {
		audio_stream_read(second, place(second, order[i]), out, READ_FRAMES);
		if (memcmp(out, up[order[i]], sizeof out) != 0)
			abort();
	}
	audio_stream_close(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	decode(data, size);
	stream(data, size);
	return 0;
}
