// What a terminal sends, as wishes: the pure half of the keyboard. Any thread; time comes in.
#ifndef CONTROL_TYPING_H
#define CONTROL_TYPING_H

#include "control/verb.h"

#include <stdbool.h>
#include <stddef.h>

enum { TYPING_MOST_KEYS = 8, TYPING_MOST_SEQUENCE = 32, TYPING_MOST_BYTES = 512 };

// Zeroed at the beginning.
struct typing {
	struct wish wishes[TYPING_MOST_KEYS]; // of what was added last
	size_t first, count;
	size_t keys;                        // that it held; may be more
	bool alike;                         // all of them
	char pending[TYPING_MOST_SEQUENCE]; // a sequence whose end has not come
	size_t pending_count;
	double pending_sec, flood_sec; // when its beginning, or the flood's last byte, came
	bool flood, pasting;
};

// What one read brought.
void typing_add(struct typing *typing, const char *bytes, size_t count, double now_sec);
// The next wish; false when there is none.
bool typing_take(struct typing *typing, struct wish *wish);
// When typing_settle has something to do; INFINITY: never.
double typing_deadline_sec(const struct typing *typing);
void typing_settle(struct typing *typing, double now_sec);

#endif
