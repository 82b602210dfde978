// A word of the command line may hold a line end, or orders to a terminal, and a complaint repeats it.
#include "cli/complaint.h"

#include "base/arena.h"
#include "base/screen.h"

#include <stdarg.h>
#include <stdio.h>

void complaint_print(const char *format, ...)
{
	struct arena *arena = arena_create();
	va_list args;
	va_start(args, format);
	char *text = arena_vprintf(arena, format, args);
	va_end(args);
	fprintf(stderr, "stillroom: %s\n", screen_one_line(text));
	arena_destroy(arena);
}
