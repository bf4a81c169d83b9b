package dashboard

import (
	"context"
	"html/template"
	"math"
	"strings"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// feeTiles is the report in four figures.
type feeTiles struct {
	Total            analytics.FeeLine
	Finding          string
	Rate             string // without its unit
	OutstandingShare string
	Bullet           chart.Bullet
}

// yuanFormat is of whole amounts, to the fen.
func (f Frame) yuanFormat() panel.Format {
	format := panel.Plain(panel.Money)
	format.Base = f.T("元", "yuan")
	return format
}

// rateCell is received ÷ net.
func rateCell(l analytics.FeeLine) panel.Cell {
	return quotient(decimal.New(int64(l.Received), -2), decimal.New(int64(l.Net), -2))
}

// feeTilesPanel is the report in sum.
func (s *Server) feeTilesPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		data, err := s.feeLines(ctx, f, analytics.FeesByProject)
		if err != nil {
			return err
		}
		l := data.Total.FeeLine
		yuan, share := f.yuanFormat(), panel.Plain(panel.Percent)
		p.Table.Columns = []panel.Column{
			column("term", "项目", "Term", panel.Plain(panel.Text)), column("value", "本期", "Value", yuan), column("unit", "单位", "Unit", panel.Plain(panel.Text)),
		}
		unit, one := panel.OfText(f.T("元", "yuan")), panel.Cell{Exact: "1 = 100%", Shown: "%"}
		rows := f.Trace(f.whole("collection_rate", f.Filter.Period))
		add := func(zh, en string, value, unit panel.Cell) {
			p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: []panel.Cell{panel.OfText(f.T(zh, en)), value, unit}})
		}
		add("应收", "Billed", panel.OfMoney(l.Billed), unit)
		add("红冲", "Reversed", panel.OfMoney(-l.Reversed), unit)
		add("减免", "Waived", panel.OfMoney(-l.Waived), unit)
		add("净应收", "Net", panel.OfMoney(l.Net).Linked(rows), unit)
		add("已收", "Received", panel.OfMoney(l.Received).Linked(rows), unit)
		add("其中按期", "Of it on time", panel.OfMoney(l.OnTime), unit)
		add("结算减免", "Settled", panel.OfMoney(-l.Settled), unit)
		add("欠费", "Outstanding", panel.OfMoney(l.Outstanding), unit)
		add("当期收缴率", "Collection rate", rateCell(l).In(share), one)
		add("账单", "Bills", panel.OfCount(l.Bills).In(panel.Plain(panel.Integer)), panel.OfText(f.T("张", "bills")))
		p.N = "n " + f.Count(l.Bills) + f.T(" 张账单", " bills")
		if len(data.Lines) == 0 {
			p.Empty = f.noBills()
			return nil
		}
		rate := rateCell(l)
		tiles := feeTiles{Total: l, Rate: missing, OutstandingShare: missing}
		if rate.Exact != "" {
			tiles.Rate = strings.TrimSuffix(share.Show(f.Lang, rate.Exact), "%")
			tiles.OutstandingShare = share.Show(f.Lang, quotient(decimal.New(int64(l.Outstanding), -2), decimal.New(int64(l.Net), -2)).Exact)
			tiles.Bullet = chart.NewBullet(rate.Float(), math.NaN(), math.NaN(), 1)
			period := f.PeriodLabel(f.Filter.Period)
			tiles.Finding = f.T(
				period+"已收 "+f.Prose(l.Received)+"，收缴率 "+tiles.Rate+"%，欠费 "+f.Prose(l.Outstanding),
				period+": "+f.Prose(l.Received)+" collected, "+tiles.Rate+"% of what is due; "+f.Prose(l.Outstanding)+" outstanding")
		}
		p.Body, p.Figure, p.Sentence, p.Rows = "fee-tiles", tiles, tiles.Finding, rows
		return nil
	}
}

// noBills says why there is nothing and what to do.
func (f Frame) noBills() string {
	if f.Snapshot.Empty() {
		return f.T("还没有计算过指标。请先在“数据”页上传。", "No figures have been computed yet. Upload data on the Data page first.")
	}
	return f.T("本期无账单，请查看上一期。", "No bills this period: see the period before.")
}

