// How the page looks: calm colours without white or pure black, in light and dark, and black on white on paper. Every
// pair of text and ground has a contrast of 4.5 or more, every mark 3 or more (WCAG 2.2, 1.4.3 and 1.4.11); what a colour
// says, a shape says too.
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H

extern const char style_sheet[];

#endif
