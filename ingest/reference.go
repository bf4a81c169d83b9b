package ingest

import (
	"context"
	"slices"

	"github.com/cespare/xxhash/v2"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// reference is what the rows of a file are compared with: what is published of
// their projects, and what the file itself has brought so far. Of each project
// only what its rows need is fetched, once, when the first of them comes.
//
// Names are kept as xxh64, never as text. A million published bills of 40,000
// rooms take 24 bytes each as charges, at most chargesKept of an account, and
// some 4 MB for the accounts; their numbers, wanted for payments only, about
// 20 MB. A million rows that each name something else unknown take 60 MB.
type reference struct {
	loader   *Loader
	replaces uint64 // attempt whose place a correction takes: its rows come again
	projects projectFinder
	codes    map[string]bool // of published projects

	estates map[string]*estate // by what rows call them
	named   map[string]*estate // by code, unknown ones by what rows call them

	masters   map[string]string // codes of the file's own projects, by code and by name
	strangers map[stranger]strangers
}

// estate is a project with what is known of it.
type estate struct {
	name     string // code, or what rows call it
	known    bool
	rooms    map[uint64]struct{}
	bills    map[uint64]struct{} // by number
	accounts map[uint64]*account // by room and fee item
	taken    taken               // bills that are taken back
	meters   map[uint64]*register

	hasRooms, hasBills, hasAccounts, hasMeters bool // what is published was fetched
}

func newReference(l *Loader, replaces uint64, projects projectFinder) *reference {
	b := &reference{
		loader: l, replaces: replaces, projects: projects, codes: map[string]bool{},
		estates: map[string]*estate{}, named: map[string]*estate{},
		masters: map[string]string{}, strangers: map[stranger]strangers{},
	}
	for _, p := range projects.known {
		b.codes[p.Code] = true
	}
	return b
}

// resolve gives the code of a project that is published or that the file has
// brought, else what it is called.
func (b *reference) resolve(ref string) (name string, known bool) {
	if code := b.projects.code(ref); b.codes[code] {
		return code, true
	}
	if code, ok := b.masters[ref]; ok {
		return code, true
	}
	return ref, false
}

func (b *reference) estate(ref string) *estate {
	if e, ok := b.estates[ref]; ok {
		return e
	}
	name, known := b.resolve(ref)
	e, ok := b.named[name]
	if !ok {
		e = &estate{
			name: name, known: known, rooms: map[uint64]struct{}{}, bills: map[uint64]struct{}{},
			accounts: map[uint64]*account{}, taken: taken{}, meters: map[uint64]*register{},
		}
		b.named[name] = e
	}
	b.estates[ref] = e
	return e
}

// master takes a project that the file brings.
func (b *reference) master(code, name string) {
	b.masters[code] = code
	if e, ok := b.named[code]; ok {
		e.known = true
	}
	if _, ok := b.masters[name]; name != "" && !ok {
		b.masters[name] = code
		if e, ok := b.estates[name]; ok && !e.known {
			delete(b.estates, name)
		}
	}
}

// refs are what files call an estate.
func (b *reference) refs(e *estate) []string {
	refs := []string{e.name}
	for _, p := range b.projects.known {
		if p.Code == e.name && b.projects.code(p.Name) == p.Code {
			refs = append(refs, p.Name)
		}
	}
	for name, code := range b.masters {
		if code == e.name && name != code && !b.codes[b.projects.code(name)] {
			refs = append(refs, name)
		}
	}
	return refs
}

func (b *reference) params(e *estate) clickhouse.Params {
	return clickhouse.Params{"refs": b.refs(e), "replaces": b.replaces}
}

// fetchRooms and the like fetch once what is published. Of a project that is
// not known nothing is asked: its rows are strangers, whatever they name.
func (b *reference) fetchRooms(ctx context.Context, e *estate) error {
	if e.hasRooms || !e.known {
		return nil
	}
	e.hasRooms = true
	return b.hashes(ctx, "ingest.ReferenceRooms", e, e.rooms)
}

func (b *reference) fetchBills(ctx context.Context, e *estate) error {
	if e.hasBills || !e.known {
		return nil
	}
	e.hasBills = true
	return b.hashes(ctx, "ingest.ReferenceBills", e, e.bills)
}

func (b *reference) hashes(ctx context.Context, query string, e *estate, into map[uint64]struct{}) error {
	type found struct {
		Hashes []uint64 `ch:"hashes"`
	}
	f, err := clickhouse.First[found](ctx, b.loader.db, query, b.loader.asked(), b.params(e))
	for _, h := range f.Hashes {
		into[h] = struct{}{}
	}
	return err
}

func (b *reference) fetchAccounts(ctx context.Context, e *estate) error {
	if e.hasAccounts || !e.known {
		return nil
	}
	e.hasAccounts = true
	own := e.accounts
	e.accounts = map[uint64]*account{}
	p := b.params(e)
	p["most"] = uint64(chargesKept)
	var slot, key uint64
	var reversal uint8
	var start, end int32
	var fen int64
	err := b.loader.db.Each(ctx, "ingest.ReferenceCharges", b.loader.asked(), p, func(rows clickhouse.Rows) error {
		if err := rows.Scan(&slot, &reversal, &key, &start, &end, &fen); err != nil {
			return err
		}
		if reversal != 0 {
			e.taken[key] = struct{}{}
			return nil
		}
		a := e.account(slot)
		a.published = true
		a.charges = append(a.charges, newCharge(key, gatehouse.Date(start), gatehouse.Date(end), gatehouse.Money(fen)))
		return nil
	})
	for _, a := range e.accounts {
		slices.Reverse(a.charges)
	}
	for slot, a := range own { // rows before the file's own master
		for _, c := range a.charges {
			e.account(slot).add(c)
		}
	}
	return err
}

func (e *estate) account(slot uint64) *account {
	a, ok := e.accounts[slot]
	if !ok {
		a = &account{}
		e.accounts[slot] = a
	}
	return a
}

func (b *reference) fetchMeters(ctx context.Context, e *estate) error {
	if e.hasMeters || !e.known {
		return nil
	}
	e.hasMeters = true
	own := e.meters
	e.meters = map[uint64]*register{}
	p := b.params(e)
	p["most"] = uint64(readingsKept)
	var meter uint64
	var shown, daily *int64
	err := b.loader.db.Each(ctx, "ingest.ReferenceReadings", b.loader.asked(), p, func(rows clickhouse.Rows) error {
		var r readout
		var metered uint8
		if err := rows.Scan(&meter, &r.day, &metered, &shown, &daily); err != nil {
			return err
		}
		r.metered, r.shown, r.daily = metered != 0, unknown, unknown
		if shown != nil {
			r.shown = *shown
		}
		if daily != nil {
			r.daily = *daily
		}
		m := e.meter(meter)
		m.readings = append(m.readings, r)
		return nil
	})
	for meter, m := range own {
		for _, r := range m.readings {
			e.meter(meter).add(r)
		}
	}
	return err
}

func (e *estate) meter(hash uint64) *register {
	m, ok := e.meters[hash]
	if !ok {
		m = &register{}
		e.meters[hash] = m
	}
	return m
}

// slotOf is an account's place: xxh64 as ingest.ReferenceCharges builds it.
func (in *intake) slotOf(room, item string) uint64 {
	in.scratch = append(append(append(in.scratch[:0], room...), 0), item...)
	return xxhash.Sum64(in.scratch)
}
