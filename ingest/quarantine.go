package ingest

import (
	"context"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"gatehouse/ingest/sheet"
	"gatehouse/sql/clickhouse"
)

// RowError is one bad cell, or a fault of the file.
type RowError struct {
	Sheet   string `json:"sheet,omitempty"`
	Cell    string `json:"cell,omitempty"`
	Row     int    `json:"row,omitempty"`
	Field   string `json:"field,omitempty"`
	Value   string `json:"value,omitempty"`
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// errorsShown is how many errors a result lists; all are in quarantine.
const errorsShown = 100

// longestValue is how much of a bad cell is kept.
const longestValue = 200

// quarantine keeps each bad cell of a row.
func (in *intake) quarantine(ctx context.Context, row sheet.Row, r *record) error {
	for i := range r.faults {
		f := &r.faults[i]
		cell := fmt.Sprintf("row %d", row.Number)
		text := ""
		if f.col >= 0 {
			cell = sheet.Ref(row.Number, f.col)
			if f.col < len(row.Cells) && f.field != fRespondent {
				text = shortened(row.Cells[f.col].Text)
			}
		}
		in.faults++
		if len(in.errors) < errorsShown {
			message := f.code.Explain().Message.EN
			if f.detail != "" {
				message += " (" + f.detail + ")"
			}
			in.errors = append(in.errors, RowError{
				Sheet: r.sheet, Cell: cell, Row: row.Number, Field: f.name, Value: text, Code: f.code, Message: message,
			})
		}
		if err := in.out.quarantine(ctx, quarantined{
			feed: in.plan.feed.Name, sheet: r.sheet, row: uint32(row.Number), cell: cell, field: f.name,
			header: shortened(f.header), value: text, code: string(f.code), detail: f.detail,
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
	feed, sheet                              string
	row                                      uint32
	cell, field, header, value, code, detail string
}

// quarantineBatch is up to one chunk of them, by column.
type quarantineBatch struct {
	number                                               int
	attempts                                             []uint64
	rowNos, rows                                         []uint32
	feeds, sheets, cells, fields, headers, values, codes []string
	details                                              []string
}

func (b *quarantineBatch) add(attempt uint64, rowNo uint32, q quarantined) {
	b.attempts = append(b.attempts, attempt)
	b.rowNos = append(b.rowNos, rowNo)
	b.rows = append(b.rows, q.row)
	b.feeds = append(b.feeds, q.feed)
	b.sheets = append(b.sheets, q.sheet)
	b.cells = append(b.cells, q.cell)
	b.fields = append(b.fields, q.field)
	b.headers = append(b.headers, q.header)
	b.values = append(b.values, q.value)
	b.codes = append(b.codes, q.code)
	b.details = append(b.details, q.detail)
}

func (b *quarantineBatch) insertion() []clickhouse.Column {
	return []clickhouse.Column{
		{Name: "attempt", Values: b.attempts}, {Name: "row_no", Values: b.rowNos}, {Name: "feed", Values: b.feeds},
		{Name: "sheet", Values: b.sheets}, {Name: "source_row", Values: b.rows}, {Name: "cell", Values: b.cells},
		{Name: "field", Values: b.fields}, {Name: "header", Values: b.headers}, {Name: "value", Values: b.values},
		{Name: "code", Values: b.codes}, {Name: "detail", Values: b.details},
	}
}

func (b *quarantineBatch) token(attempt uint64) string {
	h := hasher{digest: xxhash.New()}
	for i := range b.cells {
		h.string(b.cells[i])
		h.string(b.codes[i])
		h.string(b.values[i])
	}
	return fmt.Sprintf("%d/quarantine/%d/%016x", attempt, b.number, h.digest.Sum64())
}
