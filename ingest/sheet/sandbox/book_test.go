package sandbox

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

// both reads content in this process and in a child, and compares all there is.
func both(t rapid.TB, file *os.File, size int64) {
	t.Helper()
	want, err := sheet.Open(file, size, sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(context.Background(), file, How{}, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if diff := cmp.Diff(describe(want), describe(got.Book)); diff != "" {
		t.Fatalf("book (-in process +in a child):\n%s", diff)
	}
	for i := range want.Sheets {
		wantRows, wantErr := read(want.Sheets[i])
		gotRows, gotErr := read(got.Sheets[i])
		if diff := cmp.Diff(wantRows, gotRows); diff != "" {
			t.Errorf("rows (-in process +in a child):\n%s", diff)
		}
		wantRanges, _ := want.Sheets[i].Merged(context.Background())
		gotRanges, _ := got.Sheets[i].Merged(context.Background())
		if diff := cmp.Diff(wantRanges, gotRanges); diff != "" {
			t.Errorf("merged (-in process +in a child):\n%s", diff)
		}
		if diff := cmp.Diff(wantErr, gotErr); diff != "" {
			t.Errorf("error (-in process +in a child):\n%s", diff)
		}
		if got.Sheets[i].Index != i {
			t.Errorf("sheet %d has index %d", i, got.Sheets[i].Index)
		}
	}
}

func TestSameAsInProcess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var content bytes.Buffer
		if rapid.Bool().Draw(t, "workbook") {
			f := drawWorkbook(t)
			defer f.Close()
			if err := f.Write(&content); err != nil {
				t.Fatal(err)
			}
		} else {
			// Ragged lines, quotes that never close, other encodings: whatever it is.
			lines := rapid.SliceOfN(rapid.StringOf(rapid.RuneFrom([]rune("a1,\"单 -.é"))), 1, 300).Draw(t, "lines")
			content.WriteString("编号,金额\n" + strings.Join(lines, "\r\n"))
		}
		file, err := os.CreateTemp("", "gatehouse-sandbox-")
		if err != nil {
			t.Fatal(err)
		}
		defer os.Remove(file.Name())
		defer file.Close()
		if _, err := file.Write(content.Bytes()); err != nil {
			t.Fatal(err)
		}
		both(t, file, int64(content.Len()))
	})
}

// drawWorkbook makes a workbook of two sheets, one hidden, with merged ranges,
// hidden rows, gaps, and cells of every kind.
func drawWorkbook(t *rapid.T) *excelize.File {
	f := excelize.NewFile()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := f.NewSheet("隐藏")
	must(err)
	must(f.SetSheetVisible("隐藏", false))
	date, err := f.NewStyle(&excelize.Style{NumFmt: 22})
	must(err)
	for _, name := range f.GetSheetList() {
		for range rapid.IntRange(0, 40).Draw(t, "cells") {
			at := sheet.Ref(rapid.IntRange(1, 60).Draw(t, "row"), rapid.IntRange(0, 30).Draw(t, "col"))
			switch rapid.IntRange(0, 4).Draw(t, "kind") {
			case 0:
				must(f.SetCellValue(name, at, rapid.Float64Range(-1e9, 1e9).Draw(t, "number")))
			case 1:
				must(f.SetCellValue(name, at, rapid.StringOf(rapid.RuneFrom([]rune("aZ0 <&\n单é𠮷"))).Draw(t, "text")))
			case 2:
				must(f.SetCellBool(name, at, true))
			case 3:
				must(f.SetCellValue(name, at, rapid.Float64Range(1, 2_958_000).Draw(t, "day")))
				must(f.SetCellStyle(name, at, at, date))
			case 4:
				must(f.SetCellFormula(name, at, "1/0"))
			}
		}
		must(f.SetRowVisible(name, rapid.IntRange(1, 60).Draw(t, "hidden"), false))
		first := rapid.IntRange(1, 50).Draw(t, "merged")
		must(f.MergeCell(name, sheet.Ref(first, 2), sheet.Ref(first+2, 4)))
	}
	return f
}

func TestFaultsComeWhole(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		"", "PK\x03\x04 and no more", "%PDF-1.7",
		"a,b\n" + strings.Repeat("1,2\n", 30_000) + "\"never closed",
	} {
		file := fileOf(t, []byte(content))
		want, err := sheet.Open(file, int64(len(content)), sheet.DefaultLimits())
		if err == nil {
			_, err = read(want.Sheets[0])
		}
		got, failed := Open(t.Context(), file, How{}, DefaultLimits())
		if failed == nil {
			_, failed = read(got.Sheets[0])
			got.Close()
		}
		if diff := cmp.Diff(faultOf(t, err), faultOf(t, failed)); diff != "" {
			t.Errorf("%.20q (-in process +in a child):\n%s", content, diff)
		}
	}
}

