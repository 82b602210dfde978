// Each kind of file decodes to what was written; everything else is refused in plain words.
#include "audio/decode.h"

#include "audio/resample.h"
#include "sound_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct sound_kind kinds[] = SOUND_KINDS;
enum { KINDS = sizeof kinds / sizeof *kinds, HOUR_FRAMES = 48000 * 3600 };

static const char *look(int fd)
{
	struct audio_info info;
	const char *why = NULL;
	return decode_look(fd, HOUR_FRAMES, &info, &why) == STATUS_OK ? "fine" : why;
}

static const char *check(int fd)
{
	struct audio_info info;
	struct audio_level level;
	const char *why = NULL;
	return decode_check(fd, HOUR_FRAMES, &level, &info, &why) == STATUS_OK ? "fine" : why;
}

static const char *decode(int fd)
{
	float *samples;
	struct audio_level level;
	struct audio_info info;
	const char *why = NULL;
	enum status status = decode_mono(fd, HOUR_FRAMES, NULL, 0, &samples, &level, &info, &why);
	assert_true((status == STATUS_OK) == (samples != NULL));
	free(samples);
	return status == STATUS_OK ? "fine" : why;
}

static void test_audio_look_tells_rate_channels_and_length(void **state)
{
	(void)state;
	for (int k = 0; k < KINDS; k++) {
		struct audio_info info;
		const char *why = NULL;
		int64_t frames = kinds[k].rate_hz * 2 + 77;
		int fd = sound_file(kinds[k].format, kinds[k].rate_hz, 2, frames);
		lseek(fd, 5, SEEK_SET); // wherever the descriptor stands
		if (decode_look(fd, HOUR_FRAMES, &info, &why) != STATUS_OK)
			fail_msg("%s: %s", kinds[k].name, why);
		assert_int_equal(info.rate_hz, kinds[k].rate_hz);
		assert_int_equal(info.channels, 2);
		assert_int_equal(info.frames, frames);
		assert_int_equal(info.engine_frames, (frames * 48000 + info.rate_hz - 1) / info.rate_hz);
		assert_int_equal(fcntl(fd, F_GETFD), -1); // it was closed
	}
}

// The decoded sound against the formula at 48 kHz, both channels averaged; edges of the resampler left out.
static double error_db(const float *samples, int64_t frames, int rate_hz)
{
	double error = 0.0, power = 0.0;
	for (int64_t i = 4800; i < frames - 4800; i++) {
		double at = (double)i * rate_hz / 48000.0, sec = (double)i / 48000.0;
		double wanted = 0.1 * (sin(6.283185307 * 220.0 * sec) + 0.5 * sin(6.283185307 * 330.0 * sec) +
		                       0.5 * sin(6.283185307 * 340.0 * sec) + sin(6.283185307 * (440.0 + sec) * sec));
		if (rate_hz == 48000)
			wanted = 0.5 * ((double)sound_sample(rate_hz, 0, (int64_t)at) +
			                (double)sound_sample(rate_hz, 1, (int64_t)at));
		error += (samples[i] - wanted) * (samples[i] - wanted);
		power += wanted * wanted;
	}
	return 10.0 * log10(error / power + 1e-30);
}

static void test_audio_decode_gives_what_was_written(void **state)
{
	(void)state;
	for (int k = 0; k < KINDS; k++) {
		struct audio_info info;
		const char *why = NULL;
		float *samples;
		struct audio_level level;
		int64_t frames = kinds[k].rate_hz * 3 + 5;
		int fd = sound_file(kinds[k].format, kinds[k].rate_hz, 2, frames);
		if (decode_mono(fd, HOUR_FRAMES, NULL, 0, &samples, &level, &info, &why) != STATUS_OK)
			fail_msg("%s: %s", kinds[k].name, why);
		assert_int_equal(info.frames, frames);
		double error = error_db(samples, info.engine_frames, info.rate_hz);
		// at other rates the formula has no noise, so that much must be allowed: 0.02 / sqrt(6) against 0.13
		double most = kinds[k].rate_hz == 48000 ? kinds[k].loss_db : fmax(kinds[k].loss_db, -20.0);
		if (!(error < most))
			fail_msg("%s is off by %.1f dB", kinds[k].name, error);
		free(samples);
	}
}

