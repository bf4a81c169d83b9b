package schedule

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func newWorker(t testing.TB, j Job) *worker {
	t.Helper()
	times, err := parseTimes(j, place(t, "Asia/Shanghai"))
	if err != nil {
		t.Fatal(err)
	}
	return &worker{Job: j, times: times}
}

// Instants are written as minutes of a day; a run as when, attempt, state and
// cause, and when it ended.
func TestPlan(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2026, time.March, 6, 0, 0, 0, 0, time.UTC)
	at := func(minute int) time.Time { return midnight.Add(time.Duration(minute) * time.Minute) }
	run := func(slot, attempt int, state State, cause Cause, ended int) Run {
		return Run{At: at(slot), Attempt: uint16(attempt), State: state, Cause: cause, Ended: at(ended)}
	}
	quarter := Job{Every: 15 * time.Minute, Retries: 2, Backoff: 2 * time.Minute}
	with := func(c CatchUp) Job {
		j := quarter
		j.CatchUp = c
		return j
	}
	for _, c := range []struct {
		name string
		job  Job
		now  int
		slot int // newest that was claimed, 0 for none
		runs []Run
		want string
	}{
		{"on time", quarter, 30, 15, nil, "30/1 schedule; 45"},
		{"before its time", quarter, 29, 15, nil, "; 30"},
		{"never ran", quarter, 34, 0, nil, "30/1 schedule; 45"},
		{"a time of day that has not come", Job{Cron: "0 9 * * *"}, 34, 15, nil, "; 60"}, // 9:00 is minute 60 UTC
		{"triggered only", Job{}, 34, 0, nil, "; never"},
		{"missed some: the newest", quarter, 50, 0 + 1, []Run{run(1, 1, Done, Scheduled, 2)}, "45/1 missed; 60"},
		{"missed some: none", with(Skip), 50, 15, nil, "; 60"},
		{"on time, when missed ones are skipped", with(Skip), 45, 15, nil, "45/1 schedule; 60"},
		{"missed some: each", with(All), 50, 15, nil, "30/1 missed 45/1 missed; 60"},
		{"a slot that lies ahead was not claimed for now", quarter, 29, 15, []Run{run(600, 1, Done, Scheduled, 20)}, "; 30"},

		{"failed, not yet again", quarter, 16, 15, []Run{run(15, 1, Failed, Scheduled, 15)}, "; 17"},
		{"failed, again", quarter, 17, 15, []Run{run(15, 1, Failed, Scheduled, 15)}, "15/2 schedule; 30"},
		{"failed twice, twice the pause", quarter, 20, 15, []Run{run(15, 2, Failed, Scheduled, 17), run(15, 1, Failed, Scheduled, 15)}, "; 21"},
		{"failed for good", quarter, 29, 15, []Run{run(15, 3, Failed, Scheduled, 17)}, "; 30"},
		{"failed by hand", quarter, 29, 15, []Run{run(15, 1, Failed, Manual, 17)}, "; 30"},
		{"failed after a load", quarter, 29, 15, []Run{run(16, 1, Failed, AfterLoad, 17)}, "16/2 load; 30"},
		{"failed, but a later one did it", quarter, 29, 15, []Run{run(18, 1, Done, Manual, 19), run(15, 1, Failed, Scheduled, 15)}, "; 30"},
		{"failed, but a later one is being tried", quarter, 31, 30, []Run{run(30, 1, Failed, Scheduled, 30), run(15, 1, Failed, Scheduled, 29)}, "; 32"},
		{"failed, each is tried", with(All), 32, 30, []Run{run(30, 1, Failed, Scheduled, 30), run(15, 1, Failed, Scheduled, 29)}, "15/2 schedule 30/2 schedule; 45"},
		{"failed, too late to try when late ones are skipped", with(Skip), 29, 15, []Run{run(15, 1, Failed, Scheduled, 15)}, "; 30"},
		{"cancelled", quarter, 29, 15, []Run{run(15, 1, Cancelled, Scheduled, 17)}, "; 30"},
		{"its process died", Job{Every: 15 * time.Minute}, 29, 15, []Run{run(15, 1, Stopped, Scheduled, 17)}, "15/2 schedule; 30"},
		{"it kills its process", Job{Every: 15 * time.Minute}, 29, 15, []Run{run(15, 2, Stopped, Scheduled, 17)}, "; 30"},
		{"its process died by hand", quarter, 29, 15, []Run{run(16, 1, Stopped, Manual, 17)}, "; 30"},
	} {
		w := newWorker(t, c.job)
		h := head{}
		if c.slot > 0 {
			h.slot = at(c.slot)
		}
		due, wake := w.plan(at(c.now), h, c.runs)
		var words []string
		minute := func(t time.Time) int { return int(t.Sub(midnight).Minutes()) }
		for _, d := range due {
			words = append(words, fmt.Sprintf("%d/%d %s", minute(d.slot), d.attempt, d.cause))
		}
		got := strings.Join(words, " ") + "; never"
		if !wake.IsZero() {
			got = strings.Join(words, " ") + fmt.Sprintf("; %d", minute(wake))
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// However the clock jumps and however runs go, no time is served twice, none
// is tried oftener than its job may, and what policy promises holds.
func TestPlanNeverRunsATimeTwice(t *testing.T) {
	t.Parallel()
	jobs := []Job{{Every: 15 * time.Minute}, {Cron: "*/20 * * * *", Retries: 2}, {Cron: "30 2 * * *", Retries: 1}}
	rapid.Check(t, func(t *rapid.T) {
		j := rapid.SampledFrom(jobs).Draw(t, "job")
		j.CatchUp = rapid.SampledFrom([]CatchUp{Latest, Skip, All}).Draw(t, "policy")
		times, err := parseTimes(j, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		w := &worker{Job: j, times: times}
		now := time.Date(2026, time.March, 6, 12, 7, 0, 0, time.UTC)
		first := now
		var runs []Run // newest first
		served, tried := map[time.Time]State{}, map[time.Time]int{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			// Mostly forward, at times far, at times back.
			now = now.Add(time.Duration(rapid.IntRange(-180, 600).Draw(t, "minutes")) * time.Minute)
			h := head{slot: first}
			if first.After(now) {
				h = head{}
			}
			for _, r := range runs {
				if !r.At.After(now) && r.At.After(h.slot) {
					h.slot = r.At
				}
			}
			due, wake := w.plan(now, h, runs)
			if !wake.After(now) {
				t.Fatalf("at %s it would look again at %s", now, wake)
			}
			if j.CatchUp != All && len(due) > 1 {
				t.Fatalf("%d runs are due at once", len(due))
			}
			if len(due) == 0 {
				continue
			}
			d := due[0]
			if d.slot.After(now) || j.CatchUp == Skip && now.Sub(d.due) > punctual {
				t.Fatalf("%+v is due at %s", d, now)
			}
			if s := served[d.slot]; s == Done || s == Cancelled {
				t.Fatalf("%s was %s, and is due again", d.slot, s)
			}
			tried[d.slot]++
			if tried[d.slot] != int(d.attempt) || tried[d.slot] > 1+max(j.Retries, 1) {
				t.Fatalf("%s is tried for the %dth time as attempt %d", d.slot, tried[d.slot], d.attempt)
			}
			served[d.slot] = rapid.SampledFrom([]State{Done, Done, Failed, Cancelled, Stopped}).Draw(t, "outcome")
			runs = slices.Insert(runs, 0, Run{At: d.slot, Attempt: d.attempt, State: served[d.slot], Cause: d.cause, Ended: now})
		}
	})
}
