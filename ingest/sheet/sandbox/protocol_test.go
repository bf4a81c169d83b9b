package sandbox

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

// recorded is all that a child says of a file but its greeting: the book, and
// the rows of the first sheet.
func recorded(t testing.TB, content []byte) []byte {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	described, err := json.Marshal(describe(book))
	if err != nil {
		t.Fatal(err)
	}
	if err := writeFrame(&out, frameBook, described); err != nil {
		t.Fatal(err)
	}
	e := newEncoder(&out)
	if err := book.Sheets[0].Rows(t.Context(), e.row); err != nil {
		t.Fatal(err)
	}
	if err := e.end(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// replay reads what a child says that has been taken over.
func replay(t testing.TB, said []byte) ([]sheet.Row, error) {
	t.Helper()
	b, err := openWith(context.Background(), start{Job: "replay", Limits: DefaultLimits()}, fileOf(t, said))
	if err != nil {
		return nil, err
	}
	defer b.Close()
	return read(b.Sheets[0])
}

func TestAnswerCutAnywhere(t *testing.T) {
	t.Parallel()
	said := recorded(t, []byte("a,b\n1,2\n\n3"))
	if rows, err := replay(t, said); len(rows) != 4 || err != nil {
		t.Fatalf("whole: %d rows, %v", len(rows), err)
	}
	for n := range len(said) {
		rows, err := replay(t, said[:n])
		if f := faultOf(t, err); f.Code != sheet.ReaderCrashed {
			t.Errorf("cut after %d of %d bytes: %d rows, %s", n, len(said), len(rows), f)
		}
	}
}

// frames are a whole conversation, well-formed or not.
func frames(all ...[]byte) []byte { return bytes.Join(all, nil) }

func frame(kind frameKind, content ...byte) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte{byte(kind)}, uint32(len(content))), content...)
}

func TestBreaches(t *testing.T) {
	t.Parallel()
	book := frame(frameBook, []byte(`{"Format":"csv","Encoding":"utf-8","Sheets":[{"Name":""}]}`)...)
	row := []byte{1, 2, 2<<4 | 1, 'h', 'i'} // row 1 with the text "hi"
	for _, tt := range []struct {
		name string
		said []byte
	}{
		{"no book", frame(frameEnd, 0)},
		{"book of no JSON", frame(frameBook, '{')},
		{"book of no format", frame(frameBook, []byte(`{"Sheets":[{"Name":""}]}`)...)},
		{"book of strange format", frame(frameBook, []byte(`{"Format":"<script>","Sheets":[{"Name":""}]}`)...)},
		{"book of no sheets", frame(frameBook, []byte(`{"Format":"csv"}`)...)},
		{"frame of 4 GB", frames(book, []byte{byte(frameData), 0xFF, 0xFF, 0xFF, 0xFF})},
		{"frame of no kind", frames(book, frame('?'))},
		{"a second book", frames(book, book)},
		{"one row more than counted", frames(book, frame(frameData, row...), frame(frameEnd, 0))},
		{"one row less than counted", frames(book, frame(frameData, row...), frame(frameEnd, 2))},
		{"no count", frames(book, frame(frameEnd))},
		{"more than a count", frames(book, frame(frameEnd, 0, 0))},
		{"an empty frame is no end", frames(book, frame(frameData))},
		{"the same row again", frames(book, frame(frameData, 1, 0, 0, 0), frame(frameEnd, 2))},
		{"row number beyond all", frames(book, frame(frameData, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0), frame(frameEnd, 1))},
		{"more cells than columns", frames(book, frame(frameData, 1, 0x82, 0x10), frame(frameEnd, 1))},
		{"cells that did not come", frames(book, frame(frameData, 1, 4, 1<<4|1, 'a'), frame(frameEnd, 1))},
		{"text longer than the frame", frames(book, frame(frameData, 1, 2, 3<<4|1, 'h', 'i'), frame(frameEnd, 1))},
		{"unknown kind of cell", frames(book, frame(frameData, 1, 2, 1<<4|6, 'a'), frame(frameEnd, 1))},
		{"empty cell with a text", frames(book, frame(frameData, 1, 2, 1<<4|0, 'a'), frame(frameEnd, 1))},
		{"text cell without", frames(book, frame(frameData, 1, 2, 1), frame(frameEnd, 1))},
		{"text that is not UTF-8", frames(book, frame(frameData, 1, 2, 1<<4|1, 0xFF), frame(frameEnd, 1))},
		{"date beyond the calendar", frames(book, frame(frameData, append([]byte{1, 2, 1<<4 | 4, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0}, 'a')...), frame(frameEnd, 1))},
		{"number that never ends", frames(book, frame(frameData, 0x80), frame(frameEnd, 1))},
		{"fault of unknown code", frames(book, frame(frameFailed, []byte(`{"Fault":{"Code":"x","Col":-1}}`)...))},
		{"fault beside the sheet", frames(book, frame(frameFailed, []byte(`{"Fault":{"Code":"crc","Col":-2}}`)...))},
		{"fault of a megabyte", frames(book, frame(frameFailed, []byte(`{"Message":"`+strings.Repeat("x", 1<<20)+`"}`)...))},
	} {
		rows, err := replay(t, tt.said)
		if f := faultOf(t, err); f.Code != sheet.ReaderCrashed {
			t.Errorf("%s: %d rows, %s", tt.name, len(rows), f)
		}
	}
}

