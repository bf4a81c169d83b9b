package dashboard

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
)

// withheld tells that a value stands on too few answers to be shown.
func withheld(v analytics.Value) bool { return v.Known() && v.N < analytics.MinimumN }

// tooFew stands in place of such a value.
func (f Frame) tooFew() panel.Cell {
	return panel.Cell{Note: "n < " + f.Count(analytics.MinimumN), Class: "muted"}
}

// estimate is a value, withheld where it stands on too few.
func (f Frame) estimate(v analytics.Value, link string) panel.Cell {
	if withheld(v) {
		return f.tooFew()
	}
	c := ofValue(v)
	if c.Exact != "" {
		c = c.Linked(link)
	}
	return c
}

// bounds are its 95 % interval.
func bounds(v analytics.Value) (low, high panel.Cell) {
	if withheld(v) {
		return panel.Cell{}, panel.Cell{}
	}
	a, b := interval(v)
	return panel.OfFloat(a), panel.OfFloat(b)
}

// results is what the survey comes to, each figure with its interval and n.
func (y surveyed) results(ctx context.Context, p *panel.Result) error {
	p.Table = panel.Table{Columns: []panel.Column{
		column("figure", "指标", "Figure", panel.Plain(panel.Text)), styled(column("value", "本批次", "This wave", panel.Plain(panel.Decimal)), "strong"),
		column("low", "95% 下限", "95% low", panel.Plain(panel.Decimal)), column("high", "95% 上限", "95% high", panel.Plain(panel.Decimal)),
		column("n", "n", "n", panel.Plain(panel.Integer)), extra(column("target", "目标", "Target", panel.Plain(panel.Decimal))),
		column("change", "比上一批次", "vs wave before", panel.Plain(panel.Decimal)), column("change_year", "比上年", "vs last year", panel.Plain(panel.Decimal)),
	}}
	p.Unit = y.T("%、分", "%, points")
	var rate three
	for _, kpi := range []string{"response_rate", "satisfaction_rate", "satisfaction_score", "nps"} {
		k, err := y.server.kpis.Registry().Get(kpi)
		if err != nil {
			return err
		}
		v, err := y.of(ctx, kpi)
		if err != nil {
			return err
		}
		if kpi == "satisfaction_rate" {
			rate = v
		}
		target, err := y.server.target(ctx, y.Frame, measureOf(kpi), y.half)
		if err != nil {
			return err
		}
		format := y.ofUnit(k.Unit)
		low, high := bounds(v.now)
		name := panel.OfText(y.In(k.Title)).Linked(y.DefinitionURL(kpi))
		name.Note = format.Unit
		cells := []panel.Cell{name, y.estimate(v.now, y.Trace(y.whole(kpi, y.half))), low, high, panel.OfCount(v.now.N), panel.OfFloat(target), y.differsCell(v.now, v.before), y.differsCell(v.now, v.year)}
		for i := range cells {
			switch {
			case i == 0 || i == 4:
			case i > 5:
				cells[i] = cells[i].In(format.Change())
			default:
				cells[i] = cells[i].In(format)
			}
		}
		p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: cells})
	}
	p.Note = []string{y.PeriodLabel(y.half), y.T("比 "+y.PeriodLabel(y.before)+" 与 "+y.PeriodLabel(y.year), "against "+y.PeriodLabel(y.before)+" and "+y.PeriodLabel(y.year)), y.T("区间含 0 的差异为不显著", "a difference whose interval contains 0 is not signif.")}
	p.N = "n " + y.Count(rate.now.N) + y.T(" 份答卷", " answers")
	if !rate.now.Known() {
		p.Empty = y.noSurvey()
		return nil
	}
	p.Rows, p.Style = y.Trace(y.whole("satisfaction_rate", y.half)), "bars results"
	p.Sentence = y.finding(rate)
	return nil
}

