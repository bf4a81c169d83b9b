package dashboard

import (
	"context"
	"math"
	"strconv"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// surveyHalves is how many half-years of surveys are drawn.
const surveyHalves = 6

// satisfactionPanel is each half-year's survey with its interval and n.
func (s *Server) satisfactionPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		p.Unit = f.T("最高两档占比 %", "top two points, %")
		half := f.Calendar.HalfYear(f.Filter.Period.Last())
		var halves []gatehouse.Period
		for i := range gatehouse.Month(surveyHalves) {
			by := (surveyHalves - 1 - i) * 6
			halves = append(halves, gatehouse.Period{Start: half.Start - by, End: half.End - by})
		}
		p.Period = f.PeriodLabel(gatehouse.Period{Start: halves[0].Start, End: half.End})
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "satisfaction_rate", Periods: halves})
		if err != nil {
			return err
		}
		if len(values) == 0 {
			p.Empty = f.T("近三年没有调查。", "No survey in the last three years.")
			return nil
		}
		format := f.ofUnit(analytics.Percent)
		p.Table = panel.Table{Columns: []panel.Column{
			column("period", "时期", "Period", panel.Plain(panel.Text)), column("value", "估计值", "Estimate", format),
			column("low", "95% 下限", "95% low", format), column("high", "95% 上限", "95% high", format), column("n", "n", "n", panel.Plain(panel.Integer)),
		}}
		drawn := chart.Intervals{ID: p.Name, Format: chart.Format{Lang: f.Lang, Unit: analytics.Percent}}
		var latest analytics.Value
		withheld := 0
		for _, v := range values {
			cells := []panel.Cell{panel.OfText(halfLabel(f.Calendar, v.Period)), {}, {}, {}, panel.OfCount(v.N)}
			e := chart.Estimate{Label: cells[0].Exact, Value: math.NaN(), Low: math.NaN(), High: math.NaN(), N: v.N, Withheld: v.N < analytics.MinimumN}
			if e.Withheld {
				withheld++
			} else {
				latest = v
				low, high := interval(v)
				cells[1], cells[2], cells[3] = ofValue(v).Linked(f.Trace(f.whole("satisfaction_rate", v.Period))), panel.OfFloat(low), panel.OfFloat(high)
				e.Value, e.Low, e.High = cells[1].Float(), cells[2].Float(), cells[3].Float()
			}
			drawn.Estimates = append(drawn.Estimates, e)
			p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: cells})
		}
		if drawn.Target, err = s.target(ctx, f, measureOf("satisfaction_rate"), values[len(values)-1].Period); err != nil {
			return err
		}
		p.Note = []string{f.T("每半年", "half-yearly"), f.T("点为估计，竖线为 95% 区间", "dot: estimate, line: 95% interval"), f.T("纵轴自 ", "axis from ") + chart.Decimal(drawn.Floor()*100, 0) + "%"}
		if withheld == len(values) {
			p.Empty = f.T("每次调查都少于 "+f.Count(analytics.MinimumN)+" 份，不显示数值。", "Every survey had fewer than "+f.Count(analytics.MinimumN)+" answers: values are withheld.")
			return nil
		}
		p.N = "n " + f.Count(latest.N) + " " + f.In(latest.KPI.NUnit)
		p.Sentence = f.surveySentence(latest, drawn.Target, withheld)
		p.Rows = f.Trace(f.whole("satisfaction_rate", latest.Period))
		drawn.Name = f.named(p)
		plot, err := drawn.Chart()
		return draw(p, plot, err)
	}
}

// surveySentence holds the newest interval against the target.
func (f Frame) surveySentence(latest analytics.Value, target float64, withheld int) string {
	format := chart.Format{Lang: f.Lang, Unit: analytics.Percent}
	low, high := interval(latest)
	text := f.PeriodLabel(latest.Period) + f.T(" 区间 ", " interval ") + format.Number(low) + "–" + format.Number(high) + "%"
	switch {
	case math.IsNaN(target):
	case low <= target && target <= high:
		text += f.T("，含目标 "+format.Value(target)+"：未定", " contains the target of "+format.Value(target)+": unclear")
	case low > target:
		text += f.T("，高于目标：达标", " lies above the target: met")
	default:
		text += f.T("，低于目标：未达标", " lies below the target: missed")
	}
	if withheld > 0 {
		text += f.T("；n 少于 30 的不显示数值", "; n under 30 is withheld")
	}
	return text
}

// halfLabel is a half-year on an axis: 26H1.
func halfLabel(c gatehouse.Calendar, p gatehouse.Period) string {
	year, half := c.FiscalYear(p.Start), "H1"
	if p.Start >= year.Start+6 {
		half = "H2"
	}
	return strconv.Itoa(year.Start.Year())[2:] + half
}
