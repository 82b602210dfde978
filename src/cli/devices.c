#include "cli/command.h"
#include "cli/data.h"
#include "cli/options.h"
#include "out/sink.h"

#include <stdio.h>
#include <stdlib.h>

int command_devices(int argc, char **argv)
{
	bool json = false, verbose = false;
	const struct option_spec table[] = {
		{"json", 0, NULL, &json}, {"verbose", 'v', NULL, &verbose}, {NULL, 0, NULL, NULL}};
	int count = options_read(argc, argv, table);
	if (count < 0)
		return EXIT_WRONG;
	if (count > 0) {
		fputs("stillroom: devices lists them all; play --to device:NAME takes one\n", stderr);
		return EXIT_WRONG;
	}
	struct data_paths paths = data_paths_init();
	char *listing = NULL;
	enum status status = sink_list_devices(paths.device_program, json, verbose, &listing);
	if (listing)
		fputs(listing, stdout);
	else if (status == STATUS_NO_DEVICE)
		fputs("stillroom: this machine has no sound output\n", stderr);
	else
		fputs("stillroom: the sound outputs cannot be listed; --verbose shows what the drivers say\n", stderr);
	free(listing);
	data_paths_finish(&paths);
	return status == STATUS_OK ? EXIT_DONE : EXIT_FAILED;
}
