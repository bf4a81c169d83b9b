// Package ingest turns spreadsheets into facts, exactly once.
//
// A file goes through four stages. The store keeps its bytes under their hash.
// The header of each sheet is found and matched against the feeds, which are
// data: names, aliases and types of fields (feeds*.go), and one rule a feed for
// what no table can say (rule_*.go). Each row is read into a record, checked,
// and becomes facts or quarantined cells. The load protocol (load.go) writes
// the facts under an attempt that nobody reads, has the server count them, and
// makes them visible with a single row.
//
// A fault of the file refuses the whole file. A bad row goes to quarantine and
// leaves the others alone. A failure of the database abandons the attempt;
// loading the file again is always safe.
package ingest
