// What may not stand on a screen: the controls of ASCII, and U+0080 to U+009F, which a terminal may obey. Any thread.
#ifndef BASE_SCREEN_H
#define BASE_SCREEN_H

#include <string.h>

// How many bytes of UTF-8 the control takes that the text goes on with; 0 where it is none, and at its end.
static inline int screen_control_bytes(const char *text)
{
	unsigned char first = (unsigned char)text[0], second = first ? (unsigned char)text[1] : 0;
	if (first == 0xc2 && second >= 0x80 && second < 0xa0)
		return 2;
	return (first && first < 0x20) || first == 0x7f;
}

// One line for a screen, in its place: a question mark for each byte of a control. Gives the text.
static inline char *screen_one_line(char *text)
{
	for (char *at = text; *at; at++)
		memset(at, '?', (size_t)screen_control_bytes(at));
	return text;
}

#endif
