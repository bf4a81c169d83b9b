package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"gatehouse/ingest/sheet"
	"gatehouse/ingest/sheet/sandbox"
)

// greedy is a workbook of 100 KB whose shared texts need 100 MB, and while
// they are collected a good deal more.
func greedy(t *testing.T) []byte {
	t.Helper()
	small := xlsx(t, sheetOf{name: "收费", rows: [][]any{{"a"}}})
	in, err := zip.NewReader(bytes.NewReader(small), int64(len(small)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		part, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name != "xl/sharedStrings.xml" {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(part, r); err != nil {
				t.Fatal(err)
			}
			continue
		}
		text := "<si><t>" + strings.Repeat("a", 1<<19) + "</t></si>"
		if _, err := io.WriteString(part, `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+strings.Repeat(text, 200)+"</sst>"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A file that kills its reader is refused like any bad file, the log says what
// it died of, and the next file loads.
func TestFileThatKillsTheReader(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var log bytes.Buffer
	limits := sandbox.DefaultLimits()
	limits.Memory = 256 << 20
	s.Loader = NewLoader(s.db, s.files, Options{Limits: limits, AtOnce: 1, Log: slog.New(slog.NewTextHandler(&log, nil))})
	r := s.load("greedy.xlsx", greedy(t))
	if r.Status != Refused || len(r.Errors) != 1 || r.Errors[0].Code != Code(sheet.TooLarge) || !strings.Contains(r.Errors[0].Message.EN, "needs more than 256 MB of memory") {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(log.String(), "died") || !strings.Contains(log.String(), r.LoadID) {
		t.Errorf("log: %s", log.String())
	}
	if r := s.load("good.csv", bills("1", "2")); r.Status != Published || r.Loaded != 2 {
		t.Errorf("after it: %+v", r)
	}
	if got := s.facts("fee_bill", "key"); got != "no:B0\nno:B1" {
		t.Errorf("facts: %q", got)
	}
}

// Files wait for their turn, and give up waiting with their context.
func TestFilesAreReadInTurn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Loader = NewLoader(s.db, s.files, Options{AtOnce: 1})
	s.turns <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	s.step = func(at Step) {
		if at == StepStarted {
			cancel()
		}
	}
	if _, err := s.Load(ctx, request("a.csv", bills("1"))); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	<-s.turns
	if r := s.load("a.csv", bills("1")); r.Status != Published {
		t.Errorf("%+v", r)
	}
}
