// Arrow keys arrive as ESC [ letter or ESC O letter (ECMA-48 and the VT100's application mode).
#include "session/keys.h"

#include "base/memory.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

struct keys {
	int fd;
	struct termios before;
	char bytes[64];
	size_t count;
};

static void make_quiet(int fd, const struct termios *before)
{
	struct termios quiet = *before;
	quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	quiet.c_cc[VMIN] = 0;
	quiet.c_cc[VTIME] = 0;
	tcsetattr(fd, TCSANOW, &quiet);
}

struct keys *keys_open(int fd)
{
	struct termios before;
	if (!isatty(fd) || tcgetattr(fd, &before) != 0 || tcgetpgrp(fd) != getpgrp())
		return NULL;
	struct keys *keys = memory_alloc(sizeof *keys);
	keys->fd = fd;
	keys->before = before;
	make_quiet(fd, &before);
	return keys;
}

void keys_close(struct keys *keys)
{
	if (!keys)
		return;
	tcsetattr(keys->fd, TCSAFLUSH, &keys->before);
	free(keys);
}

void keys_again(struct keys *keys)
{
	if (keys && tcgetpgrp(keys->fd) == getpgrp())
		make_quiet(keys->fd, &keys->before);
}

int keys_fd(const struct keys *keys)
{
	return keys->fd;
}

static enum key arrow(char letter)
{
	return letter == 'C' ? KEY_RIGHT : letter == 'D' ? KEY_LEFT : KEY_OTHER;
}

enum key keys_decode(const char *bytes, size_t count, size_t *used)
{
	*used = 0;
	if (count == 0)
		return KEY_NONE;
	*used = 1;
	if (bytes[0] == ' ')
		return KEY_SPACE;
	if (bytes[0] == 'q' || bytes[0] == 'Q')
		return KEY_QUIT;
	if (bytes[0] != '\033')
		return KEY_OTHER;
	if (count == 1)
		return KEY_OTHER; // the Escape key: what a sequence brings arrives in one piece
	if (bytes[1] != '[' && bytes[1] != 'O')
		return KEY_OTHER;
	for (size_t i = 2; i < count; i++)
		if (bytes[i] >= '@' && bytes[i] <= '~') {
			*used = i + 1;
			return arrow(bytes[i]);
		}
	*used = 0;
	return KEY_NONE;
}

static void fill(struct keys *keys)
{
	struct pollfd waiting = {.fd = keys->fd, .events = POLLIN};
	if (keys->count == sizeof keys->bytes || poll(&waiting, 1, 0) <= 0)
		return;
	ssize_t got = read(keys->fd, keys->bytes + keys->count, sizeof keys->bytes - keys->count);
	if (got > 0)
		keys->count += (size_t)got;
	else if (got == 0 || errno != EINTR)
		keys->fd = -1; // the terminal has gone; poll passes over -1
}

enum key keys_read(struct keys *keys)
{
	fill(keys);
	size_t used;
	enum key key = keys_decode(keys->bytes, keys->count, &used);
	if (used == 0 && keys->count == sizeof keys->bytes)
		used = keys->count; // nothing a keyboard sends
	memmove(keys->bytes, keys->bytes + used, keys->count - used);
	keys->count -= used;
	return key;
}
