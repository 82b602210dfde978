// stillroom-listen PAGE [ROUTINE...]: listens to the library, or to these files, and draws what it heard into one HTML
// page: loudness over time, spectrum, and the numbers that test_loudness holds. Needs no network and no script.
#include "library/hearing.h"

#include "sound/rules.h"

#include <time.h>

enum { WIDE = 980, HIGH = 190, SPECTRUM_WIDE = 300, SPECTRUM_HIGH = 150, LEFT = 34, BELOW = 16 };

#define TOP_LUFS (-15.0)
#define BOTTOM_LUFS (-75.0)
#define ONSET_STEPS 10 // 100 ms

struct page {
	FILE *file;
	struct pack *pack;
};

static void print_text(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (*text == '<' || *text == '&')
			fputs(*text == '<' ? "&lt;" : "&amp;", file);
		else
			fputc(*text, file);
	}
}

static void print_time(FILE *file, int64_t frames)
{
	int64_t sec = frames / ENGINE_RATE_HZ;
	fprintf(file, "%lld:%02lld", (long long)(sec / 60), (long long)(sec % 60));
}

// ---- Loudness over time

static double x_of(const struct hearing *h, double sec)
{
	return LEFT + sec * ENGINE_RATE_HZ / (double)h->score->frames * (WIDE - LEFT);
}

static double y_of(double lufs)
{
	double place = (TOP_LUFS - fmax(lufs, BOTTOM_LUFS)) / (TOP_LUFS - BOTTOM_LUFS);
	return place * (HIGH - BELOW);
}

static void draw_levels(FILE *file, const struct hearing *h)
{
	for (int lufs = -70; lufs < (int)TOP_LUFS; lufs += 10)
		fprintf(file, "<line class=grid x1=%d x2=%d y1=%.1f y2=%.1f /><text x=%d y=%.1f class=left>%d</text>\n",
		        LEFT, WIDE, y_of(lufs), y_of(lufs), LEFT - 4, y_of(lufs) + 4, lufs);
	double voice = VOICE_LUFS + h->score->level_db;
	fprintf(file, "<line class=voice x1=%d x2=%d y1=%.1f y2=%.1f />\n", LEFT, WIDE, y_of(voice), y_of(voice));
}

static void draw_minutes(FILE *file, const struct hearing *h)
{
	int64_t minutes = h->score->frames / ENGINE_RATE_HZ / 60, every = minutes > 40 ? 10 : minutes > 12 ? 5 : 1;
	for (int64_t minute = 0; minute <= minutes; minute += every)
		fprintf(file, "<text x=%.1f y=%d class=below>%lld min</text>\n", x_of(h, (double)minute * 60.0),
		        HIGH - 2, (long long)minute);
}

static void draw_words(FILE *file, const struct hearing *h)
{
	for (size_t i = 0; i < h->score->event_count; i++) {
		const struct event *event = &h->score->events[i];
		if (event->lane != LANE_VOICE)
			continue;
		double x = x_of(h, played_sec(event->begin)), end = x_of(h, played_sec(event->end));
		fprintf(file, "<rect class=words x=%.1f width=%.1f y=0 height=%d><title>", x, fmax(end - x, 0.6),
		        HIGH - BELOW);
		print_text(file, event->voice.line->text);
		fputs("</title></rect>\n", file);
	}
}

// Names that would lie on one another stand in three lines.
static void draw_parts(FILE *file, const struct hearing *h)
{
	int line = 0;
	for (size_t i = 0; i < h->score->event_count; i++) {
		const struct event *event = &h->score->events[i];
		if (event->lane != LANE_MARK || event->mark.kind != MARK_PART)
			continue;
		double x = x_of(h, played_sec(event->begin));
		fprintf(file, "<line class=part x1=%.1f x2=%.1f y1=0 y2=%d /><text x=%.1f y=%d>", x, x, HIGH - BELOW,
		        x + 3, HIGH - BELOW - 4 - 11 * (line++ % 3));
		print_text(file, event->mark.name);
		fputs("</text>\n", file);
	}
}

