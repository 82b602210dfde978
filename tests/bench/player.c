// player SECONDS FIRST COMMAND...: what a player costs while it plays at the pace of the clock (tests/alsa), which writes
// into FIRST when the first sound was played.
// Prints: percent of a core, wake-ups a second, resident kB, milliseconds from exec to the first sound.
//
// All of a command's processes count. CPU is /proc/PID/schedstat, exact to the nanosecond; a wake-up is a voluntary
// context switch of any thread; both from the fifth second to the last. Resident memory is the sum over processes, so
// what they share counts twice.
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SETTLED_SEC = 5, MOST_PROCESSES = 64 };

struct use {
	double cpu_sec;
	long wakeups, resident_kb;
};

static double now_sec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void wait_until(double sec)
{
	double left = sec - now_sec();
	if (left > 0.0)
		nanosleep(&(struct timespec){(time_t)left, (long)((left - (double)(time_t)left) * 1e9)}, NULL);
}

// The number after a word in a file of /proc; 0 when it is not there.
static long number_in(const char *path, const char *word)
{
	char line[512];
	long number = 0;
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, word, strlen(word)) == 0)
			number = strtol(line + strlen(word), NULL, 10);
	if (file)
		fclose(file);
	return number;
}

static void add_threads(int pid, struct use *use)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/task", pid);
	DIR *tasks = opendir(path);
	for (struct dirent *entry; tasks && (entry = readdir(tasks));) {
		char file[512];
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(file, sizeof file, "%s/%s/status", path, entry->d_name);
		use->wakeups += number_in(file, "voluntary_ctxt_switches:");
		snprintf(file, sizeof file, "%s/%s/schedstat", path, entry->d_name);
		use->cpu_sec += (double)number_in(file, "") * 1e-9;
	}
	if (tasks)
		closedir(tasks);
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	use->resident_kb += number_in(path, "VmRSS:");
}

// The command's process and all that come from it.
static struct use use_of(int root)
{
	int pids[MOST_PROCESSES] = {root}, count = 1;
	struct use use = {0};
	for (bool more = true; more;) {
		more = false;
		DIR *proc = opendir("/proc");
		for (struct dirent *entry; proc && (entry = readdir(proc));) {
			int pid = atoi(entry->d_name), known = 0, parent_known = 0;
			char path[64];
			if (pid <= 0 || count == MOST_PROCESSES)
				continue;
			snprintf(path, sizeof path, "/proc/%d/status", pid);
			int parent = (int)number_in(path, "PPid:");
			for (int i = 0; i < count; i++) {
				known |= pids[i] == pid;
				parent_known |= pids[i] == parent;
			}
			if (!known && parent_known) {
				pids[count++] = pid;
				more = true;
			}
		}
		if (proc)
			closedir(proc);
	}
	for (int i = 0; i < count; i++)
		add_threads(pids[i], &use);
	return use;
}

// Of now_sec; 0 when there was no sound.
static double first_sound_sec(const char *path)
{
	double sec = 0.0;
	FILE *file = fopen(path, "r");
	if (file && fscanf(file, "%lf", &sec) != 1)
		sec = 0.0;
	if (file)
		fclose(file);
	return sec;
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	double length_sec = atof(argv[1]);
	unlink(argv[2]);
	double begin = now_sec();
	pid_t child = fork();
	if (child == 0) {
		int nowhere = open("/dev/null", O_RDWR);
		dup2(nowhere, 0);
		dup2(nowhere, 1);
		if (!getenv("BENCH_VERBOSE"))
			dup2(nowhere, 2);
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	wait_until(begin + SETTLED_SEC);
	struct use a = use_of(child);
	double a_sec = now_sec();
	wait_until(begin + length_sec);
	struct use b = use_of(child);
	double played_sec = now_sec() - a_sec;
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	double first_sec = first_sound_sec(argv[2]);
	if (b.resident_kb == 0 || first_sec == 0.0)
		return 1;
	printf("%.2f %.1f %ld %.0f\n", 100.0 * (b.cpu_sec - a.cpu_sec) / played_sec,
	       (double)(b.wakeups - a.wakeups) / played_sec, b.resident_kb, (first_sec - begin) * 1e3);
	return 0;
}
