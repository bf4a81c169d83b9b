package ingest

import (
	"fmt"
	"slices"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// batch is up to one chunk of rows of a table, by column.
type batch struct {
	table   string
	number  int // of the chunk within the attempt and table
	specs   []tableColumn
	columns []buffer

	keys       textBuffer
	attempts   []uint64
	rowNos     []uint32
	sheets     wordBuffer
	sourceRows []uint32
	hashes     []uint64
	brought    []uint64
}

func newBatch(table string, specs []tableColumn) *batch {
	b := &batch{table: table, specs: specs, sheets: wordBuffer{index: map[string]uint32{}}}
	for _, s := range specs {
		b.columns = append(b.columns, newBuffer(s))
	}
	return b
}

func (b *batch) rows() int { return len(b.rowNos) }

// hash is xxh64 of a fact's values and key, not of its origin, nor of what the
// file calls its project: files name one by its code or by its name.
func (b *batch) hash(r *record, key string, h *hasher) uint64 {
	h.reset()
	h.string(key)
	for i, c := range b.columns {
		if b.specs[i].field != fProject {
			c.hash(r, h)
		}
	}
	return h.sum()
}

func (b *batch) add(r *record, key string, attempt uint64, rowNo uint32, hash uint64) {
	for _, c := range b.columns {
		c.add(r)
	}
	b.keys.addText(key)
	b.attempts = append(b.attempts, attempt)
	b.rowNos = append(b.rowNos, rowNo)
	b.sheets.addWord(r.sheet)
	b.sourceRows = append(b.sourceRows, uint32(r.row))
	b.hashes = append(b.hashes, hash)
	b.brought = append(b.brought, r.brought)
}

// grow makes room for as many times the rows of now, once, where append would
// copy them again and again.
func (b *batch) grow(times int) {
	for _, c := range b.columns {
		c.grow(times)
	}
	b.keys.grow(times)
	b.sheets.grow(times)
	b.attempts, b.rowNos = slices.Grow(b.attempts, len(b.attempts)*times), slices.Grow(b.rowNos, len(b.rowNos)*times)
	b.sourceRows, b.hashes = slices.Grow(b.sourceRows, len(b.sourceRows)*times), slices.Grow(b.hashes, len(b.hashes)*times)
	b.brought = slices.Grow(b.brought, len(b.brought)*times)
}

func (b *batch) reset() {
	for _, c := range b.columns {
		c.reset()
	}
	b.keys.reset()
	b.sheets.reset()
	b.attempts, b.rowNos = b.attempts[:0], b.rowNos[:0]
	b.sourceRows, b.hashes, b.brought = b.sourceRows[:0], b.hashes[:0], b.brought[:0]
}

// size is how many bytes of text the batch holds.
func (b *batch) size() int {
	n := b.keys.size()
	for _, c := range b.columns {
		n += c.size()
	}
	return n
}

// insertion is the batch as the database takes it.
func (b *batch) insertion() []clickhouse.Column {
	columns := make([]clickhouse.Column, 0, len(b.specs)+7)
	for i, s := range b.specs {
		if values := b.columns[i].values(); values != nil {
			columns = append(columns, clickhouse.Column{Name: s.name, Values: values})
		}
	}
	return append(columns,
		clickhouse.Column{Name: "key", Values: b.keys.rows},
		clickhouse.Column{Name: "attempt", Values: b.attempts},
		clickhouse.Column{Name: "row_no", Values: b.rowNos},
		clickhouse.Column{Name: "sheet", Values: b.sheets.rows},
		clickhouse.Column{Name: "source_row", Values: b.sourceRows},
		clickhouse.Column{Name: "row_hash", Values: b.hashes},
		clickhouse.Column{Name: "brought", Values: b.brought})
}

// token makes a repetition of the insert harmless. It holds a hash of the
// content, so that a batch built differently is never taken for this one.
func (b *batch) token(attempt uint64) string {
	var h hasher
	for _, n := range b.hashes {
		h.int(int64(n))
	}
	return fmt.Sprintf("%d/%s/%d/%016x", attempt, b.table, b.number, h.sum())
}

// tally is what the manifest says of one table.
type tally struct {
	count uint64
	xor   uint64
	sums  []gatehouse.Money // by column, zero where it has no money
}

func (t *tally) add(specs []tableColumn, r *record, hash uint64) {
	t.count++
	t.xor ^= hash
	for i := range specs {
		if specs[i].sumsMoney() {
			t.sums[i] += gatehouse.Money(r.n(specs[i].field))
		}
	}
}

// sums are those of the money columns, by name.
func (t *outTable) sums() map[string]gatehouse.Money {
	sums := map[string]gatehouse.Money{}
	for i, s := range t.current.specs {
		if s.sumsMoney() {
			sums[s.name] = t.tally.sums[i]
		}
	}
	return sums
}
