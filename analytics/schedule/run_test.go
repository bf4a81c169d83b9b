package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/jonboulle/clockwork"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// processes counts the server's queries with a word in their text until there
// are so many.
func processes(t *testing.T, conn driver.Conn, word string, want uint64) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var n uint64
		err := conn.QueryRow(t.Context(), "SELECT count() FROM system.processes WHERE query LIKE concat('%', {word:String}, '%') AND query NOT LIKE '%system.processes%'",
			ch.Named("word", word)).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		if n == want {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatalf("%d queries with %s, want %d", n, word, want)
		case <-tick.C:
		}
	}
}

// Whoever cancels a run, in whatever process, ends its query on the server;
// so do its time limit and the end of the program.
func TestEndingARunKillsItsQuery(t *testing.T) {
	t.Parallel()
	config := sqltest.Config(t)
	dbs := open(t, config, 2)
	conn, err := ch.Open(&ch.Options{Addr: []string{config.Address}, Auth: ch.Auth{Username: config.User, Password: config.Password}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	const forLong = "(SELECT sleepEachRow(0.2) AS x, 'long %s' AS word FROM numbers(3000) SETTINGS max_block_size = 1)"
	selecting := func(ctx context.Context, word string) error {
		_, err := clickhouse.SelectText[struct {
			N uint64 `ch:"n"`
		}](ctx, dbs[0], fmt.Sprintf("SELECT sum(x) AS n FROM "+forLong, word), clickhouse.Asked{}, nil)
		return err
	}
	inserting := func(ctx context.Context, word string) error {
		return dbs[0].SumKPI(ctx, clickhouse.KPI{Name: "slow", Counts: "denominator", SQL: fmt.Sprintf(
			"SELECT 'P1' AS project, '2026-01-01' AS month, sum(x) AS numerator, 1 AS denominator, '' AS fact, '' AS ref, '' AS key FROM "+forLong, word)}, clickhouse.Asked{Run: 1}, clickhouse.Period{})
	}
	for _, c := range []struct {
		name  string
		work  func(ctx context.Context, word string) error
		end   func(*testing.T, *Scheduler)
		state State
		says  string
	}{
		{"cancelselect", selecting, func(t *testing.T, _ *Scheduler) { cancelRun(t, dbs[1], "cancelselect") }, Cancelled, "cancelled by anna"},
		{"cancelinsert", inserting, func(t *testing.T, _ *Scheduler) { cancelRun(t, dbs[1], "cancelinsert") }, Cancelled, "cancelled by anna"},
		{"timeoutselect", selecting, func(*testing.T, *Scheduler) {}, Failed, "took longer than 3s and was ended"},
		{"stopselect", selecting, func(_ *testing.T, s *Scheduler) { s.Stop() }, Stopped, "the program ended"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			job := Job{Name: c.name, AtStart: true, Run: func(ctx context.Context, _ Run) (gatehouse.Text, error) { return gatehouse.Text{}, c.work(ctx, c.name) }}
			if c.state == Failed {
				job.Timeout = 3 * time.Second
			}
			s, err := New(dbs[0], slog.New(slog.DiscardHandler), job)
			if err != nil {
				t.Fatal(err)
			}
			s.Start(t.Context())
			defer s.Stop()
			processes(t, conn, "long "+c.name, 1)
			c.end(t, s)
			processes(t, conn, "long "+c.name, 0)
			runs := endedOf(t, dbs[0], c.name, 1)
			if len(runs) != 1 || runs[0].State != c.state || runs[0].Detail != c.says || runs[0].Seconds > 30 {
				t.Errorf("ledger: %+v", runs)
			}
			if err := Cancel(t.Context(), dbs[1], c.name, 0, "anna"); gatehouse.KindOf(err) != gatehouse.Conflict {
				t.Errorf("cancelled once more: %v", err)
			}
		})
	}
}

func cancelRun(t *testing.T, db *clickhouse.DB, job string) {
	t.Helper()
	if err := Cancel(t.Context(), db, job, 0, "anna"); err != nil {
		t.Error(err)
	}
}

// fakeRun starts a scheduler of one job by a clock that the test moves.
func fakeRun(t *testing.T, db *clickhouse.DB, start time.Time, j Job) (*Scheduler, *clockwork.FakeClock) {
	t.Helper()
	clock := clockwork.NewFakeClockAt(start)
	s, err := newScheduler(db, slog.New(slog.DiscardHandler), clock, j)
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	t.Cleanup(s.Stop)
	return s, clock
}

// pass lets time pass in steps, each begun when the worker waits.
func pass(t *testing.T, clock *clockwork.FakeClock, total, step time.Duration) {
	t.Helper()
	for range total / step {
		if err := clock.BlockUntilContext(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		clock.Advance(step)
	}
}

func TestAFailedRunIsTriedAgain(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	tries := 0
	_, clock := fakeRun(t, db, time.Now(), Job{Name: "work", AtStart: true, Retries: 2, Backoff: time.Minute, Run: func(_ context.Context, r Run) (gatehouse.Text, error) {
		if tries++; tries < 3 {
			return gatehouse.Text{}, fmt.Errorf("no luck in attempt %d", r.Attempt)
		}
		return said(fmt.Sprintf("luck in attempt %d", r.Attempt)), nil
	}})
	ended(t, db, 1)
	pass(t, clock, 50*time.Second, 10*time.Second)
	if runs := ended(t, db, 1); len(runs) != 1 {
		t.Errorf("it was tried again before its time: %+v", runs)
	}
	pass(t, clock, 20*time.Second, 10*time.Second)
	ended(t, db, 2)
	pass(t, clock, 130*time.Second, 10*time.Second)
	runs := ended(t, db, 3)
	for i, want := range []string{"luck in attempt 3", "no luck in attempt 2", "no luck in attempt 1"} {
		if runs[i].Detail != want || int(runs[i].Attempt) != 3-i || !runs[i].At.Equal(runs[0].At) || runs[i].Cause != AtStart {
			t.Errorf("%+v, want %q", runs[i], want)
		}
	}
	// By hand it is tried once: whoever asks sees how it went.
	tries = -10
	s, err := New(db, slog.New(slog.DiscardHandler), Job{Name: "by hand", Retries: 2, Run: func(context.Context, Run) (gatehouse.Text, error) { return gatehouse.Text{}, errors.New("no luck") }})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := s.RunNow(t.Context(), "by hand", "anna"); err != nil || r.State != Failed || r.By != "anna" || r.Cause != Manual {
		t.Errorf("by hand: %+v, %v", r, err)
	}
	s.Start(t.Context())
	defer s.Stop()
	if runs := endedOf(t, db, "by hand", 1); len(runs) != 1 || runs[0].By != "anna" || runs[0].State != Failed {
		t.Errorf("by hand: %+v", runs)
	}
}

// A process that cannot write signs of life ends its run before others may
// think it dead.
func TestARunEndsBeforeItsLease(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	running := make(chan bool)
	_, clock := fakeRun(t, db, time.Now(), Job{Name: "work", AtStart: true, Run: func(ctx context.Context, _ Run) (gatehouse.Text, error) {
		select {
		case running <- true:
		case <-ctx.Done(): // it may be taken up again
		}
		<-ctx.Done()
		return gatehouse.Text{}, ctx.Err()
	}})
	<-running
	clock.Advance(lease - time.Second)
	if r := endedOf(t, db, "work", 1)[0]; r.State != Stopped || !strings.HasPrefix(r.Detail, "no sign of life") {
		t.Errorf("%+v", r)
	}
}

// A long run gives signs of life, so nobody takes it for dead.
func TestALongRunStaysAlive(t *testing.T) {
	t.Parallel()
	config := sqltest.Config(t)
	dbs := open(t, config, 2)
	goOn := make(chan bool)
	s, err := New(dbs[0], slog.New(slog.DiscardHandler), Job{Name: "work", AtStart: true, Run: func(ctx context.Context, _ Run) (gatehouse.Text, error) {
		select {
		case <-goOn:
			return said("done after all"), nil
		case <-ctx.Done():
			return gatehouse.Text{}, context.Cause(ctx)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.ledger.lease = 6 * time.Second
	s.Start(t.Context())
	defer s.Stop()
	other := ledger{dbs[1], s.ledger.lease}
	deadline := time.NewTimer(8 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for over := false; !over; {
		select {
		case <-deadline.C:
			over = true
		case <-tick.C:
		}
		if runs, err := other.runs(t.Context(), "work", 1, 1); err != nil || len(runs) == 1 && runs[0].State != Started {
			t.Fatalf("%+v, %v", runs, err)
		}
	}
	goOn <- true
	if r := endedOf(t, dbs[1], "work", 1)[0]; r.Detail != "done after all" {
		t.Errorf("%+v", r)
	}
}
