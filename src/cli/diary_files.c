// The diary as a file: export, import, backup; and no more of it: erase.
#include "base/arena.h"
#include "base/memory.h"
#include "cli/complaint.h"
#include "cli/diary.h"
#include "cli/options.h"
#include "diary/export.h"
#include "diary/import.h"
#include "diary/upkeep.h"
#include "out/whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- export

static int complain(const char *file, const char *why)
{
	complaint_print("%s: %s", file, why);
	return EXIT_FAILED;
}

// For its owner alone, like the diary.
static int export_to(struct diary *diary, enum export_format format, const char *path)
{
	struct whole_file file;
	const char *why = NULL;
	enum status status = whole_file_open(&file, path, &why);
	if (status != STATUS_OK) {
		complain(path, why);
		return status == STATUS_FAULTY ? EXIT_WRONG : EXIT_FAILED;
	}
	int fd = dup(file.fd);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool written = out && fchmod(fd, 0600) == 0 && diary_export(diary, format, out);
	int error = errno;
	if (out && fclose(out) != 0)
		written = false;
	if (!written) {
		whole_file_discard(&file);
		return complain(path, whole_file_error(error));
	}
	return whole_file_commit(&file, &why) == STATUS_OK ? EXIT_DONE : complain(path, why);
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);
	return n >= m && strcmp(text + n - m, end) == 0;
}

static int write_out(bool csv, bool json, const char *path)
{
	struct diary_here here;
	bool to_stdout = strcmp(path, "-") == 0;
	json = json || (!csv && ends_with(path, ".json"));
	if (!json && !csv && !ends_with(path, ".csv")) {
		fputs("stillroom: export needs --csv or --json, or a file that ends in .csv or .json\n", stderr);
		return EXIT_WRONG;
	}
	if (!diary_here_open(&here))
		return EXIT_FAILED;
	enum export_format format = json ? EXPORT_JSON : EXPORT_CSV;
	int status = to_stdout ? (diary_export(here.diary, format, stdout) ? EXIT_DONE : EXIT_FAILED)
	                       : export_to(here.diary, format, path);
	diary_here_close(&here);
	return status;
}

int diary_write_out(int argc, char **argv)
{
	bool csv = false, json = false;
	const struct option_spec table[] = {{"csv", 0, NULL, &csv}, {"json", 0, NULL, &json}, {0}};
	int count = options_read(argc, argv, table);
	if (count > 1 || (csv && json))
		fputs("stillroom: export takes one of --csv and --json, and one file\n", stderr);
	if (count < 0 || count > 1 || (csv && json))
		return EXIT_WRONG;
	return write_out(csv, json, count == 1 ? argv[1] : "-");
}

// ---- import

// A map in words, or the file of one.
static bool read_map(struct import_map *map, const char *given, struct arena *arena, struct fault_list *faults)
{
	enum { MOST = 65536 };
	if (strchr(given, '='))
		return import_map_read(map, given, NULL, arena, faults);
	FILE *file = fopen(given, "re");
	if (!file) {
		complain(given, strerror(errno));
		return false;
	}
	char *text = arena_alloc(arena, MOST + 1);
	size_t n = fread(text, 1, MOST, file);
	bool whole = !ferror(file) && n < MOST;
	fclose(file);
	if (!whole)
		complain(given, "it cannot be read, or is longer than a map may be (65535 bytes)");
	return whole && import_map_read(map, text, given, arena, faults);
}

static void print_faults(const struct fault_list *faults, struct arena *arena)
{
	for (size_t i = 0; i < faults->count; i++)
		fprintf(stderr, "%s\n", fault_text(&faults->items[i], arena));
	if (faults->count >= IMPORT_MOST_FAULTS)
		fputs("stillroom: there may be more; this is enough to begin with\n", stderr);
}

static int read_in(struct diary *diary, FILE *in, const char *name, const struct import_map *map,
                   struct fault_list *faults)
{
	struct import_count count;
	switch (diary_import(diary, in, name, map, faults, &count)) {
	case STATUS_OK:
		fprintf(stderr, "stillroom: %d row%s came in; %d %s there already\n", count.added,
		        count.added == 1 ? "" : "s", count.there, count.there == 1 ? "was" : "were");
		return EXIT_DONE;
	case STATUS_FAULTY:
		print_faults(faults, faults->arena);
		fputs("stillroom: nothing came in\n", stderr);
		return EXIT_WRONG;
	default:
		fputs("stillroom: nothing came in; the diary could not be written, or the file not read\n", stderr);
		return EXIT_FAILED;
	}
}

static int import_from(const char *path, const struct import_map *map, struct fault_list *faults)
{
	struct diary_here here;
	struct stat is;
	bool from_stdin = strcmp(path, "-") == 0;
	FILE *in = from_stdin ? stdin : fopen(path, "re");
	int status = EXIT_WRONG;
	if (!in)
		return complain(path, strerror(errno)), EXIT_WRONG;
	if (fstat(fileno(in), &is) == 0 && S_ISDIR(is.st_mode))
		complain(path, "that is a folder");
	else if (!diary_here_open(&here))
		status = EXIT_FAILED;
	else {
		status = read_in(here.diary, in, from_stdin ? "standard input" : path, map, faults);
		diary_here_close(&here);
	}
	if (!from_stdin)
		fclose(in);
	return status;
}

int diary_read_in(int argc, char **argv)
{
	const char *given = NULL;
	const struct option_spec table[] = {{"map", 0, &given, NULL}, {0}};
	int count = options_read(argc, argv, table);
	if (count >= 0 && count != 1)
		fputs("stillroom: import takes one file\n", stderr);
	if (count != 1)
		return EXIT_WRONG;
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct import_map *map = given ? arena_alloc(arena, sizeof *map) : NULL;
	int status = EXIT_WRONG;
	if (!map || read_map(map, given, arena, &faults))
		status = import_from(argv[1], map, &faults);
	else
		print_faults(&faults, arena);
	arena_destroy(arena);
	return status;
}

// ---- backup and erase

int diary_copy(int argc, char **argv)
{
	const struct option_spec table[] = {{0}};
	char told[DIARY_TOLD_BYTES];
	struct diary_here here;
	int count = options_read(argc, argv, table);
	if (count >= 0 && count != 1)
		fputs("stillroom: backup takes one file, such as: stillroom diary backup diary-backup.sqlite\n",
		      stderr);
	if (count != 1)
		return EXIT_WRONG;
	if (!diary_here_open(&here))
		return EXIT_FAILED;
	const char *why = diary_backup(here.diary, argv[1], told);
	diary_here_close(&here);
	return why ? complain(argv[1], why) : EXIT_DONE;
}

int diary_wipe(int argc, char **argv)
{
	const struct option_spec table[] = {{0}};
	struct diary_here here;
	int count = options_read(argc, argv, table);
	if (count > 0)
		fputs("stillroom: erase takes nothing: all of the diary goes; delete takes one entry\n", stderr);
	if (count != 0)
		return EXIT_WRONG;
	if (!diary_confirm(
		    "All of the diary goes, and nothing brings it back. Exports and backups that you made stay.\n"
		    "Type yes to erase it: ")) {
		fputs("stillroom: nothing was erased\n", stderr);
		return EXIT_FAILED;
	}
	if (!diary_here_open(&here))
		return EXIT_FAILED;
	bool erased = diary_erase(here.diary, here.folder);
	diary_here_close(&here);
	fputs(erased ? "stillroom: the diary is empty now\n"
	             : "stillroom: not all of it could be erased; is the diary in use elsewhere? Try again\n",
	      stderr);
	return erased ? EXIT_DONE : EXIT_FAILED;
}
