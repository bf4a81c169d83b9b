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
}

// findingsKept is how many findings of one load are kept; a load with more has
// one cause, which the first of them show.
const findingsKept = 20_000

// warn keeps a finding until the end of the file.
func (in *intake) warn(f finding) {
	f.rows, f.feed = 1, in.plan.feed.Name
	in.warnings++
	key := string(f.code) + "\x00" + f.same
	if at, known := in.joined[key]; known && f.same != "" {
		in.findings[at].rows++
		return
	}
	if len(in.findings) == findingsKept {
		return
	}
	in.joined[key] = len(in.findings)
	in.findings = append(in.findings, f)
}

// report writes the findings behind the rows.
func (in *intake) report(ctx context.Context) error {
	for i := range in.findings {
		f := &in.findings[i]
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
