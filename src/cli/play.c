#include "base/arena.h"
#include "base/frames.h"
#include "cli/command.h"
#include "cli/compare.h"
#include "cli/complaint.h"
#include "cli/options.h"
#include "cli/menu.h"
#include "cli/sitting.h"
#include "control/remote.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

bool play_to_device(const struct play_options *options)
{
	const char *to = options->to;
	return !to || strcmp(to, "device") == 0 || strncmp(to, "device:", 7) == 0;
}

static bool is_raw_or_null(const char *to)
{
	return to && (strcmp(to, "-") == 0 || strcmp(to, "null") == 0);
}

// A name that nothing has yet: evening.opus, evening-2.opus, ...
static const char *free_name(struct loaded *loaded)
{
	const char *name = arena_printf(loaded->arena, "%s.opus", loaded->routine->name);
	for (int i = 2; access(name, F_OK) == 0; i++)
		name = arena_printf(loaded->arena, "%s-%d.opus", loaded->routine->name, i);
	return name;
}

static const char *quoted(struct arena *arena, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=/";
	return word[strspn(word, plain)] ? arena_printf(arena, "'%s'", word) : word;
}

// The routine as it was asked for, to be typed again.
static const char *asked(struct arena *arena, const struct play_options *options)
{
	const char *text = quoted(arena, options->routine);
	for (size_t i = 0; options->load.with[i]; i++)
		text = arena_printf(arena, "%s --with %s", text, quoted(arena, options->load.with[i]));
	return text;
}

static int render_instead(struct loaded *loaded, const struct play_options *options, const char *why)
{
	struct output_options output = options->output;
	output.path = free_name(loaded);
	complaint_add("The session is made into a file that you can play elsewhere: %s.", why);
	int result = output_render(loaded, &output);
	if (result == EXIT_DONE)
		complaint_add("It is in %s.", output.path);
	else
		complaint_add("To put it elsewhere: stillroom render %s -o FILE", asked(loaded->arena, options));
	return result;
}

void play_print_where(const struct play_options *options, int64_t at_frames)
{
	int64_t sec = at_frames / ENGINE_RATE_HZ;
	struct arena *arena = arena_create();
	complaint_add("To go on from there: stillroom play %s --from %" PRId64 "m%02" PRId64 "s%s%s",
	              asked(arena, options), sec / 60, sec % 60, options->to ? " --to " : "",
	              options->to ? quoted(arena, options->to) : "");
	arena_destroy(arena);
}

int play_live(struct sitting *sitting, struct loaded *loaded, const struct bookmark *bookmark)
{
	struct live_result result = sitting_play(sitting, loaded, bookmark);
	const struct play_options *options = sitting->options;
	if (result.end != END_NO_OUTPUT || options->to || result.status != STATUS_NO_DEVICE)
		return sitting_end(sitting, loaded, &result);
	const char *why = arena_printf(loaded->arena, "%s", sitting->sink->message);
	sitting_close(sitting);
	return render_instead(loaded, options, why);
}

int play_in_the_dark(struct sitting *sitting, const struct bookmark *bookmark)
{
	const char *const cannot[] = {question_lines[LINE_CANNOT], NULL};
	struct play_options *options = sitting->options;
	struct loaded loaded;
	int result = load_in_the_dark(&loaded, options->routine, &options->load);
	if (result == EXIT_DONE) {
		options->output.end_frames = loaded.score->frames;
		result = play_live(sitting, &loaded, bookmark);
	} else {
		if (sitting->speaks)
			ask_to_hear(sitting->stage, cannot, &sitting->sound);
		sitting_close(sitting);
		load_complain(&loaded);
	}
	load_finish(&loaded);
	return result;
}

// Opened before the screen goes dark, so that what is wrong is told at once.
static int play_here(struct loaded *loaded, struct play_options *options)
{
	struct sitting sitting;
	if (load_mix(loaded) != EXIT_DONE) {
		load_complain(loaded);
		return EXIT_WRONG;
	}
	sitting_open(&sitting, options);
	return play_live(&sitting, loaded, NULL);
}

static int play(struct loaded *loaded, struct play_options *options, const char *from)
{
	options->output.end_frames = loaded->score->frames;
	if (from && !load_position(loaded, from, &options->output.begin_frames))
		return EXIT_WRONG;
	if (play_to_device(options) || (is_raw_or_null(options->to) && !options->fast))
		return play_here(loaded, options);
	options->output.path = options->to;
	return output_render(loaded, &options->output);
}

