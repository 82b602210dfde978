// A stream gives the same samples for the same frame whatever was read before, and the same sound as the whole file.
#include "audio/audio.h"

#include "audio/resample.h"
#include "sound_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct sound_kind kinds[] = SOUND_KINDS;
#ifdef TESTS_SANITIZED
enum { PLACES = 8 };
#else
enum { PLACES = 24 };
#endif
enum { KINDS = sizeof kinds / sizeof *kinds, SEC = 48000 };

static struct audio_decoder *decoder; // one for all

static struct audio_stream *open_stream(int fd)
{
	struct audio_stream *stream = NULL;
	const char *why = NULL;
	if (audio_stream_open(&stream, decoder, fd, &why) != STATUS_OK)
		fail_msg("%s", why);
	return stream;
}

static float *read_whole(int fd, int64_t *frames)
{
	struct audio_stream *stream = open_stream(fd);
	*frames = audio_stream_info(stream)->engine_frames;
	float *whole = memory_alloc((size_t)*frames * 2 * sizeof *whole);
	audio_stream_read(stream, 0, whole, *frames);
	audio_stream_close(stream);
	return whole;
}

// 35 s are three segments; the places lie anywhere, and often at the seams of chunks and segments.
static void check_any_order(const char *name, int fd, const float *whole, int64_t frames)
{
	struct audio_stream *stream = open_stream(fd);
	float some[6000 * 2];
	for (uint64_t k = 0; k < PLACES; k++) {
		int64_t at = (int64_t)(hash64(1, k) % (uint64_t)frames), n = 1 + (int64_t)(hash64(2, k) % 6000);
		if (k % 3 == 0)
			at = at / SEC * SEC - (int64_t)(hash64(3, k) % 3000);
		if (k % 5 == 0)
			at = (int64_t)(k % 3) * 16 * SEC - 2000;
		at = at < 0 ? 0 : at;
		n = at + n > frames ? frames - at : n;
		audio_stream_read(stream, at, some, n);
		if (memcmp(some, whole + at * 2, (size_t)n * 2 * sizeof *some) != 0)
			fail_msg("%s: other samples at %lld", name, (long long)at);
	}
	audio_stream_close(stream);
}

struct rest {
	const float *frames;
	int64_t n_frames;
};

static int64_t take_rest(void *user, const float **frames, int64_t n_frames)
{
	struct rest *rest = user;
	int64_t n = rest->n_frames < n_frames ? rest->n_frames : n_frames;
	*frames = rest->frames;
	rest->frames += 2 * n;
	rest->n_frames -= n;
	return n;
}

// Against the decoder's own unbroken reading, resampled without a break, with a second of silence on both sides. By pieces:
// soxr copies what it is given at once over and over, and a sanitizer takes new pages for each copy.
static void check_whole(const char *name, int fd, const float *got)
{
	SF_INFO info = {0};
	SNDFILE *file = sf_open_fd(fd, SFM_READ, &info, SF_FALSE);
	int64_t padded = info.frames + 2 * info.samplerate, worst_at = 0;
	float *source = memory_alloc((size_t)padded * 2 * sizeof *source);
	float *begin = source + info.samplerate * 2;
	assert_int_equal(sf_readf_float(file, begin, info.frames), info.frames);
	sf_close(file);
	for (int64_t i = info.frames - 1; info.channels == 1 && i >= 0; i--)
		begin[2 * i] = begin[2 * i + 1] = begin[i];
	int64_t frames = (info.frames * SEC + info.samplerate - 1) / info.samplerate;
	float *resampled = memory_alloc((size_t)(frames + 2 * SEC) * 2 * sizeof *resampled);
	resample_from(info.samplerate, 2, take_rest, &(struct rest){source, padded}, resampled, frames + 2 * SEC);
	double worst = 0.0;
	for (int64_t i = 0; i < frames * 2; i++) {
		double difference = fabs((double)(got[i] - resampled[SEC * 2 + i]));
		if (difference > worst) {
			worst = difference;
			worst_at = i / 2;
		}
	}
	free(source);
	free(resampled);
	if (worst > 1e-6)
		fail_msg("%s: %.1f dB at %lld", name, 20.0 * log10(worst), (long long)worst_at);
}

