// compare_capture HEARD REFERENCE: is REFERENCE, whole and unchanged, in HEARD? Both are raw stereo floats. Silence
// before and after it is skipped. Exit 0 when it is; else 1 and a line that says where they part.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct sound {
	float *samples;
	int64_t n_frames;
};

static struct sound read_sound(const char *path)
{
	FILE *file = fopen(path, "r");
	if (!file) {
		perror(path);
		exit(2);
	}
	fseek(file, 0, SEEK_END);
	struct sound sound = {.n_frames = ftell(file) / (long)(2 * sizeof(float))};
	rewind(file);
	sound.samples = calloc((size_t)sound.n_frames + 1, 2 * sizeof(float));
	if (!sound.samples ||
	    fread(sound.samples, 2 * sizeof(float), (size_t)sound.n_frames, file) != (size_t)sound.n_frames)
		exit(2);
	fclose(file);
	return sound;
}

static int64_t skip_silence(const struct sound *sound, int64_t at)
{
	while (at < sound->n_frames && sound->samples[2 * at] == 0.0f && sound->samples[2 * at + 1] == 0.0f)
		at++;
	return at;
}

int main(int count, char **words)
{
	if (count != 3)
		return 2;
	struct sound heard = read_sound(words[1]), reference = read_sound(words[2]);
	int64_t begin = skip_silence(&heard, 0), from = skip_silence(&reference, 0);
	int64_t n = reference.n_frames - from, same = 0;
	while (same < n && begin + same < heard.n_frames &&
	       heard.samples[2 * (begin + same)] == reference.samples[2 * (from + same)] &&
	       heard.samples[2 * (begin + same) + 1] == reference.samples[2 * (from + same) + 1])
		same++;
	// A reference that ends in silence may be cut there: nobody hears it.
	int64_t rest = skip_silence(&reference, from + same), more = skip_silence(&heard, begin + same);
	printf("%lld frames of silence, then %lld of %lld frames are the same\n", (long long)begin, (long long)same,
	       (long long)n);
	bool whole = same > 0 && rest >= reference.n_frames;
	if (whole && more < heard.n_frames)
		printf("after the end something is heard at frame %lld\n", (long long)more);
	whole = whole && more >= heard.n_frames;
	free(heard.samples);
	free(reference.samples);
	return whole ? 0 : 1;
}
