// Keys of a terminal. Control thread.
//
// While it is open a key comes at once and is not shown; the terminal is given back as it was on close.
#ifndef SESSION_KEYS_H
#define SESSION_KEYS_H

#include <stddef.h>

enum key { KEY_NONE, KEY_SPACE, KEY_LEFT, KEY_RIGHT, KEY_QUIT, KEY_OTHER };

struct keys;

struct keys *keys_open(int fd);       // NULL when the descriptor is no terminal
void keys_close(struct keys *keys);   // NULL is fine
void keys_again(struct keys *keys);   // after a stop in the shell, which has taken the terminal back; NULL is fine
int keys_fd(const struct keys *keys); // to wait on

// The next key that has arrived, KEY_NONE when there is none, without waiting.
enum key keys_read(struct keys *keys);

// Takes one key from the front of bytes; *used tells how many were used, 0 when an escape sequence is not whole yet.
enum key keys_decode(const char *bytes, size_t count, size_t *used);

#endif
