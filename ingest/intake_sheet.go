package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// errLeftOut stops the reading of a sheet that has no header.
var errLeftOut = errors.New("no header")

// unread is a sheet without a feed's header, for the message when all are such.
type unread struct {
	label gatehouse.Text
	best  candidate
	first []string // texts of its first row, when nothing looks like a header
}

// sheet reads the top of a sheet to find its header, then the rest row by row.
func (in *intake) sheet(ctx context.Context, s *sheet.Sheet) error {
	var head []headRow
	in.plan = nil
	err := s.Rows(ctx, func(row sheet.Row) error {
		if in.plan != nil {
			return in.take(ctx, row)
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
	if err != nil {
		return err
	}
	for _, added := range in.fixes.addedTo(s) {
		row := sheet.Row{Number: added.number, Cells: added.cells}
		in.marking.take(row, added.origin, true)
		if err := in.row(ctx, row, added.origin); err != nil {
			return err
		}
	}
	in.control.end(in.plan)
	return nil
}

// begin settles how the sheet is read and reads the rows kept so far.
func (in *intake) begin(ctx context.Context, s *sheet.Sheet, head []headRow) error {
	if load, ok := sentBack(head); ok && in.fixes == nil {
		return &correction{load: load}
	}
	if !in.mapping.reads(s) {
		in.note("%s不在映射 %s 所列的工作表中，未读取", "%s is none of the sheets of mapping %s and was left out", sheetLabel(s), in.mapping.Name)
		return errLeftOut
	}
	best, found := findHeader(head, in.feeds)
	if !found {
		in.preview.guess(in, s, best, head)
		in.leaveOut(s, head, best)
		return errLeftOut
	}
	in.plan = newPlan(best, s, head)
	in.loaded[best.feed.Name] = true
	in.control.begin(in.plan)
	in.notes = append(in.notes, headerNotes(best, s)...)
	unknown := in.findProject(s, head[:best.first])
	in.preview.show(in, s, best, head)
	if unknown != nil {
		return unknown
	}
	if err := in.drift(best, s, head[best.first+best.rows:]); err != nil {
		return err
	}
	in.marking.begin(s, in.plan, head)
	if err := in.fixes.fit(s, in.plan, head[best.first+best.rows-1].cells); err != nil {
		return err
	}
	for _, kept := range head[best.first+best.rows:] {
		if err := in.take(ctx, sheet.Row{Number: kept.number, Cells: kept.cells}); err != nil {
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
		in.note("%s为空，未读取", "%s is empty and was left out", u.label)
	} else {
		in.note("%s没有可识别的表头，未读取", "%s has no header of a known feed and was left out", u.label)
	}
	in.heads = append(in.heads, u)
}

// unrecognised says why no sheet was read, naming what was found and what is missing.
func (in *intake) unrecognised() error {
	if len(in.heads) == 0 && in.mapping != nil && len(in.mapping.Sheets) > 0 {
		return refuse("没有与映射 %s 相符的工作表（%s）：请核对工作表名称", "no visible sheet fits those of mapping %s (%s): check the names of the sheets", in.mapping.Name, listed(in.mapping.Sheets))
	}
	if len(in.heads) == 0 {
		return refuse("工作簿没有可见的工作表：请取消隐藏要载入的工作表", "the workbook has no visible sheet: unhide the one to load")
	}
	u := slices.MaxFunc(in.heads, func(a, b unread) int { return a.best.score - b.best.score })
	if u.best.feed == nil {
		if u.first == nil {
			return refuse("%s没有数据行", "%s holds no rows", u.label)
		}
		return refuse("%s没有可识别的表头，第一行是：%s。请使用模板的表头", "%s has no header of a known feed; its first row is %s: use the headers of a template", u.label, quoted(u.first))
	}
	var missing []gatehouse.Text
	for _, group := range u.best.missing {
		missing = append(missing, u.best.feed.describe(group))
	}
	var names []string
	for _, n := range u.best.names {
		if n != "" {
			names = append(names, oneLine(n))
		}
	}
	return refuse("%[1]s像是“%[2]s”，表头为：%[3]s。缺少列：%[4]s", "%[1]s looks like %[2]s with headers %[3]s, but these columns are missing: %[4]s",
		u.label, gatehouse.Text{ZH: u.best.feed.Title.ZH, EN: u.best.feed.Name}, quoted(names), joinTexts(missing))
}

func quoted(names []string) gatehouse.Text {
	const most = 20
	if len(names) > most {
		names = append(slices.Clone(names[:most]), "…")
	}
	return gatehouse.Text{ZH: strings.Join(names, "、"), EN: fmt.Sprintf("[%s]", strings.Join(names, ", "))}
}

// projectOf looks for the project outside the rows.
func (in *intake) projectOf(s *sheet.Sheet, titles []headRow) (project string, above bool) {
	var texts []string
	for _, t := range titles {
		for _, c := range t.cells {
			texts = append(texts, c.Text)
		}
	}
	return in.projects.find(in.mapping.projectPlaces(), append(texts, s.Name))
}

// lacksProject tells whether rows need a project from outside.
func (f *Feed) lacksProject(column bool) bool {
	return !column && !f.projectless && f.Name != "project" && !f.guide.fills(fProject)
}

// findProject settles which project rows belong to that do not say so.
func (in *intake) findProject(s *sheet.Sheet, titles []headRow) error {
	p := in.plan
	if p.feed.Name == "project" {
		return nil
	}
	p.project, p.overrides = in.projectOf(s, titles)
	if p.project == "" && p.feed.lacksProject(p.columnOf[fProject] >= 0) {
		return refuse("%s没有写明项目：请增加“项目编码”列，或载入时选择项目", "%s does not say which project it is of: add a column 项目编码 or give --project", sheetLabel(s))
	}
	return nil
}
