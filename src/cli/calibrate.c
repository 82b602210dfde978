// A soft bed rises from nothing until a key says that it is comfortable. It lies where a session's voice lies, so that
// what was comfortable here is the loudest of a session that begins with it.
#include "base/arena.h"
#include "base/clock.h"
#include "base/frames.h"
#include "cli/command.h"
#include "cli/sitting.h"
#include "session/feeder.h"
#include "sound/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FLOOR_SEC 2.0 // the volume falls to nothing before the bed begins
#define RISE_DB_PER_SEC 1.5
#define FROM_DB (-58.0)
#define HAND_SEC 0.4 // from hearing to the key
#define TICK_SEC 0.1

#define HEARD_DB (-36.0) // a key before that came too soon to mean it

enum found { FOUND_ENDED, FOUND_LOST, FOUND_NOTHING, FOUND };

static const char *const TEXTS[COMFORT_DAYS] = {
	[COMFORT_ATTACK] = "stillroom: 1\ntitle: Loudness\nfor: attack\nbed: {track: rain, level: 0 dB}\n"
			   "steps: [{rest: 90s}]\n",
	[COMFORT_GOOD] = "stillroom: 1\ntitle: Loudness\nbed: {track: rain, level: 0 dB}\nsteps: [{rest: 90s}]\n",
};

static bool load_bed(struct loaded *loaded, struct sitting *sitting, enum comfort_day day)
{
	load_begin(loaded);
	if (routine_load_text(&loaded->routine, "calibrate", TEXTS[day], strlen(TEXTS[day]), NULL, &loaded->faults) !=
	            STATUS_OK ||
	    score_create(&loaded->score, loaded->routine, sitting->voice, &loaded->faults) != STATUS_OK)
		return false;
	return load_mix(loaded) == EXIT_DONE;
}

// Any key but those that end. false: none came.
static bool take_key(struct stage *stage, enum found *found)
{
	struct wish wish;
	if (stage_signal(stage)) {
		*found = FOUND_ENDED;
		return true;
	}
	if (!stage_take(stage, &wish))
		return false;
	*found = wish.verb == VERB_STOP || wish.verb == VERB_ESCAPE ? FOUND_ENDED : FOUND;
	return true;
}

static bool is_lost(struct stage *stage)
{
	return !stage_feed(stage) || stage_output_is_lost(stage) || stage_route_is_lost(stage);
}

// Waits; true: a key, or the end of the output.
static bool wait_sec(struct stage *stage, double sec, enum found *found)
{
	for (double until = clock_sec() + sec; clock_sec() < until;) {
		stage_wait(stage, fmin(TICK_SEC, fmax(until - clock_sec(), 0.0)));
		if (take_key(stage, found))
			return true;
		if (is_lost(stage)) {
			*found = FOUND_LOST;
			return true;
		}
	}
	return false;
}

static enum found rise(struct stage *stage, double *volume_db)
{
	struct feed *feed = stage_feed(stage);
	double began_sec = clock_sec();
	enum found found = FOUND_NOTHING; // nobody there, or asleep
	for (double db = FROM_DB; db < 0.0 && !wait_sec(stage, TICK_SEC, &found);) {
		db = fmin(FROM_DB + RISE_DB_PER_SEC * (clock_sec() - began_sec), 0.0);
		feed_set_volume(feed, db);
		double late_sec = HAND_SEC + (double)stage_latency_frames(stage) / ENGINE_RATE_HZ;
		*volume_db = fmax(floor(db - late_sec * RISE_DB_PER_SEC), FROM_DB);
	}
	return found == FOUND && *volume_db < HEARD_DB ? FOUND_NOTHING : found;
}

static enum found find_volume(struct sitting *sitting, struct loaded *bed, double *volume_db)
{
	struct stage *stage = sitting->stage;
	struct feed *feed = stage_feed(stage);
	enum found found = FOUND_LOST;
	if (!feed)
		return found;
	struct feeder *feeder = feeder_create(bed->mix, bed->score->frames);
	feed_set_volume(feed, FADE_FLOOR_DB);
	feeder_seek(feeder, feed, (int64_t)(FADE_START_SEC * ENGINE_RATE_HZ));
	if (!wait_sec(stage, FLOOR_SEC, &found) || found == FOUND) {
		feed_go(feed, (int32_t)(FADE_RESUME_SEC * ENGINE_RATE_HZ));
		found = rise(stage, volume_db);
	}
	feeder_hold(feeder);
	if (found != FOUND_LOST) {
		enum found ignored;
		feed_halt(feed, (int32_t)(FADE_STOP_SEC * ENGINE_RATE_HZ));
		wait_sec(stage, FADE_STOP_SEC, &ignored);
	}
	feeder_destroy(feeder);
	return found;
}

