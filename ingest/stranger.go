package ingest

import (
	"context"
	"maps"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// stranger is what a row names that was not known when it was read: its
// project, else its room or bill; 0 stands for one that is known or not named.
type stranger struct {
	estate     *estate
	room, bill uint64
}

// strangers counts rows that name the same.
type strangers struct{ rows, facts uint64 }

// learn takes what a good row brings, and what it misses.
func (in *intake) learn(r *record) {
	if in.marking != nil {
		return // nothing was compared
	}
	b := in.reference
	if r.stranger != (stranger{}) {
		n := b.strangers[r.stranger]
		n.rows++
		for i := range r.facts {
			if r.facts[i].fresh {
				n.facts++
			}
		}
		b.strangers[r.stranger] = n
	}
	switch in.plan.feed.Name {
	case "project":
		b.master(r.text(fProject), r.text(fName))
	case "room":
		r.estate.rooms.at(xxhash.Sum64String(r.text(fRoom)))
	case "fee_bill", "fee_ledger":
		if no := r.text(fBillNo); no != "" {
			r.estate.bills.at(xxhash.Sum64String(no))
		}
		if r.text(fKind) == "reversal" && r.given(fReverses) {
			r.estate.taken[xxhash.Sum64String("no:"+r.text(fReverses))] = struct{}{}
		}
		if r.charge.key != 0 {
			r.account.add(r.charge)
		}
	case "energy_reading":
		if r.readout.day != 0 {
			r.estate.meter(r.slot).add(r.readout)
		}
	}
}

// merge takes together what the file brought of one project by its name and,
// once the project itself had come, by its code.
func (b *reference) merge() {
	for _, e := range slices.Collect(maps.Values(b.named)) {
		name, known := b.resolve(e.name)
		if !known || name == e.name {
			continue
		}
		f := b.estate(name)
		f.rooms.add(e.rooms)
		f.bills.add(e.bills)
	}
}

// final is an estate as the whole file knows it.
func (b *reference) final(e *estate) *estate {
	if name, known := b.resolve(e.name); known {
		return b.estate(name)
	}
	return e
}

// settleStrangers counts the facts whose project, room or bill neither was
// published nor came with the file, and the warnings that they are worth.
func (in *intake) settleStrangers(ctx context.Context) error {
	b := in.reference
	b.merge()
	for s, n := range b.strangers {
		e := b.final(s.estate)
		if s.room != 0 {
			if err := b.fetchRooms(ctx, e); err != nil {
				return err
			}
		}
		if s.bill != 0 {
			if err := b.fetchBills(ctx, e); err != nil {
				return err
			}
		}
		project, room, bill := !e.known, e.misses(&e.rooms, s.room), e.misses(&e.bills, s.bill)
		if project || room || bill {
			in.orphans += n.facts
		}
		for _, missing := range [...]bool{project, room, bill} {
			if missing {
				in.warnings += n.rows
			}
		}
	}
	return nil
}

// misses tells whether a known estate has not what is named; of one that is not
// known that alone is worth saying.
func (e *estate) misses(set *hashes, name uint64) bool {
	_, has := set.known(name)
	return e.known && name != 0 && !has
}
