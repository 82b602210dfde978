// A word of the command line may hold a line end, or orders to a terminal, and a complaint repeats it.
#include "cli/complaint.h"

#include "base/arena.h"
#include "base/screen.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 2, 0))) static void print_line(const char *before, const char *format, va_list args)
{
	struct arena *arena = arena_create();
	fprintf(stderr, "%s%s\n", before, screen_one_line(arena_vprintf(arena, format, args)));
	arena_destroy(arena);
}

void complaint_print(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	print_line("stillroom: ", format, args);
	va_end(args);
}

void complaint_add(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	print_line("", format, args);
	va_end(args);
}
