#include "cli/load.h"

#include "base/arena.h"
#include "base/frames.h"
#include "cli/complaint.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

size_t load_print_faults(struct loaded *loaded)
{
	fault_list_sort(&loaded->faults);
	for (size_t i = 0; i < loaded->faults.count; i++)
		fprintf(stderr, "%s\n", fault_text(&loaded->faults.items[i], loaded->arena));
	if (loaded->faults.count >= FAULTS_MOST)
		fprintf(stderr, "stillroom: these are the first %d faults; there may be more\n", FAULTS_MOST);
	return loaded->faults.count;
}

void load_begin(struct loaded *loaded)
{
	*loaded = (struct loaded){.paths = data_paths_init(), .arena = arena_create()};
	loaded->faults = fault_list_init(loaded->arena);
}

static const char *find_pack(struct loaded *loaded, const char *voice)
{
	const char *name = voice ? voice : loaded->routine->voice ? loaded->routine->voice : DEFAULT_VOICE;
	const char *why, *dir = data_find_pack(&loaded->paths, name, loaded->routine->file, &why);
	if (dir)
		return dir;
	struct place option = {.file = voice ? "--voice" : loaded->routine->file};
	const struct place *place = !voice && loaded->routine->voice ? &loaded->routine->voice_place : &option;
	if (why) {
		fault_add(&loaded->faults, place, "the voice \"%s\" beside the routine is not used: %s", name, why);
		return NULL;
	}
	const char *near = data_nearest_pack(&loaded->paths, name);
	fault_add(&loaded->faults, place,
	          near ? "there is no voice \"%s\"; did you mean \"%s\"?"
	               : "there is no voice \"%s\"; voices are folders in `voices` beside the routine, here or in the "
	                 "data folder",
	          name, near);
	return NULL;
}

static enum status load_score(struct loaded *loaded, const struct load_options *options)
{
	const char *dir = find_pack(loaded, options->voice);
	if (!dir)
		return STATUS_FAULTY;
	enum status status = pack_open(&loaded->pack, dir, &loaded->faults);
	if (status != STATUS_OK)
		return status;
	loaded->pack->heard_as_mixed = options->heard_as_mixed;
	return score_create(&loaded->score, loaded->routine, loaded->pack, &loaded->faults);
}

bool load_options_fit(const struct load_options *options)
{
	for (size_t i = 0; options->with[i]; i++) {
		const char *equals = strchr(options->with[i], '=');
		if (equals && equals > options->with[i])
			continue;
		complaint_print("--with %s: a name and its value belong here, as in --with tool=massager",
		                options->with[i]);
		return false;
	}
	return true;
}

static size_t split_arguments(struct loaded *loaded, const struct load_options *options,
                              struct routine_argument arguments[OPTIONS_MOST_AGAIN])
{
	size_t count = 0;
	for (; options->with[count]; count++) {
		const char *text = options->with[count], *equals = strchr(text, '=');
		arguments[count].name = arena_copy(loaded->arena, text, (size_t)(equals - text));
		arguments[count].value = equals + 1;
	}
	return count;
}

enum status load_all(struct loaded *loaded, const char *path, const struct load_options *options, bool to_play)
{
	struct routine_argument arguments[OPTIONS_MOST_AGAIN];
	const struct routine_request request = {
		.libraries = loaded->paths.routines,
		.arguments = arguments,
		.argument_count = split_arguments(loaded, options, arguments),
		.to_play = to_play,
		.sore = options->sore,
		.sleep_sec = options->sleep_sec,
	};
	enum status status = routine_load(&loaded->routine, path, &request, &loaded->faults);
	if (loaded->routine && load_score(loaded, options) != STATUS_OK)
		status = STATUS_FAULTY;
	if (status != STATUS_OK && loaded->score)
		mix_create(&loaded->mix, loaded->score, &loaded->faults);
	return status;
}

static void complain_of_routine(const struct loaded *loaded, const char *name)
{
	const char *near = data_nearest_routine(&loaded->paths, name);
	if (near)
		complaint_print("there is no routine \"%s\"; did you mean \"%s\"?", name, near);
	else
		complaint_print("there is no routine \"%s\"; name a file, or one of the routines folder", name);
}

void load_complain(struct loaded *loaded)
{
	if (loaded->missing)
		complain_of_routine(loaded, loaded->missing);
	load_print_faults(loaded);
}

