package clickhouse

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"

	"gatehouse"
)

// Column is one column of a batch: a slice of one of the types the driver
// takes, or one of the forms below. Those are laid out as ClickHouse has them,
// which spares the driver a conversion of every value.
type Column struct {
	Name   string
	Values any
}

// Decimals are a Decimal column, as counts of its last decimal place.
type Decimals struct {
	Places int // as many as the column has
	Counts []int64
}

// Days are a Date column, counted from 1970-01-01.
type Days []uint16

// Seconds are a DateTime column, counted from 1970-01-01 UTC.
type Seconds []uint32

// Nullable is a column of one of the three above; a row is NULL where Null has 1.
type Nullable struct {
	Null   []uint8
	Values any
}

// Words are a LowCardinality(String) column: for each row the index of its word.
type Words struct {
	Words []string
	Rows  []uint32
}

// Texts are a String column, end to end.
type Texts struct {
	Bytes []byte
	Ends  []int
}

// Add appends a row.
func (t *Texts) Add(s string) {
	t.Bytes = append(t.Bytes, s...)
	t.Ends = append(t.Ends, len(t.Bytes))
}

// WordList makes Words row by row.
type WordList struct {
	Words
	index map[string]uint32
	last  uint32 // most rows have the word of the one before
}

// Add appends a row.
func (w *WordList) Add(s string) {
	if len(w.Rows) == 0 || w.Words.Words[w.last] != s {
		i, known := w.index[s]
		if !known {
			if w.index == nil {
				w.index = map[string]uint32{}
			}
			i = uint32(len(w.Words.Words))
			w.index[s] = i
			w.Words.Words = append(w.Words.Words, s)
		}
		w.last = i
	}
	w.Rows = append(w.Rows, w.last)
}

// fill gives the rows to the driver, which copies them one by one. The whole
// text goes ahead of them, so that its buffer need not grow as often.
func (t Texts) fill(col *column.String) error {
	all, rows, start := string(t.Bytes), make([]string, len(t.Ends)), 0
	if _, err := col.Append([]string{all}); err != nil {
		return err
	}
	col.Reset()
	for i, end := range t.Ends {
		rows[i] = all[start:end]
		start = end
	}
	_, err := col.Append(rows)
	return err
}

// filler fills columns of the driver with values in ClickHouse's own layout.
type filler struct {
	raw    []byte
	source *bytes.Reader
	reader *proto.Reader
}

func newFiller() *filler {
	source := bytes.NewReader(nil)
	return &filler{source: source, reader: proto.NewReader(source)}
}

func (f *filler) fill(col column.Interface, values any) error {
	var err error
	rows := 0
	switch v := values.(type) {
	case Texts:
		if c, ok := col.(*column.String); ok {
			return v.fill(c)
		}
		return misfit(col, values)
	case Decimals, Days, Seconds, Nullable, Words:
		if f.raw, rows, err = appendRaw(f.raw[:0], col, values); err != nil {
			return err
		}
	default:
		_, err = col.Append(values)
		return err
	}
	f.source.Reset(f.raw)
	return col.Decode(f.reader, rows)
}

// appendRaw appends the values as the Native format has them, for the column
// they are meant for.
func appendRaw(dst []byte, col column.Interface, values any) (_ []byte, rows int, err error) {
	switch v := values.(type) {
	case Decimals:
		if c, ok := col.(*column.Decimal); ok && int(c.Scale()) == v.Places && c.Precision() <= 18 {
			dst, err = appendCounts(dst, v.Counts, c.Precision() <= 9)
			return dst, len(v.Counts), err
		}
	case Days:
		if _, ok := col.(*column.Date); ok {
			for _, n := range v {
				dst = binary.LittleEndian.AppendUint16(dst, n)
			}
			return dst, len(v), nil
		}
	case Seconds:
		if _, ok := col.(*column.DateTime); ok {
			for _, n := range v {
				dst = binary.LittleEndian.AppendUint32(dst, n)
			}
			return dst, len(v), nil
		}
	case Nullable:
		if c, ok := col.(*column.Nullable); ok {
			dst, rows, err = appendRaw(append(dst, v.Null...), c.Base(), v.Values)
			if err == nil && rows != len(v.Null) {
				err = fmt.Errorf("%d values, but %d of NULL or not", rows, len(v.Null))
			}
			return dst, rows, err
		}
	case Words:
		if c, ok := col.(*column.LowCardinality); ok && c.Type() == "LowCardinality(String)" {
			return appendWords(dst, v), len(v.Rows), nil
		}
	}
	return nil, 0, misfit(col, values)
}

func misfit(col column.Interface, values any) error {
	return gatehouse.Errorf(gatehouse.Internal, "%T does not fit a column of type %s", values, col.Type())
}

func appendCounts(dst []byte, counts []int64, short bool) ([]byte, error) {
	for _, n := range counts {
		if !short {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(n))
			continue
		}
		if n < math.MinInt32 || n > math.MaxInt32 {
			return nil, fmt.Errorf("%d is too large for the column", n)
		}
		dst = binary.LittleEndian.AppendUint32(dst, uint32(n))
	}
	return dst, nil
}

// appendWords writes the dictionary and then indexes of one, two or four bytes.
// The flags say that the dictionary is this block's own.
func appendWords(dst []byte, w Words) []byte {
	const ownDictionary = 1<<9 | 1<<10
	width := 0
	switch n := len(w.Words); {
	case n > math.MaxUint16:
		width = 2
	case n > math.MaxUint8:
		width = 1
	}
	dst = binary.LittleEndian.AppendUint64(dst, uint64(ownDictionary|width))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(w.Words)))
	for _, word := range w.Words {
		dst = append(binary.AppendUvarint(dst, uint64(len(word))), word...)
	}
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(w.Rows)))
	for _, i := range w.Rows {
		switch width {
		case 0:
			dst = append(dst, byte(i))
		case 1:
			dst = binary.LittleEndian.AppendUint16(dst, uint16(i))
		default:
			dst = binary.LittleEndian.AppendUint32(dst, i)
		}
	}
	return dst
}
