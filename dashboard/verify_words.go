package dashboard

import (
	"strings"

	"gatehouse/analytics/report"
)

// say words a verdict.
func (p *verifyPage) say(v report.Verdict) {
	p.Asked, p.Said = true, p.verdict(v.State)
	if v.Unreadable != "" {
		p.Note = p.T("文件读不到底，不是完好的工作簿。", "The file cannot be read to its end, so it is no whole workbook.")
		if p.English() {
			p.Note += " " + v.Unreadable
		}
	}
	if v.FileHash != "" {
		defer func() {
			p.Facts = append(p.Facts, verifyFact{Label: p.T("文件 SHA-256", "SHA-256 of the file"), Text: v.FileHash, Hash: true})
		}()
	}
	if v.State == report.Unknown {
		return
	}
	rec := v.Record
	scope := p.T("全部项目", "All projects")
	if !rec.Scope.All() {
		var names []string
		for _, code := range rec.Scope.Codes() {
			names = append(names, p.ProjectName(code))
		}
		scope = strings.Join(names, p.T("、", ", "))
	}
	lang := p.T("中文", "Chinese")
	if rec.Lang == "en" {
		lang = p.T("英文", "English")
	}
	p.Facts = []verifyFact{
		{Label: p.T("报表", "Report"), Text: p.T("收缴报表", "Collection report") + " " + rec.Number.String()},
		{Label: p.T("账期", "Charge period"), Text: p.PeriodLabel(rec.Period)},
		{Label: p.T("项目", "Projects"), Text: scope},
		{Label: p.T("账单", "Bills"), Text: p.Count(rec.Bills)},
		{Label: p.T("数据截至", "As known at"), Text: p.Instant(rec.KnownAt)},
		{Label: p.T("生成", "Written"), Text: p.Instant(rec.At) + " · " + rec.By + " · " + lang},
		{Label: p.T("登记的内容 SHA-256", "SHA-256 of the content, as registered"), Text: rec.ContentHash, Hash: true},
	}
	if v.ContentHash != "" && v.ContentHash != rec.ContentHash {
		p.Facts = append(p.Facts, verifyFact{Label: p.T("此文件的内容 SHA-256", "of this file's content"), Text: v.ContentHash, Hash: true})
	}
	hows := map[string]string{
		"changed": p.T("有改动的工作表", "Sheet that was changed"), "missing": p.T("缺少的工作表", "Sheet that is missing"), "added": p.T("多出的工作表", "Sheet that was added"),
	}
	for _, sheet := range v.Sheets {
		p.Sheets = append(p.Sheets, verifyFact{Label: hows[sheet.How], Text: sheet.Name})
	}
	p.Cells, p.More = v.Cells, v.More
	if v.State == report.Changed && len(v.Sheets) > 0 && !v.Compared {
		p.Note = p.T("报表过大或已不能照原样重写，无法逐格比较。", "The report is too large, or cannot be written again as it was, to compare it cell by cell.")
	}
}

func (p *verifyPage) verdict(s report.State) verdictBadge {
	switch s {
	case report.Registered:
		return verdictBadge{stateBadge{p.T("已登记", "Registered"), "good", "check"}, p.T("有这份报表。上传文件可核验它是否被改动。", "There is such a report. Send the file to see whether it was changed.")}
	case report.Identical:
		return verdictBadge{stateBadge{p.T("未改动", "Unchanged"), "good", "check"}, p.T("与写出时逐字节相同。", "The very file that was written, byte for byte.")}
	case report.SameContent:
		return verdictBadge{stateBadge{p.T("内容未改动", "Content unchanged"), "good", "check"}, p.T("文件另存过，每个单元格的值与写出时相同；公式、格式与图表不在比较之列。", "The file was saved anew. Every cell says what it said; formulas, looks and charts are not compared.")}
	case report.Changed:
		return verdictBadge{stateBadge{p.T("已改动", "Changed"), "bad", "alert-triangle"}, p.T("有单元格与写出时不同。", "Cells do not say what they said when it was written.")}
	case report.Unknown:
	}
	return verdictBadge{stateBadge{p.T("未知", "Unknown"), "warn", "alert-triangle"}, p.T("不是本系统写出的报表，或不在您的权限内。", "No report that was written here, or not one of yours.")}
}