// In any order the same samples, and no seam: within -120 dB of the file decoded and resampled whole.
static void test_stream_is_the_whole_file_in_any_order(void **state)
{
	(void)state;
	for (int k = 0; k < KINDS; k++) {
		int64_t frames;
		int fd = sound_file(kinds[k].format, kinds[k].rate_hz, 2, kinds[k].rate_hz * 35 + 33);
		float *whole = read_whole(same_file(fd), &frames);
		check_whole(kinds[k].name, fd, whole);
		check_any_order(kinds[k].name, fd, whole, frames);
		free(whole);
	}
}

static void test_stream_meets_its_chunks_at_any_usual_rate(void **state)
{
	(void)state;
	static const int rates[] = {8000,  11025, 12000, 16000, 22050,  24000, 32000,
	                            44100, 64000, 88200, 96000, 176400, 192000};
	for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
		int64_t frames;
		char name[20];
		snprintf(name, sizeof name, "%d Hz", rates[r]);
		int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_FLOAT, rates[r], 2, rates[r] * 4);
		float *whole = read_whole(same_file(fd), &frames);
		check_whole(name, fd, whole);
		close(fd);
		free(whole);
	}
}

// Rates that share no factor with 48000; one-piece resampling drifts by rounding there, so the sine is the measure.
static void test_stream_plays_odd_rates(void **state)
{
	(void)state;
	static const int rates[] = {8001, 44101, 47999, 95999};
	for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
		int fd = memfd_create("sine", MFD_CLOEXEC);
		SF_INFO format = {.samplerate = rates[r], .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
		SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &format, SF_FALSE);
		for (int64_t i = 0; i < rates[r] * 3; i++) {
			float sample = (float)sin(6.283185307179586 * 997.0 * (double)i / rates[r]);
			sf_writef_float(file, &sample, 1);
		}
		sf_close(file);
		int64_t frames;
		float *whole = read_whole(fd, &frames);
		double worst = 0.0;
		for (int64_t i = SEC / 10; i < 3 * SEC - SEC / 10; i++)
			worst = fmax(worst, fabs(whole[2 * i] - sin(6.283185307179586 * 997.0 * (double)i / SEC)));
		if (worst > 1e-4)
			fail_msg("%d Hz: off by %g", rates[r], worst);
		free(whole);
	}
}

static void test_stream_is_silent_outside_the_file(void **state)
{
	(void)state;
	struct audio_stream *stream = open_stream(sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 2, 30000));
	float out[400 * 2], inside[100 * 2];
	memset(out, 1, sizeof out);
	audio_stream_read(stream, -150, out, 400);
	audio_stream_read(stream, 0, inside, 100);
	for (int i = 0; i < 300; i++)
		assert_true(out[i] == 0.0f);
	assert_memory_equal(out + 300, inside, sizeof inside);
	memset(out, 1, sizeof out);
	audio_stream_read(stream, 29900, out, 400);
	audio_stream_read(stream, 29900, inside, 100);
	assert_memory_equal(out, inside, sizeof inside);
	assert_true(inside[199] != 0.0f);
	for (int i = 200; i < 800; i++)
		assert_true(out[i] == 0.0f);
	audio_stream_read(stream, INT64_C(1) << 50, out, 400);
	audio_stream_read(stream, -(INT64_C(1) << 50), out, 400);
	for (int i = 0; i < 800; i++)
		assert_true(out[i] == 0.0f);
	audio_stream_close(stream);
	audio_stream_close(NULL);
}

