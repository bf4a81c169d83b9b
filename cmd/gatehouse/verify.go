package main

import (
	"context"
	"errors"
	"os"
	"time"

	"gatehouse"
	"gatehouse/analytics/report"
	"gatehouse/ingest/sheet"
	"gatehouse/ingest/sheet/sandbox"
)

// verifier tells whether files are our reports; they come from anybody, so they
// are read in the sandbox.
func (st *site) verifier() *report.Verifier {
	return &report.Verifier{Register: report.NewRegister(st.db), KPIs: st.kpis, Open: openWorkbook}
}

// openWorkbook opens a file under limits that admit the largest report: one
// sheet full of bills.
func openWorkbook(ctx context.Context, file *os.File) (report.Workbook, error) {
	l := sandbox.DefaultLimits()
	l.FileBytes, l.UnzippedBytes, l.PartBytes, l.Cells = 1<<30, 4<<30, 2<<30, 30_000_000
	l.CPU, l.Wall = 2*time.Minute, 10*time.Minute
	book, err := sandbox.Open(ctx, file, sandbox.How{}, l)
	if err != nil {
		return nil, readable(err)
	}
	return workbook{book}, nil
}

// workbook hands the sandbox's cells on as the verifier takes them.
type workbook struct{ *sandbox.Book }

func (w workbook) Sheets() []string {
	names := make([]string, len(w.Book.Sheets))
	for i, s := range w.Book.Sheets {
		names[i] = s.Name
	}
	return names
}

func (w workbook) Rows(ctx context.Context, i int, yield func(row int, cells []report.Value) error) error {
	var values []report.Value
	err := w.Book.Sheets[i].Rows(ctx, func(r sheet.Row) error {
		values = values[:0]
		for _, c := range r.Cells {
			values = append(values, report.Value{Kind: kindOf(c.Kind), Text: c.Text})
		}
		return yield(r.Number, values)
	})
	return readable(err)
}

// readable tells what is wrong with the file from what is wrong with us.
func readable(err error) error {
	if fault, ok := errors.AsType[*sheet.Fault](err); ok {
		return gatehouse.Errorf(gatehouse.Invalid, "%w", fault)
	}
	return err
}

func kindOf(k sheet.Kind) report.Kind {
	switch k {
	case sheet.Number:
		return report.Numeric
	case sheet.Bool:
		return report.Bool
	case sheet.Date:
		return report.Date
	case sheet.Text, sheet.Error:
		return report.Text
	case sheet.Empty:
	}
	return report.Nothing
}
