package report

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// Whatever is written into cells, a strict reader finds the same, by the hash.
func TestCellsAreReadAsTheyAreHashed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, err := newBook(gatehouse.Chinese)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		p, err := b.page("页")
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			var cells []cell
			for range rapid.IntRange(0, 30).Draw(t, "cells") {
				cells = append(cells, rapid.OneOf(
					rapid.Map(rapid.String(), func(s string) cell { return words(b.text, s) }),
					rapid.Map(rapid.SliceOf(rapid.SampledFrom([]string{"_x000D_", "_", "<", "&amp;", " ", "\r\n", "\t", "\x00", "\uFFFF", "字", `"\`, "]]>"})), func(s []string) cell { return words(0, strings.Join(s, "")) }),
					rapid.Map(rapid.Int64Range(-1e14, 1e14), func(n int64) cell { return money(b.money, gatehouse.Money(n)) }),
					rapid.Map(rapid.Float64Range(-1e6, 1e6), func(f float64) cell { return figure(b.rate, f).of("1+1") }),
					rapid.Map(rapid.Int32Range(0, 60000), func(d int32) cell { return date(b.date, gatehouse.Date(d)) }),
					rapid.Just(cell{}), rapid.Just(cell{style: b.text}),
				).Draw(t, "cell"))
			}
			if err := p.line(cells...); err != nil {
				t.Fatal(err)
			}
			p.skip(rapid.IntRange(0, 2).Draw(t, "gap"))
		}
		var out bytes.Buffer
		var want []SheetHash
		if err := b.pack(&out, func(sheets []SheetHash) error { want = sheets; return nil }); err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Open(bytes.NewReader(out.Bytes()), int64(out.Len()), sheet.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		sum := newFingerprint()
		if err := (opened{Book: book}).Rows(t.Context(), 0, func(row int, cells []Value) error {
			for col, v := range cells {
				if err := sum.value(v, col, row); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got := sum.sum(); got != want[0].Hash || want[0].Name != "页" {
			t.Fatalf("read %s, written %+v", got, want)
		}
	})
}

func TestFingerprintIsAsDocumented(t *testing.T) {
	t.Parallel()
	f := newFingerprint()
	for i, c := range []cell{
		words(0, `a "b" \ c`+"\n字"), money(0, 125050), money(0, -5), money(0, 0), figure(0, 1.0/3), figure(0, 1e15), date(0, gatehouse.NewDate(2026, 10, 31)), count(0, 12),
	} {
		f.cell(&c, i, 3)
	}
	want := `["A3","a \"b\" \\ c\n字"]
["B3",1250.5]
["C3",-0.05]
["D3",0]
["E3",0.333333333333333]
["F3",1e+15]
["G3","2026-10-31"]
["H3",12]
`
	if got := string(f.line); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for n, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := column(n); got != want {
			t.Errorf("column %d is %s, want %s", n, got, want)
		}
	}
}

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Number{
		"R-2026-000123": {2026, 123}, "r-2026-123": {2026, 123}, " R2026000123 ": {2026, 123},
	} {
		if got, err := ParseNumber(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "R", "R-2026", "R-26-1", "R-2026-", "2026-7", "R-2026-12345678901", "R-2026-1; DROP", "X-2026-000001"} {
		if _, err := ParseNumber(text); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%q is taken for a number: %v", text, err)
		}
	}
}
