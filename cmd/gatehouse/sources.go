package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"gatehouse"
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
	loaded func() // asks for the KPIs to be refreshed
}

const (
	fetchTime    = 6 * time.Hour // of a first run over years of mail
	fetchRetries = 2
	fetchBackoff = 5 * time.Minute
)

// jobs are those of the sources that can run. One that was due while nothing
// ran, or has been run by hand since, is told by its own ledger.
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
		job := schedule.Job{
			Name: sourceJob(s.Source.Name), Title: s.Source.Title,
			Every: s.Source.Every, Cron: s.Source.Cron,
			Timeout: fetchTime, Retries: fetchRetries, Backoff: fetchBackoff,
		}
		if s.Last != nil {
			job.Served = s.Last.Started
		}
		job.Run = func(ctx context.Context, r schedule.Run) (gatehouse.Text, error) {
			return f.run(ctx, s.Source.Name, r.By)
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}

// run runs a source; by is who asked, empty for the clock.
func (f *fetching) run(ctx context.Context, name, by string) (gatehouse.Text, error) {
	if by == "" {
		by = "schedule"
	}
	report, err := f.sources.Run(ctx, name, by)
	if report.Loaded > 0 {
		f.loaded()
	}
	return countsWords(report.Items, report.Loaded, report.Already, report.Refused, report.Failed, report.RowsLoaded, report.Quarantined), err
}

func reportText(r source.Report) string {
	return countsText(r.Items, r.Loaded, r.Already, r.Refused, r.Failed, r.RowsLoaded, r.Quarantined)
}

// countsText words what a run did.
func countsText[N int | uint32](items, loaded, already, refused, failed N, rows, quarantined uint64) string {
	return countsWords(items, loaded, already, refused, failed, rows, quarantined).EN
}

func countsWords[N int | uint32](items, loaded, already, refused, failed N, rows, quarantined uint64) gatehouse.Text {
	return gatehouse.Text{
		ZH: "%d 个文件：载入 %d，此前已载入 %d，拒绝 %d，失败 %d；载入 %d 行，隔离 %d 行",
		EN: "%d items: %d loaded, %d already loaded, %d refused, %d failed; %d rows loaded, %d quarantined",
	}.With(items, loaded, already, refused, failed, rows, quarantined)
}
