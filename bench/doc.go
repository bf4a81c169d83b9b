// Package bench measures the program at a million bills with as many payments:
// loading, refreshing and serving; and at one file of 300,000 rows, beside what
// ClickHouse needs for the same text and a general library for the same
// workbook. Run it with make bench.
package bench
