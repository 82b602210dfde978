// Two lines of "name: number". The new file takes the old one's place by rename(), so that there is always a whole one.
#include "diary/comfort.h"

#include "base/memory.h"
#include "diary/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOWEST_DB (-60.0)

enum { MOST_BYTES = 4096 };

static const char NAME[] = "comfort", FRESH[] = "comfort.new";
static const char *const DAYS[COMFORT_DAYS] = {"attack", "good"};

static bool is_volume(double db)
{
	return db >= LOWEST_DB && db <= 0.0;
}

// "-24", "-24.5", "-24 dB". A plain reading: strtod would look at the locale, and take "nan" and "0x1p3".
static bool read_number(const char *text, double *value)
{
	double sign = *text == '-' ? -1.0 : 1.0, scale = 1.0, sum = 0.0;
	size_t digits = 0;
	bool behind_point = false;
	text += *text == '-';
	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !behind_point); text++) {
		if (*text == '.') {
			behind_point = true;
			continue;
		}
		sum = 10.0 * sum + (*text - '0');
		scale *= behind_point ? 10.0 : 1.0;
		digits++;
	}
	text += strspn(text, " \t");
	if (strncasecmp(text, "dB", 2) == 0)
		text += 2;
	text += strspn(text, " \t\r");
	*value = sign * sum / scale;
	return digits > 0 && digits < 16 && (*text == '\0' || *text == '#');
}

// A later line goes before an earlier one.
static void read_line(const char *line, double volumes_db[COMFORT_DAYS], bool known[COMFORT_DAYS])
{
	line += strspn(line, " \t");
	for (int day = 0; day < COMFORT_DAYS; day++) {
		size_t n = strlen(DAYS[day]);
		const char *rest = line + n;
		if (strncasecmp(line, DAYS[day], n) != 0)
			continue;
		rest += strspn(rest, " \t");
		double db;
		if (*rest == ':' && read_number(rest + 1 + strspn(rest + 1, " \t"), &db) && is_volume(db)) {
			volumes_db[day] = db;
			known[day] = true;
		}
	}
}

static void read_file(const char *folder, double volumes_db[COMFORT_DAYS], bool known[COMFORT_DAYS])
{
	char text[MOST_BYTES + 1];
	int folder_fd = state_open(folder);
	int fd = folder_fd >= 0 ? state_open_file(folder_fd, NAME, O_RDONLY) : -1;
	ssize_t n = fd >= 0 ? read(fd, text, MOST_BYTES) : 0;
	if (fd >= 0)
		close(fd);
	if (folder_fd >= 0)
		close(folder_fd);
	text[n > 0 ? n : 0] = '\0';
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));)
		read_line(line, volumes_db, known);
}

bool comfort_volume(const char *folder, enum comfort_day day, double *volume_db)
{
	double volumes_db[COMFORT_DAYS];
	bool known[COMFORT_DAYS] = {false};
	read_file(folder, volumes_db, known);
	if (known[day])
		*volume_db = volumes_db[day];
	return known[day];
}

// A tenth of a decibel, without a look at the locale's decimal point.
static char *make_text(const double volumes_db[COMFORT_DAYS], const bool known[COMFORT_DAYS])
{
	char *text = memory_copy_text("# The volume to start with, in decibels: 0 is full, -60 the softest.\n"
	                              "# `stillroom calibrate` finds it; you may also change it here.\n");
	for (int day = 0; day < COMFORT_DAYS; day++) {
		if (!known[day])
			continue;
		int tenths = (int)(-10.0 * volumes_db[day] + 0.5);
		char *longer =
			memory_printf("%s%s: %s%d.%d\n", text, DAYS[day], tenths ? "-" : "", tenths / 10, tenths % 10);
		free(text);
		text = longer;
	}
	return text;
}

static bool write_fresh(int folder_fd, const char *text)
{
	size_t n = strlen(text);
	unlinkat(folder_fd, FRESH, 0); // of a program that was killed
	int fd = state_open_file(folder_fd, FRESH, O_WRONLY | O_CREAT | O_EXCL);
	if (fd < 0)
		return false;
	bool written = state_may_grow_to((int64_t)n) && write(fd, text, n) == (ssize_t)n &&
	               (fsync(fd) == 0 || errno == EINVAL);
	return close(fd) == 0 && written;
}

bool comfort_keep(const char *folder, enum comfort_day day, double volume_db)
{
	int folder_fd = is_volume(volume_db) ? state_open(folder) : -1;
	if (folder_fd < 0)
		return false;
	double volumes_db[COMFORT_DAYS];
	bool known[COMFORT_DAYS] = {false};
	read_file(folder, volumes_db, known);
	volumes_db[day] = volume_db;
	known[day] = true;
	char *text = make_text(volumes_db, known);
	bool kept = write_fresh(folder_fd, text) && renameat(folder_fd, FRESH, folder_fd, NAME) == 0;
	if (kept)
		fsync(folder_fd);
	else
		unlinkat(folder_fd, FRESH, 0);
	close(folder_fd);
	free(text);
	return kept;
}
