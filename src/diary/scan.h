// Reads JSON (RFC 8259) value by value, strictly. What is not JSON makes `bad` true, and every later call does nothing.
// Any thread.
#ifndef DIARY_SCAN_H
#define DIARY_SCAN_H

#include <stdbool.h>
#include <stddef.h>

enum { SCAN_TEXT_BYTES = 4096, SCAN_MOST_DEPTH = 8 };

struct scan {
	const char *at; // ends with a NUL
	int depth;
	bool bad;
};

// Takes the value that comes next, by one of the functions below. `key` is NULL in an array.
typedef void scan_take(struct scan *scan, const char *key, void *context);

void scan_object(struct scan *scan, scan_take *take, void *context);
void scan_array(struct scan *scan, scan_take *take, void *context);
// In UTF-8; one that is longer is cut.
void scan_text(struct scan *scan, char text[SCAN_TEXT_BYTES]);
double scan_number(struct scan *scan); // 0 when bad
void scan_skip(struct scan *scan);     // whatever it is
// What comes next, by its first byte: '{' '[' '"', a digit, '-', 't', 'f', 'n'; 0 when there is nothing or bad.
char scan_peek(struct scan *scan);
bool scan_ends(struct scan *scan); // that was all, and all was well

// Bytes of the UTF-8 character that begins here; 0: none does.
size_t scan_character_bytes(const char *text);

#endif
