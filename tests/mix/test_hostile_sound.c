// A stranger's sound files as a session's words and as its bed: whatever they hold, nothing over the ceiling comes out,
// nothing crashes, and what is refused is told in one plain line.
#include "mix/mix.h"

#include "audio/hostile_sound.h"
#include "base/decibel.h"
#include "base/frames.h"
#include "base/peak.h"
#include "score_kit.h"
#include "voice/clip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SEC = ENGINE_RATE_HZ, SESSION_FRAMES = 4 * SEC };

static void write_bytes(struct kit *kit, const struct hostile *file)
{
	char *path = memory_printf("%s/%s", kit->dir, file->name);
	FILE *out = fopen(path, "w");
	if (!out || fwrite(file->bytes, 1, file->length, out) != file->length || fclose(out) != 0)
		abort();
	kit->files[kit->file_count++] = path;
}

static void assert_one_plain_line(const struct fault_list *faults, size_t before, const char *name)
{
	if (faults->count != before + 1)
		fail_msg("%s: %zu faults", name, faults->count - before);
	const char *text = fault_text(&faults->items[before], faults->arena);
	if (!strstr(text, name) || strlen(text) > 300 || strpbrk(text, "\n\r\x1b"))
		fail_msg("%s: \"%s\"", name, text);
	for (const char *c = text; *c; c++)
		assert_true((unsigned char)*c >= ' ');
}

// The whole session through a mix of its own; *peak is its highest sample. False when its bed was refused, in one line.
static bool hear(struct kit *kit, const char *name, float *peak)
{
	struct mix *mix = NULL;
	size_t before = kit->faults.count;
	if (mix_create(&mix, &kit->score, &kit->faults) != STATUS_OK) {
		assert_null(mix);
		assert_one_plain_line(&kit->faults, before, name);
		return false;
	}
	float *frames = memory_alloc((size_t)SESSION_FRAMES * ENGINE_CHANNELS * sizeof *frames);
	float ceiling = (float)gain_from_db(kit->score.ceiling_db);
	mix_read(mix, 0, frames, SESSION_FRAMES);
	*peak = peak_of(frames, SESSION_FRAMES * ENGINE_CHANNELS);
	for (int64_t i = 0; i < SESSION_FRAMES * ENGINE_CHANNELS; i++)
		if (!(fabsf(frames[i]) <= ceiling))
			fail_msg("%s: %g at frame %lld", name, (double)frames[i], (long long)i / ENGINE_CHANNELS);
	free(frames);
	mix_destroy(mix);
	return true;
}

static void speak(struct kit *kit, const struct hostile *file)
{
	kit_open(kit, SESSION_FRAMES);
	write_bytes(kit, file);
	kit->lines[0].file = kit->lines[0].text = file->name;
	kit->lines[0].place = (struct place){.file = "pack.yaml", .line = 1, .column = 5};
	kit_event(kit, LANE_VOICE, SEC / 2, 3 * SEC)->voice.line =
		&kit->lines[0]; // whatever its length turns out to be
	kit_finish(kit);
}

// `lufs` and `peak_db` are what the stranger's manifest claims.
static bool check(struct kit *kit, const char *name, double lufs, double peak_db)
{
	int64_t frames;
	size_t before = kit->faults.count;
	kit->lines[0].lufs = lufs;
	kit->lines[0].peak_db = peak_db;
	kit->lines[0].place.line++; // a fault is told once for each place
	if (clip_check(&kit->pack, &kit->lines[0], &frames, &kit->faults) == STATUS_OK)
		return true;
	assert_one_plain_line(&kit->faults, before, name);
	return false;
}

static void take_words(void *user, const struct hostile *file)
{
	int *refused = user;
	static const double claims[][2] = {{-23.0, -6.0}, {-70.0, -60.0}, {-70.0, 0.0}};
	struct kit kit;
	float peak;
	speak(&kit, file);
	for (int i = 0; i < 3; i++)
		*refused += !check(&kit, file->name, claims[i][0], claims[i][1]);
	assert_true(
		hear(&kit, file->name, &peak)); // as if it had become so after the check, and raised as far as can be
	kit_close(&kit);
}

static void test_hostile_words_never_pass_the_ceiling(void **state)
{
	(void)state;
	int refused = 0;
	hostile_all(take_words, &refused);
	assert_true(refused > 150); // three claims each; a second of some is sound
}

static void take_bed(void *user, const struct hostile *file)
{
	int *refused = user;
	for (int mode = BED_TEXTURE; mode <= BED_ONCE; mode++) {
		struct kit kit;
		float peak;
		kit_open(&kit, SESSION_FRAMES);
		write_bytes(&kit, file);
		kit_bed(&kit, 0, SESSION_FRAMES, kit_add_bed(&kit, file->name, false, (enum bed_mode)mode, 0.0));
		kit_finish(&kit);
		*refused += !hear(&kit, file->name, &peak);
		kit_close(&kit);
	}
}

static void test_hostile_beds_never_pass_the_ceiling(void **state)
{
	(void)state;
	int refused = 0;
	hostile_all(take_bed, &refused);
	assert_true(refused > 150);
}

// Of noise and a square wave at full scale: whatever a manifest says, they are no voice.
static void take_noise(void *user, const struct hostile *file)
{
	(void)user;
	static const double claims[][2] = {{-23.0, -20.0}, {-60.0, -50.0}, {-60.0, 3.0}, {-23.0, 3.0}, {-2.0, 3.0}};
	struct kit kit;
	float peak;
	speak(&kit, file);
	for (int i = 0; i < 5; i++) {
		assert_false(check(&kit, file->name, claims[i][0], claims[i][1]));
		assert_true(hear(&kit, file->name, &peak)); // as if nobody had checked
		assert_true(peak == 0.0f);
	}
	kit_close(&kit);
}

static void test_hostile_noise_for_a_voice_is_refused_or_levelled(void **state)
{
	(void)state;
	hostile_noise(take_noise, NULL);
	struct kit kit;
	struct hostile noise = {.name = "loud.wav", .bytes = (uint8_t[1]){0}};
	float peak;
	speak(&kit, &noise);
	kit_write(&kit, noise.name, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 2.0, kit_noise, 0.5);
	assert_false(check(&kit, noise.name, -7.0, -6.0));
	assert_true(check(&kit, noise.name, -5.0, -6.0));
	assert_true(hear(&kit, noise.name, &peak));
	assert_float_equal(db_from_gain((double)peak), -24.0, 0.1); // 18 dB below what it was
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile_words_never_pass_the_ceiling),
		cmocka_unit_test(test_hostile_beds_never_pass_the_ceiling),
		cmocka_unit_test(test_hostile_noise_for_a_voice_is_refused_or_levelled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
