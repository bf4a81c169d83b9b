package ingest

import (
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/shopspring/decimal"

	"gatehouse"
)

// buffer collects one column of a fact table, typed as ClickHouse takes it.
// The slices are used again for the next batch.
type buffer interface {
	add(r *record)
	hash(r *record, h *hasher) // what add would write
	values() any
	reset()
}

// hasher feeds values to xxh64 such that no two rows look alike by shifting a border.
type hasher struct {
	digest  *xxhash.Digest
	scratch [9]byte
}

func (h *hasher) string(s string) {
	h.int(int64(len(s)))
	_, _ = h.digest.WriteString(s) // never fails
}

func (h *hasher) int(n int64) {
	for i := range 8 {
		h.scratch[i] = byte(n >> (8 * i))
	}
	h.scratch[8] = 1
	_, _ = h.digest.Write(h.scratch[:])
}

func (h *hasher) null() {
	h.scratch[8] = 0
	_, _ = h.digest.Write(h.scratch[8:])
}

type textBuffer struct {
	field field
	rows  []string
}

func (b *textBuffer) add(r *record)             { b.rows = append(b.rows, r.text(b.field)) }
func (b *textBuffer) hash(r *record, h *hasher) { h.string(r.text(b.field)) }
func (b *textBuffer) values() any               { return b.rows }
func (b *textBuffer) reset()                    { clear(b.rows); b.rows = b.rows[:0] }

// numberBuffer holds whole numbers and booleans, zero when not given.
type numberBuffer[T uint32 | bool] struct {
	field field
	rows  []T
	of    func(int64) T
}

func (b *numberBuffer[T]) add(r *record)             { b.rows = append(b.rows, b.of(r.n(b.field))) }
func (b *numberBuffer[T]) hash(r *record, h *hasher) { h.int(r.n(b.field)) }
func (b *numberBuffer[T]) values() any               { return b.rows }
func (b *numberBuffer[T]) reset()                    { b.rows = b.rows[:0] }

// decimalBuffer writes counts of 10^-scale with as many places as the column has.
type decimalBuffer struct {
	field  field
	scale  int32 // of the record's value
	places int32 // of the column
	rows   []decimal.Decimal
}

func (b *decimalBuffer) add(r *record) {
	b.rows = append(b.rows, exactDecimal(r.n(b.field), b.scale, b.places))
}
func (b *decimalBuffer) hash(r *record, h *hasher) { h.int(r.n(b.field)) }
func (b *decimalBuffer) values() any               { return b.rows }
func (b *decimalBuffer) reset()                    { b.rows = b.rows[:0] }

func exactDecimal(n int64, scale, places int32) decimal.Decimal {
	for ; scale > places; scale-- {
		half := int64(5)
		if n < 0 {
			half = -5
		}
		if scale == places+1 { // round once only, half away from zero
			n += half
		}
		n /= 10
	}
	return decimal.New(n, -scale)
}

type nullDecimalBuffer struct {
	decimalBuffer
	ptrs []*decimal.Decimal
}

func (b *nullDecimalBuffer) add(r *record) {
	if !r.given(b.field) {
		b.ptrs = append(b.ptrs, nil)
		return
	}
	d := exactDecimal(r.n(b.field), b.scale, b.places)
	b.ptrs = append(b.ptrs, &d)
}

func (b *nullDecimalBuffer) hash(r *record, h *hasher) {
	if r.given(b.field) {
		h.int(r.n(b.field))
	} else {
		h.null()
	}
}
func (b *nullDecimalBuffer) values() any { return b.ptrs }
func (b *nullDecimalBuffer) reset()      { clear(b.ptrs); b.ptrs = b.ptrs[:0] }

// timeBuffer holds days, months and instants; toTime knows what n counts.
type timeBuffer struct {
	field  field
	toTime func(int64) time.Time
	rows   []time.Time
}

func (b *timeBuffer) add(r *record)             { b.rows = append(b.rows, b.toTime(r.n(b.field))) }
func (b *timeBuffer) hash(r *record, h *hasher) { h.int(r.n(b.field)) }
func (b *timeBuffer) values() any               { return b.rows }
func (b *timeBuffer) reset()                    { b.rows = b.rows[:0] }

type nullTimeBuffer struct {
	timeBuffer
	ptrs []*time.Time
}

func (b *nullTimeBuffer) add(r *record) {
	if !r.given(b.field) {
		b.ptrs = append(b.ptrs, nil)
		return
	}
	t := b.toTime(r.n(b.field))
	b.ptrs = append(b.ptrs, &t)
}

func (b *nullTimeBuffer) hash(r *record, h *hasher) {
	if r.given(b.field) {
		h.int(r.n(b.field))
	} else {
		h.null()
	}
}
func (b *nullTimeBuffer) values() any { return b.ptrs }
func (b *nullTimeBuffer) reset()      { clear(b.ptrs); b.ptrs = b.ptrs[:0] }

func dayTime(n int64) time.Time     { return gatehouse.Date(n).Time() }
func monthTime(n int64) time.Time   { return gatehouse.Month(n).Time() }
func instantTime(n int64) time.Time { return time.Unix(n, 0).UTC() }
