#include "out/writer.h"

#include "base/frames.h"
#include "base/hash.h"
#include "base/memory.h"
#include "out/dither.h"

#include <sndfile.h>

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { FRAMES = 3 * ENGINE_RATE_HZ + 77, SAMPLES = FRAMES * ENGINE_CHANNELS };

static const char *const endings[] = {"wav", "flac", "ogg", "opus", "mp3"};
enum { ENDINGS = 5 };

struct scene {
	char dir[64];
	float *frames; // soft noise and a tone
};

static int open_scene(void **state)
{
	struct scene *scene = memory_alloc(sizeof(*scene));
	snprintf(scene->dir, sizeof(scene->dir), "/tmp/stillroom-writer-XXXXXX");
	if (!mkdtemp(scene->dir))
		return -1;
	scene->frames = memory_alloc(SAMPLES * sizeof(float));
	double low = 0.0;
	for (int i = 0; i < SAMPLES; i++) {
		low += 0.05 * (hash_signed(1, (uint64_t)i) - low);
		scene->frames[i] = (float)(0.2 * low + 0.1 * sin(i / 2 * (i % 2 ? 0.02 : 0.03)));
	}
	*state = scene;
	return 0;
}

static int count_files(const char *dir)
{
	int count = 0;
	DIR *folder = opendir(dir);
	for (struct dirent *entry; (entry = readdir(folder));)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(folder);
	return count;
}

static void empty(const char *dir)
{
	DIR *folder = opendir(dir);
	for (struct dirent *entry; (entry = readdir(folder));)
		unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
}

static int close_scene(void **state)
{
	struct scene *scene = *state;
	empty(scene->dir);
	rmdir(scene->dir);
	free(scene->frames);
	free(scene);
	return 0;
}

static char *path_of(const struct scene *scene, const char *name)
{
	return memory_printf("%s/%s", scene->dir, name);
}

static enum status write_at(struct writer *writer, const float *frames, int64_t at, int64_t n, const char **why)
{
	void *converted = memory_alloc((size_t)n * writer_frame_bytes(writer));
	writer_convert(writer, frames, at, converted, n);
	enum status status = writer_write(writer, converted, n, why);
	free(converted);
	return status;
}

static enum status write_frames(struct writer *writer, const float *frames, int64_t n, const char **why)
{
	return write_at(writer, frames, 0, n, why);
}

// Writes the scene's frames to a file in one go.
static void write_file(const struct scene *scene, const char *path, const struct writer_tags *tags)
{
	struct writer *writer = NULL;
	const char *why = "";
	assert_int_equal(writer_open_file(&writer, path, tags, &why), STATUS_OK);
	assert_int_equal(write_frames(writer, scene->frames, FRAMES, &why), STATUS_OK);
	assert_int_equal(writer_commit(writer, &why), STATUS_OK);
	writer_destroy(writer);
}

static float *read_file(const char *path, SF_INFO *info)
{
	float *frames = memory_alloc(SAMPLES * sizeof(float));
	*info = (SF_INFO){0};
	SNDFILE *file = sf_open(path, SFM_READ, info);
	assert_non_null(file);
	assert_int_equal(info->frames, FRAMES);
	assert_int_equal(sf_readf_float(file, frames, FRAMES), FRAMES);
	sf_close(file);
	return frames;
}

static void test_writer_every_format_holds_the_sound(void **state)
{
	struct scene *scene = *state;
	static const double worst_db[ENDINGS] = {-70.0, -70.0, -18.0, -15.0, -20.0};
	for (int e = 0; e < ENDINGS; e++) {
		char *path = memory_printf("%s/session.%s", scene->dir, endings[e]);
		SF_INFO info;
		write_file(scene, path, NULL);
		assert_int_equal(count_files(scene->dir), 1);
		float *back = read_file(path, &info);
		assert_int_equal(info.samplerate, ENGINE_RATE_HZ);
		assert_int_equal(info.channels, 2);
		double error = 0.0, sound = 0.0;
		for (int i = 0; i < SAMPLES; i++) {
			error += pow((double)back[i] - (double)scene->frames[i], 2.0);
			sound += pow((double)scene->frames[i], 2.0);
		}
		assert_true(10.0 * log10(error / sound) < worst_db[e]);
		free(back);
		free(path);
		empty(scene->dir);
	}
}