static void test_audio_decode_resamples_in_place(void **state)
{
	(void)state;
	static const int rates[] = {8000, 11025, 32000, 44100, 88200};
	for (int r = 0; r < 5; r++) {
		struct audio_info info;
		const char *why;
		float *samples;
		struct audio_level level;
		int fd = memfd_create("sine", MFD_CLOEXEC);
		SF_INFO format = {.samplerate = rates[r], .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
		SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &format, SF_FALSE);
		for (int64_t i = 0; i < rates[r]; i++) {
			float sample = (float)sin(6.283185307179586 * 1000.0 * (double)i / rates[r]);
			sf_writef_float(file, &sample, 1);
		}
		sf_close(file);
		assert_int_equal(decode_mono(fd, HOUR_FRAMES, NULL, 0, &samples, &level, &info, &why), STATUS_OK);
		assert_int_equal(info.engine_frames, 48000);
		double worst = 0.0;
		for (int i = 4800; i < 43200; i++) // a shift of 1 / 1000 of a frame would give 1.3e-4
			worst = fmax(worst, fabs(samples[i] - sin(6.283185307179586 * 1000.0 * i / 48000.0)));
		if (worst > 1e-5)
			fail_msg("%d Hz: off by %g", rates[r], worst);
		free(samples);
	}
}

struct pieces {
	const float *frames;
	int64_t left_frames;
	int64_t most_frames; // in a piece
};

static int64_t next_piece(void *user, const float **frames, int64_t n_frames)
{
	struct pieces *pieces = user;
	int64_t n = n_frames < pieces->most_frames ? n_frames : pieces->most_frames;
	n = n < pieces->left_frames ? n : pieces->left_frames;
	*frames = pieces->frames;
	pieces->frames += n;
	pieces->left_frames -= n;
	return n;
}

static void test_audio_resample_is_the_same_in_any_pieces(void **state)
{
	(void)state;
	enum { IN = 30000, OUT = 70000 }; // room for a little silence after the end, at the lowest rate
	static const int rates[] = {24000, 44100, 48000, 96000}, sizes[] = {1, 7, 1000, 4096};
	static float in[IN], whole[OUT], pieced[OUT];
	for (int i = 0; i < IN; i++)
		in[i] = sound_sample(48000, 0, i);
	for (int r = 0; r < 4; r++)
		for (int s = 0; s < 4; s++) {
			struct pieces pieces = {in, IN, sizes[s]};
			resample(rates[r], 1, in, IN, whole, OUT);
			resample_from(rates[r], 1, next_piece, &pieces, pieced, OUT);
			assert_int_equal(pieces.left_frames, 0);
			assert_memory_equal(whole, pieced, sizeof whole);
		}
}

static void test_audio_decode_refuses_what_is_too_long(void **state)
{
	(void)state;
	float *samples;
	struct audio_level level;
	struct audio_info info;
	const char *why;
	int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 24000, 1, 24000);
	int copy = same_file(fd);
	assert_int_equal(decode_mono(fd, 48000, NULL, 0, &samples, &level, &info, &why), STATUS_OK);
	free(samples);
	assert_int_equal(decode_mono(copy, 47999, NULL, 0, &samples, &level, &info, &why), STATUS_FAULTY);
	assert_string_equal(why, "it is too long");
	assert_null(samples);
}

static void test_audio_refuses_other_kinds(void **state)
{
	(void)state;
	static const char not_known[] =
		"it is not a sound file of a known kind; use WAV, FLAC, Ogg (Vorbis or Opus) or MP3";
	static const int formats[] = {SF_FORMAT_AIFF | SF_FORMAT_PCM_16, SF_FORMAT_AU | SF_FORMAT_PCM_16,
	                              SF_FORMAT_CAF | SF_FORMAT_PCM_16,  SF_FORMAT_W64 | SF_FORMAT_PCM_16,
	                              SF_FORMAT_RF64 | SF_FORMAT_PCM_16, SF_FORMAT_RAW | SF_FORMAT_PCM_16};
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		assert_string_equal(look(sound_file(formats[i], 48000, 1, 48000)), not_known);
	assert_string_equal(look(memory_file("stillroom: 1\ntitle: x\n", 22)), not_known);
	assert_string_equal(look(memory_file("", 0)), "it is empty");
}

