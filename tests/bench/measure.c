// measure RECORD NAME COMMAND...: runs a command and appends "NAME cpu_sec wall_sec memory_kb" to a file. CPU is that of
// the command and its children, by getrusage; memory is the largest of them. The command's output goes nowhere.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static double wall_sec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	double begin = wall_sec();
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
	int status;
	struct rusage usage;
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		return 1;
	double wall = wall_sec() - begin;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "measure: %s failed\n", argv[2]);
		return 1;
	}
	FILE *record = fopen(argv[1], "a");
	if (!record)
		return 1;
	fprintf(record, "%s %.4f %.4f %ld\n", argv[2], seconds(usage.ru_utime) + seconds(usage.ru_stime), wall,
	        usage.ru_maxrss);
	return fclose(record) != 0;
}
