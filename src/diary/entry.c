// What was not answered has no member; "not_answered" names what was asked for in vain. A scan passes over members that
// it does not know.
#include "diary/entry.h"

#include "base/json.h"
#include "diary/moment.h"
#include "diary/scan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const WHENS[DIARY_WHENS] = {"before", "after"};
static const char *const FATES[] = {"done", "skipped", "not tonight"};
static const char *const ENDINGS[] = {"to the end", "stopped", "fell asleep", "broken off"};

enum { FORMAT = 1, ENDING_COUNT = sizeof ENDINGS / sizeof *ENDINGS };

// ---- Writing

// JSON is UTF-8, the name of a file need not be: what is none becomes U+FFFD.
static void print_text(FILE *out, const char *text)
{
	char *clean = NULL;
	size_t bytes;
	FILE *to = open_memstream(&clean, &bytes);
	while (to && *text) {
		size_t n = scan_character_bytes(text);
		fwrite(n ? text : "\xef\xbf\xbd", 1, n ? n : 3, to);
		text += n ? n : 1;
	}
	if (to)
		fclose(to);
	json_print_text(out, clean ? clean : "");
	free(clean);
}

static void print_member(FILE *out, const char *key, const char *text)
{
	if (!text)
		return;
	fprintf(out, ",\"%s\":", key);
	print_text(out, text);
}

static void print_moment(FILE *out, const char *key, int64_t wall_sec)
{
	char moment[MOMENT_BYTES];
	moment_write(wall_sec, moment);
	fprintf(out, ",\"%s\":\"%s\"", key, moment);
}

// In tenths, without a look at the locale's decimal point.
static void print_sec(FILE *out, const char *key, double sec)
{
	if (!(sec >= 0.0 && sec < 1e9)) {
		fprintf(out, "\"%s\":null", key);
		return;
	}
	long long tenths = llround(10.0 * sec);
	fprintf(out, "\"%s\":%lld.%lld", key, tenths / 10, tenths % 10);
}

static void print_rating(FILE *out, enum diary_when when, const struct entry_rating *rating)
{
	if (!rating->asked || rating->value == DIARY_NO_RATING)
		return;
	char key[32];
	snprintf(key, sizeof key, "%s_at", WHENS[when]);
	fprintf(out, ",\"%s\":%d", WHENS[when], rating->value);
	print_moment(out, key, rating->wall_sec);
}

static void print_not_answered(FILE *out, const struct entry_rating ratings[DIARY_WHENS])
{
	int count = 0;
	for (int i = 0; i < DIARY_WHENS; i++)
		if (ratings[i].asked && ratings[i].value == DIARY_NO_RATING)
			fprintf(out, "%s\"%s\"", count++ ? "," : ",\"not_answered\":[", WHENS[i]);
	if (count)
		fputc(']', out);
}

static void print_parts(FILE *out, const struct entry_notes *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		fputs(i ? ",{\"part\":" : ",\"parts\":[{\"part\":", out);
		print_text(out, parts->items[i].name);
		fprintf(out, ",\"fate\":\"%s\"}", FATES[parts->items[i].fate]);
	}
	if (parts->count)
		fputc(']', out);
}

static void print_areas(FILE *out, const struct entry_notes *areas)
{
	for (size_t i = 0; i < areas->count; i++) {
		fputs(i ? "," : ",\"areas\":[", out);
		print_text(out, areas->items[i].name);
	}
	if (areas->count)
		fputc(']', out);
}

static void print_places(FILE *out, const char *key, const struct entry_notes *notes)
{
	for (size_t i = 0; i < notes->count; i++) {
		if (i)
			fputs(",{", out);
		else
			fprintf(out, ",\"%s\":[{", key);
		print_sec(out, "at_sec", notes->items[i].at_sec);
		if (notes->items[i].name)
			print_member(out, "area", notes->items[i].name);
		fputc('}', out);
	}
	if (notes->count)
		fputc(']', out);
}

static FILE *begin_line(char **text, size_t *bytes, const char *kind, const char *session)
{
	FILE *out = open_memstream(text, bytes);
	if (!out)
		abort(); // no memory for a buffer: base/memory.h ends the program too
	fprintf(out, "{\"stillroom\":%d,\"kind\":\"%s\"", FORMAT, kind);
	print_member(out, "session", session);
	return out;
}

static char *end_line(struct arena *arena, FILE *out, char **text, const size_t *bytes)
{
	fputs("}\n", out);
	fclose(out);
	char *line = arena_copy(arena, *text, *bytes);
	free(*text);
	return line;
}

char *entry_session_line(struct arena *arena, const struct entry *entry)
{
	char *text;
	size_t bytes;
	FILE *out = begin_line(&text, &bytes, "session", entry->session);
	print_moment(out, "began", entry->start.wall_sec);
	print_member(out, "moment", entry->start.moment);
	print_member(out, "routine", entry->start.routine);
	print_member(out, "title", entry->start.title);
	for (int i = 0; i < DIARY_WHENS; i++)
		print_rating(out, (enum diary_when)i, &entry->ratings[i]);
	print_not_answered(out, entry->ratings);
	print_parts(out, &entry->parts);
	print_areas(out, &entry->areas);
	print_places(out, "hurt", &entry->hurt);
	print_places(out, "too_much", &entry->too_much);
	fputc(',', out);
	print_sec(out, "heard_sec", fmin(fmax(entry->heard_sec, 0.0), 1e8));
	print_member(out, "ended", ENDINGS[entry->ending]);
	return end_line(arena, out, &text, &bytes);
}

