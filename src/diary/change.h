// A statement of SQL with its values: a change that waits for its turn, or a question. One thread at a time.
#ifndef DIARY_CHANGE_H
#define DIARY_CHANGE_H

#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>

enum { CHANGE_MOST_VALUES = 16 };

struct change {
	const char *sql; // outlives it
	const char *types;
	struct change_value {
		sqlite3_int64 integer;
		double real;
		char *text;
	} values[CHANGE_MOST_VALUES];
	struct change *next;
};

// The types are one letter a value, in the order of its question marks:
//   t const char * (NULL: NULL; copied, and what is no UTF-8 in it becomes U+FFFD)
//   i int64_t      d double (NAN: NULL)      a int (below 0: NULL)
// sql and types outlive it.
struct change *change_create(const char *sql, const char *types, va_list values);
void change_destroy(struct change *change);

bool change_bind(const struct change *change, sqlite3_stmt *statement);

#endif
