// Package report writes workbooks that finance files away: the same numbers as
// the screens, with live formulas whose results are stored, so that every
// reader sees them. Each has a number in a register with hashes of what it
// says, so that a file can be told from one that somebody has changed.
//
// Excelize lays a workbook out: styles, tables, filters, charts, print. The
// rows are ours (rows.go): they are spliced into its sheets while the package
// is written (pack.go), so a detail of a million bills goes from the database
// to the file without being held, and each cell is hashed as it is written
// (fingerprint.go). Start reading at collection.go.
package report
