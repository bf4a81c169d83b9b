package schedule

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// reason is why a run is ended from outside, beside the end of the program.
type reason struct {
	state State
	text  gatehouse.Text
}

func (r reason) Error() string { return r.text.EN }

func cancelledBy(name string) reason {
	return reason{Cancelled, gatehouse.Text{ZH: "由 %s 取消", EN: "cancelled by %s"}.With(name)}
}

func overdue(timeout time.Duration) reason {
	return reason{Failed, gatehouse.Text{ZH: "超过 %s，已结束", EN: "took longer than %s and was ended"}.With(timeout)}
}

// lost is of a run that others may have taken over, or soon will.
func lost() reason {
	return reason{Stopped, gatehouse.Text{ZH: "未能及时写入仍在运行的标记", EN: "no sign of life could be written in time"}}
}

// recordWithin is how long the end of a run may take to be written down.
const recordWithin = 5 * time.Second

// run does a claimed run and writes down how it ended.
func (s *Scheduler) run(ctx context.Context, w *worker, r Run) Run {
	began := s.clock.Now()
	running, end := context.WithCancelCause(ctx)
	unwatch := s.watch(running, end, w, r)
	detail, err := s.guarded(running, w, r)
	unwatch()
	r.State = Done
	if err != nil {
		r.State, detail = outcome(running, err)
	}
	end(nil)
	r.Detail, r.DetailZH = detail.EN, detail.ZH
	if r.State == Failed {
		s.log.Error("job failed", "job", w.Name, "attempt", r.Attempt, "err", r.Detail)
	}
	r.Seconds = s.clock.Since(began).Seconds()
	// A run that is stopped is written down too, but does not hold up the end.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	if err := s.ledger.write(last, r, string(r.State), row{detail: detail}); err != nil {
		s.log.Error("job run not written down", "job", w.Name, "err", err)
	}
	return r
}

// outcome tells why a run did not come to its end.
func outcome(ctx context.Context, err error) (State, gatehouse.Text) {
	var why reason
	switch cause := context.Cause(ctx); {
	case errors.As(cause, &why):
		return why.state, why.text
	case cause != nil:
		return Stopped, gatehouse.Text{ZH: "程序已停止", EN: "the program ended"}
	}
	return Failed, gatehouse.Text{ZH: err.Error(), EN: err.Error()}
}

// guarded turns a panic of the job into its error; the stack goes to the log.
func (s *Scheduler) guarded(ctx context.Context, w *worker, r Run) (detail gatehouse.Text, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic in a job", "job", w.Name, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return w.Run(ctx, r)
}

// watch gives signs of life of a run and ends it when it takes too long, when
// somebody asks, or when it may have been taken for dead. What it gives back
// ends the watch.
func (s *Scheduler) watch(ctx context.Context, end context.CancelCauseFunc, w *worker, r Run) func() {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	if w.Timeout > 0 {
		timer := s.clock.AfterFunc(w.Timeout, func() { end(overdue(w.Timeout)) })
		context.AfterFunc(ctx, func() { timer.Stop() })
	}
	// Well before others may think it dead, by clocks that may differ in speed.
	fence := s.clock.AfterFunc(s.ledger.lease*3/4, func() { end(lost()) })
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer fence.Stop()
		tick := s.clock.NewTicker(watchFor)
		defer tick.Stop()
		beat := s.clock.Now()
		for n := 0; ; {
			select {
			case <-ctx.Done():
				return
			case <-tick.Chan():
			}
			if err := s.hear(ctx, end, r); err != nil && ctx.Err() == nil {
				s.log.Warn("cannot read what is asked of a job", "job", r.Job, "err", err)
			}
			if sent := s.clock.Now(); sent.Sub(beat) >= s.ledger.lease/4 {
				n++
				if err := s.ledger.write(ctx, r, "alive", row{token: fmt.Sprint(n)}); err == nil {
					beat = sent
					fence.Reset(s.ledger.lease * 3 / 4)
				}
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// hear ends the run if others have written that it should.
func (s *Scheduler) hear(ctx context.Context, end context.CancelCauseFunc, r Run) error {
	said, err := clickhouse.First[struct {
		Cancelled bool   `ch:"cancelled"`
		By        string `ch:"cancelled_by"`
		Over      bool   `ch:"over"`
	}](ctx, s.ledger.db, "schedule.Watch", clickhouse.Asked{}, clickhouse.Params{"job": r.Job, "slot": r.At, "number": r.Number})
	switch {
	case err != nil:
		return err
	case said.Cancelled:
		end(cancelledBy(said.By))
	case said.Over:
		end(lost())
	}
	return nil
}
