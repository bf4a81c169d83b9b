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
	// rules is a hash of all that decides values besides the facts: the KPIs and how time is counted.
	rules uint64
	// One computation at a time in this process; a second would only do the same work.
	mu    sync.Mutex
	cache cache
}

// New makes a Service over the KPIs of registry.
func New(db *clickhouse.DB, registry *Registry, log *slog.Logger) *Service {
	c := db.Calendar()
	settings := fmt.Sprintf("%x %d %s %d %v", registry.hash, allocationVersion, c.Location, c.YearStart, db.AgeEdges())
	return &Service{db: db, registry: registry, log: log, rules: xxhash.Sum64String(settings)}
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
const projectsAtOnce = 50

// Refresh computes the KPIs of every project whose facts, business day or KPI
// definitions changed since its last refresh; all of them when force is set.
func (s *Service) Refresh(ctx context.Context, force bool) (Refreshed, error) {
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
	seen, err := s.states(ctx, asked)
	if err != nil {
		return Refreshed{}, err
	}
	stale := slices.Sorted(maps.Keys(seen))
	if !force {
		stale = slices.DeleteFunc(stale, func(p string) bool { return seen[p].fresh(asked, s.rules) })
	}
	periods, err := s.keptPeriods(ctx, asked)
	if err != nil {
		return Refreshed{}, err
	}
	result := Refreshed{Run: asked.Run, KnownAt: asked.KnownAt, Projects: stale}
	for group := range slices.Chunk(stale, projectsAtOnce) {
		if err := s.compute(ctx, asked, group, spans(periods)); err != nil {
			return Refreshed{}, err
		}
	}
	if err := s.finish(ctx, asked, stale, seen); err != nil {
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

// compute writes the ledger and the changed KPIs of some projects. Nothing of
// it is visible before finish.
func (s *Service) compute(ctx context.Context, asked clickhouse.Asked, projects []string, periods clickhouse.Period) error {
	asked.Scope = gatehouse.Projects(projects...)
	fees, err := readFees(ctx, s.db, asked)
	if err != nil {
		return err
	}
	if err := writeEntries(ctx, s.db, asked, fees, projects); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(kpisAtOnce)
	for _, k := range s.registry.All() {
		if len(k.Parts) == 0 {
			group.Go(func() error { return s.db.RefreshKPI(ctx, k.query(), asked, periods, asked.Run-1) })
		}
	}
	return group.Wait()
}

// finish makes the run visible, for all its projects in one insert.
func (s *Service) finish(ctx context.Context, asked clickhouse.Asked, projects []string, seen map[string]state) error {
	if len(projects) == 0 {
		return nil
	}
	n := len(projects)
	series, run, asOf := make([]uint64, n), make([]uint64, n), make([]time.Time, n)
	fingerprints, rules := make([]uint64, n), make([]uint64, n)
	for i, p := range projects {
		series[i], run[i], asOf[i] = asked.Series, asked.Run, asked.AsOf.Time()
		fingerprints[i], rules[i] = seen[p].fingerprint, s.rules
	}
	return s.db.Insert(ctx, "refresh", "", []clickhouse.Column{
		{Name: "series", Values: series}, {Name: "run", Values: run}, {Name: "project", Values: projects},
		{Name: "as_of", Values: asOf}, {Name: "fingerprint", Values: fingerprints}, {Name: "definitions", Values: rules},
	})
}