static void test_audio_refuses_odd_codings_of_wav(void **state)
{
	(void)state;
	static const int subtypes[] = {SF_FORMAT_IMA_ADPCM, SF_FORMAT_MS_ADPCM, SF_FORMAT_GSM610,
	                               SF_FORMAT_ULAW,      SF_FORMAT_ALAW,     SF_FORMAT_G721_32};
	for (size_t i = 0; i < sizeof subtypes / sizeof *subtypes; i++)
		assert_string_equal(look(sound_file(SF_FORMAT_WAV | subtypes[i], 8000, 1, 8000)),
		                    "its sound is coded in a way that is not supported; use plain WAV, FLAC, Ogg "
		                    "(Vorbis or Opus) or MP3");
}

static void test_audio_refuses_strange_rates_channels_and_lengths(void **state)
{
	(void)state;
	const int wav = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
	static const char rate[] = "its sample rate is not between 8 and 192 kHz";
	assert_string_equal(look(sound_file(wav, 7999, 1, 100)), rate);
	assert_string_equal(look(sound_file(wav, 8000, 1, 100)), "fine");
	assert_string_equal(look(sound_file(wav, 192000, 1, 100)), "fine");
	assert_string_equal(look(sound_file(wav, 192001, 1, 100)), rate);
	assert_string_equal(look(sound_file(wav, 48000, 8, 100)), "fine");
	assert_string_equal(look(sound_file(wav, 48000, 9, 100)), "it has more than 8 channels");
	assert_string_equal(look(sound_file(wav, 48000, 1024, 100)), "it has more than 8 channels");
	assert_string_equal(look(sound_file(wav, 48000, 1, 0)), "it holds no sound");
}

// The file with some bytes changed.
static int bent(int fd, size_t at, const void *bytes, size_t length)
{
	if (pwrite(fd, bytes, length, (off_t)at) != (ssize_t)length)
		abort();
	return fd;
}

static void test_audio_refuses_headers_that_lie(void **state)
{
	(void)state;
	const int wav = SF_FORMAT_WAV | SF_FORMAT_PCM_16, flac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
	static const char short_one[] = "it ends before its header says";
	assert_string_equal(look(bent(sound_file(wav, 48000, 1, 1000), 40, "\xff\xff\xff\x0f", 4)), short_one);
	assert_string_equal(look(bent(sound_file(wav, 48000, 1, 1000), 40, "\xd2\x07\0\0", 4)), short_one);
	assert_string_equal(look(bent(sound_file(wav, 48000, 1, 1000), 40, "\xff\xff\xff\xff", 4)), "fine"); // a pipe
	assert_string_equal(look(bent(sound_file(wav, 48000, 1, 1000), 24, "\0\0\0\0", 4)),
	                    "it is damaged, or not what it says it is");
	assert_string_equal(look(bent(sound_file(wav, 48000, 1, 1000), 36, "junk", 4)), short_one);
	// FLAC: 36 bits of length at byte 21; all ones, then a year of it, then one frame more than there is
	assert_string_equal(look(bent(sound_file(flac, 48000, 1, 1000), 21, "\xff\xff\xff\xff\xff", 5)),
	                    "it says it is longer than a day");
	assert_string_equal(look(bent(sound_file(flac, 48000, 1, 1000), 21, "\xf0\0\0\0\0", 5)),
	                    "it does not say how long it is; convert it again, to a file and not through a pipe");
	assert_string_equal(check(bent(sound_file(flac, 48000, 1, 1000), 24, "\x03\xe9", 2)),
	                    "it ends before its header says, or is damaged");
	assert_string_equal(decode(bent(sound_file(flac, 48000, 1, 1000), 24, "\x03\xe8", 2)), "fine");
}

static void test_audio_refuses_cut_files(void **state)
{
	(void)state;
	for (int k = 0; k < KINDS; k++) {
		size_t length;
		int fd = sound_file(kinds[k].format, kinds[k].rate_hz, 2, kinds[k].rate_hz * 2);
		uint8_t *bytes = file_bytes(fd, &length);
		close(fd);
		assert_string_equal(decode(memory_file(bytes, length)), "fine");
		for (int i = 0; i < 40; i++) {
			size_t cut = length * (size_t)i / 40;
			if (strcmp(check(memory_file(bytes, cut)), "fine") == 0)
				fail_msg("%s cut to %zu of %zu bytes", kinds[k].name, cut, length);
		}
		for (size_t cut = 0; cut < 200; cut++)
			assert_string_not_equal(check(memory_file(bytes, cut)), "fine");
		free(bytes);
	}
}

