package ingest

import (
	"context"
	"maps"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// reference is what the rows of a file are compared with: what is published of
// their projects, and what the file itself has brought so far. Of each project
// only what its rows need is fetched, once, when the first of them comes or
// just before (ahead.go).
//
// Names are kept as xxh64, never as text. A million published bills of 40,000
// rooms take 24 bytes each as charges, at most chargesKept of an account, and
// some 4 MB for the accounts; their numbers, wanted for payments only, about
// 16 MB; and 80 bytes each while they are fetched, of few projects at a time. A million rows that each name something else unknown take 60 MB.
type reference struct {
	projects projectFinder
	codes    map[string]bool // of published projects

	asking
	rooms, bills ahead[hashes]
	charges      ahead[billing]
	readings     ahead[map[uint64]*register]

	estates map[string]*estate // by what rows call them
	named   map[string]*estate // by code, unknown ones by what rows call them

	masters   map[string]string // codes of the file's own projects, by code and by name
	strangers map[stranger]strangers
}

// estate is a project with what is known of it.
type estate struct {
	name     string // code, or what rows call it
	known    bool
	rooms    hashes
	bills    hashes              // by number
	accounts map[uint64]*account // by room and fee item
	taken    taken               // bills that are taken back
	meters   map[uint64]*register

	hasRooms, hasBills, hasAccounts, hasMeters bool // what is published was fetched
}

// newReference makes a reference; replaces is the attempt whose place a
// correction takes, as its rows come again.
func newReference(l *Loader, replaces uint64, projects projectFinder) *reference {
	b := &reference{
		projects: projects, codes: map[string]bool{},
		estates: map[string]*estate{}, named: map[string]*estate{},
		masters: map[string]string{}, strangers: map[stranger]strangers{},
	}
	for _, p := range projects.known {
		b.codes[p.Code] = true
	}
	b.asking = asking{order: slices.Sorted(maps.Keys(b.codes)), most: mostAhead, refs: b.refsOf}
	p := &published{loader: l, replaces: replaces}
	b.rooms, b.bills = newAhead(&b.asking, p.rooms), newAhead(&b.asking, p.bills)
	b.charges, b.readings = newAhead(&b.asking, p.charges), newAhead(&b.asking, p.readings)
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
			name: name, known: known, accounts: map[uint64]*account{}, taken: taken{}, meters: map[uint64]*register{},
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

// refsOf are what files call a project, in order.
func (b *reference) refsOf(project string) []string {
	refs := []string{project}
	for _, p := range b.projects.known {
		if p.Code == project && b.projects.code(p.Name) == p.Code {
			refs = append(refs, p.Name)
		}
	}
	for name, code := range b.masters {
		if code == project && name != code && !b.codes[b.projects.code(name)] {
			refs = append(refs, name)
		}
	}
	slices.Sort(refs)
	return refs
}

// fetchRooms and the like fetch once what is published. Of a project that is
// not known nothing is asked: its rows are strangers, whatever they name.
func (b *reference) fetchRooms(ctx context.Context, e *estate) error {
	if e.hasRooms || !e.known {
		return nil
	}
	e.hasRooms = true
	found, err := b.rooms.of(ctx, e.name)
	e.rooms.add(found)
	return err
}

func (b *reference) fetchBills(ctx context.Context, e *estate) error {
	if e.hasBills || !e.known {
		return nil
	}
	e.hasBills = true
	found, err := b.bills.of(ctx, e.name)
	e.bills.add(found)
	return err
}

func (b *reference) fetchAccounts(ctx context.Context, e *estate) error {
	if e.hasAccounts || !e.known {
		return nil
	}
	e.hasAccounts = true
	found, err := b.charges.of(ctx, e.name)
	if err != nil {
		return err
	}
	own := e.accounts
	e.accounts = found.accounts
	maps.Copy(e.taken, found.taken)
	for slot, a := range own { // rows before the file's own master
		for _, c := range a.charges {
			e.account(slot).add(c)
		}
	}
	return nil
}

func (b *reference) fetchMeters(ctx context.Context, e *estate) error {
	if e.hasMeters || !e.known {
		return nil
	}
	e.hasMeters = true
	found, err := b.readings.of(ctx, e.name)
	if err != nil {
		return err
	}
	own := e.meters
	e.meters = found
	for meter, m := range own {
		for _, r := range m.readings {
			e.meter(meter).add(r)
		}
	}
	return nil
}

func (e *estate) account(slot uint64) *account {
	a, ok := e.accounts[slot]
	if !ok {
		a = &account{}
		e.accounts[slot] = a
	}
	return a
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
