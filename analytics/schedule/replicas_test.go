package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// open opens a database as several processes would: each with connections of its own.
func open(t *testing.T, c clickhouse.Config, processes int) []*clickhouse.DB {
	t.Helper()
	dbs := make([]*clickhouse.DB, processes)
	for i := range dbs {
		var err error
		if dbs[i], err = clickhouse.Open(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { dbs[i].Close() })
	}
	return dbs
}

// Of many that claim the same run at the same moment, one has it.
func TestAClaimIsTakenOnce(t *testing.T) {
	t.Parallel()
	dbs := open(t, sqltest.Config(t), 4)
	for number := range uint64(25) {
		var won atomic.Int32
		var claimants sync.WaitGroup
		start := make(chan struct{})
		for i := range 8 {
			claimants.Go(func() {
				<-start
				r := Run{Job: "work", Number: number + 1, At: time.Now().UTC(), Attempt: 1, Cause: Scheduled, Process: fmt.Sprint(i)}
				ok, err := ledger{dbs[i%len(dbs)], lease}.claim(t.Context(), r)
				if err != nil {
					t.Error(err)
				}
				if ok {
					won.Add(1)
				}
			})
		}
		close(start)
		claimants.Wait()
		if won.Load() != 1 {
			t.Fatalf("run %d was claimed %d times", number+1, won.Load())
		}
	}
}

// A process that slept so long that the server has forgotten the token still
// sees that the run is taken.
func TestAClaimIsTakenOnceAfterItsTokenIsForgotten(t *testing.T) {
	t.Parallel()
	config := sqltest.Config(t)
	l := ledger{open(t, config, 1)[0], lease}
	conn, err := ch.Open(&ch.Options{Addr: []string{config.Address}, Auth: ch.Auth{Database: config.Database, Username: config.User, Password: config.Password}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.Exec(t.Context(), "ALTER TABLE job_run MODIFY SETTING non_replicated_deduplication_window = 1"); err != nil {
		t.Fatal(err)
	}
	first, other := Run{Job: "work", Number: 1, At: time.Now().UTC(), Attempt: 1}, Run{Job: "other", Number: 1, At: time.Now().UTC(), Attempt: 1}
	for i, c := range []struct {
		run Run
		won bool
	}{{first, true}, {other, true}, {first, false}} {
		won, err := l.claim(t.Context(), c.run)
		if err != nil || won != c.won {
			t.Errorf("claim %d: %v, %v", i, won, err)
		}
	}
}

// Two processes whose clocks differ, and a third that comes later, run every
// time once, and never two at a time.
func TestReplicasRunEachTimeOnce(t *testing.T) {
	t.Parallel()
	dbs := open(t, sqltest.Config(t), 3)
	var mu sync.Mutex
	ran, running := map[time.Time]int{}, 0
	job := Job{Name: "work", Cron: "* * * * *", CatchUp: All, Run: func(_ context.Context, r Run) (gatehouse.Text, error) {
		mu.Lock()
		defer mu.Unlock()
		ran[r.At.UTC()]++
		running++
		if running > 1 {
			t.Errorf("%d runs at a time", running)
		}
		mu.Unlock()
		mu.Lock()
		running--
		return gatehouse.Text{}, nil
	}}
	const minutes = 12
	noon := time.Date(2026, time.March, 6, 12, 0, 1, 0, time.UTC)
	var clocks []*clockwork.FakeClock
	start := func(db *clickhouse.DB, ahead time.Duration) {
		clock := clockwork.NewFakeClockAt(noon.Add(ahead))
		s, err := newScheduler(db, slog.New(slog.DiscardHandler), clock, job)
		if err != nil {
			t.Fatal(err)
		}
		s.Start(t.Context())
		t.Cleanup(s.Stop)
		clocks = append(clocks, clock)
	}
	start(dbs[0], 0)
	start(dbs[1], 20*time.Second)
	for m := range minutes {
		if m == minutes/2 {
			start(dbs[2], time.Duration(m)*time.Minute)
		}
		for range 4 {
			for _, c := range clocks {
				if err := c.BlockUntilContext(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				c.Advance(15 * time.Second)
			}
		}
	}
	runs := ended(t, dbs[0], minutes)
	mu.Lock()
	defer mu.Unlock()
	if len(runs) != minutes || len(ran) != minutes {
		t.Errorf("%d runs in the ledger and %d times run, want %d", len(runs), len(ran), minutes)
	}
	for m := range minutes {
		if at := noon.Truncate(time.Minute).Add(time.Duration(m+1) * time.Minute); ran[at] != 1 {
			t.Errorf("%s ran %d times", at, ran[at])
		}
	}
	for _, r := range runs {
		if r.State != Done || r.Attempt != 1 {
			t.Errorf("%+v", r)
		}
	}
}

// What a process that died left behind is shown as stopped and taken over,
// once its lease is over; until then the job waits.
func TestADeadRunIsTakenOver(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	ran := make(chan Run, 10)
	s, err := New(db, slog.New(slog.DiscardHandler), Job{Name: "work", Every: 24 * time.Hour, Run: func(_ context.Context, r Run) (gatehouse.Text, error) {
		ran <- r
		return said("taken over"), nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.ledger.lease = 700 * time.Millisecond
	slot := time.Now().UTC().Truncate(24 * time.Hour)
	dead := Run{Job: "work", Number: 1, At: slot, Attempt: 1, Cause: Scheduled, Process: "elsewhere/1"}
	if won, err := s.ledger.claim(t.Context(), dead); err != nil || !won {
		t.Fatal(won, err)
	}
	if err := Cancel(t.Context(), db, "work", 2, "anna"); err == nil {
		t.Error("a run was cancelled that is not there")
	}
	if _, err := s.RunNow(t.Context(), "work", "anna"); err == nil {
		t.Error("it ran beside the run that may be alive")
	}
	s.Start(t.Context())
	if r := <-ran; !r.At.Equal(slot) || r.Attempt != 2 || r.Number != 2 {
		t.Errorf("run %+v", r)
	}
	s.Stop()
	runs := ended(t, db, 2)
	if len(runs) != 2 || runs[1].State != Stopped || runs[1].Detail != "no sign of elsewhere/1 any more" || runs[0].State != Done {
		t.Errorf("ledger: %+v", runs)
	}
}

// A process that was taken for dead, and is not, ends its run.
func TestARunThatWasTakenOverEnds(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	running := make(chan Run, 1)
	s, err := New(db, slog.New(slog.DiscardHandler), Job{Name: "work", AtStart: true, Run: func(ctx context.Context, r Run) (gatehouse.Text, error) {
		if r.Attempt == 2 {
			return said("the one that took over"), nil
		}
		running <- r
		<-ctx.Done()
		return gatehouse.Text{}, context.Cause(ctx)
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	defer s.Stop()
	if err := s.ledger.write(t.Context(), <-running, string(Stopped), row{detail: said("taken for dead")}); err != nil {
		t.Fatal(err)
	}
	runs := ended(t, db, 2)
	if runs[0].Detail != "the one that took over" || runs[1].State != Stopped || runs[1].Detail != "taken for dead" {
		t.Errorf("ledger: %+v", runs)
	}
}
