package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"gatehouse/analytics/schedule"
	"gatehouse/ingest/source"
)

// declared reads what --sources names; without it nothing is declared.
func (s *settings) declared() ([]source.Source, error) {
	if s.Sources == "" {
		return nil, nil
	}
	content, err := os.ReadFile(s.Sources)
	if err != nil {
		return nil, fmt.Errorf("--sources %s cannot be read: %w", s.Sources, cause(err))
	}
	return source.Parse(s.Sources, content)
}

// openSources makes the runner of the declared sources. Commands that tell
// what it does themselves have it log nothing.
func (s *settings) openSources(st *site, log *slog.Logger) error {
	declared, err := s.declared()
	if err != nil {
		return err
	}
	st.sources, err = source.NewRunner(st.db, st.loader, st.loader.Unpack, source.Deps{Getenv: os.Getenv, Log: log}, declared)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Sources, err)
	}
	return nil
}

// sourceJob is the job that runs a source.
func sourceJob(name string) string { return "source:" + name }

// fetching runs sources on schedule and when asked.
type fetching struct {
	*site
	trigger func(job string) error // of the scheduler

	askers sync.Map // who asked for a run that has not begun, by source
}

// ask has a source run soon.
func (f *fetching) ask(name, by string) error {
	f.askers.Store(name, by)
	return f.trigger(sourceJob(name))
}

// jobs are those of the sources that can run. One that was due while nothing
// ran begins at once.
func (f *fetching) jobs(ctx context.Context) ([]schedule.Job, error) {
	status, err := f.sources.Status(ctx)
	if err != nil {
		return nil, err
	}
	var jobs []schedule.Job
	for _, s := range status {
		if s.Source.Disabled || s.Source.Kind == source.Push {
			continue
		}
		job := schedule.Job{Name: sourceJob(s.Source.Name), Every: s.Source.Every, Cron: s.Source.Cron}
		if s.Next != nil {
			job.AtStart = !s.Next.After(time.Now())
			if !job.AtStart {
				job.First = *s.Next
			}
		}
		job.Run = func(ctx context.Context) (string, error) { return f.run(ctx, s.Source.Name) }
		jobs = append(jobs, job)
	}
	return jobs, nil
}

func (f *fetching) run(ctx context.Context, name string) (string, error) {
	by := "schedule"
	if asker, ok := f.askers.LoadAndDelete(name); ok {
		by = asker.(string)
	}
	report, err := f.sources.Run(ctx, name, by)
	if report.Loaded > 0 {
		_ = f.trigger(refreshJob) // in the table, so it cannot be unknown
	}
	return reportText(report), err
}

func reportText(r source.Report) string {
	return countsText(r.Items, r.Loaded, r.Already, r.Refused, r.Failed, r.RowsLoaded, r.Quarantined)
}

// countsText words what a run did.
func countsText[N int | uint32](items, loaded, already, refused, failed N, rows, quarantined uint64) string {
	return fmt.Sprintf("%d items: %d loaded, %d already loaded, %d refused, %d failed; %d rows loaded, %d quarantined", items, loaded, already, refused, failed, rows, quarantined)
}
