// ask_diary FILE SQL: runs a statement on a diary's file and prints its rows, a line each, with | between the values; what is
// missing is -.
#include <sqlite3.h>
#include <stdio.h>

static int print_row(void *user, int count, char **values, char **names)
{
	(void)user;
	(void)names;
	for (int i = 0; i < count; i++)
		printf("%s%s", i ? "|" : "", values[i] ? values[i] : "-");
	putchar('\n');
	return 0;
}

int main(int count, char **words)
{
	sqlite3 *db = NULL;
	if (count != 3 || sqlite3_open_v2(words[1], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
		sqlite3_close(db);
		return 2;
	}
	sqlite3_busy_timeout(db, 5000);
	int status = sqlite3_exec(db, words[2], print_row, NULL, NULL);
	if (status != SQLITE_OK)
		fprintf(stderr, "ask_diary: %s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
	return status == SQLITE_OK ? 0 : 1;
}
