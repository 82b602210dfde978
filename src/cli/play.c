#include "base/arena.h"
#include "base/frames.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/output.h"
#include "control/inhibit.h"
#include "control/mpris.h"
#include "control/socket.h"
#include "control/terminal.h"
#include "session/live.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { DEVICE_MOST_FAILURES = 3 };

struct play_options {
	const char *routine; // as it was asked for
	const char *to;
	bool fast, verbose;
	struct load_options load;
	struct output_options output;
};

static bool is_device(const char *to)
{
	return !to || strcmp(to, "device") == 0 || strncmp(to, "device:", 7) == 0;
}

static bool is_raw_or_null(const char *to)
{
	return to && (strcmp(to, "-") == 0 || strcmp(to, "null") == 0);
}

static struct sink *create_sink(const struct loaded *loaded, const struct play_options *options)
{
	static const struct null_faults none = {-1, -1, 0, false};
	struct sink *sink;
	if (is_device(options->to)) {
		const char *name = options->to ? strchr(options->to, ':') : NULL;
		sink = sink_create_device(loaded->paths.device_program, name ? name + 1 : NULL);
	} else if (strcmp(options->to, "-") == 0)
		sink = sink_create_pipe(STDOUT_FILENO, options->output.format);
	else
		sink = sink_create_null(&none);
	sink->verbose = options->verbose;
	return sink;
}

// A name that nothing has yet: evening.opus, evening-2.opus, ...
static const char *free_name(struct loaded *loaded)
{
	const char *name = arena_printf(loaded->arena, "%s.opus", loaded->routine->name);
	for (int i = 2; access(name, F_OK) == 0; i++)
		name = arena_printf(loaded->arena, "%s-%d.opus", loaded->routine->name, i);
	return name;
}

// The routine as it was asked for, to be typed again.
static void print_asked(const struct play_options *options)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=/";
	fputs(options->routine, stderr);
	for (size_t i = 0; options->load.with[i]; i++) {
		const char *with = options->load.with[i], *quote = with[strspn(with, plain)] ? "'" : "";
		fprintf(stderr, " --with %s%s%s", quote, with, quote);
	}
}

static int render_instead(struct loaded *loaded, const struct play_options *options)
{
	struct output_options output = options->output;
	output.path = free_name(loaded);
	fputs("This machine has no sound output, so the session is made into a file that you can play elsewhere.\n",
	      stderr);
	int result = output_render(loaded, &output);
	if (result == EXIT_DONE)
		fprintf(stderr, "It is in %s.\n", output.path);
	else {
		fputs("To put it elsewhere: stillroom render ", stderr);
		print_asked(options);
		fputs(" -o FILE\n", stderr);
	}
	return result;
}

static void print_start(void *user)
{
	const struct loaded *loaded = user;
	int64_t sec = loaded->score->frames / ENGINE_RATE_HZ;
	if (isatty(STDERR_FILENO) && isatty(STDIN_FILENO))
		fprintf(stderr, "%s, %" PRId64 ":%02" PRId64 ". Space pauses, arrows change the part, q ends.\n",
		        loaded->routine->title, sec / 60, sec % 60);
}

static void print_where(const struct play_options *options, int64_t at_frames)
{
	int64_t sec = at_frames / ENGINE_RATE_HZ;
	fputs("To go on from there: stillroom play ", stderr);
	print_asked(options);
	fprintf(stderr, " --from %" PRId64 "m%02" PRId64 "s%s%s\n", sec / 60, sec % 60, options->to ? " --to " : "",
	        options->to ? options->to : "");
}

