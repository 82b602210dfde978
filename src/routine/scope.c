// {name} in a text is replaced by what the name stands for here; {{ and }} are braces. A replaced text is not looked at
// again, so nothing can grow by itself.
#include "routine/reader.h"

#include "base/arena.h"

#include <string.h>

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789-"

struct filled {
	char text[ROUTINE_MOST_TEXT_BYTES + 1];
	size_t length;
	bool too_long;
};

bool scope_is_name(const char *text)
{
	size_t length = strspn(text, NAME_LETTERS);
	return length > 0 && !text[length] && *text >= 'a' && *text <= 'z';
}

static void append(struct filled *filled, const char *text, size_t length)
{
	if (filled->length + length > ROUTINE_MOST_TEXT_BYTES) {
		filled->too_long = true;
		return;
	}
	memcpy(filled->text + filled->length, text, length);
	filled->length += length;
}

static const char *look_up(const struct scope *scope, const char *name, size_t length)
{
	if (scope->side_name && length == 4 && memcmp(name, "side", 4) == 0)
		return scope->side_name;
	for (size_t i = 0; i < scope->count; i++)
		if (strlen(scope->parameters[i].name) == length && memcmp(scope->parameters[i].name, name, length) == 0)
			return scope->parameters[i].text;
	return NULL;
}

// The value as if it began at a brace in it, for the fault's place; where that cannot be told, the value.
static struct yaml_node at_brace(const struct yaml_node *node, const char *text, const char *brace)
{
	struct yaml_node here = *node;
	if (node->kind != YAML_SCALAR || node->inset < 0)
		return here;
	here.place.column += node->inset;
	for (; text < brace; text++)
		here.place.column += ((unsigned char)*text & 0xc0) != 0x80;
	return here;
}

static void unknown_name(const struct reader *reader, const struct yaml_node *node, const char *name)
{
	const struct scope *scope = reader->scope;
	const char **known = arena_alloc(reader->arena, (scope->count + 2) * sizeof *known);
	size_t count = 0;
	for (; count < scope->count; count++)
		known[count] = scope->parameters[count].name;
	if (scope->side_name)
		known[count++] = "side";
	const char *nearest = yaml_nearest(name, known);
	if (nearest)
		reader_fault(reader, node, "`{%s}`: did you mean `{%s}`?", yaml_clip(reader->arena, name), nearest);
	else if (strcmp(name, "side") == 0)
		reader_fault(reader, node, "`{side}` has a meaning inside `sides` only; put the step there");
	else if (count)
		reader_fault(reader, node, "`{%s}` stands for nothing here; known: %s. A plain brace is written {{",
		             yaml_clip(reader->arena, name), reader_join(reader->arena, known, ", "));
	else
		reader_fault(reader, node,
		             "`{%s}` stands for nothing here; a file declares its parameters in `with:`. A plain brace "
		             "is written {{",
		             yaml_clip(reader->arena, name));
}

// At a brace; gives where to go on, or NULL after a fault.
static const char *take_brace(const struct reader *reader, const struct yaml_node *node, const char *at,
                              struct filled *filled)
{
	if (at[1] == at[0]) {
		append(filled, at, 1);
		return at + 2;
	}
	size_t length = *at == '{' ? strcspn(at + 1, "{}") : 0;
	if (*at == '}' || at[1 + length] != '}') {
		reader_fault(reader, node, "a single `%c`; a name is written {name}, a plain brace %c%c", *at, *at,
		             *at);
		return NULL;
	}
	const char *text = look_up(reader->scope, at + 1, length);
	if (!text) {
		unknown_name(reader, node, arena_copy(reader->arena, at + 1, length));
		return NULL;
	}
	append(filled, text, strlen(text));
	return at + length + 2;
}

const char *scope_fill(const struct reader *reader, const struct yaml_node *node, const char *text)
{
	if (!strpbrk(text, "{}"))
		return text;
	struct filled filled = {.length = 0};
	for (const char *at = text; at && *at && !filled.too_long;) {
		size_t plain = strcspn(at, "{}");
		append(&filled, at, plain);
		at += plain;
		if (*at) {
			const struct yaml_node here = at_brace(node, text, at);
			at = take_brace(reader, &here, at, &filled);
			if (!at)
				return NULL;
		}
	}
	if (filled.too_long) {
		reader_fault(reader, node, "longer than %d letters with its {names} filled in; make it shorter",
		             ROUTINE_MOST_TEXT_BYTES);
		return NULL;
	}
	return arena_copy(reader->arena, filled.text, filled.length);
}
