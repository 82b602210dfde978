// An array of objects, one a line. What a kind of entry does not have is left out; what is not known is null.
#include "cli/list.h"

#include "base/frames.h"
#include "base/json.h"

#include <inttypes.h>

static void print_text(FILE *out, const char *key, const char *text)
{
	fprintf(out, ", \"%s\": ", key);
	if (text)
		json_print_text(out, text);
	else
		fputs("null", out);
}

static void print_texts(FILE *out, const char *key, const char *const *texts)
{
	fprintf(out, ", \"%s\": [", key);
	for (size_t i = 0; texts[i]; i++) {
		fputs(i ? ", " : "", out);
		json_print_text(out, texts[i]);
	}
	fputc(']', out);
}

static void print_sec(FILE *out, const char *key, int64_t frames)
{
	if (frames < 0)
		fprintf(out, ", \"%s\": null", key);
	else
		fprintf(out, ", \"%s\": %" PRId64 ".%03" PRId64, key, frames / ENGINE_RATE_HZ,
		        frames % ENGINE_RATE_HZ * 1000 / ENGINE_RATE_HZ);
}

static void print_parameters(FILE *out, const struct library_entry *entry)
{
	fputs(", \"parameters\": [", out);
	for (size_t i = 0; i < entry->parameter_count; i++) {
		const struct routine_parameter *parameter = &entry->parameters[i];
		fprintf(out, "%s{\"name\": ", i ? ", " : "");
		json_print_text(out, parameter->name);
		print_text(out, "default", parameter->preset);
		if (parameter->from)
			print_text(out, "from", parameter->from);
		if (parameter->to)
			print_text(out, "to", parameter->to);
		if (parameter->words)
			print_texts(out, "one_of", parameter->words);
		fputc('}', out);
	}
	fputc(']', out);
}

static void print_lengths(FILE *out, const struct library_entry *entry)
{
	print_sec(out, "seconds", entry->frames);
	print_sec(out, "fade_seconds", entry->frames < 0 ? -1 : entry->fade_frames);
}

static void print_entry(FILE *out, const struct library_entry *entry)
{
	const char *kind = entry->faulty ? "faulty" : entry->is_technique ? "technique" : "session";
	fprintf(out, "{\"kind\": \"%s\"", kind);
	print_text(out, "file", entry->file);
	print_text(out, "name", entry->name);
	if (!entry->faulty) {
		print_text(out, "title", entry->title);
		print_text(out, "about", entry->about);
	}
	if (!entry->faulty && entry->is_technique) {
		print_text(out, "area", entry->area);
		print_text(out, "pressure", entry->pressure ? list_pressure(entry->pressure) : NULL);
		print_text(out, "caution", entry->caution);
	} else if (!entry->faulty) {
		print_text(out, "moment", moment_name(entry->moment));
		fprintf(out, ", \"often_per_week\": %.0f", entry->often_per_week);
	}
	if (!entry->faulty) {
		print_lengths(out, entry);
		if (!entry->is_technique) {
			print_texts(out, "areas", entry->areas);
			print_texts(out, "techniques", entry->uses);
		}
		print_parameters(out, entry);
	}
	fputc('}', out);
}

void list_print_json(const struct library *library, FILE *out)
{
	for (size_t i = 0; i < library->count; i++) {
		fputs(i ? ",\n  " : "[\n  ", out);
		print_entry(out, &library->entries[i]);
	}
	fputs(library->count ? "\n]\n" : "[]\n", out);
}
