// The diary's entries as people read them: a line each, and one below for what was felt.
#include "base/arena.h"
#include "base/screen.h"
#include "cli/complaint.h"
#include "cli/diary.h"
#include "cli/options.h"
#include "diary/history.h"
#include "diary/moment.h"
#include "diary/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LIST_DEFAULT = 10, LIST_MOST = 1000000, ENTRY_BYTES = 16384 };

struct entry {
	int64_t wall_sec;
	const struct history_session *session; // one of the three
	const struct history_attack *attack;
	const struct history_medication *medication;
};

struct text {
	char *bytes;
	size_t used;
};

static void add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(text->bytes + text->used, ENTRY_BYTES - text->used, format, args);
	va_end(args);
	text->used += n > 0 ? (size_t)n : 0;
	if (text->used >= ENTRY_BYTES)
		text->used = ENTRY_BYTES - 1;
}

// ---- One entry

static void add_head(struct text *text, int64_t wall_sec, int zone_min, const char *kind)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	time_t at = (time_t)(wall_sec + 60 * (int64_t)zone_min);
	struct tm tm = {0};
	gmtime_r(&at, &tm);
	add(text, "%s %04d-%02d-%02d %02d:%02d  %-10s  ", days[tm.tm_wday % 7], tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, kind);
}

// What it may be called by: the piece behind the time.
static void add_id(struct text *text, const char *id)
{
	const char *hyphen = strrchr(id, '-');
	add(text, "  [%s]", hyphen && strlen(hyphen) == 9 ? hyphen + 1 : id);
}

static const char *const indent = "\n                      ";

static void add_names(struct text *text, const char *before, const char *const *names)
{
	for (int i = 0; names[i]; i++)
		add(text, "%s%s", i ? ", " : before, names[i]);
}

static void add_note(struct text *text, const char *const *tags, const char *note)
{
	if (tags[0])
		add_names(text, indent, tags);
	if (note)
		add(text, "%s\"%s\"", indent, note);
}

static void add_length(struct text *text, double sec)
{
	if (sec < 90.0)
		add(text, "%.0f s", sec);
	else if (sec < 5400.0)
		add(text, "%.0f min", round(sec / 60.0));
	else
		add(text, "%.0f h %.0f min", floor(round(sec / 60.0) / 60.0), fmod(round(sec / 60.0), 60.0));
}

static void add_ratings(struct text *text, const struct history_session *session)
{
	static const char *const whens[DIARY_WHENS] = {"before", "after", "two hours later"};
	const char *between = "pain ";
	for (int i = 0; i < DIARY_WHENS; i++) {
		if (session->ratings[i] == HISTORY_NO_VALUE)
			continue;
		add(text, "%s%s%d %s", strcmp(between, "pain ") == 0 ? indent : "", between, session->ratings[i],
		    whens[i]);
		between = ", ";
	}
}

static void add_areas(struct text *text, const struct history_session *session)
{
	const char *between = indent;
	for (size_t i = 0; i < session->area_count; i++) {
		const struct history_area *area = &session->areas[i];
		add(text, "%s%s", between, area->name);
		if (strcmp(area->side, "both") != 0)
			add(text, " %s", area->side);
		if (area->seconds > 0.0) {
			add(text, " ");
			add_length(text, area->seconds);
		}
		if (!isnan(area->hurt_sec))
			add(text, " (hurt)");
		else if (area->skipped)
			add(text, " (left out)");
		between = ", ";
	}
	if (session->too_much)
		add(text, "%stoo much: %d time%s", between, session->too_much, session->too_much == 1 ? "" : "s");
}

static void add_session(struct text *text, const struct history_session *session)
{
	add_head(text, session->wall_sec, session->zone_min, "session");
	add(text, "%s", session->title ? session->title : session->routine);
	if (!isnan(session->heard_sec)) {
		add(text, ", ");
		add_length(text, session->heard_sec);
	}
	if (session->ending)
		add(text, ", %s", session->ending);
	add_id(text, session->id);
	add_ratings(text, session);
	add_areas(text, session);
	add_note(text, session->tags, session->note);
}

static void add_sign(struct text *text, const char **between, int answer, const char *name)
{
	if (answer == HISTORY_NO_VALUE)
		return;
	add(text, "%s%s%s", *between, answer ? "" : "no ", name);
	*between = ", ";
}

static void add_attack(struct text *text, const struct history_attack *attack)
{
	const char *between = indent;
	add_head(text, attack->wall_sec, attack->zone_min, "attack");
	if (attack->strength != HISTORY_NO_VALUE)
		add(text, "strength %d", attack->strength);
	else
		add(text, "strength not told");
	if (attack->side)
		add(text, strcmp(attack->side, "both") == 0 ? ", both sides" : ", %s side", attack->side);
	if (attack->ended_wall_sec) {
		add(text, ", ");
		add_length(text, (double)(attack->ended_wall_sec - attack->wall_sec));
	}
	add_id(text, attack->id);
	add_sign(text, &between, attack->nausea, "nausea");
	add_sign(text, &between, attack->light, "light hurts");
	add_sign(text, &between, attack->sound, "sound hurts");
	add_sign(text, &between, attack->aura, "aura");
	add_sign(text, &between, attack->sore, "touch is sore");
	if (attack->suspected[0]) {
		add(text, "%sperhaps from ", indent);
		add_names(text, "", attack->suspected);
	}
	add_note(text, attack->tags, attack->note);
}

