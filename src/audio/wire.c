#include "audio/wire.h"

#include <stddef.h>
#include <string.h>

// Every clause of container.c, mpeg.c, file.c and decode.c.
static const char *const clauses[] = {
	"it cannot be read",
	"it is empty",
	"it is not a sound file of a known kind; use WAV, FLAC, Ogg (Vorbis or Opus) or MP3",
	"it ends before its header says",
	"it ends before its header says, or is damaged",
	"it is damaged",
	"it is damaged, or not what it says it is",
	"its sound is coded in a way that is not supported; use plain WAV, FLAC, Ogg (Vorbis or Opus) or MP3",
	"it has more than 8 channels",
	"its sample rate is not between 8 and 192 kHz",
	"it does not say how long it is; convert it again, to a file and not through a pipe",
	"it does not say how long it is; convert it again, or to FLAC",
	"it holds no sound",
	"it says it is longer than a day",
	"it is too long",
	"it holds values that are no sound",
	"too many files are open",
};
enum { CLAUSES = sizeof clauses / sizeof *clauses };

int wire_clause(const char *why)
{
	for (int i = 0; i < CLAUSES; i++)
		if (strcmp(clauses[i], why) == 0)
			return i;
	return -1;
}

const char *wire_clause_text(int32_t clause)
{
	return clause >= 0 && clause < CLAUSES ? clauses[clause] : NULL;
}
