// How every session sounds, from its first frame to its last, in blocks as it is played: loudness, true peak, onsets, its
// beginning and its end. Under sanitizers only the shortest session (TESTS_SANITIZED): this proves the library, and the
// code of the mix has its own tests.
#include "library/hearing.h"

#include "sound/rules.h"

// The most a level may rise from one stretch of time to the next. Speech has its stops ("t", "p"), which begin as they do in
// any mouth: measured at most 17 dB in 10 ms and 33 dB in 100 ms, against a bed 20 dB below the voice. Away from words
// nothing may begin in a way that could be felt as sudden: measured at most 7.5 dB in 10 ms and 7.3 dB in 100 ms, both
// from the chance of noise and the beginning of a breath.
struct onset_bound {
	int steps; // of 10 ms
	double words_db, else_db;
};
static const struct onset_bound onset_bounds[] = {{1, 20.0, 10.0}, {5, 34.0, 8.0}, {10, 36.0, 9.0}};

// Away from words, over a whole session. Measured at most -15.7 dB of the power between 2.5 and 5.5 kHz (rain alone); the
// tallest line of modulation between 30 and 150 Hz at -22 dB (strokes on nothing but breath) and 12 dB above what lies
// around it, which is the chance of noise in 6 s; the steepest bend of the wave 5.7 dB below the RMS around it, where a
// click is far above; and no silence.
#define MOST_HARSH_DB (-13.0)
#define MOST_ROUGH_DB (-19.0)
#define MOST_ROUGH_OVER_DB 15.0
#define MOST_BEND_DB (-2.0)
#define MOST_SILENCE_SEC 0.5

struct session {
	const char *name;
	double least_lufs, most_lufs; // integrated
};

// Words are at -23 LUFS, so the more of a session is without them, the softer it is as a whole. Attack and bedtime are
// softer by GENTLE_DB besides. Rain alone is its bed: 14 dB below the voice.
#define SPOKEN -30.0, -25.5 // up to 37 % of it words
#define SPARSE -33.5, -30.5
#define GENTLE -39.5, -35.0
#define BED_ALONE -38.0, -36.0
static const struct session sessions[] = {
#ifndef TESTS_SANITIZED
	{"first-sign", SPOKEN},      {"during-attack", GENTLE}, {"attack-still", GENTLE}, {"after-attack", SPOKEN},
	{"evening", SPOKEN},         {"evening-long", SPOKEN},  {"bedtime", GENTLE},      {"neck-week", SPOKEN},
	{"between-attacks", SPOKEN}, {"jaw", SPOKEN},           {"sinus", SPOKEN},        {"temple-breath", SPARSE},
	{"breathe-only", SPARSE},    {"rain-only", BED_ALONE},
#endif
	{"screen-break", SPOKEN},
};
enum { SESSIONS = sizeof sessions / sizeof *sessions };

static void check_loudness(const struct session *session, const struct hearing *heard)
{
	double lufs = heard->integrated_lufs, voice = VOICE_LUFS + heard->score->level_db;
	double true_peak_db = db_from_gain(heard->true_peak);
	print_message("%s: %.1f LUFS, loudest 3 s %.1f, true peak %.2f dBTP\n", session->name, lufs,
	              heard->loudest_lufs, true_peak_db);
	assert_true(lufs >= session->least_lufs && lufs <= session->most_lufs);
	assert_float_equal(heard->loudest_lufs, voice, 1.5);
	assert_true(true_peak_db <= heard->score->ceiling_db + 0.05);
}

static void check_onsets(const struct hearing *heard, const struct onset_bound *bound)
{
	struct hearing_most worst[2];
	hearing_onsets(heard, bound->steps, worst);
	print_message("  in %3d ms words rise by %.1f dB, all else by %.1f dB\n", 10 * bound->steps, worst[1].most,
	              worst[0].most);
	assert_true(worst[1].most <= bound->words_db);
	assert_true(worst[0].most <= bound->else_db);
}

static void check_calm(const struct hearing *heard)
{
	double harsh_db = hearing_share_db(heard, 2500.0, 5500.0), silence_sec = hearing_silence_sec(heard);
	print_message("  without words: harsh %.1f dB, rough %.1f dB (%.1f over), bends %.1f dB, silent for %.1f s\n",
	              harsh_db, heard->rough.most, heard->rough_over.most, heard->seam.most, silence_sec);
	assert_true(heard->spectra > 0);
	assert_true(harsh_db <= MOST_HARSH_DB);
	assert_true(heard->rough.most <= MOST_ROUGH_DB);
	assert_true(heard->rough_over.most <= MOST_ROUGH_OVER_DB);
	assert_true(heard->seam.most <= MOST_BEND_DB);
	assert_true(silence_sec <= MOST_SILENCE_SEC);
}

// The bed comes out of nothing over six seconds, before any word.
static void check_beginning(const struct hearing *heard)
{
	enum { SEC = HEARING_STEPS_PER_SEC };
	assert_true(hearing_mean_db(heard, 0, 10) < HEARING_NOTHING_DB);
	assert_int_equal(heard->score->start_fade_frames, 6 * ENGINE_RATE_HZ);
	for (int second = 1; second < 6; second++)
		assert_true(hearing_mean_db(heard, second * SEC, SEC) >
		            hearing_mean_db(heard, (second - 1) * SEC, SEC) + 3.0);
	assert_false(hearing_any_words(heard, 0, 7 * SEC));
}

static void check_end(const struct hearing *heard)
{
	for (int64_t at = heard->steps - HEARING_STEPS_PER_SEC; at < heard->steps; at++)
		assert_true(hearing_mean_db(heard, at, 1) < HEARING_NOTHING_DB);
	assert_true(hearing_mean_db(heard, heard->steps - 1, 1) < -110.0);
}

static void test_session(void **state)
{
	const struct session *session = *state;
	char path[300];
	struct pack *pack = played_pack("en-clb");
	struct played played = played_open(pack, played_path(path, "", session->name), NULL);
	assert_int_equal(played.faults.count, 0);
	struct hearing heard = hearing_hear(played.score, &played.faults);
	check_loudness(session, &heard);
	for (size_t i = 0; i < sizeof onset_bounds / sizeof *onset_bounds; i++)
		check_onsets(&heard, &onset_bounds[i]);
	check_calm(&heard);
	check_beginning(&heard);
	check_end(&heard);
	hearing_finish(&heard);
	played_close(&played);
	pack_destroy(pack);
}

int main(void)
{
	struct CMUnitTest tests[SESSIONS];
	struct session rows[SESSIONS];
	memcpy(rows, sessions, sizeof rows);
	for (int i = 0; i < SESSIONS; i++)
		tests[i] = (struct CMUnitTest){rows[i].name, test_session, NULL, NULL, &rows[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
