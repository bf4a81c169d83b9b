package ingest

import (
	"context"
	"fmt"

	"gatehouse"
	"gatehouse/ingest/sheet"
	"gatehouse/sql/clickhouse"
)

// RowError is one bad cell, or a fault of the file.
type RowError struct {
	Sheet   string         `json:"sheet,omitempty"`
	Cell    string         `json:"cell,omitempty"`
	Row     int            `json:"row,omitempty"`
	Field   string         `json:"field,omitempty"`
	Value   string         `json:"value,omitempty"`
	Code    Code           `json:"code"`
	Message gatehouse.Text `json:"message"`
}

// errorsShown is how many errors a result lists; all are in quarantine.
const errorsShown = 100

// longestValue is how much of a bad cell is kept.
const longestValue = 200

// quarantine keeps each bad cell of a row.
func (in *intake) quarantine(ctx context.Context, row sheet.Row, r *record) error {
	for i := range r.faults {
		f := &r.faults[i]
		cell := fmt.Sprintf("row %d", r.row)
		text := ""
		if f.col >= 0 {
			cell = sheet.Ref(r.row, f.col)
			if f.col < len(row.Cells) && f.field != fRespondent {
				text = shortened(row.Cells[f.col].Text)
			}
		}
		in.faults++
		if len(in.errors) < errorsShown {
			message := f.code.Explain().Message
			if f.detail != "" {
				message = gatehouse.Text{ZH: message.ZH + "（" + f.detail + "）", EN: message.EN + " (" + f.detail + ")"}
			}
			in.errors = append(in.errors, RowError{
				Sheet: r.sheet, Cell: cell, Row: r.row, Field: f.name, Value: text, Code: f.code, Message: message,
			})
		}
		if err := in.out.quarantine(ctx, quarantined{
			feed: in.plan.feed.Name, origin: r.origin, cell: cell, field: f.name,
			header: shortened(f.header), value: text, code: f.code, level: LevelError, detail: f.detail, rows: 1,
			project: r.text(fProject),
		}); err != nil {
			return err
		}
	}
	return nil
}

func shortened(s string) string {
	if len(s) <= longestValue {
		return s
	}
	end := longestValue
	for end > 0 && s[end]&0xC0 == 0x80 { // not inside a character
		end--
	}
	return s[:end] + "…"
}

// quarantined is a row of the table of that name.
type quarantined struct {
	feed string
	origin
	cell, field, header, value, detail string
	project                            string // of the row, for findings that hold it back
	code                               Code
	level                              Level
	rows                               uint32
}

// quarantineBatch is up to one chunk of them, by column.
type quarantineBatch struct {
	number                                               int
	attempts                                             []uint64
	rowNos, rows, counts                                 []uint32
	feeds, sheets, cells, fields, headers, values, codes []string
	details, levels, projects                            []string
	brought                                              []uint64
}

func (b *quarantineBatch) add(attempt uint64, rowNo uint32, q quarantined) {
	b.attempts = append(b.attempts, attempt)
	b.rowNos = append(b.rowNos, rowNo)
	b.rows = append(b.rows, uint32(q.row))
	b.counts = append(b.counts, q.rows)
	b.feeds = append(b.feeds, q.feed)
	b.sheets = append(b.sheets, q.sheet)
	b.cells = append(b.cells, q.cell)
	b.fields = append(b.fields, q.field)
	b.headers = append(b.headers, q.header)
	b.values = append(b.values, q.value)
	b.codes = append(b.codes, string(q.code))
	b.levels = append(b.levels, string(q.level))
	b.brought = append(b.brought, q.brought)
	b.details = append(b.details, q.detail)
	b.projects = append(b.projects, q.project)
}

func (b *quarantineBatch) insertion() []clickhouse.Column {
	return []clickhouse.Column{
		{Name: "attempt", Values: b.attempts}, {Name: "row_no", Values: b.rowNos}, {Name: "feed", Values: b.feeds},
		{Name: "sheet", Values: b.sheets}, {Name: "source_row", Values: b.rows}, {Name: "cell", Values: b.cells},
		{Name: "field", Values: b.fields}, {Name: "header", Values: b.headers}, {Name: "value", Values: b.values},
		{Name: "code", Values: b.codes}, {Name: "detail", Values: b.details},
		{Name: "level", Values: b.levels}, {Name: "rows", Values: b.counts}, {Name: "brought", Values: b.brought},
		{Name: "project", Values: b.projects},
	}
}

func (b *quarantineBatch) token(attempt uint64) string {
	var h hasher
	for i := range b.cells {
		h.string(b.cells[i])
		h.string(b.codes[i])
		h.string(b.values[i])
	}
	return fmt.Sprintf("%d/quarantine/%d/%016x", attempt, b.number, h.sum())
}