static void test_writer_tags_are_kept(void **state)
{
	struct scene *scene = *state;
	struct writer_tags tags = {.title = "Abendruhe für Anna", .artist = "RHVoice", .comment = "made by hand"};
	for (int e = 0; e < ENDINGS; e++) {
		char *path = memory_printf("%s/session.%s", scene->dir, endings[e]);
		write_file(scene, path, &tags);
		SF_INFO info = {0};
		SNDFILE *file = sf_open(path, SFM_READ, &info);
		assert_string_equal(sf_get_string(file, SF_STR_TITLE), tags.title);
		assert_string_equal(sf_get_string(file, SF_STR_ARTIST), tags.artist);
		assert_string_equal(sf_get_string(file, SF_STR_COMMENT), tags.comment);
		sf_close(file);
		free(path);
		empty(scene->dir);
	}
}

// A pipe, WAV and FLAC, written in different portions.
static void test_writer_pipe_and_files_hold_the_same_samples(void **state)
{
	struct scene *scene = *state;
	int16_t *wanted = memory_alloc(SAMPLES * sizeof(int16_t)), *got = memory_alloc(SAMPLES * sizeof(int16_t));
	dither_s16(scene->frames, 0, wanted, FRAMES);
	for (int e = 0; e < 2; e++) {
		char *path = memory_printf("%s/session.%s", scene->dir, endings[e]);
		write_file(scene, path, NULL);
		SF_INFO info = {0};
		SNDFILE *file = sf_open(path, SFM_READ, &info);
		assert_int_equal(sf_readf_short(file, got, FRAMES), FRAMES);
		assert_memory_equal(got, wanted, SAMPLES * sizeof(int16_t));
		sf_close(file);
		free(path);
	}
	char *path = path_of(scene, "raw");
	const char *why;
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	struct writer *writer = writer_open_raw(fd, SAMPLE_S16);
	for (int at = 0; at < FRAMES; at += 997) {
		int n = FRAMES - at < 997 ? FRAMES - at : 997;
		assert_int_equal(write_at(writer, scene->frames + 2 * at, at, n, &why), STATUS_OK);
	}
	assert_int_equal(writer_commit(writer, &why), STATUS_OK);
	writer_destroy(writer);
	assert_int_equal(pread(fd, got, SAMPLES * sizeof(int16_t) + 1, 0), SAMPLES * sizeof(int16_t));
	assert_memory_equal(got, wanted, SAMPLES * sizeof(int16_t));
	close(fd);
	free(path);
	free(wanted);
	free(got);
	empty(scene->dir);
}

static void test_writer_raw_floats_are_untouched(void **state)
{
	struct scene *scene = *state;
	char *path = path_of(scene, "raw");
	const char *why;
	float *got = memory_alloc(SAMPLES * sizeof(float));
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	struct writer *writer = writer_open_raw(fd, SAMPLE_F32);
	assert_int_equal(write_frames(writer, scene->frames, FRAMES, &why), STATUS_OK);
	writer_destroy(writer);
	assert_int_equal(pread(fd, got, SAMPLES * sizeof(float), 0), SAMPLES * sizeof(float));
	assert_memory_equal(got, scene->frames, SAMPLES * sizeof(float));
	assert_int_equal(close(fd), 0); // still the caller's
	free(got);
	free(path);
	empty(scene->dir);
}

static void expect_refusal(const char *path, enum status status, const char *words)
{
	struct writer *writer = (struct writer *)&path;
	const char *why = NULL;
	assert_int_equal(writer_open_file(&writer, path, NULL, &why), status);
	assert_null(writer);
	assert_non_null(strstr(why, words));
}

