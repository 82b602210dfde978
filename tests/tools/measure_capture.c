// measure_capture HEARD REFERENCE: how what was heard compares with what should be; both raw stereo floats. Prints
// words that a shell can read:
//
//   head=N      frames that agree from the first sound on
//   tail=N      frames that agree back from the last sound
//   silence=N   longest silence (under -90 dBFS) between the first and the last sound
//   over=N      samples louder than the loudest of the reference
//   peak=N      the loudest sample, in hundredths of the reference's; 0 where that is silent
//   heard=N reference=N   frames from the first to the last sound
//
// Exact zeros before and after are skipped in both.
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct sound {
	float *samples;
	int64_t begin, end; // frames, without the zeros around
};

static void trim(struct sound *sound, int64_t frames)
{
	sound->end = frames;
	while (sound->begin < frames && sound->samples[2 * sound->begin] == 0.0f &&
	       sound->samples[2 * sound->begin + 1] == 0.0f)
		sound->begin++;
	while (sound->end > sound->begin && sound->samples[2 * sound->end - 1] == 0.0f &&
	       sound->samples[2 * sound->end - 2] == 0.0f)
		sound->end--;
}

static struct sound read_sound(const char *path)
{
	struct sound sound = {0};
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(2);
	}
	fseek(file, 0, SEEK_END);
	size_t frames = (size_t)ftell(file) / (2 * sizeof(float));
	rewind(file);
	sound.samples = calloc(frames + 1, 2 * sizeof(float));
	if (!sound.samples || fread(sound.samples, 2 * sizeof(float), frames, file) != frames)
		exit(2);
	fclose(file);
	trim(&sound, (int64_t)frames);
	return sound;
}

static int same(const struct sound *a, int64_t at, const struct sound *b, int64_t bt)
{
	return a->samples[2 * at] == b->samples[2 * bt] && a->samples[2 * at + 1] == b->samples[2 * bt + 1];
}

static float loudest(const struct sound *sound)
{
	float most = 0.0f;
	for (int64_t i = 2 * sound->begin; i < 2 * sound->end; i++)
		most = fmaxf(most, fabsf(sound->samples[i]));
	return most;
}

static int64_t longest_silence(const struct sound *sound)
{
	int64_t longest = 0, now = 0;
	for (int64_t at = sound->begin; at < sound->end; at++) {
		float most = fmaxf(fabsf(sound->samples[2 * at]), fabsf(sound->samples[2 * at + 1]));
		now = most < 3.2e-5f ? now + 1 : 0;
		longest = now > longest ? now : longest;
	}
	return longest;
}

int main(int count, char **words)
{
	if (count != 3)
		return 2;
	struct sound heard = read_sound(words[1]), reference = read_sound(words[2]);
	int64_t heard_frames = heard.end - heard.begin, reference_frames = reference.end - reference.begin;
	int64_t most = heard_frames < reference_frames ? heard_frames : reference_frames;
	int64_t head = 0, tail = 0, over = 0;
	while (head < most && same(&heard, heard.begin + head, &reference, reference.begin + head))
		head++;
	while (tail < most && same(&heard, heard.end - 1 - tail, &reference, reference.end - 1 - tail))
		tail++;
	float limit = loudest(&reference);
	for (int64_t i = 2 * heard.begin; i < 2 * heard.end; i++)
		over += !(fabsf(heard.samples[i]) <= limit);
	printf("head=%" PRId64 " tail=%" PRId64 " silence=%" PRId64 " over=%" PRId64 " peak=%.0f heard=%" PRId64
	       " reference=%" PRId64 "\n",
	       head, tail, longest_silence(&heard), over,
	       limit > 0.0f ? 100.0 * (double)loudest(&heard) / (double)limit : 0.0, heard_frames, reference_frames);
	free(heard.samples);
	free(reference.samples);
	return 0;
}
