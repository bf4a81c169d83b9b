package schedule

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"testing"
	"time"

	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) { os.Exit(sqltest.Run(m)) }

// ledger reads runs until there are n that ended, oldest first.
func ledger(t *testing.T, db *clickhouse.DB, n int) []Run {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		runs, err := Runs(t.Context(), db, "", 100)
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
	s, err := New(db, slog.New(slog.DiscardHandler), Job{Name: "work", Every: time.Hour, AtStart: true, Run: func(context.Context) (string, error) {
		switch <-turn {
		case 1:
			return "one thing done", nil
		case 2:
			return "", errors.New("no luck")
		}
		panic("out of order")
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	for n := 1; n <= 3; n++ {
		turn <- n
		ledger(t, db, n)
		if n < 3 {
			if err := s.Trigger("work"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	runs := ledger(t, db, 3)
	if len(runs) != 3 || runs[2].State != Done || runs[2].Detail != "one thing done" || runs[1].State != Failed || runs[1].Detail != "no luck" {
		t.Errorf("ledger: %+v", runs)
	}
	if runs[0].State != Failed || len(runs[0].Detail) < len("panic: out of order") || runs[0].Detail[:19] != "panic: out of order" {
		t.Errorf("panic: %+v", runs[0])
	}
}

// Triggers during a run make one more run after it, however many they are.
func TestTriggersDuringARunJoin(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	running, goOn := make(chan bool), make(chan bool)
	s, err := New(db, slog.New(slog.DiscardHandler), Job{Name: "work", Every: time.Hour, AtStart: true, Run: func(context.Context) (string, error) {
		running <- true
		<-goOn
		return "", nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	<-running
	for range 5 {
		if err := s.Trigger("work"); err != nil {
			t.Fatal(err)
		}
	}
	goOn <- true
	<-running
	goOn <- true
	if runs := ledger(t, db, 2); len(runs) != 2 {
		t.Errorf("%d runs", len(runs))
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := s.Trigger("rest"); err == nil {
		t.Error("an unknown job was triggered")
	}
}

// Without times a job runs when triggered only; one with a first time that has
// passed does not wait for a whole pause.
func TestTimes(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	ran := make(chan string)
	job := func(j Job) Job {
		j.Run = func(context.Context) (string, error) {
			ran <- j.Name
			return "", nil
		}
		return j
	}
	s, err := New(db, slog.New(slog.DiscardHandler),
		job(Job{Name: "by hand"}),
		job(Job{Name: "yearly", Cron: "0 0 1 1 *"}),
		job(Job{Name: "hourly", Every: time.Hour}),
		job(Job{Name: "due soon", Every: time.Hour, First: time.Now().Add(50 * time.Millisecond)}))
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	if name := <-ran; name != "due soon" {
		t.Errorf("%s ran first", name)
	}
	if err := s.Trigger("by hand"); err != nil {
		t.Fatal(err)
	}
	if name := <-ran; name != "by hand" {
		t.Errorf("%s ran next", name)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := New(db, slog.New(slog.DiscardHandler), Job{Name: "never", Cron: "at noon"}); err == nil {
		t.Error("times that are none were taken")
	}
}

// What is cut off by the end of the scheduler is in the ledger as that.
func TestAStoppedRunIsInTheLedger(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	running := make(chan bool)
	s, err := New(db, slog.New(slog.DiscardHandler), Job{Name: "work", AtStart: true, Run: func(ctx context.Context) (string, error) {
		running <- true
		<-ctx.Done()
		return "", ctx.Err()
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	<-running
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if runs := ledger(t, db, 1); len(runs) != 1 || runs[0].State != Failed || runs[0].Detail != "stopped" {
		t.Errorf("ledger: %+v", runs)
	}
}
