package dashboard

import (
	"cmp"
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// caseload is what one person was given in the period and how he did.
type caseload struct {
	name          string
	taken, onTime analytics.Value // requests opened, of them closed; fallen due, of them in time
	hours         analytics.Value // from opening to closing of those closed
}

// open is how many of his requests are not closed yet.
func (h caseload) open() decimal.Decimal { return h.taken.Denominator.Sub(h.taken.Numerator) }

// handlersPanel is requests by handler, most open first.
func (s *Server) handlersPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		year := f.yearTo()
		p.Period = f.PeriodLabel(year)
		list, whole, err := s.handlersOf(ctx, f, year)
		if err != nil {
			return err
		}
		p.Note = []string{p.Period + f.T("受理", " opened"), f.T("未办结多、及时率低的在前", "most open, then least on time first"), f.T("蓝线为全体", "blue line: all"), f.T("及时率与中位数少于 30 件的不显示", "on time and median of under 30 are withheld")}
		if len(list) == 0 {
			p.Empty = f.T("本期没有工单。", "No requests in this period.")
			return nil
		}
		count, rate, hours := panel.Plain(panel.Integer), f.ofUnit(analytics.Percent), f.ofUnit(analytics.Hours)
		p.Table = panel.Table{Columns: []panel.Column{
			column("handler", "经办", "Handler", panel.Plain(panel.Text)), styled(column("open", "未办结", "Open", count), "strong"), column("closed", "已办结", "Closed", count), column("median", "办结中位数", "Median", hours),
			barColumn(panel.Bars{Actual: "on_time", Average: whole.onTime.Float(), End: 1}), column("on_time", "及时率", "On time", rate),
			extra(column("due", "到期", "Fell due", count)), extra(column("low", "95% 下限", "95% low", rate)), extra(column("high", "95% 上限", "95% high", rate)),
		}}
		slow := []caseload{}
		for _, h := range list {
			if h.worse(whole) {
				slow = append(slow, h)
			}
			row := panel.Row{Cells: f.handlerCells(h, whole)}
			p.Table.Rows = append(p.Table.Rows, row)
		}
		total := f.handlerCells(whole, whole)
		total[0] = panel.Cell{Exact: f.T("合计", "Total")}
		p.Table.Rows = append(p.Table.Rows, panel.Row{Total: true, Bare: true, Cells: total})
		p.Style, p.Rows = "bars", f.Trace(f.whole("closure_rate", year))
		p.N = "n " + f.T(f.Count(whole.taken.Denominator)+" 件", f.Count(whole.taken.Denominator)+" requests")
		p.Sentence = f.T("未办结 "+f.Count(whole.open())+" 件，其中"+f.handlerWord(list[0].name)+"有 "+f.Count(list[0].open())+" 件", f.Count(whole.open())+" open, "+f.Count(list[0].open())+" of them with "+f.handlerWord(list[0].name))
		if whole.open().IsZero() {
			p.Sentence = f.T("全部办结", "All are closed")
		}
		format := chart.Format{Lang: f.Lang, Unit: analytics.Percent}
		switch {
		case len(slow) == 1:
			p.Title = f.T(f.handlerWord(slow[0].name)+"及时率 "+format.Value(slow[0].onTime.Float())+"，低于全体 ", f.handlerWord(slow[0].name)+": "+format.Value(slow[0].onTime.Float())+" on time, below the whole of ") + format.Value(whole.onTime.Float())
		case len(slow) > 1:
			p.Title = f.T(f.Count(len(slow))+" 名经办及时率低于全体 ", f.Count(len(slow))+" handlers are on time less than the whole of ") + format.Value(whole.onTime.Float())
		}
		return nil
	}
}

// handlersOf reads the requests of each handler, and of all.
func (s *Server) handlersOf(ctx context.Context, f Frame, p gatehouse.Period) (list []caseload, whole caseload, err error) {
	byName := map[string]*caseload{}
	for _, one := range []struct {
		kpi string
		of  func(*caseload) *analytics.Value
	}{
		{"closure_rate", func(h *caseload) *analytics.Value { return &h.taken }},
		{"resolved_on_time", func(h *caseload) *analytics.Value { return &h.onTime }},
		{"resolution_hours", func(h *caseload) *analytics.Value { return &h.hours }},
	} {
		ask := analytics.Ask{KPI: one.kpi, Periods: periodsOf(p), Dim: "handler"}
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, ask)
		if err != nil {
			return nil, whole, err
		}
		for _, v := range values {
			if byName[v.Slice] == nil {
				byName[v.Slice] = &caseload{name: v.Slice}
			}
			*one.of(byName[v.Slice]) = v
		}
		if *one.of(&whole), err = s.kpis.Value(ctx, f.Scope, f.Snapshot, one.kpi, p); err != nil {
			return nil, whole, err
		}
	}
	for _, h := range byName {
		list = append(list, *h)
	}
	slices.SortFunc(list, func(a, b caseload) int {
		return cmp.Or(b.open().Cmp(a.open()), cmp.Compare(a.onTime.Float(), b.onTime.Float()), b.taken.Numerator.Cmp(a.taken.Numerator), cmp.Compare(a.name, b.name))
	})
	return list, whole, nil
}

// worse tells that a handler is late more often than all are, beyond chance.
func (h caseload) worse(all caseload) bool {
	_, high := interval(h.onTime)
	return h.onTime.N >= analytics.MinimumN && high < all.onTime.Float()
}

func (f Frame) handlerWord(name string) string {
	return cmp.Or(name, f.T("未派单", "nobody"))
}

func (f Frame) handlerCells(h, whole caseload) []panel.Cell {
	p := f.yearTo()
	name := panel.OfText(h.name)
	name.Shown = f.handlerWord(h.name)
	cells := []panel.Cell{
		name, panel.Of(h.open()), panel.Of(h.taken.Numerator).Linked(f.Trace(f.sliceOf("closure_rate", p, "handler", h.name))),
		{}, {}, {}, panel.OfCount(h.onTime.N), {}, {},
	}
	if h.name == "" {
		cells[2].Link = "" // a trace without a slice is of all
	}
	if h.hours.N >= analytics.MinimumN {
		cells[3] = ofValue(h.hours)
	}
	if h.onTime.N >= analytics.MinimumN {
		low, high := interval(h.onTime)
		cells[5], cells[7], cells[8] = ofValue(h.onTime), panel.OfFloat(low), panel.OfFloat(high)
		if h.worse(whole) {
			cells[5] = cells[5].Judged("▼", "", "bad")
		}
	}
	return cells
}
