package schedule

import (
	"context"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// State is what became of a run.
type State string

const (
	Started State = "started" // under way, or killed
	Done    State = "done"
	Failed  State = "failed"
)

// Scan reads the state from the database.
func (s *State) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return gatehouse.Errorf(gatehouse.Internal, "cannot read %T as the state of a run", src)
	}
	*s = State(text)
	return nil
}

// Run is one run of a job.
type Run struct {
	Job     string    `ch:"job" json:"job"`
	At      time.Time `ch:"scheduled_for" json:"scheduled_for"`
	State   State     `ch:"state" json:"state"`
	Ended   time.Time `ch:"ended" json:"ended"` // last sign of it
	By      string    `ch:"by" json:"by"`       // host and process
	Detail  string    `ch:"detail" json:"detail"`
	Seconds float64   `ch:"seconds" json:"seconds"`
}

// Runs lists the newest runs first; an empty job means all.
func Runs(ctx context.Context, db *clickhouse.DB, job string, limit int) ([]Run, error) {
	return clickhouse.Select[Run](ctx, db, "schedule.Runs", clickhouse.Asked{}, clickhouse.Params{"job": job, "limit": uint64(limit)})
}
