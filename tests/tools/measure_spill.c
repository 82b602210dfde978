// measure_spill HEARD: how much sound is in what should be silent; raw stereo floats at 48 kHz. Prints
//
//   samples=N   above -60 dBFS
//   ms=N        from the first to the last of them
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

int main(int count, char **words)
{
	FILE *file = count == 2 ? fopen(words[1], "rb") : NULL;
	if (!file)
		return 2;
	float frame[2];
	int64_t samples = 0, first = -1, last = -1;
	for (int64_t at = 0; fread(frame, sizeof frame, 1, file) == 1; at++) {
		int loud = !(fabsf(frame[0]) <= 0.001f) + !(fabsf(frame[1]) <= 0.001f);
		if (!loud)
			continue;
		samples += loud;
		first = first < 0 ? at : first;
		last = at;
	}
	fclose(file);
	printf("samples=%" PRId64 " ms=%" PRId64 "\n", samples, first < 0 ? 0 : (last - first) / 48 + 1);
	return 0;
}