// finding is the satisfaction rate in words.
func (y surveyed) finding(rate three) string {
	if withheld(rate.now) {
		return y.T("只有 "+y.Count(rate.now.N)+" 份有效答卷，少于 "+y.Count(analytics.MinimumN)+" 份，不显示数值", "only "+y.Count(rate.now.N)+" valid answers, fewer than "+y.Count(analytics.MinimumN)+": values are withheld")
	}
	low, high := interval(rate.now)
	text := y.T("满意率 ", "Satisfaction rate ") + percent(rate.now.Float()) + y.T("（95% 区间 ", " (95% interval ") + percent(low) + "–" + percent(high) + y.T("，n ", ", n ") + y.Count(rate.now.N) + y.T("）", ")")
	for _, one := range []struct {
		name gatehouse.Text
		then analytics.Value
	}{{gatehouse.Text{ZH: "，比上一批次 ", EN: ", on the wave before "}, rate.before}, {gatehouse.Text{ZH: "，比上年 ", EN: ", on last year "}, rate.year}} {
		if j := y.differs(rate.now, one.then); j.Word != "" {
			text += y.In(one.name) + j.Figure + " " + j.Unit + y.T(" ", ", ") + j.Word
		}
	}
	return text
}

func (f Frame) noSurvey() string {
	if f.Snapshot.Empty() {
		return f.noRequests()
	}
	return f.T("这个半年没有有效答卷，请查看上一期。", "No valid answers in this half-year: see the period before.")
}

// slices is the satisfaction rate by a slice, the lowest first since that is
// what to work on; by channel with the net promoter score beside it.
func (y surveyed) slices(dim string) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		key := func(v analytics.Value) string { return v.Slice }
		of, err := y.values(ctx, "satisfaction_rate", dim, false, key)
		if err != nil {
			return err
		}
		head := map[string]gatehouse.Text{"dimension": {ZH: "维度", EN: "Dimension"}, "question": {ZH: "题目", EN: "Question"}, "channel": {ZH: "渠道", EN: "Channel"}}[dim]
		promoters := map[string]three{}
		if dim == "channel" {
			if promoters, err = y.values(ctx, "nps", dim, false, key); err != nil {
				return err
			}
		}
		scores, err := y.values(ctx, "satisfaction_score", dim, false, key)
		if err != nil {
			return err
		}
		p.Table = y.rateTable(column(dim, head.ZH, head.EN, panel.Plain(panel.Text)), dim == "channel")
		lines := make([]surveyLine, 0, len(of))
		for name, v := range of {
			if v.now.Known() {
				lines = append(lines, surveyLine{
					name: panel.OfText(cmp.Or(name, y.T("未填", "Not given"))), rate: v, score: scores[name].now, nps: promoters[name].now,
					rows: y.Trace(y.sliceOf("satisfaction_rate", y.half, dim, name)),
				})
			}
		}
		y.fill(p, lines, dim == "channel")
		return nil
	}
}

// surveyLine is a line of a table of satisfaction rates.
type surveyLine struct {
	name       panel.Cell
	rate       three
	score, nps analytics.Value
	rows       string
}

// rateTable is such a table.
func (y surveyed) rateTable(first panel.Column, promoters bool) panel.Table {
	rate, score, count := y.ofUnit(analytics.Percent), y.ofUnit(analytics.Score), panel.Plain(panel.Integer)
	t := panel.Table{Columns: []panel.Column{
		first, barColumn(panel.Bars{Actual: "rate", Prior: "last_year", Average: math.NaN(), End: 1}), styled(column("rate", "满意率", "Rate", rate), "strong"),
		styled(column("low", "95% 下限", "95% low", rate), "muted optional"), styled(column("high", "95% 上限", "95% high", rate), "muted optional"), column("n", "n", "n", count),
		column("score", "得分", "Score", score), extra(column("before", "上一批次", "Wave before", rate)), column("change", "比上一批次", "vs wave before", y.pointsFormat()),
		extra(column("last_year", "上年", "Last year", rate)), column("change_year", "比上年", "vs last year", y.pointsFormat()),
	}}
	if promoters {
		t.Columns = append(t.Columns, column("nps", "净推荐值", "NPS", score), extra(column("nps_n", "净推荐值 n", "NPS n", count)))
	}
	return t
}

