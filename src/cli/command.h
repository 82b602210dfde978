// The commands of stillroom. Control thread.
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdio.h>

struct command {
	const char *name;
	const char *summary;               // one line for the list of commands
	const char *help;                  // what --help prints: examples first
	int (*run)(int argc, char **argv); // argv[0] is the command's name; gives the exit status
	void (*more)(FILE *out);           // of the help, or NULL
};

int command_play(int argc, char **argv);
int command_render(int argc, char **argv);
int command_check(int argc, char **argv);
int command_list(int argc, char **argv);
int command_show(int argc, char **argv);
int command_devices(int argc, char **argv);
int command_voice(int argc, char **argv);
int command_resume(int argc, char **argv);
int command_ctl(int argc, char **argv);
int command_calibrate(int argc, char **argv);
int command_attack(int argc, char **argv);
int command_diary(int argc, char **argv);
int command_due(int argc, char **argv);
int command_plan(int argc, char **argv);
int command_diary_report(int argc, char **argv); // of `diary report`; argv[0] is "report"

void command_ctl_words(FILE *out);

#endif