char *entry_rating_line(struct arena *arena, const char *session, enum diary_when when,
                        const struct entry_rating *rating)
{
	char *text;
	size_t bytes;
	FILE *out = begin_line(&text, &bytes, "rating", session);
	print_moment(out, "asked", rating->wall_sec);
	print_member(out, "when", WHENS[when]);
	if (rating->value != DIARY_NO_RATING)
		fprintf(out, ",\"rating\":%d", rating->value);
	return end_line(arena, out, &text, &bytes);
}

// ---- Reading

struct reading {
	struct entry_seen *seen;
	const char *area;
	int when, value; // of a rating's line
	bool began;
};

static int find(const char *const *names, int count, const char *name)
{
	int at = 0;
	while (at < count && strcmp(names[at], name) != 0)
		at++;
	return at < count ? at : -1;
}

static int read_value(struct scan *scan)
{
	double value = scan_number(scan);
	if (!(value >= 0.0 && value <= 9.0 && value == floor(value)))
		scan->bad = true;
	return scan->bad ? DIARY_NO_RATING : (int)value;
}

static void take_not_answered(struct scan *scan, const char *key, void *context)
{
	struct reading *reading = context;
	char text[SCAN_TEXT_BYTES];
	(void)key;
	scan_text(scan, text);
	int when = find(WHENS, DIARY_WHENS, text);
	if (when >= 0)
		reading->seen->ratings[when] = (struct entry_rating){.asked = true, .value = DIARY_NO_RATING};
}

static void take_area(struct scan *scan, const char *key, void *context)
{
	struct reading *reading = context;
	char text[SCAN_TEXT_BYTES];
	(void)key;
	scan_text(scan, text);
	if (reading->area && strcmp(reading->area, text) == 0)
		reading->seen->touched = true;
}

static void take_hurt_member(struct scan *scan, const char *key, void *context)
{
	struct reading *reading = context;
	char text[SCAN_TEXT_BYTES];
	if (strcmp(key, "area") != 0) {
		scan_skip(scan);
		return;
	}
	scan_text(scan, text);
	if (reading->area && strcmp(reading->area, text) == 0)
		reading->seen->touched = reading->seen->hurt = true;
}

static void take_hurt(struct scan *scan, const char *key, void *context)
{
	(void)key;
	scan_object(scan, take_hurt_member, context);
}

static void take_text(struct scan *scan, const char *key, struct reading *reading)
{
	struct entry_seen *seen = reading->seen;
	char text[SCAN_TEXT_BYTES];
	scan_text(scan, text);
	if (strcmp(key, "kind") == 0)
		seen->kind = strcmp(text, "session") == 0  ? ENTRY_SESSION
		             : strcmp(text, "rating") == 0 ? ENTRY_RATING
		                                           : ENTRY_OTHER;
	else if (strcmp(key, "session") == 0)
		snprintf(seen->session, sizeof seen->session, "%.*s", DIARY_ID_BYTES - 1, text);
	else if (strcmp(key, "routine") == 0)
		memcpy(seen->routine, text, sizeof seen->routine);
	else if (strcmp(key, "began") == 0)
		reading->began = moment_read(text, &seen->wall_sec);
	else if (strcmp(key, "when") == 0)
		reading->when = find(WHENS, DIARY_WHENS, text);
	else if (find(ENDINGS, ENDING_COUNT, text) >= 0)
		seen->ending = (enum diary_ending)find(ENDINGS, ENDING_COUNT, text);
}

static void take_member(struct scan *scan, const char *key, void *context)
{
	static const char *const texts[] = {"kind", "session", "routine", "began", "when", "ended"};
	struct reading *reading = context;
	int when = find(WHENS, DIARY_WHENS, key);
	if (when >= 0)
		reading->seen->ratings[when] = (struct entry_rating){.asked = true, .value = read_value(scan)};
	else if (find(texts, sizeof texts / sizeof *texts, key) >= 0)
		take_text(scan, key, reading);
	else if (strcmp(key, "rating") == 0)
		reading->value = read_value(scan);
	else if (strcmp(key, "heard_sec") == 0)
		reading->seen->heard_sec = scan_number(scan);
	else if (strcmp(key, "not_answered") == 0)
		scan_array(scan, take_not_answered, context);
	else if (strcmp(key, "areas") == 0)
		scan_array(scan, take_area, context);
	else if (strcmp(key, "hurt") == 0)
		scan_array(scan, take_hurt, context);
	else
		scan_skip(scan);
}

bool entry_read(const char *line, const char *area, struct entry_seen *seen)
{
	struct reading reading = {.seen = seen, .area = area, .when = -1, .value = DIARY_NO_RATING};
	struct scan scan = {.at = line};
	*seen = (struct entry_seen){0};
	for (int i = 0; i < DIARY_WHENS; i++)
		seen->ratings[i].value = DIARY_NO_RATING;
	scan_object(&scan, take_member, &reading);
	if (!scan_ends(&scan))
		return false;
	if (seen->kind == ENTRY_RATING && reading.when >= 0)
		seen->ratings[reading.when] = (struct entry_rating){.asked = true, .value = reading.value};
	bool named = seen->session[0] != '\0';
	return seen->kind == ENTRY_OTHER || (named && (seen->kind == ENTRY_RATING ? reading.when >= 0 : reading.began));
}