// Each channel alone at half scale: where it goes, and that all together never pass full scale.
static void check_fold(int channels, const float *left, const float *right)
{
	for (int c = 0; c < channels; c++) {
		int fd = memfd_create("fold", MFD_CLOEXEC);
		SF_INFO info = {.samplerate = 48000, .channels = channels, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
		SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &info, SF_FALSE);
		float frame[8] = {0}, out[2];
		frame[c] = 0.5f;
		sf_writef_float(file, frame, 1);
		sf_close(file);
		struct audio_stream *stream = open_stream(fd);
		audio_stream_read(stream, 0, out, 1);
		assert_true(fabsf(out[0] - 0.5f * left[c]) < 1e-6f);
		assert_true(fabsf(out[1] - 0.5f * right[c]) < 1e-6f);
		audio_stream_close(stream);
	}
}

static void test_stream_folds_channels_to_two(void **state)
{
	(void)state;
	const float h = 0.70710678f, three = 1.0f + h, six = 2.0f + h;
	check_fold(1, (float[]){1}, (float[]){1});
	check_fold(2, (float[]){1, 0}, (float[]){0, 1});
	check_fold(3, (float[]){1 / three, 0, h / three}, (float[]){0, 1 / three, h / three});
	check_fold(4, (float[]){0.5f, 0, 0.5f, 0}, (float[]){0, 0.5f, 0, 0.5f});
	check_fold(6, (float[]){1 / six, 0, h / six, 0, 1 / six, 0}, (float[]){0, 1 / six, h / six, 0, 0, 1 / six});
}

// Two seconds of a quarter, one sample of which may be another.
static int quarters(int channels, int at, float value)
{
	enum { FRAMES = 96000 };
	int fd = memfd_create("wild", MFD_CLOEXEC);
	SF_INFO info = {.samplerate = 48000, .channels = channels, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
	SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &info, SF_FALSE);
	float *samples = memory_alloc((size_t)FRAMES * (size_t)channels * sizeof *samples);
	for (int i = 0; i < FRAMES * channels; i++)
		samples[i] = i == at ? value : 0.25f;
	sf_writef_float(file, samples, FRAMES);
	sf_close(file);
	free(samples);
	return fd;
}

// Of one channel, of two, which are folded in place, and of three.
static void test_stream_is_silent_where_there_is_no_sound(void **state)
{
	(void)state;
	static const float wild[] = {NAN, INFINITY, -INFINITY, 1e30f, -16.5f, 16.0f};
	for (int channels = 1; channels <= 3; channels++)
		for (int i = 0; i < 6; i++) {
			struct audio_stream *stream = open_stream(quarters(channels, 60000 * channels, wild[i]));
			float before[2], out[2 * 64];
			audio_stream_read(stream, 50000, before, 1);
			audio_stream_read(stream, 60000, out, 64);
			bool sound = i == 5;
			assert_true(before[0] > 0.1f && before[0] < 0.3f);
			assert_true(out[0] == 0.0f ? !sound : out[0] > 1.0f && out[0] <= 16.0f && sound);
			assert_true(out[2 * 63 + 1] == (sound ? before[1] : 0.0f));
			assert_true(isinf(audio_stream_level(stream, 1)) ? !sound : sound);
			assert_true(isfinite(audio_stream_level(stream, 0)));
			audio_stream_close(stream);
		}
}

static int small_mp3(int rate_hz)
{
	int fd = memfd_create("mp3", MFD_CLOEXEC);
	double least_bits = 1.0;
	SF_INFO info = {.samplerate = rate_hz, .channels = 1, .format = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III};
	SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &info, SF_FALSE);
	sf_command(file, SFC_SET_COMPRESSION_LEVEL, &least_bits, sizeof least_bits);
	for (int64_t i = 0; i < rate_hz * 50; i++) {
		float sample = sound_sample(rate_hz, 0, i);
		sf_writef_float(file, &sample, 1);
	}
	sf_close(file);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

