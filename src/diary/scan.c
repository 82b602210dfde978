#include "diary/scan.h"

#include <math.h>
#include <string.h>

static char fail(struct scan *scan)
{
	scan->bad = true;
	return '\0';
}

// The next byte that is no space.
static char peek(struct scan *scan)
{
	if (scan->bad)
		return '\0';
	scan->at += strspn(scan->at, " \t\r\n");
	return *scan->at;
}

static bool pass(struct scan *scan, char sign)
{
	if (peek(scan) != sign || !sign)
		return false;
	scan->at++;
	return true;
}

// ---- Text

// The well-formed sequences of RFC 3629.
size_t scan_character_bytes(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	if (s[0] < 0x80)
		return s[0] != 0;
	size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static unsigned read_hex(struct scan *scan)
{
	unsigned code = 0;
	for (int i = 0; i < 4; i++, scan->at++) {
		char c = *scan->at;
		int digit = c >= '0' && c <= '9'                 ? c - '0'
		            : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
		                                                 : -1;
		if (digit < 0)
			return (unsigned)fail(scan);
		code = code << 4 | (unsigned)digit;
	}
	return code;
}

static size_t write_code(unsigned code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | code);
	return n;
}

// \uD83D\uDE00 is one character; half of such a pair is none, and a NUL would end our text.
static size_t read_code(struct scan *scan, char out[4])
{
	unsigned code = read_hex(scan);
	if (code >= 0xd800 && code < 0xdc00 && strncmp(scan->at, "\\u", 2) == 0) {
		scan->at += 2;
		unsigned low = read_hex(scan);
		code = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0;
	}
	if (scan->bad || code == 0 || (code >= 0xd800 && code < 0xe000))
		return (size_t)fail(scan);
	return write_code(code, out);
}

static size_t read_escape(struct scan *scan, char out[4])
{
	static const char signs[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char sign = *scan->at++;
	const char *found = sign ? strchr(signs, sign) : NULL;
	if (sign == 'u')
		return read_code(scan, out);
	if (!found)
		return (size_t)fail(scan);
	out[0] = meant[found - signs];
	return 1;
}

static size_t read_character(struct scan *scan, char out[4])
{
	if (*scan->at == '\\') {
		scan->at++;
		return read_escape(scan, out);
	}
	size_t n = (unsigned char)*scan->at < 0x20 ? 0 : scan_character_bytes(scan->at);
	if (n == 0)
		return (size_t)fail(scan);
	memcpy(out, scan->at, n);
	scan->at += n;
	return n;
}

void scan_text(struct scan *scan, char text[SCAN_TEXT_BYTES])
{
	size_t used = 0;
	bool cut = false;
	if (!pass(scan, '"'))
		fail(scan);
	while (!scan->bad && *scan->at != '"') {
		char character[4];
		size_t n = read_character(scan, character);
		cut = cut || used + n >= SCAN_TEXT_BYTES;
		if (!cut) {
			memcpy(text + used, character, n);
			used += n;
		}
	}
	text[used] = '\0';
	scan->at += !scan->bad;
}

// ---- Numbers

static double read_digits(struct scan *scan, double sum, int *count)
{
	const char *begin = scan->at;
	for (; *scan->at >= '0' && *scan->at <= '9'; scan->at++)
		sum = 10.0 * sum + (*scan->at - '0');
	*count = (int)(scan->at - begin);
	if (*count == 0)
		fail(scan);
	return sum;
}

// Not strtod: it looks at the locale.
double scan_number(struct scan *scan)
{
	double sign = pass(scan, '-') ? -1.0 : 1.0;
	int count, behind = 0;
	bool zero = !scan->bad && *scan->at == '0';
	double value = scan->bad ? 0.0 : read_digits(scan, 0.0, &count);
	if (scan->bad || (zero && count > 1))
		return fail(scan);
	if (*scan->at == '.') {
		scan->at++;
		value = read_digits(scan, value, &behind);
	}
	double power = 0.0;
	if ((*scan->at | 32) == 'e') {
		scan->at++;
		double direction = *scan->at == '-' ? -1.0 : 1.0;
		scan->at += *scan->at == '-' || *scan->at == '+';
		power = direction * read_digits(scan, 0.0, &count);
	}
	value = sign * value * pow(10.0, power - behind);
	return scan->bad || !isfinite(value) ? fail(scan) : value;
}

// ---- What holds others

static void read_many(struct scan *scan, const char *signs, scan_take *take, void *context)
{
	if (!pass(scan, signs[0]) || ++scan->depth > SCAN_MOST_DEPTH) {
		fail(scan);
		return;
	}
	for (bool first = true; !scan->bad && !pass(scan, signs[1]); first = false) {
		char key[SCAN_TEXT_BYTES];
		bool keyed = signs[0] == '{';
		if (!first && !pass(scan, ','))
			fail(scan);
		if (keyed)
			scan_text(scan, key);
		if (keyed && !pass(scan, ':'))
			fail(scan);
		if (!scan->bad)
			take(scan, keyed ? key : NULL, context);
	}
	scan->depth--;
}

void scan_object(struct scan *scan, scan_take *take, void *context)
{
	read_many(scan, "{}", take, context);
}

void scan_array(struct scan *scan, scan_take *take, void *context)
{
	read_many(scan, "[]", take, context);
}

static void skip_one(struct scan *scan, const char *key, void *context)
{
	(void)key;
	(void)context;
	scan_skip(scan);
}

static bool pass_word(struct scan *scan, const char *word)
{
	size_t n = strlen(word);
	if (strncmp(scan->at, word, n) != 0)
		return false;
	scan->at += n;
	return true;
}

void scan_skip(struct scan *scan)
{
	char text[SCAN_TEXT_BYTES];
	switch (peek(scan)) {
	case '{':
	case '[':
		read_many(scan, *scan->at == '{' ? "{}" : "[]", skip_one, NULL);
		break;
	case '"':
		scan_text(scan, text);
		break;
	case 't':
	case 'f':
	case 'n':
		if (!pass_word(scan, "true") && !pass_word(scan, "false") && !pass_word(scan, "null"))
			fail(scan);
		break;
	default:
		scan_number(scan);
	}
}

char scan_peek(struct scan *scan)
{
	return peek(scan);
}

bool scan_ends(struct scan *scan)
{
	return peek(scan) == '\0' && !scan->bad;
}
