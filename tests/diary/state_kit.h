// A state folder of the test's own, and children that do what may end them.
#ifndef TESTS_DIARY_STATE_KIT_H
#define TESTS_DIARY_STATE_KIT_H

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct kit {
	char folder[64];
};

static inline int kit_setup(void **state)
{
	struct kit *kit = calloc(1, sizeof *kit);
	snprintf(kit->folder, sizeof kit->folder, "/tmp/stillroom-test-XXXXXX");
	*state = kit;
	return mkdtemp(kit->folder) ? 0 : -1;
}

static inline int kit_teardown(void **state)
{
	struct kit *kit = *state;
	char command[256];
	snprintf(command, sizeof command, "chmod -R u+w %s && rm -rf %s", kit->folder, kit->folder);
	int result = system(command);
	free(kit);
	return result;
}

static inline const char *kit_path(const struct kit *kit, const char *name)
{
	static char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s", kit->folder, name);
	return path;
}

static inline void kit_write(const struct kit *kit, const char *name, const void *bytes, size_t count)
{
	int fd = open(kit_path(kit, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, count), count);
	close(fd);
}

// With a NUL behind; *count may be NULL.
static inline char *kit_read(const struct kit *kit, const char *name, size_t *count)
{
	FILE *file = fopen(kit_path(kit, name), "rb");
	char *bytes = calloc(1, 1 << 20);
	size_t n = file ? fread(bytes, 1, (1 << 20) - 1, file) : 0;
	if (file)
		fclose(file);
	if (count)
		*count = n;
	return bytes;
}

// The child's own word on how it went: 0 is well.
static inline int kit_in_child(int (*act)(struct kit *kit), struct kit *kit)
{
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(act(kit));
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// In a child: root may write anywhere, so it becomes nobody, to whom the folder then belongs.
static inline int kit_without_rights(const struct kit *kit, mode_t mode)
{
	if (geteuid() == 0 && (chown(kit->folder, 65534, 65534) != 0 || chmod(kit->folder, mode) != 0 ||
	                       setgid(65534) != 0 || setuid(65534) != 0))
		return -1;
	return chmod(kit->folder, mode);
}

static inline bool kit_tell(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool told = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	return fd >= 0 && close(fd) == 0 && told;
}

// In a child: the folder becomes a small disk of its own. false: no right to mount one.
static inline bool kit_mount(const struct kit *kit, const char *options)
{
	char user[64], group[64];
	snprintf(user, sizeof user, "0 %u 1", (unsigned)geteuid());
	snprintf(group, sizeof group, "0 %u 1", (unsigned)getegid());
	if (geteuid() != 0 && (unshare(CLONE_NEWUSER) != 0 || !kit_tell("/proc/self/uid_map", user) ||
	                       !kit_tell("/proc/self/setgroups", "deny") || !kit_tell("/proc/self/gid_map", group)))
		return false;
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", kit->folder, "tmpfs", 0, options) == 0;
}

#endif
