package ingest

import "gatehouse"

// Code says what is wrong with a cell. The set is closed: screens and
// workbooks explain each of them.
type Code string

const (
	DateError          Code = "date-error"
	AmountError        Code = "amount-error"
	TypeError          Code = "type-error"
	TooManyDecimals    Code = "too-many-decimals"
	OutOfRange         Code = "out-of-range"
	MissingKey         Code = "missing-key"
	DuplicateKey       Code = "duplicate-key"
	ScoreOffScale      Code = "score-off-scale"
	ReadingDecreased   Code = "reading-decreased"
	ClosedBeforeOpened Code = "closed-before-opened"
	PeriodReversed     Code = "period-reversed"
	FormulaError       Code = "formula-error"
	ExtraCell          Code = "extra-cell"
)

// Warnings: the row is loaded and the finding shown with the load.
const (
	TotalMismatch      Code = "total-mismatch"
	UnknownProject     Code = "unknown-project"
	UnknownRoom        Code = "unknown-room"
	UnknownBill        Code = "unknown-bill"
	UnusualAmount      Code = "unusual-amount"
	PeriodGap          Code = "period-gap"
	PeriodOverlap      Code = "period-overlap"
	ImplausibleReading Code = "implausible-reading"
)

// Warnings about a sheet whose columns are not those its source agreed upon.
const (
	NewColumn     Code = "new-column"
	MissingColumn Code = "missing-column"
	RetypedColumn Code = "retyped-column"
)

// Level tells what a code does to its row.
type Level string

const (
	LevelError   Level = "error"   // the row goes to quarantine
	LevelWarning Level = "warning" // the row is loaded
)

// Explanation is a code's message and what to do about it.
type Explanation struct {
	Code          Code
	Level         Level
	Message, Hint gatehouse.Text
}

