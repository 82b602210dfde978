// The decoder's process: what it gives is what decoding here gives, bit for bit, refusals too; it can do nothing but
// decode; and when it dies, hangs or lies, that is one fault of one file.
#include "audio/audio.h"

#include "audio/confine.h"
#include "audio/decode.h"
#include "audio/decoder.h"
#include "audio/track.h"
#include "hostile_sound.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#define BAD_DECODER BUILD_DIR "/tests/bad_decoder"
#define SHORT_DECODER BUILD_DIR "/tests/short_decoder"

static const struct sound_kind kinds[] = SOUND_KINDS;
enum { KINDS = sizeof kinds / sizeof *kinds, MOST_FRAMES = 48000 * 60 };

static int start_decoder(void **state)
{
	*state = audio_decoder_create();
	return 0;
}

static int end_decoder(void **state)
{
	audio_decoder_destroy(*state);
	return 0;
}

// ---- The same as here

// Whether the file is fine; the two ways agree in every bit and every word.
static bool same_both_ways(struct audio_decoder *decoder, const char *name, const uint8_t *bytes, size_t length)
{
	struct audio_info info, here_info;
	float *samples = NULL, *here;
	struct audio_level level;
	const char *why = NULL, *here_why = NULL;
	enum status there =
		audio_decode_mono(decoder, memory_file(bytes, length), MOST_FRAMES, &samples, &level, &info, &why);
	enum status status =
		decode_mono(memory_file(bytes, length), MOST_FRAMES, NULL, 0, &here, &level, &here_info, &here_why);
	if (there != status || (status != STATUS_OK && strcmp(why, here_why) != 0))
		fail_msg("%s: %d %s, here %d %s", name, there, why, status, here_why);
	if (status == STATUS_OK) {
		assert_memory_equal(&info, &here_info, sizeof info);
		if (memcmp(samples, here, (size_t)info.engine_frames * sizeof *samples) != 0)
			fail_msg("%s: other samples", name);
	}
	free(samples);
	free(here);
	return status == STATUS_OK;
}

static void test_decoder_gives_what_decoding_here_gives(void **state)
{
	for (int k = 0; k < KINDS; k++) {
		size_t length;
		int fd = sound_file(kinds[k].format, kinds[k].rate_hz, 2, kinds[k].rate_hz * 5 + 7);
		uint8_t *bytes = file_bytes(fd, &length);
		assert_true(same_both_ways(*state, kinds[k].name, bytes, length));
		free(bytes);
		close(fd);
	}
}

static void test_decoder_streams_what_a_track_gives_here(void **state)
{
	static float chunk[AUDIO_CHUNK_FRAMES * 2], read[AUDIO_CHUNK_FRAMES * 2];
	for (int k = 0; k < KINDS; k++) {
		int fd = sound_file(kinds[k].format, kinds[k].rate_hz, 2, kinds[k].rate_hz * 19);
		struct audio_stream *stream;
		struct audio_track *track;
		const char *why;
		assert_int_equal(audio_stream_open(&stream, *state, same_file(fd), &why), STATUS_OK);
		assert_int_equal(audio_track_open(&track, fd, &why), STATUS_OK);
		assert_memory_equal(audio_stream_info(stream), audio_track_info(track), sizeof(struct audio_info));
		for (int64_t n = 18; n >= 0; n -= 6) {
			audio_track_chunk(track, n, chunk);
			audio_stream_read(stream, n * AUDIO_CHUNK_FRAMES, read, AUDIO_CHUNK_FRAMES);
			if (memcmp(chunk, read, sizeof chunk) != 0)
				fail_msg("%s: other samples in second %d", kinds[k].name, (int)n);
		}
		audio_stream_close(stream);
		audio_track_close(track);
	}
}

struct taken {
	struct audio_decoder *decoder;
	int fine, refused;
};

static void take_hostile(void *user, const struct hostile *file)
{
	struct taken *taken = user;
	bool fine = same_both_ways(taken->decoder, file->name, file->bytes, file->length);
	taken->fine += fine;
	taken->refused += !fine;
}

static void test_decoder_refuses_in_the_same_words(void **state)
{
	struct taken taken = {.decoder = *state};
	hostile_all(take_hostile, &taken);
	assert_true(taken.refused > 50);
	assert_true(taken.fine > 3);
	assert_true(decoder_pid(*state) > 0);
}

