// The guarded region of the audio thread. Any thread.
#ifndef TESTS_GUARD_REGION_H
#define TESTS_GUARD_REGION_H

#include <stdbool.h>

// Ends the program when this thread is in the callback; `what` is named in the report.
__attribute__((visibility("hidden"))) void guard_check(const char *what);

#endif
