// Sockets are addressed as /proc/self/fd/FOLDER/NAME: that fits into an address however long the folder's path is, and
// nobody can put another folder in its place meanwhile.
//
// A socket listens before it gets its name, so one that refuses is dead for certain, and its name may go.
#include "control/socket_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BACKLOG = 16, MOST_PLAYERS = 16, CONNECT_MOST_SEC = 3 };

static const char PREFIX[] = "player-";

static bool folder_path(char *path, size_t bytes)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	int n = runtime && runtime[0] == '/' ? snprintf(path, bytes, "%s/stillroom", runtime)
	                                     : snprintf(path, bytes, "/tmp/stillroom-%u", (unsigned)geteuid());
	return n > 0 && (size_t)n < bytes;
}

int socket_folder_open(bool make)
{
	char path[4096];
	struct stat is;
	if (!folder_path(path, sizeof path))
		return -1;
	if (make)
		mkdir(path, 0700);
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -1;
	if (fstat(folder, &is) == 0 && is.st_uid == geteuid() && (is.st_mode & 077) == 0)
		return folder;
	close(folder);
	return -1;
}

static struct sockaddr_un address_of(int folder, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%.60s", folder, name);
	return address;
}

// A player that is stopped and has a full queue says EAGAIN: alive.
static int try_connect(int folder, const char *name, int patience_sec)
{
	struct sockaddr_un address = address_of(folder, name);
	struct timeval patience = {.tv_sec = patience_sec};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (patience_sec ? 0 : SOCK_NONBLOCK), 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	int error = errno;
	close(fd);
	errno = error;
	return -1;
}

// ---- Who is there

struct player {
	char name[SOCKET_NAME_BYTES];
	struct timespec since;
};

static bool is_later(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

// Kept in order, the latest first.
static void insert(struct player *players, int *count, const struct player *player)
{
	int at = *count;
	while (at > 0 && is_later(&player->since, &players[at - 1].since))
		at--;
	if (at == MOST_PLAYERS)
		return;
	*count += *count < MOST_PLAYERS;
	for (int i = *count - 1; i > at; i--)
		players[i] = players[i - 1];
	players[at] = *player;
}

static int find_players(int folder, struct player players[MOST_PLAYERS])
{
	int count = 0;
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
	if (!dir && copy >= 0)
		close(copy);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		struct player player;
		struct stat is;
		size_t n = strlen(entry->d_name);
		if (strncmp(entry->d_name, PREFIX, sizeof PREFIX - 1) != 0 || n >= sizeof player.name ||
		    fstatat(folder, entry->d_name, &is, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISSOCK(is.st_mode))
			continue;
		memcpy(player.name, entry->d_name, n + 1);
		player.since = is.st_mtim;
		insert(players, &count, &player);
	}
	if (dir)
		closedir(dir);
	return count;
}

int socket_folder_connect(int folder)
{
	struct player players[MOST_PLAYERS];
	int count = find_players(folder, players);
	for (int i = 0; i < count; i++) {
		int fd = try_connect(folder, players[i].name, CONNECT_MOST_SEC);
		if (fd >= 0 || errno == EAGAIN)
			return fd;
	}
	errno = ENOENT;
	return -1;
}

static void sweep(int folder)
{
	struct player players[MOST_PLAYERS];
	int count = find_players(folder, players);
	for (int i = 0; i < count; i++) {
		int fd = try_connect(folder, players[i].name, 0);
		if (fd >= 0)
			close(fd);
		else if (errno == ECONNREFUSED)
			unlinkat(folder, players[i].name, 0);
	}
}

// ---- Listen

// The first free name: another may have our number where processes are numbered apart.
static bool give_name(int folder, const char *nameless, char name[SOCKET_NAME_BYTES])
{
	for (int i = 1; i <= MOST_PLAYERS; i++) {
		snprintf(name, SOCKET_NAME_BYTES, "%s%ld-%d", PREFIX, (long)getpid(), i);
		if (renameat2(folder, nameless, folder, name, RENAME_NOREPLACE) == 0)
			return true;
	}
	return false;
}

int socket_folder_listen(int folder, char name[SOCKET_NAME_BYTES])
{
	char nameless[SOCKET_NAME_BYTES];
	struct timespec at;
	sweep(folder);
	clock_gettime(CLOCK_MONOTONIC, &at);
	snprintf(nameless, sizeof nameless, ".new-%ld-%09ld", (long)getpid(), at.tv_nsec);
	struct sockaddr_un address = address_of(folder, nameless);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	bool bound = bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
	if (bound && chmod(address.sun_path, 0600) == 0 && listen(fd, BACKLOG) == 0 &&
	    give_name(folder, nameless, name))
		return fd;
	if (bound)
		unlinkat(folder, nameless, 0);
	close(fd);
	return -1;
}
