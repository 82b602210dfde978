// An attack is in the diary before anything is said. By ear it goes where somebody sits at a terminal and an output opens;
// in any case one line tells what was noted.
#include "cli/attack.h"
#include "cli/attack_questions.h"
#include "cli/command.h"
#include "cli/complaint.h"
#include "control/remote.h"
#include "diary/state.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct noted {
	struct diary_attack attack;
	bool ran; // before
	bool kept;
	char told[DIARY_TOLD_BYTES]; // by the diary
};

static int64_t now_sec(void)
{
	return (int64_t)time(NULL);
}

// ---- In the diary

typedef void use_fn(struct diary *diary, struct noted *noted, int strength);

static struct noted use_diary(use_fn *use, int strength)
{
	struct noted noted = {0};
	char *folder = state_folder();
	struct diary *diary = diary_open(folder, noted.told);
	noted.ran = diary_attack_running(diary, now_sec(), &noted.attack);
	use(diary, &noted, strength);
	diary_close(diary);
	free(folder);
	if (noted.told[0])
		complaint_print("%s", noted.told);
	return noted;
}

// The strength of one that runs is the strongest that was told.
static void begin(struct diary *diary, struct noted *noted, int strength)
{
	noted->kept = true;
	if (!noted->ran) {
		noted->attack.wall_sec = now_sec();
		noted->kept = diary_attack_begin(diary, noted->attack.wall_sec, noted->attack.id);
	}
	if (noted->kept && strength > noted->attack.strength) {
		noted->kept = diary_attack_set_strength(diary, noted->attack.id, strength);
		noted->attack.strength = strength;
	}
}

static void end(struct diary *diary, struct noted *noted, int strength)
{
	(void)strength;
	noted->kept = noted->ran && diary_attack_end(diary, noted->attack.id, now_sec());
}

// ---- By ear

struct heard {
	bool asked; // somebody was there
	bool unkept;
	enum attack_heard what;
	int signal;
};

static void hear_begin(struct sitting *sitting, const struct noted *noted, struct heard *heard)
{
	heard->what = ATTACK_NOTED;
	if (noted->ran)
		heard->what = attack_ask_running(sitting, &noted->attack);
	else
		attack_ask(sitting, &noted->attack, attack_lines[ATTACK_LINE_NOTED]);
}

static void hear_end(struct sitting *sitting, const struct noted *noted, struct heard *heard)
{
	enum attack_line line = noted->kept ? ATTACK_LINE_ENDED : noted->ran ? ATTACK_LINE_UNKEPT : ATTACK_LINE_NONE;
	const char *const lines[] = {attack_lines[line], NULL};
	heard->what = ATTACK_IS_OVER;
	ask_to_hear(sitting->stage, lines, &sitting->sound);
}

static struct heard by_ear(struct play_options *options, const struct noted *noted, bool is_end)
{
	struct heard heard = {0};
	struct sitting sitting;
	sitting_open(&sitting, options);
	if (sitting.asks)
		(is_end ? hear_end : hear_begin)(&sitting, noted, &heard);
	heard.asked = sitting.asks;
	heard.unkept = sitting.attack_unkept;
	heard.signal = stage_signal(sitting.stage);
	sitting_close(&sitting);
	return heard;
}

// ---- In one line

enum { WHEN_BYTES = 40 };

// "21:14", or "Tuesday 21:14": it began within three days.
static void write_when(int64_t wall_sec, char text[WHEN_BYTES])
{
	time_t then = (time_t)wall_sec, now = time(NULL);
	struct tm then_tm = {0}, now_tm = {0};
	localtime_r(&then, &then_tm);
	localtime_r(&now, &now_tm);
	bool today = then_tm.tm_yday == now_tm.tm_yday && then_tm.tm_year == now_tm.tm_year;
	if (strftime(text, WHEN_BYTES, today ? "%H:%M" : "%A %H:%M", &then_tm) == 0)
		text[0] = '\0';
}

static int tell_unkept(void)
{
	fputs("stillroom: this could not be kept in the diary\n", stderr);
	return EXIT_FAILED;
}

static int tell_begin(const struct noted *noted, const struct heard *heard, bool wanted_to_hear)
{
	char when[WHEN_BYTES];
	write_when(noted->attack.wall_sec, when);
	if (!noted->kept || heard->unkept)
		return tell_unkept();
	if (heard->what == ATTACK_IS_OVER && heard->asked) {
		printf("The attack that began at %s is over.\n", when);
		return EXIT_DONE;
	}
	printf("An attack is noted%s, since %s%s; stillroom attack over ends it.\n", noted->ran ? " already" : "", when,
	       wanted_to_hear && !heard->asked ? ", and nothing was asked without a terminal and sound" : "");
	return EXIT_DONE;
}

static int tell_end(const struct noted *noted)
{
	char when[WHEN_BYTES];
	write_when(noted->attack.wall_sec, when);
	if (!noted->ran) {
		fputs("stillroom: no attack is noted now; stillroom attack notes one\n", stderr);
		return EXIT_FAILED;
	}
	if (!noted->kept)
		return tell_unkept();
	printf("The attack that began at %s is over.\n", when);
	return EXIT_DONE;
}

static int attack(struct play_options *options, bool is_end, int strength)
{
	struct noted noted = use_diary(is_end ? end : begin, strength);
	struct heard heard = {0};
	if (!options->unasked && isatty(STDIN_FILENO) && (noted.kept || is_end))
		heard = by_ear(options, &noted, is_end);
	int result = is_end ? tell_end(&noted) : tell_begin(&noted, &heard, !options->unasked);
	if (heard.signal) {
		fflush(stdout);
		output_die_by(heard.signal);
	}
	return result;
}

int command_attack(int argc, char **argv)
{
	struct play_options options = {0};
	const char *volume = NULL;
	const struct option_spec table[] = {
		{"to", 0, &options.to, NULL},
		{"volume", 0, &volume, NULL},
		{"remote", 0, &options.remote, NULL},
		{"no-questions", 0, NULL, &options.unasked},
		{"no-guard", 0, NULL, &options.unguarded},
		{"verbose", 'v', NULL, &options.verbose},
		{NULL, 0, NULL, NULL},
	};
	int count = options_read(argc, argv, table), strength = DIARY_NO_RATING;
	if (count < 0 || !output_parse_volume(volume, &options.output.volume_db) || !play_has_remote(&options))
		return EXIT_WRONG;
	bool is_end = count == 1 && strcmp(argv[1], "over") == 0;
	bool is_strength = count == 1 && strlen(argv[1]) == 1 && argv[1][0] >= '0' && argv[1][0] <= '9';
	if (count > 1 || (count == 1 && !is_end && !is_strength) || !play_to_device(&options)) {
		fputs("stillroom: stillroom attack begins one, stillroom attack 6 with its strength from 0 to 9, and "
		      "stillroom attack over ends it\n",
		      stderr);
		return EXIT_WRONG;
	}
	if (is_strength)
		strength = argv[1][0] - '0';
	options.has_volume = volume != NULL;
	return attack(&options, is_end, strength);
}
