// Any bytes as a file to import: the first says how (CSV, JSON by what follows, or through a map). Nothing may crash, leak,
// wait or come in by halves; what came in goes out and in again as it is.
//
//   fuzz_diary_import -dict=tests/fuzz/diary.dict -timeout=10 -rss_limit_mb=512 WORK tests/fuzz/diary
#include "base/arena.h"
#include "diary/export.h"
#include "diary/import.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
	char folder[2][64];
	struct diary *diary[2];
} here;

static void remove_folders(void)
{
	for (int i = 0; i < 2; i++) {
		char path[80];
		diary_close(here.diary[i]);
		snprintf(path, sizeof path, "%s/diary.sqlite", here.folder[i]);
		remove(path);
		remove(here.folder[i]);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	for (int i = 0; i < 2; i++) {
		strcpy(here.folder[i], "/dev/shm/fuzz-diary-XXXXXX");
		if (!mkdtemp(here.folder[i]))
			abort();
		here.diary[i] = diary_open(here.folder[i], NULL);
		if (!here.diary[i] || !store_run(diary_store(here.diary[i]), "PRAGMA synchronous = OFF", ""))
			abort();
	}
	return atexit(remove_folders);
}

static void empty(struct diary *diary)
{
	static const char *const tables[] = {"DELETE FROM session", "DELETE FROM attack", "DELETE FROM medication",
	                                     "DELETE FROM tag", "DELETE FROM plan"};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (!store_run(diary_store(diary), tables[i], ""))
			abort();
}

static char *export(struct diary *diary, enum export_format format)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	if (!out || !diary_export(diary, format, out))
		abort();
	fclose(out);
	return text;
}

static enum status import(struct diary *diary, const char *text, size_t size, const struct import_map *map,
                          struct arena *arena)
{
	struct fault_list faults = fault_list_init(arena);
	struct import_count count;
	FILE *in = size ? fmemopen((void *)(uintptr_t)text, size, "r") : fopen("/dev/null", "r");
	if (!in)
		abort();
	enum status status = diary_import(diary, in, "x", map, &faults, &count);
	fclose(in);
	if (status == STATUS_FAILED || (status == STATUS_FAULTY) != (faults.count > 0))
		abort();
	return status;
}

static void go_round(enum export_format format, const char *csv, struct arena *arena)
{
	char *text = export(here.diary[0], format);
	empty(here.diary[1]);
	if (import(here.diary[1], text, strlen(text), NULL, arena) != STATUS_OK)
		abort();
	char *again = export(here.diary[1], EXPORT_CSV);
	if (strcmp(again, csv) != 0)
		abort();
	free(again);
	free(text);
}

// Up to the first zero byte a map, and behind it their rows.
static enum status import_mapped(const uint8_t *data, size_t size, struct arena *arena)
{
	struct fault_list faults = fault_list_init(arena);
	struct import_map *map = arena_alloc(arena, sizeof *map);
	const uint8_t *end = memchr(data, '\0', size);
	size_t n = end ? (size_t)(end - data) : size;
	if (!import_map_read(map, arena_copy(arena, (const char *)data, n), "map", arena, &faults))
		return STATUS_FAULTY;
	n += end != NULL;
	return import(here.diary[0], (const char *)data + n, size - n, map, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	bool mapped = size > 0 && data[0] == 'm';
	empty(here.diary[0]);
	enum status status = mapped ? import_mapped(data + 1, size - 1, arena)
	                            : import(here.diary[0], (const char *)data, size, NULL, arena);
	char *csv = export(here.diary[0], EXPORT_CSV);
	bool any = strchr(csv, '\n')[1] != '\0';
	if (status != STATUS_OK && any)
		abort();
	if (any) {
		go_round(EXPORT_CSV, csv, arena);
		go_round(EXPORT_JSON, csv, arena);
	}
	free(csv);
	arena_destroy(arena);
	return 0;
}
