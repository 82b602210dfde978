// A moment as ISO 8601 writes it, with its zone: "2026-11-22T20:37:40+01:00"; and as people do. Any thread.
#ifndef DIARY_MOMENT_H
#define DIARY_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

enum { MOMENT_BYTES = 64 };

// In the zone of this machine at that time, or in one that many minutes east of Greenwich.
void moment_write(int64_t wall_sec, char text[MOMENT_BYTES]);
void moment_write_zone(int64_t wall_sec, int zone_min, char text[MOMENT_BYTES]);

bool moment_read(const char *text, int64_t *wall_sec); // of any zone; "Z" too
bool moment_read_zone(const char *text, int64_t *wall_sec, int *zone_min);

enum moment_order { MOMENT_ORDER_UNTOLD, MOMENT_DAY_FIRST, MOMENT_MONTH_FIRST }; // of 3/4/2026

// As people write it, on this machine's clock where there is no zone: the above; "2026-11-22 20:37", "22.11.2026 8:05 PM",
// a day alone (noon is taken), "20:37" (the last time that it was so late), "now", "today 8:00", "yesterday 21:30".
bool moment_read_plain(const char *text, int64_t now_wall_sec, enum moment_order order, int64_t *wall_sec,
                       int *zone_min);

#endif
