#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"
#include "cli/progress.h"

static void check_beds(struct loaded *loaded)
{
	struct progress progress = progress_begin(stderr, "checking");
	mix_check_beds(loaded->mix, progress_show, &progress, &loaded->faults);
	progress_end(&progress);
}

// A routine is checked with its voice and its beds; a technique by itself, since its words depend on who uses it.
static size_t check(const char *path, const struct load_options *options)
{
	struct loaded loaded;
	load_begin(&loaded);
	const char *found = data_find_routine(&loaded.paths, path);
	if (load_all(&loaded, found ? found : path, options, false) == STATUS_OK &&
	    mix_create(&loaded.mix, loaded.score, &loaded.faults) == STATUS_OK)
		check_beds(&loaded);
	size_t faults = load_print_faults(&loaded);
	load_finish(&loaded);
	return faults;
}

int command_check(int argc, char **argv)
{
	struct load_options options = {0};
	const struct option_spec table[] = {
		{"voice", 0, &options.voice, NULL}, {"with", OPTION_AGAIN, options.with, NULL}, {NULL, 0, NULL, NULL}};
	int count = options_read(argc, argv, table);
	if (count < 0 || !load_options_fit(&options))
		return EXIT_WRONG;
	if (count == 0) {
		fputs("stillroom: check needs a file, as in: stillroom check my/own.yaml\n", stderr);
		return EXIT_WRONG;
	}
	size_t faults = 0;
	for (int i = 1; i <= count; i++)
		faults += check(argv[i], &options);
	return faults ? EXIT_WRONG : EXIT_DONE;
}
