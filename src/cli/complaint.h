// What the program says when it cannot do what was asked. Control thread.
#ifndef CLI_COMPLAINT_H
#define CLI_COMPLAINT_H

// "stillroom: TEXT" to stderr: one line, whose end it adds, and nothing in it that a terminal would obey.
void complaint_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
// The same without "stillroom: ", for what follows a complaint.
void complaint_add(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
