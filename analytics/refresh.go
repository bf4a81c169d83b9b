package analytics

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Service computes and reads KPIs.
type Service struct {
	db       *clickhouse.DB
	registry *Registry
	log      *slog.Logger
	// settings are what decides values besides the facts and the KPIs: how time is counted.
	settings string
	own      ownFolder
	// One computation at a time in this process; a second would only do the same work.
	mu    sync.Mutex
	cache cache
}

// New makes a Service over the KPIs of registry.
func New(db *clickhouse.DB, registry *Registry, log *slog.Logger) *Service {
	c := db.Calendar()
	settings := fmt.Sprintf("%d %s %d %v", allocationVersion, c.Location, c.YearStart, db.AgeEdges())
	return &Service{db: db, registry: registry, log: log, settings: settings}
}

// rules is a hash of all that decides values besides the facts.
func (s *Service) rules() uint64 { return s.rulesOf(s.registry.set.Load()) }

func (s *Service) rulesOf(set *kpiSet) uint64 {
	return xxhash.Sum64String(fmt.Sprintf("%x %s", set.hash, s.settings))
}

// Registry holds the KPIs that the service knows.
func (s *Service) Registry() *Registry { return s.registry }

// Calendar is how the business counts time.
func (s *Service) Calendar() gatehouse.Calendar { return s.db.Calendar() }

// Refreshed says what a refresh did.
type Refreshed struct {
	Run      uint64
	KnownAt  time.Time
	Projects []string // computed again; the others had not changed
	Took     time.Duration
}

// kpisAtOnce is how many KPIs are computed side by side: of one project, planning
// a query takes longer than running it.
const kpisAtOnce = 4

// projectsAtOnce bounds the facts that one step of a refresh holds in memory.
// While ClickHouse computes the KPIs of one step, the ledger of the next is made.
const (
	projectsAtOnce = 50
	stepsAtOnce    = 2
)

