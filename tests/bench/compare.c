// compare A.wav B.wav: how equal two renders of the reference session are. Prints the greatest difference of their RMS in
// windows of 0.4 s, in decibels, from the end of the first fade to the begin of the last, and the share of windows
// within 0.1 dB.
#include "reference.h"

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WINDOW_FRAMES = RATE_HZ * 2 / 5 };

static SNDFILE *open_or_end(const char *path)
{
	SF_INFO info = {0};
	SNDFILE *file = sf_open(path, SFM_READ, &info);
	if (!file || info.channels != 2 || info.samplerate != RATE_HZ) {
		fprintf(stderr, "compare: %s: %s\n", path, sf_strerror(file));
		exit(1);
	}
	sf_seek(file, FADE_IN_SEC * RATE_HZ, SEEK_SET);
	return file;
}

static double rms_db(SNDFILE *file)
{
	static float frames[WINDOW_FRAMES * 2];
	double sum = 1e-12;
	if (sf_readf_float(file, frames, WINDOW_FRAMES) != WINDOW_FRAMES)
		return -200.0;
	for (int i = 0; i < WINDOW_FRAMES * 2; i++)
		sum += (double)frames[i] * (double)frames[i];
	return 10.0 * log10(sum / (WINDOW_FRAMES * 2));
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	SNDFILE *a = open_or_end(argv[1]), *b = open_or_end(argv[2]);
	double most = 0.0;
	int equal = 0, windows = (SESSION_SEC - FADE_IN_SEC - FADE_OUT_SEC) * 5 / 2;
	for (int i = 0; i < windows; i++) {
		double difference = fabs(rms_db(a) - rms_db(b));
		most = fmax(most, difference);
		equal += difference < 0.1;
	}
	printf("%.3f %.1f\n", most, 100.0 * equal / windows);
	sf_close(a);
	sf_close(b);
	return 0;
}
