#include "cli/output.h"

#include "cli/complaint.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "base/frames.h"
#include "out/render.h"
#include "sound/rules.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int stop_signal;

static void on_signal(int number)
{
	atomic_store(&stop_signal, number);
}

static int complain(const char *path, const char *why)
{
	complaint_print("%s: %s", path, why && *why ? why : "it could not be written");
	return EXIT_FAILED;
}

// ---- What would be written over

static bool is_in(const struct folder *folder, const char *name, const struct stat *file)
{
	struct stat info;
	return name && fstatat(folder ? folder->fd : AT_FDCWD, name, &info, 0) == 0 && info.st_dev == file->st_dev &&
	       info.st_ino == file->st_ino;
}

static bool is_part_of_session(const struct loaded *loaded, const char *path)
{
	struct stat file;
	const struct pack *pack = loaded->pack;
	if (stat(path, &file) != 0)
		return false;
	bool found = is_in(NULL, loaded->routine->file, &file) || is_in(NULL, pack->file, &file);
	for (size_t i = 0; i < loaded->score->bed_count; i++) {
		const struct score_bed *bed = &loaded->score->beds[i];
		found = found || (bed->folder && is_in(bed->folder, bed->track, &file));
	}
	for (size_t i = 0; i < pack->line_count; i++)
		found = found || is_in(&pack->folder, pack->lines[i].file, &file);
	return found;
}

static int open_writer(struct writer **writer, const struct loaded *loaded, const struct output_options *options)
{
	const char *why = "";
	struct writer_tags tags = {
		.title = loaded->routine->title,
		.artist = loaded->pack->speaker,
		.comment = loaded->routine->about,
	};
	if (!output_allows(options->path))
		return EXIT_WRONG;
	if (strcmp(options->path, "-") == 0)
		*writer = writer_open_raw(STDOUT_FILENO, options->format);
	else if (strcmp(options->path, "null") == 0)
		*writer = writer_open_null();
	else if (is_part_of_session(loaded, options->path)) {
		complaint_print("%s is a part of the session; give another name", options->path);
		return EXIT_WRONG;
	} else {
		enum status status = writer_open_file(writer, options->path, &tags, &why);
		if (status != STATUS_OK) {
			complain(options->path, why);
			return status == STATUS_FAULTY ? EXIT_WRONG : EXIT_FAILED;
		}
	}
	return EXIT_DONE;
}

static int64_t fade_frames(double sec, int64_t most_frames)
{
	int64_t frames = llround(sec * ENGINE_RATE_HZ);
	return frames < most_frames ? frames : most_frames;
}

static enum status run(struct loaded *loaded, struct writer *writer, const struct output_options *options,
                       const char **why)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction before[3], action = {.sa_handler = on_signal};
	for (int i = 0; i < 3; i++) {
		sigaction(numbers[i], NULL, &before[i]);
		if (numbers[i] != SIGHUP || before[i].sa_handler != SIG_IGN) // nohup holds
			sigaction(numbers[i], &action, NULL);
	}
	struct progress progress = progress_begin(stderr, "rendering");
	int64_t quarter = (options->end_frames - options->begin_frames) / 4;
	bool from_start = options->begin_frames == 0, to_end = options->end_frames == loaded->score->frames;
	struct render_options render_options = {
		.begin_frames = options->begin_frames,
		.end_frames = options->end_frames,
		.fade_in_frames = from_start ? 0 : fade_frames(FADE_RESUME_SEC, quarter),
		.fade_out_frames = to_end ? 0 : fade_frames(FADE_STOP_SEC, quarter),
		.jobs = options->jobs,
		.volume_db = options->volume_db,
		.progress = progress_show,
		.user = &progress,
		.stop = &stop_signal,
	};
	enum status status = render(loaded->score, writer, &render_options, &loaded->faults, why);
	if (status == STATUS_OK)
		status = writer_commit(writer, why);
	progress_end(&progress);
	for (int i = 0; i < 3; i++)
		sigaction(numbers[i], &before[i], NULL);
	return status;
}

void output_die_by(int signal_number)
{
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

int output_render(struct loaded *loaded, const struct output_options *options)
{
	struct writer *writer = NULL;
	int opened = open_writer(&writer, loaded, options);
	if (opened != EXIT_DONE)
		return opened;
	const char *why = "";
	enum status status = run(loaded, writer, options, &why);
	writer_destroy(writer);
	if (status == STATUS_STOPPED)
		output_die_by(atomic_load(&stop_signal));
	if (status == STATUS_OK)
		return EXIT_DONE;
	load_print_faults(loaded);
	if (loaded->faults.count == 0)
		complain(options->path, why);
	return status == STATUS_FAULTY ? EXIT_WRONG : EXIT_FAILED;
}

bool output_allows(const char *path)
{
	if (strcmp(path, "-") != 0 || !isatty(STDOUT_FILENO))
		return true;
	fputs("stillroom: raw samples are nothing for a terminal; send them to a file or a program\n", stderr);
	return false;
}

bool output_parse_format(const char *text, enum sample_format *format)
{
	*format = text && strcmp(text, "f32") == 0 ? SAMPLE_F32 : SAMPLE_S16;
	if (!text || strcmp(text, "f32") == 0 || strcmp(text, "s16") == 0)
		return true;
	complaint_print("--format %s: s16 or f32", text);
	return false;
}

bool output_parse_volume(const char *text, double *volume_db)
{
	*volume_db = 0.0;
	if (!text || options_level(text, volume_db))
		return true;
	complaint_print("--volume %s: decibels from -60 to 0, such as -10; it is never louder than 0", text);
	return false;
}