// At every byte: refused, in both ways in the same words.
static void test_decoder_refuses_a_file_cut_anywhere(void **state)
{
#ifdef TESTS_SANITIZED
	const size_t step = 37;
#else
	const size_t step = 1;
#endif
	for (int k = 0; k < KINDS; k++) {
		size_t length;
		bool mpeg = kinds[k].format == (SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III);
		int fd = sound_file(kinds[k].format, kinds[k].rate_hz, 1, mpeg ? 4000 : 300);
		uint8_t *bytes = file_bytes(fd, &length);
		for (size_t cut = 0; cut < length; cut += step)
			if (same_both_ways(*state, kinds[k].name, bytes, cut))
				fail_msg("%s is fine when cut to %zu of %zu bytes", kinds[k].name, cut, length);
		assert_true(same_both_ways(*state, kinds[k].name, bytes, length));
		free(bytes);
		close(fd);
	}
}

// ---- Several threads

struct listener {
	struct audio_decoder *decoder;
	uint8_t *bytes;
	size_t length;
	const float *whole; // 10 s as one thread alone has read them
	uint64_t seed;
	bool same;
};

static void *listen_in_thread(void *user)
{
	struct listener *listener = user;
	struct audio_stream *stream;
	const char *why;
	static _Thread_local float some[4000 * 2];
	int fd = memory_file(listener->bytes, listener->length);
	listener->same = audio_stream_open(&stream, listener->decoder, fd, &why) == STATUS_OK;
	for (uint64_t k = 0; k < 30 && listener->same; k++) {
		int64_t at = (int64_t)(hash64(listener->seed, k) % (10 * 48000 - 4000));
		audio_stream_read(stream, at, some, 4000);
		listener->same = memcmp(some, listener->whole + 2 * at, sizeof some) == 0;
		if (k == 10 && listener->seed == 1)
			kill(decoder_pid(listener->decoder), SIGKILL);
	}
	audio_stream_close(stream);
	return NULL;
}

