package schedule

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) { os.Exit(sqltest.Run(m)) }

// said is what a job says, in both languages.
func said(s string) gatehouse.Text { return gatehouse.Text{ZH: s, EN: s} }

// ended reads runs, newest first, until there are n that ended.
func ended(t *testing.T, db *clickhouse.DB, n int) []Run {
	t.Helper()
	return endedOf(t, db, "", n)
}

// endedOf is ended of one job.
func endedOf(t *testing.T, db *clickhouse.DB, job string, n int) []Run {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		runs, err := Runs(t.Context(), db, job, 100)
		if err != nil {
			t.Fatal(err)
		}
		ended := 0
		for _, r := range runs {
			if r.State != Started {
				ended++
			}
		}
		if ended >= n {
			return runs
		}
		select {
		case <-t.Context().Done():
			t.Fatalf("only %d of %d runs ended", ended, n)
		case <-tick.C:
		}
	}
}

// A job runs at the start and when triggered; what it returns, an error and a
// panic are all in the ledger, and none of them ends the scheduler.
func TestEveryRunIsInTheLedger(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	turn := make(chan int)
	var logged bytes.Buffer
	s, err := New(db, slog.New(slog.NewTextHandler(&logged, nil)), Job{Name: "work", AtStart: true, Run: func(context.Context, Run) (gatehouse.Text, error) {
		switch <-turn {
		case 1:
			return said("one thing done"), nil
		case 2:
			return gatehouse.Text{}, errors.New("no luck")
		}
		panic("out of order")
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	for n := 1; n <= 3; n++ {
		turn <- n
		ended(t, db, n)
		if n < 3 {
			if err := s.Trigger("work", Manual, "anna"); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.Stop()
	runs := ended(t, db, 3)
	if len(runs) != 3 || runs[2].State != Done || runs[2].Detail != "one thing done" || runs[1].State != Failed || runs[1].Detail != "no luck" {
		t.Errorf("ledger: %+v", runs)
	}
	if runs[0].State != Failed || runs[0].Detail != "panic: out of order" || !strings.Contains(logged.String(), "schedule_test.go") {
		t.Errorf("panic: %+v", runs[0])
	}
}

// Triggers during a run make one more run after it, however many they are.
func TestTriggersDuringARunJoin(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	running, goOn := make(chan bool), make(chan bool)
	s, err := New(db, slog.New(slog.DiscardHandler), Job{Name: "work", AtStart: true, Run: func(context.Context, Run) (gatehouse.Text, error) {
		running <- true
		<-goOn
		return gatehouse.Text{}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	<-running
	for range 5 {
		if err := s.Trigger("work", Manual, "anna"); err != nil {
			t.Fatal(err)
		}
	}
	goOn <- true
	<-running
	goOn <- true
	if runs := ended(t, db, 2); len(runs) != 2 {
		t.Errorf("%d runs", len(runs))
	}
	s.Stop()
	if err := s.Trigger("rest", Manual, "anna"); err == nil {
		t.Error("an unknown job was triggered")
	}
}

// Without times a job runs when triggered only; one that goes by elapsed time
// and never ran does not wait for its first time, one with a time of day does.
func TestTimes(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	ran := make(chan string)
	job := func(j Job) Job {
		j.Run = func(_ context.Context, r Run) (gatehouse.Text, error) {
			ran <- r.Job + " by " + string(r.Cause) + " " + r.By
			return gatehouse.Text{}, nil
		}
		return j
	}
	s, err := New(db, slog.New(slog.DiscardHandler),
		job(Job{Name: "by hand"}), job(Job{Name: "yearly", Cron: "0 0 1 1 *"}), job(Job{Name: "daily", Every: 24 * time.Hour}),
		job(Job{Name: "served", Every: 24 * time.Hour, Served: time.Now()}))
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	if name := <-ran; name != "daily by schedule " {
		t.Errorf("%s ran first", name)
	}
	if err := s.Trigger("by hand", Manual, "anna"); err != nil {
		t.Fatal(err)
	}
	if name := <-ran; name != "by hand by manual anna" {
		t.Errorf("%s ran next", name)
	}
	ended(t, db, 2)
	status, err := s.Status(t.Context(), 5)
	if err != nil {
		t.Fatal(err)
	}
	for i, runs := range []int{1, 0, 1, 0} {
		if one := status[i]; len(one.Runs) != runs || one.Running() != nil || one.Asked || one.Next.IsZero() != (one.Name == "by hand") || one.Next.Before(time.Now()) && !one.Next.IsZero() {
			t.Errorf("status %+v", one)
		}
	}
	s.Stop()
	if _, err := New(db, slog.New(slog.DiscardHandler), Job{Name: "never", Cron: "at noon"}); err == nil {
		t.Error("times that are none were taken")
	}
}

// What is cut off by the end of the scheduler is in the ledger as that.
func TestAStoppedRunIsInTheLedger(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	running := make(chan bool)
	s, err := New(db, slog.New(slog.DiscardHandler), Job{Name: "work", AtStart: true, Run: func(ctx context.Context, _ Run) (gatehouse.Text, error) {
		running <- true
		<-ctx.Done()
		return gatehouse.Text{}, ctx.Err()
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	<-running
	s.Stop()
	if runs := ended(t, db, 1); len(runs) != 1 || runs[0].State != Stopped || runs[0].Detail != "the program ended" || runs[0].Cause != AtStart {
		t.Errorf("ledger: %+v", runs)
	}
}
