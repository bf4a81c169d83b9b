package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gatehouse/analytics/schedule"
)

type jobsCommand struct {
	List   jobsListCommand   `cmd:"" default:"withargs" help:"List runs of jobs, newest first."`
	Run    jobsRunCommand    `cmd:"" help:"Run a job now, in this process, unless it is running."`
	Cancel jobsCancelCommand `cmd:"" help:"End the run of a job, whichever process it is in."`
}

type jobsListCommand struct {
	Job   string `help:"Only runs of this job." placeholder:"JOB"`
	Limit int    `help:"How many." default:"20"`
	JSON  bool   `name:"json" help:"Print one JSON object a run."`
}

// Run lists runs of jobs.
func (c *jobsListCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		runs, err := schedule.Runs(ctx, st.db, c.Job, c.Limit)
		if err != nil {
			return err
		}
		if len(runs) == 0 {
			s.err.println("no job has run yet: gatehouse serve runs them")
		}
		var rows [][]string
		for _, r := range runs {
			if c.JSON {
				if err := json.NewEncoder(s.out).Encode(r); err != nil {
					return err
				}
				continue
			}
			detail, _, _ := strings.Cut(r.Detail, "\n")
			rows = append(rows, []string{
				r.At.In(st.db.Calendar().Location).Format(time.DateTime), r.Job, string(r.State), fmt.Sprintf("%.1f s", r.Seconds), causeText(r), detail,
			})
		}
		return s.out.table(rows)
	})
}

// causeText words why a run was, and which attempt it is from the second on.
func causeText(r schedule.Run) string {
	text := string(r.Cause)
	switch {
	case r.By != "":
		text = "by " + r.By
	case text == "": // of before it was written down
		text = "-"
	}
	if r.Attempt > 1 {
		text += fmt.Sprintf(" (attempt %d)", r.Attempt)
	}
	return text
}

type jobsRunCommand struct {
	Job string `arg:"" name:"name" help:"Name of the job; source:NAME for a source."`
}

// Run runs a job.
func (c *jobsRunCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		if err := set.openSources(st, st.log); err != nil {
			return err
		}
		const never = time.Hour // nothing is started by the clock here
		jobs, err := st.scheduler(ctx, never)
		if err != nil {
			return err
		}
		if err := runJob(ctx, s, jobs, c.Job); err != nil || !jobs.Asked(refreshJob) {
			return err
		}
		return runJob(ctx, s, jobs, refreshJob) // of what a source brought
	})
}

func runJob(ctx context.Context, s streams, jobs *schedule.Scheduler, name string) error {
	r, err := jobs.RunNow(ctx, name, whoami())
	if err != nil {
		return err
	}
	if r.State != schedule.Done {
		return fmt.Errorf("job %s: %s: %s", r.Job, r.State, r.Detail)
	}
	s.out.printf("%s: %s\n", r.Job, r.Detail)
	return nil
}

type jobsCancelCommand struct {
	Job string `arg:"" name:"name" help:"Name of the job."`
}

// Run asks the run under way to end.
func (c *jobsCancelCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		if err := schedule.Cancel(ctx, st.db, c.Job, 0, whoami()); err != nil {
			return err
		}
		s.out.printf("%s: asked to end\n", c.Job)
		return nil
	})
}
