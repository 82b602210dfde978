// An MP3's length is counted, with and without a header that tells it, between tags, and cut.
#include "audio/decode.h"
#include "audio/mpeg.h"

#include "sound_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { RATE = 44100, FRAMES = RATE * 8 };

struct bytes {
	uint8_t *data;
	size_t length;
};

// The first second's level and the rest's, so that the first frames of a variable bit rate tell nothing of the later ones.
static struct bytes mp3_of(int bit_rate_mode, double first, double rest)
{
	int fd = memfd_create("mp3", MFD_CLOEXEC);
	SF_INFO info = {.samplerate = RATE, .channels = 1, .format = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III};
	SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &info, SF_FALSE);
	sf_command(file, SFC_SET_BITRATE_MODE, &bit_rate_mode, sizeof bit_rate_mode);
	for (int64_t i = 0; i < FRAMES; i++) {
		float sample = (float)(hash_signed(1, (uint64_t)i) * (i < RATE ? first : rest));
		sf_writef_float(file, &sample, 1);
	}
	sf_close(file);
	struct bytes bytes;
	bytes.data = file_bytes(fd, &bytes.length);
	close(fd);
	return bytes;
}

static struct bytes mp3(int bit_rate_mode)
{
	return mp3_of(bit_rate_mode, 1e-5, 0.3);
}

// Without its first frame, which is the Xing or Info header.
static struct bytes without_header(struct bytes bytes)
{
	size_t at = 4;
	while (bytes.data[at] != 0xFF || bytes.data[at + 1] != bytes.data[1])
		at++;
	return (struct bytes){bytes.data + at, bytes.length - at};
}

static struct bytes joined(const void *front, size_t front_length, struct bytes middle, const void *back,
                           size_t back_length)
{
	struct bytes bytes = {memory_alloc(front_length + middle.length + back_length), 0};
	memcpy(bytes.data, front, front_length);
	memcpy(bytes.data + front_length, middle.data, middle.length);
	memcpy(bytes.data + front_length + middle.length, back, back_length);
	bytes.length = front_length + middle.length + back_length;
	return bytes;
}

// The frames that a whole decoding gives, which must be what is told beforehand; or 0 and why.
static int64_t decoded_frames(struct bytes bytes, const char **why)
{
	struct audio_info looked, info;
	float *samples;
	struct audio_level level;
	if (decode_look(memory_file(bytes.data, bytes.length), INT64_MAX, &looked, why) != STATUS_OK)
		return 0;
	int fd = memory_file(bytes.data, bytes.length);
	if (decode_mono(fd, INT64_MAX, NULL, 0, &samples, &level, &info, why) != STATUS_OK)
		return 0;
	free(samples);
	assert_int_equal(info.frames, looked.frames);
	return info.frames;
}

static void test_mpeg_with_a_header_has_its_exact_length(void **state)
{
	(void)state;
	const char *why;
	for (int mode = SF_BITRATE_MODE_CONSTANT; mode <= SF_BITRATE_MODE_VARIABLE; mode++) {
		struct bytes bytes = mp3(mode);
		assert_int_equal(decoded_frames(bytes, &why), FRAMES);
		free(bytes.data);
	}
}

static void test_mpeg_without_a_header_is_counted(void **state)
{
	(void)state;
	const char *why;
	struct bytes whole = mp3(SF_BITRATE_MODE_CONSTANT), bytes = without_header(whole);
	int64_t frames = decoded_frames(bytes, &why);
	assert_int_equal(frames % 1152, 0);
	assert_in_range(frames, FRAMES, FRAMES + 3 * 1152);
	free(whole.data);
}

static int64_t counted_frames(struct bytes bytes)
{
	int64_t counted = 0;
	const char *why;
	int fd = memory_file(bytes.data, bytes.length);
	assert_int_equal(mpeg_count(fd, (int64_t)bytes.length, &counted, &why), STATUS_OK);
	close(fd);
	return counted;
}

