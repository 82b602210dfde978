#include "base/frames.h"
#include "base/thread.h"
#include "cli/command.h"
#include "cli/complaint.h"
#include "cli/options.h"
#include "cli/output.h"

#include <stdlib.h>
#include <string.h>

static bool parse_jobs(const char *text, int *jobs)
{
	char *end;
	long n = text ? strtol(text, &end, 10) : 0;
	*jobs = (int)n;
	if (!text || (*text && *end == 0 && n >= 1 && n <= 256))
		return true;
	complaint_print("--jobs %s: a number of threads from 1 to 256", text);
	return false;
}

static bool parse_range(const struct loaded *loaded, const char *from, const char *length, struct output_options *o)
{
	o->begin_frames = 0;
	o->end_frames = loaded->score->frames;
	if (from && !load_position(loaded, from, &o->begin_frames))
		return false;
	if (!length)
		return true;
	int64_t frames;
	if (!load_length(length, &frames))
		return false;
	if (frames < o->end_frames - o->begin_frames)
		o->end_frames = o->begin_frames + frames;
	return true;
}

int command_render(int argc, char **argv)
{
	const char *path = NULL, *from = NULL, *length = NULL, *jobs = NULL, *volume = NULL, *format = NULL;
	struct load_options load = {0};
	const struct option_spec table[] = {
		{"output", 'o', &path, NULL},
		{"from", 0, &from, NULL},
		{"for", 0, &length, NULL},
		{"jobs", 'j', &jobs, NULL},
		{"voice", 0, &load.voice, NULL},
		{"volume", 0, &volume, NULL},
		{"with", OPTION_AGAIN, load.with, NULL},
		{"format", 0, &format, NULL},
		{NULL, 0, NULL, NULL},
	};
	int count = options_read(argc, argv, table);
	struct output_options options = {0};
	if (count < 0 || !parse_jobs(jobs, &options.jobs) || !output_parse_volume(volume, &options.volume_db) ||
	    !output_parse_format(format, &options.format))
		return EXIT_WRONG;
	if (count != 1 || !path) {
		fputs("stillroom: render needs one routine and -o FILE, as in: stillroom render evening -o "
		      "evening.opus\n",
		      stderr);
		return EXIT_WRONG;
	}
	options.path = path;
	if (options.jobs ==
	    1) // what the decoder's process gives then lies in this one's cache: a tenth less of its time
		thread_stay();
	load.heard_as_mixed = strcmp(path, "-") != 0 && !from && !length; // into a file, and all of it
	struct loaded loaded;
	int result = load_session(&loaded, argv[1], &load);
	if (result == EXIT_DONE)
		result = parse_range(&loaded, from, length, &options) ? output_render(&loaded, &options) : EXIT_WRONG;
	load_finish(&loaded);
	return result;
}
