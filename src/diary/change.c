#include "diary/change.h"

#include "base/memory.h"
#include "diary/scan.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// The name of a file need not be UTF-8.
static char *copy_clean(const char *text)
{
	char *clean = memory_alloc(3 * strlen(text) + 1), *to = clean;
	while (*text) {
		size_t n = scan_character_bytes(text);
		memcpy(to, n ? text : "\xef\xbf\xbd", n ? n : 3);
		to += n ? n : 3;
		text += n ? n : 1;
	}
	return clean;
}

struct change *change_create(const char *sql, const char *types, va_list values)
{
	struct change *change = memory_alloc(sizeof *change);
	change->sql = sql;
	change->types = types;
	for (int i = 0; i < CHANGE_MOST_VALUES && types[i]; i++) {
		struct change_value *value = &change->values[i];
		const char *text;
		switch (types[i]) {
		case 't':
			text = va_arg(values, const char *);
			value->text = text ? copy_clean(text) : NULL;
			break;
		case 'd':
			value->real = va_arg(values, double);
			break;
		case 'a':
			value->integer = va_arg(values, int);
			break;
		default:
			value->integer = va_arg(values, int64_t);
		}
	}
	return change;
}

void change_destroy(struct change *change)
{
	if (!change)
		return;
	for (int i = 0; i < CHANGE_MOST_VALUES; i++)
		free(change->values[i].text);
	free(change);
}

static int bind_one(sqlite3_stmt *statement, int at, char type, const struct change_value *value)
{
	if (type == 't')
		return sqlite3_bind_text(statement, at, value->text, -1, SQLITE_TRANSIENT);
	if (type == 'd')
		return isnan(value->real) ? sqlite3_bind_null(statement, at)
		                          : sqlite3_bind_double(statement, at, value->real);
	if (type == 'a' && value->integer < 0)
		return sqlite3_bind_null(statement, at);
	return sqlite3_bind_int64(statement, at, value->integer);
}

bool change_bind(const struct change *change, sqlite3_stmt *statement)
{
	for (int i = 0; change->types[i]; i++)
		if (bind_one(statement, i + 1, change->types[i], &change->values[i]) != SQLITE_OK)
			return false;
	return true;
}
