// Where routines, packs and helper programs are found. Control thread.
//
// Data folders, in order: the current one (./routines, ./voices), the user's ($XDG_DATA_HOME/stillroom), the system's
// ($XDG_DATA_DIRS, and share/stillroom beside the program's bin folder, which serves build and installation alike).
#ifndef CLI_DATA_H
#define CLI_DATA_H

#include <stddef.h>

struct data_paths {
	struct arena *arena;
	const char *const *routines; // folders, NULL-ended
	const char *const *voices;
	const char *device_program; // stillroom-device
};

struct data_paths data_paths_init(void);
void data_paths_finish(struct data_paths *paths);

// The file of a routine given as a path or a name, in the arena; NULL when there is none. A name that no routine has may
// be a technique's.
const char *data_find_routine(const struct data_paths *paths, const char *name);

// The folder of a pack given as a path or a name, in the arena; NULL when there is none. A name is looked for in the
// folder `voices` beside the routine's file first, and here, where no link may lead out: then NULL, and *why, which is
// NULL otherwise.
const char *data_find_pack(const struct data_paths *paths, const char *name, const char *routine_file,
                           const char **why);

// The name among those that there are which is nearest to one that is not; NULL when none is near.
const char *data_nearest_routine(const struct data_paths *paths, const char *name);
const char *data_nearest_pack(const struct data_paths *paths, const char *name);

// The names of all routines in these folders (NULL-ended) and one folder below them, such as "evening" and
// "techniques/settle": in no order, and once for each folder that has it. In the arena.
size_t data_list_routines(const struct data_paths *paths, const char *const *folders, const char ***names);

#endif
