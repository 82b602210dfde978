// play_noise PROGRAM DEVICE SECONDS REFERENCE: plays noise that is the same each time through the device sink, and
// writes it to REFERENCE as raw floats. PROGRAM is stillroom-device; DEVICE a part of a name, or "-" for the default.
// Prints one line for each thing that happens, with the seconds since the start; exit 0 when all was played, 3 when the
// output was lost, 4 when it would not start.
#include "out/sink_start.h"

#include "base/clock.h"
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void write_reference(const char *path, const float *frames, int64_t n_frames)
{
	FILE *file = fopen(path, "w");
	if (!file || fwrite(frames, 2 * sizeof *frames, (size_t)n_frames, file) != (size_t)n_frames ||
	    fclose(file) != 0)
		exit(2);
}

// Until the end was heard or the output is lost.
static enum sink_health play(struct sink *sink, struct feed *feed, const float *frames, int64_t n_frames)
{
	int64_t at = feed_write(feed, frames, n_frames);
	int64_t silence_frames = (int64_t)((sink_latency_sec(sink) + 0.3) * ENGINE_RATE_HZ);
	enum sink_health health = SINK_RUNS;
	feed_go(feed, 0);
	while (health == SINK_RUNS && !feed_ended(feed, silence_frames)) {
		at += feed_write(feed, frames + 2 * at, n_frames - at);
		if (at == n_frames)
			feed_end(feed);
		nanosleep(&(struct timespec){0, 50000000}, NULL);
		health = sink_health(sink);
	}
	return health;
}

int main(int count, char **words)
{
	if (count != 5)
		return 2;
	int64_t n_frames = (int64_t)(strtod(words[3], NULL) * ENGINE_RATE_HZ);
	float *frames = malloc((size_t)n_frames * 2 * sizeof *frames);
	for (int64_t i = 0; i < 2 * n_frames; i++)
		frames[i] = 0.01f + 0.2f * (float)hash_unit(5, (uint64_t)i);
	write_reference(words[4], frames, n_frames);

	struct feed *feed;
	struct sink *sink = sink_create_device(words[1], strcmp(words[2], "-") == 0 ? NULL : words[2]);
	double begin_sec = clock_sec();
	if (sink_start(sink, 0.0, &feed) != STATUS_OK) {
		printf("%.3f no start: %s\n", clock_sec() - begin_sec, sink->message);
		sink_destroy(sink);
		free(frames);
		return 4;
	}
	printf("%.3f started, latency %.3f s\n", clock_sec() - begin_sec, sink_latency_sec(sink));
	fflush(stdout);
	enum sink_health health = play(sink, feed, frames, n_frames);
	double end_sec = clock_sec();
	printf("%.3f %s: %s; %lld pulls, starved %d\n", end_sec - begin_sec,
	       health == SINK_RUNS      ? "played"
	       : health == SINK_STALLED ? "stalled"
	                                : "gone",
	       sink->message, (long long)atomic_load(&feed->pulls), atomic_load(&feed->starved));
	sink_destroy(sink);
	printf("%.3f stopped in %.3f s\n", clock_sec() - begin_sec, clock_sec() - end_sec);
	free(frames);
	return health == SINK_RUNS ? 0 : 3;
}
