#include "audio/resample.h"

#include "base/frames.h"
#include "base/memory.h"

#include <soxr.h>
#include <stddef.h>
#include <string.h>

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
	memset(out + done * (size_t)channels, 0, ((size_t)out_frames - done) * sample_bytes);
}