static void draw_line(FILE *file, const struct hearing *h, const char *name, const double *lufs)
{
	fprintf(file, "<polyline class=%s points=\"", name);
	for (int64_t second = 0; second < h->seconds; second++)
		fprintf(file, "%.1f,%.1f ", x_of(h, (double)second + 1.0), y_of(lufs[second]));
	fputs("\" />\n", file);
}

static void draw_loudness(FILE *file, const struct hearing *h)
{
	fprintf(file, "<svg viewBox=\"0 0 %d %d\" width=%d height=%d>\n", WIDE, HIGH, WIDE, HIGH);
	draw_words(file, h);
	draw_levels(file, h);
	draw_minutes(file, h);
	draw_line(file, h, "momentary", h->momentary_lufs);
	draw_line(file, h, "shortterm", h->shortterm_lufs);
	draw_parts(file, h);
	fputs("</svg>\n", file);
}

// ---- Spectrum, in thirds of an octave

static double spectrum_x(double hz)
{
	return LEFT + log2(hz / 45.0) / log2(20000.0 / 45.0) * (SPECTRUM_WIDE - LEFT);
}

static void draw_spectrum(FILE *file, const struct hearing *h)
{
	double third = pow(2.0, 1.0 / 6.0);
	int floor_y = SPECTRUM_HIGH - BELOW;
	fprintf(file, "<svg viewBox=\"0 0 %d %d\" width=%d height=%d>\n", SPECTRUM_WIDE, SPECTRUM_HIGH, SPECTRUM_WIDE,
	        SPECTRUM_HIGH);
	fprintf(file, "<rect class=harsh x=%.1f width=%.1f y=0 height=%d />\n", spectrum_x(2500.0),
	        spectrum_x(5500.0) - spectrum_x(2500.0), floor_y);
	for (int db = -10; db >= -60; db -= 20)
		fprintf(file, "<text x=%d y=%.1f class=left>%d</text>\n", LEFT - 4, -db / 70.0 * floor_y + 4, db);
	for (int hz = 100; hz <= 10000; hz *= 10)
		fprintf(file, "<text x=%.1f y=%d>%d Hz</text>\n", spectrum_x(hz) - 22, SPECTRUM_HIGH - 2, hz);
	for (double hz = 63.0; hz < 18000.0; hz *= third * third) {
		double db = fmax(hearing_share_db(h, hz / third, hz * third), -70.0), y = -db / 70.0 * floor_y;
		double x = spectrum_x(hz / third), width = spectrum_x(hz * third) - x - 1.0;
		fprintf(file, "<rect class=band x=%.1f width=%.1f y=%.1f height=%.1f />\n", x, width, y, floor_y - y);
	}
	fputs("</svg>\n", file);
}

// ---- Numbers

static void print_row(FILE *file, const char *what, const struct hearing_most *most, const char *unit)
{
	fprintf(file, "<tr><td>%s<td>%.1f %s<td>", what, most->most, unit);
	print_time(file, most->at_frames);
}

static void print_numbers(FILE *file, const struct hearing *h)
{
	struct hearing_most onsets[2];
	hearing_onsets(h, ONSET_STEPS, onsets);
	fprintf(file, "<table><tr><td>integrated<td>%.1f LUFS<td>", h->integrated_lufs);
	fprintf(file, "<tr><td>loudest 3 s<td>%.1f LUFS<td>words: %.1f", h->loudest_lufs,
	        VOICE_LUFS + h->score->level_db);
	fprintf(file, "<tr><td>true peak<td>%.2f dBTP<td>ceiling: %.0f", db_from_gain(h->true_peak),
	        h->score->ceiling_db);
	print_row(file, "steepest rise, words", &onsets[1], "dB in 0.1 s");
	print_row(file, "steepest rise, else", &onsets[0], "dB in 0.1 s");
	fprintf(file, "<tr><td>2.5 to 5.5 kHz<td>%.1f dB of all<td>", hearing_share_db(h, 2500.0, 5500.0));
	print_row(file, "roughness, tallest line", &h->rough, "dB");
	print_row(file, "steepest bend (seams)", &h->seam, "dB over RMS");
	fprintf(file, "<tr><td>longest silence<td>%.1f s<td></table>\n", hearing_silence_sec(h));
}

