package dashboard

import (
	"context"
	"math"
	"strconv"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
)

// surveyHalves is how many half-years of surveys are drawn.
const surveyHalves = 6

// satisfactionPanel is each half-year's survey with its interval and n.
func (s *Server) satisfactionPanel(f Frame) builder {
	return func(ctx context.Context, p *Panel) error {
		p.Title, p.Unit, p.Class = f.T("业主满意率", "Owner satisfaction"), f.T("最高两档占比 %", "top two points, %"), "w5"
		half := f.Calendar.HalfYear(f.Filter.Period.Last())
		var halves []gatehouse.Period
		for i := range gatehouse.Month(surveyHalves) {
			by := (surveyHalves - 1 - i) * 6
			halves = append(halves, gatehouse.Period{Start: half.Start - by, End: half.End - by})
		}
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "satisfaction_rate", Periods: halves})
		if err != nil {
			return err
		}
		if len(values) == 0 {
			p.Empty = f.T("近三年没有调查。", "No survey in the last three years.")
			return nil
		}
		format := chart.Format{Lang: f.Lang, Unit: analytics.Percent}
		drawn := chart.Intervals{ID: "survey", Format: format}
		var latest analytics.Value
		withheld := 0
		for _, v := range values {
			e := chart.Estimate{Label: halfLabel(f.Calendar, v.Period), Value: v.Float(), N: v.N, Withheld: v.N < analytics.MinimumN}
			e.Low, e.High = interval(v)
			if e.Withheld {
				withheld++
			} else {
				latest = v
			}
			drawn.Estimates = append(drawn.Estimates, e)
		}
		if drawn.Target, err = s.target(ctx, f, measureOf("satisfaction_rate"), values[len(values)-1].Period); err != nil {
			return err
		}
		p.Note = []string{f.T("每半年", "half-yearly"), f.T("点为估计，竖线为 95% 区间", "dot: estimate, line: 95% interval"), f.T("纵轴自 ", "axis from ") + chart.Decimal(drawn.Floor()*100, 0) + "%"}
		if withheld == len(values) {
			p.Empty = f.T("每次调查都少于 "+f.Count(analytics.MinimumN)+" 份，不显示数值。", "Every survey had fewer than "+f.Count(analytics.MinimumN)+" answers: values are withheld.")
			return nil
		}
		low, high := interval(latest)
		p.Foot = f.PeriodLabel(latest.Period) + f.T(" 区间 ", " interval ") + format.Number(low) + "–" + format.Number(high) + "%"
		switch {
		case math.IsNaN(drawn.Target):
		case low <= drawn.Target && drawn.Target <= high:
			p.Foot += f.T("，含目标 "+format.Value(drawn.Target)+"：未定", " contains the target of "+format.Value(drawn.Target)+": unclear")
		case low > drawn.Target:
			p.Foot += f.T("，高于目标：达标", " lies above the target: met")
		default:
			p.Foot += f.T("，低于目标：未达标", " lies below the target: missed")
		}
		if withheld > 0 {
			p.Foot += f.T("；n 少于 30 的不显示数值", "; n under 30 is withheld")
		}
		drawn.Name = f.named(p)
		p.Link, p.LinkLabel = f.Trace(f.whole("satisfaction_rate", latest.Period)), f.T("明细", "Rows")
		return p.set(drawn.Chart())
	}
}

// halfLabel is a half-year on an axis: 26H1.
func halfLabel(c gatehouse.Calendar, p gatehouse.Period) string {
	year, half := c.FiscalYear(p.Start), "H1"
	if p.Start >= year.Start+6 {
		half = "H2"
	}
	return strconv.Itoa(year.Start.Year())[2:] + half
}

// energyPanel is electricity by month against last year.
func (s *Server) energyPanel(f Frame) builder {
	return func(ctx context.Context, p *Panel) error {
		format := chart.Format{Lang: f.Lang, Unit: analytics.KWh}
		p.Title, p.Unit, p.Class = f.T("用电", "Electricity"), format.Symbol(), "w7"
		year := f.yearTo()
		months := monthsOf(year)
		asked := months
		for _, m := range months {
			asked = append(asked, m.YearEarlier())
		}
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "energy_use", Periods: asked})
		if err != nil {
			return err
		}
		known := byPeriod(values)
		columns := chart.Columns{ID: "energy", Format: format, HigherIs: -1, Relative: true}
		// Only months that both years have make up the change over the year.
		sum, before, both := 0.0, 0.0, 0
		meters := uint64(0)
		for _, m := range months {
			now, then := known[m], known[m.YearEarlier()]
			c := chart.Column{Month: m.Start, Actual: now.Float(), Prior: then.Float(), Plan: math.NaN(), Open: f.open(m.Start)}
			if now.Known() && then.Known() {
				sum, before, both = sum+c.Actual, before+c.Prior, both+1
			}
			meters = max(meters, now.N)
			columns.Months = append(columns.Months, c)
		}
		if len(values) == 0 {
			p.Empty = f.T("没有读表数据。", "No meter readings.")
			return nil
		}
		p.Note = []string{f.PeriodLabel(year), f.Count(meters) + f.T(" 块表", " meters"), f.T("读数按天均摊", "readings spread over their days"), f.T("比上年同月", "against the same month last year")}
		columns.Name = f.named(p)
		p.Link, p.LinkLabel = f.Trace(f.whole("energy_use", year)), f.T("明细", "Rows")
		if both > 0 && before > 0 {
			p.Foot = f.Count(both) + f.T(" 个可比月合计 ", " comparable months: ") + format.Value(sum) + f.T("，比上年 ", ", ") + chart.Signed((sum-before)/before*100, 1) + f.T("%", "% on last year")
		}
		return p.set(columns.Chart())
	}
}
