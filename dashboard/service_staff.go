package dashboard

import (
	"cmp"
	"context"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
)

// shownStaff is how many handlers stand by name; the rest is one line.
const shownStaff = 30

// staffKPIs are what a handler or a project is looked at by.
func staffKPIs() []string {
	return []string{"closure_rate", "response_on_time", "resolved_on_time", "resolution_hours", "follow_up_rate", "follow_up_satisfaction"}
}

// staffLine is the service of a handler or a project by KPI.
type staffLine struct {
	name, key string
	of        map[string]analytics.Value
}

// staffPanel is service by a slice, or by project where dim is empty.
func (s *Server) staffPanel(f Frame, dim string) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		p.Unit = f.T("件与 %", "count and %")
		lines, err := s.staffLines(ctx, f, dim)
		if err != nil {
			return err
		}
		p.Note = []string{f.PeriodLabel(f.Filter.Period), f.T("受理多的在前", "most requests first"), f.T("受理按受理日，及时率按到期日，时长与回访按办结日归期", "opened by the day of opening, on time by that of the deadline, hours and follow-ups by that of closing")}
		if len(lines) == 0 {
			p.Empty = f.noRequests()
			return nil
		}
		count, share := panel.Plain(panel.Integer), panel.Plain(panel.Percent)
		first := column("handler", "处理人", "Handler", panel.Plain(panel.Text))
		if dim == "" {
			first = column("project", "项目", "Project", panel.Plain(panel.Text))
		}
		p.Table = panel.Table{Columns: []panel.Column{
			first, extra(column("code", "项目编码", "Project code", panel.Plain(panel.Text))), styled(column("opened", "受理", "Opened", count), "strong"),
			column("closed_share", "办结率", "Closed of them", share), column("answered", "受理及时率", "Answered on time", share),
			column("due", "到期", "Fell due", count), styled(column("resolved", "处理及时率", "Resolved on time", share), "strong"),
			column("closed", "办结", "Closed", count), column("hours", "中位时长", "Median time", f.ofUnit(analytics.Hours)),
			column("followed", "回访率", "Followed up", share), extra(column("calls", "回访", "Calls", count)), column("satisfied", "回访满意率", "Satisfied", share),
		}}
		if dim != "" {
			p.Table = p.Table.Without("code")
		}
		all := staffLine{name: f.T("合计", "Total"), of: map[string]analytics.Value{}}
		rest := staffLine{of: map[string]analytics.Value{}}
		for i, l := range lines {
			all.add(l)
			if dim != "" && i >= shownStaff {
				rest.add(l)
				continue
			}
			p.Table.Rows = append(p.Table.Rows, f.staffRow(l, dim))
		}
		if more := len(p.Table.Rows); more < len(lines) {
			rest.name = f.T("其余 "+f.Count(len(lines)-more)+" 人", f.Count(len(lines)-more)+" others")
			p.Table.Rows = append(p.Table.Rows, f.staffRow(rest, dim))
		}
		total := f.staffRow(all, dim)
		total.Total = true
		p.Table.Rows = append(p.Table.Rows, total)
		p.N = "n " + f.T(f.Count(all.of["closure_rate"].N)+" 件", f.things(int(all.of["closure_rate"].N), "request"))
		p.Rows, p.Style = f.Trace(f.whole("resolved_on_time", f.Filter.Period)), "work-table staff"
		p.Sentence = f.staffSentence(lines)
		return nil
	}
}

func (l *staffLine) add(more staffLine) {
	for kpi, v := range more.of {
		l.of[kpi] = l.of[kpi].Plus(v)
	}
}

// staffLines reads the KPIs of all, those with most requests first.
func (s *Server) staffLines(ctx context.Context, f Frame, dim string) ([]staffLine, error) {
	known := map[string]staffLine{}
	for _, kpi := range staffKPIs() {
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: kpi, Periods: []gatehouse.Period{f.Filter.Period}, ByProject: dim == "", Dim: dim})
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			key := v.Slice
			if dim == "" {
				key = v.Project
			}
			l, ok := known[key]
			if !ok {
				l = staffLine{key: key, name: f.ProjectName(key), of: map[string]analytics.Value{}}
				if dim != "" {
					l.name = f.handlerName(key)
				}
				known[key] = l
			}
			l.of[kpi] = v
		}
	}
	lines := make([]staffLine, 0, len(known))
	for _, l := range known {
		lines = append(lines, l)
	}
	slices.SortFunc(lines, func(a, b staffLine) int {
		return cmp.Or(cmp.Compare(b.of["closure_rate"].N, a.of["closure_rate"].N), cmp.Compare(a.key, b.key))
	})
	return lines, nil
}

func (f Frame) staffRow(l staffLine, dim string) panel.Row {
	period := f.Filter.Period
	cell := func(kpi string) panel.Cell {
		v := l.of[kpi]
		c := ofValue(v)
		switch {
		case c.Exact == "" || v.Period != period: // a sum of several is no slice
		case dim == "":
			c = c.Linked(f.Trace(analytics.LinesAsk{KPI: kpi, Period: period, OneProject: true, Project: l.key}))
		default:
			c = c.Linked(f.Trace(f.sliceOf(kpi, period, dim, l.key)))
		}
		return c
	}
	name := panel.OfText(l.name)
	if dim == "" && l.key != "" {
		name = name.Linked(Filter{path: "/service", query: f.Filter.query}.With("project", l.key))
	}
	cells := []panel.Cell{name}
	if dim == "" {
		cells = append(cells, panel.OfText(l.key))
	}
	return panel.Row{Cells: append(cells,
		panel.OfCount(l.of["closure_rate"].N), cell("closure_rate"), cell("response_on_time"),
		panel.OfCount(l.of["resolved_on_time"].N), cell("resolved_on_time"), panel.OfCount(l.of["resolution_hours"].N), cell("resolution_hours"),
		cell("follow_up_rate"), panel.OfCount(l.of["follow_up_satisfaction"].N), cell("follow_up_satisfaction"),
	)}
}

// staffSentence names who is latest of those with enough to tell.
func (f Frame) staffSentence(lines []staffLine) string {
	worst := -1
	for i, l := range lines {
		v := l.of["resolved_on_time"]
		if v.N >= analytics.MinimumN && (worst < 0 || v.Float() < lines[worst].of["resolved_on_time"].Float()) {
			worst = i
		}
	}
	if worst < 0 {
		return f.T("到期都少于 "+f.Count(analytics.MinimumN)+" 件，及时率只作参考", "fewer than "+f.Count(analytics.MinimumN)+" fell due of each: rates tell little")
	}
	v := lines[worst].of["resolved_on_time"]
	return f.T("处理及时率最低："+lines[worst].name+" "+percent(v.Float())+"（到期 "+f.Count(v.N)+" 件）", "lowest resolved on time: "+lines[worst].name+", "+percent(v.Float())+" of "+f.Count(v.N))
}
