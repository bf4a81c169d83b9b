// Package demo makes up a portfolio of estates: first as typed truth, then as
// the untidy spreadsheets in which a property company would send it. Whoever
// tries the product has something to look at, and a test can compute every KPI
// from the truth and compare it with what came out of the files.
//
// The truth holds what the files say after the rules of the feeds have been
// applied: the amount of a reversal is negative although some files write it
// positive, a blank answer is a don't-know. Rows that are wrong on purpose are
// in files only. The same Options give the same truth and the same bytes.
package demo
