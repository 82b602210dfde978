// The real device sink, the real stillroom-device and the real PortAudio against the paced ALSA output of tests/alsa,
// which plays in real time, keeps what was played, and fails on order. Children that misbehave in other ways are small
// shell scripts.
#include "out/sink_start.h"

#include "base/clock.h"
#include "base/hash.h"
#include "out/device_child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define PROGRAM BUILD_DIR "/libexec/stillroom/stillroom-device"
#define PLUGIN BUILD_DIR "/tests/alsa/libasound_module_pcm_paced.so"
#define PATIENCE_SEC 15.0 // for what must happen some time
#define STOP_SEC 3.0      // a stop takes under 1 s; a busy machine may add to it

struct rig {
	char folder[64];
	char config[96], capture[96], order[96], script[96];
	struct sink *sink;
};

static void sleep_sec(double sec)
{
	nanosleep(&(struct timespec){(time_t)sec, (long)((sec - (double)(time_t)sec) * 1e9)}, NULL);
}

static int make_rig(void **state)
{
	struct rig *rig = calloc(1, sizeof *rig);
	strcpy(rig->folder, "/tmp/stillroom-test-XXXXXX");
	if (!mkdtemp(rig->folder))
		return -1;
	snprintf(rig->config, sizeof rig->config, "%s/alsa.conf", rig->folder);
	snprintf(rig->capture, sizeof rig->capture, "%s/heard.raw", rig->folder);
	snprintf(rig->order, sizeof rig->order, "%s/order", rig->folder);
	snprintf(rig->script, sizeof rig->script, "%s/script", rig->folder);
	setenv("ALSA_CONFIG_PATH", rig->config, 1);
	setenv("JACK_DEFAULT_SERVER", "stillroom-test-none", 1);
	*state = rig;
	return 0;
}