// A decoder sent into the middle of a small MP3 lacks what earlier frames hold for later ones, and says so on stderr.
static void test_stream_of_small_mp3_has_no_seam_and_is_quiet(void **state)
{
	(void)state;
	static const int rates[] = {16000, 22050, 32000, 44100};
	for (int r = 0; r < 4; r++) {
		char name[30];
		int64_t frames;
		float some[2000];
		int fd = small_mp3(rates[r]), kept = dup(2), caught = memfd_create("stderr", MFD_CLOEXEC);
		dup2(caught, 2);
		float *whole = read_whole(same_file(fd), &frames);
		struct audio_stream *stream = open_stream(same_file(fd));
		audio_stream_read(stream, 40 * SEC, some, 1000);
		audio_stream_close(stream);
		dup2(kept, 2);
		close(kept);
		assert_int_equal(lseek(caught, 0, SEEK_END), 0);
		close(caught);
		assert_memory_equal(some, whole + 80 * SEC, sizeof some);
		snprintf(name, sizeof name, "small mp3 at %d Hz", rates[r]);
		check_whole(name, fd, whole);
		close(fd);
		free(whole);
	}
}

// Bytes in the middle overwritten: the same silence or noise for every reader, and never a wild value.
static void test_stream_of_a_damaged_file_is_the_same_in_any_order(void **state)
{
	(void)state;
	static const struct sound_kind damaged[] = {
		{"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 0.0},
		{"vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 0.0},
		{"opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 0.0},
	};
	for (size_t k = 0; k < 3; k++) {
		size_t length;
		int fd = sound_file(damaged[k].format, damaged[k].rate_hz, 2, damaged[k].rate_hz * 40 + 33);
		uint8_t *bytes = file_bytes(fd, &length);
		for (uint64_t i = 0; i < 3000; i++)
			bytes[length / 3 + i] = (uint8_t)hash64(5, i);
		for (uint64_t i = 0; i < 20; i++)
			bytes[length / 2 + (size_t)(hash64(6, i) % (length / 3))] ^= 0x55;
		close(fd);
		int64_t frames;
		float *whole = read_whole(memory_file(bytes, length), &frames);
		check_any_order(damaged[k].name, memory_file(bytes, length), whole, frames);
		free(whole);
		free(bytes);
	}
}

// The file shrinks while it plays.
static void test_stream_of_a_shrunken_file_is_silent(void **state)
{
	(void)state;
	int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 2, 40 * SEC), other = dup(fd);
	struct audio_stream *stream = open_stream(fd);
	float out[200];
	double level = audio_stream_level(stream, 1);
	assert_true(level > 0.0 && level < 1.0);
	assert_true(audio_stream_level(stream, -1) == 0.0 && audio_stream_level(stream, 40) == 0.0);
	assert_int_equal(ftruncate(other, 44), 0);
	audio_stream_read(stream, 20 * SEC, out, 100);
	for (int i = 0; i < 200; i++)
		assert_true(out[i] == 0.0f);
	assert_int_equal(ftruncate(other, 0), 0);
	audio_stream_read(stream, 35 * SEC, out, 100);
	for (int i = 0; i < 200; i++)
		assert_true(out[i] == 0.0f);
	assert_true(isinf(audio_stream_level(stream, 35)));
	audio_stream_close(stream);
	close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream_is_the_whole_file_in_any_order),
		cmocka_unit_test(test_stream_meets_its_chunks_at_any_usual_rate),
		cmocka_unit_test(test_stream_plays_odd_rates),
		cmocka_unit_test(test_stream_is_silent_outside_the_file),
		cmocka_unit_test(test_stream_folds_channels_to_two),
		cmocka_unit_test(test_stream_is_silent_where_there_is_no_sound),
		cmocka_unit_test(test_stream_of_small_mp3_has_no_seam_and_is_quiet),
		cmocka_unit_test(test_stream_of_a_damaged_file_is_the_same_in_any_order),
		cmocka_unit_test(test_stream_of_a_shrunken_file_is_silent),
	};
	decoder = audio_decoder_create();
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	audio_decoder_destroy(decoder);
	return result;
}