func TestMergedBreaches(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		data []byte
	}{
		{"row 0", []byte{0, 0, 1, 1}}, {"rows reversed", []byte{2, 0, 1, 1}}, {"columns reversed", []byte{1, 2, 1, 1}},
		{"column beyond XFD", []byte{1, 0, 1, 0x80, 0x80, 1}}, {"half a range", []byte{1, 0}},
	} {
		d := newDecoder(sheet.DefaultLimits())
		d.load(tt.data)
		if r, err := d.merged(); !errors.Is(err, errBreach) {
			t.Errorf("%s: %v, %v", tt.name, r, err)
		}
	}
}

func drawRow(t *rapid.T, number int) sheet.Row {
	row := sheet.Row{Number: number, Hidden: rapid.Bool().Draw(t, "hidden")}
	for range rapid.IntRange(0, 12).Draw(t, "cells") {
		c := sheet.Cell{Kind: sheet.Kind(rapid.IntRange(0, int(sheet.Error)).Draw(t, "kind")), Formula: rapid.Bool().Draw(t, "formula")}
		if c.Kind != sheet.Empty {
			c.Text = rapid.StringN(1, 200, -1).Filter(utf8.ValidString).Draw(t, "text")
		}
		if c.Kind == sheet.Date {
			c.Date = time.Unix(rapid.Int64Range(-62_167_219_200, 253_402_300_799).Draw(t, "date"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
		}
		row.Cells = append(row.Cells, c)
	}
	return row
}

func TestRowsComeAsTheyWent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var out bytes.Buffer
		e, number := newEncoder(&out), 0
		var want, got []sheet.Row
		for range rapid.IntRange(0, 20).Draw(t, "rows") {
			number += rapid.IntRange(1, 1<<20).Draw(t, "step")
			want = append(want, drawRow(t, number))
			if err := e.row(want[len(want)-1]); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.end(); err != nil {
			t.Fatal(err)
		}
		d, in := newDecoder(sheet.DefaultLimits()), newFrameReader(&out)
		for {
			kind, content, err := in.next()
			if err != nil {
				t.Fatal(err)
			}
			if kind == frameEnd {
				if err := d.end(content); err != nil {
					t.Fatal(err)
				}
				break
			}
			d.load(content)
			for d.more() {
				row, err := d.next()
				if err != nil {
					t.Fatal(err)
				}
				row.Cells = append([]sheet.Cell(nil), row.Cells...)
				got = append(got, row)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-sent +received):\n%s", diff)
		}
	})
}

func TestRowOfTooMuchText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 1<<20)
	row := sheet.Row{Number: 3}
	for range 5 {
		row.Cells = append(row.Cells, sheet.Cell{Kind: sheet.Text, Text: long})
	}
	f := faultOf(t, newEncoder(nil).row(row))
	if f.Code != sheet.TooLarge || f.Error() != "row 3: the texts of the row are longer than 4 MB" {
		t.Errorf("%s: %s", f.Code, f)
	}
}

// FuzzAnswer feeds the parent what a child might say. Whatever it is, rows
// ascend and cells are what package sheet promises.
func FuzzAnswer(f *testing.F) {
	f.Add(recorded(f, []byte("a,b\n1,2\n\n3")))
	f.Add(frame(frameData, 1, 2, 1<<4|4, 0, 0, 'a'))
	f.Add(frame(frameFailed, []byte(`{"Fault":{"Code":"crc","Col":-1}}`)...))
	limits := sheet.DefaultLimits()
	limits.Columns = 16
	f.Fuzz(func(t *testing.T, said []byte) {
		in, d, ranges := newFrameReader(bytes.NewReader(said)), newDecoder(limits), newDecoder(limits)
		last := -1
		for {
			kind, content, err := in.next()
			if err != nil {
				return
			}
			switch kind {
			case frameBook:
				_, _ = parseBook(content)
			case frameFailed:
				if parseFailure(content) == nil {
					t.Fatal("a failure without an error")
				}
			case frameEnd:
				_ = d.end(content)
			case frameData:
				ranges.load(content)
				for ranges.more() {
					if r, err := ranges.merged(); err != nil {
						break
					} else if r.Row1 < 1 || r.Row2 < r.Row1 || r.Col2 < r.Col1 {
						t.Fatalf("range %v", r)
					}
				}
				d.load(content)
				for d.more() {
					row, err := d.next()
					if err != nil {
						return
					}
					if row.Number <= last || len(row.Cells) > limits.Columns {
						t.Fatalf("row %d of %d cells after row %d", row.Number, len(row.Cells), last)
					}
					last = row.Number
					for _, c := range row.Cells {
						if c.Kind > sheet.Error || (c.Kind == sheet.Empty) != (c.Text == "") || !utf8.ValidString(c.Text) || c.Date.Year() > 9999 {
							t.Fatalf("cell %+v", c)
						}
					}
				}
			}
		}
	})
}
