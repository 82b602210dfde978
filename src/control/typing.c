// Keys arrive as bytes, or as an escape and a sequence (ECMA-48: ESC [ parameters letter; VT100's ESC O letter). An
// escape that nothing follows in the same read is the Escape key.
//
// Nobody means a flood. More than a few keys in one read, unless they are one key held down, are a paste or a hand on
// the keyboard: one VERB_OTHER, and silence until nothing has come for a moment, so that the paste's last bytes are not
// taken for keys. A terminal that marks a paste (ESC [200~ to ESC [201~) gets the same answer for a short one.
#include "control/typing.h"

#include <math.h>
#include <string.h>

#define PENDING_SEC 0.1
#define FLOOD_SEC 0.3

static const char PASTE_BEGIN[] = "[200~";

static bool is_one(const struct wish *a, const struct wish *b)
{
	return a->verb == b->verb && !(a->value < b->value) && !(a->value > b->value);
}

static void add_wish(struct typing *typing, struct wish wish)
{
	bool first = typing->keys++ == 0;
	const struct wish *last = typing->count ? &typing->wishes[typing->count - 1] : NULL;
	bool same = last && is_one(last, &wish);
	typing->alike = first || (typing->alike && same);
	if (same && wish.verb == VERB_OTHER)
		return;
	if (typing->count < TYPING_MOST_KEYS)
		typing->wishes[typing->count++] = wish;
}

// ---- Sequences

// The bytes of a sequence from its `[` or `O` on; 0 when its end is not there yet.
static size_t sequence_bytes(const char *bytes, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (i + 1 == TYPING_MOST_SEQUENCE || c < 0x20 || c > 0x7e)
			return i; // no sequence: what stands here is a key of its own
		if (c >= '@')
			return i + 1;
	}
	return 0;
}

// Shift and its like stand between: [1;5C is [C, [6;2~ is [6~.
static struct wish of_sequence(const char *bytes, size_t count)
{
	char plain[TYPING_MOST_SEQUENCE];
	size_t n = 0;
	char end = bytes[count - 1];
	plain[n++] = bytes[0];
	for (size_t i = 1; end == '~' && i + 1 < count && bytes[i] != ';'; i++)
		plain[n++] = bytes[i];
	plain[n++] = end;
	return verb_of_sequence(plain, n);
}

static void keep_pending(struct typing *typing, const char *bytes, size_t count, double now_sec)
{
	memcpy(typing->pending, bytes, count);
	typing->pending_count = count;
	typing->pending_sec = now_sec;
}

static void begin_flood(struct typing *typing, double now_sec)
{
	typing->flood = true;
	typing->flood_sec = now_sec;
}

// One key that begins with an escape; how many bytes it took.
static size_t take_escape(struct typing *typing, const char *bytes, size_t count, double now_sec)
{
	if (count > 2 && bytes[1] == '\033' && (bytes[2] == '[' || bytes[2] == 'O'))
		return 1; // Alt and an arrow
	if (count == 1 || bytes[1] == '\033') {
		add_wish(typing, verb_of_key('\033'));
		return 1;
	}
	if (bytes[1] != '[' && bytes[1] != 'O') {
		add_wish(typing, (struct wish){.verb = VERB_OTHER}); // Alt and a key
		return 2;
	}
	size_t used = sequence_bytes(bytes + 1, count - 1);
	if (used == 0) {
		keep_pending(typing, bytes, count, now_sec);
		return count;
	}
	typing->pasting = used == sizeof PASTE_BEGIN - 1 && memcmp(bytes + 1, PASTE_BEGIN, used) == 0;
	add_wish(typing, of_sequence(bytes + 1, used));
	return 1 + used;
}

// ---- All of it

// Bytes from 0x80 on are parts of one letter (UTF-8), and all are the same to us.
static void decode(struct typing *typing, const char *bytes, size_t count, double now_sec)
{
	typing->pasting = false;
	for (size_t i = 0; i < count && !typing->pasting;) {
		if (bytes[i] == '\033') {
			i += take_escape(typing, bytes + i, count - i, now_sec);
			continue;
		}
		if (((unsigned char)bytes[i] & 0xc0) != 0x80)
			add_wish(typing, verb_of_key(bytes[i]));
		i++;
	}
}

static bool is_flooded(struct typing *typing, double now_sec)
{
	if (!typing->flood)
		return false;
	typing->flood = now_sec - typing->flood_sec < FLOOD_SEC;
	typing->flood_sec = now_sec;
	return typing->flood;
}

static void judge(struct typing *typing, double now_sec)
{
	if (!typing->pasting && (typing->keys <= TYPING_MOST_KEYS || typing->alike))
		return;
	typing->wishes[0] = (struct wish){.verb = VERB_OTHER};
	typing->count = 1;
	typing->pending_count = 0;
	begin_flood(typing, now_sec);
}

void typing_add(struct typing *typing, const char *bytes, size_t count, double now_sec)
{
	if (count == 0 || is_flooded(typing, now_sec))
		return;
	char all[TYPING_MOST_SEQUENCE + TYPING_MOST_BYTES];
	size_t before = typing->pending_count;
	count = count < TYPING_MOST_BYTES ? count : TYPING_MOST_BYTES; // so many are a flood, or one key held down
	memcpy(all, typing->pending, before);
	memcpy(all + before, bytes, count);
	typing->first = typing->count = typing->keys = typing->pending_count = 0;
	decode(typing, all, before + count, now_sec);
	judge(typing, now_sec);
}

bool typing_take(struct typing *typing, struct wish *wish)
{
	if (typing->first == typing->count)
		return false;
	*wish = typing->wishes[typing->first++];
	return true;
}

double typing_deadline_sec(const struct typing *typing)
{
	return typing->pending_count ? typing->pending_sec + PENDING_SEC : INFINITY;
}

void typing_settle(struct typing *typing, double now_sec)
{
	if (now_sec < typing_deadline_sec(typing))
		return;
	typing->first = typing->count = typing->keys = typing->pending_count = 0;
	add_wish(typing, (struct wish){.verb = VERB_OTHER}); // Alt and a bracket
}
