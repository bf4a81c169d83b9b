package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/jonboulle/clockwork"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

const (
	lease     = 30 * time.Second // without a sign of life for so long, a run has lost its process
	watchFor  = 2 * time.Second  // how soon a run hears that it is to end
	lookEvery = 30 * time.Second // in case the clock was set, or another process died
)

// Scheduler runs jobs. Each has one worker, so that a trigger during a run is
// kept for after it.
type Scheduler struct {
	ledger  ledger
	log     *slog.Logger
	clock   clockwork.Clock
	cron    gocron.Scheduler // wakes the workers; what is due, the ledger decides
	process string
	order   []*worker
	byName  map[string]*worker

	stop context.CancelFunc
	done sync.WaitGroup
}

// worker is a job with what asks for it.
type worker struct {
	Job
	times times
	poke  chan struct{} // something was asked
	fresh bool          // it was not looked at yet

	mu    sync.Mutex
	asked *turn // a run that is asked for; further ones join it
}

// New makes a scheduler of jobs; Start starts it.
func New(db *clickhouse.DB, log *slog.Logger, jobs ...Job) (*Scheduler, error) {
	return newScheduler(db, log, clockwork.NewRealClock(), jobs...)
}

func newScheduler(db *clickhouse.DB, log *slog.Logger, clock clockwork.Clock, jobs ...Job) (*Scheduler, error) {
	cron, err := gocron.NewScheduler(gocron.WithClock(clock), gocron.WithLocation(db.Calendar().Location))
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname() // only told to people
	s := &Scheduler{
		ledger: ledger{db, lease}, log: log, clock: clock, cron: cron,
		process: fmt.Sprintf("%s/%d", host, os.Getpid()), byName: map[string]*worker{},
	}
	for _, j := range jobs {
		times, err := parseTimes(j, db.Calendar().Location)
		if err != nil {
			return nil, err
		}
		w := &worker{Job: j, times: times, poke: make(chan struct{}, 1), fresh: true}
		s.order, s.byName[j.Name] = append(s.order, w), w
	}
	return s, nil
}

// Start begins with what is due and goes on by the clock until Stop.
func (s *Scheduler) Start(ctx context.Context) {
	ctx, s.stop = context.WithCancel(ctx)
	s.cron.Start()
	for _, w := range s.order {
		s.done.Go(func() { s.work(ctx, w) })
	}
}

// Stop ends the running jobs and waits for them.
func (s *Scheduler) Stop() {
	if s.stop != nil {
		s.stop()
	}
	s.done.Wait()
	if err := s.cron.Shutdown(); err != nil {
		s.log.Warn("the alarm clock did not stop", "err", err)
	}
}

// Trigger asks for a run now, or right after the one under way. It does not
// block. by is who asks, for Manual.
func (s *Scheduler) Trigger(job string, cause Cause, by string) error {
	w, err := s.find(job)
	if err != nil {
		return err
	}
	w.ask(turn{cause: cause, by: by, attempt: 1})
	w.wake()
	return nil
}

func (s *Scheduler) find(job string) (*worker, error) {
	if w, ok := s.byName[job]; ok {
		return w, nil
	}
	return nil, gatehouse.Errorf(gatehouse.NotFound, "there is no job %s", job)
}

// ask keeps one run that is asked for. Of several the one asked for by a
// person is told of.
func (w *worker) ask(t turn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.asked == nil || w.asked.cause != Manual {
		w.asked = &t
	}
}

// take takes what is asked for, nil for nothing.
func (w *worker) take() *turn {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.asked
	w.asked = nil
	return t
}

// Asked tells whether a run is asked for that has not begun.
func (s *Scheduler) Asked(job string) bool {
	w, ok := s.byName[job]
	if !ok {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked != nil
}

// Status is a job as it stands.
type Status struct {
	Job
	Next  time.Time // zero: when triggered
	Asked bool      // a run is about to begin
	Runs  []Run     // newest first
}

// Running is the run under way, nil for none.
func (s Status) Running() *Run { return underWay(s.Runs) }

// Status lists the jobs as they stand, in their order, with so many runs each.
func (s *Scheduler) Status(ctx context.Context, each int) ([]Status, error) {
	const most = 100_000 // of all jobs together
	runs, err := s.ledger.runs(ctx, "", each, most)
	if err != nil {
		return nil, err
	}
	var list []Status
	for _, w := range s.order {
		one := Status{Job: w.Job, Runs: slices.DeleteFunc(slices.Clone(runs), func(r Run) bool { return r.Job != w.Name })}
		one.Next, _ = w.times.next(s.clock.Now())
		one.Asked = s.Asked(w.Name)
		list = append(list, one)
	}
	return list, nil
}