static int float_file(float bad, int64_t at)
{
	int fd = memfd_create("float", MFD_CLOEXEC);
	SF_INFO info = {.samplerate = 48000, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
	SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &info, SF_FALSE);
	for (int64_t i = 0; i < 48000; i++) {
		float sample = i == at ? bad : 0.25f;
		sf_writef_float(file, &sample, 1);
	}
	sf_close(file);
	return fd;
}

static void test_audio_refuses_values_that_are_no_sound(void **state)
{
	(void)state;
	static const float values[] = {NAN, -NAN, INFINITY, -INFINITY, 1e30f, -17.0f};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		assert_string_equal(decode(float_file(values[i], 47999)), "it holds values that are no sound");
		assert_string_equal(decode(float_file(values[i], 0)), "it holds values that are no sound");
	}
	assert_string_equal(decode(float_file(-1.5f, 100)), "fine");
}

static void test_audio_refuses_random_bytes(void **state)
{
	(void)state;
	static const char *const heads[] = {"",     "RIFF\x24\x10\0\0WAVEfmt ", "fLaC",
	                                    "OggS", "ID3\4\0\0\0\0\0\0",        "\xff\xfb\x90\x44"};
	static const size_t head_bytes[] = {0, 16, 4, 4, 10, 4};
	uint8_t bytes[8192];
	for (uint64_t round = 0; round < 600; round++) {
		size_t head = round % 6;
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (uint8_t)hash64(round, i);
		memcpy(bytes, heads[head], head_bytes[head]);
		assert_string_not_equal(decode(memory_file(bytes, sizeof bytes)), "fine");
	}
}

// Bytes changed in good files: whatever comes out, it is sound or a refusal, and the length is the one told.
static void test_audio_survives_damaged_files(void **state)
{
	(void)state;
	for (int k = 0; k < KINDS; k++) {
		if (kinds[k].format == (SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III))
			continue; // libmpg123 prints; its damage is the fuzzer's
		size_t length;
		int fd = sound_file(kinds[k].format, kinds[k].rate_hz, 1, 6000);
		uint8_t *bytes = file_bytes(fd, &length);
		close(fd);
		for (uint64_t round = 0; round < 100; round++) {
			uint8_t *copy = memory_alloc(length);
			memcpy(copy, bytes, length);
			for (uint64_t i = 0; i < 5; i++)
				copy[hash64(round, i) % length] = (uint8_t)hash64(round, i + 100);
			float *samples;
			struct audio_level level;
			struct audio_info info;
			const char *why = NULL;
			if (decode_mono(memory_file(copy, length), 4800000, NULL, 0, &samples, &level, &info, &why) ==
			    STATUS_OK)
				for (int64_t i = 0; i < info.engine_frames; i++)
					assert_true(fabsf(samples[i]) < 32.0f);
			else
				assert_non_null(why);
			free(samples);
			free(copy);
		}
		free(bytes);
	}
}

// libsndfile 1.2.0 leaks this when an Ogg is refused late.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:vorbis_info_init\n";
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_audio_look_tells_rate_channels_and_length),
		cmocka_unit_test(test_audio_decode_gives_what_was_written),
		cmocka_unit_test(test_audio_decode_resamples_in_place),
		cmocka_unit_test(test_audio_resample_is_the_same_in_any_pieces),
		cmocka_unit_test(test_audio_decode_refuses_what_is_too_long),
		cmocka_unit_test(test_audio_refuses_other_kinds),
		cmocka_unit_test(test_audio_refuses_odd_codings_of_wav),
		cmocka_unit_test(test_audio_refuses_strange_rates_channels_and_lengths),
		cmocka_unit_test(test_audio_refuses_headers_that_lie),
		cmocka_unit_test(test_audio_refuses_cut_files),
		cmocka_unit_test(test_audio_refuses_values_that_are_no_sound),
		cmocka_unit_test(test_audio_refuses_random_bytes),
		cmocka_unit_test(test_audio_survives_damaged_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
