package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Job is something done regularly. Run tells in a few words what it did.
type Job struct {
	Name  string
	Every time.Duration
	Run   func(ctx context.Context) (string, error)
}

// Scheduler runs jobs. gocron only says when: each job has one worker, so that
// runs never overlap and a trigger during a run is kept for after it.
type Scheduler struct {
	db   *clickhouse.DB
	log  *slog.Logger
	cron gocron.Scheduler
	jobs map[string]*worker

	stop context.CancelFunc
	done sync.WaitGroup
}

type worker struct {
	Job
	due chan time.Time // a run that is asked for; further ones join it
}

// New makes a scheduler of jobs; Start starts it.
func New(db *clickhouse.DB, log *slog.Logger, jobs ...Job) (*Scheduler, error) {
	cron, err := gocron.NewScheduler(
		gocron.WithLocation(db.Calendar().Location),
		gocron.WithGlobalJobOptions(gocron.WithSingletonMode(gocron.LimitModeReschedule)),
	)
	if err != nil {
		return nil, err
	}
	s := &Scheduler{db: db, log: log, cron: cron, jobs: map[string]*worker{}}
	for _, j := range jobs {
		w := &worker{Job: j, due: make(chan time.Time, 1)}
		s.jobs[j.Name] = w
		if _, err := cron.NewJob(gocron.DurationJob(j.Every), gocron.NewTask(w.trigger), gocron.WithName(j.Name)); err != nil {
			return nil, fmt.Errorf("job %s: %w", j.Name, err)
		}
	}
	return s, nil
}

// Start begins with one run of every job, which makes up for what was missed
// while nothing ran, and goes on by the clock until Stop.
func (s *Scheduler) Start(ctx context.Context) {
	ctx, s.stop = context.WithCancel(ctx)
	for _, w := range s.jobs {
		w.trigger()
		s.done.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case at := <-w.due:
					s.run(ctx, w, at)
				}
			}
		})
	}
	s.cron.Start()
}

// Stop ends the running jobs and waits for them.
func (s *Scheduler) Stop() error {
	err := s.cron.Shutdown()
	if s.stop != nil {
		s.stop()
	}
	s.done.Wait()
	return err
}

// Trigger asks for a run now, or right after the one under way. It does not block.
func (s *Scheduler) Trigger(job string) error {
	w, ok := s.jobs[job]
	if !ok {
		return gatehouse.Errorf(gatehouse.NotFound, "there is no job %s", job)
	}
	w.trigger()
	return nil
}

func (w *worker) trigger() {
	select {
	case w.due <- time.Now():
	default: // one is waiting already
	}
}

// run runs a job once and writes it down. A run that cannot be written down
// still runs: the ledger serves people, it does not decide.
func (s *Scheduler) run(ctx context.Context, w *worker, at time.Time) {
	s.record(ctx, w.Name, at, Started, "")
	detail, err := guarded(ctx, w.Job)
	state := Done
	if err != nil {
		state, detail = Failed, err.Error()
		if ctx.Err() != nil {
			return // stopped: a started run without an end says so
		}
		s.log.Error("job failed", "job", w.Name, "err", err)
	}
	s.record(ctx, w.Name, at, state, detail)
}

// guarded turns a panic of the job into its error.
func guarded(ctx context.Context, j Job) (detail string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return j.Run(ctx)
}

func (s *Scheduler) record(ctx context.Context, job string, at time.Time, state State, detail string) {
	host, _ := os.Hostname() // only told to people
	err := s.db.Insert(ctx, "job_run", "", []clickhouse.Column{
		{Name: "job", Values: []string{job}}, {Name: "scheduled_for", Values: []time.Time{at}}, {Name: "attempt", Values: []uint16{1}},
		{Name: "state", Values: []string{string(state)}}, {Name: "started_by", Values: []string{fmt.Sprintf("%s/%d", host, os.Getpid())}},
		{Name: "detail", Values: []string{detail}},
	})
	if err != nil && ctx.Err() == nil {
		s.log.Error("job run not written down", "job", job, "err", err)
	}
}
