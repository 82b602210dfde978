// Reads JSON (RFC 8259) value by value, strictly. What is not JSON makes `bad` true, and every later call does nothing.
// Any thread.
#ifndef DIARY_READER_H
#define DIARY_READER_H

#include <stdbool.h>
#include <stddef.h>

enum { READER_TEXT_BYTES = 1024, READER_MOST_DEPTH = 8 };

struct reader {
	const char *at; // ends with a NUL
	int depth;
	bool bad;
};

// Takes the value that comes next, by one of the functions below. `key` is NULL in an array.
typedef void reader_take(struct reader *reader, const char *key, void *context);

void reader_object(struct reader *reader, reader_take *take, void *context);
void reader_array(struct reader *reader, reader_take *take, void *context);
// In UTF-8; one that is longer is cut.
void reader_text(struct reader *reader, char text[READER_TEXT_BYTES]);
double reader_number(struct reader *reader); // 0 when bad
void reader_skip(struct reader *reader);     // whatever it is
bool reader_ends(struct reader *reader);     // that was all, and all was well

// Bytes of the UTF-8 character that begins here; 0: none does.
size_t reader_character_bytes(const char *text);

#endif
