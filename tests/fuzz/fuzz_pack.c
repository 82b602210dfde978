// Any bytes as a voice pack's manifest: nothing may crash or leak, faults are plain lines, and each line of a pack
// without faults is found by its own words.
//
//   fuzz_pack -timeout=10 -rss_limit_mb=512 WORK tests/fuzz/pack
#include "voice/clip.h"
#include "voice/pack.h"

#include "base/arena.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
	char folder[32], manifest[64];
} paths;

static void remove_folder(void)
{
	remove(paths.manifest);
	remove(paths.folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	strcpy(paths.folder, "/tmp/fuzz-pack-XXXXXX");
	if (!mkdtemp(paths.folder))
		abort();
	snprintf(paths.manifest, sizeof paths.manifest, "%s/pack.yaml", paths.folder);
	return atexit(remove_folder);
}

static void check_faults(struct fault_list *faults)
{
	for (size_t i = 0; i < faults->count; i++) {
		const char *text = fault_text(&faults->items[i], faults->arena);
		if (strlen(text) > 8000 || strpbrk(text, "\n\r\x1b"))
			abort();
	}
}

static void check_lines(const struct pack *pack, struct fault_list *faults)
{
	for (size_t i = 0; i < pack->line_count; i++) {
		const struct pack_line *line = &pack->lines[i];
		int64_t frames;
		if (pack_find(pack, line->text) != line || pack_nearest(pack, line->text) != line)
			abort();
		if (!(clip_gain_db(line) <= 12.0) || !isfinite(line->peak_db))
			abort();
		if (i < 20 && clip_check(pack, line, &frames, faults) == STATUS_OK)
			abort(); // there are no recordings
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = fopen(paths.manifest, "w");
	if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
		abort();
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct pack *pack;
	enum status status = pack_open(&pack, paths.folder, &faults);
	if (!pack || (status == STATUS_OK) != (faults.count == 0))
		abort();
	if (status == STATUS_OK)
		check_lines(pack, &faults);
	check_faults(&faults);
	pack_destroy(pack);
	arena_destroy(arena);
	return 0;
}
