// Names that stay in the folder are opened, all others are refused, by the kernel's way and by walking.
#include "base/folder.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char dir[64];
	struct folder folder;
};

static void write_file(const struct folder *folder, const char *name, const char *text)
{
	int fd = openat(folder->fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void make_socket(const char *dir)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%.60s/in/socket", dir);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
}

// DIR/in is the folder; DIR/secret lies outside.
static int set_up(void **state)
{
	struct fixture *fixture = memory_alloc(sizeof *fixture);
	char path[80];
	strcpy(fixture->dir, "/tmp/stillroom-folder-XXXXXX");
	assert_non_null(mkdtemp(fixture->dir));
	snprintf(path, sizeof path, "%s/in", fixture->dir);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(folder_open(&fixture->folder, path), STATUS_OK);
	int fd = fixture->folder.fd;
	write_file(&fixture->folder, "../secret", "secret");
	write_file(&fixture->folder, "plain", "plain words");
	assert_int_equal(mkdirat(fd, "sub", 0755), 0);
	write_file(&fixture->folder, "sub/deep", "deep");
	write_file(&fixture->folder, "sub/..dots", "dots");
	assert_int_equal(symlinkat("../secret", fd, "out"), 0);
	assert_int_equal(symlinkat("/etc/passwd", fd, "absolute"), 0);
	assert_int_equal(symlinkat("..", fd, "up"), 0);
	assert_int_equal(symlinkat("/proc/self/root", fd, "magic"), 0);
	assert_int_equal(symlinkat("sub/deep", fd, "within"), 0);
	assert_int_equal(symlinkat("loop", fd, "loop"), 0);
	assert_int_equal(mkfifoat(fd, "fifo", 0644), 0);
	make_socket(fixture->dir);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	char command[96];
	folder_close(&fixture->folder);
	folder_close(&fixture->folder);
	snprintf(command, sizeof command, "rm -r %s", fixture->dir);
	int result = system(command);
	free(fixture);
	return result;
}

typedef int open_fn(const struct folder *folder, const char *name, const char **why);
static open_fn *const ways[] = {folder_open_file, folder_walk_file};

static void expect_open(open_fn *open_file, const struct folder *folder, const char *name, const char *text)
{
	const char *why;
	char got[32] = {0};
	int fd = open_file(folder, name, &why);
	if (fd < 0)
		fail_msg("%s was refused: %s", name, why);
	assert_int_equal(read(fd, got, sizeof got - 1), (ssize_t)strlen(text));
	assert_string_equal(got, text);
	close(fd);
}

static void expect_refused(open_fn *open_file, const struct folder *folder, const char *name, const char *text)
{
	const char *why = NULL;
	int fd = open_file(folder, name, &why);
	if (fd >= 0)
		fail_msg("%s was opened", name);
	assert_string_equal(why, text);
}

static void test_folder_opens_what_is_in_it(void **state)
{
	const struct folder *folder = &((struct fixture *)*state)->folder;
	for (int i = 0; i < 2; i++) {
		expect_open(ways[i], folder, "plain", "plain words");
		expect_open(ways[i], folder, "sub/deep", "deep");
		expect_open(ways[i], folder, "sub//deep", "deep");
		expect_open(ways[i], folder, "./sub/./deep", "deep");
		expect_open(ways[i], folder, "sub/..dots", "dots");
	}
}

static void test_folder_refuses_what_leads_outside(void **state)
{
	const struct folder *folder = &((struct fixture *)*state)->folder;
	static const char *const names[] = {"../secret", "sub/../../secret", "sub/../plain", "..",
	                                    "out",       "absolute",         "up/secret",    "magic/etc/passwd"};
	for (int i = 0; i < 2; i++) {
		for (size_t n = 0; n < sizeof names / sizeof *names; n++)
			expect_refused(ways[i], folder, names[n], "it leads out of its folder");
		expect_refused(ways[i], folder, "loop", "links lead in a circle there");
		expect_refused(ways[i], folder, "/etc/passwd",
		               "its name must be relative to its folder, without a / in front");
		expect_refused(ways[i], folder, "/proc/self/cmdline",
		               "its name must be relative to its folder, without a / in front");
	}
}

static void test_folder_refuses_what_is_no_file(void **state)
{
	const struct folder *folder = &((struct fixture *)*state)->folder;
	char long_name[400];
	memset(long_name, 'x', sizeof long_name);
	long_name[sizeof long_name - 1] = '\0';
	for (int i = 0; i < 2; i++) {
		expect_refused(ways[i], folder, "fifo", "it is not a regular file");
		expect_refused(ways[i], folder, "socket", "it is not a regular file");
		expect_refused(ways[i], folder, "sub", "it is a folder, not a file");
		expect_refused(ways[i], folder, "sub/", "it is a folder, not a file");
		expect_refused(ways[i], folder, ".", "it is a folder, not a file");
		expect_refused(ways[i], folder, "", "a file name is missing");
		expect_refused(ways[i], folder, "nothing", "there is no such file");
		expect_refused(ways[i], folder, "plain/more", "there is no such file");
		expect_refused(ways[i], folder, "fifo/more", "there is no such file");
		expect_refused(ways[i], folder, long_name, "its name is too long");
	}
}

// Links that stay inside are followed where the kernel can watch over it, and never by walking.
static void test_folder_follows_only_links_within(void **state)
{
	const struct folder *folder = &((struct fixture *)*state)->folder;
	const char *why;
	int fd = folder_open_file(folder, "within", &why);
	if (fd >= 0)
		close(fd);
	else
		assert_string_equal(why, "it leads out of its folder"); // a kernel without openat2
	expect_refused(folder_walk_file, folder, "within", "it leads out of its folder");
}

static void test_folder_tells_why_it_does_not_open(void **state)
{
	const struct fixture *fixture = *state;
	static const char *const rows[][2] = {{"nowhere", "there is no such folder"},
	                                      {"plain", "there is no such folder"},
	                                      {"loop", "links lead in a circle there"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct folder folder;
		char path[96];
		snprintf(path, sizeof path, "%s/in/%s", fixture->dir, rows[i][0]);
		assert_int_not_equal(folder_open(&folder, path), STATUS_OK);
		assert_string_equal(folder_open_why(errno), rows[i][1]);
	}
	assert_string_equal(folder_open_why(EACCES), "its folder may not be read by you");
}

static void test_folder_holds_folders_below_it(void **state)
{
	const struct folder *folder = &((struct fixture *)*state)->folder;
	const char *why;
	assert_true(folder_holds_folder(folder, "sub", &why));
	assert_null(why);
	static const char *const refused[][2] = {
		{"up", "it leads out of its folder"},
		{"..", "it leads out of its folder"},
		{"within", "it is no folder"},
		{"nowhere", "there is no such file"},
		{"up/in/sub", "it leads out of its folder"},
	};
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		assert_false(folder_holds_folder(folder, refused[i][0], &why));
		assert_string_equal(why, refused[i][1]);
	}
}

static void refuse_openat2(int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		_exit(77);
}

// In a child whose openat2 is taken away, as old kernels and some containers do.
static int child_without_openat2(const struct folder *folder, int error)
{
	pid_t child = fork();
	if (child == 0) {
		const char *why;
		refuse_openat2(error);
		int good = folder_open_file(folder, "sub/deep", &why);
		int bad = folder_open_file(folder, "up/secret", &why);
		int link = folder_open_file(folder, "within", &why);
		_exit(good >= 0 && bad < 0 && link < 0 ? 0 : 1);
	}
	int result = -1;
	assert_int_equal(waitpid(child, &result, 0), child);
	return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}

static void test_folder_walks_where_openat2_is_missing(void **state)
{
	const struct folder *folder = &((struct fixture *)*state)->folder;
	int result = child_without_openat2(folder, ENOSYS);
	if (result == 77)
		skip();
	assert_int_equal(result, 0);
	assert_int_equal(child_without_openat2(folder, EPERM), 0);
}

static void test_folder_open_says_what_is_missing(void **state)
{
	struct fixture *fixture = *state;
	struct folder folder;
	assert_int_equal(folder_open(&folder, "/nowhere/at/all"), STATUS_NOT_FOUND);
	assert_int_equal(folder.fd, -1);
	folder_close(&folder);
	assert_int_equal(folder_open(&folder, ""), STATUS_NOT_FOUND);
	char path[80];
	snprintf(path, sizeof path, "%s/secret", fixture->dir);
	assert_int_equal(folder_open(&folder, path), STATUS_NOT_FOUND);
	folder = (struct folder){0};
	folder_close(&folder);
	assert_true(fcntl(0, F_GETFD) >= 0); // a zeroed folder does not own descriptor 0
}

static void test_folder_leaks_no_descriptor(void **state)
{
	const struct folder *folder = &((struct fixture *)*state)->folder;
	static const char *const names[] = {"sub/nothing", "fifo", "sub", "out", "up/secret", "plain/more"};
	int before = dup(folder->fd);
	close(before);
	const char *why;
	for (size_t n = 0; n < sizeof names / sizeof *names; n++)
		for (int i = 0; i < 2; i++)
			ways[i](folder, names[n], &why);
	int after = dup(folder->fd);
	close(after);
	assert_int_equal(after, before);
}

static void test_folder_reads_texts_up_to_a_size(void **state)
{
	const struct folder *folder = &((struct fixture *)*state)->folder;
	size_t length;
	const char *why;
	char *text = folder_read_text(folder, "plain", 11, &length, &why);
	assert_non_null(text);
	assert_int_equal(length, 11);
	assert_string_equal(text, "plain words");
	free(text);
	assert_null(folder_read_text(folder, "plain", 10, &length, &why));
	assert_string_equal(why, "it is larger than such a file may be");
	assert_null(folder_read_text(folder, "nothing", 10, &length, &why));
	assert_string_equal(why, "there is no such file");

	write_file(folder, "empty", "");
	text = folder_read_text(folder, "empty", 10, &length, &why);
	assert_non_null(text);
	assert_int_equal(length, 0);
	assert_string_equal(text, "");
	free(text);

	int fd = openat(folder->fd, "large", O_WRONLY | O_CREAT, 0644);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(write(fd, "0123456789abcdef", 16), 16);
	close(fd);
	text = folder_read_text(folder, "large", 16000, &length, &why);
	assert_int_equal(length, 16000);
	assert_memory_equal(text + 15984, "0123456789abcdef", 17);
	free(text);
}

// A file without a size, as in /proc, is read to its end and no further than allowed; /proc's own links lead nowhere.
static void test_folder_bounds_files_without_a_size(void **state)
{
	(void)state;
	struct folder proc;
	size_t length;
	const char *why;
	assert_int_equal(folder_open(&proc, "/proc/self"), STATUS_OK);
	char *text = folder_read_text(&proc, "status", 100000, &length, &why);
	assert_non_null(text);
	assert_true(length > 10 && memcmp(text, "Name:", 5) == 0);
	free(text);
	assert_null(folder_read_text(&proc, "status", 10, &length, &why));
	assert_string_equal(why, "it is larger than such a file may be");
	for (int i = 0; i < 2; i++) {
		expect_refused(ways[i], &proc, "root/etc/passwd", "it leads out of its folder");
		expect_refused(ways[i], &proc, "exe", "it leads out of its folder");
	}
	folder_close(&proc);
}

static void test_folder_refuses_devices(void **state)
{
	(void)state;
	struct folder dev;
	assert_int_equal(folder_open(&dev, "/dev"), STATUS_OK);
	for (int i = 0; i < 2; i++) {
		expect_refused(ways[i], &dev, "null", "it is not a regular file");
		expect_refused(ways[i], &dev, "zero", "it is not a regular file");
	}
	folder_close(&dev);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_folder_opens_what_is_in_it),
		TEST(test_folder_refuses_what_leads_outside),
		TEST(test_folder_refuses_what_is_no_file),
		TEST(test_folder_follows_only_links_within),
		TEST(test_folder_tells_why_it_does_not_open),
		TEST(test_folder_holds_folders_below_it),
		TEST(test_folder_walks_where_openat2_is_missing),
		TEST(test_folder_open_says_what_is_missing),
		TEST(test_folder_leaks_no_descriptor),
		TEST(test_folder_reads_texts_up_to_a_size),
		cmocka_unit_test(test_folder_bounds_files_without_a_size),
		cmocka_unit_test(test_folder_refuses_devices),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
