// Package report writes workbooks: the same numbers as the screens, with live
// formulas whose results are stored, so that every reader sees them.
package report
