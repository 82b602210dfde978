// Eight hours at 200 times the pace of the ear, through the live loop, the mixing thread and the feed, into an output
// that waits where a machine is too busy for that: no frame may be lost or doubled, and nothing may grow. A whole night by
// the real output and the ear's own pace is tests/end_to_end/night.sh.
#include "library/played.h"

#include "base/clock.h"
#include "mix/mix.h"
#include "session/live.h"

#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#ifdef TESTS_SANITIZED
enum { MINUTES = 10 };
#else
enum { MINUTES = 480 };
#endif
enum { SPEED = 200, COMPARED_EVERY = 16, LOOKS_MOST = 200, LOOK_FRAMES = 600 * ENGINE_RATE_HZ };

// ---- An output with a clock of its own

struct night {
	struct sink head;
	struct feed *feed;
	pthread_t thread;
	atomic_bool stop;
	struct mix *wanted; // the sink's own

	int64_t pulls, wrong_frames;
	int look_count;
	double look_hours[LOOKS_MOST], look_kb[LOOKS_MOST];
};

// Memory of its own, kB.
static double own_kb(void)
{
	char line[200];
	long kb = 0;
	FILE *file = fopen("/proc/self/status", "r");
	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "RssAnon: %ld kB", &kb) == 1)
			break;
	if (file)
		fclose(file);
	return (double)kb;
}

// Enough for a block, and for no fade to begin; or all that there will be.
static bool has_enough(const struct feed *feed)
{
	return RING_FRAMES - feed_space(feed) >= FEED_ENOUGH_FRAMES + BLOCK_FRAMES ||
	       atomic_load(&feed->end_written) >= 0;
}

static void look(struct night *night, int64_t at)
{
	if (at < night->look_count * (int64_t)LOOK_FRAMES || night->look_count == LOOKS_MOST)
		return;
	night->look_hours[night->look_count] = (double)at / ENGINE_RATE_HZ / 3600.0;
	night->look_kb[night->look_count++] = own_kb();
}

// The session's frames [at, at + n), and silence after them.
static void compare(struct night *night, const float *heard, int64_t at, int64_t n)
{
	float wanted[BLOCK_FRAMES * ENGINE_CHANNELS] = {0};
	mix_read(night->wanted, at, wanted, n);
	for (int i = 0; i < BLOCK_FRAMES; i++)
		night->wrong_frames += heard[2 * i] != wanted[2 * i] || heard[2 * i + 1] != wanted[2 * i + 1];
}

static void pull(struct night *night)
{
	float block[BLOCK_FRAMES * ENGINE_CHANNELS];
	int64_t before = feed_queue_frames(night->feed);
	feed_pull(night->feed, block, BLOCK_FRAMES);
	int64_t n = feed_queue_frames(night->feed) - before;
	if (n < BLOCK_FRAMES || night->pulls % COMPARED_EVERY == 0)
		compare(night, block, before, n);
	night->pulls++;
	look(night, before);
}

