package ingest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"gatehouse/sql/clickhouse"
)

// published asks for what is published of some projects, by what files call each.
type published struct {
	loader   *Loader
	replaces uint64 // attempt whose rows do not count

	mu       sync.Mutex
	attempts []publishedAttempt // by when they were published
	replaced map[uint64]bool    // those whose place another one has; nil before the first question
}

type publishedAttempt struct {
	Attempt uint64   `ch:"attempt"`
	Place   uint64   `ch:"place"` // attempt that it replaces
	Refs    []string `ch:"refs"`  // projects as its rows name them
}

func (p *published) rooms(ctx context.Context, refs [][]string) ([]hashes, int, error) {
	return p.hashes(ctx, "ingest.ReferenceRooms", refs)
}

func (p *published) bills(ctx context.Context, refs [][]string) ([]hashes, int, error) {
	return p.hashes(ctx, "ingest.ReferenceBills", refs)
}

func (p *published) hashes(ctx context.Context, query string, refs [][]string) ([]hashes, int, error) {
	found := make([]hashes, len(refs))
	var estate uint32
	var hash uint64
	n, err := p.each(ctx, query, refs, nil, func(rows clickhouse.Rows) error {
		if err := rows.Scan(&estate, &hash); err != nil {
			return err
		}
		found[estate].at(hash)
		return nil
	})
	return found, n, err
}

func (p *published) charges(ctx context.Context, refs [][]string) ([]billing, int, error) {
	books := make([]billBook, len(refs))
	var estate uint32
	var fact uint64
	var b publishedBill
	row := []any{&estate, &fact, &b.rank, &b.slot, &b.kind, &b.key, &b.start, &b.end, &b.fen}
	n, err := p.each(ctx, "ingest.ReferenceCharges", refs, nil, func(rows clickhouse.Rows) error {
		if err := rows.Scan(row...); err != nil {
			return err
		}
		books[estate].add(fact, b)
		return nil
	})
	found := make([]billing, len(refs))
	for i := range books {
		found[i] = books[i].billing()
	}
	return found, n, err
}

func (p *published) readings(ctx context.Context, refs [][]string) ([]map[uint64]*register, int, error) {
	found := make([]map[uint64]*register, len(refs))
	for i := range found {
		found[i] = map[uint64]*register{}
	}
	var estate uint32
	var meter uint64
	var shown, daily *int64
	n, err := p.each(ctx, "ingest.ReferenceReadings", refs, clickhouse.Params{"most": uint64(readingsKept)}, func(rows clickhouse.Rows) error {
		var r readout
		var metered uint8
		if err := rows.Scan(&estate, &meter, &r.day, &metered, &shown, &daily); err != nil {
			return err
		}
		r.metered, r.shown, r.daily = metered != 0, unknown, unknown
		if shown != nil {
			r.shown = *shown
		}
		if daily != nil {
			r.daily = *daily
		}
		m := found[estate][meter]
		if m == nil {
			m = &register{}
			found[estate][meter] = m
		}
		m.readings = append(m.readings, r)
		return nil
	})
	return found, n, err
}

// each asks a question about projects, unless nothing published names them, and
// tells how many rows came.
func (p *published) each(ctx context.Context, query string, refs [][]string, more clickhouse.Params, scan func(clickhouse.Rows) error) (n int, err error) {
	if err := p.list(ctx); err != nil {
		return 0, err
	}
	var names []string
	var estates []uint32
	for i, list := range refs {
		for _, ref := range list {
			names, estates = append(names, ref), append(estates, uint32(i))
		}
	}
	var attempts, ranked []uint64
	var ranks []uint32
	for i, a := range p.attempts {
		named := slices.ContainsFunc(a.Refs, func(ref string) bool { return slices.Contains(names, ref) })
		if named || p.replaced[a.Attempt] {
			ranked, ranks = append(ranked, a.Attempt), append(ranks, uint32(i+1))
		}
		if named && !p.replaced[a.Attempt] && a.Attempt != p.replaces {
			attempts = append(attempts, a.Attempt)
		}
	}
	if len(attempts) == 0 {
		return 0, nil
	}
	params := clickhouse.Params{"refs": names, "estates": estates, "attempts": attempts, "ranked": ranked, "ranks": ranks}
	maps.Copy(params, more)
	err = p.loader.db.Each(ctx, query, p.loader.asked(), params, func(rows clickhouse.Rows) error {
		n++
		return scan(rows)
	})
	return n, err
}

// list lists the published attempts before the first question. A question that
// names them takes a quarter of the time of one that finds them out, and all
// questions of a load are about the same ones.
func (p *published) list(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.replaced != nil {
		return nil
	}
	attempts, err := clickhouse.Select[publishedAttempt](ctx, p.loader.db, "ingest.ReferenceAttempts", p.loader.asked(), nil)
	if err != nil {
		return err
	}
	p.attempts, p.replaced = attempts, map[uint64]bool{}
	for _, a := range attempts {
		p.replaced[a.Place] = true
	}
	return nil
}