// libsndfile guesses from the first frames' bit rate: too long is mended, too short would stop in the middle.
static void test_mpeg_of_unknown_length_is_mended_or_refused(void **state)
{
	(void)state;
	const char *why;
	struct bytes whole = mp3_of(SF_BITRATE_MODE_VARIABLE, 1e-5, 0.3), bytes = without_header(whole);
	int64_t counted = counted_frames(bytes);
	assert_in_range(counted, FRAMES, FRAMES + 3 * 1152);
	assert_int_equal(counted_frames(whole), counted);
	assert_int_equal(decoded_frames(bytes, &why), counted);
	free(whole.data);

	whole = mp3_of(SF_BITRATE_MODE_VARIABLE, 0.3, 1e-5);
	bytes = without_header(whole);
	assert_in_range(counted_frames(bytes), FRAMES, FRAMES + 3 * 1152);
	assert_int_equal(decoded_frames(bytes, &why), 0);
	assert_string_equal(why, "it does not say how long it is; convert it again, or to FLAC");
	free(whole.data);
}

static void test_mpeg_may_have_tags(void **state)
{
	(void)state;
	const char *why;
	uint8_t front[10 + 300] = "ID3\4\0\0\0\0\2\54", back[128] = "TAGEvening", ape[20000] = "APETAGEX";
	struct bytes plain = mp3(SF_BITRATE_MODE_CONSTANT);
	struct bytes tagged = joined(front, sizeof front, plain, back, sizeof back);
	struct bytes more = joined(front, sizeof front, plain, ape, sizeof ape);
	assert_int_equal(decoded_frames(tagged, &why), FRAMES);
	assert_int_equal(decoded_frames(more, &why), FRAMES);
	free(plain.data);
	free(tagged.data);
	free(more.data);
}

static void test_mpeg_that_is_cut_or_broken_is_refused(void **state)
{
	(void)state;
	const char *why;
	struct bytes whole = mp3(SF_BITRATE_MODE_CONSTANT), cut = whole;
	cut.length -= 500;
	assert_int_equal(decoded_frames(cut, &why), 0);
	assert_string_equal(why, "it ends before its header says");

	struct bytes first = {whole.data, whole.length / 2}, holed;
	struct bytes rest = {whole.data + whole.length / 2, whole.length - whole.length / 2};
	uint8_t hole[20000] = {0};
	holed = joined(first.data, first.length, (struct bytes){hole, sizeof hole}, rest.data, rest.length);
	assert_int_equal(decoded_frames(holed, &why), 0);
	assert_string_equal(why, "it ends before its header says"); // counting stops in the hole
	struct bytes bare = without_header(holed);
	assert_int_equal(decoded_frames(bare, &why), 0);
	assert_string_equal(why, "it is damaged");
	free(holed.data);
	free(whole.data);
}

static void test_mpeg_needs_three_headers(void **state)
{
	(void)state;
	const char *why;
	int64_t counted;
	uint8_t one[2000] = {0xFF, 0xFB, 0x90, 0xC4}; // one frame of 417 bytes, then nothing
	int fd = memory_file(one, sizeof one);
	assert_int_equal(mpeg_count(fd, sizeof one, &counted, &why), STATUS_FAULTY);
	close(fd);
	memcpy(one + 417, one, 4);
	memcpy(one + 834, one, 4);
	memset(one + 1251, 'x', sizeof one - 1251);
	fd = memory_file(one, 1251);
	assert_int_equal(mpeg_count(fd, 1251, &counted, &why), STATUS_OK);
	assert_int_equal(counted, 3 * 1152);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mpeg_with_a_header_has_its_exact_length),
		cmocka_unit_test(test_mpeg_without_a_header_is_counted),
		cmocka_unit_test(test_mpeg_of_unknown_length_is_mended_or_refused),
		cmocka_unit_test(test_mpeg_may_have_tags),
		cmocka_unit_test(test_mpeg_that_is_cut_or_broken_is_refused),
		cmocka_unit_test(test_mpeg_needs_three_headers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
