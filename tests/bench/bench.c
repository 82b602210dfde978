// How long a session of ten minutes takes to render, beside the bound of bound.h, in the same run.
//
// reference: a stereo bed of one minute, looped and ducked; 40 lines, one every 15 s; a breath tone throughout.
// full: the same lines and breath, a built-in bed, a stroke for each breath, and a ceiling so low that the limiter works
// under every word.
//
// Each measure is the median of five, in a process of its own; the kinds take turns, so that a machine that slows down
// slows all of them. Nothing is asserted.
#include "out/render.h"

#include "../mix/score_kit.h"
#include "base/frames.h"
#include "bench_report.h"
#include "bound.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum {
	SESSION_SEC = 600,
	SESSION_FRAMES = SESSION_SEC * ENGINE_RATE_HZ,
	LINES = 40,
	TIMES = 5,
	WAV_HEADER_BYTES = 44,
};

struct cost {
	double wall_sec, cpu_sec, memory_mb;
};

struct job {
	const char *name;
	const struct score *score; // NULL: the bound
	const char *ending;        // NULL: mixed, and written nowhere
	int threads;
	int bound; // which job it is compared with
	struct cost costs[TIMES];
};

struct bench {
	struct kit kit;
	struct pack_line lines[LINES];
	struct score reference, full;
	const char *inputs[LINES + 2];
	char *finished; // the reference session as WAV
};

static void end_with(const char *what, const char *why)
{
	fprintf(stderr, "stillroom-bench: %s: %s\n", what, why ? why : "failed");
	exit(1);
}

static char *path_in(const struct bench *bench, const char *name)
{
	return arena_printf(bench->kit.arena, "%s/%s", bench->kit.dir, name);
}

static void make_lines(struct bench *bench)
{
	struct kit *kit = &bench->kit;
	for (int i = 0; i < LINES; i++) {
		char *name = arena_printf(kit->arena, "cue%d.flac", i);
		kit_write(kit, name, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 24000, 1, 3.0, kit_speech, 120.0 + i);
		bench->lines[i] =
			(struct pack_line){.text = name, .folded = name, .file = name, .lufs = -21.0, .peak_db = -6.0};
		bench->inputs[i] = path_in(bench, name);
	}
	kit->pack.lines = bench->lines;
	kit->pack.line_count = LINES;
}

static void add_common(struct bench *bench, int bed)
{
	struct kit *kit = &bench->kit;
	struct score *score = &kit->score;
	kit_bed(kit, 0, SESSION_FRAMES, bed);
	for (int i = 0; i < LINES; i++) {
		int64_t begin = (int64_t)i * 15 * ENGINE_RATE_HZ + 6 * ENGINE_RATE_HZ, end = begin + 3 * ENGINE_RATE_HZ;
		kit_event(kit, LANE_VOICE, begin, end)->voice.line = &bench->lines[i];
		score->words = memory_grow(score->words, score->word_count, &kit->word_capacity, sizeof(struct span));
		score->words[score->word_count++] = (struct span){begin, end};
	}
	kit_breathe(kit, 0, SESSION_FRAMES, 5 * ENGINE_RATE_HZ);
	score->start_fade_frames = 6 * ENGINE_RATE_HZ;
	score->voice_fade = score->tones_fade = score->bed_fade =
		(struct score_fade){SESSION_FRAMES - 30 * ENGINE_RATE_HZ, SESSION_FRAMES};
}

// Takes the kit's events as a score of its own, and leaves the kit ready for another.
static struct score take_score(struct kit *kit)
{
	kit_finish(kit);
	struct score score = kit->score;
	kit->score.events = NULL;
	kit->score.words = NULL;
	kit->score.event_count = kit->score.word_count = 0;
	kit->event_capacity = kit->word_capacity = 0;
	return score;
}

