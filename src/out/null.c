// Plays to nobody at the system clock's pace, and fails on order. Frames are counted over the sink's whole life, and each
// fault comes once: after it, a new start plays on, unless the order says `again`.
#include "out/sink.h"

#include "base/memory.h"
#include "out/pacer.h"
#include "out/pulse.h"

#include <stdio.h>
#include <stdlib.h>

#define STALL_SEC 0.5

struct null_sink {
	struct sink head;
	struct null_faults wanted; // as ordered
	struct null_faults faults; // those still to come; the pacer's thread while there is one
	int64_t given_frames;
	struct pacer *pacer; // NULL while stopped
	struct pulse pulse;
};

static bool is_due(int64_t *at_frames, int64_t now_frames)
{
	bool due = *at_frames >= 0 && now_frames >= *at_frames;
	if (due)
		*at_frames = -1;
	return due;
}

static enum give null_give(void *user, struct pacer *pacer, const float *frames, int64_t n_frames)
{
	struct null_sink *null = user;
	(void)pacer;
	(void)frames;
	null->given_frames += n_frames;
	if (is_due(&null->faults.die_at_frames, null->given_frames))
		return GIVE_GONE;
	return is_due(&null->faults.stall_at_frames, null->given_frames) ? GIVE_STOP : GIVE_ON;
}

static enum status fail(struct sink *sink)
{
	snprintf(sink->message, sizeof sink->message, "the output would not start");
	return STATUS_FAILED;
}

static enum status null_open(struct sink *sink, double volume_db, struct feed **feed)
{
	struct null_sink *null = (struct null_sink *)sink;
	if (null->wanted.again) {
		null->faults = null->wanted;
		null->given_frames = 0;
	}
	null->pacer = pacer_create(volume_db, null_give, null);
	if (!null->pacer)
		return fail(sink);
	*feed = pacer_feed(null->pacer);
	pulse_begin(&null->pulse, *feed);
	return STATUS_OK;
}

static enum status null_await(struct sink *sink)
{
	struct null_sink *null = (struct null_sink *)sink;
	if (null->faults.start_failures == 0)
		return STATUS_OK;
	null->faults.start_failures--;
	return fail(sink);
}

static enum sink_health null_health(struct sink *sink)
{
	struct null_sink *null = (struct null_sink *)sink;
	if (pacer_is_gone(null->pacer)) {
		snprintf(sink->message, sizeof sink->message, "the output has gone");
		return SINK_GONE;
	}
	if (pulse_beats(&null->pulse, pacer_feed(null->pacer), STALL_SEC))
		return SINK_RUNS;
	snprintf(sink->message, sizeof sink->message, "the output has stopped taking sound");
	return SINK_STALLED;
}

static double null_latency_sec(const struct sink *sink)
{
	(void)sink;
	return 0.0;
}

static void null_stop(struct sink *sink)
{
	struct null_sink *null = (struct null_sink *)sink;
	if (null->pacer)
		pacer_destroy(null->pacer); // its thread never blocks
	null->pacer = NULL;
}

static void null_destroy(struct sink *sink)
{
	null_stop(sink);
	free(sink);
}

static const struct sink_ops null_ops = {null_open, null_await,   null_health, null_latency_sec,
                                         null_stop, null_destroy, NULL};

struct sink *sink_create_null(const struct null_faults *faults)
{
	struct null_sink *null = memory_alloc(sizeof *null);
	null->head.ops = &null_ops;
	null->wanted = null->faults = *faults;
	return &null->head;
}
