// The pipe: what is read is what was fed, sample for sample; a reader that goes or sleeps hangs nothing.
#include "out/sink_start.h"

#include "base/clock.h"
#include "base/hash.h"
#include "out/dither.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define PATIENCE_SEC 15.0
#define STOP_SEC 3.0 // a stop takes under 1 s; a busy machine may add to it

enum { SESSION_FRAMES = 30000, READ_MOST_BYTES = 4 << 20 };

struct rig {
	int ends[2];
	struct sink *sink;
	pthread_t reader;
	char *bytes; // what was read
	size_t n_bytes;
};

static int make_rig(void **state)
{
	struct rig *rig = calloc(1, sizeof *rig);
	rig->bytes = malloc(READ_MOST_BYTES);
	*state = rig;
	return pipe2(rig->ends, O_CLOEXEC);
}

static int free_rig(void **state)
{
	struct rig *rig = *state;
	sink_destroy(rig->sink);
	close(rig->ends[0]);
	close(rig->ends[1]);
	free(rig->bytes);
	free(rig);
	return 0;
}

static void sleep_sec(double sec)
{
	nanosleep(&(struct timespec){(time_t)sec, (long)((sec - (double)(time_t)sec) * 1e9)}, NULL);
}

static void *read_all(void *user)
{
	struct rig *rig = user;
	ssize_t n;
	while ((n = read(rig->ends[0], rig->bytes + rig->n_bytes, READ_MOST_BYTES - rig->n_bytes)) > 0)
		rig->n_bytes += (size_t)n;
	return NULL;
}

static float noise(int64_t sample)
{
	return 0.01f + 0.2f * (float)hash_unit(11, (uint64_t)sample);
}

static struct feed *start(struct rig *rig, int fd, enum sample_format format)
{
	struct feed *feed = NULL;
	rig->sink = sink_create_pipe(fd, format);
	assert_int_equal(sink_start(rig->sink, 0.0, &feed), STATUS_OK);
	return feed;
}

static void play_session(struct rig *rig, struct feed *feed)
{
	static float frames[2 * SESSION_FRAMES];
	for (int64_t i = 0; i < 2 * SESSION_FRAMES; i++)
		frames[i] = noise(i);
	assert_int_equal(feed_write(feed, frames, SESSION_FRAMES), SESSION_FRAMES);
	feed_end(feed);
	feed_go(feed, 0);
	int64_t silence_frames = (int64_t)(sink_latency_sec(rig->sink) * ENGINE_RATE_HZ) + 1000;
	double give_up_sec = clock_sec() + PATIENCE_SEC;
	while (!feed_ended(feed, silence_frames) && clock_sec() < give_up_sec) {
		assert_int_equal(sink_health(rig->sink), SINK_RUNS);
		sleep_sec(0.01);
	}
	assert_true(feed_ended(feed, silence_frames));
	sink_stop(rig->sink);
}

// The bytes of a whole session through a pipe.
static void read_session(struct rig *rig, enum sample_format format)
{
	struct feed *feed = start(rig, rig->ends[1], format);
	assert_int_equal(pthread_create(&rig->reader, NULL, read_all, rig), 0);
	play_session(rig, feed);
	close(rig->ends[1]); // it is still ours
	rig->ends[1] = -1;
	pthread_join(rig->reader, NULL);
}

static void test_pipe_gives_every_float(void **state)
{
	struct rig *rig = *state;
	read_session(rig, SAMPLE_F32);
	const float *samples = (const float *)(const void *)rig->bytes;
	size_t n = rig->n_bytes / sizeof *samples, at = 0;
	while (at < n && samples[at] == 0.0f)
		at++;
	assert_true(n - at >= 2 * SESSION_FRAMES);
	for (int64_t i = 0; i < 2 * SESSION_FRAMES; i++)
		assert_true(samples[at + (size_t)i] == noise(i));
	for (at += 2 * SESSION_FRAMES; at < n; at++)
		assert_true(samples[at] == 0.0f);
}

static void test_pipe_gives_the_16_bits_of_a_file(void **state)
{
	struct rig *rig = *state;
	read_session(rig, SAMPLE_S16);
	static float frames[2 * SESSION_FRAMES];
	static int16_t expected[2 * SESSION_FRAMES];
	for (int64_t i = 0; i < 2 * SESSION_FRAMES; i++)
		frames[i] = noise(i);
	dither_s16(frames, 0, expected, SESSION_FRAMES);
	const int16_t *samples = (const int16_t *)(const void *)rig->bytes;
	size_t n = rig->n_bytes / sizeof *samples, at = 0;
	while (at < n && samples[at] == 0)
		at++;
	assert_true(n - at >= 2 * SESSION_FRAMES);
	assert_memory_equal(samples + at, expected, sizeof expected);
}

static void test_pipe_to_a_file_and_again(void **state)
{
	struct rig *rig = *state;
	char path[] = "/tmp/stillroom-test-XXXXXX";
	int fd = mkstemp(path);
	unlink(path);
	struct feed *feed = start(rig, fd, SAMPLE_F32);
	play_session(rig, feed);
	off_t once = lseek(fd, 0, SEEK_END);
	assert_true(once >= (off_t)(SESSION_FRAMES * 2 * sizeof(float)));
	assert_int_equal(sink_start(rig->sink, 0.0, &feed), STATUS_OK);
	play_session(rig, feed);
	assert_true(lseek(fd, 0, SEEK_END) >= 2 * (off_t)(SESSION_FRAMES * 2 * sizeof(float)));
	close(fd);
}

static void test_pipe_reader_that_leaves_is_gone(void **state)
{
	struct rig *rig = *state;
	signal(SIGPIPE, SIG_DFL); // would end this program
	start(rig, rig->ends[1], SAMPLE_S16);
	close(rig->ends[0]);
	rig->ends[0] = -1;
	double give_up_sec = clock_sec() + PATIENCE_SEC;
	while (sink_health(rig->sink) == SINK_RUNS && clock_sec() < give_up_sec)
		sleep_sec(0.01);
	assert_int_equal(sink_health(rig->sink), SINK_GONE);
	assert_string_not_equal(rig->sink->message, "");
	sink_stop(rig->sink);
}

static void test_pipe_reader_that_sleeps_holds_up_but_hangs_no_stop(void **state)
{
	struct rig *rig = *state;
	struct feed *feed = start(rig, rig->ends[1], SAMPLE_F32);
	int64_t before = -1, after = 0;
	double give_up_sec = clock_sec() + PATIENCE_SEC;
	while (before != after && clock_sec() < give_up_sec) { // until the pipe is full
		before = after;
		sleep_sec(0.3);
		after = atomic_load(&feed->pulls);
	}
	assert_int_equal(before, after);
	assert_int_equal(sink_health(rig->sink), SINK_RUNS);
	double stop_sec = clock_sec();
	sink_stop(rig->sink);
	assert_true(clock_sec() - stop_sec < STOP_SEC);
	assert_int_equal(fcntl(rig->ends[1], F_GETFD) & ~FD_CLOEXEC, 0);
	assert_int_equal(sink_start(rig->sink, 0.0, &feed), STATUS_OK); // no thread was left behind
	sink_stop(rig->sink);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, make_rig, free_rig)
	const struct CMUnitTest tests[] = {
		T(test_pipe_gives_every_float),
		T(test_pipe_gives_the_16_bits_of_a_file),
		T(test_pipe_to_a_file_and_again),
		T(test_pipe_reader_that_leaves_is_gone),
		T(test_pipe_reader_that_sleeps_holds_up_but_hangs_no_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