static void test_writer_refuses_what_is_no_place_for_a_file(void **state)
{
	struct scene *scene = *state;
	char *text = path_of(scene, "session.txt"), *bare = path_of(scene, "session"), *pipe = path_of(scene, "p.wav");
	char *far = path_of(scene, "nowhere/session.wav"), *open_end = path_of(scene, "");
	char *dotted = path_of(scene, "a.wav/session");
	assert_int_equal(mkfifo(pipe, 0600), 0);
	expect_refusal(text, STATUS_FAULTY, ".wav, .flac, .ogg, .opus or .mp3");
	expect_refusal(bare, STATUS_FAULTY, "ending");
	expect_refusal(scene->dir, STATUS_FAULTY, "folder");
	expect_refusal(open_end, STATUS_FAULTY, "folder");
	expect_refusal("/dev/null", STATUS_FAULTY, "device");
	expect_refusal(pipe, STATUS_FAULTY, "pipe");
	expect_refusal(far, STATUS_FAILED, "no such folder");
	expect_refusal(dotted, STATUS_FAILED, "no such folder");
	expect_refusal("", STATUS_FAULTY, "");
	assert_int_equal(count_files(scene->dir), 1);
	if (geteuid() != 0) { // root may write anywhere
		assert_int_equal(chmod(scene->dir, 0500), 0);
		char *shut = path_of(scene, "session.wav");
		expect_refusal(shut, STATUS_FAILED, "cannot be written");
		free(shut);
		assert_int_equal(chmod(scene->dir, 0700), 0);
	}
	free(text);
	free(bare);
	free(pipe);
	free(far);
	free(open_end);
	free(dotted);
	empty(scene->dir);
}

static void put_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
}

static void assert_text(const char *path, const char *text)
{
	char got[64] = "";
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t length = fread(got, 1, sizeof(got) - 1, file);
	fclose(file);
	assert_int_equal(length, strlen(text));
	assert_string_equal(got, text);
}

static void test_writer_leaves_nothing_without_commit(void **state)
{
	struct scene *scene = *state;
	for (int e = 0; e < ENDINGS; e++) {
		char *path = memory_printf("%s/session.%s", scene->dir, endings[e]);
		struct writer *writer = NULL;
		const char *why;
		put_text(path, "what was there");
		assert_int_equal(writer_open_file(&writer, path, NULL, &why), STATUS_OK);
		assert_int_equal(write_frames(writer, scene->frames, FRAMES, &why), STATUS_OK);
		assert_text(path, "what was there");
		writer_destroy(writer);
		assert_int_equal(count_files(scene->dir), 1);
		assert_text(path, "what was there");
		free(path);
		empty(scene->dir);
	}
	writer_destroy(NULL);
}

static void test_writer_shows_nothing_before_it_is_whole(void **state)
{
	struct scene *scene = *state;
	char *path = path_of(scene, "session.flac");
	struct writer *writer = NULL;
	const char *why;
	assert_int_equal(writer_open_file(&writer, path, NULL, &why), STATUS_OK);
	DIR *folder = opendir(scene->dir);
	for (struct dirent *entry; (entry = readdir(folder));)
		assert_int_equal(entry->d_name[0], '.');
	closedir(folder);
	writer_destroy(writer);
	free(path);
}

static void test_writer_killed_leaves_nothing(void **state)
{
	struct scene *scene = *state;
	char *path = path_of(scene, "session.flac");
	pid_t child = fork();
	if (child == 0) {
		struct writer *writer = NULL;
		const char *why;
		static float frames[48000 * ENGINE_CHANNELS];
		if (writer_open_file(&writer, path, NULL, &why) == STATUS_OK)
			write_frames(writer, frames, 48000, &why);
		raise(SIGKILL);
	}
	waitpid(child, NULL, 0);
	assert_int_equal(count_files(scene->dir), 0);
	free(path);
}

static void test_writer_gives_a_new_files_permissions(void **state)
{
	struct scene *scene = *state;
	char *path = path_of(scene, "session.wav");
	struct stat info;
	mode_t old = umask(026);
	write_file(scene, path, NULL);
	umask(old);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0640);
	free(path);
	empty(scene->dir);
}

static void test_writer_writes_through_a_link(void **state)
{
	struct scene *scene = *state;
	char *path = path_of(scene, "session.wav"), *link = path_of(scene, "link.wav");
	struct stat info;
	put_text(path, "old");
	assert_int_equal(symlink("session.wav", link), 0);
	write_file(scene, link, NULL);
	assert_int_equal(lstat(link, &info), 0);
	assert_true(S_ISLNK(info.st_mode));
	assert_int_equal(stat(path, &info), 0);
	assert_true(info.st_size > FRAMES * 4);
	free(path);
	free(link);
	empty(scene->dir);
}

static void test_writer_takes_a_long_name(void **state)
{
	struct scene *scene = *state;
	char name[252];
	memset(name, 'n', sizeof(name));
	memcpy(name + 247, ".wav", 5);
	char *path = path_of(scene, name);
	write_file(scene, path, NULL);
	assert_int_equal(access(path, R_OK), 0);
	free(path);
	empty(scene->dir);
}

