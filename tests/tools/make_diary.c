// make_diary FOLDER SEED TIMES [hostile]: two years of entries up to now, each session so many times, in the diary of that
// state folder; with names that would break a page if they could.
#include "../report/years.h"

#include <stdlib.h>
#include <time.h>

int main(int count, char **words)
{
	char told[DIARY_TOLD_BYTES];
	if (count < 4)
		return 2;
	struct diary *diary = diary_open(words[1], told);
	if (!diary) {
		fprintf(stderr, "make_diary: %s\n", told);
		return 1;
	}
	years_fill(diary, (int64_t)time(NULL), strtoull(words[2], NULL, 10), count > 4);
	years_multiply(diary, atoi(words[3]));
	diary_close(diary);
	return 0;
}