// Each hears its own file, though the process dies meanwhile.
static void test_decoder_serves_several_threads(void **state)
{
	static float whole[10 * 48000 * 2];
	struct listener listeners[3];
	pthread_t threads[3];
	size_t length;
	int fd = sound_file(SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 2, 10 * 48000);
	uint8_t *bytes = file_bytes(fd, &length);
	struct audio_stream *stream;
	const char *why;
	assert_int_equal(audio_stream_open(&stream, *state, fd, &why), STATUS_OK);
	audio_stream_read(stream, 0, whole, 10 * 48000);
	audio_stream_close(stream);
	for (uint64_t i = 0; i < 3; i++) {
		listeners[i] = (struct listener){*state, bytes, length, whole, i, false};
		assert_int_equal(pthread_create(&threads[i], NULL, listen_in_thread, &listeners[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
		assert_true(listeners[i].same);
	}
	free(bytes);
}

// ---- When it dies

static void test_decoder_that_is_killed_is_started_again(void **state)
{
	static float before[48000], after[48000];
	struct audio_decoder *decoder = *state;
	struct audio_stream *stream;
	const char *why;
	int fd = sound_file(SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 2, 44100 * 30);
	assert_int_equal(audio_stream_open(&stream, decoder, same_file(fd), &why), STATUS_OK);
	audio_stream_read(stream, 20 * 48000, before, 24000);
	audio_stream_close(stream);
	assert_int_equal(audio_stream_open(&stream, decoder, fd, &why), STATUS_OK);
	pid_t pid = decoder_pid(decoder);
	assert_int_equal(kill(pid, SIGKILL), 0);
	audio_stream_read(stream, 20 * 48000, after, 24000);
	assert_memory_equal(before, after, sizeof before);
	assert_true(decoder_pid(decoder) > 0 && decoder_pid(decoder) != pid);
	kill(decoder_pid(decoder), SIGKILL);
	audio_stream_close(stream);
	size_t length;
	fd = sound_file(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 1, 44100);
	uint8_t *bytes = file_bytes(fd, &length);
	assert_true(same_both_ways(decoder, "flac", bytes, length));
	free(bytes);
	close(fd);
}

// Half a year of silence in a file of 800 MB that takes no room: it does not fit, and that is the file's fault.
static void test_decoder_of_more_than_its_memory_is_one_fault(void **state)
{
#ifdef TESTS_SANITIZED
	(void)state;
	skip(); // a sanitizer's own memory has no bound
#else
	int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 48000, 1, 48000);
	uint8_t length[4];
	float *samples = NULL;
	struct audio_level level;
	struct audio_info info;
	const char *why;
	hostile_put_32(length, 800000000);
	assert_int_equal(pwrite(fd, length, 4, 40), 4);
	assert_int_equal(ftruncate(fd, 800000044), 0);
	assert_int_equal(audio_decode_mono(*state, fd, INT64_MAX, &samples, &level, &info, &why), STATUS_FAULTY);
	assert_string_equal(why, "its decoding broke off");
	assert_null(samples);
	fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000);
	assert_int_equal(audio_decode_mono(*state, fd, INT64_MAX, &samples, &level, &info, &why), STATUS_OK);
	free(samples);
#endif
}

#ifndef TESTS_SANITIZED
struct tally {
	int fine, refused;
};

// Decoded as it should be, or one fault; as a stream as it should be, or silence.
static void decode_with_kb(int kb, const struct sound_kind *kind, const float *wanted, struct tally *tally)
{
	char text[20];
	snprintf(text, sizeof text, "%d", kb);
	assert_int_equal(setenv("SHORT_KB", text, 1), 0);
	struct audio_decoder *decoder = decoder_create(SHORT_DECODER, 60.0);
	struct audio_info info;
	float *samples = NULL;
	struct audio_level level;
	const char *why = NULL;
	enum status status = audio_decode_mono(decoder, sound_file(kind->format, kind->rate_hz, 1, 3 * kind->rate_hz),
	                                       MOST_FRAMES, &samples, &level, &info, &why);
	if (status == STATUS_OK && memcmp(samples, wanted, 3 * 48000 * sizeof *wanted) != 0)
		fail_msg("%s with %d kB: other samples", kind->name, kb);
	if (status != STATUS_OK && !(status == STATUS_FAULTY && why && !samples))
		fail_msg("%s with %d kB: %d, %s", kind->name, kb, status, why);
	tally->fine += status == STATUS_OK;
	tally->refused += status != STATUS_OK;
	free(samples);
	audio_decoder_destroy(decoder);
}
#endif

// soxr, and others, crash where they get no memory: that ends the process, and is one fault, never another sound.
static void test_decoder_short_of_memory_decodes_rightly_or_not_at_all(void **state)
{
#ifdef TESTS_SANITIZED
	(void)state;
	skip();
#else
	for (int k = 0; k < KINDS; k++) {
		struct audio_info info;
		struct tally tally = {0};
		float *wanted = NULL;
		struct audio_level level;
		const char *why;
		int fd = sound_file(kinds[k].format, kinds[k].rate_hz, 1, 3 * kinds[k].rate_hz);
		assert_int_equal(audio_decode_mono(*state, fd, MOST_FRAMES, &wanted, &level, &info, &why), STATUS_OK);
		for (int kb = 6000; kb < 16000; kb += 400)
			decode_with_kb(kb, &kinds[k], wanted, &tally);
		print_message("%s: decoded with %d of %d limits\n", kinds[k].name, tally.fine,
		              tally.fine + tally.refused);
		assert_true(tally.fine > 3 && tally.refused > 3);
		free(wanted);
	}
#endif
}

static void test_decoder_that_is_not_there_is_told(void **state)
{
	(void)state;
	struct audio_decoder *decoder = decoder_create("/nowhere/stillroom-decoder", 1.0);
	struct audio_stream *stream;
	const char *why;
	int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000);
	assert_int_equal(audio_stream_open(&stream, decoder, fd, &why), STATUS_FAILED);
	assert_string_equal(why, "the sound decoder could not be started");
	assert_null(stream);
	audio_decoder_destroy(decoder);
}

// ---- When it lies

static enum status ask_bad(const char *what, float **samples, const char **why)
{
	struct audio_info info;
	struct audio_level level;
	assert_int_equal(setenv("BAD_DECODER", what, 1), 0);
	struct audio_decoder *decoder = decoder_create(BAD_DECODER, strcmp(what, "hangs") == 0 ? 0.2 : 60.0);
	int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000);
	enum status status = audio_decode_mono(decoder, fd, MOST_FRAMES, samples, &level, &info, why);
	audio_decoder_destroy(decoder);
	return status;
}

