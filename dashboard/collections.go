package dashboard

import (
	"html/template"
	"net/http"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
)

// collectionsData is the collection report: what was billed and what came in.
type collectionsData struct {
	Frame
	By                    analytics.FeeGroup
	Groups                []Choice // ways to group, Value is the address
	Lines                 []feeRow
	Total                 feeRow
	Receipts              []receiptRow
	HasReport, HasTargets bool
	Books                 closingBlock
}

// feeRow is a line of the table as it is shown.
type feeRow struct {
	analytics.FeeLine
	Name     string
	Note     string // project of a building, code of a project
	URL      string // page of the project, empty where there is none
	NetRows  string // addresses of the rows behind what was due and what was received
	PaidRows string
	RateText string
	Bar      float64 // width of the rate's bar on a scale of 0 to 100, for SVG attributes
	Target   float64 // place of the target on the same scale, negative when there is none
	Gap      string  // of the rate to the target, in points
	Judgment string  // good, bad, or empty without a target
}

// receiptRow is a term of the reconciliation.
type receiptRow struct {
	Sign, Label, Note string
	Amount            gatehouse.Money
	X, Width          float64 // of the bar, on a scale of 0 to 100
	Total             bool
}

func (s *Server) collections(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readCollections(r)
	if err != nil {
		return err
	}
	return s.render(w, "collections.html", page)
}

// readCollections is the report that page and downloads share.
func (s *Server) readCollections(r *http.Request) (collectionsData, error) {
	frame, err := s.frame(r)
	if err != nil {
		return collectionsData{}, err
	}
	page := collectionsData{Frame: frame, HasReport: s.Report != nil}
	page.Nav, page.Title = "collections", page.T("收费", "Fees")
	closing, books, err := s.books(r, &page.Frame)
	if err != nil {
		return collectionsData{}, err
	}
	if err := s.adjust(r, page.Frame, closing, &books); err != nil {
		return collectionsData{}, err
	}
	page.Books = books
	if page.By, err = analytics.ParseFeeGroup(r.URL.Query().Get("by")); err != nil {
		return collectionsData{}, err
	}
	for _, g := range []struct {
		by analytics.FeeGroup
		in gatehouse.Text
	}{
		{analytics.FeesByProject, gatehouse.Text{ZH: "按项目", EN: "By project"}},
		{analytics.FeesByBuilding, gatehouse.Text{ZH: "按楼栋", EN: "By building"}},
		{analytics.FeesByItem, gatehouse.Text{ZH: "按收费项目", EN: "By fee item"}},
	} {
		page.Groups = append(page.Groups, Choice{Value: page.Filter.With("by", string(g.by)), Label: page.In(g.in), Current: g.by == page.By})
	}
	if page.Snapshot.Empty() {
		page.Total = page.feeRow(analytics.FeeLine{}, nil)
		page.Receipts = page.reconciliation(analytics.Receipts{})
		return page, nil
	}
	lines, total, err := s.kpis.Fees(r.Context(), page.Scope, page.Snapshot, page.Filter.Period, page.By)
	if err != nil {
		return collectionsData{}, err
	}
	targets, err := s.collectionTargets(r, page.Frame)
	if err != nil {
		return collectionsData{}, err
	}
	page.HasTargets = len(targets) > 0 && page.By == analytics.FeesByProject
	for _, l := range lines {
		page.Lines = append(page.Lines, page.feeRow(l, targets))
	}
	page.Total = page.feeRow(total, nil)
	page.Total.Name, page.Total.Note = page.T("合计", "Total"), ""
	page.Total.trace(page.Frame, page.whole("collection_rate", page.Filter.Period))
	receipts, err := s.kpis.Receipts(r.Context(), page.Scope, page.Snapshot, page.Filter.Period)
	if err != nil {
		return collectionsData{}, err
	}
	page.Receipts = page.reconciliation(receipts)
	return page, nil
}

// collectionTargets are the targets of the collection rate by project.
func (s *Server) collectionTargets(r *http.Request, f Frame) (map[string]float64, error) {
	targets, err := s.kpis.Targets(r.Context(), f.Scope, f.Snapshot, f.Filter.Period)
	if err != nil {
		return nil, err
	}
	byProject := map[string]float64{}
	for _, t := range targets {
		if t.KPI == "collection_rate" && t.Project != "" {
			byProject[t.Project] = t.Target.InexactFloat64()
		}
	}
	return byProject, nil
}

// feeRow words a line. Only whole projects are held against their target.
func (p *collectionsData) feeRow(l analytics.FeeLine, targets map[string]float64) feeRow {
	row := feeRow{FeeLine: l, Name: l.Group, RateText: missing, Target: -1}
	switch p.By {
	case analytics.FeesByProject:
		row.Name = p.ProjectName(l.Project)
		if row.Name != l.Project {
			row.Note = l.Project
		}
	case analytics.FeesByBuilding:
		row.Note = p.ProjectName(l.Project)
		if row.Name == "" {
			row.Name = p.T("未知楼栋", "No building")
		}
	case analytics.FeesByItem:
		if row.Name == "" {
			row.Name = p.T("未填收费项目", "No fee item")
		}
	}
	if l.Project != "" {
		row.URL = p.Filter.ToProject(l.Project)
	}
	row.trace(p.Frame, p.behind(l))
	rate, ok := l.Rate()
	if !ok {
		return row
	}
	row.RateText, row.Bar = percent(rate), max(0, min(rate, 1))*100
	target, ok := targets[l.Project]
	if ok && p.By == analytics.FeesByProject {
		row.Target, row.Gap, row.Judgment = min(target, 1)*100, signed((rate-target)*100, 1), "good"
		if rate < target {
			row.Judgment = "bad"
		}
	}
	return row
}

