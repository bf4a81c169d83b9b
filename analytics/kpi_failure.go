package analytics

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Failure is an own KPI that could not be computed: its values stay those of
// the run before.
type Failure struct {
	KPI      string   `ch:"kpi"`
	Projects []string `ch:"projects"`
	Run      uint64   `ch:"run"`
	Message  string   `ch:"message"`
}

// At is when it failed last.
func (f Failure) At() time.Time { return time.UnixMicro(int64(f.Run)).UTC() }

// Failures are the own KPIs whose last computation failed for projects in scope.
func (s *Service) Failures(ctx context.Context, scope gatehouse.Scope) ([]Failure, error) {
	failures, err := clickhouse.Select[Failure](ctx, s.db, "analytics.Failures", clickhouse.Asked{Scope: scope}, nil)
	known := s.registry.set.Load().kpis
	return slices.DeleteFunc(failures, func(f Failure) bool { return known[f.KPI] == nil || !known[f.KPI].Own() }), err
}

// outcome is what became of the own KPIs of some projects.
type outcome struct {
	mu       sync.Mutex
	computed []string
	failed   map[string]string
}

func (o *outcome) add(k *KPI, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err == nil {
		o.computed = append(o.computed, k.Name)
		return
	}
	if o.failed == nil {
		o.failed = map[string]string{}
	}
	o.failed[k.Name], _, _ = strings.Cut(strings.TrimPrefix(err.Error(), "KPI "+k.Name+": "), "\n")
}

// record keeps what failed, and that what failed before was computed now. Past
// states have no record of their own.
func (s *Service) record(ctx context.Context, asked clickhouse.Asked, projects []string, o *outcome) error {
	for kpi, message := range o.failed {
		s.log.Error("an own KPI failed; its values stay those of the run before", "kpi", kpi, "projects", len(projects), "why", message)
	}
	if asked.Series != 0 || len(o.computed)+len(o.failed) == 0 {
		return nil
	}
	var kpis, about, messages []string
	for kpi, message := range o.failed {
		for _, p := range projects {
			kpis, about, messages = append(kpis, kpi), append(about, p), append(messages, message)
		}
	}
	before, err := s.Failures(ctx, gatehouse.Projects(projects...))
	if err != nil {
		return err
	}
	for _, f := range before {
		if !slices.Contains(o.computed, f.KPI) {
			continue
		}
		for _, p := range f.Projects {
			kpis, about, messages = append(kpis, f.KPI), append(about, p), append(messages, "")
		}
	}
	if len(kpis) == 0 {
		return nil
	}
	runs := slices.Repeat([]uint64{asked.Run}, len(kpis))
	return s.db.Insert(ctx, "kpi_failure", "", []clickhouse.Column{
		{Name: "kpi", Values: kpis}, {Name: "project", Values: about}, {Name: "run", Values: runs}, {Name: "message", Values: messages},
	})
}