// Big is an amount as a tile shows it, the unit smaller.
func (f Frame) Big(m gatehouse.Money) template.HTML {
	text := f.Prose(m)
	figure := strings.TrimRight(text, "亿万元 ")
	if figure == text {
		return template.HTML(template.HTMLEscapeString(text))
	}
	return template.HTML(template.HTMLEscapeString(figure) + "<small>" + template.HTMLEscapeString(strings.TrimSpace(text[len(figure):])) + "</small>")
}

// feesPanel is the report line by line.
func (s *Server) feesPanel(f Frame, by analytics.FeeGroup) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		data, err := s.feeLines(ctx, f, by)
		if err != nil {
			return err
		}
		targets := map[string]float64{}
		if by == analytics.FeesByProject && !f.Snapshot.Empty() {
			if targets, err = s.collectionTargets(ctx, f); err != nil {
				return err
			}
		}
		p.Unit = f.T("元", "yuan")
		p.Table, p.Style = data.table(targets), "work-table fees"
		p.N = "n " + f.Count(data.Total.Bills) + f.T(" 张账单", " bills")
		if len(data.Lines) == 0 {
			p.Empty = f.noBills()
			return nil
		}
		p.Note = []string{f.PeriodLabel(f.Filter.Period), f.Count(len(data.Lines)) + f.T(" 行", " lines"), f.T("合计由各行相加，与工作簿一致到分", "the total is the sum of the lines, to the cent as in the workbook")}
		p.Rows = f.Trace(f.whole("collection_rate", f.Filter.Period))
		return nil
	}
}

// table is the lines and their sum. What is taken away stands with a minus, so
// that the columns add up.
func (p *collectionsData) table(targets map[string]float64) panel.Table {
	yuan, count, share := p.yuanFormat(), panel.Plain(panel.Integer), panel.Plain(panel.Percent)
	less := yuan
	less.Nil = "0"
	head := map[analytics.FeeGroup]gatehouse.Text{
		analytics.FeesByProject: {ZH: "项目", EN: "Project"}, analytics.FeesByBuilding: {ZH: "楼栋", EN: "Building"}, analytics.FeesByItem: {ZH: "收费项目", EN: "Fee item"},
	}[p.By]
	gap := share.Change().In(p.T("个百分点", "pp"))
	gap.Suffix, gap.Base = "", ""
	t := panel.Table{Columns: []panel.Column{
		column("name", head.ZH, head.EN, panel.Plain(panel.Text)), extra(column("project", "所属项目", "Of project", panel.Plain(panel.Text))), extra(column("code", "项目编码", "Project code", panel.Plain(panel.Text))),
		extra(column("rooms", "户数", "Rooms", count)), extra(column("bills", "账单数", "Bills", count)),
		column("billed", "应收", "Billed", yuan), column("reversed", "红冲", "Reversed", less), column("waived", "减免", "Waived", less),
		styled(column("net", "净应收", "Net", yuan), "strong"), column("received", "已收", "Received", yuan), extra(column("on_time", "其中按期", "On time", yuan)),
		column("settled", "结算减免", "Settled", less), styled(column("outstanding", "欠费", "Outstanding", yuan), "strong"),
		styled(column("rate", "收缴率", "Rate", share), "strong"),
		barColumn(panel.Bars{Actual: "rate", Target: "target", Average: math.NaN(), End: 1, Track: true}),
		extra(column("target", "目标", "Target", share)), column("vs_target", "较目标", "To target", gap),
	}}
	for _, l := range p.Lines {
		t.Rows = append(t.Rows, p.row(l, p.behind(l.FeeLine), targets))
	}
	total := p.row(p.Total, p.whole("collection_rate", p.Filter.Period), nil)
	total.Total = true
	t.Rows = append(t.Rows, total)
	if len(targets) == 0 {
		return t.Without("target", "vs_target")
	}
	return t
}

