package schedule

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// State is what became of a run.
type State string

const (
	Started   State = "started" // under way
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Stopped   State = "stopped" // its process ended or died
)

// Scan reads the state from the database.
func (s *State) Scan(src any) error { return scanText(s, src) }

// Cause is why a run was.
type Cause string

const (
	Scheduled Cause = "schedule"
	Missed    Cause = "missed" // its time had passed
	AtStart   Cause = "start"
	AfterLoad Cause = "load"
	Manual    Cause = "manual" // Run.By asked for it
)

// Scan reads the cause from the database.
func (c *Cause) Scan(src any) error { return scanText(c, src) }

func scanText[T ~string](to *T, src any) error {
	text, ok := src.(string)
	if !ok {
		return gatehouse.Errorf(gatehouse.Internal, "cannot read %T as a word of the ledger", src)
	}
	*to = T(text)
	return nil
}

// Run is one run of a job, for one of its times or for when it was asked.
type Run struct {
	Job         string    `ch:"job" json:"job"`
	Number      uint64    `ch:"number" json:"number"` // of the job's runs; 0 before they were counted
	At          time.Time `ch:"scheduled_for" json:"scheduled_for"`
	Attempt     uint16    `ch:"attempt" json:"attempt"`
	State       State     `ch:"state" json:"state"`
	Cause       Cause     `ch:"cause" json:"cause"`
	By          string    `ch:"asked_by" json:"by"`     // who asked, empty for the clock
	Process     string    `ch:"process" json:"process"` // host and process
	Started     time.Time `ch:"started" json:"started"`
	Ended       time.Time `ch:"ended" json:"ended"` // last sign of it
	Seconds     float64   `ch:"seconds" json:"seconds"`
	CancelledBy string    `ch:"cancelled_by" json:"cancelled_by"` // who wants, or wanted, it to end
	Detail      string    `ch:"detail" json:"detail"`
	DetailZH    string    `ch:"detail_zh" json:"detail_zh"` // as Detail, unless it is an error's text

	Recorded State `ch:"recorded" json:"-"` // as it stands in the ledger, not counting that its lease is over
}

// Runs lists the newest runs first; an empty job means all.
func Runs(ctx context.Context, db *clickhouse.DB, job string, limit int) ([]Run, error) {
	return ledger{db, lease}.runs(ctx, job, limit, limit)
}

// Cancel asks the run of a job that is under way, in whatever process, to end.
// A number that is not 0 says which run is meant.
func Cancel(ctx context.Context, db *clickhouse.DB, job string, number uint64, by string) error {
	l := ledger{db, lease}
	runs, err := l.runs(ctx, job, tail, tail)
	if err != nil {
		return err
	}
	r := underWay(runs)
	if r == nil || number != 0 && r.Number != number {
		return gatehouse.Errorf(gatehouse.Conflict, "job %s is not running", job)
	}
	return l.write(ctx, *r, "cancel", row{by: by})
}

// ledger is the table of runs; a run without sign of life for so long is dead.
type ledger struct {
	db    *clickhouse.DB
	lease time.Duration
}

func (l ledger) runs(ctx context.Context, job string, each, limit int) ([]Run, error) {
	return clickhouse.Select[Run](ctx, l.db, "schedule.Runs", clickhouse.Asked{}, clickhouse.Params{
		"job": job, "each": uint64(max(each, 0)), "limit": uint64(max(limit, 0)), "lease": uint64(l.lease.Milliseconds()),
	})
}

// head is where a job's ledger has come to.
type head struct {
	number uint64
	slot   time.Time // newest of its times that was claimed, zero for none
}

func (l ledger) head(ctx context.Context, job string, now time.Time) (head, error) {
	row, err := clickhouse.First[struct {
		Number uint64    `ch:"number"`
		Slot   time.Time `ch:"slot"`
	}](ctx, l.db, "schedule.Head", clickhouse.Asked{}, clickhouse.Params{"job": job, "now": now})
	h := head{number: row.Number}
	if row.Slot.Unix() > 0 { // the database says 1970 for none
		h.slot = row.Slot
	}
	return h, err
}

// claimTries bounds what a claim does about tokens whose rows the server has lost.
const claimTries = 3

// claim makes run r ours, unless another process has claimed its number. The
// one who calls it has seen that the run before has ended. The server takes
// one row a token, and reading back tells whose.
func (l ledger) claim(ctx context.Context, r Run) (bool, error) {
	own := rand.Text()
	for try := range claimTries {
		if err := l.write(ctx, r, string(Started), row{claim: own, token: fmt.Sprintf("claim/%d", try)}); err != nil {
			return false, err
		}
		owners, err := clickhouse.Select[struct {
			Claim string `ch:"claim"`
		}](ctx, l.db, "schedule.Owner", clickhouse.Asked{}, clickhouse.Params{"job": r.Job, "number": r.Number})
		if err != nil {
			return false, err
		}
		if len(owners) > 0 {
			return owners[0].Claim == own, nil
		}
		// A server that died between taking the token and the row has the one only.
	}
	return false, gatehouse.Errorf(gatehouse.Unavailable, "run %d of job %s cannot be claimed: the database takes no row of it", r.Number, r.Job)
}

// row is what a row of the ledger says beside the run it is about.
type row struct {
	claim, by string
	detail    gatehouse.Text
	token     string // tells rows of one state apart; the same row may be sent twice
}

func (l ledger) write(ctx context.Context, r Run, state string, x row) error {
	if state == string(Started) {
		x.by = r.By
	}
	token := fmt.Sprintf("%s/%d/%s/%s", r.Job, r.Number, state, x.token)
	return l.db.Insert(ctx, "job_run", token, []clickhouse.Column{
		{Name: "job", Values: []string{r.Job}}, {Name: "scheduled_for", Values: []time.Time{r.At}}, {Name: "attempt", Values: []uint16{r.Attempt}},
		{Name: "number", Values: []uint64{r.Number}}, {Name: "claim", Values: []string{x.claim}},
		{Name: "cause", Values: []string{string(r.Cause)}}, {Name: "asked_by", Values: []string{x.by}},
		{Name: "state", Values: []string{state}}, {Name: "started_by", Values: []string{r.Process}},
		{Name: "detail", Values: []string{x.detail.EN}}, {Name: "detail_zh", Values: []string{x.detail.ZH}},
	})
}
