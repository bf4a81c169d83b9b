package ingest

import (
	"context"

	"gatehouse/ingest/sheet"
)

// finding is something doubtful that holds no row back.
type finding struct {
	origin
	col    *column // nil: the row as a whole
	code   Code
	value  string
	detail string
	// same joins findings that say the same, such as an unknown room of many
	// rows: they are kept once, at the first place, with their number. Empty:
	// the finding stands alone.
	same string
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
func (in *intake) doubt(r *record, f field, code Code, detail, same string) {
	in.doubtUntil(r, f, finding{code: code, detail: detail, same: same})
}

// doubtUntil notes a doubt that the rest of the file may clear. With a strict
// contract only what is known by now counts.
func (in *intake) doubtUntil(r *record, f field, d finding) {
	if in.strict[d.code] {
		in.fault(r, f, d.code, d.detail)
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
	key := in.keyHash(string(f.code), f.same, "")
	if at, known := in.joined[key]; known && f.same != "" {
		in.findings[at].rows++
		return
	}
	if len(in.findings) == findingsHeld {
		return
	}
	if f.same != "" {
		in.joined[key] = len(in.findings)
	}
	in.findings = append(in.findings, f)
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
		return !e.misses(e.rooms, f.subject)
	case UnknownBill:
		return !e.misses(e.bills, f.subject)
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
	for i := range in.findings {
		f := &in.findings[i]
		if in.cleared(f) {
			if !f.code.names() {
				in.warnings -= uint64(f.rows)
			}
			continue
		}
		if kept++; kept > findingsKept {
			continue
		}
		q := quarantined{feed: f.feed, origin: f.origin, value: shortened(f.value), code: f.code, level: LevelWarning, detail: f.detail, rows: f.rows}
		if f.col != nil {
			q.cell, q.field, q.header = sheet.Ref(f.row, f.col.col), f.col.def.Name, shortened(f.col.header)
		}
		if err := in.out.quarantine(ctx, q); err != nil {
			return err
		}
	}
	return nil
}
