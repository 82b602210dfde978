// stillroom diary: finds what is to be done with it.
#include "cli/diary.h"

#include "cli/command.h"
#include "cli/complaint.h"
#include "cli/options.h"
#include "diary/rows.h"
#include "diary/state.h"
#include "yaml/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"list", diary_list},      {"find", diary_find},
	{"add", diary_add},        {"edit", diary_edit},
	{"delete", diary_remove},  {"export", diary_write_out},
	{"import", diary_read_in}, {"backup", diary_copy},
	{"erase", diary_wipe},     {"report", command_diary_report},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

bool diary_here_open(struct diary_here *here)
{
	char told[DIARY_TOLD_BYTES];
	here->folder = state_folder();
	here->diary = diary_open(here->folder, told);
	if (told[0])
		complaint_print("%s", told);
	if (here->diary)
		return true;
	free(here->folder);
	return false;
}

void diary_here_close(struct diary_here *here)
{
	diary_close(here->diary);
	free(here->folder);
}

bool diary_here_find(struct diary_here *here, const char *piece, char id[DIARY_ID_BYTES])
{
	int count = rows_find_id(diary_store(here->diary), piece, id);
	if (count == 0)
		complaint_print("there is no entry \"%s\"; stillroom diary shows them", piece);
	if (count > 1)
		complaint_print("\"%s\" means more than one entry; give more of it", piece);
	return count == 1;
}

bool diary_confirm(const char *question)
{
	char answer[16];
	fprintf(stderr, "%s", question);
	fflush(stderr);
	return fgets(answer, sizeof answer, stdin) && strcmp(answer, "yes\n") == 0;
}

int command_diary(int argc, char **argv)
{
	const char *names[COMMANDS + 1] = {0};
	if (argc < 2 || argv[1][0] == '-')
		return diary_list(argc, argv);
	for (int i = 0; i < COMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
		names[i] = commands[i].name;
	}
	const char *near = yaml_nearest(argv[1], names);
	if (near)
		complaint_print("the diary knows no \"%s\"; did you mean \"%s\"?", argv[1], near);
	else
		complaint_print("the diary knows no \"%s\"; stillroom diary --help tells what it knows", argv[1]);
	return EXIT_WRONG;
}
