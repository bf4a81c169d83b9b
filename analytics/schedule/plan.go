package schedule

import (
	"slices"
	"time"
)

// turn is a run that is due.
type turn struct {
	slot    time.Time
	attempt uint16
	cause   Cause
	by      string
	due     time.Time // its time, or that of its next attempt
}

const (
	punctual   = time.Minute // how late a run still counts as on time
	mostMissed = 1000        // times that All makes up for
)

// plan tells what is due now, in the order to run it, and when to look again
// at the latest, zero for whenever. runs are the newest of the job, newest
// first, none of them under way.
func (w *worker) plan(now time.Time, head head, runs []Run) (due []turn, wake time.Time) {
	later := func(t time.Time) {
		if wake.IsZero() || t.Before(wake) {
			wake = t
		}
	}
	for _, t := range w.unfinished(runs) {
		if t.due.After(now) {
			later(t.due)
			continue
		}
		due = append(due, t)
	}
	slot, ok := w.times.next(w.since(now, head))
	for ; ok && !slot.After(now); slot, ok = w.times.next(slot) {
		t := turn{slot: slot, attempt: 1, cause: Scheduled, due: slot}
		if now.Sub(slot) > punctual && !(head.slot.IsZero() && w.Served.IsZero()) {
			t.cause = Missed
		}
		due = append(due, t)
	}
	if ok {
		later(slot)
	}
	slices.SortStableFunc(due, func(a, b turn) int { return a.slot.Compare(b.slot) })
	return w.choose(due, now), wake
}

// since is the instant after which times are still to be served.
func (w *worker) since(now time.Time, head head) time.Time {
	last := w.Served
	if head.slot.After(last) {
		last = head.slot
	}
	if w.Every <= 0 {
		if last.IsZero() { // known from now on
			return now
		}
		return last
	}
	newest := now.UTC().Truncate(w.Every)
	if last.IsZero() { // what never ran is due
		return newest.Add(-w.Every)
	}
	if first := newest.Add(-mostMissed * w.Every); last.Before(first) {
		return first
	}
	return last
}

// unfinished are the times whose newest run failed or lost its process and
// that have an attempt left. A run asked for by hand is not repeated: whoever
// asked has seen how it went.
func (w *worker) unfinished(runs []Run) (turns []turn) {
	var newest time.Time // what was served, or is being tried
	seen := map[time.Time]bool{}
	for _, r := range runs {
		if (r.State == Done || r.Cause != Manual) && r.At.After(newest) {
			newest = r.At
		}
		if seen[r.At] || r.Cause == Manual || r.Cause == "" {
			continue
		}
		seen[r.At] = true
		t := turn{slot: r.At, attempt: r.Attempt + 1, cause: r.Cause, by: r.By, due: r.Ended}
		if r.State == Failed {
			t.due = r.Ended.Add(w.backoff(r.Attempt))
		}
		if (r.State == Failed || r.State == Stopped) && int(r.Attempt) < w.attempts(r.State) {
			turns = append(turns, t)
		}
	}
	if w.CatchUp != All {
		// A later run does what these were to do.
		turns = slices.DeleteFunc(turns, func(t turn) bool { return t.slot.Before(newest) })
	}
	return turns
}

// choose applies the job's policy to what is due, which is in order of time.
func (w *worker) choose(due []turn, now time.Time) []turn {
	switch w.CatchUp {
	case Skip:
		due = slices.DeleteFunc(due, func(t turn) bool { return now.Sub(t.due) > punctual })
		return due[max(0, len(due)-1):]
	case All:
		return due[max(0, len(due)-mostMissed):]
	case Latest:
	}
	return due[max(0, len(due)-1):]
}
