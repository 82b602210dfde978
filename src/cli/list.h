// The library told in three ways, and the words that they share. Control thread.
#ifndef CLI_LIST_H
#define CLI_LIST_H

#include "cli/library.h"

#include <stdio.h>

void list_print_text(const struct library *library, FILE *out); // for a terminal, and for a screen reader
void list_print_json(const struct library *library, FILE *out);
void list_print_page(const struct library *library, FILE *out); // Markdown: what routines/README.md is

const char *list_moment(enum moment moment);       // "During an attack"
const char *list_pressure(enum pressure pressure); // "light"; "" for none
const char *list_area(const char *area);           // "temples", "whole body"

// "8 min", "40 s", "5 min, then 20 min fading to sleep"; "" when it is not known.
const char *list_length(const struct library_entry *entry, struct arena *arena);

const char *list_often(const struct library_entry *entry, struct arena *arena); // "3 per week"; "" when needed

// Why there are no lengths; NULL when there are.
const char *list_no_lengths(const struct library *library, struct arena *arena);

#endif