// What --moment stands for: its menu where somebody can be asked, else its first session.
static int play_moment(const char *moment, struct play_options *options)
{
	enum moment wanted = menu_moment(moment);
	if (wanted == MOMENT_ANY) {
		complaint_print("--moment %s: attack, first-sign, after, daily or bedtime", moment);
		return EXIT_WRONG;
	}
	int result = menu_play(options, wanted);
	if (result != MENU_NOBODY)
		return result;
	fprintf(stderr, "stillroom: there is no session for this moment; stillroom list shows what there is\n");
	return EXIT_FAILED;
}

static bool parse_sleep(const char *text, double *sec)
{
	int64_t frames;
	if (!text)
		return true;
	if (!load_length(text, &frames))
		return false;
	*sec = (double)frames / ENGINE_RATE_HZ;
	if (*sec >= ROUTINE_LEAST_END_SEC && *sec <= ROUTINE_MOST_END_SEC)
		return true;
	complaint_print("--sleep %s: a time up to 2h, such as 20m", text);
	return false;
}

bool play_has_remote(const struct play_options *options)
{
	const char *path = options->remote;
	struct control *remote = path ? remote_open(path) : NULL;
	if (path && !remote)
		fputs("stillroom: --remote: this program was built without libevdev\n", stderr);
	control_destroy(remote);
	return !path || remote;
}

// What the options say together; false after a message.
static bool is_sensible(const struct play_options *options, int operands, const char *moment)
{
	const char *why = NULL;
	if (operands > 1)
		why = "play takes one routine, as in: stillroom play evening";
	else if (operands && moment)
		why = "a routine or --moment, not both";
	else if (options->fast && play_to_device(options))
		why = "--fast is not for devices; the ear has one pace";
	else if (moment && !play_to_device(options))
		why = "--moment is for the ear; name a routine with --to";
	if (why)
		complaint_print("%s", why);
	return !why && play_has_remote(options);
}

// Lets the draw decide. What belongs to the hands is not for the breath.
static void compare(struct play_options *options)
{
	options->compare = compare_draw();
	if (!options->compare || strcmp(options->compare, "breath") != 0)
		return;
	options->routine = COMPARE_BREATH_ROUTINE;
	memset(options->load.with, 0, sizeof options->load.with);
}

// false after a message.
static bool can_compare(const struct play_options *options, const char *from, const char *moment)
{
	const char *why = NULL;
	if (from || moment)
		why = "--compare is for a whole session that is named, without --from and --moment";
	else if (!play_to_device(options))
		why = "--compare is for the ear; files and pipes are not rated";
	else if (options->unasked)
		why = "--compare lives on the questions; leave out --no-questions";
	else if (options->load.sleep_sec > 0.0)
		why = "--compare asks at the end, and --sleep has nobody to ask";
	else if (strcmp(options->routine, COMPARE_BREATH_ROUTINE) == 0)
		why = "--compare needs a session with hands; breath only is the other side already";
	if (why)
		complaint_print("%s", why);
	return !why;
}

int command_play(int argc, char **argv)
{
	bool compares = false;
	struct play_options options = {0};
	const char *from = NULL, *volume = NULL, *format = NULL, *sleep = NULL, *moment = NULL;
	const struct option_spec table[] = {
		{"to", 0, &options.to, NULL},
		{"from", 0, &from, NULL},
		{"moment", 0, &moment, NULL},
		{"sleep", 0, &sleep, NULL},
		{"sore", 0, NULL, &options.load.sore},
		{"voice", 0, &options.load.voice, NULL},
		{"with", OPTION_AGAIN, options.load.with, NULL},
		{"volume", 0, &volume, NULL},
		{"format", 0, &format, NULL},
		{"fast", 0, NULL, &options.fast},
		{"screen", 0, NULL, &options.screen},
		{"remote", 0, &options.remote, NULL},
		{"no-questions", 0, NULL, &options.unasked},
		{"compare", 0, NULL, &compares},
		{"no-guard", 0, NULL, &options.unguarded},
		{"verbose", 'v', NULL, &options.verbose},
		{NULL, 0, NULL, NULL},
	};
	int count = options_read(argc, argv, table);
	if (count < 0 || !output_parse_volume(volume, &options.output.volume_db) ||
	    !output_parse_format(format, &options.output.format) || !parse_sleep(sleep, &options.load.sleep_sec) ||
	    !is_sensible(&options, count, moment))
		return EXIT_WRONG;
	options.has_volume = volume != NULL;
	options.routine = count ? argv[1] : DEFAULT_ROUTINE;
	if (compares && !can_compare(&options, from, moment))
		return EXIT_WRONG;
	if (moment)
		return play_moment(moment, &options);
	if (compares)
		compare(&options);
	if (options.to && !output_allows(options.to))
		return EXIT_WRONG;
	struct loaded loaded;
	int result = load_session(&loaded, options.routine, &options.load);
	if (result == EXIT_DONE)
		result = play(&loaded, &options, from);
	load_finish(&loaded);
	return result;
}
