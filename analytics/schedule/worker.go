package schedule

import (
	"context"
	"slices"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/google/uuid"

	"gatehouse"
)

// tail is how many of a job's runs are looked at; a slot whose last attempt is
// further back is given up.
const tail = 200

// work runs a job's turns until the context ends.
func (s *Scheduler) work(ctx context.Context, w *worker) {
	for ctx.Err() == nil {
		wait, err := s.step(ctx, w)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("job cannot be run, trying again", "job", w.Name, "in", lookEvery, "err", err)
			wait = lookEvery
		}
		if wait <= 0 {
			continue
		}
		alarm, err := s.alarm(w, s.clock.Now().Add(min(wait, lookEvery)))
		if err != nil {
			continue // it is in the past by now
		}
		select {
		case <-ctx.Done():
		case <-w.poke:
		}
		_ = s.cron.RemoveJob(alarm) // it may have gone off
	}
}

// alarm pokes a worker at an instant.
func (s *Scheduler) alarm(w *worker, at time.Time) (uuid.UUID, error) {
	job, err := s.cron.NewJob(gocron.OneTimeJob(gocron.OneTimeJobStartDateTime(at)), gocron.NewTask(w.wake))
	if err != nil {
		return uuid.UUID{}, err
	}
	return job.ID(), nil
}

// wake has the worker look again; it does not block.
func (w *worker) wake() {
	select {
	case w.poke <- struct{}{}:
	default: // it is about to
	}
}

// step runs the job once if it is due or asked for, and tells how long to wait
// then.
func (s *Scheduler) step(ctx context.Context, w *worker) (time.Duration, error) {
	now := s.clock.Now()
	head, runs, err := s.read(ctx, w.Name, now)
	if err != nil {
		return 0, err
	}
	if head, err = s.known(ctx, w, now, head); err != nil {
		return 0, err
	}
	if underWay(runs) != nil { // in another process
		return watchFor, nil
	}
	due, wake := w.plan(now, head, runs)
	asked := w.take()
	if w.fresh && w.AtStart && asked == nil && len(due) == 0 {
		asked = &turn{cause: AtStart, attempt: 1}
	}
	w.fresh = false
	switch {
	case asked != nil:
		asked.slot = unused(now, runs)
	case len(due) > 0:
		asked = &due[0]
	case wake.IsZero():
		return lookEvery, nil
	default:
		return max(wake.Sub(now), time.Millisecond), nil
	}
	r, won, err := s.claim(ctx, w, *asked, head)
	if err != nil || !won {
		if asked.cause != Scheduled && asked.cause != Missed && asked.attempt == 1 {
			w.ask(*asked)
		}
		return 0, err
	}
	s.run(ctx, w, r)
	return 0, nil
}

// known writes down when a job with times of day was seen first: what passes
// from then on is missed. One that goes by elapsed time is due at once.
func (s *Scheduler) known(ctx context.Context, w *worker, now time.Time, h head) (head, error) {
	if w.times.spec == nil || !h.slot.IsZero() || !w.Served.IsZero() {
		return h, nil
	}
	h.slot = now
	r := Run{Job: w.Name, At: now.UTC(), Cause: Scheduled, Process: s.process}
	return h, s.ledger.write(ctx, r, "known", row{})
}

// underWay is the run under way, nil for none.
func underWay(runs []Run) *Run {
	i := slices.IndexFunc(runs, func(r Run) bool { return r.State == Started })
	if i < 0 {
		return nil
	}
	return &runs[i]
}

// read gives a job's ledger as of now, its dead runs written down as stopped.
// The head comes first: whatever is claimed after it makes the next claim fail.
func (s *Scheduler) read(ctx context.Context, job string, now time.Time) (head, []Run, error) {
	head, err := s.ledger.head(ctx, job, now)
	if err != nil {
		return head, nil, err
	}
	runs, err := s.ledger.runs(ctx, job, tail, tail)
	for _, r := range runs {
		if err == nil && r.State == Stopped && r.Recorded == Started && r.Number > 0 {
			s.log.Warn("a job's process died", "job", job, "process", r.Process, "last_seen", r.Ended)
			err = s.ledger.write(ctx, r, string(Stopped), row{detail: gatehouse.Text{ZH: "%s 不再有动静", EN: "no sign of %s any more"}.With(r.Process)})
		}
	}
	return head, runs, err
}

func (s *Scheduler) claim(ctx context.Context, w *worker, t turn, head head) (Run, bool, error) {
	r := Run{Job: w.Name, Number: head.number + 1, At: t.slot, Attempt: t.attempt, Cause: t.cause, By: t.by, Process: s.process, State: Started}
	won, err := s.ledger.claim(ctx, r)
	return r, won, err
}

// unused is now as the time of a run that was asked for: of the millisecond,
// as the ledger keeps it, and neither one of the job's times, which are of
// whole seconds, nor that of another run.
func unused(now time.Time, runs []Run) time.Time {
	at := now.UTC().Truncate(time.Millisecond)
	taken := func() bool {
		for _, r := range runs {
			if r.At.Equal(at) {
				return true
			}
		}
		return at.Nanosecond() == 0
	}
	for taken() {
		at = at.Add(time.Millisecond)
	}
	return at
}

// RunNow runs a job in this process at once and gives how it went; an error
// means that it could not be run. It is a conflict if the job is running,
// wherever that is.
func (s *Scheduler) RunNow(ctx context.Context, job, by string) (Run, error) {
	w, err := s.find(job)
	if err != nil {
		return Run{}, err
	}
	now := s.clock.Now()
	head, runs, err := s.read(ctx, job, now)
	if err != nil {
		return Run{}, err
	}
	won := false
	var r Run
	if underWay(runs) == nil {
		r, won, err = s.claim(ctx, w, turn{slot: unused(now, runs), attempt: 1, cause: Manual, by: by}, head)
	}
	if err == nil && !won {
		err = gatehouse.Errorf(gatehouse.Conflict, "job %s is running already: wait for it to end, or cancel it", job)
	}
	if err != nil {
		return Run{}, err
	}
	return s.run(ctx, w, r), nil
}
