package report

import (
	"fmt"
	"time"
)

// The stamp is what differs between two reports of the same content: their
// number, hash, time and author, in column B of these rows of the cover. It is
// left out of the hash, and held against the register instead.
const (
	stampFirst = 3
	stampLast  = 6
)

func inStamp(col, row int) bool { return col == 1 && row >= stampFirst && row <= stampLast }

// stampOf is what the stamp of a report says, from its first row on.
func (rec Record) stampOf(zone *time.Location) [stampLast - stampFirst + 1]string {
	return [...]string{rec.Number.String(), rec.ContentHash, stamp(rec.At, zone), rec.By}
}

// cover says what the report is about. It is written twice: without a hash to
// be hashed, and with it.
func (r *collection) cover(rec Record) error {
	p, b := r.coverPage, r.book
	p.held.Reset()
	p.rows = rows{out: &p.held, sum: newFingerprint(), stamp: inStamp}
	zone := r.kpis.Calendar().Location
	if err := p.add(30, []cell{words(b.title, r.t("收缴报表", "Collection report"))}); err != nil {
		return err
	}
	if err := p.line(words(b.note, r.scopeText()+" · "+r.periodText())); err != nil {
		return err
	}
	heads := []string{r.t("报表编号", "Report number"), r.t("内容 SHA-256", "SHA-256 of the content"), r.t("生成时间", "Written at"), r.t("生成人", "Written for")}
	for i, said := range rec.stampOf(zone) {
		style := b.value
		if i == 1 {
			style = b.mono
		}
		if err := p.line(words(b.label, heads[i]), words(style, said)); err != nil {
			return err
		}
	}
	p.skip(1)
	target := missing
	if r.target.set {
		target = fmt.Sprintf("%.1f%%", r.target.rate*100)
	}
	sections := []struct {
		title string
		lines []definition
	}{
		{r.t("口径", "What it is about"), []definition{
			{r.t("账期", "Charge period"), r.periodText()},
			{r.t("项目范围", "Projects"), r.scopeText()},
			{r.t("数据截至", "As known at"), stamp(r.Snapshot.KnownAt, zone)},
			{r.t("业务日", "As of"), r.Snapshot.AsOf.String()},
			{r.t("同期", "Compared with"), r.Period.YearEarlier().Start.String() + " – " + r.Period.YearEarlier().Last().String() + r.t("，截至 ", ", as of ") + r.Snapshot.YearEarlier().AsOf.String()},
			{r.t("收缴率目标", "Target"), target},
			{r.t("账单数", "Bills"), fmt.Sprint(r.total.Bills)},
			{r.t("单位", "Unit"), r.t("元，精确到分", "yuan, exact to the fen")},
		}},
		{r.t("指标定义", "Definitions"), r.definitions()},
		{r.t("工作表", "Sheets"), r.contents()},
	}
	for i, s := range sections {
		if err := p.add(22, []cell{words(b.section, s.title), {style: b.section}}); err != nil {
			return err
		}
		for _, l := range s.lines {
			if err := p.add(heightOf(l.means), []cell{words(b.label, l.name), words(b.value, l.means)}); err != nil {
				return err
			}
		}
		if i == 0 {
			verdict := words(b.good, r.allTie()).of(fmt.Sprintf("'%s'!B%d", r.controlPage.name, verdictRow))
			if err := p.line(words(b.label, r.t("核对结论", "Control")), verdict); err != nil {
				return err
			}
		}
		p.skip(1)
	}
	return p.line(words(b.note, r.t("核验：在看板的“核验报表”页上传本文件或输入编号，或运行 gatehouse report verify 文件",
		"To verify: send this file or its number on the page Verify a report, or run gatehouse report verify FILE")))
}

// heightOf is the height of a row whose text may need more lines than one; 0 is
// the usual one. A character of Chinese is two of Latin wide.
func heightOf(text string) float64 {
	width := 0
	for _, r := range text {
		if width++; r > 0x2E7F {
			width++
		}
	}
	if lines := (width + coverWidth - 1) / coverWidth; lines > 1 {
		return float64(lines)*13 + 4
	}
	return 0
}

// coverWidth is how many characters surely fit a line of the cover's texts.
const coverWidth = 92

// scopeText names the projects of the report.
func (r *collection) scopeText() string {
	switch codes := r.Scope.Codes(); {
	case r.Scope.All():
		return fmt.Sprintf(r.t("全部项目（%d 个）", "all projects (%d)"), len(r.names))
	case len(codes) == 1:
		return r.name(codes[0]) + " (" + codes[0] + ")"
	default:
		text := fmt.Sprintf(r.t("%d 个项目：", "%d projects: "), len(codes))
		for i, code := range codes {
			if i > 0 {
				text += r.t("、", ", ")
			}
			text += r.name(code)
		}
		return text
	}
}

// contents is what each sheet is for.
func (r *collection) contents() []definition {
	return []definition{
		{r.summaryPage.name, r.t("本期、上年同期与目标，逐月走势，到账去向，欠费最多的项目", "the period, a year earlier and the target; month by month; receipts; who owes most")},
		{r.agePage.name, r.t("欠费按逾期天数", "what is outstanding by days past due")},
		{r.projectPage.name, r.t("各项目，与上年同期和目标相比", "by project, against a year earlier and the target")},
		{r.buildingPage.name, r.t("各楼栋", "by building")},
		{r.itemPage.name, r.t("各收费项目", "by fee item")},
		{r.monthPage.name, r.t("各项目近十二个账单月的收缴率", "collection rate of the bills of twelve months, by project")},
		{r.controlPage.name, r.t("各表合计与数据库、与原始文件核对", "the totals of all sheets held against the database and the files")},
		{r.details[0].name, r.t("每笔账单、收到多少、现在如何，及其所在文件、工作表与行", "every bill, what became of it, and the file, sheet and row where it stands")},
	}
}
