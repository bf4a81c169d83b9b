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

// Job is something done regularly, by Every or Cron, or with neither when it is
// triggered only. Run tells in a few words what it did.
type Job struct {
	Name    string
	Every   time.Duration
	Cron    string    // minute, hour, day, month and weekday, by the business's clock
	AtStart bool      // run once when the scheduler starts, which makes up for what was missed
	First   time.Time // of a job with Every: when it is due first; zero: Every after the start
	Run     func(ctx context.Context) (string, error)
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
		if err := w.arrange(cron); err != nil {
			return nil, fmt.Errorf("job %s: %w", j.Name, err)
		}
	}
	return s, nil
}

// arrange has the job triggered at its times.
func (w *worker) arrange(cron gocron.Scheduler) error {
	options := []gocron.JobOption{gocron.WithName(w.Name)}
	var times gocron.JobDefinition
	switch {
	case w.Cron != "":
		times = gocron.CronJob(w.Cron, false)
	case w.Every > 0:
		times = gocron.DurationJob(w.Every)
		if !w.First.IsZero() {
			options = append(options, gocron.WithStartAt(gocron.WithStartDateTimePast(w.First)))
		}
	default:
		return nil
	}
	_, err := cron.NewJob(times, gocron.NewTask(w.trigger), options...)
	return err
}

// Start begins with the jobs that want it and goes on by the clock until Stop.
func (s *Scheduler) Start(ctx context.Context) {
	ctx, s.stop = context.WithCancel(ctx)
	for _, w := range s.jobs {
		if w.AtStart {
			w.trigger()
		}
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
	switch {
	case err != nil && ctx.Err() != nil:
		state, detail = Failed, "stopped"
	case err != nil:
		state, detail = Failed, err.Error()
		s.log.Error("job failed", "job", w.Name, "err", err)
	}
	// A run that is stopped is written down too, but does not hold up the end.
	ended, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	s.record(ended, w.Name, at, state, detail)
}

const recordWithin = 5 * time.Second

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
