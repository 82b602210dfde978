// mix_raw ROUTINE PACK PORTION: a session's frames on standard output, raw stereo floats, read so many at a time. Built by
// mix/test_same_sound.sh with other compilers than the program's.
#include "mix/mix.h"

#include "base/arena.h"
#include "base/frames.h"

#include <stdio.h>
#include <stdlib.h>

static struct mix *make(const char *path, const char *pack_path, struct arena *arena, int64_t *frames)
{
	static const char *const libraries[] = {NULL};
	const struct routine_request request = {.libraries = libraries, .to_play = true};
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine = NULL;
	struct pack *pack = NULL;
	struct score *score = NULL;
	struct mix *mix = NULL;
	if (pack_open(&pack, pack_path, &faults) == STATUS_OK &&
	    routine_load(&routine, path, &request, &faults) == STATUS_OK &&
	    score_create(&score, routine, pack, &faults) == STATUS_OK && mix_create(&mix, score, &faults) == STATUS_OK)
		*frames = score->frames;
	for (size_t i = 0; i < faults.count; i++)
		fprintf(stderr, "%s\n", fault_text(&faults.items[i], arena));
	return mix; // and all below it, which ends with the program
}

int main(int count, char **words)
{
	int64_t frames = 0, portion = count == 4 ? strtol(words[3], NULL, 10) : 0;
	if (portion <= 0)
		return 2;
	struct mix *mix = make(words[1], words[2], arena_create(), &frames);
	float *out = malloc((size_t)portion * ENGINE_CHANNELS * sizeof *out);
	if (!mix || !out)
		return 1;
	for (int64_t at = 0; at < frames; at += portion) {
		int64_t n = frames - at < portion ? frames - at : portion;
		mix_read(mix, at, out, n);
		if (fwrite(out, ENGINE_CHANNELS * sizeof *out, (size_t)n, stdout) != (size_t)n)
			return 1;
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
