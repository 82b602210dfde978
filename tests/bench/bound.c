// The least that a render can cost: libsndfile decodes each input once and encodes the finished sound, nothing else.
//
//   bound FINISHED.wav OUTPUT.wav|OUTPUT.flac INPUT...
#include <sndfile.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PORTION_FRAMES = 4096, WAV_HEADER_BYTES = 44 };

static SNDFILE *open_or_end(const char *path, int mode, SF_INFO *info)
{
	SNDFILE *file = sf_open(path, mode, info);
	if (!file) {
		fprintf(stderr, "bound: %s: %s\n", path, sf_strerror(NULL));
		exit(1);
	}
	return file;
}

static void decode(const char *path)
{
	static float frames[PORTION_FRAMES * 2];
	SF_INFO info = {0};
	SNDFILE *file = open_or_end(path, SFM_READ, &info);
	while (sf_readf_float(file, frames, PORTION_FRAMES) > 0)
		;
	sf_close(file);
}

static void encode(const char *finished, const char *path)
{
	int fd = open(finished, O_RDONLY);
	struct stat stat;
	if (fd < 0 || fstat(fd, &stat) || stat.st_size <= WAV_HEADER_BYTES)
		exit(1);
	const char *bytes = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (bytes == MAP_FAILED)
		exit(1);
	int64_t length = (stat.st_size - WAV_HEADER_BYTES) / 4;
	int kind = strstr(path, ".flac") ? SF_FORMAT_FLAC : SF_FORMAT_WAV;
	SF_INFO info = {.samplerate = 48000, .channels = 2, .format = kind | SF_FORMAT_PCM_16};
	SNDFILE *file = open_or_end(path, SFM_WRITE, &info);
	for (int64_t at = 0; at < length; at += PORTION_FRAMES) {
		int64_t n = length - at < PORTION_FRAMES ? length - at : PORTION_FRAMES;
		sf_writef_short(file, (const int16_t *)(bytes + WAV_HEADER_BYTES + at * 4), n);
	}
	sf_close(file);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	for (int i = 3; i < argc; i++)
		decode(argv[i]);
	encode(argv[1], argv[2]);
	return 0;
}