// fill puts the lines in order, those withheld last.
func (y surveyed) fill(p *panel.Result, lines []surveyLine, promoters bool) {
	slices.SortFunc(lines, func(a, b surveyLine) int {
		x, z := a.rate.now, b.rate.now
		if withheld(x) != withheld(z) {
			if withheld(x) {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(x.Float(), z.Float()), cmp.Compare(a.name.Exact, b.name.Exact))
	})
	hidden := 0
	var worse []string
	for _, l := range lines {
		v := l.rate
		if withheld(v.now) {
			hidden++
		}
		if j := y.differs(v.now, v.before); j.Class == "bad" {
			worse = append(worse, l.name.Exact)
		}
		low, high := bounds(v.now)
		cells := []panel.Cell{
			l.name, {}, y.estimate(v.now, l.rows), low, high, panel.OfCount(v.now.N), y.estimate(l.score, ""),
			y.estimate(v.before, ""), y.differsCell(v.now, v.before), y.estimate(v.year, ""), y.differsCell(v.now, v.year),
		}
		cells[6].Note = "" // said beside the rate
		if promoters {
			cells = append(cells, y.estimate(l.nps, ""), panel.OfCount(l.nps.N))
		}
		p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: cells})
	}
	p.Style = "bars survey"
	p.Unit = y.T("最高两档占比 %", "top two points, %")
	p.Note = []string{y.PeriodLabel(y.half), y.T("由低到高", "lowest first"), y.T("浅色为上年同批次", "light: the wave of last year")}
	if len(lines) == 0 {
		p.Empty = y.noSurvey()
		return
	}
	p.Rows = y.Trace(y.whole("satisfaction_rate", y.half))
	switch {
	case len(worse) > 0:
		p.Sentence = y.T("比上一批次显著变差：", "significantly worse than the wave before: ") + joined(worse, y.T("、", ", "), 3, y.T(" 等 "+y.Count(len(worse))+" 项", " and "+y.Count(len(worse)-3)+" more"))
	default:
		p.Sentence = y.T("比上一批次没有显著变差的项", "none is significantly worse than the wave before")
	}
	if hidden > 0 {
		p.Sentence += y.T("；"+y.Count(hidden)+" 项 n 少于 "+y.Count(analytics.MinimumN)+"，不显示数值", "; "+y.Count(hidden)+" with n under "+y.Count(analytics.MinimumN)+" withheld")
	}
}

// joined lists names, so many at most.
func joined(names []string, between string, most int, more string) string {
	text := ""
	for i, name := range names[:min(len(names), most)] {
		if i > 0 {
			text += between
		}
		text += name
	}
	if len(names) > most {
		text += more
	}
	return text
}

// projects is the survey by project.
func (y surveyed) projects(ctx context.Context, p *panel.Result) error {
	of, err := y.values(ctx, "satisfaction_rate", "", true, func(v analytics.Value) string { return v.Project })
	if err != nil {
		return err
	}
	scores, err := y.values(ctx, "satisfaction_score", "", true, func(v analytics.Value) string { return v.Project })
	if err != nil {
		return err
	}
	p.Table = y.rateTable(column("project", "项目", "Project", panel.Plain(panel.Text)), false)
	var lines []surveyLine
	for _, code := range slices.Sorted(maps.Keys(of)) {
		if v := of[code]; v.now.Known() {
			name := panel.OfText(y.ProjectName(code))
			if code != "" {
				name = name.Linked(Filter{path: "/survey", query: y.Filter.query}.With("project", code))
			}
			lines = append(lines, surveyLine{name: name, rate: v, score: scores[code].now, rows: y.Trace(analytics.LinesAsk{KPI: "satisfaction_rate", Period: y.half, OneProject: true, Project: code})})
		}
	}
	y.fill(p, lines, false)
	return nil
}
