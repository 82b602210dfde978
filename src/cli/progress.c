#include "cli/progress.h"

#include "base/clock.h"

#include <unistd.h>

enum { BAR_WIDTH = 30 };

struct progress progress_begin(FILE *out, const char *what)
{
	return (struct progress){.out = isatty(fileno(out)) ? out : NULL, .what = what, .began_sec = clock_sec()};
}

void progress_show(void *user, int64_t done, int64_t all)
{
	const struct progress *progress = user;
	if (!progress->out || all <= 0)
		return;
	double share = (double)done / (double)all;
	double left_sec = share > 0.0 ? (clock_sec() - progress->began_sec) * (1.0 - share) / share : 0.0;
	int filled = (int)(share * BAR_WIDTH);
	fprintf(progress->out, "\r%s [", progress->what);
	for (int i = 0; i < BAR_WIDTH; i++)
		fputc(i < filled ? '#' : '.', progress->out);
	fprintf(progress->out, "] %3.0f %%, %.0f s left \033[K", share * 100.0, left_sec);
	fflush(progress->out);
}

void progress_end(struct progress *progress)
{
	if (progress->out)
		fputs("\r\033[K", progress->out);
}
