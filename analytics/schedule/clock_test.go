package schedule

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func instantly(context.Context, Run) (gatehouse.Text, error) { return gatehouse.Text{}, nil }

// slotsOf are the times in the ledger, oldest first, by the business's clock.
func slotsOf(runs []Run, db *clickhouse.DB) []string {
	var slots []string
	for _, r := range slices.Backward(runs) {
		slots = append(slots, r.At.In(db.Calendar().Location).Format("2006-01-02 15:04 -07"))
	}
	return slots
}

// By a clock in New York a daily run at 02:30 comes once on the days on which
// there are 23 hours and 25, and a monthly one on the last day.
func TestChangesOfTheClockAndMonthEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, cron  string
		start       time.Time
		total, step time.Duration
		want        []string
	}{
		{"put forward", "30 2 * * *", time.Date(2026, time.March, 7, 5, 0, 0, 0, time.UTC), 54 * time.Hour, time.Hour,
			[]string{"2026-03-07 02:30 -05", "2026-03-08 03:00 -04", "2026-03-09 02:30 -04"}},
		{"put back", "30 1 * * *", time.Date(2026, time.October, 31, 4, 0, 0, 0, time.UTC), 54 * time.Hour, time.Hour,
			[]string{"2026-10-31 01:30 -04", "2026-11-01 01:30 -04", "2026-11-02 01:30 -05"}},
		{"month ends", "0 2 31 * *", time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC), 110 * 24 * time.Hour, 24 * time.Hour,
			[]string{"2026-01-31 02:00 -05", "2026-02-28 02:00 -05", "2026-03-31 02:00 -04", "2026-04-30 02:00 -04"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			config := sqltest.Config(t)
			config.Calendar.Location = place(t, "America/New_York")
			db := open(t, config, 1)[0]
			_, clock := fakeRun(t, db, c.start, Job{Name: "work", Cron: c.cron, CatchUp: All, Run: instantly})
			pass(t, clock, c.total, c.step)
			if got := slotsOf(ended(t, db, len(c.want)), db); !slices.Equal(got, c.want) {
				t.Errorf("ran at %v, want %v", got, c.want)
			}
		})
	}
}

// jumpy is a clock that can be set: its timers know nothing of that.
type jumpy struct {
	*clockwork.FakeClock
	ahead atomic.Int64
}

func (j *jumpy) Now() time.Time { return j.FakeClock.Now().Add(time.Duration(j.ahead.Load())) }

// A clock set forward makes up for what it passed over as the job wants it.
// When it is set back, what it passed over comes on time, and what it served
// early is not served again.
func TestAClockThatIsSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		policy        CatchUp
		forward, back []string
	}{
		{Latest, []string{"10:15", "11:00"}, []string{"10:30", "10:45", "11:15"}},
		{Skip, []string{"10:15"}, []string{"10:30", "10:45", "11:00", "11:15"}},
		{All, []string{"10:15", "10:30", "10:45", "11:00"}, []string{"11:15"}},
	} {
		t.Run([]string{"latest", "skip", "all"}[c.policy], func(t *testing.T) {
			t.Parallel()
			db := sqltest.New(t)
			clock := &jumpy{FakeClock: clockwork.NewFakeClockAt(time.Date(2026, time.March, 6, 2, 14, 0, 0, time.UTC))}
			s, err := newScheduler(db, slog.New(slog.DiscardHandler), clock, Job{Name: "work", Cron: "*/15 * * * *", CatchUp: c.policy, Run: instantly})
			if err != nil {
				t.Fatal(err)
			}
			s.Start(t.Context())
			defer s.Stop()
			want := func(slots []string) {
				t.Helper()
				var got []string
				for _, slot := range slotsOf(ended(t, db, len(slots)), db) {
					got = append(got, slot[len("2026-03-06 "):len("2026-03-06 10:15")])
				}
				if !slices.Equal(got, slots) {
					t.Errorf("ran at %v, want %v", got, slots)
				}
			}
			pass(t, clock.FakeClock, 2*time.Minute, 15*time.Second)
			want([]string{"10:15"}) // at 10:16
			clock.ahead.Store(int64(50 * time.Minute))
			pass(t, clock.FakeClock, 2*time.Minute, 15*time.Second)
			want(c.forward) // at 11:08
			clock.ahead.Store(0)
			pass(t, clock.FakeClock, time.Hour, 15*time.Second)
			want(slices.Concat(c.forward, c.back)) // at 11:18
		})
	}
}

// A process that starts finds in the ledger what was missed while none ran.
func TestWhatWasMissedIsFoundAtTheStart(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	start := time.Date(2026, time.March, 6, 2, 0, 30, 0, time.UTC)
	job := Job{Name: "work", Every: time.Hour, CatchUp: All, AtStart: true, Run: instantly}
	s, _ := fakeRun(t, db, start, job)
	ended(t, db, 1)
	s.Stop()
	s, _ = fakeRun(t, db, start.Add(3*time.Hour), job)
	runs := ended(t, db, 4)
	s.Stop()
	want := []string{"2026-03-06 10:00 +08", "2026-03-06 11:00 +08", "2026-03-06 12:00 +08", "2026-03-06 13:00 +08"}
	if got := slotsOf(runs, db); !slices.Equal(got, want) {
		t.Errorf("ran at %v, want %v", got, want)
	}
	for i, cause := range []Cause{Scheduled, Missed, Missed, Scheduled} {
		if runs[i].Cause != cause {
			t.Errorf("%s: %s, want %s", runs[i].At, runs[i].Cause, cause)
		}
	}
	// A time of day counts from when the job was seen first, in whatever process.
	daily := Job{Name: "daily", Cron: "0 4 * * *", Run: instantly}
	for day := range 2 {
		s, clock := fakeRun(t, db, start.AddDate(0, 0, day), daily)
		if err := clock.BlockUntilContext(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		s.Stop()
	}
	if runs := endedOf(t, db, "daily", 1); len(runs) != 1 || runs[0].Cause != Missed || slotsOf(runs, db)[0] != "2026-03-07 04:00 +08" {
		t.Errorf("a job never there at its time: %+v", runs)
	}
	// Nothing was missed now, so it is the start itself that runs it.
	fakeRun(t, db, start.Add(3*time.Hour), job)
	if runs := endedOf(t, db, "work", 5); runs[0].Cause != AtStart {
		t.Errorf("at the start: %+v", runs[0])
	}
}

// Rows of before runs were counted are shown, and decide nothing.
func TestRowsOfBefore(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	for state, detail := range map[string]string{"started": "", "done": "as it was"} {
		err := db.Insert(t.Context(), "job_run", state, []clickhouse.Column{
			{Name: "job", Values: []string{"work"}}, {Name: "attempt", Values: []uint16{1}}, {Name: "started_by", Values: []string{"old/1"}},
			{Name: "scheduled_for", Values: []time.Time{time.Date(2026, 1, len(state), 0, 0, 0, 0, time.UTC)}},
			{Name: "state", Values: []string{state}}, {Name: "detail", Values: []string{detail}},
			{Name: "at", Values: []time.Time{time.Date(2026, 1, len(state), 0, 0, 1, 0, time.UTC)}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	fakeRun(t, db, time.Now(), Job{Name: "work", AtStart: true, Run: instantly})
	runs := ended(t, db, 3)
	if len(runs) != 3 || runs[0].Number != 1 || runs[1].State != Stopped || runs[1].Process != "old/1" || runs[2].State != Done || runs[2].Detail != "as it was" {
		t.Errorf("ledger: %+v", runs)
	}
}
