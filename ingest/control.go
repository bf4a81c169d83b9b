package ingest

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// ControlTotal ties a column of money to what the file says: Cells is the sum
// of its cells, Loaded and Held of the facts made of them and of the rows in
// quarantine, Claimed what the file's own total rows say. A reversal counts
// against the sign of its cell, and a bill that stands in two rows counts
// once, so Loaded + Held may differ from Cells; Claimed may not.
type ControlTotal struct {
	Name    string           `json:"name"` // "table.column"
	Claimed *gatehouse.Money `json:"claimed,omitempty"`
	Cells   gatehouse.Money  `json:"cells"`
	Loaded  gatehouse.Money  `json:"loaded"`
	Held    gatehouse.Money  `json:"held"`
}

// Differs tells whether the file's total rows say another sum than its cells.
func (c ControlTotal) Differs() bool { return c.Claimed != nil && *c.Claimed != c.Cells }

func controlTotals(claimed, cells, loaded, held map[string]decimal.Decimal) []ControlTotal {
	totals := []ControlTotal{}
	for _, name := range slices.Sorted(maps.Keys(cells)) {
		t := ControlTotal{Name: name, Cells: fen(cells[name]), Loaded: fen(loaded[name]), Held: fen(held[name])}
		if c, ok := claimed[name]; ok {
			m := fen(c)
			t.Claimed = &m
		}
		totals = append(totals, t)
	}
	return totals
}

// fen is a decimal of the database, which has two places.
func fen(d decimal.Decimal) gatehouse.Money { return gatehouse.Money(d.Shift(2).IntPart()) }

// control adds up the money of the file as its cells have it, beside what
// becomes of the rows.
type control struct {
	cells, held, claimed map[string]gatehouse.Money
	unclaimed            map[string]bool // sums of which a sheet has no total row

	// Of the sheet being read, by column of the plan.
	sums, since []gatehouse.Money // all rows so far; rows since the last total row
	grand       []*gatehouse.Money
	row         []gatehouse.Money // of the row being read
}

// totals are the control totals of a whole file.
func (c *control) totals(loaded map[string]gatehouse.Money) []ControlTotal {
	claims := c.claims()
	totals := []ControlTotal{}
	for _, name := range slices.Sorted(maps.Keys(c.cells)) {
		t := ControlTotal{Name: name, Cells: c.cells[name], Loaded: loaded[name], Held: c.held[name]}
		if claim, ok := claims[name]; ok {
			t.Claimed = &claim
		}
		totals = append(totals, t)
	}
	return totals
}

func newControl() control {
	return control{
		cells: map[string]gatehouse.Money{}, held: map[string]gatehouse.Money{}, claimed: map[string]gatehouse.Money{},
		unclaimed: map[string]bool{},
	}
}

func (c *control) begin(p *plan) {
	n := len(p.columns)
	c.sums, c.since, c.row = make([]gatehouse.Money, n), make([]gatehouse.Money, n), make([]gatehouse.Money, n)
	c.grand = make([]*gatehouse.Money, n)
	for i := range p.columns {
		if name := p.columns[i].sum; name != "" {
			c.cells[name] += 0 // a column of zeros is a column
		}
	}
}

// end closes a sheet.
func (c *control) end(p *plan) {
	for i := range p.columns {
		switch name := p.columns[i].sum; {
		case name == "":
		case c.grand[i] == nil:
			c.unclaimed[name] = true
		default:
			c.claimed[name] += *c.grand[i]
		}
	}
}

// claims are the sums that total rows claim on every sheet that has the column.
func (c *control) claims() map[string]gatehouse.Money {
	claims := maps.Clone(c.claimed)
	maps.DeleteFunc(claims, func(name string, _ gatehouse.Money) bool { return c.unclaimed[name] })
	return claims
}

// read notes the money of a row as its cells say it, before any rule.
func (c *control) read(p *plan, r *record) {
	for i := range p.columns {
		if col := &p.columns[i]; col.sum != "" {
			c.row[i] = 0
			if r.given(col.id) {
				c.row[i] = gatehouse.Money(r.n(col.id))
			}
			c.sums[i] += c.row[i]
			c.since[i] += c.row[i]
		}
	}
}

// settle books the row just read.
func (c *control) settle(p *plan, held bool) {
	for i := range p.columns {
		if c.row[i] == 0 {
			continue
		}
		name := p.columns[i].sum
		c.cells[name] += c.row[i]
		if held {
			c.held[name] += c.row[i]
		}
	}
}

// total compares a total row with the rows above it. A subtotal adds up the
// rows since the last total row, a grand total all rows; books mix the words,
// so a claim that fits either way is right.
func (in *intake) total(row sheet.Row, at origin) error {
	c := &in.control
	sub := isSubtotal(row.Cells)
	for i := range in.plan.columns {
		col := &in.plan.columns[i]
		if col.sum == "" || empty(row.Cells, col.col) {
			continue
		}
		cell := &row.Cells[col.col]
		var v value
		if code := readMoney(in.convert, col, cell, &v); code != "" || !v.given {
			continue // a word, or a dash: no claim
		}
		claim, sum := gatehouse.Money(v.n), c.sums[i]
		if claim == c.since[i] || sub && claim != sum {
			sum = c.since[i]
		}
		if !sub && (claim != c.since[i] || c.since[i] == c.sums[i]) {
			c.grand[i] = &claim
		}
		if claim != sum && in.strict[TotalMismatch] {
			return in.mismatch(at, col, claim, sum)
		}
		if claim != sum {
			in.warn(finding{origin: at, col: col, code: TotalMismatch, value: cell.Text, detail: sum.String()})
		}
		c.since[i] = 0
	}
	return nil
}

// mismatch refuses a file whose source has agreed that its totals are right.
func (in *intake) mismatch(at origin, col *column, claim, sum gatehouse.Money) error {
	return refuse("%s的合计行 %s 写 %s，各行之和为 %s：请核对是否漏行或多行", "the total in %[2]s of %[1]s is %[3]s, but its rows add up to %[4]s: check for missing or extra rows",
		sheetText(at.sheet), sheet.Ref(at.row, col.col), claim, sum)
}
