// The least that a render can cost: libsndfile decodes each input once and encodes the finished sound, nothing else.
#ifndef BENCH_BOUND_H
#define BENCH_BOUND_H

#include <stddef.h>
#include <stdint.h>

struct bound {
	const char *const *inputs; // paths, NULL-ended
	const int16_t *samples;    // the finished sound
	int64_t frames;
	int format; // of libsndfile
	const char *output;
};

void bound_run(const struct bound *bound);

#endif
