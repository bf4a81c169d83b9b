// Package bench measures the program at a million bills with as many payments:
// loading, refreshing and serving. Run it with make bench.
package bench
