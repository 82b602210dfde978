#include "control/view.h"

#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const STATES[] = {
	[CONTROL_STOPPED] = "stopped", [CONTROL_PLAYING] = "playing", [CONTROL_PAUSED] = "paused",
	[CONTROL_WAITING] = "waiting", [CONTROL_ASKING] = "asking",
};

struct place {
	char text[24];
};

static struct place place_of(double sec)
{
	struct place place;
	long whole = lround(fmin(fmax(sec, 0.0), 1e6));
	if (whole >= 60)
		snprintf(place.text, sizeof place.text, "%ldm%02lds", whole / 60, whole % 60);
	else
		snprintf(place.text, sizeof place.text, "%lds", whole);
	return place;
}

// Names come from a file: what is no letter does not reach the line.
static void make_one_line(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = ' ';
}

static void cut_at_letter(char *text, size_t bytes)
{
	size_t n = strlen(text);
	if (n + 1 < bytes)
		return;
	while (n && ((unsigned char)text[n - 1] & 0xc0) == 0x80)
		n--;
	if (n && (unsigned char)text[n - 1] >= 0xc0)
		n--;
	text[n] = '\0';
}

void view_print(const struct control_view *view, char *text, size_t bytes)
{
	char part[160] = "";
	if (view->state == CONTROL_ASKING) {
		snprintf(text, bytes, "a question is being asked");
		return;
	}
	if (view->part)
		snprintf(part, sizeof part, ", part %d of %d: %s", view->part_index + 1, view->part_count, view->part);
	cut_at_letter(part, sizeof part);
	snprintf(text, bytes, "%s%s, at %s of %s", STATES[view->state], part, place_of(view->at_sec).text,
	         place_of(view->length_sec).text);
	cut_at_letter(text, bytes);
	make_one_line(text);
}

static void print_text(FILE *out, const char *name, const char *text)
{
	fprintf(out, ", \"%s\": ", name);
	if (text)
		json_print_text(out, text);
	else
		fputs("null", out);
}

void view_print_json(const struct control_view *view, char *text, size_t bytes)
{
	char *whole = NULL;
	size_t count = 0;
	FILE *out = open_memstream(&whole, &count);
	if (!out) {
		snprintf(text, bytes, "{}");
		return;
	}
	fprintf(out, "{\"state\": \"%s\", \"at\": %.1f, \"length\": %.1f", STATES[view->state], view->at_sec,
	        view->length_sec);
	print_text(out, "title", view->title);
	print_text(out, "part", view->part);
	fprintf(out, ", \"part-number\": %d, \"parts\": %d, \"volume\": %.1f}", view->part_index + 1, view->part_count,
	        view->volume_db);
	bool good = fclose(out) == 0 && count < bytes;
	snprintf(text, bytes, "%s", good ? whole : "{}");
	free(whole);
}