// Codes explains every code.
func Codes() []Explanation {
	return []Explanation{
		{DateError, LevelError, gatehouse.Text{ZH: "日期无法识别", EN: "not a date"},
			gatehouse.Text{ZH: "请写成 2026-03-31 或 202603", EN: "write it as 2026-03-31, a month as 202603"}},
		{AmountError, LevelError, gatehouse.Text{ZH: "数字无法识别", EN: "not a number"},
			gatehouse.Text{ZH: "请写成 1234.50，退款写负数", EN: "write it as 1234.50, refunds with a minus"}},
		{TypeError, LevelError, gatehouse.Text{ZH: "不是这一列允许的内容", EN: "not one of the words or kinds this column takes"},
			gatehouse.Text{ZH: "请使用模板中的下拉选项", EN: "use the choices of the template"}},
		{TooManyDecimals, LevelError, gatehouse.Text{ZH: "金额超过两位小数", EN: "more than two decimals"},
			gatehouse.Text{ZH: "请四舍五入到分，由制表人确认", EN: "round it to the cent yourself; it is not done silently"}},
		{OutOfRange, LevelError, gatehouse.Text{ZH: "数值超出合理范围", EN: "outside the possible range"},
			gatehouse.Text{ZH: "请检查年份、位数或负号", EN: "check the year, the number of digits or the sign"}},
		{MissingKey, LevelError, gatehouse.Text{ZH: "必填内容为空", EN: "a required cell is blank"},
			gatehouse.Text{ZH: "请补充该单元格", EN: "fill in the cell"}},
		{DuplicateKey, LevelError, gatehouse.Text{ZH: "与本文件前面的行重复", EN: "the same key as an earlier row of the file"},
			gatehouse.Text{ZH: "请删除重复行或更正编号", EN: "delete the repeated row or correct its number"}},
		{ScoreOffScale, LevelError, gatehouse.Text{ZH: "得分不在量表范围内", EN: "the score is off its scale"},
			gatehouse.Text{ZH: "请检查得分与最低分、最高分", EN: "check the score and the ends of the scale"}},
		{ReadingDecreased, LevelError, gatehouse.Text{ZH: "本期读数小于上期读数", EN: "the reading is lower than the one before"},
			gatehouse.Text{ZH: "请更正读数；若换表或翻表，请在“事件”列注明", EN: "correct it; for a replaced or rolled-over meter fill in the event"}},
		{ClosedBeforeOpened, LevelError, gatehouse.Text{ZH: "完成时间早于受理时间", EN: "ended before it began"},
			gatehouse.Text{ZH: "请检查两个时间", EN: "check both times"}},
		{PeriodReversed, LevelError, gatehouse.Text{ZH: "结束早于开始", EN: "the period ends before it starts"},
			gatehouse.Text{ZH: "请检查开始与结束日期", EN: "check the first and the last day"}},
		{FormulaError, LevelError, gatehouse.Text{ZH: "公式出错", EN: "the formula gives an error"},
			gatehouse.Text{ZH: "请修正公式或粘贴为数值", EN: "mend the formula or paste it as a value"}},
		{ExtraCell, LevelError, gatehouse.Text{ZH: "该行的列数多于表头", EN: "the row has more cells than the header"},
			gatehouse.Text{ZH: "多半是某个字段里的分隔符没有加引号，请检查该行", EN: "most likely a delimiter within a field is not quoted: look at the line"}},
		{TotalMismatch, LevelWarning, gatehouse.Text{ZH: "合计行与各行之和不符", EN: "a total row does not equal the sum of its rows"},
			gatehouse.Text{ZH: "请核对是否漏行或多行；括号内为各行之和", EN: "check for missing or extra rows; in brackets the sum of the rows"}},
		{UnknownProject, LevelWarning, gatehouse.Text{ZH: "项目未建档", EN: "no such project is known"},
			gatehouse.Text{ZH: "请核对编码或名称，或载入项目资料；在此之前计入“未归属”", EN: "check the code or name, or load the project; until then the rows stand under unassigned"}},
		{UnknownRoom, LevelWarning, gatehouse.Text{ZH: "房号未建档", EN: "the project has no such room"},
			gatehouse.Text{ZH: "请核对房号，或载入房屋资料", EN: "check the room, or load the rooms of the project"}},
		{UnknownBill, LevelWarning, gatehouse.Text{ZH: "账单号不存在", EN: "the project has no such bill"},
			gatehouse.Text{ZH: "请核对账单号，或载入该账单", EN: "check the number, or load the bill"}},
		{UnusualAmount, LevelWarning, gatehouse.Text{ZH: "金额与该房以往账单相差很大", EN: "the amount is far from the earlier bills of the room"},
			gatehouse.Text{ZH: "请核对金额与账期；括号内为以往同样长度账期的金额", EN: "check the amount and the period; in brackets what was usual for a period of this length"}},
		{PeriodGap, LevelWarning, gatehouse.Text{ZH: "与上一账期之间有空档", EN: "months before this period were not billed"},
			gatehouse.Text{ZH: "请核对是否漏出账单；括号内为空档的起止日期", EN: "check for a missing bill; in brackets the first and the last day not billed"}},
		{PeriodOverlap, LevelWarning, gatehouse.Text{ZH: "与同房同项目的另一账单账期重叠", EN: "another bill of the room and fee item has days of this period"},
			gatehouse.Text{ZH: "请核对是否重复出账，重复的请红冲；括号内为另一账单的账期", EN: "check for a double bill and reverse it; in brackets the period of the other bill"}},
		{ImplausibleReading, LevelWarning, gatehouse.Text{ZH: "日均用量远高于该表以往水平", EN: "the use a day is far above what the meter usually shows"},
			gatehouse.Text{ZH: "请核对读数、小数点与倍率；括号内为本期与以往较高的日均用量", EN: "check the reading, its decimal point and the multiplier; in brackets the use a day now, and its usual height"}},
		{NewColumn, LevelWarning, gatehouse.Text{ZH: "约定之外的新列", EN: "a column that was not agreed upon"},
			gatehouse.Text{ZH: "请确认是否需要，并在映射中对应或忽略", EN: "decide whether it is needed, and map or ignore it in the mapping"}},
		{MissingColumn, LevelWarning, gatehouse.Text{ZH: "缺少约定的列", EN: "a column that was agreed upon is missing"},
			gatehouse.Text{ZH: "请对方补上该列，或更新映射的约定", EN: "ask the sender for it, or save the mapping without it"}},
		{RetypedColumn, LevelWarning, gatehouse.Text{ZH: "列的内容类型与约定不同", EN: "a column holds another kind of values than agreed upon"},
			gatehouse.Text{ZH: "请核对该列是否错位或换了内容", EN: "check whether columns were shifted or the column means something else now"}},
	}
}

// Explain gives the explanation of a code.
func (c Code) Explain() Explanation {
	for _, e := range Codes() {
		if e.Code == c {
			return e
		}
	}
	return Explanation{Code: c, Level: LevelError, Message: gatehouse.Text{ZH: string(c), EN: string(c)}}
}

// Scan reads the code from the database.
func (c *Code) Scan(src any) error { return scanText(c, src) }

// scanText reads a named kind of text, which the driver does by Scan only.
func scanText[T ~string](to *T, src any) error {
	text, ok := src.(string)
	if !ok {
		return gatehouse.Errorf(gatehouse.Internal, "cannot read %T as text", src)
	}
	*to = T(text)
	return nil
}

// Scan reads the level from the database.
func (l *Level) Scan(src any) error { return scanText(l, src) }
