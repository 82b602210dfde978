// A moment as ISO 8601 writes it, with its zone: "2026-11-22T20:37:40+01:00". Any thread.
#ifndef DIARY_MOMENT_H
#define DIARY_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

enum { MOMENT_BYTES = 64 };

// In the zone of this machine at that time.
void moment_write(int64_t wall_sec, char text[MOMENT_BYTES]);
bool moment_read(const char *text, int64_t *wall_sec); // of any zone; "Z" too

#endif
