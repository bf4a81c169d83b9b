package ingest

import (
	"fmt"

	"github.com/cespare/xxhash/v2"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// batch is up to one chunk of rows of a table, by column.
type batch struct {
	table      string
	number     int // of the chunk within the attempt and table
	specs      []tableColumn
	columns    []buffer
	keys       []string
	attempts   []uint64
	rowNos     []uint32
	sheets     []string
	sourceRows []uint32
	hashes     []uint64
	brought    []uint64
}

func newBatch(table string, specs []tableColumn) *batch {
	b := &batch{table: table, specs: specs}
	for _, s := range specs {
		b.columns = append(b.columns, newBuffer(s))
	}
	return b
}

func (b *batch) rows() int { return len(b.keys) }

// hash is xxh64 of a fact's values and key, not of its origin.
func (b *batch) hash(r *record, key string, h *hasher) uint64 {
	h.digest.Reset()
	h.string(key)
	for _, c := range b.columns {
		c.hash(r, h)
	}
	return h.digest.Sum64()
}

func (b *batch) add(r *record, key string, attempt uint64, rowNo uint32, hash uint64) {
	for _, c := range b.columns {
		c.add(r)
	}
	b.keys = append(b.keys, key)
	b.attempts = append(b.attempts, attempt)
	b.rowNos = append(b.rowNos, rowNo)
	b.sheets = append(b.sheets, r.sheet)
	b.sourceRows = append(b.sourceRows, uint32(r.row))
	b.hashes = append(b.hashes, hash)
	b.brought = append(b.brought, r.brought)
}

func (b *batch) reset() {
	for _, c := range b.columns {
		c.reset()
	}
	clear(b.keys)
	b.keys, b.attempts, b.rowNos = b.keys[:0], b.attempts[:0], b.rowNos[:0]
	b.sheets, b.sourceRows, b.hashes = b.sheets[:0], b.sourceRows[:0], b.hashes[:0]
	b.brought = b.brought[:0]
}

// insertion is the batch as the database takes it.
func (b *batch) insertion() []clickhouse.Column {
	columns := make([]clickhouse.Column, 0, len(b.specs)+7)
	for i, s := range b.specs {
		columns = append(columns, clickhouse.Column{Name: s.name, Values: b.columns[i].values()})
	}
	return append(columns,
		clickhouse.Column{Name: "key", Values: b.keys},
		clickhouse.Column{Name: "attempt", Values: b.attempts},
		clickhouse.Column{Name: "row_no", Values: b.rowNos},
		clickhouse.Column{Name: "sheet", Values: b.sheets},
		clickhouse.Column{Name: "source_row", Values: b.sourceRows},
		clickhouse.Column{Name: "row_hash", Values: b.hashes},
		clickhouse.Column{Name: "brought", Values: b.brought})
}

// token makes a repetition of the insert harmless. It holds a hash of the
// content, so that a batch built differently is never taken for this one.
func (b *batch) token(attempt uint64) string {
	d := xxhash.New()
	h := hasher{digest: d}
	for _, n := range b.hashes {
		h.int(int64(n))
	}
	return fmt.Sprintf("%d/%s/%d/%016x", attempt, b.table, b.number, d.Sum64())
}

// tally is what the manifest says of one table.
type tally struct {
	count uint64
	xor   uint64
	sums  map[string]gatehouse.Money // by column
	// byProject counts the rows by what they call their project; a target of the
	// whole portfolio names none and is no row of an unknown one.
	byProject map[string]uint64
}

func (t *tally) add(specs []tableColumn, r *record, hash uint64) {
	t.count++
	t.xor ^= hash
	if ref := r.text(fProject); ref != "" {
		t.byProject[ref]++
	}
	for _, s := range specs {
		if s.sumsMoney() {
			t.sums[s.name] += gatehouse.Money(r.n(s.field))
		}
	}
}