static void test_decoder_that_lies_is_not_believed(void **state)
{
	(void)state;
	static const char *const lies[] = {"status", "clause", "no-clause",  "rate",   "channels",
	                                   "frames", "below",  "too-long",   "length", "short",
	                                   "dies",   "hangs",  "dies-later", "level"};
	float *samples = NULL;
	const char *why;
	assert_int_equal(ask_bad("", &samples, &why), STATUS_OK); // the good in the bad
	assert_true(samples[299999] == 0.25f);
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		if (ask_bad(lies[i], &samples, &why) != STATUS_FAULTY || samples)
			fail_msg("%s is believed", lies[i]);
		assert_string_equal(why, "its decoding broke off");
	}
	assert_int_equal(ask_bad("nan", &samples, &why), STATUS_FAULTY);
	assert_string_equal(why, "it holds values that are no sound");
	assert_int_equal(ask_bad("loud", &samples, &why), STATUS_FAULTY);
}

// One that hangs is waited for, and for a second only once nobody waits any more. Returns the decoder where it gave nothing.
static void *ask(void *user)
{
	struct audio_info info;
	float *samples = NULL;
	struct audio_level level;
	const char *why;
	int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000);
	enum status status = audio_decode_mono(user, fd, MOST_FRAMES, &samples, &level, &info, &why);
	free(samples);
	return status == STATUS_OK ? NULL : user;
}

static void test_decoder_in_a_hurry_breaks_off(void **state)
{
	(void)state;
	pthread_t thread;
	void *result;
	assert_int_equal(setenv("BAD_DECODER", "hangs", 1), 0);
	struct audio_decoder *decoder = decoder_create(BAD_DECODER, 1e6);
	assert_int_equal(pthread_create(&thread, NULL, ask, decoder), 0);
	nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL); // on most machines, it hangs by then
	audio_decoder_hurry(decoder, true);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, decoder);
	assert_int_equal(setenv("BAD_DECODER", "", 1), 0); // the next would be a good one
	assert_ptr_equal(ask(decoder), decoder);           // but is not begun
	audio_decoder_hurry(decoder, false);
	assert_null(ask(decoder));
	audio_decoder_destroy(decoder);
}

static double children_sec(void)
{
	struct rusage used;
	assert_int_equal(getrusage(RUSAGE_CHILDREN, &used), 0);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

// It is killed after a second of processor time; another second would be the second try.
static void test_decoder_that_uses_up_its_time_is_not_tried_again(void **state)
{
	(void)state;
	float *samples = NULL;
	const char *why;
	double before_sec = children_sec();
	assert_int_equal(ask_bad("spins", &samples, &why), STATUS_FAULTY);
	assert_string_equal(why, "its decoding broke off");
	assert_true(children_sec() - before_sec < 1.8);
}

static void test_decoder_that_lies_streams_silence(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		float at_777, at_3;
	} rows[] = {{"", 0.25f, 0.25f}, {"nan", 0.0f, 0.25f}, {"loud", 0.0f, 0.0f}, {"dies-later", 0.0f, 0.0f}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct audio_stream *stream;
		const char *why;
		float out[800];
		assert_int_equal(setenv("BAD_DECODER", rows[i].what, 1), 0);
		struct audio_decoder *decoder = decoder_create(BAD_DECODER, 60.0);
		int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000);
		assert_int_equal(audio_stream_open(&stream, decoder, fd, &why), STATUS_OK);
		audio_stream_read(stream, 0, out, 400);
		assert_true(out[777] == rows[i].at_777 && out[3] == rows[i].at_3);
		audio_stream_close(stream);
		audio_decoder_destroy(decoder);
	}
}

// ---- What it can do

static bool fails(long result)
{
	return result < 0 && (errno == EPERM || errno == EACCES);
}

