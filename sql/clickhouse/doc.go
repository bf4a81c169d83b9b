// Package clickhouse is the one door to ClickHouse, embedded or a server: it
// migrates the schema, runs named queries within a scope and as known at an
// instant, and writes batches that may be repeated without doubling a row.
package clickhouse
