#include "diary/reader.h"

#include <math.h>
#include <string.h>

static char fail(struct reader *reader)
{
	reader->bad = true;
	return '\0';
}

// The next byte that is no space.
static char peek(struct reader *reader)
{
	if (reader->bad)
		return '\0';
	reader->at += strspn(reader->at, " \t\r\n");
	return *reader->at;
}

static bool pass(struct reader *reader, char sign)
{
	if (peek(reader) != sign || !sign)
		return false;
	reader->at++;
	return true;
}

// ---- Text

// The well-formed sequences of RFC 3629.
size_t reader_character_bytes(const char *text)
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

static unsigned read_hex(struct reader *reader)
{
	unsigned code = 0;
	for (int i = 0; i < 4; i++, reader->at++) {
		char c = *reader->at;
		int digit = c >= '0' && c <= '9'                 ? c - '0'
		            : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
		                                                 : -1;
		if (digit < 0)
			return (unsigned)fail(reader);
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
static size_t read_code(struct reader *reader, char out[4])
{
	unsigned code = read_hex(reader);
	if (code >= 0xd800 && code < 0xdc00 && strncmp(reader->at, "\\u", 2) == 0) {
		reader->at += 2;
		unsigned low = read_hex(reader);
		code = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0;
	}
	if (reader->bad || code == 0 || (code >= 0xd800 && code < 0xe000))
		return (size_t)fail(reader);
	return write_code(code, out);
}

static size_t read_escape(struct reader *reader, char out[4])
{
	static const char signs[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char sign = *reader->at++;
	const char *found = sign ? strchr(signs, sign) : NULL;
	if (sign == 'u')
		return read_code(reader, out);
	if (!found)
		return (size_t)fail(reader);
	out[0] = meant[found - signs];
	return 1;
}

static size_t read_character(struct reader *reader, char out[4])
{
	if (*reader->at == '\\') {
		reader->at++;
		return read_escape(reader, out);
	}
	size_t n = (unsigned char)*reader->at < 0x20 ? 0 : reader_character_bytes(reader->at);
	if (n == 0)
		return (size_t)fail(reader);
	memcpy(out, reader->at, n);
	reader->at += n;
	return n;
}

void reader_text(struct reader *reader, char text[READER_TEXT_BYTES])
{
	size_t used = 0;
	bool cut = false;
	if (!pass(reader, '"'))
		fail(reader);
	while (!reader->bad && *reader->at != '"') {
		char character[4];
		size_t n = read_character(reader, character);
		cut = cut || used + n >= READER_TEXT_BYTES;
		if (!cut) {
			memcpy(text + used, character, n);
			used += n;
		}
	}
	text[used] = '\0';
	reader->at += !reader->bad;
}

// ---- Numbers

static double read_digits(struct reader *reader, double sum, int *count)
{
	const char *begin = reader->at;
	for (; *reader->at >= '0' && *reader->at <= '9'; reader->at++)
		sum = 10.0 * sum + (*reader->at - '0');
	*count = (int)(reader->at - begin);
	if (*count == 0)
		fail(reader);
	return sum;
}

// Not strtod: it looks at the locale.
double reader_number(struct reader *reader)
{
	double sign = pass(reader, '-') ? -1.0 : 1.0;
	int count, behind = 0;
	bool zero = !reader->bad && *reader->at == '0';
	double value = reader->bad ? 0.0 : read_digits(reader, 0.0, &count);
	if (reader->bad || (zero && count > 1))
		return fail(reader);
	if (*reader->at == '.') {
		reader->at++;
		value = read_digits(reader, value, &behind);
	}
	double power = 0.0;
	if ((*reader->at | 32) == 'e') {
		reader->at++;
		double direction = *reader->at == '-' ? -1.0 : 1.0;
		reader->at += *reader->at == '-' || *reader->at == '+';
		power = direction * read_digits(reader, 0.0, &count);
	}
	value = sign * value * pow(10.0, power - behind);
	return reader->bad || !isfinite(value) ? fail(reader) : value;
}

// ---- What holds others

static void read_many(struct reader *reader, const char *signs, reader_take *take, void *context)
{
	if (!pass(reader, signs[0]) || ++reader->depth > READER_MOST_DEPTH) {
		fail(reader);
		return;
	}
	for (bool first = true; !reader->bad && !pass(reader, signs[1]); first = false) {
		char key[READER_TEXT_BYTES];
		bool keyed = signs[0] == '{';
		if (!first && !pass(reader, ','))
			fail(reader);
		if (keyed)
			reader_text(reader, key);
		if (keyed && !pass(reader, ':'))
			fail(reader);
		if (!reader->bad)
			take(reader, keyed ? key : NULL, context);
	}
	reader->depth--;
}

void reader_object(struct reader *reader, reader_take *take, void *context)
{
	read_many(reader, "{}", take, context);
}

void reader_array(struct reader *reader, reader_take *take, void *context)
{
	read_many(reader, "[]", take, context);
}

static void skip_one(struct reader *reader, const char *key, void *context)
{
	(void)key;
	(void)context;
	reader_skip(reader);
}

static bool pass_word(struct reader *reader, const char *word)
{
	size_t n = strlen(word);
	if (strncmp(reader->at, word, n) != 0)
		return false;
	reader->at += n;
	return true;
}

void reader_skip(struct reader *reader)
{
	char text[READER_TEXT_BYTES];
	switch (peek(reader)) {
	case '{':
	case '[':
		read_many(reader, *reader->at == '{' ? "{}" : "[]", skip_one, NULL);
		break;
	case '"':
		reader_text(reader, text);
		break;
	case 't':
	case 'f':
	case 'n':
		if (!pass_word(reader, "true") && !pass_word(reader, "false") && !pass_word(reader, "null"))
			fail(reader);
		break;
	default:
		reader_number(reader);
	}
}

bool reader_ends(struct reader *reader)
{
	return peek(reader) == '\0' && !reader->bad;
}
