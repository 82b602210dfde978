// Text as JSON writes it (RFC 8259). Any thread.
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdio.h>

// In its quotes, with what must be escaped; the text is UTF-8.
void json_print_text(FILE *out, const char *text);

#endif
