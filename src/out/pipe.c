// Raw samples to whoever reads them, at the system clock's pace.
//
// The descriptor is the caller's and may block. A pipe that polls as writable has room for PIPE_BUF bytes, so a write of
// no more than that returns at once; the wait for room is a poll that a stop breaks off. A reader that does not
// read holds the session up, as a pipe should: that is no fault.
#include "out/sink.h"

#include "base/memory.h"
#include "out/dither.h"
#include "out/pacer.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LOOK_UP_MS = 50 }; // from a wait for room, to see whether all is over

struct pipe_sink {
	struct sink head;
	int fd;
	enum sample_format format;
	struct pacer *pacer;  // NULL while stopped
	bool stuck;           // a thread was left behind in a write
	int64_t queue_frames; // the pacer's thread: after the block before
	int16_t samples[BLOCK_FRAMES * ENGINE_CHANNELS];
};

static bool write_all(const struct pacer *pacer, int fd, const void *bytes, size_t n_bytes)
{
	const char *at = bytes;
	while (n_bytes > 0 && !pacer_hurries(pacer)) {
		struct pollfd room = {.fd = fd, .events = POLLOUT};
		if (poll(&room, 1, LOOK_UP_MS) == 0)
			continue;
		ssize_t n = write(fd, at, n_bytes < PIPE_BUF ? n_bytes : PIPE_BUF);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		at += n > 0 ? n : 0;
		n_bytes -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static enum give pipe_give(void *user, struct pacer *pacer, const float *frames, int64_t n_frames)
{
	struct pipe_sink *pipe = user;
	size_t n_samples = (size_t)n_frames * ENGINE_CHANNELS;
	bool ok;
	if (pipe->format == SAMPLE_S16) {
		// The dither goes by the session's frames, so that a pipe and a file hold the same samples. In a block that
		// is partly silence the frames come first.
		dither_s16(frames, pipe->queue_frames, pipe->samples, n_frames);
		pipe->queue_frames = feed_queue_frames(pacer_feed(pacer));
		ok = write_all(pacer, pipe->fd, pipe->samples, n_samples * sizeof *pipe->samples);
	} else {
		ok = write_all(pacer, pipe->fd, frames, n_samples * sizeof *frames);
	}
	return ok ? GIVE_ON : GIVE_GONE;
}

static enum status pipe_open(struct sink *sink, double volume_db, struct feed **feed)
{
	struct pipe_sink *pipe = (struct pipe_sink *)sink;
	pipe->queue_frames = 0;
	if (!pipe->stuck)
		pipe->pacer = pacer_create(volume_db, pipe_give, pipe);
	if (!pipe->pacer) {
		snprintf(sink->message, sizeof sink->message, "the sound cannot be written");
		return STATUS_FAILED;
	}
	*feed = pacer_feed(pipe->pacer);
	return STATUS_OK;
}

static enum status pipe_await(struct sink *sink)
{
	(void)sink;
	return STATUS_OK;
}

static enum sink_health pipe_health(struct sink *sink)
{
	struct pipe_sink *pipe = (struct pipe_sink *)sink;
	if (!pacer_is_gone(pipe->pacer))
		return SINK_RUNS;
	snprintf(sink->message, sizeof sink->message, "whoever read the sound has stopped");
	return SINK_GONE;
}

static double pipe_latency_sec(const struct sink *sink)
{
	(void)sink;
	return (double)BLOCK_FRAMES / ENGINE_RATE_HZ;
}

static void pipe_stop(struct sink *sink)
{
	struct pipe_sink *pipe = (struct pipe_sink *)sink;
	if (pipe->pacer && !pacer_destroy(pipe->pacer))
		pipe->stuck = true;
	pipe->pacer = NULL;
}

static void pipe_destroy(struct sink *sink)
{
	struct pipe_sink *pipe = (struct pipe_sink *)sink;
	pipe_stop(sink);
	if (!pipe->stuck)
		free(pipe);
}

static const struct sink_ops pipe_ops = {pipe_open, pipe_await,   pipe_health, pipe_latency_sec,
                                         pipe_stop, pipe_destroy, NULL};

struct sink *sink_create_pipe(int fd, enum sample_format format)
{
	struct pipe_sink *pipe = memory_alloc(sizeof *pipe);
	pipe->head.ops = &pipe_ops;
	pipe->fd = fd;
	pipe->format = format;
	return &pipe->head;
}
