package report

import (
	"io"
	"testing"

	"github.com/xuri/excelize/v2"

	"gatehouse"
)

// benchRows is how many rows of a detail's shape are written.
const benchRows = 50_000

func benchCells(b *book) []cell {
	cells := make([]cell, 0, 23)
	for range 7 {
		cells = append(cells, words(b.text, "HD02-202609-0012"))
	}
	cells = append(cells, date(b.date, gatehouse.NewDate(2026, 9, 30)))
	for i := range 8 {
		cells = append(cells, money(b.money, gatehouse.Money(123450+i)))
	}
	for range 6 {
		cells = append(cells, words(b.text, "2026年第三季度账单.xlsx"))
	}
	return append(cells, figure(b.count, 1234))
}

// BenchmarkRows writes rows as this package does, hashes and all.
func BenchmarkRows(b *testing.B) {
	for b.Loop() {
		book, err := newBook(gatehouse.Chinese)
		if err != nil {
			b.Fatal(err)
		}
		p, err := book.page("明细")
		if err != nil {
			b.Fatal(err)
		}
		cells := benchCells(book)
		p.fill = func() error {
			for range benchRows {
				if err := p.add(0, cells); err != nil {
					return err
				}
			}
			return nil
		}
		if err := book.pack(io.Discard, func([]SheetHash) error { return nil }); err != nil {
			b.Fatal(err)
		}
		book.Close()
	}
}

// BenchmarkStreamWriter writes the same rows by excelize, without hashes.
func BenchmarkStreamWriter(b *testing.B) {
	for b.Loop() {
		book, err := newBook(gatehouse.Chinese)
		if err != nil {
			b.Fatal(err)
		}
		w, err := book.NewStreamWriter("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		var row []any
		for _, c := range benchCells(book) {
			switch c.kind {
			case Text:
				row = append(row, excelize.Cell{StyleID: c.style, Value: c.text})
			case Date:
				row = append(row, excelize.Cell{StyleID: c.style, Value: c.day.Time()})
			default:
				row = append(row, excelize.Cell{StyleID: c.style, Value: yuan(c.fen) + c.number})
			}
		}
		for n := range benchRows {
			at, err := excelize.CoordinatesToCellName(1, n+1)
			if err != nil {
				b.Fatal(err)
			}
			if err := w.SetRow(at, row); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
		if err := book.Write(io.Discard); err != nil {
			b.Fatal(err)
		}
		book.Close()
	}
}
