#include "cli/resume.h"

#include "base/arena.h"
#include "cli/command.h"
#include "cli/record.h"
#include "control/remote.h"
#include "diary/state.h"

#include <stdlib.h>

int resume_play(struct sitting *sitting, const struct bookmark *mark, struct arena *arena)
{
	record_asked(mark, arena, sitting->options);
	return play_in_the_dark(sitting, mark);
}

static int resume(struct play_options *options)
{
	struct arena *arena = arena_create();
	char *folder = state_folder();
	struct bookmark mark;
	int result = EXIT_FAILED;
	bool known = bookmark_last(folder, &mark);
	if (!known || mark.finished) {
		fputs("stillroom: no session was left unfinished; stillroom list shows what there is\n", stderr);
	} else if (mark.playing) {
		fputs("stillroom: that session is being played now; stillroom ctl resume ends its pause\n", stderr);
	} else {
		struct sitting sitting;
		sitting_open(&sitting, options);
		result = resume_play(&sitting, &mark, arena);
	}
	bookmark_finish(&mark);
	free(folder);
	arena_destroy(arena);
	return result;
}

int command_resume(int argc, char **argv)
{
	struct play_options options = {0};
	const char *volume = NULL;
	const struct option_spec table[] = {
		{"to", 0, &options.to, NULL},
		{"volume", 0, &volume, NULL},
		{"screen", 0, NULL, &options.screen},
		{"remote", 0, &options.remote, NULL},
		{"no-questions", 0, NULL, &options.unasked},
		{"no-guard", 0, NULL, &options.unguarded},
		{"verbose", 'v', NULL, &options.verbose},
		{NULL, 0, NULL, NULL},
	};
	int count = options_read(argc, argv, table);
	if (count < 0 || !output_parse_volume(volume, &options.output.volume_db) || !play_has_remote(&options))
		return EXIT_WRONG;
	if (count > 0 || !play_to_device(&options)) {
		fputs("stillroom: resume goes on with the last session, on an output: stillroom resume\n", stderr);
		return EXIT_WRONG;
	}
	options.has_volume = volume != NULL;
	return resume(&options);
}
