package ingest

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"gatehouse/sql/clickhouse"
)

// buffer collects one column of a fact table, typed as ClickHouse takes it.
// The slices are used again for the next batch.
type buffer interface {
	add(r *record)
	hash(r *record, h *hasher) // what add would write
	values() any               // nil when no row has a text, which is the column's default
	size() int                 // bytes of text
	reset()
	grow(times int) // to that many times what it holds
}

// hasher collects values for xxh64 such that no two rows look alike by shifting a border.
type hasher struct{ bytes []byte }

func (h *hasher) reset() { h.bytes = h.bytes[:0] }

func (h *hasher) string(s string) {
	h.bytes = append(binary.AppendUvarint(h.bytes, uint64(len(s))), s...)
}

func (h *hasher) int(n int64) {
	h.bytes = binary.AppendVarint(append(h.bytes, 1), n)
}

func (h *hasher) null() { h.bytes = append(h.bytes, 0) }

func (h *hasher) sum() uint64 { return xxhash.Sum64(h.bytes) }

// textBuffer copies texts, so that those of the sheet's rows need not be kept.
type textBuffer struct {
	field field
	rows  clickhouse.Texts
}

func (b *textBuffer) add(r *record)             { b.addText(r.text(b.field)) }
func (b *textBuffer) hash(r *record, h *hasher) { h.string(r.text(b.field)) }
func (b *textBuffer) size() int                 { return len(b.rows.Bytes) }
func (b *textBuffer) reset()                    { b.rows.Bytes, b.rows.Ends = b.rows.Bytes[:0], b.rows.Ends[:0] }

func (b *textBuffer) grow(times int) {
	b.rows.Bytes = slices.Grow(b.rows.Bytes, len(b.rows.Bytes)*times)
	b.rows.Ends = slices.Grow(b.rows.Ends, len(b.rows.Ends)*times)
}

func (b *textBuffer) values() any {
	if len(b.rows.Bytes) == 0 {
		return nil
	}
	return b.rows
}

func (b *textBuffer) addText(s string) {
	b.rows.Bytes = append(b.rows.Bytes, s...)
	b.rows.Ends = append(b.rows.Ends, len(b.rows.Bytes))
}

// wordBuffer numbers texts of which a column has few.
type wordBuffer struct {
	field field
	rows  clickhouse.Words
	index map[string]uint32
	bytes int    // of the words
	last  uint32 // most rows have the word of the one before
}

func (b *wordBuffer) add(r *record)             { b.addWord(r.text(b.field)) }
func (b *wordBuffer) hash(r *record, h *hasher) { h.string(r.text(b.field)) }
func (b *wordBuffer) size() int                 { return b.bytes }

func (b *wordBuffer) values() any {
	if len(b.rows.Words) == 1 && b.rows.Words[0] == "" {
		return nil
	}
	return b.rows
}

func (b *wordBuffer) reset() {
	clear(b.index)
	clear(b.rows.Words)
	b.rows.Words, b.rows.Rows, b.bytes = b.rows.Words[:0], b.rows.Rows[:0], 0
}

func (b *wordBuffer) grow(times int) { b.rows.Rows = slices.Grow(b.rows.Rows, len(b.rows.Rows)*times) }

func (b *wordBuffer) addWord(s string) {
	if len(b.rows.Rows) == 0 || b.rows.Words[b.last] != s {
		i, known := b.index[s]
		if !known {
			i, s = uint32(len(b.rows.Words)), strings.Clone(s)
			b.index[s] = i
			b.rows.Words = append(b.rows.Words, s)
			b.bytes += len(s)
		}
		b.last = i
	}
	b.rows.Rows = append(b.rows.Rows, b.last)
}

// numberBuffer holds counts, money, days and instants, zero when not given.
type numberBuffer[T any] struct {
	field field
	of    func(int64) T // from the record's unit to the column's
	as    func([]T) any // as the database takes them
	rows  []T
}

func (b *numberBuffer[T]) add(r *record)             { b.rows = append(b.rows, b.of(r.n(b.field))) }
func (b *numberBuffer[T]) hash(r *record, h *hasher) { h.int(r.n(b.field)) }
func (b *numberBuffer[T]) values() any               { return b.as(b.rows) }
func (b *numberBuffer[T]) size() int                 { return 0 }
func (b *numberBuffer[T]) reset()                    { b.rows = b.rows[:0] }
func (b *numberBuffer[T]) grow(times int)            { b.rows = slices.Grow(b.rows, len(b.rows)*times) }

// nullBuffer is a numberBuffer that tells zero from not given.
type nullBuffer[T any] struct {
	numberBuffer[T]
	null []uint8
}

func (b *nullBuffer[T]) add(r *record) {
	if r.given(b.field) {
		b.numberBuffer.add(r)
		b.null = append(b.null, 0)
		return
	}
	var zero T
	b.rows = append(b.rows, zero)
	b.null = append(b.null, 1)
}

func (b *nullBuffer[T]) hash(r *record, h *hasher) {
	if r.given(b.field) {
		b.numberBuffer.hash(r, h)
	} else {
		h.null()
	}
}

func (b *nullBuffer[T]) values() any {
	return clickhouse.Nullable{Null: b.null, Values: b.numberBuffer.values()}
}

func (b *nullBuffer[T]) grow(times int) {
	b.numberBuffer.grow(times)
	b.null = slices.Grow(b.null, len(b.null)*times)
}

func (b *nullBuffer[T]) reset() {
	b.numberBuffer.reset()
	b.null = b.null[:0]
}

// rescaled counts 10^-places instead of 10^-scale, rounded half away from zero.
func rescaled(n int64, scale, places int) int64 {
	for ; scale > places; scale-- {
		half := int64(5)
		if n < 0 {
			half = -5
		}
		if scale == places+1 { // round once only
			n += half
		}
		n /= 10
	}
	return n
}