// behind asks for the rows of a line.
func (p *collectionsData) behind(l analytics.FeeLine) analytics.LinesAsk {
	switch p.By {
	case analytics.FeesByBuilding:
		ask := p.sliceOf("collection_rate", p.Filter.Period, "building", l.Group)
		ask.OneProject, ask.Project = true, l.Project
		return ask
	case analytics.FeesByItem:
		return p.sliceOf("collection_rate", p.Filter.Period, "fee_item", l.Group)
	case analytics.FeesByProject:
	}
	return analytics.LinesAsk{KPI: "collection_rate", Period: p.Filter.Period, OneProject: true, Project: l.Project}
}

// trace links what was due and what was received to their rows.
func (r *feeRow) trace(f Frame, ask analytics.LinesAsk) {
	ask.Side = analytics.DenominatorSide
	r.NetRows = f.Trace(ask)
	ask.Side = analytics.NumeratorSide
	r.PaidRows = f.Trace(ask)
}

// Finding is the title of the page: what the figures say.
func (p collectionsData) Finding() string {
	if len(p.Lines) == 0 || p.Total.Net == 0 {
		return p.T("收费", "Fees")
	}
	period := p.PeriodLabel(p.Filter.Period)
	return p.T(
		period+"已收 "+p.Prose(p.Total.Received)+"，收缴率 "+p.Total.RateText+"，欠费 "+p.Prose(p.Total.Outstanding),
		period+": "+p.Prose(p.Total.Received)+" collected, "+p.Total.RateText+" of what is due; "+p.Prose(p.Total.Outstanding)+" outstanding")
}

// RateFigure is the collection rate without its unit.
func (p collectionsData) RateFigure() string { return strings.TrimSuffix(p.Total.RateText, "%") }

// OutstandingShare is the part of what is due that is not settled.
func (p collectionsData) OutstandingShare() string {
	if p.Total.Net == 0 {
		return missing
	}
	return percent(float64(p.Total.Outstanding) / float64(p.Total.Net))
}

// Big is an amount as a tile shows it, the unit smaller.
func (p collectionsData) Big(m gatehouse.Money) template.HTML {
	text := p.Prose(m)
	figure := strings.TrimRight(text, "亿万元 ")
	if figure == text {
		return template.HTML(template.HTMLEscapeString(text))
	}
	return template.HTML(template.HTMLEscapeString(figure) + "<small>" + template.HTMLEscapeString(strings.TrimSpace(text[len(figure):])) + "</small>")
}

// reconciliation lays the terms of the receipts end to end, so that they can
// be seen to add up to the total.
func (p *collectionsData) reconciliation(c analytics.Receipts) []receiptRow {
	rows := []receiptRow{
		{Label: p.T("缴本期账单", "On bills of the period"), Amount: c.Current, Note: p.T("计入当期收缴", "counts towards the collection rate")},
		{Label: p.T("缴往期欠费", "On earlier bills"), Amount: c.Arrears, Note: p.T("清欠", "arrears recovered")},
		{Label: p.T("预缴后期账单", "On later bills"), Amount: c.Ahead, Note: p.T("账单月晚于本期", "months after the period")},
		{Label: p.T("违约金", "On late fees"), Amount: c.Late, Note: p.T("不计入收缴率", "not part of any rate")},
		{Label: p.T("预存未核销", "Not yet matched"), Amount: c.Prepaid, Note: p.T("等待账单", "waits for a bill")},
		{Label: p.T("退款与冲回", "Refunded"), Amount: c.Refunds, Note: p.T("已收后退回，或本期退回", "taken back, now or later")},
	}
	total := receiptRow{Sign: "=", Label: p.T("本期收款合计", "Receipts of the period"), Amount: c.Total, Total: true}
	// The bars may reach below zero and above the total before they end there.
	var at, low, high gatehouse.Money
	for _, row := range rows {
		at += row.Amount
		low, high = min(low, at), max(high, at)
	}
	low, high = min(low, c.Total), max(high, c.Total)
	scale := 100 / max(1, float64(high-low))
	at = 0
	for i := range rows {
		from, to := min(at, at+rows[i].Amount), max(at, at+rows[i].Amount)
		rows[i].X, rows[i].Width = float64(from-low)*scale, float64(to-from)*scale
		if i > 0 {
			rows[i].Sign = "+"
		}
		at += rows[i].Amount
	}
	total.X, total.Width = float64(min(0, c.Total)-low)*scale, float64(max(c.Total, -c.Total))*scale
	total.Note = p.T("各项相加，差额 ", "parts add up, difference ") + moneyTable(c.Total-at)
	return append(rows, total)
}
