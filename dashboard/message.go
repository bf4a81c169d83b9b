package dashboard

import (
	"regexp"
	"strings"

	"gatehouse"
	"gatehouse/ingest"
)

// wording is an English message of a load and what Chinese pages say instead.
type wording struct {
	message *regexp.Regexp
	zh      string
}

// wordings are the notes and refusals of ingest; what is not among them is a
// fault of the file's format and falls to faultWords.
func wordings() []wording {
	sheet := `(?:sheet "([^"]*)"|the file)`
	var all []wording
	for _, w := range [][2]string{
		{sheet + `: personal data dropped, never stored: (.*)`, "工作表“$1”：个人信息列未保存：$2"},
		{sheet + `: columns ignored: (.*)`, "工作表“$1”：未读取的列：$2"},
		{sheet + ` is hidden and was left out`, "工作表“$1”已隐藏，未读取"},
		{sheet + ` is empty and was left out`, "工作表“$1”为空，未读取"},
		{sheet + ` has no header of a known feed and was left out`, "工作表“$1”没有可识别的表头，未读取"},
		{`the workbook has no visible sheet.*`, "工作簿没有可见的工作表：请取消隐藏要载入的工作表"},
		{sheet + ` holds no rows`, "工作表“$1”没有数据行"},
		{sheet + ` has no header of a known feed; its first row is \[(.*)\]: .*`, "工作表“$1”没有可识别的表头，第一行是：$2。请使用模板的表头"},
		{sheet + ` looks like \S+ with headers \[(.*)\], but these columns are missing: (.*)`, "工作表“$1”的表头为：$2。缺少列：$3"},
		{sheet + ` does not say which project it is of.*`, "工作表“$1”没有写明项目：请增加“项目编码”列，或上传时选择项目"},
		{`row (\d+) of sheet "([^"]*)" is \S+ of (.*), which you may not load.*`, "工作表“$2”第 $1 行属于“$3”，您无权载入：请删去这些行，或请总部载入"},
	} {
		all = append(all, wording{regexp.MustCompile(`^` + w[0] + `$`), w[1]})
	}
	return all
}

// faultWords say what is wrong with a file's format, by a part of the message.
func faultWords() [][2]string {
	return [][2]string{
		{"password", "文件有密码保护，请另存为无密码的文件"},
		{"cut short", "文件不完整，请重新导出"},
		{"is empty", "文件是空的"},
		{"UTF-32", "文字编码无法识别，请另存为“CSV UTF-8”"},
		{"encoded", "文字编码无法识别，请另存为 .xlsx 或“CSV UTF-8”"},
		{"quote", "引号不配对，请检查该处"},
		{"split", "文件过大，请拆分"},
		{"longer than", "内容过长，请检查该处"},
		{"more than", "内容过多，请检查该处"},
		{"Excel 97", "旧版 .xls 文件，请另存为 .xlsx"},
		{"damaged", "文件已损坏，请重新导出"},
	}
}

// placePattern is how a fault of a file begins: where it is.
var placePattern = regexp.MustCompile(`^(?:sheet "([^"]*)"|part "[^"]*")?(?:, )?([A-Z]{1,3}\d+|row \d+|line \d+)?: `)

// message words a note or refusal of a load in the reader's language.
func (f Frame) message(s string) string {
	if f.English() {
		return s
	}
	for _, w := range wordings() {
		if w.message.MatchString(s) {
			zh := w.message.ReplaceAllString(s, w.zh)
			return strings.NewReplacer("工作表“”", "文件", " or ", "或", ", ", "、").Replace(zh)
		}
	}
	place := ""
	if at := placePattern.FindStringSubmatch(s); at != nil {
		if at[1] != "" {
			place = "工作表“" + at[1] + "”"
		}
		if at[2] != "" {
			place += strings.NewReplacer("row ", "第 ", "line ", "第 ").Replace(at[2])
			if strings.Contains(at[2], " ") {
				place += " 行"
			}
		}
		if place != "" {
			place += "："
		}
	}
	for _, w := range faultWords() {
		if strings.Contains(s, w[0]) {
			return place + w[1]
		}
	}
	return place + "文件无法读取，请重新导出为 .xlsx 或 CSV 后再试"
}

// sumLabel names a sum of a load: "fee_bill.amount".
func (f Frame) sumLabel(name string) string {
	switch name {
	case "fee_bill.amount":
		return f.T("应收", "Billed")
	case "fee_bill.waived":
		return f.T("减免", "Waived")
	case "fee_payment.amount":
		return f.T("实收", "Received")
	case "energy_reading.cost":
		return f.T("能源费用", "Energy cost")
	}
	return name
}

// FeedTitle names a feed.
func (f Frame) FeedTitle(name string) string {
	for _, one := range ingest.Feeds() {
		if one.Name == name {
			return one.Title.In(f.Lang)
		}
	}
	return name
}

// FeedTitles names several feeds, given apart or joined by "+".
func (f Frame) FeedTitles(names ...string) string {
	var titles []string
	for _, joined := range names {
		for name := range strings.SplitSeq(joined, "+") {
			if name != "" {
				titles = append(titles, f.FeedTitle(name))
			}
		}
	}
	if len(titles) == 0 {
		return missing
	}
	return strings.Join(titles, f.T("、", ", "))
}

// stateBadge is how a load's state is shown: word, class of its colour, icon.
type stateBadge struct{ Word, Class, Icon string }

// Badge words a state; published loads with bad rows are told apart.
func (f Frame) Badge(state ingest.State, quarantined uint64) stateBadge {
	word := func(zh, en, class, icon string) stateBadge {
		return stateBadge{gatehouse.Text{ZH: zh, EN: en}.In(f.Lang), class, icon}
	}
	switch state {
	case ingest.Published:
		if quarantined > 0 {
			return word("部分隔离", "Partly set aside", "warn", "alert-triangle")
		}
		return word("已发布", "Published", "good", "check")
	case ingest.AlreadyLoaded:
		return word("此前已载入", "Loaded before", "", "check")
	case ingest.Refused:
		return word("已拒绝", "Refused", "bad", "x")
	case ingest.Withdrawn:
		return word("已撤回", "Withdrawn", "", "x")
	case ingest.Abandoned:
	}
	return word("未完成", "Not finished", "", "dots")
}
