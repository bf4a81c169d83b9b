package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gatehouse/ingest/sheet"
)

// benchRows rows of nine cells, as a fee export has them: texts, a date, money.
const benchRows = 20_000

func benchWorkbook(b *testing.B) []byte {
	b.Helper()
	return workbook(b, excelize.WorkbookPropsOptions{}, func(f *excelize.File) {
		style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		must(b, err)
		w, err := f.NewStreamWriter("Sheet1")
		must(b, err)
		day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := range benchRows {
			must(b, w.SetRow(at(1, i+1), []any{
				fmt.Sprintf("R%07d", i), fmt.Sprintf("%d-%d-%d", i%30, i%7, 100+i%900), "物业管理费", i%12 + 1,
				excelize.Cell{StyleID: style, Value: day.AddDate(0, 0, i%365)}, float64(i%100_000) / 100, float64(i%333) / 10, "微信", i%5 == 0,
			}))
		}
		must(b, w.Flush())
	})
}

func reportRows(b *testing.B) {
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func benchRead(b *testing.B, content []byte) {
	b.Helper()
	b.ReportAllocs()
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		n := 0
		book := mustOpen(b, content)
		must(b, book.Sheets[0].Rows(b.Context(), func(r sheet.Row) error {
			n++
			return nil
		}))
		if n != benchRows {
			b.Fatalf("%d rows, want %d", n, benchRows)
		}
	}
	reportRows(b)
}

func BenchmarkRowsXLSX(b *testing.B) { benchRead(b, benchWorkbook(b)) }

func BenchmarkRowsCSV(b *testing.B) {
	var s strings.Builder
	for i := range benchRows {
		fmt.Fprintf(&s, "R%07d,%d-%d-%d,物业管理费,%d,2024-01-%02d,%.2f,%.1f,\"微信\",TRUE\r\n",
			i, i%30, i%7, 100+i%900, i%12+1, i%31+1, float64(i%100_000)/100, float64(i%333)/10)
	}
	benchRead(b, []byte(s.String()))
}

// BenchmarkFloorInflate only unpacks the sheet that BenchmarkRowsXLSX reads.
func BenchmarkFloorInflate(b *testing.B) {
	content := benchWorkbook(b)
	for b.Loop() {
		zr, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		must(b, err)
		part, err := zr.Open(sheetPart)
		must(b, err)
		_, err = io.Copy(io.Discard, part)
		must(b, err)
	}
	reportRows(b)
}

// BenchmarkExcelize reads the same file with the library that people would use.
func BenchmarkExcelize(b *testing.B) {
	content := benchWorkbook(b)
	b.ReportAllocs()
	for b.Loop() {
		f, err := excelize.OpenReader(bytes.NewReader(content))
		must(b, err)
		rows, err := f.Rows("Sheet1")
		must(b, err)
		for rows.Next() {
			_, err := rows.Columns()
			must(b, err)
		}
		must(b, rows.Error())
		must(b, rows.Close())
		must(b, f.Close())
	}
	reportRows(b)
}
