// Which characters may stand in a text: UTF-8 as in RFC 3629 (no overlong forms, no surrogates), without those nobody
// can see. Unicode's own line ends (U+0085, U+2028, U+2029) are refused because editors and libyaml disagree on
// whether they begin a line, and a fault's line must be the one that the author's editor shows.
#include "yaml/slip.h"

#include <stdint.h>

// The bytes of the character that begins here, 0 when it is not UTF-8.
static size_t decode(const unsigned char *at, size_t left, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t size = at[0] < 0x80 ? 1 : at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : at[0] >= 0xc0 ? 2 : 0;
	if (size == 0 || size > left || at[0] > 0xf4)
		return 0;
	*point = size == 1 ? at[0] : at[0] & (0xffu >> (size + 1));
	for (size_t i = 1; i < size; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (at[i] & 0x3f);
	}
	bool surrogate = *point >= 0xd800 && *point < 0xe000;
	return *point < least[size] || *point > 0x10ffff || surrogate ? 0 : size;
}

static const char *trouble(uint32_t point)
{
	if (point == 0)
		return "a NUL byte; a routine is plain text";
	if (point == 0x85 || point == 0x2028 || point == 0x2029)
		return "a hidden line end; delete it and press Enter";
	if (point == 0xfeff)
		return "a hidden mark (a byte order mark); delete it";
	bool blank = point == '\t' || point == '\n' || point == '\r';
	if ((point < 0x20 && !blank) || (point >= 0x7f && point < 0xa0) || point >= 0x10fffe ||
	    (point & 0xfffe) == 0xfffe)
		return "a control character, which nobody can see; delete it";
	return NULL;
}

const char *slip_bad_character(const char *text, size_t length, const char **what)
{
	for (size_t i = 0; i < length;) {
		uint32_t point = 0;
		size_t size = decode((const unsigned char *)text + i, length - i, &point);
		*what = size ? trouble(point) : "bytes that are not UTF-8; save the file as UTF-8 text";
		if (*what)
			return text + i;
		i += size;
	}
	*what = NULL;
	return NULL;
}
