// stillroom diary report: a page in a file, text for a terminal, or the lines of a spoken summary.
#include "base/arena.h"
#include "cli/aloud.h"
#include "cli/command.h"
#include "cli/complaint.h"
#include "cli/diary.h"
#include "cli/due.h"
#include "cli/options.h"
#include "out/whole_file.h"
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct wanted {
	const char *path; // NULL: report.html
	bool text, say;
	struct report_ask ask;
};

static bool is_page_of_ours(const char *path)
{
	char head[REPORT_HEAD_BYTES + 1] = "";
	FILE *file = fopen(path, "rb");
	bool is_read = file && fread(head, 1, REPORT_HEAD_BYTES, file) > 0;
	if (file)
		fclose(file);
	return is_read && strstr(head, REPORT_GENERATOR);
}

// report.html; where another's file has that name, report-2.html, and so on.
static const char *free_name(struct arena *arena)
{
	const char *name = "report.html";
	for (int i = 2; access(name, F_OK) == 0 && !is_page_of_ours(name); i++)
		name = arena_printf(arena, "report-%d.html", i);
	return name;
}

// Only its owner reads what it tells.
static bool print_into(struct whole_file *file, const struct report *report)
{
	int fd = dup(file->fd);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!out) {
		close(fd);
		return false;
	}
	bool is_well = fchmod(file->fd, 0600) == 0 || errno == EPERM; // a disk without rights
	report_print_page(report, out);
	is_well = !ferror(out) && is_well;
	return fclose(out) == 0 && is_well;
}

static int write_page(const struct report *report, const char *path)
{
	struct whole_file file;
	const char *why = NULL;
	enum status status = whole_file_open(&file, path, &why);
	if (status == STATUS_OK && !print_into(&file, report)) {
		why = whole_file_error(errno);
		whole_file_discard(&file);
		status = STATUS_FAILED;
	} else if (status == STATUS_OK)
		status = whole_file_commit(&file, &why);
	if (status == STATUS_OK) {
		char *whole = realpath(path, NULL);
		printf("The report is in %s\n", whole ? whole : path);
		free(whole);
		return EXIT_DONE;
	}
	complaint_print("%s: %s", path, why);
	return status == STATUS_FAULTY ? EXIT_WRONG : EXIT_FAILED;
}

static int say(const struct history *history, const struct report_ask *ask)
{
	const char *lines[REPORT_MOST_SAID + 1];
	struct play_options options = {0};
	report_say(history, ask->now_wall_sec, ask->now_zone_min, lines);
	return aloud(&options, lines);
}

static int tell(const struct history *history, const struct wanted *wish, struct arena *arena)
{
	if (wish->say)
		return say(history, &wish->ask);
	const struct report *report = report_make(history, &wish->ask, arena);
	bool to_stdout = wish->text || (wish->path && strcmp(wish->path, "-") == 0);
	if (!to_stdout)
		return write_page(report, wish->path ? wish->path : free_name(arena));
	if (wish->text)
		report_print_text(report, stdout);
	else
		report_print_page(report, stdout);
	return EXIT_DONE;
}

static int read_and_tell(struct diary *diary, struct wanted *wish)
{
	struct data_paths paths = data_paths_init();
	struct library *library = library_create(&paths, NULL, false);
	struct want_often *oftens;
	struct history history = {0};
	int result = EXIT_FAILED;
	wish->ask.often_count = due_oftens(library, paths.arena, &oftens);
	wish->ask.oftens = oftens;
	if (history_read(diary, 0, wish->ask.now_wall_sec + 1, paths.arena, &history))
		result = tell(&history, wish, paths.arena);
	else
		fputs("stillroom: the diary cannot be read\n", stderr);
	library_destroy(library);
	data_paths_finish(&paths);
	return result;
}

static const char *wrong_wish(const struct wanted *wish, int operands)
{
	if (operands > 0)
		return "diary report takes no name; -o FILE says where it goes";
	if (wish->text + wish->say + (wish->path != NULL) > 1)
		return "one of --text, --say and -o";
	if (wish->say && wish->ask.month != REPORT_ALL)
		return "--say tells of the last thirty days; --month is for the page and --text";
	return NULL;
}

int command_diary_report(int argc, char **argv)
{
	struct diary_here here;
	const char *month = NULL;
	struct wanted wish = {.ask = {.now_wall_sec = (int64_t)time(NULL), .month = REPORT_ALL}};
	const struct option_spec table[] = {
		{"output", 'o', &wish.path, NULL}, {"month", 0, &month, NULL}, {"text", 0, NULL, &wish.text},
		{"say", 0, NULL, &wish.say},       {NULL, 0, NULL, NULL},
	};
	int operands = options_read(argc, argv, table);
	if (operands < 0)
		return EXIT_WRONG;
	if (month && !month_read(month, &wish.ask.month)) {
		complaint_print("--month %s: a year and a month, such as 2026-10", month);
		return EXIT_WRONG;
	}
	const char *why = wrong_wish(&wish, operands);
	if (why) {
		complaint_print("%s", why);
		return EXIT_WRONG;
	}
	wish.ask.now_zone_min = diary_zone_min(wish.ask.now_wall_sec);
	if (!diary_here_open(&here))
		return EXIT_FAILED;
	int result = read_and_tell(here.diary, &wish);
	diary_here_close(&here);
	return result;
}
