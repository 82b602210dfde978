// The volume that is comfortable to start with, apart for attacks and good days: a text file, `comfort`, that a person may
// change by hand. Control thread.
#ifndef DIARY_COMFORT_H
#define DIARY_COMFORT_H

#include <stdbool.h>

enum comfort_day { COMFORT_ATTACK, COMFORT_GOOD };
enum { COMFORT_DAYS = 2 };

// false, and *volume_db as it was, until it was calibrated.
bool comfort_volume(const char *folder, enum comfort_day day, double *volume_db);

// -60 to 0; false when it is neither or cannot be kept. The file is replaced whole.
bool comfort_keep(const char *folder, enum comfort_day day, double volume_db);

#endif
