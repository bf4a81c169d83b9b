package dashboard

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
)

// returns are the questionnaires that came back, by project, against those
// issued and those needed.
func (y surveyed) returns(ctx context.Context, p *panel.Result) error {
	p.Unit = y.T("份", "questionnaires")
	of, err := y.values(ctx, "response_rate", "", true, func(v analytics.Value) string { return v.Project })
	if err != nil {
		return err
	}
	targets, err := y.server.kpis.Targets(ctx, y.Scope, y.Snapshot, y.half)
	if err != nil {
		return err
	}
	p.Note = []string{y.PeriodLabel(y.half), y.T("按批次所属半年", "by the half-year of the wave"), y.T("应回 = 目标回收率 × 发放，至少 "+y.Count(analytics.MinimumN)+" 份", "needed = target rate × issued, at least "+y.Count(analytics.MinimumN)), y.T("还差多的在前", "most missing first")}
	count, share := panel.Plain(panel.Integer), panel.Plain(panel.Percent)
	p.Table = panel.Table{Columns: []panel.Column{
		column("project", "项目", "Project", panel.Plain(panel.Text)), barColumn(panel.Bars{Actual: "returned", Target: "needed", Average: math.NaN(), Track: true}),
		column("issued", "发放", "Issued", count), column("returned", "回收", "Returned", count), column("needed", "应回", "Needed", count), styled(column("short", "还差", "Short", count), "strong"),
		styled(column("rate", "回收率", "Response rate", share), "strong"), extra(column("target", "目标回收率", "Target rate", share)),
		column("change", "比上一批次", "vs wave before", y.pointsFormat()), column("change_year", "比上年", "vs last year", y.pointsFormat()),
	}}
	var list []returned
	sum, needed, short := three{}, 0, 0
	for code, v := range of {
		if !v.now.Known() && v.now.Numerator.IsZero() {
			continue
		}
		one := returned{code: code, of: v, wave: analytics.Returns{Project: code, Issued: int(v.now.Denominator.IntPart()), Returned: int(v.now.Numerator.IntPart()), Target: returnTarget(targets, code)}}
		list = append(list, one)
		needed, short = needed+one.wave.Needed(), short+one.wave.Short()
		sum.now, sum.before, sum.year = plus(sum.now, v.now), plus(sum.before, v.before), plus(sum.year, v.year)
	}
	if len(list) == 0 {
		p.Empty = y.T("这个半年没有发放问卷。", "No questionnaires were issued in this half-year.")
		return nil
	}
	slices.SortFunc(list, func(a, b returned) int {
		return cmp.Or(cmp.Compare(b.wave.Short(), a.wave.Short()), cmp.Compare(a.code, b.code))
	})
	for _, one := range list {
		p.Table.Rows = append(p.Table.Rows, y.returnRow(panel.OfText(y.ProjectName(one.code)), one.of, one.wave, one.wave.Needed(), one.wave.Short(), y.Trace(analytics.LinesAsk{KPI: "response_rate", Period: y.half, OneProject: true, Project: one.code})))
	}
	p.Rows = y.Trace(y.whole("response_rate", y.half))
	if len(list) > 1 {
		all := analytics.Returns{Issued: int(sum.now.Denominator.IntPart()), Returned: int(sum.now.Numerator.IntPart())}
		total := y.returnRow(panel.OfText(y.T("合计", "Total")), sum, all, needed, short, p.Rows)
		total.Total, total.Bare = true, true
		p.Table.Rows = append(p.Table.Rows, total)
	}
	p.N = "n " + y.Count(sum.now.N) + y.T(" 份发放", " issued")
	p.Style = "work-table returns"
	p.Sentence = y.T("回收 "+sum.now.Numerator.String()+"/"+y.Count(sum.now.N)+" 份，", sum.now.Numerator.String()+" of "+y.Count(sum.now.N)+" came back, ") + percent(sum.now.Float()) + y.heldAgainst(sum.now, sum.year)
	if short > 0 {
		p.Sentence += y.T("；还差 "+y.Count(short)+" 份", "; "+y.Count(short)+" are missing")
	}
	return nil
}

// returned is the wave of a project.
type returned struct {
	code string
	of   three
	wave analytics.Returns
}

// plus adds up values, of which the first may be none.
func plus(a, b analytics.Value) analytics.Value {
	if b.KPI == nil {
		return a
	}
	return a.Plus(b)
}

// returnTarget is a project's own target, else the portfolio's.
func returnTarget(targets []analytics.Target, code string) *decimal.Decimal {
	var found *decimal.Decimal
	for i, t := range targets {
		if t.KPI == "response_rate" && (t.Project == code || t.Project == "" && found == nil) {
			found = &targets[i].Target
		}
	}
	return found
}

func (y surveyed) returnRow(name panel.Cell, v three, wave analytics.Returns, needed, short int, rows string) panel.Row {
	target, missing := panel.Cell{}, panel.OfCount(short)
	if wave.Target != nil {
		target = panel.Of(*wave.Target)
	}
	if short > 0 {
		missing = missing.Judged("▼", y.T("不足", "short"), "bad")
	} else {
		missing = missing.Judged("✓", y.T("已回够", "enough"), "good")
	}
	rate := ofValue(v.now)
	if rate.Exact != "" {
		rate = rate.Linked(rows)
	}
	return panel.Row{Cells: []panel.Cell{
		name, {}, panel.OfCount(wave.Issued), panel.OfCount(wave.Returned), panel.OfCount(needed), missing,
		rate, target, y.differsCell(v.now, v.before), y.differsCell(v.now, v.year),
	}}
}