func TestReadAgain(t *testing.T) {
	t.Parallel()
	stop := errors.New("enough")
	for _, tt := range []struct {
		name string
		rows int
		same bool // the child that was stopped is used again
	}{{"the rest is read over", 10_000, true}, {"the rest is too much", benchRows, false}} {
		b := mustOpen(t, bills(tt.rows))
		before := b.children.idle
		err := b.Sheets[0].Rows(t.Context(), func(r sheet.Row) error {
			if r.Number == 7 {
				return stop
			}
			return nil
		})
		if !errors.Is(err, stop) {
			t.Fatalf("%s: %v, want the callback's own error", tt.name, err)
		}
		if same := b.children.idle == before; same != tt.same {
			t.Errorf("%s: same child %v", tt.name, same)
		}
		for range 2 {
			if rows, err := read(b.Sheets[0]); len(rows) != tt.rows || err != nil {
				t.Errorf("%s: then %d rows, %v", tt.name, len(rows), err)
			}
		}
	}
}

func TestReadWithinReading(t *testing.T) {
	t.Parallel()
	b := mustOpen(t, []byte("a\nb\nc\n"))
	count := 0
	err := b.Sheets[0].Rows(t.Context(), func(sheet.Row) error {
		return b.Sheets[0].Rows(t.Context(), func(sheet.Row) error {
			count++
			return nil
		})
	})
	if count != 9 || err != nil {
		t.Errorf("%d rows, %v", count, err)
	}
}

// A child that is killed in the middle is a fault, never a shorter sheet, and
// the sheet can be read again.
func TestKilledWhileReading(t *testing.T) {
	t.Parallel()
	b := mustOpen(t, bills(benchRows))
	victim, count := b.children.idle.cmd.Process.Pid, 0
	err := b.Sheets[0].Rows(t.Context(), func(sheet.Row) error {
		if count++; count == 1000 {
			return syscall.Kill(victim, syscall.SIGKILL)
		}
		return nil
	})
	if f := faultOf(t, err); f.Code != sheet.ReaderCrashed || !strings.Contains(f.Cause.Error(), "signal: killed") {
		t.Errorf("after %d rows: %s, %v", count, f, f.Cause)
	}
	if rows, err := read(b.Sheets[0]); len(rows) != benchRows || err != nil {
		t.Errorf("again: %d rows, %v", len(rows), err)
	}
}

func TestCancelledWhileReading(t *testing.T) {
	t.Parallel()
	held, hold := pipe(t)
	b := mustOpen(t, bills(benchRows))
	ctx, cancel := context.WithCancel(t.Context())
	err := b.Sheets[0].Rows(ctx, func(sheet.Row) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || b.children.idle != nil {
		t.Errorf("%v, and child %v", err, b.children.idle)
	}
	// A child that hangs in the middle of its answer ends as soon.
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	p, err := launch(ctx, start{Job: "hang", Limits: DefaultLimits()}, hold)
	if err != nil {
		t.Fatal(err)
	}
	hold.Close()
	cancel()
	gone(t, held)
	if _, _, err := p.read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestClosedBook(t *testing.T) {
	t.Parallel()
	b := mustOpen(t, []byte("a\n"))
	b.Close()
	if _, err := read(b.Sheets[0]); !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v", err)
	}
}

// Not parallel: it counts the descriptors of the process.
func TestDescriptorsAreGivenBack(t *testing.T) {
	count := func() int {
		entries, err := os.ReadDir("/dev/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	file := fileOf(t, bills(20))
	before := count()
	for range 5 {
		b, err := Open(t.Context(), file, How{}, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(b.Sheets[0]); err != nil {
			t.Fatal(err)
		}
		b.Close()
		for _, job := range []string{"panic", "noise", "exit", "unheard-of"} {
			if err := Run(t.Context(), job, file, nil, failing{}, DefaultLimits()); err == nil {
				t.Errorf("%s: no error", job)
			}
		}
		if _, err := Open(t.Context(), fileOf(t, nil), How{}, DefaultLimits()); err == nil {
			t.Error("an empty file was opened")
		}
	}
	if after := count(); after > before+5 { // the five empty files, open until the end
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}
