#include "audio/resample.h"

#include "base/frames.h"
#include "base/memory.h"

#include <soxr.h>
#include <stddef.h>
#include <string.h>

enum { PIECE_FRAMES = 1024 };

static void silence_after(float *out, int channels, int64_t done, int64_t out_frames)
{
	memset(out + done * channels, 0, (size_t)(out_frames - done) * (size_t)channels * sizeof *out);
}

// soxr crashes where it gets no memory: ask first, so that there is a plain end. It took 0.3 MB for a short word at 24 kHz.
enum { SOXR_BYTES = 1 << 20 };

void resample(int rate_hz, int channels, const float *in, int64_t in_frames, float *out, int64_t out_frames)
{
	size_t done = 0, taken, sample_bytes = (size_t)channels * sizeof *out;
	if (rate_hz == ENGINE_RATE_HZ) {
		done = (size_t)(in_frames < out_frames ? in_frames : out_frames);
		memcpy(out, in, done * sample_bytes);
	} else {
		soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
		soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
		soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
		memory_ask(SOXR_BYTES + 2 * (size_t)(in_frames + out_frames) * sample_bytes);
		soxr_oneshot(rate_hz, ENGINE_RATE_HZ, (unsigned)channels, in, (size_t)in_frames, &taken, out,
		             (size_t)out_frames, &done, &io, &quality, &one_thread);
	}
	silence_after(out, channels, (int64_t)done, out_frames);
}

static int64_t copy_from(resample_source *source, void *user, int channels, float *out, int64_t out_frames)
{
	int64_t done = 0, n = 1;
	while (done < out_frames && n > 0) {
		const float *frames;
		int64_t left = out_frames - done;
		n = source(user, &frames, left < PIECE_FRAMES ? left : PIECE_FRAMES);
		if (n > 0)
			memcpy(out + done * channels, frames, (size_t)(n * channels) * sizeof *out);
		done += n;
	}
	return done;
}

struct feeding {
	resample_source *source;
	void *user;
};

// soxr takes a NULL for an error, and no frames for the end.
static size_t feed(void *user, soxr_in_t *frames, size_t n_frames)
{
	static const float nothing[1];
	const struct feeding *feeding = user;
	const float *given = nothing;
	int64_t n = feeding->source(feeding->user, &given, (int64_t)n_frames);
	*frames = n > 0 ? given : nothing;
	return (size_t)n;
}

void resample_from(int rate_hz, int channels, resample_source *source, void *user, float *out, int64_t out_frames)
{
	int64_t done = 0;
	if (rate_hz == ENGINE_RATE_HZ) {
		done = copy_from(source, user, channels, out, out_frames);
	} else {
		soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
		soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
		soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
		struct feeding feeding = {source, user};
		memory_ask(SOXR_BYTES + 2 * (size_t)out_frames * (size_t)channels * sizeof *out);
		soxr_t soxr =
			soxr_create(rate_hz, ENGINE_RATE_HZ, (unsigned)channels, NULL, &io, &quality, &one_thread);
		if (soxr && !soxr_set_input_fn(soxr, feed, &feeding, PIECE_FRAMES))
			done = (int64_t)soxr_output(soxr, out, (size_t)out_frames);
		soxr_delete(soxr);
	}
	silence_after(out, channels, done, out_frames);
}
