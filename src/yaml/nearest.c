// The nearest known word, by optimal string alignment: how many letters to add, take, change or swap with a neighbour
// (Damerau 1964).
#include "yaml/yaml.h"

#include "base/arena.h"

#include <string.h>

enum { WORD_MOST = 48, CLIP_MOST = 40 };

static char lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	int rows[3][WORD_MOST + 1];
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= a_length; i++) {
		int *row = rows[i % 3], *above = rows[(i - 1) % 3], *second = rows[(i + 1) % 3];
		row[0] = (int)i;
		for (size_t j = 1; j <= b_length; j++) {
			bool same = lower(a[i - 1]) == lower(b[j - 1]);
			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + !same);
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
				row[j] = least(row[j], second[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

const char *yaml_nearest(const char *word, const char *const *known)
{
	size_t length = strlen(word);
	if (length == 0 || length > WORD_MOST)
		return NULL;
	int best = 1 + (length >= 9 ? (int)length / 3 : length >= 5 ? 2 : 1);
	const char *nearest = NULL;
	for (; *known; known++) {
		size_t known_length = strlen(*known);
		int far = known_length > WORD_MOST ? best : distance(word, length, *known, known_length);
		if (far < best && far < (int)known_length) {
			best = far;
			nearest = *known;
		}
	}
	return nearest;
}

const char *yaml_clip(struct arena *arena, const char *text)
{
	size_t bytes = 0;
	for (int letters = 0; text[bytes] && letters < CLIP_MOST; bytes++)
		letters += ((unsigned char)text[bytes + 1] & 0xc0) != 0x80;
	bool cut = text[bytes] != '\0';
	char *copy = arena_alloc(arena, bytes + sizeof "...");
	memcpy(copy, text, bytes);
	for (char *at = copy; *at; at++)
		if (*at == '\n' || *at == '\t' || *at == '\r')
			*at = ' ';
	if (cut)
		memcpy(copy + bytes, "...", sizeof "...");
	return copy;
}

size_t yaml_missing_blank(const char *text)
{
	size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz-");
	bool glued = word && text[word] == ':' && !strchr(" \t\r\n/", text[word + 1]);
	return glued ? word : 0;
}
