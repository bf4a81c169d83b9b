package dashboard

import (
	"cmp"
	"context"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
	"gatehouse/ingest"
)

// mostComplete is how many projects are listed one by one; of more, regions are.
const mostComplete = 40

// completePanel is which data of which project have come. It tells of now, as
// the page of loads does, not of the page's period.
func (s *Server) completePanel(f Frame) panelSpec {
	return panelSpec{name: "complete", title: gatehouse.Text{ZH: "数据是否到齐", EN: "Data completeness"}, class: "work", size: "h240", live: true, build: func(ctx context.Context, p *panel.Result) error {
		now, err := s.answersNow(ctx)
		if err != nil {
			return err
		}
		reaches, err := kept(ctx, now, func(ctx context.Context) ([]ingest.Reach, error) {
			return ingest.Freshness(ctx, s.db, f.Scope)
		}, "freshness", f.Scope.All(), f.Scope.Codes())
		if err != nil {
			return err
		}
		within := f
		within.Projects = slices.DeleteFunc(slices.Clone(f.Projects), func(one analytics.ProjectInfo) bool { return !f.Scope.Allows(one.Code) })
		matrix := within.freshness(reaches, s.now())
		rows := slices.Concat(matrix.Rows, matrix.More)
		p.Title, p.Period = matrix.Title, ""
		p.Note = []string{f.T("现在", "now"), f.T("问题多的在前", "most to do first")}
		if len(rows) == 0 {
			p.Empty = f.T("没有项目。先在“数据”页上传项目主数据。", "No projects. Upload the project list on the Data page first.")
			return nil
		}
		if len(rows) > mostComplete {
			p.Table = within.completeByRegion(rows)
			p.Note = append(p.Note, f.T("按区域", "by region"))
		} else {
			p.Table = within.completeByProject(rows)
		}
		p.Style = "bars compare"
		p.Rows, p.RowsName = "/loads", f.T("数据页", "Data page")
		return nil
	}}
}

func (f Frame) completeColumns(first panel.Column) []panel.Column {
	columns := []panel.Column{first, styled(column("region", "区域", "Region", panel.Plain(panel.Text)), "muted optional nowrap")}
	for _, feed := range ingest.ReachFeeds() {
		columns = append(columns, panel.Column{Key: feed, Head: f.feeds[feed], Format: panel.Plain(panel.Text)})
	}
	return columns
}

// completeByProject has a row for each project.
func (f Frame) completeByProject(rows []freshRow) panel.Table {
	t := panel.Table{Columns: f.completeColumns(styled(column("project", "项目", "Project", panel.Plain(panel.Text)), "nowrap"))}
	for _, row := range rows {
		name := panel.OfText(row.Name)
		if row.Code != "" {
			name = name.Linked(f.toProject(row.Code))
		}
		cells := []panel.Cell{name, panel.OfText(f.regionOf(row.Code))}
		for _, c := range row.Cells {
			cells = append(cells, completeCell(c))
		}
		t.Rows = append(t.Rows, panel.Row{Cells: cells})
	}
	return t
}

// completeCell is what is the matter with a feed of a project, first things first.
func completeCell(c freshCell) panel.Cell {
	if len(c.Lines) == 0 {
		return panel.Cell{}
	}
	cell := panel.OfText(c.Lines[0].Text).Linked(c.URL).Judged(c.Lines[0].Glyph, "", map[string]string{"gone": "bad", "late": "warn", "held": "warn"}[c.Class])
	for i, line := range c.Lines[1:] {
		if i > 0 {
			cell.Note += " · "
		}
		cell.Note += line.Glyph + " " + line.Text
	}
	return cell
}

func (f Frame) regionOf(code string) string {
	for _, p := range f.Projects {
		if p.Code == code {
			return p.Region
		}
	}
	return ""
}

// completeByRegion counts the projects of each region whose feed is in time.
func (f Frame) completeByRegion(rows []freshRow) panel.Table {
	t := panel.Table{Columns: f.completeColumns(column("name", "区域", "Region", panel.Plain(panel.Text)))}
	t = t.Without("region")
	type tally struct{ ok, late, gone, all int }
	feeds := len(ingest.ReachFeeds())
	of, names := map[string][]tally{}, []string{}
	for _, row := range rows {
		region := f.regionOf(row.Code)
		if of[region] == nil {
			of[region], names = make([]tally, feeds), append(names, region)
		}
		for i, c := range row.Cells {
			one := &of[region][i]
			switch c.Class {
			case "":
				continue
			case "ok":
				one.ok++
			case "gone":
				one.gone++
			default:
				one.late++
			}
			one.all++
		}
	}
	slices.SortFunc(names, cmp.Compare)
	for _, name := range names {
		shown := name
		if name == "" {
			shown = f.T("未分区", "No region")
		}
		cells := []panel.Cell{panel.OfText(shown)}
		for _, one := range of[name] {
			c := panel.OfText(f.Count(one.ok) + "/" + f.Count(one.all) + f.T(" 按时", " in time"))
			switch {
			case one.gone > 0:
				c = c.Judged("✕", "", "bad")
				c.Note = f.T("缺 ", "missing ") + f.Count(one.gone)
			case one.late > 0:
				c = c.Judged("▲", "", "warn")
				c.Note = f.T("迟或隔离 ", "late or set aside ") + f.Count(one.late)
			default:
				c = c.Judged("✓", "", "")
			}
			cells = append(cells, c)
		}
		t.Rows = append(t.Rows, panel.Row{Cells: cells})
	}
	return t
}
