#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"

int command_show(int argc, char **argv)
{
	struct load_options options = {0};
	bool events = false;
	const struct option_spec table[] = {{"voice", 0, &options.voice, NULL},
	                                    {"with", OPTION_AGAIN, options.with, NULL},
	                                    {"score", 0, NULL, &events},
	                                    {NULL, 0, NULL, NULL}};
	int count = options_read(argc, argv, table);
	if (count < 0)
		return EXIT_WRONG;
	if (count > 1) {
		fputs("stillroom: show takes one routine, as in: stillroom show evening\n", stderr);
		return EXIT_WRONG;
	}
	struct loaded loaded;
	int result = load_session(&loaded, count ? argv[1] : DEFAULT_ROUTINE, &options);
	if (result == EXIT_DONE && events)
		score_print(loaded.score, stdout);
	else if (result == EXIT_DONE)
		score_print_timetable(loaded.score, stdout);
	load_finish(&loaded);
	return result;
}
