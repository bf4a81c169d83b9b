// Package schedule runs jobs at their times, one run of a job at a time, and
// keeps a ledger of every run.
package schedule
