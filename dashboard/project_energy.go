package dashboard

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// energyPanel is electricity by month against last year, over the days that the
// same meters cover in both years.
func (s *Server) energyPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		format := chart.Format{Lang: f.Lang, Unit: analytics.KWh}
		year := f.yearTo()
		p.Unit, p.Period = format.Symbol(), f.PeriodLabel(year)
		months := monthsOf(year)
		used, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "energy_use", Periods: months})
		if err != nil {
			return err
		}
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "energy_yoy", Periods: months})
		if err != nil {
			return err
		}
		if len(used)+len(values) == 0 {
			p.Empty = f.T("没有读表数据。", "No meter readings.")
			return nil
		}
		all, both := byPeriod(used), byPeriod(values)
		columns := chart.Columns{ID: p.Name, Format: format, HigherIs: -1, Relative: true}
		var sum analytics.Value
		meters, rows := uint64(0), []panel.Row{}
		for _, m := range months {
			row := make([]panel.Cell, 6)
			row[0] = panel.OfMonth(m.Start)
			if v, ok := both[m]; ok {
				row[1], row[3] = panel.Of(v.Numerator).Linked(f.Trace(f.whole("energy_yoy", m))), panel.Of(v.Denominator)
				sum, meters = sum.Plus(v), max(meters, v.N)
			}
			if v, ok := all[m]; ok {
				row[2] = ofValue(v).Linked(f.Trace(f.whole("energy_use", m)))
			}
			columns.Months = append(columns.Months, chart.Column{Month: m.Start, Actual: row[1].Float(), Prior: row[3].Float(), Plan: math.NaN(), Open: f.open(m.Start)})
			rows = append(rows, panel.Row{Cells: row})
		}
		p.Table = f.monthTable(&columns, rows, f.ofUnit(analytics.KWh)).Without("plan")
		whole := &p.Table.Columns[p.Table.Find("billed")]
		whole.Key, whole.Head = "use", gatehouse.Text{ZH: "全部用量", EN: "All use"}
		p.Note = []string{
			f.PeriodLabel(year), f.T("同口径 "+f.Count(meters)+" 块表", f.Count(meters)+" meters, like for like"),
			f.T("只计同一块表两年都有读数的日子", "only days that a meter covers in both years"),
		}
		p.N = "n " + f.Count(meters) + f.T(" 块表", " meters")
		p.Rows = f.Trace(f.whole("energy_yoy", year))
		if ratio := sum.Float(); !math.IsNaN(ratio) {
			change := (ratio - 1) * 100
			p.Sentence = f.T("同口径合计 ", "Like for like: ") + format.Value(sum.Numerator.InexactFloat64()) + f.T("，上年 ", ", last year ") + format.Value(sum.Denominator.InexactFloat64())
			found(p, f.T("用电同口径比上年 ", "Electricity like for like: ")+chart.Signed(change, 1)+f.T("%", "% on last year"))
		}
		columns.Name = f.named(p)
		drawn, err := columns.Chart()
		return draw(p, drawn, err)
	}
}

// meteredPanel is each kind of energy: use, against last year, by floor area,
// and what is lost between main and sub meters.
func (s *Server) meteredPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		kpis := []string{"energy_use", "energy_yoy", "energy_intensity", "shared_loss_rate"}
		now := f.Filter.Period
		p.Note = []string{f.PeriodLabel(now), f.T("损耗 =（总表 − 分表）÷ 总表", "loss = (main − sub meters) ÷ main")}
		found := map[string][]analytics.Value{}
		var kinds []string
		for i, kpi := range kpis {
			values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: kpi, Dim: "energy", Periods: periodsOf(now)})
			if err != nil {
				return err
			}
			for _, v := range values {
				if found[v.Slice] == nil {
					found[v.Slice], kinds = make([]analytics.Value, len(kpis)), append(kinds, v.Slice)
				}
				found[v.Slice][i] = v
			}
		}
		if len(kinds) == 0 {
			p.Empty = f.T("本期没有读表数据。", "No meter readings in this period.")
			return nil
		}
		order := []string{"electricity", "water", "gas", "heat"}
		slices.SortFunc(kinds, func(a, b string) int {
			return cmp.Or(cmp.Compare(slices.Index(order, a), slices.Index(order, b)), cmp.Compare(a, b))
		})
		change, loss, plain := panel.Plain(panel.Percent).Change(), panel.Plain(panel.Percent), panel.Plain(panel.Decimal)
		whole := plain
		whole.Places, plain.Places = 0, 2
		p.Table = panel.Table{Columns: []panel.Column{
			column("energy", "能源", "Energy", panel.Plain(panel.Text)), column("use", "用量", "Use", whole), column("change", "同口径比上年", "vs last year", change),
			column("intensity", "每 m² 折年", "Per m² and year", plain), column("loss", "损耗", "Loss", loss), extra(column("meters", "表数", "Meters", panel.Plain(panel.Integer))),
		}}
		worst, most := "", math.Inf(-1)
		for _, kind := range kinds {
			v := found[kind]
			cells := make([]panel.Cell, 6)
			cells[0] = panel.OfText(kind)
			cells[0].Shown = f.energyName(kind)
			for i, v := range v {
				cells[i+1] = ofValue(v)
				if cells[i+1].Exact != "" {
					cells[i+1].Link = f.Trace(f.sliceOf(kpis[i], now, "energy", kind))
				}
			}
			if !v[1].Denominator.IsZero() {
				link := cells[2].Link
				cells[2] = judged(quotient(v[1].Numerator.Sub(v[1].Denominator), v[1].Denominator), change, -1).Linked(link)
			}
			if rate := v[3].Float(); rate > most {
				worst, most = kind, rate
			}
			cells[5] = panel.OfCount(v[0].N)
			p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: cells})
		}
		p.Style, p.Rows = "bars", f.Trace(f.whole("shared_loss_rate", now))
		if worst != "" {
			p.Sentence = f.T("损耗最高："+f.codeName(worst)+" ", "Largest loss: "+f.codeName(worst)+" ") + chart.Decimal(most*100, 1) + "%"
		}
		return nil
	}
}

// energyName is a kind of energy with what it is counted in.
func (f Frame) energyName(kind string) string {
	switch kind {
	case "electricity":
		return f.T("电 kWh", "Electricity kWh")
	case "water":
		return f.T("水 m³", "Water m³")
	case "gas":
		return f.T("燃气 m³", "Gas m³")
	case "heat":
		return f.T("热", "Heat")
	}
	return kind
}

// periodsOf is one period to ask for.
func periodsOf(p gatehouse.Period) []gatehouse.Period { return []gatehouse.Period{p} }
