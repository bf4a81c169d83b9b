package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gatehouse/ingest/sheet"
)

// errLeftOut stops the reading of a sheet that has no header.
var errLeftOut = errors.New("no header")

// unread is a sheet without a feed's header, for the message when all are such.
type unread struct {
	label string
	best  candidate
	first []string // texts of its first row, when nothing looks like a header
}

// sheet reads the top of a sheet to find its header, then the rest row by row.
func (in *intake) sheet(ctx context.Context, s *sheet.Sheet) error {
	var head []headRow
	in.plan = nil
	err := s.Rows(ctx, func(row sheet.Row) error {
		if in.plan != nil {
			return in.row(ctx, row)
		}
		head = append(head, keepRow(row))
		if len(head) < headRows {
			return nil
		}
		return in.begin(ctx, s, head)
	})
	if err == nil && in.plan == nil {
		err = in.begin(ctx, s, head)
	}
	if errors.Is(err, errLeftOut) {
		return nil
	}
	return err
}

// begin settles how the sheet is read and reads the rows kept so far.
func (in *intake) begin(ctx context.Context, s *sheet.Sheet, head []headRow) error {
	best, found := findHeader(head, in.feeds)
	if !found {
		in.leaveOut(s, head, best)
		return errLeftOut
	}
	in.plan = newPlan(best, s, head)
	in.loaded[best.feed.Name] = true
	for _, n := range headerNotes(best, s) {
		in.note(n)
	}
	if err := in.findProject(s, head[:best.first]); err != nil {
		return err
	}
	for _, kept := range head[best.first+best.rows:] {
		if err := in.row(ctx, sheet.Row{Number: kept.number, Cells: kept.cells}); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) leaveOut(s *sheet.Sheet, head []headRow, best candidate) {
	u := unread{label: sheetLabel(s), best: best}
	for _, row := range head {
		if !isBlank(row.cells) && u.first == nil {
			for _, c := range row.cells {
				if c.Text != "" {
					u.first = append(u.first, oneLine(c.Text))
				}
			}
		}
	}
	if u.first == nil {
		in.note(u.label + " is empty and was left out")
	} else {
		in.note(u.label + " has no header of a known feed and was left out")
	}
	in.heads = append(in.heads, u)
}

// unrecognised says why no sheet was read, naming what was found and what is missing.
func (in *intake) unrecognised() error {
	if len(in.heads) == 0 {
		return refusef("the workbook has no visible sheet: unhide the one to load")
	}
	u := slices.MaxFunc(in.heads, func(a, b unread) int { return a.best.score - b.best.score })
	if u.best.feed == nil {
		if u.first == nil {
			return refusef("%s holds no rows", u.label)
		}
		return refusef("%s has no header of a known feed; its first row is %s: use the headers of a template", u.label, quoted(u.first))
	}
	var missing []string
	for _, group := range u.best.missing {
		missing = append(missing, u.best.feed.describe(group))
	}
	var names []string
	for _, n := range u.best.names {
		if n != "" {
			names = append(names, oneLine(n))
		}
	}
	return refusef("%s looks like %s with headers %s, but these columns are missing: %s",
		u.label, u.best.feed.Name, quoted(names), strings.Join(missing, ", "))
}

func quoted(names []string) string {
	const most = 20
	if len(names) > most {
		names = append(slices.Clone(names[:most]), "…")
	}
	return fmt.Sprintf("[%s]", strings.Join(names, ", "))
}

// findProject settles which project rows belong to that do not say so.
func (in *intake) findProject(s *sheet.Sheet, titles []headRow) error {
	p := in.plan
	if p.feed.Name == "project" {
		return nil
	}
	var texts []string
	for _, t := range titles {
		for _, c := range t.cells {
			texts = append(texts, c.Text)
		}
	}
	p.project = in.projects.find(append(texts, s.Name))
	if p.project == "" && p.columnOf[fProject] < 0 && !p.feed.projectless {
		return refusef("%s does not say which project it is of: add a column 项目编码 or give --project", sheetLabel(s))
	}
	return nil
}