// What is there and cannot be used is told by who opens it.
static bool is_there(const char *path)
{
	struct stat info;
	return lstat(path, &info) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static int load_quietly(struct loaded *loaded, const char *routine, const struct load_options *options)
{
	load_begin(loaded);
	const char *path = data_find_routine(&loaded->paths, routine);
	if (!path && is_there(routine))
		path = routine;
	if (!path) {
		loaded->missing = routine;
		return EXIT_WRONG;
	}
	enum status status = load_all(loaded, path, options, true);
	return loaded->faults.count > 0 || status != STATUS_OK ? EXIT_WRONG : EXIT_DONE;
}

int load_in_the_dark(struct loaded *loaded, const char *routine, const struct load_options *options)
{
	int result = load_quietly(loaded, routine, options);
	return result == EXIT_DONE ? load_mix(loaded) : result;
}

int load_session(struct loaded *loaded, const char *routine, const struct load_options *options)
{
	if (!load_options_fit(options)) {
		load_begin(loaded);
		return EXIT_WRONG;
	}
	int result = load_quietly(loaded, routine, options);
	load_complain(loaded);
	return result;
}

int load_mix(struct loaded *loaded)
{
	if (!loaded->mix)
		mix_create_by_two(&loaded->mix, loaded->score, &loaded->faults);
	return loaded->faults.count > 0 || !loaded->mix ? EXIT_WRONG : EXIT_DONE;
}

void load_finish(struct loaded *loaded)
{
	mix_destroy(loaded->mix);
	score_destroy(loaded->score);
	pack_destroy(loaded->pack);
	routine_destroy(loaded->routine);
	arena_destroy(loaded->arena);
	data_paths_finish(&loaded->paths);
}

// 90s, 2m30s, 1h, or 2:30 and 1:02:30 as players write it.
static bool parse_time(const char *text, double *sec)
{
	double total = 0.0;
	bool colons = strchr(text, ':');
	if (!*text)
		return false;
	while (*text) {
		char *end;
		double amount = strtod(text, &end);
		if (end == text || !isfinite(amount) || amount < 0.0)
			return false;
		double unit = *end == 'h' ? 3600.0 : *end == 'm' ? 60.0 : *end == 's' ? 1.0 : 0.0;
		if (colons && (*end == ':' || *end == 0))
			total = total * 60.0 + amount;
		else if (!colons && unit > 0.0)
			total += amount * unit;
		else
			return false;
		text = *end ? end + 1 : end;
	}
	*sec = total;
	return true;
}

bool load_length(const char *text, int64_t *frames)
{
	double sec;
	bool good = parse_time(text, &sec) && sec > 0.0 && sec <= ROUTINE_MOST_SEC;
	if (good)
		*frames = llround(sec * ENGINE_RATE_HZ);
	else
		complaint_print("\"%s\" is no length; write it as 30s or 1m30s", text);
	return good;
}

static const struct event *find_part(const struct score *score, const char *name)
{
	int count = score_part_count(score);
	for (int i = 0; i < count; i++) {
		const struct event *part = score_part(score, i);
		if (strncasecmp(part->mark.name, name, strlen(name)) == 0)
			return part;
	}
	return NULL;
}

static void complain_of_place(const struct score *score, const char *text)
{
	int64_t all = score->frames / ENGINE_RATE_HZ;
	char *parts = NULL;
	size_t bytes;
	FILE *list = open_memstream(&parts, &bytes);
	for (int i = 0; i < score_part_count(score); i++)
		fprintf(list, "%s \"%s\"", i ? "," : ":", score_part(score, i)->mark.name);
	fclose(list);
	complaint_print("\"%s\" is no place in this session; a time within %" PRId64 "m%02" PRId64
	                "s, such as 1m30s, or a part's name%s",
	                text, all / 60, all % 60, parts);
	free(parts);
}

bool load_position(const struct loaded *loaded, const char *text, int64_t *at_frames)
{
	const struct score *score = loaded->score;
	const struct event *part = *text ? find_part(score, text) : NULL;
	double sec;
	if (part)
		*at_frames = part->begin;
	else if (parse_time(text, &sec) && sec * ENGINE_RATE_HZ < (double)score->frames)
		*at_frames = llround(sec * ENGINE_RATE_HZ);
	else {
		complain_of_place(score, text);
		return false;
	}
	return true;
}