static void add_medication(struct text *text, const struct history_medication *medication)
{
	add_head(text, medication->wall_sec, medication->zone_min, "medication");
	add(text, "%s", medication->kind);
	if (medication->name)
		add(text, ", %s", medication->name);
	if (medication->dose)
		add(text, ", %s", medication->dose);
	add_id(text, medication->id);
}

static void add_entry(struct text *text, const struct entry *entry)
{
	text->used = 0;
	text->bytes[0] = '\0';
	if (entry->session)
		add_session(text, entry->session);
	else if (entry->attack)
		add_attack(text, entry->attack);
	else
		add_medication(text, entry->medication);
}

// What came by an import may hold anything: no control character reaches the terminal, but our own line ends.
static void print_clean(const char *text)
{
	while (*text) {
		int control = *text == '\n' ? 0 : screen_control_bytes(text);
		putchar(control ? '?' : *text);
		text += control ? control : 1;
	}
	putchar('\n');
}

// ---- All of them

static int compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	return (a->wall_sec > b->wall_sec) - (a->wall_sec < b->wall_sec);
}

static size_t gather(const struct history *history, struct entry *entries)
{
	size_t count = 0;
	for (size_t i = 0; i < history->session_count; i++)
		entries[count++] = (struct entry){history->sessions[i].wall_sec, &history->sessions[i], NULL, NULL};
	for (size_t i = 0; i < history->attack_count; i++)
		entries[count++] = (struct entry){history->attacks[i].wall_sec, NULL, &history->attacks[i], NULL};
	for (size_t i = 0; i < history->medication_count; i++)
		entries[count++] =
			(struct entry){history->medications[i].wall_sec, NULL, NULL, &history->medications[i]};
	qsort(entries, count, sizeof *entries, compare);
	return count;
}

static const char *id_of(const struct entry *entry)
{
	return entry->session ? entry->session->id : entry->attack ? entry->attack->id : entry->medication->id;
}

static bool is_wanted(const struct entry *entry, const char *text, const char *const *words, const char *id)
{
	if (id && strcmp(id_of(entry), id) != 0)
		return false;
	for (int i = 0; words && words[i]; i++)
		if (!strcasestr(text, words[i]) && !(entry->session && strcasestr(entry->session->routine, words[i])))
			return false;
	return true;
}

// Since when there are so many entries, so that a long past is not read for its end.
static int64_t since_when(struct diary *diary, int most)
{
	return store_number(diary_store(diary), INT64_MIN / 2,
	                    "SELECT began FROM (SELECT began FROM session UNION ALL SELECT began FROM attack UNION ALL"
	                    " SELECT at FROM medication) ORDER BY began DESC LIMIT 1 OFFSET ?",
	                    "i", (int64_t)(most - 1));
}

int diary_print_entries(struct diary *diary, const char *const *words, int most, const char *id)
{
	struct history history;
	struct arena *arena = arena_create();
	int64_t since = words || id ? INT64_MIN / 2 : since_when(diary, most);
	if (!history_read(diary, since, INT64_MAX / 2, arena, &history)) {
		arena_destroy(arena);
		return -1;
	}
	size_t all = history.session_count + history.attack_count + history.medication_count, kept = 0;
	struct entry *entries = arena_alloc(arena, (all + 1) * sizeof *entries);
	struct text text = {.bytes = arena_alloc(arena, ENTRY_BYTES)};
	gather(&history, entries);
	for (size_t i = 0; i < all; i++) {
		add_entry(&text, &entries[i]);
		if (is_wanted(&entries[i], text.bytes, words, id))
			entries[kept++] = entries[i];
	}
	for (size_t i = kept > (size_t)most ? kept - (size_t)most : 0; i < kept; i++) {
		add_entry(&text, &entries[i]);
		print_clean(text.bytes);
	}
	arena_destroy(arena);
	return (int)kept;
}

static int print(const char *const *words, int most)
{
	struct diary_here here;
	if (!diary_here_open(&here))
		return EXIT_FAILED;
	int count = diary_print_entries(here.diary, words, most, NULL);
	diary_here_close(&here);
	if (count < 0)
		fputs("stillroom: the diary cannot be read\n", stderr);
	else if (count == 0)
		fputs(words ? "stillroom: no entry has these words\n" : "stillroom: the diary is empty\n", stderr);
	return count < 0 || (words && count == 0) ? EXIT_FAILED : EXIT_DONE;
}

static bool read_most(const char *text, int *most)
{
	char *end;
	long number = text ? strtol(text, &end, 10) : LIST_DEFAULT;
	*most = (int)number;
	if (!text || (*text && !*end && number >= 1 && number <= LIST_MOST))
		return true;
	complaint_print("--last \"%s\" is no number of entries, such as 30", text);
	return false;
}

int diary_list(int argc, char **argv)
{
	const char *last = NULL;
	int most;
	const struct option_spec table[] = {{"last", 'n', &last, NULL}, {0}};
	int count = options_read(argc, argv, table);
	if (count > 0)
		complaint_print("the list takes no \"%s\"; stillroom diary find looks for words", argv[1]);
	if (count != 0 || !read_most(last, &most))
		return EXIT_WRONG;
	return print(NULL, most);
}

int diary_find(int argc, char **argv)
{
	const struct option_spec table[] = {{0}};
	int count = options_read(argc, argv, table);
	if (count == 0)
		fputs("stillroom: find needs words, such as: stillroom diary find wine\n", stderr);
	if (count <= 0)
		return EXIT_WRONG;
	const char **words = calloc((size_t)count + 1, sizeof *words);
	for (int i = 0; words && i < count; i++)
		words[i] = argv[i + 1];
	int status = print(words, LIST_MOST);
	free(words);
	return status;
}
