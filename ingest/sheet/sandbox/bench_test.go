package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"gatehouse/ingest/sheet"
)

// bills is a text file of nine columns, as a fee export has them.
func bills(rows int) []byte {
	var s strings.Builder
	for i := range rows {
		fmt.Fprintf(&s, "R%07d,%d-%d-%d,物业管理费,%d,2024-01-%02d,%.2f,%.1f,\"微信\",TRUE\r\n",
			i, i%30, i%7, 100+i%900, i%12+1, i%31+1, float64(i%100_000)/100, float64(i%333)/10)
	}
	return []byte(s.String())
}

const benchRows = 200_000

func benchSheet(b *testing.B, s *sheet.Sheet) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		err := s.Rows(context.Background(), func(sheet.Row) error {
			n++
			return nil
		})
		if err != nil || n != benchRows {
			b.Fatalf("%d rows, %v", n, err)
		}
	}
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkInProcess(b *testing.B) {
	content := bills(benchRows)
	book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), sheet.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	benchSheet(b, book.Sheets[0])
}

func BenchmarkSandbox(b *testing.B) { benchSheet(b, mustOpen(b, bills(benchRows)).Sheets[0]) }

// BenchmarkEncode and BenchmarkDecode are the two halves of the way between.
func BenchmarkEncode(b *testing.B) {
	book, err := sheet.Open(bytes.NewReader(bills(500)), int64(len(bills(500))), sheet.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	rows, err := read(book.Sheets[0])
	if err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	e := newEncoder(&out)
	for b.Loop() {
		e.last = 0
		for _, r := range rows {
			if err := e.row(r); err != nil {
				b.Fatal(err)
			}
		}
		out.Reset()
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(len(rows)*9), "ns/cell")
}

func BenchmarkDecode(b *testing.B) {
	book, err := sheet.Open(bytes.NewReader(bills(500)), int64(len(bills(500))), sheet.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	e := newEncoder(nil)
	if err := book.Sheets[0].Rows(context.Background(), e.row); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		d := newDecoder(sheet.DefaultLimits())
		d.load(e.frame[frameHead:])
		for d.more() {
			if _, err := d.next(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(500*9), "ns/cell")
}

// BenchmarkOpen is what a file pays for a process of its own.
func BenchmarkOpen(b *testing.B) {
	file := fileOf(b, []byte("a,b\n1,2\n"))
	for b.Loop() {
		book, err := Open(context.Background(), file, How{}, DefaultLimits())
		if err != nil {
			b.Fatal(err)
		}
		book.Close()
	}
}
