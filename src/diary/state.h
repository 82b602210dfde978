// The folder in which what is remembered lies: $XDG_STATE_HOME/stillroom, else ~/.local/state/stillroom. Control thread.
//
// Every call of this floor takes a folder of NULL and then keeps nothing: no home, a home that can only be read and a
// full disk leave the session as it is.
#ifndef DIARY_STATE_H
#define DIARY_STATE_H

#include <stdbool.h>
#include <stdint.h>

// Its path, made if need be, ours and for nobody else (0700). NULL when there is none to be had. Free it with free().
char *state_folder(void);

// The folder, to open files in; -1 when it is NULL, gone or not ours.
int state_open(const char *folder);

// A regular file of ours in it, opened as `flags` say; for us alone (0600) unless it is only read. -1 when there is none.
// No link is followed.
int state_open_file(int folder_fd, const char *name, int flags);

// Whether a file may grow to this: past the process's limit a write would end the program by SIGXFSZ.
bool state_may_grow_to(int64_t bytes);

#endif
