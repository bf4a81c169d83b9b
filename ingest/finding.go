package ingest

import (
	"context"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// finding is something doubtful that holds no row back.
type finding struct {
	origin
	col    *column // nil: the row as a whole
	code   Code
	value  string
	detail string
	days   [2]gatehouse.Date // instead of a detail: [from, to)
	// same joins findings that say the same, such as an unknown room of many
	// rows: they are kept once, at the first place, with their number. 0: the
	// finding stands alone.
	same uint64
	rows uint32
	feed string

	// What may clear it when the file has been read: its estate, nil for a
	// finding that stands, and there the hash of a room, bill or account, and of
	// the bill whose period is doubtful.
	estate       *estate
	subject, key uint64
}

// findingsKept is how many findings of one load are kept; a load with more has
// one cause, which the first of them show. findingsHeld is how many are held
// until the end of the file, which may clear them; of those beyond, unknown
// names are still counted exactly.
const (
	findingsKept = 20_000
	findingsHeld = 10 * findingsKept
)

// doubt notes what is odd about a field of a row: a fault where the source's
// contract says so, else a finding that counts if the row is loaded. detail is
// one more fact for the reader; same as in finding.
func (in *intake) doubt(r *record, f field, code Code, detail string, same uint64) {
	in.doubtUntil(r, f, finding{code: code, detail: detail, same: same})
}

// doubtUntil notes a doubt that the rest of the file may clear. With a strict
// contract only what is known by now counts.
func (in *intake) doubtUntil(r *record, f field, d finding) {
	if in.strict[d.code] {
		in.fault(r, f, d.code, d.why())
		return
	}
	d.origin = r.origin
	if at := in.plan.columnOf[f]; at >= 0 {
		d.col = &in.plan.columns[at]
	}
	r.doubts = append(r.doubts, d)
}

// raise keeps the doubts of a row that was loaded.
func (in *intake) raise(row sheet.Row, r *record) {
	for i := range r.doubts {
		d := r.doubts[i]
		if d.col != nil && d.col.col < len(row.Cells) {
			d.value = shortened(row.Cells[d.col.col].Text)
		}
		in.warn(d)
	}
}

// warn keeps a finding until the end of the file.
func (in *intake) warn(f finding) {
	f.rows, f.feed = 1, in.plan.feed.Name
	if !f.code.names() {
		in.warnings++
	}
	if first, known := in.joined.known(f.same); known && f.same != 0 {
		first.rows++
		return
	}
	if in.findings.count == findingsHeld {
		return
	}
	kept := in.findings.add(f)
	if f.same != 0 {
		*in.joined.at(f.same) = kept
	}
}

// same is a hash of what a finding says, never 0.
func (in *intake) same(code Code, project, name string) uint64 {
	return max(in.keyHash(string(code), project, name), 1)
}

// findings are held in blocks, which never move.
type findings struct {
	blocks [][]finding
	count  int
}

func (l *findings) add(f finding) *finding {
	const size = 1024
	if l.count%size == 0 {
		l.blocks = append(l.blocks, make([]finding, 0, size))
	}
	b := &l.blocks[len(l.blocks)-1]
	*b = append(*b, f)
	l.count++
	return &(*b)[len(*b)-1]
}

func (l *findings) all(yield func(*finding) bool) {
	for _, b := range l.blocks {
		for i := range b {
			if !yield(&b[i]) {
				return
			}
		}
	}
}

// why is one more fact for the reader.
func (f *finding) why() string {
	if f.days[1] == 0 {
		return f.detail
	}
	return daysText(f.days[0], f.days[1])
}

// names tells the codes about a name that is not known, of which strangers keep count.
func (c Code) names() bool { return c == UnknownProject || c == UnknownRoom || c == UnknownBill }

// cleared tells whether what the file brought answers a doubt.
func (in *intake) cleared(f *finding) bool {
	if f.estate == nil {
		return false
	}
	e := in.reference.final(f.estate)
	switch f.code {
	case UnknownProject:
		return e.known
	case UnknownRoom:
		return !e.misses(&e.rooms, f.subject)
	case UnknownBill:
		return !e.misses(&e.bills, f.subject)
	}
	a := f.estate.account(f.subject)
	c, kept := a.find(f.key)
	if !kept {
		return true
	}
	still := false
	if f.code == PeriodOverlap {
		_, still = a.overlap(c, f.estate.taken)
	} else {
		_, still = a.gap(c, f.estate.taken)
	}
	return !still
}

// report settles what was doubtful and writes the findings behind the rows.
func (in *intake) report(ctx context.Context) error {
	if err := in.settleStrangers(ctx); err != nil {
		return err
	}
	kept := 0
	for f := range in.findings.all {
		if in.cleared(f) {
			if !f.code.names() {
				in.warnings -= uint64(f.rows)
			}
			continue
		}
		if kept++; kept > findingsKept {
			continue
		}
		q := quarantined{feed: f.feed, origin: f.origin, value: shortened(f.value), code: f.code, level: LevelWarning, detail: f.why(), rows: f.rows}
		if f.col != nil {
			q.cell, q.field, q.header = sheet.Ref(f.row, f.col.col), f.col.def.Name, shortened(f.col.header)
		}
		if err := in.out.quarantine(ctx, q); err != nil {
			return err
		}
	}
	return nil
}