static void sleep_until(double sec)
{
	struct timespec time = {.tv_sec = (time_t)sec, .tv_nsec = (long)(fmod(sec, 1.0) * 1e9)};
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static void *run(void *user)
{
	struct night *night = user;
	double next_sec = clock_sec();
	while (!atomic_load(&night->stop)) {
		if (has_enough(night->feed))
			pull(night);
		next_sec = fmax(next_sec + (double)BLOCK_FRAMES / ENGINE_RATE_HZ / SPEED, clock_sec() - 0.01);
		sleep_until(next_sec);
	}
	return NULL;
}

static enum status night_open(struct sink *sink, double volume_db, struct feed **feed)
{
	struct night *night = (struct night *)sink;
	night->feed = *feed = aligned_alloc(_Alignof(struct feed), sizeof(struct feed));
	assert_non_null(*feed);
	feed_init(*feed, volume_db);
	return pthread_create(&night->thread, NULL, run, night) == 0 ? STATUS_OK : STATUS_FAILED;
}

static enum status night_await(struct sink *sink)
{
	(void)sink;
	return STATUS_OK;
}

static enum sink_health night_health(struct sink *sink)
{
	(void)sink;
	return SINK_RUNS;
}

static double night_latency_sec(const struct sink *sink)
{
	(void)sink;
	return 0.0;
}

static void night_stop(struct sink *sink)
{
	struct night *night = (struct night *)sink;
	if (!night->feed)
		return;
	atomic_store(&night->stop, true);
	pthread_join(night->thread, NULL);
	free(night->feed);
	night->feed = NULL;
}

// ---- The night

static void write_routine(char path[64])
{
	snprintf(path, 64, "/tmp/stillroom-night-%d.yaml", (int)getpid());
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
	        "stillroom: 1\ntitle: Night\nbed: {track: brown, level: soft}\nsteps:\n  - repeat: %d\n    steps:\n"
	        "      - say: Breathe in.\n      - breathe: 1 breath\n"
	        "      - stroke: {shape: circle, side: left, per-breath: 2, for: 1 breath}\n      - say: And again.\n"
	        "      - rest: 39s\n",
	        MINUTES);
	fclose(file);
}

static int count_names(const char *path)
{
	int count = 0;
	DIR *folder = opendir(path);
	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

// kB an hour, by least squares, without the first tenth.
static double slope(const struct night *night)
{
	double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
	for (int i = night->look_count / 10; i < night->look_count; i++) {
		n += 1.0;
		x += night->look_hours[i];
		y += night->look_kb[i];
		xx += night->look_hours[i] * night->look_hours[i];
		xy += night->look_hours[i] * night->look_kb[i];
	}
	double spread = n * xx - x * x;
	return spread > 0.0 ? (n * xy - x * y) / spread : 0.0;
}

static void test_night_loses_no_frame_and_nothing_grows(void **state)
{
	(void)state;
	static const struct sink_ops ops = {.open = night_open,
	                                    .await = night_await,
	                                    .health = night_health,
	                                    .latency_sec = night_latency_sec,
	                                    .stop = night_stop};
	char path[64];
	write_routine(path);
	struct pack *pack = played_pack("en-clb");
	struct played played = played_open(pack, path, NULL);
	unlink(path);
	assert_int_equal(played.faults.count, 0);
	struct mix *mix = NULL;
	assert_int_equal(mix_create(&mix, played.score, &played.faults), STATUS_OK);
	struct night night = {.head = {.ops = &ops}, .wanted = mix_clone(mix)};
	int descriptors = count_names("/proc/self/fd"), threads = count_names("/proc/self/task");
	double began_sec = clock_sec();
	struct stage *stage = stage_create(&(struct stage_setup){.sink = &night.head});
	struct live_result result = live_play(stage, played.score, mix, &(struct live_options){.patience_sec = 0.0});
	int starved = atomic_load(&night.feed->starved);
	stage_destroy(stage);
	print_message("%.2f hours in %.0f s: %lld frames wrong, %.2f kB more an hour, %.0f kB at the end\n",
	              played_sec(played.score->frames) / 3600.0, clock_sec() - began_sec, (long long)night.wrong_frames,
	              slope(&night), own_kb());
	assert_int_equal(result.end, END_DONE);
	assert_int_equal(result.heard_frames, played.score->frames);
	assert_true(played.score->frames >= MINUTES * (int64_t)60 * ENGINE_RATE_HZ);
	assert_true(night.pulls * BLOCK_FRAMES >= played.score->frames);
	assert_int_equal(night.wrong_frames, 0);
	assert_int_equal(starved, 0);
	assert_int_equal(count_names("/proc/self/fd"), descriptors);
#ifndef TESTS_SANITIZED // which keep what is freed, and have a thread of their own
	assert_true(slope(&night) < 1.0);
	assert_int_equal(count_names("/proc/self/task"), threads);
#else
	(void)threads;
#endif
	mix_destroy(night.wanted);
	mix_destroy(mix);
	played_close(&played);
	pack_destroy(pack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_night_loses_no_frame_and_nothing_grows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
