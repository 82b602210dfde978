// How long the page of a diary with 100,000 sessions takes, from the file to its last byte; in a process of its own.
#include "base/arena.h"
#include "report/report.h"

#include "../report/years.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COPIES = 160, RUNS = 5 };

static double wall_sec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int make_page(const char *folder)
{
	static const struct want_often oftens[] = {{"evening", "Evening", 7.0}};
	const struct report_ask ask = {YEARS_NOW, YEARS_ZONE_MIN, REPORT_ALL, oftens, 1};
	char told[DIARY_TOLD_BYTES];
	struct history history = {0};
	struct arena *arena = arena_create();
	struct diary *diary = diary_open(folder, told);
	FILE *out = fopen("/dev/null", "w");
	if (!diary || !out || !history_read(diary, 0, INT64_MAX, arena, &history))
		return 1;
	report_print_page(report_make(&history, &ask, arena), out);
	return fclose(out) == 0 ? 0 : 1;
}

// Its CPU seconds; wall and memory beside.
static double measure(const char *folder, double *wall, double *memory_mb)
{
	int status;
	struct rusage usage;
	double begun = wall_sec();
	fflush(NULL);
	pid_t child = fork();
	if (child == 0)
		_exit(make_page(folder));
	if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
		return -1.0;
	*wall = wall_sec() - begun;
	*memory_mb = (double)usage.ru_maxrss / 1024.0;
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static int by_value(const void *left, const void *right)
{
	const double *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

static long fill(const char *folder)
{
	char told[DIARY_TOLD_BYTES];
	struct diary *diary = diary_open(folder, told);
	if (!diary)
		return 0;
	years_fill(diary, YEARS_NOW, 1, false);
	years_multiply(diary, COPIES);
	long sessions = (long)store_number(diary_store(diary), 0, "SELECT count(*) FROM session", "");
	diary_close(diary);
	return sessions;
}

int main(void)
{
	char folder[] = "/tmp/stillroom-bench-XXXXXX", command[64];
	double cpu[RUNS], wall[RUNS], memory[RUNS];
	if (!mkdtemp(folder))
		return 1;
	long sessions = fill(folder);
	for (int i = 0; i < RUNS; i++)
		cpu[i] = measure(folder, &wall[i], &memory[i]);
	qsort(cpu, RUNS, sizeof *cpu, by_value);
	qsort(wall, RUNS, sizeof *wall, by_value);
	qsort(memory, RUNS, sizeof *memory, by_value);
	printf("The page of a diary of %ld sessions, medians of %d: CPU %.2f s, wall %.2f s, memory %.0f MB\n",
	       sessions, RUNS, cpu[RUNS / 2], wall[RUNS / 2], memory[RUNS / 2]);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	if (system(command) != 0)
		fprintf(stderr, "bench: %s is left\n", folder);
	return 0;
}
