// What the commands of `stillroom diary` share. Control thread.
#ifndef CLI_DIARY_H
#define CLI_DIARY_H

#include "diary/diary.h"

struct diary_here {
	char *folder;
	struct diary *diary;
};

// false after a message: there is no diary to be had. A damaged one that was set aside is told too.
bool diary_here_open(struct diary_here *here);
void diary_here_close(struct diary_here *here);

// The id that a piece of one means; false after a message.
bool diary_here_find(struct diary_here *here, const char *piece, char id[DIARY_ID_BYTES]);

// The last `most` entries in which all words stand, one below the other; NULL-ended words. How many there were; -1: the
// diary cannot be read.
int diary_print_entries(struct diary *diary, const char *const *words, int most, const char *id);

// Asks on the terminal; true when the answer is the word "yes".
bool diary_confirm(const char *question);

int diary_list(int argc, char **argv);
int diary_find(int argc, char **argv);
int diary_add(int argc, char **argv);
int diary_edit(int argc, char **argv);
int diary_remove(int argc, char **argv);
int diary_write_out(int argc, char **argv);
int diary_read_in(int argc, char **argv);
int diary_copy(int argc, char **argv);
int diary_wipe(int argc, char **argv);

#endif
