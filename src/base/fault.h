// What an author must mend, and where: collected as data, printed by the command line alone. Control thread.
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

// A place in a text file. `from` is the place whose `use` led to this file, or NULL.
struct place {
	const char *file;
	int line;   // from 1; 0 when only the file is known
	int column; // from 1, in characters, not bytes; 0 when only the line is known
	const struct place *from;
};

struct fault {
	struct place place;
	const char *text; // "what is wrong; what would be right"
};

struct fault_list {
	struct arena *arena; // texts and items live here
	struct fault *items; // in the order found; fault_list_sort puts them in reading order
	size_t count;
	size_t capacity;
};

enum { FAULTS_MOST = 1000 }; // more are dropped: a stranger's file cannot fill the memory

struct fault_list fault_list_init(struct arena *arena);

// Adds a fault; one with the same place and text is added once. The place's strings must outlive the list.
void fault_add(struct fault_list *list, const struct place *place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

// By file, line and column.
void fault_list_sort(struct fault_list *list);

// "file:line:column: text (used at file:line:column)", in the arena: one line without its end, and nothing in it that
// a terminal would obey.
const char *fault_text(const struct fault *fault, struct arena *arena);

#endif
