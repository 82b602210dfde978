// The report's part of stillroom-bench.
#ifndef TESTS_BENCH_BENCH_REPORT_H
#define TESTS_BENCH_BENCH_REPORT_H

void bench_report(void); // prints a line

#endif
