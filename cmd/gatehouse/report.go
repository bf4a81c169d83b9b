package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/analytics/report"
	"gatehouse/dashboard"
)

type reportCommand struct {
	Collection collectionCommand `cmd:"" help:"Collection report: summary, ageing, by project, building, fee item and month, control, every bill."`
	Verify     verifyCommand     `cmd:"" help:"Tell whether a workbook is a report as it was written, or what report a number is."`
}

type collectionCommand struct {
	Period  string `required:"" placeholder:"PERIOD" help:"Charge period: 2026-03, 2026-Q1, 2026-H1, 2026, 2026-01..2026-03 or ytd."`
	Project string `help:"Code of one project; default: all." placeholder:"CODE"`
	KnownAt string `help:"As it was known at an instant, like 2026-03-31 or 2026-03-31T18:00." placeholder:"TIME"`
	Lang    string `help:"zh or en." enum:"zh,en" default:"zh"`
	Output  string `short:"o" required:"" help:"File to write." type:"path" placeholder:"FILE"`
}

// Run writes the report.
func (c *collectionCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		at, err := st.snapshot(ctx, c.KnownAt)
		if err != nil {
			return err
		}
		period, err := st.db.Calendar().Parse(c.Period, at.AsOf)
		if err != nil {
			return err
		}
		if _, err := st.scope(ctx, c.Project, at); err != nil {
			return err
		}
		// A closed period is reported as it was closed, unless an instant is named.
		if closing, closed, err := st.kpis.Closed(ctx, period); err != nil {
			return err
		} else if closed && c.KnownAt == "" {
			if at, err = st.kpis.At(ctx, closing.KnownAt); err != nil {
				return err
			}
		}
		var written report.Record
		err = writeFile(c.Output, func(w io.Writer) (err error) {
			written, err = report.WriteCollection(ctx, w, st.kpis, st.verifier().Register, report.Collection{
				Scope: gatehouse.AllProjects(), Snapshot: at, Period: period, Project: c.Project,
				Lang: gatehouse.Lang(c.Lang), User: whoami(), WrittenAt: time.Now(),
			})
			return err
		})
		if err == nil {
			s.out.printf("%s: report %s\n", c.Output, written.Number)
		}
		return err
	})
}

// report writes the collection workbook for the dashboard.
func (st *site) report(ctx context.Context, w io.Writer, r dashboard.ReportRequest) error {
	_, err := report.WriteCollection(ctx, w, st.kpis, st.verifier().Register, report.Collection{
		Scope: r.Scope, Snapshot: r.Snapshot, Period: r.Period, Project: r.Project, Lang: r.Lang, User: r.User, WrittenAt: time.Now(),
	})
	return err
}

type verifyCommand struct {
	What string `arg:"" name:"file-or-number" help:"Workbook, or a number such as R-2026-000123."`
	JSON bool   `help:"Print JSON."`
}

// Run says what the file is. Only what is unchanged ends well.
func (c *verifyCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		found, err := c.verify(ctx, st.verifier())
		if err != nil {
			return err
		}
		if c.JSON {
			err = jsonVerdict(s, st.db.Calendar(), found)
		} else {
			err = printVerdict(s, st.db.Calendar(), found)
		}
		if err == nil && (found.State == report.Unknown || found.State == report.Changed) {
			return status(exitFailed)
		}
		return err
	})
}

func (c *verifyCommand) verify(ctx context.Context, v *report.Verifier) (report.Verdict, error) {
	file, err := os.Open(c.What)
	if errors.Is(err, os.ErrNotExist) {
		if _, isNumber := report.ParseNumber(c.What); isNumber != nil {
			return report.Verdict{}, fmt.Errorf("%s is neither a file nor a report number like R-2026-000123", c.What)
		}
		rec, ok, err := v.Find(ctx, gatehouse.AllProjects(), c.What)
		if err != nil || !ok {
			return report.Verdict{State: report.Unknown}, err
		}
		return report.Verdict{State: report.Registered, Record: rec, FileHash: rec.FileHash, ContentHash: rec.ContentHash}, nil
	}
	if err != nil {
		return report.Verdict{}, fmt.Errorf("%s cannot be read: %w", c.What, cause(err))
	}
	defer file.Close()
	return v.Verify(ctx, gatehouse.AllProjects(), file)
}

// jsonVerdict prints the verdict for programs.
func jsonVerdict(s streams, calendar gatehouse.Calendar, v report.Verdict) error {
	answer := map[string]any{"state": v.State, "file_sha256": v.FileHash, "content_sha256": v.ContentHash, "sheets": v.Sheets, "cells": v.Cells, "more_cells": v.More}
	if rec := v.Record; v.State != report.Unknown {
		answer["report"] = map[string]any{
			"number": rec.Number.String(), "kind": rec.Kind, "by": rec.By, "at": rec.At, "period": calendar.Format(rec.Period), "project": rec.Project,
			"all_projects": rec.Scope.All(), "projects": rec.Scope.Codes(), "lang": rec.Lang, "known_at": rec.KnownAt, "as_of": rec.AsOf.String(),
			"content_sha256": rec.ContentHash, "file_sha256": rec.FileHash, "bytes": rec.Bytes, "bills": rec.Bills,
		}
	}
	encoder := json.NewEncoder(s.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(answer)
}

func printVerdict(s streams, calendar gatehouse.Calendar, v report.Verdict) error {
	s.out.println(map[report.State]string{
		report.Unknown:     "unknown: no report of this database",
		report.Identical:   "unchanged: the file as it was written, byte for byte",
		report.SameContent: "unchanged: every value as it was written; the file was saved anew, and formulas and looks are not compared",
		report.Changed:     "CHANGED since it was written",
		report.Registered:  "written; send its file to see whether it was changed",
	}[v.State])
	if v.State == report.Unknown {
		return nil
	}
	rec := v.Record
	scope := "all projects"
	if !rec.Scope.All() {
		scope = strings.Join(rec.Scope.Codes(), ", ")
	}
	rows := [][]string{
		{"report", rec.Number.String()}, {"of", calendar.Format(rec.Period) + ", " + scope},
		{"known at", rec.KnownAt.In(calendar.Location).Format("2006-01-02 15:04:05.000000")},
		{"written", rec.At.In(calendar.Location).Format(time.DateTime) + " for " + rec.By},
		{"content", rec.ContentHash}, {"file", rec.FileHash},
	}
	for _, sheet := range v.Sheets {
		rows = append(rows, []string{sheet.How, "sheet " + sheet.Name})
	}
	for _, cell := range v.Cells {
		rows = append(rows, []string{"differs", fmt.Sprintf("%s!%s: was %q, is %q", cell.Sheet, cell.Cell, cell.Was, cell.Is)})
	}
	if v.More > 0 {
		rows = append(rows, []string{"", fmt.Sprintf("and %d cells more", v.More)})
	}
	return s.out.table(rows)
}