static void make_scores(struct bench *bench)
{
	struct kit *kit = &bench->kit;
	kit_write(kit, "bed.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, 60.0, kit_noise, 0.1);
	bench->inputs[LINES] = path_in(bench, "bed.flac");
	make_lines(bench);
	int file = kit_add_bed(kit, "bed.flac", false, BED_LOOP, BED_SOFT_DB);
	int rain = kit_add_bed(kit, "rain", true, BED_TEXTURE, BED_SOFT_DB);
	add_common(bench, file);
	bench->reference = take_score(kit);
	add_common(bench, rain);
	for (int i = 0; i < SESSION_SEC / 5; i++)
		kit_stroke(kit, (int64_t)i * 5 * ENGINE_RATE_HZ, (int64_t)(i + 1) * 5 * ENGINE_RATE_HZ,
		           i % 2 ? STROKE_SWEEP : STROKE_CIRCLE, i);
	kit->score.ceiling_db = -24.0;
	bench->full = take_score(kit);
}

static void render_to(const struct score *score, const char *path, int threads)
{
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct render_options options = {.end_frames = SESSION_FRAMES, .jobs = threads};
	struct writer *writer = NULL;
	const char *why = NULL;
	if (!path)
		writer = writer_open_null();
	else if (writer_open_file(&writer, path, NULL, &why))
		end_with(path, why);
	if (render(score, writer, &options, &faults, &why) || writer_commit(writer, &why))
		end_with("render", why);
	writer_destroy(writer);
	arena_destroy(arena);
}

static const int16_t *map_samples(const struct bench *bench)
{
	int fd = open(bench->finished, O_RDONLY);
	void *bytes =
		mmap(NULL, WAV_HEADER_BYTES + (size_t)SESSION_FRAMES * 4, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (fd < 0 || bytes == MAP_FAILED)
		end_with(bench->finished, "cannot be mapped");
	close(fd);
	return (const int16_t *)((const char *)bytes + WAV_HEADER_BYTES);
}

static double cpu_sec(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static double wall_sec(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static struct cost run_job(const struct bench *bench, const struct job *job)
{
	char *path = job->ending ? arena_printf(bench->kit.arena, "%s/out.%s", bench->kit.dir, job->ending) : NULL;
	struct bound bound = {.inputs = bench->inputs, .frames = SESSION_FRAMES, .output = path};
	if (!job->score) {
		bound.samples = map_samples(bench);
		bound.format = SF_FORMAT_PCM_16 | (strcmp(job->ending, "wav") ? SF_FORMAT_FLAC : SF_FORMAT_WAV);
	}
	double wall = wall_sec(), cpu = cpu_sec();
	if (job->score)
		render_to(job->score, path, job->threads);
	else
		bound_run(&bound);
	struct cost cost = {.wall_sec = wall_sec() - wall, .cpu_sec = cpu_sec() - cpu};
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	cost.memory_mb = (double)usage.ru_maxrss / 1024.0;
	if (path)
		unlink(path);
	return cost;
}

static struct cost run_apart(const struct bench *bench, const struct job *job)
{
	int ends[2];
	struct cost cost;
	fflush(stdout);
	if (pipe(ends))
		end_with("pipe", NULL);
	pid_t child = fork();
	if (child == 0) {
		cost = run_job(bench, job);
		_exit(write(ends[1], &cost, sizeof(cost)) != sizeof(cost));
	}
	close(ends[1]);
	bool told = read(ends[0], &cost, sizeof(cost)) == sizeof(cost);
	close(ends[0]);
	waitpid(child, NULL, 0);
	if (!told)
		end_with(job->name, NULL);
	return cost;
}

static int compare_doubles(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static double median(const struct job *job, size_t offset)
{
	double values[TIMES];
	for (int i = 0; i < TIMES; i++)
		memcpy(&values[i], (const char *)&job->costs[i] + offset, sizeof(double));
	qsort(values, TIMES, sizeof(double), compare_doubles);
	return values[TIMES / 2];
}

static void print_table(const struct job *jobs, int count)
{
	printf("A session of 10 minutes, medians of %d:\n\n", TIMES);
	printf("%-32s %8s %8s %12s %10s %10s\n", "", "CPU s", "wall s", "x real time", "memory MB", "CPU/bound");
	for (int i = 0; i < count; i++) {
		const struct job *job = &jobs[i];
		double cpu = median(job, offsetof(struct cost, cpu_sec));
		double wall = median(job, offsetof(struct cost, wall_sec));
		printf("%-32s %8.2f %8.2f %12.0f", job->name, cpu, wall, SESSION_SEC / wall);
		if (job->score)
			printf(" %10.0f", median(job, offsetof(struct cost, memory_mb)));
		if (job->score && job->bound >= 0)
			printf(" %10.2f", cpu / median(&jobs[job->bound], offsetof(struct cost, cpu_sec)));
		printf("\n");
	}
}

static void run_all(struct bench *bench)
{
	struct job jobs[] = {
		{.name = "bound, WAV", .ending = "wav"},
		{.name = "reference, WAV", .score = &bench->reference, .ending = "wav", .bound = 0},
		{.name = "reference, WAV, one thread",
	         .score = &bench->reference,
	         .ending = "wav",
	         .threads = 1,
	         .bound = 0},
		{.name = "full, WAV", .score = &bench->full, .ending = "wav", .bound = 0},
		{.name = "bound, FLAC", .ending = "flac"},
		{.name = "reference, FLAC", .score = &bench->reference, .ending = "flac", .bound = 4},
		{.name = "full, FLAC", .score = &bench->full, .ending = "flac", .bound = 4},
		{.name = "reference, mix alone", .score = &bench->reference, .threads = 1, .bound = -1},
		{.name = "full, mix alone", .score = &bench->full, .threads = 1, .bound = -1},
	};
	int count = sizeof(jobs) / sizeof(jobs[0]);
	for (int time = 0; time < TIMES; time++)
		for (int i = 0; i < count; i++)
			jobs[i].costs[time] = run_apart(bench, &jobs[i]);
	print_table(jobs, count);
}

int main(void)
{
	static struct bench bench;
	kit_open(&bench.kit, SESSION_FRAMES);
	make_scores(&bench);
	bench.finished = path_in(&bench, "finished.wav");
	render_to(&bench.reference, bench.finished, 0);
	run_all(&bench);
	bench_report();
	unlink(bench.finished);
	free(bench.reference.events);
	free(bench.reference.words);
	free(bench.full.events);
	free(bench.full.words);
	kit_close(&bench.kit);
	return 0;
}