static int free_rig(void **state)
{
	struct rig *rig = *state;
	sink_destroy(rig->sink);
	unlink(rig->config);
	unlink(rig->capture);
	unlink(rig->order);
	unlink(rig->script);
	int left = rmdir(rig->folder);
	free(rig);
	return left;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

// A default output with these fields, and one that cannot even be opened.
static void configure(const struct rig *rig, const char *fields)
{
	char text[1024];
	snprintf(text, sizeof text,
	         "pcm_type.paced { lib \"%s\" }\n"
	         "pcm.!default { type paced file \"%s\" %s }\n"
	         "pcm.broken { type nonsense }\n",
	         PLUGIN, rig->capture, fields);
	write_file(rig->config, text);
}

static void use_script(struct rig *rig, const char *body)
{
	char text[1024];
	snprintf(text, sizeof text, "#!/bin/sh\n%s\n", body);
	write_file(rig->script, text);
	assert_int_equal(chmod(rig->script, 0755), 0);
	rig->sink = sink_create_device(rig->script, NULL);
}

static struct feed *start(struct rig *rig)
{
	struct feed *feed = NULL;
	if (!rig->sink)
		rig->sink = sink_create_device(PROGRAM, NULL);
	enum status status = sink_start(rig->sink, 0.0, &feed);
	if (status != STATUS_OK)
		fail_msg("start: %d: %s", status, rig->sink->message);
	return feed;
}

static void stop(struct rig *rig)
{
	double before_sec = clock_sec();
	sink_stop(rig->sink);
	assert_true(clock_sec() - before_sec < STOP_SEC);
}

// The process id of a child of `parent`, or 0.
static pid_t find_child(pid_t parent)
{
	pid_t found = 0;
	DIR *processes = opendir("/proc");
	for (struct dirent *entry; (entry = readdir(processes));) {
		char path[64];
		int ppid = 0;
		snprintf(path, sizeof path, "/proc/%.20s/stat", entry->d_name);
		FILE *file = fopen(path, "r");
		if (file && fscanf(file, "%*d (%*[^)]) %*c %d", &ppid) == 1 && ppid == parent)
			found = (pid_t)atoi(entry->d_name);
		if (file)
			fclose(file);
	}
	closedir(processes);
	return found;
}

// A child that a busy machine lets die slowly is reaped by one of the sink's next calls.
static void assert_no_child(struct rig *rig)
{
	double give_up_sec = clock_sec() + PATIENCE_SEC;
	while (find_child(getpid()) && clock_sec() < give_up_sec) {
		sleep_sec(0.01);
		if (rig->sink)
			sink_stop(rig->sink);
	}
	assert_int_equal(find_child(getpid()), 0);
}

static int count_fds(void)
{
	int count = 0;
	DIR *fds = opendir("/proc/self/fd");
	while (readdir(fds))
		count++;
	closedir(fds);
	return count;
}

// ---- Sound

// Never zero, so that it can be told from silence; never loud.
static float noise(int64_t sample)
{
	return 0.01f + 0.2f * (float)hash_unit(7, (uint64_t)sample);
}

// Writes the session's frames as there is room, until all n are gone out and heard.
static void play_through(struct rig *rig, struct feed *feed, int64_t n_frames)
{
	int64_t at = 0;
	int64_t silence_frames = (int64_t)((sink_latency_sec(rig->sink) + 0.3) * ENGINE_RATE_HZ);
	double give_up_sec = clock_sec() + PATIENCE_SEC;
	feed_go(feed, 0);
	while (!feed_ended(feed, silence_frames)) {
		float frames[2 * 1024];
		int64_t n = n_frames - at < 1024 ? n_frames - at : 1024;
		for (int64_t i = 0; i < 2 * n; i++)
			frames[i] = noise(2 * at + i);
		at += feed_write(feed, frames, n);
		if (at == n_frames && n > 0)
			feed_end(feed);
		if (feed_space(feed) < 1024 || n == 0)
			sleep_sec(0.01);
		assert_int_equal(sink_health(rig->sink), SINK_RUNS);
		assert_true(clock_sec() < give_up_sec);
	}
	assert_int_equal(atomic_load(&feed->starved), 0);
}

static float *read_capture(const struct rig *rig, int64_t *n_samples)
{
	FILE *file = fopen(rig->capture, "r");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*n_samples = ftell(file) / (long)sizeof(float);
	rewind(file);
	float *samples = calloc((size_t)*n_samples + 1, sizeof *samples);
	assert_int_equal(fread(samples, sizeof *samples, (size_t)*n_samples, file), *n_samples);
	fclose(file);
	return samples;
}

static int64_t skip_silence(const float *samples, int64_t n_samples)
{
	int64_t at = 0;
	while (at < n_samples && samples[at] == 0.0f)
		at++;
	return at;
}

static void assert_heard_exactly(const struct rig *rig, int64_t n_frames)
{
	int64_t n_samples;
	float *samples = read_capture(rig, &n_samples);
	int64_t begin = skip_silence(samples, n_samples);
	assert_true(n_samples - begin >= 2 * n_frames);
	for (int64_t i = 0; i < 2 * n_frames; i++)
		if (samples[begin + i] != noise(i))
			fail_msg("sample %ld is %g, not %g", (long)i, (double)samples[begin + i], (double)noise(i));
	int64_t rest = begin + 2 * n_frames;
	assert_int_equal(skip_silence(samples + rest, n_samples - rest), n_samples - rest);
	free(samples);
}

static void test_device_plays_every_frame_bit_for_bit(void **state)
{
	struct rig *rig = *state;
	configure(rig, "");
	struct feed *feed = start(rig);
	play_through(rig, feed, 60000);
	stop(rig);
	assert_heard_exactly(rig, 60000);
	assert_no_child(rig);
}

// True when the card ran out of sound, be it only in its first moments.
static bool runs_dry(struct rig *rig, const char *card, bool pardon_first)
{
	char dry[128], fields[200];
	snprintf(dry, sizeof dry, "%s.dry", rig->capture);
	snprintf(fields, sizeof fields, "%s dry \"%s\"", card, dry);
	configure(rig, fields);
	unlink(rig->capture);
	play_through(rig, start(rig), 24000);
	if (pardon_first)
		unlink(dry);
	sleep_sec(0.6);
	bool was_dry = unlink(dry) == 0;
	stop(rig);
	assert_heard_exactly(rig, 24000);
	return was_dry;
}

// One that holds 85 ms, and one that plays eight times too fast, are written to in time, but where the machine is too
// busy for that.
static void test_device_looks_as_often_as_the_card_needs(void **state)
{
	for (int tries = 0; runs_dry(*state, "buffer 4096", false); tries++)
		assert_true(tries < 20);
	for (int tries = 0; runs_dry(*state, "speed 8", true); tries++)
		assert_true(tries < 20);
}

// What is ordered while the output opens is in the first frames that it is given. False on a machine so busy that the
// order came too late.
static bool opens_with_sound(struct rig *rig, int64_t *silent_frames)
{
	float frames[2 * 1024];
	struct feed *feed = NULL;
	unlink(rig->capture);
	assert_int_equal(sink_open(rig->sink, 0.0, &feed), STATUS_OK);
	for (int64_t at = 0; at < 24 * 1024; at += 1024) {
		for (int64_t i = 0; i < 2 * 1024; i++)
			frames[i] = noise(2 * at + i);
		assert_int_equal(feed_write(feed, frames, 1024), 1024);
	}
	feed_go(feed, 0);
	bool early = atomic_load(&feed->pulls) == 0;
	assert_int_equal(sink_await(rig->sink), STATUS_OK);
	double give_up_sec = clock_sec() + PATIENCE_SEC;
	while (feed_queue_frames(feed) < 23 * 1024 && clock_sec() < give_up_sec)
		sleep_sec(0.01);
	sleep_sec(0.5); // it goes on with silence, and keeps what was played at each turn
	stop(rig);
	int64_t n_samples;
	float *samples = read_capture(rig, &n_samples);
	*silent_frames = skip_silence(samples, n_samples) / 2;
	assert_true(*silent_frames < n_samples / 2);
	free(samples);
	return early;
}

static void test_device_its_first_buffer_sounds(void **state)
{
	struct rig *rig = *state;
	int64_t silent_frames = 0;
	configure(rig, "");
	rig->sink = sink_create_device(PROGRAM, NULL);
	for (int tries = 0; !opens_with_sound(rig, &silent_frames) && tries < 20; tries++)
		;
	assert_int_equal(silent_frames, 0);
}

static void test_device_plays_on_a_mono_output(void **state)
{
	struct rig *rig = *state;
	configure(rig, "channels 1");
	struct feed *feed = start(rig);
	play_through(rig, feed, 20000);
	stop(rig);
	int64_t n_samples;
	float *samples = read_capture(rig, &n_samples);
	int64_t begin = skip_silence(samples, n_samples);
	assert_true(n_samples - begin >= 20000);
	for (int64_t i = 0; i < 20000; i++)
		assert_true(samples[begin + i] == 0.5f * (noise(2 * i) + noise(2 * i + 1)));
	free(samples);
}

static void test_device_plays_where_nothing_is_mapped(void **state)
{
	struct rig *rig = *state;
	configure(rig, "mmap 0");
	play_through(rig, start(rig), 60000);
	stop(rig);
	assert_heard_exactly(rig, 60000);
}

static void test_device_starts_twenty_times_and_leaks_nothing(void **state)
{
	struct rig *rig = *state;
	configure(rig, "");
	start(rig);
	stop(rig);
	int before = count_fds();
	for (int k = 0; k < 20; k++) {
		start(rig);
		stop(rig);
		assert_no_child(rig);
	}
	assert_int_equal(count_fds(), before);
}

// ---- Losses

static void feed_some(struct feed *feed)
{
	float frames[2 * 1024];
	for (int i = 0; i < 2 * 1024; i++)
		frames[i] = noise(i);
	while (feed_space(feed) >= 1024)
		feed_write(feed, frames, 1024);
}

static enum sink_health await_trouble(struct rig *rig, struct feed *feed)
{
	double give_up_sec = clock_sec() + PATIENCE_SEC;
	enum sink_health health;
	while ((health = sink_health(rig->sink)) == SINK_RUNS) {
		feed_some(feed);
		sleep_sec(0.05);
		assert_true(clock_sec() < give_up_sec);
	}
	assert_string_not_equal(rig->sink->message, "");
	return health;
}

static void survive(struct rig *rig, const char *fields)
{
	configure(rig, fields);
	struct feed *feed = start(rig);
	feed_go(feed, 0);
	await_trouble(rig, feed);
	assert_true(feed_queue_frames(feed) > 0);
	stop(rig);
	assert_no_child(rig);
}

static void test_device_notices_a_stalled_clock(void **state)
{
	survive(*state, "fault stall after_ms 300");
}

static void test_device_notices_a_dead_device(void **state)
{
	survive(*state, "fault die after_ms 300");
}

static void test_device_notices_a_poll_error(void **state)
{
	survive(*state, "fault poll after_ms 300");
}

static void test_device_notices_a_frozen_driver(void **state)
{
	survive(*state, "fault freeze after_ms 300");
}

// Resident memory of its own, kB.
static long own_kb(void)
{
	char line[200];
	long kb = 0;
	FILE *file = fopen("/proc/self/status", "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file))
		if (sscanf(line, "RssAnon: %ld kB", &kb) == 1)
			break;
	fclose(file);
	return kb;
}

#ifdef TESTS_SANITIZED
enum { LOSSES = 12 };
#else
enum { LOSSES = 52 };
#endif

// On a busy machine one may come before the start is over, which then fails. True when it came later.
static bool lose_once(struct rig *rig, const char *fault)
{
	char fields[60];
	struct feed *feed = NULL;
	snprintf(fields, sizeof fields, "fault %s after_ms 200", fault);
	configure(rig, fields);
	bool started = sink_start(rig->sink, 0.0, &feed) == STATUS_OK;
	if (started) {
		feed_go(feed, 0);
		await_trouble(rig, feed);
	}
	sink_stop(rig->sink);
	assert_no_child(rig);
	unlink(rig->capture);
	return started;
}

static void test_device_fifty_losses_in_a_row_leave_nothing(void **state)
{
	struct rig *rig = *state;
	int fds = 0, started = 0;
	long kb = 0;
	rig->sink = sink_create_device(PROGRAM, NULL);
	for (int k = 0; k < LOSSES; k++) {
		started += lose_once(rig, k % 2 ? "die" : "poll");
		if (k == 1) {
			fds = count_fds();
			kb = own_kb();
		}
	}
	print_message("%d of %d lost while they played; %ld kB more\n", started, LOSSES, own_kb() - kb);
	assert_true(started >= LOSSES / 2);
	assert_int_equal(count_fds(), fds);
#ifndef TESTS_SANITIZED // which keep what is freed
	assert_true(own_kb() <= kb + 64);
#endif
}

static void test_device_that_comes_back_plays_again(void **state)
{
	struct rig *rig = *state;
	char fields[200];
	snprintf(fields, sizeof fields, "fault die after_ms 300 once \"%s\"", rig->order);
	survive(rig, fields);
	unlink(rig->capture);
	struct feed *feed = start(rig);
	play_through(rig, feed, 20000);
	stop(rig);
	assert_heard_exactly(rig, 20000);
}

static void test_device_notices_a_killed_child(void **state)
{
	struct rig *rig = *state;
	configure(rig, "");
	struct feed *feed = start(rig);
	assert_int_equal(kill(find_child(getpid()), SIGKILL), 0);
	assert_int_equal(await_trouble(rig, feed), SINK_GONE);
	stop(rig);
	assert_no_child(rig);
}

static void test_device_notices_a_stopped_child(void **state)
{
	struct rig *rig = *state;
	configure(rig, "");
	struct feed *feed = start(rig);
	assert_int_equal(kill(find_child(getpid()), SIGSTOP), 0);
	assert_int_equal(await_trouble(rig, feed), SINK_STALLED);
	stop(rig);
	assert_no_child(rig);
}

static void *silence(void *sink)
{
	sink_silence(sink);
	return NULL;
}

static void silence_from_another_thread(struct rig *rig)
{
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, silence, rig->sink), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void test_device_is_silenced_from_any_thread(void **state)
{
	struct rig *rig = *state;
	configure(rig, "");
	struct feed *feed = start(rig);
	assert_int_equal(rig->sink->player_pid, find_child(getpid()));
	silence_from_another_thread(rig);
	assert_int_equal(await_trouble(rig, feed), SINK_GONE);
	silence_from_another_thread(rig);
	stop(rig);
	assert_int_equal(rig->sink->player_pid, 0);
	silence_from_another_thread(rig);
	unlink(rig->capture);
	feed = start(rig);
	play_through(rig, feed, 20000);
	stop(rig);
	assert_heard_exactly(rig, 20000);
	assert_no_child(rig);
}

static void test_device_stop_returns_when_nobody_noticed(void **state)
{
	struct rig *rig = *state;
	configure(rig, "fault freeze after_ms 200");
	start(rig);
	sleep_sec(0.6);
	stop(rig);
	assert_no_child(rig);
}

static void test_device_child_ignores_the_keyboards_signals(void **state)
{
	struct rig *rig = *state;
	configure(rig, "");
	struct feed *feed = start(rig);
	pid_t child = find_child(getpid());
	assert_int_not_equal(getpgid(child), getpgrp());
	kill(child, SIGINT);
	kill(child, SIGTERM);
	kill(child, SIGHUP);
	play_through(rig, feed, 12000);
	stop(rig);
	assert_no_child(rig);
}

// ---- A child that is given all the time it wants

// The player kills one that does not end soon. Here a sanitizer has time to look at what it lost: it ends in failure then.
static void test_device_child_ends_well_and_loses_nothing(void **state)
{
	struct rig *rig = *state;
	struct device_child child = child_none();
	char parent[16], line[200] = "";
	int status, feed_fd = memfd_create("feed", MFD_CLOEXEC);
	assert_int_equal(ftruncate(feed_fd, sizeof(struct feed)), 0);
	struct feed *feed = mmap(NULL, sizeof *feed, PROT_READ | PROT_WRITE, MAP_SHARED, feed_fd, 0);
	feed_init(feed, 0.0);
	configure(rig, "");
	snprintf(parent, sizeof parent, "%d", (int)getpid());
	assert_true(
		child_spawn(&child, PROGRAM, (const char *[]){"stillroom-device", "--play", parent, NULL}, feed_fd));
	while (strncmp(line, "ready ", 6) != 0)
		assert_int_equal(child_read_line(&child, line, sizeof line, clock_sec() + PATIENCE_SEC), CHILD_LINE);
	shutdown(child.channel_fd, SHUT_RDWR);
	assert_int_equal(waitpid(child.pid, &status, 0), child.pid);
	assert_int_equal(status, 0);
	child.pid = 0;
	child_end(&child, 0.0);
	munmap(feed, sizeof *feed);
	close(feed_fd);
}

// ---- A parent that is killed

static bool is_running(pid_t pid)
{
	waitpid(pid, NULL, WNOHANG); // it is ours now
	return kill(pid, 0) == 0;
}

static void kill_parent(struct rig *rig, const char *fields)
{
	configure(rig, fields);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t parent = fork();
	if (parent == 0) {
		struct feed *feed;
		rig->sink = sink_create_device(PROGRAM, NULL);
		_exit(sink_start(rig->sink, 0.0, &feed) == STATUS_OK ? pause() : 1);
	}
	double give_up_sec = clock_sec() + PATIENCE_SEC;
	FILE *heard = NULL;
	while (!(heard = fopen(rig->capture, "r")) && clock_sec() < give_up_sec)
		sleep_sec(0.02); // until it plays
	assert_non_null(heard);
	fclose(heard);
	sleep_sec(0.5);
	pid_t child = find_child(parent);
	assert_true(child > 0);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	while (is_running(child) && clock_sec() < give_up_sec)
		sleep_sec(0.01);
	assert_false(is_running(child));
	// What a leak sanitizer had started in the child's last moment is ours too.
	while (find_child(getpid()) && clock_sec() < give_up_sec)
		if (waitpid(-1, NULL, WNOHANG) <= 0)
			sleep_sec(0.01);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	assert_int_equal(find_child(getpid()), 0);
}

static void test_device_child_ends_with_a_killed_parent(void **state)
{
	kill_parent(*state, "");
}

static void test_device_hung_child_ends_with_a_killed_parent(void **state)
{
	kill_parent(*state, "fault freeze after_ms 300");
}

// ---- Starts that fail

static enum status try_start(struct rig *rig)
{
	struct feed *feed;
	enum status status = sink_start(rig->sink, 0.0, &feed);
	if (status != STATUS_OK) {
		assert_string_not_equal(rig->sink->message, "");
		assert_null(strchr(rig->sink->message, '\n'));
	}
	assert_no_child(rig);
	return status;
}

static void test_device_no_output_at_all(void **state)
{
	struct rig *rig = *state;
	write_file(rig->config, "pcm.!default { type nonsense }\n");
	rig->sink = sink_create_device(PROGRAM, NULL);
	assert_int_equal(try_start(rig), STATUS_NO_DEVICE);
}

static void test_device_no_default_output_aborts_portaudio(void **state)
{
	struct rig *rig = *state;
	write_file(rig->config, "");
	rig->sink = sink_create_device(PROGRAM, NULL);
	assert_int_equal(try_start(rig), STATUS_NO_DEVICE);
}

static void test_device_of_another_name(void **state)
{
	struct rig *rig = *state;
	configure(rig, "");
	rig->sink = sink_create_device(PROGRAM, "headphones");
	assert_int_equal(try_start(rig), STATUS_NOT_FOUND);
	sink_destroy(rig->sink);
	rig->sink = sink_create_device(PROGRAM, "DEFau");
	start(rig);
	stop(rig);
}

static void test_device_program_is_missing(void **state)
{
	struct rig *rig = *state;
	rig->sink = sink_create_device("/nonexistent/stillroom-device", NULL);
	int before = count_fds();
	assert_int_equal(try_start(rig), STATUS_FAILED);
	assert_int_equal(count_fds(), before);
}

static void test_device_crash_at_start(void **state)
{
	struct rig *rig = *state;
	use_script(rig, "kill -SEGV $$");
	assert_int_equal(try_start(rig), STATUS_FAILED);
}

static void test_device_hang_at_start(void **state)
{
	struct rig *rig = *state;
	use_script(rig, "echo begun; exec sleep 1000");
	assert_int_equal(try_start(rig), STATUS_FAILED);
}

static void test_device_that_talks_nonsense(void **state)
{
	struct rig *rig = *state;
	use_script(rig, "head -c 100000 /dev/zero | tr '\\0' x; echo; echo fault it is broken");
	assert_int_equal(try_start(rig), STATUS_FAILED);
	assert_string_equal(rig->sink->message, "it is broken");
}

// ---- Noise

// Runs what `during` does with our stderr in a file; returns the file's length.
static long measure_stderr(struct rig *rig, void during(struct rig *rig))
{
	fflush(stderr);
	int kept = dup(STDERR_FILENO);
	int file = open(rig->order, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	dup2(file, STDERR_FILENO);
	during(rig);
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	long length = (long)lseek(file, 0, SEEK_END);
	close(file);
	return length;
}

static void start_and_stop(struct rig *rig)
{
	start(rig);
	sink_health(rig->sink);
	stop(rig);
}

static void test_device_noise_is_passed_on_only_when_verbose(void **state)
{
	struct rig *rig = *state;
	configure(rig, "");
	assert_int_equal(measure_stderr(rig, start_and_stop), 0);
	rig->sink->verbose = true;
	assert_true(measure_stderr(rig, start_and_stop) > 20);
}

static void test_device_flood_of_noise_blocks_nobody(void **state)
{
	struct rig *rig = *state;
	char body[300];
	// Forty megabytes that nobody reads, and then still alive.
	snprintf(body, sizeof body,
	         "echo begun; echo ready 0.1 48000; for i in 1 2 3 4 5 6 7 8 9 10; do head -c 4000000 /dev/zero >&2; "
	         "done; "
	         "touch %s; exec sleep 1000",
	         rig->order);
	use_script(rig, body);
	start(rig);
	double give_up_sec = clock_sec() + PATIENCE_SEC;
	while (access(rig->order, F_OK) != 0 && clock_sec() < give_up_sec)
		sleep_sec(0.02);
	assert_int_equal(access(rig->order, F_OK), 0);
	stop(rig);
	assert_no_child(rig);
}

// ---- The list

static void test_device_list(void **state)
{
	struct rig *rig = *state;
	char *listing = NULL;
	configure(rig, "");
	assert_int_equal(sink_list_devices(PROGRAM, false, false, &listing), STATUS_OK);
	assert_non_null(strstr(listing, "* default (ALSA, 2 channels"));
	assert_null(strstr(listing, "broken"));
	free(listing);
	assert_int_equal(sink_list_devices(PROGRAM, true, false, &listing), STATUS_OK);
	assert_non_null(
		strstr(listing, "{\"name\": \"default\", \"api\": \"ALSA\", \"default\": true, \"channels\": 2,"));
	free(listing);
	write_file(rig->config, "");
	assert_int_equal(sink_list_devices(PROGRAM, false, false, &listing), STATUS_NO_DEVICE);
	assert_null(listing);
	assert_int_equal(sink_list_devices("/nonexistent", false, false, &listing), STATUS_FAILED);
	assert_no_child(rig);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, make_rig, free_rig)
	const struct CMUnitTest tests[] = {
		T(test_device_plays_every_frame_bit_for_bit),
		T(test_device_looks_as_often_as_the_card_needs),
		T(test_device_its_first_buffer_sounds),
		T(test_device_plays_on_a_mono_output),
		T(test_device_plays_where_nothing_is_mapped),
		T(test_device_starts_twenty_times_and_leaks_nothing),
		T(test_device_notices_a_stalled_clock),
		T(test_device_notices_a_dead_device),
		T(test_device_notices_a_poll_error),
		T(test_device_notices_a_frozen_driver),
		T(test_device_fifty_losses_in_a_row_leave_nothing),
		T(test_device_that_comes_back_plays_again),
		T(test_device_notices_a_killed_child),
		T(test_device_notices_a_stopped_child),
		T(test_device_is_silenced_from_any_thread),
		T(test_device_stop_returns_when_nobody_noticed),
		T(test_device_child_ignores_the_keyboards_signals),
		T(test_device_child_ends_well_and_loses_nothing),
		T(test_device_child_ends_with_a_killed_parent),
		T(test_device_hung_child_ends_with_a_killed_parent),
		T(test_device_no_output_at_all),
		T(test_device_no_default_output_aborts_portaudio),
		T(test_device_of_another_name),
		T(test_device_program_is_missing),
		T(test_device_crash_at_start),
		T(test_device_hang_at_start),
		T(test_device_that_talks_nonsense),
		T(test_device_noise_is_passed_on_only_when_verbose),
		T(test_device_flood_of_noise_blocks_nobody),
		T(test_device_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