// Writes so many frames so many times under a limit on the size of files, which stands for a full disk. Returns what was
// told; when writing itself was refused, *early is set.
static enum status write_limited(const struct scene *scene, const char *ending, rlim_t limit, int64_t n, int times,
                                 bool *early, const char **why)
{
	char *path = memory_printf("%s/session.%s", scene->dir, ending);
	struct writer *writer = NULL;
	struct rlimit old, little;
	getrlimit(RLIMIT_FSIZE, &old);
	little = (struct rlimit){.rlim_cur = limit, .rlim_max = old.rlim_max};
	setrlimit(RLIMIT_FSIZE, &little);
	enum status status = writer_open_file(&writer, path, NULL, why);
	for (int i = 0; i < times && !status; i++)
		status = write_frames(writer, scene->frames, n, why);
	*early = status != STATUS_OK;
	if (!status)
		status = writer_commit(writer, why);
	writer_destroy(writer);
	setrlimit(RLIMIT_FSIZE, &old);
	free(path);
	return status;
}

enum { LONG = 16 }; // times the scene: more than waits to be written at once, in every format

static void test_writer_a_full_disk_is_told_and_nothing_is_left(void **state)
{
	struct scene *scene = *state;
	bool early;
	const char *why = NULL;
	signal(SIGXFSZ, SIG_IGN);
	for (int e = 0; e < ENDINGS; e++) {
		for (rlim_t limit = 10; limit < 40000; limit *= 10) {
			assert_int_equal(write_limited(scene, endings[e], limit, FRAMES, LONG, &early, &why),
			                 STATUS_FAILED);
			assert_string_equal(why, "the file has grown larger than is allowed here");
			assert_true(early);
			assert_int_equal(count_files(scene->dir), 0);
		}
	}
}

// A file so short that nothing of it is written before it is closed, but its header.
static void test_writer_a_disk_that_fills_at_the_end_is_told(void **state)
{
	struct scene *scene = *state;
	bool early;
	const char *why = NULL;
	int late = 0;
	signal(SIGXFSZ, SIG_IGN);
	for (int e = 0; e < ENDINGS; e++) {
		rlim_t limit = 10;
		while (write_limited(scene, endings[e], limit, 500, 1, &early, &why) != STATUS_OK) {
			assert_int_equal(count_files(scene->dir), 0);
			late += !early;
			limit += 1 + limit / 8;
		}
		assert_int_equal(count_files(scene->dir), 1);
		empty(scene->dir);
	}
	assert_true(late > 0);
}

static void test_writer_a_full_device_is_told(void **state)
{
	struct scene *scene = *state;
	int fd = open("/dev/full", O_WRONLY);
	if (fd < 0)
		skip();
	const char *why = NULL;
	struct writer *writer = writer_open_raw(fd, SAMPLE_S16);
	assert_int_equal(write_frames(writer, scene->frames, FRAMES, &why), STATUS_FAILED);
	assert_string_equal(why, "the disk is full");
	writer_destroy(writer);
	close(fd);
}

static void test_writer_a_reader_who_leaves_is_told(void **state)
{
	struct scene *scene = *state;
	int ends[2];
	const char *why = NULL;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	struct writer *writer = writer_open_raw(ends[1], SAMPLE_F32);
	assert_int_equal(write_frames(writer, scene->frames, 100, &why), STATUS_OK);
	close(ends[0]);
	assert_int_equal(write_frames(writer, scene->frames, 100, &why), STATUS_FAILED);
	assert_string_equal(why, "whoever was reading it has gone");
	writer_destroy(writer);
	close(ends[1]);
}

static void *stop_soon(void *user)
{
	usleep(100000);
	atomic_store((atomic_int *)user, 1);
	return NULL;
}

// Nobody reads, and nobody leaves: without the stop this would wait for ever.
static void test_writer_a_pipe_that_is_stuck_can_be_stopped(void **state)
{
	struct scene *scene = *state;
	int ends[2];
	const char *why = NULL;
	atomic_int stop = 0;
	pthread_t thread;
	assert_int_equal(pipe(ends), 0);
	struct writer *writer = writer_open_raw(ends[1], SAMPLE_F32);
	writer_stop_when(writer, &stop);
	pthread_create(&thread, NULL, stop_soon, &stop);
	assert_int_equal(write_frames(writer, scene->frames, FRAMES, &why), STATUS_FAILED);
	assert_non_null(why);
	pthread_join(thread, NULL);
	writer_destroy(writer);
	close(ends[0]);
	close(ends[1]);
}

