// Routines are loaded one after the other, and what is told of them is copied, since each holds folders open. A voice
// is opened once for all that it speaks.
#include "cli/library.h"

#include "base/arena.h"
#include "cli/load.h"
#include "score/score.h"

#include <stdlib.h>
#include <string.h>

struct voice {
	const char *dir;
	struct pack *pack;
	bool good;
};

struct search {
	struct library *library;
	const struct data_paths *paths;
	const char *const *folders; // where techniques are looked for
	bool lengths;
	struct fault_list voice_faults; // nobody reads them: `check` tells
	struct voice *voices;
	size_t voice_count, voice_capacity;
};

struct names {
	struct arena *arena;
	const char **items; // NULL-ended
	size_t count, capacity;
};

static const char *keep(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static void add_once(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return;
	names->items = arena_grow(names->arena, names->items, names->count + 1, &names->capacity, sizeof *names->items);
	names->items[names->count++] = keep(names->arena, name);
	names->items[names->count] = NULL;
}

static struct names no_names(struct arena *arena)
{
	return (struct names){.arena = arena, .items = arena_alloc(arena, sizeof(char *)), .capacity = 1};
}

static void gather(const struct step *steps, size_t count, struct names *areas, struct names *uses)
{
	for (size_t i = 0; i < count; i++) {
		if (steps[i].area)
			add_once(areas, steps[i].area);
		if (steps[i].technique)
			add_once(uses, steps[i].technique);
		gather(steps[i].steps, steps[i].step_count, areas, uses);
	}
}

static const struct routine_parameter *keep_parameters(struct arena *arena, const struct routine *routine)
{
	struct routine_parameter *kept = arena_alloc(arena, routine->parameter_count * sizeof *kept);
	for (size_t i = 0; i < routine->parameter_count; i++) {
		const struct routine_parameter *from = &routine->parameters[i];
		struct names words = no_names(arena);
		for (size_t k = 0; from->words && from->words[k]; k++)
			add_once(&words, from->words[k]);
		kept[i] = (struct routine_parameter){
			.name = keep(arena, from->name),
			.preset = keep(arena, from->preset),
			.from = keep(arena, from->from),
			.to = keep(arena, from->to),
			.words = from->words ? words.items : NULL,
		};
	}
	return kept;
}

// Of a technique that is a session, the steps between settle and close.
static const struct step *own_group(const struct routine *routine)
{
	const struct step *own = NULL;
	for (size_t i = 0; i < routine->step_count; i++)
		if (routine->steps[i].technique && strcmp(routine->steps[i].technique, routine->title) == 0)
			own = &routine->steps[i];
	return own;
}

static void describe(struct arena *arena, const struct routine *routine, struct library_entry *entry)
{
	struct names areas = no_names(arena), uses = no_names(arena);
	const struct step *steps = routine->steps;
	size_t step_count = routine->step_count;
	const struct step *group = routine->is_technique ? own_group(routine) : NULL;
	if (group) {
		entry->area = keep(arena, group->area);
		entry->caution = keep(arena, group->caution);
		entry->pressure = group->pressure;
		steps = group->steps;
		step_count = group->step_count;
	}
	gather(steps, step_count, &areas, &uses);
	entry->areas = areas.items;
	entry->uses = uses.items;
	entry->is_technique = routine->is_technique;
	entry->title = keep(arena, routine->title);
	entry->about = keep(arena, routine->about);
	entry->moment = routine->moment;
	entry->often_per_week = routine->often_per_week;
	entry->parameters = keep_parameters(arena, routine);
	entry->parameter_count = routine->parameter_count;
}

static const struct voice *open_voice(struct search *search, const char *dir)
{
	for (size_t i = 0; i < search->voice_count; i++)
		if (strcmp(search->voices[i].dir, dir) == 0)
			return &search->voices[i];
	search->voices = arena_grow(search->library->arena, search->voices, search->voice_count,
	                            &search->voice_capacity, sizeof *search->voices);
	struct voice *voice = &search->voices[search->voice_count++];
	voice->dir = dir;
	voice->good = pack_open(&voice->pack, dir, &search->voice_faults) == STATUS_OK;
	return voice;
}

// Takes the lengths from the score. False when it could not be played.
static bool measure(struct search *search, const struct routine *routine, struct library_entry *entry,
                    struct fault_list *faults)
{
	const char *name = routine->voice ? routine->voice : DEFAULT_VOICE;
	const char *why, *dir = data_find_pack(search->paths, name, routine->file, &why);
	if (!dir && !why && !routine->voice)
		search->library->missing_voice = DEFAULT_VOICE;
	if (!dir)
		return !why && !routine->voice;
	const struct voice *voice = open_voice(search, dir);
	if (!voice->good)
		return false;
	struct score *score;
	bool good = score_create(&score, routine, voice->pack, faults) == STATUS_OK;
	entry->frames = score->frames;
	entry->fade_frames = score->frames - score->bed_fade.begin;
	score_destroy(score);
	return good;
}

static bool wants_a_value(const struct routine *routine)
{
	for (size_t i = 0; i < routine->parameter_count; i++)
		if (!routine->parameters[i].preset)
			return true;
	return false;
}

// A technique that must be given a value cannot be a session without it: its file must be right, that is all.
static enum status load_unmeasured(const struct search *search, struct routine **routine, const char *file)
{
	const struct routine_request request = {.libraries = search->folders};
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	routine_destroy(*routine);
	enum status status = routine_load(routine, file, &request, &faults);
	arena_destroy(arena);
	return status;
}

static void look_at(struct search *search, struct library_entry *entry)
{
	const struct routine_request request = {.libraries = search->folders, .to_play = true};
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	enum status status = routine_load(&routine, entry->file, &request, &faults);
	entry->frames = -1;
	if (status == STATUS_OK)
		entry->faulty = search->lengths && !measure(search, routine, entry, &faults);
	else
		entry->faulty = !routine || !routine->is_technique || !wants_a_value(routine) ||
		                load_unmeasured(search, &routine, entry->file) != STATUS_OK;
	if (!entry->faulty)
		describe(search->library->arena, routine, entry);
	routine_destroy(routine);
	arena_destroy(arena);
}

static int rank(const struct library_entry *entry)
{
	enum { TECHNIQUES = MOMENT_BEDTIME + 2, FAULTY };
	if (entry->faulty)
		return FAULTY;
	if (entry->is_technique)
		return TECHNIQUES;
	return entry->moment == MOMENT_ANY ? MOMENT_BEDTIME + 1 : (int)entry->moment;
}

static int compare_entries(const void *left, const void *right)
{
	const struct library_entry *a = left, *b = right;
	return rank(a) != rank(b) ? rank(a) - rank(b) : strcmp(a->path, b->path);
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

// A technique goes by its own name where no routine has it.
static const char *short_name(const char *const *names, size_t count, const char *path)
{
	static const char folder[] = "techniques/";
	const char *name = strncmp(path, folder, strlen(folder)) == 0 ? path + strlen(folder) : path;
	return name == path || is_among(names, count, name) ? path : name;
}

static void look_at_all(struct search *search, const char *const *folders)
{
	struct library *library = search->library;
	const char **names;
	size_t count = data_list_routines(search->paths, folders, &names);
	count = score_keep_once(names, count);
	library->entries = arena_alloc(library->arena, count * sizeof *library->entries);
	for (size_t i = 0; i < count; i++) {
		struct library_entry *entry = &library->entries[library->count];
		const char *file = library->folder
		                           ? arena_printf(library->arena, "%s/%s.yaml", library->folder, names[i])
		                           : data_find_routine(search->paths, names[i]);
		if (!file)
			continue; // a link to nothing, or gone meanwhile
		entry->path = keep(library->arena, names[i]);
		entry->name = keep(library->arena, short_name(names, count, names[i]));
		entry->file = keep(library->arena, file);
		look_at(search, entry);
		library->playable_count += !entry->faulty;
		library->count++;
	}
	if (library->count > 1)
		qsort(library->entries, library->count, sizeof *library->entries, compare_entries);
}

// The folder that was asked for, before all others.
static const char *const *with_folder(struct arena *arena, const char *folder, const char *const *others)
{
	size_t count = 0;
	while (others[count])
		count++;
	const char **folders = arena_alloc(arena, (count + 2) * sizeof *folders);
	folders[0] = folder;
	memcpy(folders + 1, others, count * sizeof *folders);
	return folders;
}

struct library *library_create(const struct data_paths *paths, const char *folder, bool lengths)
{
	struct arena *arena = arena_create();
	struct library *library = arena_alloc(arena, sizeof *library);
	*library = (struct library){.arena = arena, .folder = keep(arena, folder)};
	struct search search = {
		.library = library,
		.paths = paths,
		.lengths = lengths,
		.folders = folder ? with_folder(arena, folder, paths->routines) : paths->routines,
		.voice_faults = fault_list_init(arena),
	};
	const char *const only[] = {folder, NULL};
	look_at_all(&search, folder ? only : paths->routines);
	for (size_t i = 0; i < search.voice_count; i++)
		pack_destroy(search.voices[i].pack);
	return library;
}

void library_destroy(struct library *library)
{
	if (library)
		arena_destroy(library->arena);
}
