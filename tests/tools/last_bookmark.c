// last_bookmark FOLDER: where the last session was left, as words that a shell can read: frames=N finished=0 playing=0.
#include "diary/bookmark.h"

#include <inttypes.h>
#include <stdio.h>

int main(int count, char **words)
{
	struct bookmark mark;
	if (count != 2 || !bookmark_last(words[1], &mark))
		return 1;
	printf("frames=%" PRId64 " finished=%d playing=%d\n", mark.at_frames, mark.finished, mark.playing);
	bookmark_finish(&mark);
	return 0;
}