func (p *collectionsData) row(l feeRow, ask analytics.LinesAsk, targets map[string]float64) panel.Row {
	due, paid := ask, ask
	due.Side, paid.Side = analytics.DenominatorSide, analytics.NumeratorSide
	name, project := panel.Cell{Exact: l.Name, Note: l.Note}, panel.Cell{}
	if l.Project != "" {
		name.Link = p.Filter.ToProject(l.Project)
		project = panel.OfText(p.ProjectName(l.Project))
	}
	rate := rateCell(l.FeeLine)
	target, gap := panel.Cell{}, panel.Cell{}
	if aim, ok := targets[l.Project]; ok && rate.Exact != "" {
		target, gap = panel.OfFloat(aim), less(rate.Float(), aim)
		if rate.Float() < aim {
			gap = gap.Judged("▼", p.T("未达标", "missed"), "bad")
		} else {
			gap = gap.Judged("▲", p.T("达标", "met"), "good")
		}
	}
	return panel.Row{Cells: []panel.Cell{
		name, project, panel.OfText(l.Project), panel.OfCount(l.Rooms), panel.OfCount(l.Bills),
		panel.OfMoney(l.Billed), panel.OfMoney(-l.Reversed), panel.OfMoney(-l.Waived), panel.OfMoney(l.Net).Linked(p.Trace(due)),
		panel.OfMoney(l.Received).Linked(p.Trace(paid)), panel.OfMoney(l.OnTime), panel.OfMoney(-l.Settled), panel.OfMoney(l.Outstanding),
		rate, {}, target, gap,
	}}
}

// receiptsPanel lays the terms of the receipts end to end, so that they can be
// seen to add up to the total.
func (s *Server) receiptsPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		p.Unit = f.T("元", "yuan")
		p.Note = []string{f.T("按收款日期", "by day of payment"), f.PeriodLabel(f.Filter.Period), f.T("各段首尾相接，同一刻度", "bars follow one another on one scale")}
		var c analytics.Receipts
		if f.Snapshot.Empty() {
			p.Empty = f.noBills()
		} else {
			var err error
			if c, err = s.kpis.Receipts(ctx, f.Scope, f.Snapshot, f.Filter.Period); err != nil {
				return err
			}
		}
		var gap gatehouse.Money
		p.Table, gap = f.reconciliation(c)
		p.Style = "work-table proof"
		p.Sentence = f.T("各项相加，差额 ", "parts add up, difference ") + moneyTable(gap)
		return nil
	}
}

// reconciliation is the terms of the receipts, and what they miss of the total.
func (f Frame) reconciliation(c analytics.Receipts) (t panel.Table, gap gatehouse.Money) {
	t.Columns = []panel.Column{
		styled(panel.Column{Key: "sign", Format: panel.Plain(panel.Text)}, "sign"), column("term", "去向", "Paid for", panel.Plain(panel.Text)), column("amount", "金额", "Amount", f.yuanFormat()),
		barColumn(panel.Bars{Actual: "amount", Running: true}), styled(column("note", "说明", "Note", panel.Plain(panel.Text)), "note"),
	}
	gap = c.Total
	for i, term := range []struct {
		zh, en string
		amount gatehouse.Money
		note   gatehouse.Text
	}{
		{"缴本期账单", "On bills of the period", c.Current, gatehouse.Text{ZH: "计入当期收缴", EN: "counts towards the collection rate"}},
		{"缴往期欠费", "On earlier bills", c.Arrears, gatehouse.Text{ZH: "清欠", EN: "arrears recovered"}},
		{"预缴后期账单", "On later bills", c.Ahead, gatehouse.Text{ZH: "账单月晚于本期", EN: "months after the period"}},
		{"违约金", "On late fees", c.Late, gatehouse.Text{ZH: "不计入收缴率", EN: "not part of any rate"}},
		{"预存未核销", "Not yet matched", c.Prepaid, gatehouse.Text{ZH: "等待账单", EN: "waits for a bill"}},
		{"退款与冲回", "Refunded", c.Refunds, gatehouse.Text{ZH: "已收后退回，或本期退回", EN: "taken back, now or later"}},
	} {
		sign := panel.Cell{}
		if i > 0 {
			sign = panel.Cell{Exact: "+"}
		}
		gap -= term.amount
		t.Rows = append(t.Rows, panel.Row{Cells: []panel.Cell{sign, panel.OfText(f.T(term.zh, term.en)), panel.OfMoney(term.amount), {}, panel.OfText(f.In(term.note))}})
	}
	t.Rows = append(t.Rows, panel.Row{Total: true, Cells: []panel.Cell{
		{Exact: "="}, panel.OfText(f.T("本期收款合计", "Receipts of the period")), panel.OfMoney(c.Total), {}, panel.OfText(f.T("各项相加，差额 ", "parts add up, difference ") + moneyTable(gap)),
	}})
	return t, gap
}