// Refresh computes the KPIs of every project whose facts, business day or KPI
// definitions changed since its last refresh; all of them when force is set.
// The operator's own KPIs are read anew first.
func (s *Service) Refresh(ctx context.Context, force bool) (Refreshed, error) {
	if err := s.Reload(ctx); err != nil {
		s.log.Warn("the folder of own KPIs could not be read; those known before hold", "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.db.Now(ctx)
	if err != nil {
		return Refreshed{}, err
	}
	return s.refresh(ctx, s.asked(now, 0), force)
}

// asked is a question about everything as known at an instant.
func (s *Service) asked(knownAt time.Time, series uint64) clickhouse.Asked {
	return clickhouse.Asked{
		Scope: gatehouse.AllProjects(), KnownAt: knownAt, Series: series, Run: uint64(knownAt.UnixMicro()),
		AsOf: gatehouse.DateOf(knownAt.In(s.db.Calendar().Location)),
	}
}

func (s *Service) refresh(ctx context.Context, asked clickhouse.Asked, force bool) (Refreshed, error) {
	start := time.Now()
	set := s.registry.set.Load()
	work := refreshing{asked: asked, kpis: set.all(), rules: s.rulesOf(set)}
	seen, err := s.states(ctx, asked)
	if err != nil {
		return Refreshed{}, err
	}
	stale := slices.Sorted(maps.Keys(seen))
	if !force {
		stale = slices.DeleteFunc(stale, func(p string) bool { return seen[p].fresh(asked, work.rules) })
	}
	periods, err := s.keptPeriods(ctx, asked)
	if err != nil {
		return Refreshed{}, err
	}
	work.periods = spans(periods)
	result := Refreshed{Run: asked.Run, KnownAt: asked.KnownAt, Projects: stale}
	steps, running := errgroup.WithContext(ctx)
	steps.SetLimit(stepsAtOnce)
	for group := range slices.Chunk(stale, projectsAtOnce) {
		steps.Go(func() error { return s.compute(running, &work, group) })
	}
	if err := steps.Wait(); err != nil {
		return Refreshed{}, err
	}
	if err := s.finish(ctx, asked, stale, seen, work.rules); err != nil {
		return Refreshed{}, err
	}
	result.Took = time.Since(start)
	if len(stale) > 0 {
		s.log.Info("KPIs refreshed", "projects", len(stale), "took", result.Took.Round(time.Millisecond), "known_at", asked.KnownAt)
	}
	return result, nil
}

// state is what is known of a project's facts now, and was at its last refresh.
type state struct {
	fingerprint uint64 // of the facts known now, 0 when there are none
	refreshed   bool
	asOf        gatehouse.Date
	seen, rules uint64
	next        uint64 // run that superseded that refresh, 0 when none did
}

func (st state) fresh(asked clickhouse.Asked, rules uint64) bool {
	return st.refreshed && st.seen == st.fingerprint && st.asOf == asked.AsOf && st.rules == rules
}

// states lists every project that has facts or had some at its last refresh.
func (s *Service) states(ctx context.Context, asked clickhouse.Asked) (map[string]state, error) {
	type fingerprint struct {
		Project     string `ch:"project"`
		Fingerprint uint64 `ch:"fingerprint"`
	}
	now, err := clickhouse.Select[fingerprint](ctx, s.db, "analytics.Fingerprints", asked, nil)
	if err != nil {
		return nil, err
	}
	type refreshed struct {
		Project string         `ch:"project"`
		Newest  uint64         `ch:"newest"`
		Next    uint64         `ch:"next"`
		Day     gatehouse.Date `ch:"day"`
		Seen    uint64         `ch:"seen"`
		Rules   uint64         `ch:"rules"`
	}
	before, err := clickhouse.Select[refreshed](ctx, s.db, "analytics.Refreshed", asked, nil)
	if err != nil {
		return nil, err
	}
	states := map[string]state{}
	for _, f := range now {
		states[f.Project] = state{fingerprint: f.Fingerprint}
	}
	for _, r := range before {
		st := states[r.Project]
		st.refreshed, st.asOf, st.seen, st.rules, st.next = true, r.Day, r.Seen, r.Rules, r.Next
		states[r.Project] = st
	}
	return states, nil
}

// refreshing is a refresh under way: what it is about, and the KPIs as they
// were when it began.
type refreshing struct {
	asked   clickhouse.Asked
	kpis    []*KPI
	rules   uint64
	periods clickhouse.Period
}

// compute writes the ledger and the changed KPIs of some projects. Nothing of
// it is visible before finish. An operator's own KPI that fails stops no other.
func (s *Service) compute(ctx context.Context, work *refreshing, projects []string) error {
	asked := work.asked
	asked.Scope = gatehouse.Projects(projects...)
	fees, err := readFees(ctx, s.db, asked)
	if err != nil {
		return err
	}
	if err := writeEntries(ctx, s.db, asked, fees, projects); err != nil {
		return err
	}
	if err := s.db.WriteUsage(ctx, asked); err != nil {
		return err
	}
	own := outcome{}
	kept := make([]string, 0, len(work.kpis))
	var mu sync.Mutex
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(kpisAtOnce)
	for _, k := range work.kpis {
		if len(k.Parts) > 0 {
			continue
		}
		group.Go(func() error {
			err := s.db.SumKPI(running, k.query(), asked, work.periods)
			if k.Own() && running.Err() == nil {
				own.add(k, err)
				if err != nil {
					return nil
				}
			}
			mu.Lock()
			defer mu.Unlock()
			kept = append(kept, k.Name)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := s.db.KeepSums(ctx, kept, asked, asked.Run-1); err != nil {
		return err
	}
	return s.record(ctx, asked, projects, &own)
}

// finish makes the run visible, for all its projects in one insert.
func (s *Service) finish(ctx context.Context, asked clickhouse.Asked, projects []string, seen map[string]state, definitions uint64) error {
	if len(projects) == 0 {
		return nil
	}
	n := len(projects)
	series, run, asOf := make([]uint64, n), make([]uint64, n), make([]time.Time, n)
	fingerprints, rules := make([]uint64, n), make([]uint64, n)
	for i, p := range projects {
		series[i], run[i], asOf[i] = asked.Series, asked.Run, asked.AsOf.Time()
		fingerprints[i], rules[i] = seen[p].fingerprint, definitions
	}
	return s.db.Insert(ctx, "refresh", "", []clickhouse.Column{
		{Name: "series", Values: series}, {Name: "run", Values: run}, {Name: "project", Values: projects},
		{Name: "as_of", Values: asOf}, {Name: "fingerprint", Values: fingerprints}, {Name: "definitions", Values: rules},
	})
}