static int finish_live(struct loaded *loaded, const struct play_options *options, const struct sink *sink,
                       const struct live_result *result)
{
	switch (result->end) {
	case END_NO_OUTPUT:
		if (!options->to && result->status == STATUS_NO_DEVICE)
			return render_instead(loaded, options);
		fprintf(stderr, "stillroom: the output does not open: %s\n", sink->message);
		return EXIT_FAILED;
	case END_LOST_OUTPUT:
		fprintf(stderr, "stillroom: the session has stopped, since its output was lost: %s\n", sink->message);
		print_where(options, result->at_frames);
		return EXIT_FAILED;
	case END_NONE:
	case END_DONE:
	case END_STOPPED:
		break;
	}
	return EXIT_DONE;
}

static struct stage *create_stage(struct sink *sink, struct phrases *phrases, bool to_device)
{
	struct stage_setup setup = {.sink = sink, .phrases = phrases, .guard = to_device};
	int n = 0;
	setup.controls[n++] = setup.terminal = terminal_open(STDIN_FILENO, to_device);
	if (to_device) {
		setup.controls[n++] = socket_open();
		setup.controls[n++] = mpris_create();
		setup.controls[n++] = inhibit_create();
	}
	return stage_create(&setup);
}

static int play_live(struct loaded *loaded, const struct play_options *options)
{
	int result = load_mix(loaded);
	if (result != EXIT_DONE)
		return result;
	struct live_options live_options = {
		.begin_frames = options->output.begin_frames,
		.volume_db = options->output.volume_db,
		.most_failures = is_device(options->to) ? DEVICE_MOST_FAILURES : 1,
		.title = loaded->routine->title,
		.hooks = {.user = loaded, .opened = print_start},
	};
	struct sink *sink = create_sink(loaded, options);
	struct phrases *phrases = phrases_create(loaded->pack, NULL);
	struct stage *stage = create_stage(sink, phrases, is_device(options->to));
	struct live_result live = live_play(stage, loaded->score, loaded->mix, &live_options);
	int signal = stage_signal(stage);
	stage_destroy(stage);
	phrases_destroy(phrases);
	result = finish_live(loaded, options, sink, &live);
	sink_destroy(sink);
	if (signal)
		output_die_by(signal);
	return result;
}

static int play(struct loaded *loaded, struct play_options *options, const char *from)
{
	options->output.end_frames = loaded->score->frames;
	if (from && !load_position(loaded, from, &options->output.begin_frames))
		return EXIT_WRONG;
	if (is_device(options->to) || (is_raw_or_null(options->to) && !options->fast))
		return play_live(loaded, options);
	options->output.path = options->to;
	return output_render(loaded, &options->output);
}

int command_play(int argc, char **argv)
{
	struct play_options options = {0};
	const char *from = NULL, *volume = NULL, *format = NULL;
	const struct option_spec table[] = {
		{"to", 0, &options.to, NULL},
		{"from", 0, &from, NULL},
		{"voice", 0, &options.load.voice, NULL},
		{"with", OPTION_AGAIN, options.load.with, NULL},
		{"volume", 0, &volume, NULL},
		{"format", 0, &format, NULL},
		{"fast", 0, NULL, &options.fast},
		{"verbose", 'v', NULL, &options.verbose},
		{NULL, 0, NULL, NULL},
	};
	int count = options_read(argc, argv, table);
	if (count < 0 || !output_parse_volume(volume, &options.output.volume_db) ||
	    !output_parse_format(format, &options.output.format))
		return EXIT_WRONG;
	if (count > 1) {
		fputs("stillroom: play takes one routine, as in: stillroom play evening\n", stderr);
		return EXIT_WRONG;
	}
	if (options.fast && is_device(options.to)) {
		fputs("stillroom: --fast is not for devices; the ear has one pace\n", stderr);
		return EXIT_WRONG;
	}
	options.routine = count ? argv[1] : DEFAULT_ROUTINE;
	if (options.to && !output_allows(options.to))
		return EXIT_WRONG;
	struct loaded loaded;
	int result = load_session(&loaded, options.routine, &options.load);
	if (result == EXIT_DONE)
		result = play(&loaded, &options, from);
	load_finish(&loaded);
	return result;
}
