// follow_capture HEARD REFERENCE: follows what was heard through what should be, frame by frame; both raw stereo floats,
// both may be pipes of any length. A session that had to wait is its own sound, fading, with silence put in between: each
// heard frame must be the reference's next one, at one gain of at most 1 in both channels, or silence. Prints words that a
// shell can read:
//
//   same=N       frames as they should be, bit for bit
//   faded=N      frames as they should be, but softer
//   silence=N    frames of silence that were put in
//   strange=N    frames that are neither: the place was lost, or something was louder
//   left=N       frames of the reference that were never heard
//   reference=N  its frames
//
// Zeros before and after are skipped in both.
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROOM = 4096,
	AHEAD = 256, // so many frames tell a place
	AT_NOTHING =
		128, // at a fade's end a gain is 0 for so long at most: these frames were played, and cannot be seen
};

struct sound {
	FILE *file;
	float frames[ROOM][2];
	size_t next, end;
};

static bool is_zero(const float *frame)
{
	return frame[0] == 0.0f && frame[1] == 0.0f;
}

// The frames from the next one on; how many are left of AHEAD + AT_NOTHING, or fewer at the end.
static size_t look(struct sound *sound, const float (**frames)[2])
{
	if (sound->end - sound->next < AHEAD + AT_NOTHING) {
		sound->end -= sound->next;
		memmove(sound->frames, sound->frames + sound->next, sound->end * sizeof sound->frames[0]);
		sound->next = 0;
		sound->end +=
			fread(sound->frames + sound->end, sizeof sound->frames[0], ROOM - sound->end, sound->file);
	}
	*frames = (const float(*)[2])(sound->frames + sound->next);
	return sound->end - sound->next;
}

static void skip_zeros(struct sound *sound)
{
	const float(*frames)[2];
	while (look(sound, &frames) > 0 && is_zero(frames[0]))
		sound->next++;
}

// The same sound, softer by one gain: as exact as floats of this size can be.
static bool is_softer(const float *heard, const float *wanted)
{
	int louder = fabsf(wanted[1]) > fabsf(wanted[0]);
	double gain = (double)heard[louder] / (double)wanted[louder], rounding = 1e-6;
	double other = (double)heard[!louder] - gain * (double)wanted[!louder];
	return gain >= 0.0 && gain <= 1.0 + rounding && fabs(other) <= rounding * fabs((double)heard[louder]) + 1e-30;
}

// After silence: how many frames of the reference passed at a gain of 0, so that what follows agrees again.
static size_t find_place(struct sound *heard, struct sound *reference)
{
	const float(*h)[2], (*r)[2];
	size_t h_left = look(heard, &h), r_left = look(reference, &r);
	for (size_t skipped = 0; skipped < AT_NOTHING; skipped++) {
		size_t i = 0;
		while (i < AHEAD && i < h_left && i + skipped < r_left && is_softer(h[i], r[i + skipped]))
			i++;
		if (i == AHEAD || i == h_left || i + skipped == r_left)
			return skipped;
	}
	return 0;
}

struct counts {
	int64_t same, faded, silence, strange, left;
};

static struct counts follow(struct sound *heard, struct sound *reference)
{
	struct counts n = {0};
	const float(*h)[2], (*r)[2];
	int64_t zeros = 0; // in a row; the last ones are no silence but the end
	while (look(heard, &h) > 0 && look(reference, &r) > 0) {
		if (is_zero(h[0]) && !is_zero(r[0])) {
			zeros++;
			heard->next++;
			continue;
		}
		size_t skipped = zeros > 0 ? find_place(heard, reference) : 0;
		n.silence += zeros - (int64_t)skipped;
		n.faded += (int64_t)skipped;
		reference->next += skipped;
		zeros = 0;
		look(reference, &r);
		bool alike = h[0][0] == r[0][0] && h[0][1] == r[0][1];
		n.same += alike;
		n.faded += !alike && is_softer(h[0], r[0]);
		n.strange += !alike && !is_softer(h[0], r[0]);
		heard->next++;
		reference->next++;
	}
	for (int64_t rest = 1; look(reference, &r) > 0; rest++, reference->next++)
		n.left = is_zero(r[0]) ? n.left : rest;
	skip_zeros(heard);
	n.strange += look(heard, &h) > 0;
	return n;
}

int main(int count, char **words)
{
	static struct sound heard, reference;
	if (count != 3)
		return 2;
	heard.file = fopen(words[1], "rb");
	reference.file = fopen(words[2], "rb");
	if (!heard.file || !reference.file) {
		perror("follow_capture");
		return 2;
	}
	skip_zeros(&heard);
	skip_zeros(&reference);
	struct counts n = follow(&heard, &reference);
	printf("same=%" PRId64 " faded=%" PRId64 " silence=%" PRId64 " strange=%" PRId64 " left=%" PRId64
	       " reference=%" PRId64 "\n",
	       n.same, n.faded, n.silence, n.strange, n.left, n.same + n.faded + n.strange + n.left);
	return 0;
}
