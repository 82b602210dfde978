// Any bytes as a routine: nothing may crash, leak or grow beyond its bounds. What follows a line `%%` becomes the
// technique `techniques/t` that the first part may use.
//
//   fuzz_routine -dict=tests/fuzz/routine.dict -timeout=10 -rss_limit_mb=1024 WORK tests/fuzz/routine tests/routine/bad
#include "routine/routine.h"

#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
	char routine[64], technique[64], bed[64];
} paths;

static void remove_folder(void)
{
	char path[64];
	remove(paths.technique);
	remove(paths.bed);
	snprintf(path, sizeof path, "%s", paths.technique);
	*strrchr(path, '/') = '\0';
	remove(path);
	*strrchr(path, '/') = '\0';
	remove(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	char folder[] = "/tmp/fuzz-routine-XXXXXX", techniques[64];
	if (!mkdtemp(folder))
		abort();
	snprintf(techniques, sizeof techniques, "%s/techniques", folder);
	snprintf(paths.routine, sizeof paths.routine, "%s/r.yaml", folder);
	snprintf(paths.bed, sizeof paths.bed, "%s/b.wav", folder);
	snprintf(paths.technique, sizeof paths.technique, "%s/t.yaml", techniques);
	if (mkdir(techniques, 0700) != 0)
		abort();
	FILE *bed = fopen(paths.bed, "w");
	if (!bed || fclose(bed) != 0)
		abort();
	return atexit(remove_folder);
}

static void write_technique(const char *text, size_t length)
{
	FILE *file = fopen(paths.technique, "w");
	if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0)
		abort();
}

static double unrolled(const struct step *steps, size_t count)
{
	double total = 0;
	for (size_t i = 0; i < count; i++)
		total += steps[i].kind == STEP_GROUP ? steps[i].repeat * unrolled(steps[i].steps, steps[i].step_count)
		                                     : 1;
	return total;
}

// Every step is whole, in a faulty file too: the score relies on it.
static void check_steps(const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];
		bool timed = step->kind == STEP_REST || step->kind == STEP_BREATHE || step->kind == STEP_STROKE ||
		             step->kind == STEP_HOLD;
		if ((timed && step->length.amount <= 0) ||
		    ((step->kind == STEP_SAY || step->kind == STEP_PART) && !step->say))
			abort();
		if (step->kind == STEP_GROUP && (step->step_count == 0 || step->repeat < 1))
			abort();
		for (size_t j = 0; timed && j < step->cue_count; j++)
			if (!step->cues[j].say)
				abort();
		check_steps(step->steps, step->step_count);
	}
}

static void check(const struct routine *routine, struct fault_list *faults)
{
	if (routine ? routine->partial != (faults->count > 0) : faults->count == 0)
		abort();
	if (routine)
		check_steps(routine->steps, routine->step_count);
	fault_list_sort(faults);
	for (size_t i = 0; i < faults->count; i++) {
		const char *text = fault_text(&faults->items[i], faults->arena);
		if (strlen(text) > 8000 || strpbrk(text, "\n\r\x1b"))
			abort();
	}
	if (routine && unrolled(routine->steps, routine->step_count) > ROUTINE_MOST_STEPS)
		abort();
}

static void load(const char *text, size_t length, const struct routine_request *request)
{
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	routine_load_text(&routine, paths.routine, text, length, request, &faults);
	check(routine, &faults);
	routine_destroy(routine);
	arena_destroy(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *cut = memmem(text, size, "\n%%\n", 4);
	size_t length = cut ? (size_t)(cut - text) : size;
	if (cut)
		write_technique(cut + 4, size - length - 4);
	static const struct routine_argument arguments[] = {{"tool", "ball"}, {"pace", "{tool}"}};
	const struct routine_request to_play = {
		.arguments = arguments, .argument_count = size % 3, .to_play = true, .sore = true};
	load(text, length, NULL);
	load(text, length, &to_play);
	return 0;
}