// In a process of its own, confined: the first thing that it could do nevertheless, 0 when nothing.
static int try_all(int file)
{
	char byte;
	char *const none[] = {NULL};
	if (pread(file, &byte, 1, 0) != 1)
		return 1; // this it may
	if (!fails(open("/etc/passwd", O_RDONLY)) || !fails(openat(AT_FDCWD, "/dev/null", O_WRONLY)))
		return 2;
	if (!fails(socket(AF_INET, SOCK_STREAM, 0)) || !fails(socket(AF_UNIX, SOCK_DGRAM, 0)))
		return 3;
	if (!fails(execve("/bin/true", none, none)) ||
	    !fails(syscall(SYS_execveat, file, "", none, none, AT_EMPTY_PATH)))
		return 4;
	if (!fails(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) || !fails(syscall(SYS_clone3, NULL, 0)))
		return 5;
	if (!fails(kill(getppid(), SIGKILL)) || !fails(syscall(SYS_ptrace, 0, 0, 0, 0)))
		return 6;
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ||
	    mprotect((void *)((uintptr_t)none & ~(uintptr_t)4095), 4096, PROT_READ | PROT_WRITE | PROT_EXEC) == 0)
		return 7;
	if (!fails(write(file, &byte, 1)) || !fails(ftruncate(file, 0)) || !fails(unlink("/tmp/none")))
		return 8;
	if (mmap(NULL, CONFINE_MEMORY_BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		return 9;
	return 0;
}

static void test_confine_leaves_nothing_but_decoding(void **state)
{
	(void)state;
	int file = memory_file("bytes", 5), status;
	pid_t child = fork();
	if (child == 0)
		_exit(confine() ? try_all(file) : 77);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(file);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); // no filters here, or a sanitizer
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_confine_ends_what_takes_too_long(void **state)
{
	(void)state;
	int status;
	pid_t child = fork();
	if (child == 0) {
		confine();
		confine_time(1);
		for (volatile unsigned i = 0;; i = i + 1)
			;
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF);
}

// The words after `name` in /proc/PID/`file`.
static void read_proc(pid_t pid, const char *file, const char *name, char *words, int most)
{
	char path[64], line[256];
	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	FILE *proc = fopen(path, "r");
	assert_non_null(proc);
	*words = '\0';
	while (fgets(line, sizeof line, proc))
		if (strncmp(line, name, strlen(name)) == 0)
			snprintf(words, (size_t)most, "%s", line + strlen(name));
	fclose(proc);
	words[strcspn(words, "\n")] = '\0';
}

static void test_decoder_is_confined_itself(void **state)
{
	struct audio_info info;
	float *samples = NULL;
	struct audio_level level;
	const char *why;
	char words[256];
	int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000);
	assert_int_equal(audio_decode_mono(*state, fd, MOST_FRAMES, &samples, &level, &info, &why), STATUS_OK);
	free(samples);
	pid_t pid = decoder_pid(*state);
	read_proc(pid, "status", "NoNewPrivs:\t", words, sizeof words);
	assert_string_equal(words, "1");
#ifndef TESTS_SANITIZED
	read_proc(pid, "limits", "Max file size ", words, sizeof words);
	assert_int_equal(strtol(words, NULL, 10), 0);
	read_proc(pid, "status", "Seccomp:\t", words, sizeof words);
	assert_string_equal(words, "2");
	read_proc(pid, "limits", "Max address space ", words, sizeof words);
	assert_int_equal(strtol(words, NULL, 10), CONFINE_MEMORY_BYTES);
#endif
	// of this process it has no descriptor but its own four
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/fd/0", (int)pid);
	bool looks = access(path, F_OK) == 0; // root alone may look into what is not dumpable
	for (int i = 0; looks && i < 64; i++) {
		snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, i);
		struct stat is;
		assert_int_equal(lstat(path, &is) == 0, i < 4);
	}
	read_proc(getpid(), "status", "Seccomp:\t", words, sizeof words);
	assert_string_equal(words, "0"); // and the rest of the program is free
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start_decoder, end_decoder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_decoder_gives_what_decoding_here_gives),
		TEST(test_decoder_streams_what_a_track_gives_here),
		TEST(test_decoder_refuses_in_the_same_words),
		TEST(test_decoder_refuses_a_file_cut_anywhere),
		TEST(test_decoder_serves_several_threads),
		TEST(test_decoder_that_is_killed_is_started_again),
		TEST(test_decoder_of_more_than_its_memory_is_one_fault),
		TEST(test_decoder_short_of_memory_decodes_rightly_or_not_at_all),
		cmocka_unit_test(test_decoder_that_is_not_there_is_told),
		cmocka_unit_test(test_decoder_that_lies_is_not_believed),
		cmocka_unit_test(test_decoder_in_a_hurry_breaks_off),
		cmocka_unit_test(test_decoder_that_lies_streams_silence),
		cmocka_unit_test(test_decoder_that_uses_up_its_time_is_not_tried_again),
		cmocka_unit_test(test_confine_leaves_nothing_but_decoding),
		cmocka_unit_test(test_confine_ends_what_takes_too_long),
		TEST(test_decoder_is_confined_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// libsndfile 1.2.0 leaks this when an Ogg is refused late.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:vorbis_info_init\n";
}
