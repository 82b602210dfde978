// Folding is by rule and not by locale, so that a pack is found alike on every machine: the case pairs of Latin-1, Latin
// Extended-A, Greek and Cyrillic (Unicode 15, blocks to U+045F), and the blocks of Unicode that hold signs instead of
// letters. Letters that are written in two code points are not joined.
#include "voice/words.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct range {
	uint32_t first, last;
};

static bool in_ranges(uint32_t code, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

// The next code point; 0xFFFD for bytes that are none, which are taken one at a time.
static uint32_t decode(const unsigned char **at)
{
	const unsigned char *bytes = *at;
	int more = bytes[0] < 0x80 ? 0 : bytes[0] < 0xC2 ? -1 : bytes[0] < 0xE0 ? 1 : bytes[0] < 0xF0 ? 2 : 3;
	uint32_t code = more <= 0 ? bytes[0] : bytes[0] & (0x3Fu >> more);
	*at = bytes + 1;
	if (more < 0 || bytes[0] > 0xF4)
		return 0xFFFD;
	for (int i = 1; i <= more; i++) {
		if ((bytes[i] & 0xC0) != 0x80)
			return 0xFFFD;
		code = code << 6 | (bytes[i] & 0x3F);
	}
	*at = bytes + 1 + more;
	return code;
}

static char *encode(uint32_t code, char *out)
{
	if (code < 0x80) {
		*out++ = (char)code;
		return out;
	}
	int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	*out++ = (char)((0xFF00u >> (more + 1) & 0xFF) | code >> (6 * more));
	while (more-- > 0)
		*out++ = (char)(0x80 | (code >> (6 * more) & 0x3F));
	return out;
}

static uint32_t lower(uint32_t code)
{
	if ((code >= 'A' && code <= 'Z') || (code >= 0xC0 && code <= 0xDE && code != 0xD7) ||
	    (code >= 0x391 && code <= 0x3AB) || (code >= 0x410 && code <= 0x42F))
		return code + 32;
	if ((code >= 0x100 && code <= 0x12F) || (code >= 0x132 && code <= 0x137) || (code >= 0x14A && code <= 0x177))
		return code | 1;
	if ((code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17E))
		return code + (code & 1);
	if (code >= 0x400 && code <= 0x40F)
		return code + 80;
	switch (code) {
	case 0x130:
		return 'i';
	case 0x178:
		return 0xFF;
	case 0x386:
		return 0x3AC;
	case 0x388:
	case 0x389:
	case 0x38A:
		return code + 37;
	case 0x38C:
		return 0x3CC;
	case 0x38E:
	case 0x38F:
		return code + 63;
	default:
		return code;
	}
}

static bool is_letter(uint32_t code)
{
	static const struct range signs[] = {
		{0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},       {0xD7, 0xD7},
		{0xF7, 0xF7},     {0x37E, 0x37E},   {0x387, 0x387},   {0x55A, 0x55F},     {0x589, 0x58A},
		{0x5BE, 0x5BE},   {0x5F3, 0x5F4},   {0x600, 0x60F},   {0x61B, 0x61F},     {0x66A, 0x66D},
		{0x6D4, 0x6D4},   {0x964, 0x965},   {0x1680, 0x1680}, {0x2000, 0x206F},   {0x20A0, 0x20CF},
		{0x2190, 0x2BFF}, {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x3020},   {0x3030, 0x303F},
		{0x30FB, 0x30FB}, {0xE000, 0xF8FF}, {0xFE00, 0xFE6F}, {0xFEFF, 0xFF0F},   {0xFF1A, 0xFF20},
		{0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF},
	};
	if (code < 0x80)
		return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z');
	return !in_ranges(code, signs, sizeof signs / sizeof *signs);
}

// Apostrophes, and what has no width: the soft hyphen and joiners. A word goes on across them.
static bool vanishes(uint32_t code)
{
	return code == '\'' || code == 0x2019 || code == 0x2018 || code == 0x2BC || code == 0xAD ||
	       (code >= 0x200B && code <= 0x200D) || code == 0x2060 || code == 0xFEFF;
}

void words_fold(const char *words, char *out)
{
	const unsigned char *at = (const unsigned char *)words;
	const char *begin = out;
	bool gap = false;
	while (*at) {
		uint32_t code = lower(decode(&at));
		if (vanishes(code))
			continue;
		if (!is_letter(code)) {
			gap = true;
			continue;
		}
		if (gap && out > begin)
			*out++ = ' ';
		gap = false;
		out = encode(code, out);
	}
	*out = '\0';
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

// One that the counts of letters alone prove: each change mends two counts at most.
static bool surely_far(const char *a, const char *b, int most)
{
	int counts[32] = {0}, sum = 0;
	for (; *a; a++)
		counts[*a & 31]++;
	for (; *b; b++)
		counts[*b & 31]--;
	for (int i = 0; i < 32; i++)
		sum += abs(counts[i]);
	return sum > 2 * most;
}

int words_distance(const char *a, const char *b, int most)
{
	int a_length = (int)strlen(a), b_length = (int)strlen(b);
	if (abs(a_length - b_length) > most || surely_far(a, b, most))
		return most + 1;
	int *row = memory_alloc((size_t)(b_length + 1) * sizeof *row);
	for (int j = 0; j <= b_length; j++)
		row[j] = j;
	for (int i = 1; i <= a_length; i++) {
		int corner = row[0], best = row[0] = i;
		for (int j = 1; j <= b_length; j++) {
			int above = row[j];
			row[j] = least(least(above, row[j - 1]) + 1, corner + (a[i - 1] != b[j - 1]));
			corner = above;
			best = least(best, row[j]);
		}
		if (best > most) {
			row[b_length] = most + 1;
			break;
		}
	}
	int distance = least(row[b_length], most + 1);
	free(row);
	return distance;
}
