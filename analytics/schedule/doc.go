// Package schedule runs jobs at their times and keeps a ledger of every run,
// from which it also knows what to run.
//
// A job's times (slots.go) are computed, never counted: the same in every
// process, whatever its clock did meanwhile. What is due (plan.go) is a pure
// function of those times, the ledger and the clock; gocron only wakes the
// workers to look. So a process that starts
// finds what was missed, one whose clock jumps runs nothing twice, and what
// another process left unfinished is found by whoever looks next.
//
// The ledger (ledger.go) numbers the runs of a job. Claiming run n+1 is an
// insert whose token the server takes once, by those only who saw that run n
// has ended: a compare-and-swap on the job's ledger. Hence any number of
// processes on one database run each time once, and no two runs of a job
// overlap.
//
// A run (run.go) gives signs of life while it lasts. One that gives none for a
// lease has lost its process; it is written down as stopped and may be taken
// over. A process that cannot write its signs ends its run before that.
package schedule
