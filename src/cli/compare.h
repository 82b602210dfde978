// Comparison nights: a draw decides whether an evening is breath only. Control thread.
#ifndef CLI_COMPARE_H
#define CLI_COMPARE_H

// "breath" or "hands": what was drawn in the last twelve hours, so that nobody draws until it pleases, or else a new draw.
// NULL after a message: the diary cannot be had, and a draw that is not recorded is worth nothing.
const char *compare_draw(void);

#define COMPARE_BREATH_ROUTINE "breathe-only"

#endif