static void test_writer_null_takes_all(void **state)
{
	struct scene *scene = *state;
	const char *why;
	struct writer *writer = writer_open_null();
	assert_int_equal(write_frames(writer, scene->frames, FRAMES, &why), STATUS_OK);
	assert_int_equal(writer_commit(writer, &why), STATUS_OK);
	assert_true(writer_most_frames(writer) == INT64_MAX);
	writer_destroy(writer);
}

static void test_writer_knows_what_a_wav_can_hold(void **state)
{
	struct scene *scene = *state;
	char *path = path_of(scene, "session.wav");
	const char *why;
	struct writer *writer = NULL;
	assert_int_equal(writer_open_file(&writer, path, NULL, &why), STATUS_OK);
	int64_t hour = (int64_t)3600 * ENGINE_RATE_HZ;
	assert_true(writer_most_frames(writer) > 6 * hour && writer_most_frames(writer) < 7 * hour);
	writer_destroy(writer);
	free(path);
}

static void test_dither_is_triangular_and_goes_by_position(void **state)
{
	(void)state;
	enum { COUNT = 200000 };
	float *in = memory_alloc(COUNT * 2 * sizeof(float));
	int16_t *out = memory_alloc(COUNT * 2 * sizeof(int16_t)), part[200];
	double sum[2] = {0}, square[2] = {0}, both = 0.0;
	for (int i = 0; i < 2 * COUNT; i++)
		in[i] = 1000.3f / 32768.0f;
	dither_s16(in, 0, out, COUNT);
	for (int i = 0; i < COUNT; i++) {
		double error[2] = {out[2 * i] - 1000.3, out[2 * i + 1] - 1000.3};
		for (int c = 0; c < 2; c++) {
			assert_true(fabs(error[c]) <= 1.5);
			sum[c] += error[c];
			square[c] += error[c] * error[c];
		}
		both += error[0] * error[1];
	}
	for (int c = 0; c < 2; c++) {
		assert_float_equal(sum[c] / COUNT, 0.0, 0.005);
		assert_float_equal(square[c] / COUNT, 0.25, 0.005); // TPDF: 1/6 of the dither, 1/12 of the rounding
	}
	assert_float_equal(both / COUNT, 0.0, 0.005);
	dither_s16(in, 5555, part, 100);
	assert_memory_equal(part, out + 2 * 5555, sizeof(part));
	memset(in, 0, 200 * sizeof(float));
	in[7] = 2.0f;
	in[8] = -2.0f;
	dither_s16(in, 0, part, 100);
	for (int i = 0; i < 200; i++)
		assert_int_equal(part[i], i == 7 ? 32767 : i == 8 ? -32768 : 0);
	free(in);
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writer_every_format_holds_the_sound),
		cmocka_unit_test(test_writer_tags_are_kept),
		cmocka_unit_test(test_writer_pipe_and_files_hold_the_same_samples),
		cmocka_unit_test(test_writer_raw_floats_are_untouched),
		cmocka_unit_test(test_writer_refuses_what_is_no_place_for_a_file),
		cmocka_unit_test(test_writer_leaves_nothing_without_commit),
		cmocka_unit_test(test_writer_shows_nothing_before_it_is_whole),
		cmocka_unit_test(test_writer_killed_leaves_nothing),
		cmocka_unit_test(test_writer_gives_a_new_files_permissions),
		cmocka_unit_test(test_writer_writes_through_a_link),
		cmocka_unit_test(test_writer_takes_a_long_name),
		cmocka_unit_test(test_writer_a_full_disk_is_told_and_nothing_is_left),
		cmocka_unit_test(test_writer_a_disk_that_fills_at_the_end_is_told),
		cmocka_unit_test(test_writer_a_full_device_is_told),
		cmocka_unit_test(test_writer_a_reader_who_leaves_is_told),
		cmocka_unit_test(test_writer_a_pipe_that_is_stuck_can_be_stopped),
		cmocka_unit_test(test_writer_null_takes_all),
		cmocka_unit_test(test_writer_knows_what_a_wav_can_hold),
		cmocka_unit_test(test_dither_is_triangular_and_goes_by_position),
	};
	return cmocka_run_group_tests(tests, open_scene, close_scene);
}