static bool tell_kept(struct sitting *sitting, enum comfort_day day, double volume_db)
{
	enum question_line kept = day == COMFORT_ATTACK ? LINE_KEPT_ATTACK : LINE_KEPT_GOOD;
	const char *const lines[] = {question_lines[kept], question_lines[LINE_NOT_LOUDER], NULL};
	if (!comfort_keep(sitting->folder, day, volume_db))
		return false;
	sitting->sound.volume_db = volume_db;
	feed_set_volume(stage_feed(sitting->stage), volume_db);
	ask_to_hear(sitting->stage, lines, &sitting->sound);
	return true;
}

struct outcome {
	enum found found;
	bool kept;
	enum comfort_day day;
	double volume_db;
};

static struct outcome calibrate(struct sitting *sitting)
{
	const char *const lines[] = {question_lines[LINE_FIND_1], question_lines[LINE_FIND_2],
	                             question_lines[LINE_FIND_3], NULL};
	struct outcome outcome = {.found = FOUND_ENDED, .volume_db = FROM_DB};
	struct ask_answer answer = sitting_ask(sitting, QUESTION_DAY);
	if (!sitting->asks || answer.choice == DIALOGUE_ENDED) {
		outcome.found = sitting->asks ? FOUND_ENDED : FOUND_LOST;
		return outcome;
	}
	outcome.day = answer.choice == DAY_GOOD ? COMFORT_GOOD : COMFORT_ATTACK;
	struct loaded bed;
	if (load_bed(&bed, sitting, outcome.day) && ask_to_hear(sitting->stage, lines, &sitting->sound))
		outcome.found = find_volume(sitting, &bed, &outcome.volume_db);
	if (outcome.found == FOUND)
		outcome.kept = tell_kept(sitting, outcome.day, outcome.volume_db);
	load_finish(&bed);
	return outcome;
}

static int tell(const struct outcome *outcome)
{
	static const char *const days[COMFORT_DAYS] = {"attack days", "good days"};
	if (outcome->found == FOUND_ENDED) {
		fputs("Nothing was changed.\n", stderr);
		return EXIT_DONE;
	}
	if (outcome->found == FOUND_NOTHING) {
		fputs("No key came while the sound could be heard and rose; nothing was changed.\n", stderr);
		return EXIT_DONE;
	}
	if (outcome->found == FOUND_LOST) {
		fputs("stillroom: the output was lost, or does not open; nothing was changed\n", stderr);
		return EXIT_FAILED;
	}
	if (!outcome->kept) {
		fprintf(stderr,
		        "stillroom: the loudness, %.0f dB, could not be kept; --volume takes it for a session\n",
		        outcome->volume_db);
		return EXIT_FAILED;
	}
	fprintf(stderr, "Sessions on %s begin at %.0f dB now.\n", days[outcome->day], outcome->volume_db);
	return EXIT_DONE;
}

int command_calibrate(int argc, char **argv)
{
	struct play_options options = {0};
	const struct option_spec table[] = {
		{"to", 0, &options.to, NULL}, {"verbose", 'v', NULL, &options.verbose}, {NULL, 0, NULL, NULL}};
	int count = options_read(argc, argv, table);
	if (count < 0)
		return EXIT_WRONG;
	if (count > 0 || !play_to_device(&options)) {
		fputs("stillroom: calibrate takes no routine, as in: stillroom calibrate\n", stderr);
		return EXIT_WRONG;
	}
	struct sitting sitting;
	sitting_open(&sitting, &options);
	if (!sitting.asks) {
		sitting_close(&sitting);
		fputs("stillroom: calibrate needs a terminal, whose key says when it is comfortable\n", stderr);
		return EXIT_WRONG;
	}
	struct outcome outcome = calibrate(&sitting);
	int signal = stage_signal(sitting.stage);
	sitting_close(&sitting);
	int result = tell(&outcome);
	if (signal)
		output_die_by(signal);
	return result;
}