static void draw(struct page *page, const char *name, const struct played *played, const struct hearing *h)
{
	FILE *file = page->file;
	fputs("<section><h2>", file);
	print_text(file, played->routine->title);
	fputs(" <small>", file);
	print_text(file, name);
	fputs(", ", file);
	print_time(file, h->score->frames);
	fputs("</small></h2>\n", file);
	draw_loudness(file, h);
	fputs("<div class=beside>", file);
	draw_spectrum(file, h);
	print_numbers(file, h);
	fputs("</div></section>\n", file);
}

// ---- The page

static const char HEAD[] =
	"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>How the library sounds</title>\n<style>\n"
	"body { background: #14161a; color: #c8ccd2; font: 14px/1.45 sans-serif; max-width: 1000px; margin: 2em auto; "
	"}\n"
	"h1, h2 { font-weight: 500; } h2 { font-size: 16px; margin: 2.2em 0 .4em; } small { color: #868d98; }\n"
	"svg { display: block; background: #1a1d22; } text { fill: #868d98; font-size: 10px; }\n"
	".left { text-anchor: end; } .grid { stroke: #2a2f37; } .voice { stroke: #b58a4a; stroke-dasharray: 3 4; }\n"
	".words { fill: #2b3646; } .part { stroke: #4a525f; }\n"
	"polyline { fill: none; } .momentary { stroke: #5b87a8; stroke-width: .7; } .shortterm { stroke: #dfe6ee; "
	"stroke-width: 1.4; }\n"
	".harsh { fill: #3a2a2a; } .band { fill: #5b87a8; }\n"
	".beside { display: flex; gap: 2em; margin-top: .6em; } td { padding: 0 1.2em 0 0; } td + td { color: #dfe6ee; "
	"}\n"
	"td + td + td { color: #868d98; }\n</style>\n<h1>How the library sounds</h1>\n"
	"<p>Loudness by EBU R 128: <span style=\"color:#5b87a8\">momentary</span> (0.4 s) and <b>short-term</b> (3 s), "
	"once a "
	"second, in LUFS. Words are shaded; point at one to read it. The dashed line is where the loudest words should "
	"lie. "
	"Spectrum, roughness, bends and silence are of what is heard away from words; the shaded band, 2.5 to 5.5 kHz, "
	"is "
	"where sound is least pleasant; roughness is the depth of the tallest line of modulation between 30 and 150 "
	"Hz.</p>\n";

static void listen_to(struct page *page, const char *path)
{
	struct played played = played_open(page->pack, path, NULL);
	const char *name = strstr(path, "/routines/") ? strstr(path, "/routines/") + strlen("/routines/") : path;
	if (played.score && played.faults.count == 0) {
		struct hearing h = hearing_hear(played.score, &played.faults);
		draw(page, name, &played, &h);
		printf("%-40s %6.1f LUFS %7.2f dBTP\n", name, h.integrated_lufs, db_from_gain(h.true_peak));
		fflush(stdout);
		hearing_finish(&h);
	}
	played_close(&played);
}

static void listen_to_all(struct page *page)
{
	static const char *const patterns[] = {SOURCE_DIR "/routines/*.yaml", SOURCE_DIR "/routines/techniques/*.yaml"};
	glob_t found;
	for (int i = 0; i < 2; i++)
		glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		listen_to(page, found.gl_pathv[i]);
	globfree(&found);
}

int main(int count, char **words)
{
	if (count < 2) {
		fputs("usage: stillroom-listen PAGE [ROUTINE...]\n", stderr);
		return 2;
	}
	struct page page = {.file = fopen(words[1], "w"), .pack = played_pack("en-clb")};
	if (!page.file) {
		perror(words[1]);
		return 1;
	}
	fputs(HEAD, page.file);
	for (int i = 2; i < count; i++)
		listen_to(&page, words[i]);
	if (count == 2)
		listen_to_all(&page);
	fputs("</html>\n", page.file);
	pack_destroy(page.pack);
	if (fclose(page.file) != 0) {
		perror(words[1]);
		return 1;
	}
	printf("The page is %s\n", words[1]);
	return 0;
}
