package demo

// look is how the sheets of one project are dressed: what its clerks got used to.
type look struct {
	format  format
	alias   int  // which spelling of a header
	english bool // field names for headers
	units   bool // 应收金额(元)
	byName  bool // the estate's name stands for its code
	lean    bool // what is usual is left blank, and a column that is all blank is left out

	dates  dateStyle
	months monthStyle
	money  moneyStyle

	title     bool // a merged title above the header
	notes     bool // a column of advice, apart on the right
	subtotals bool // 小计 for each building
	totals    bool // 合计 in the last row
	blanks    bool // blank rows among the data
	help      bool // a sheet of text
	phone     bool // a personal column that must not be kept
	unsigned  bool // reversals without a minus
	zeros     bool // 0 rather than blank for what is not paid
	shared    bool // cells refer to shared strings, as Excel itself writes
	epoch1904 bool // the date system of old Macintosh workbooks
}

type format int

const (
	xlsx format = iota
	csvPlain
	csvBOM
	csvGB18030
)

type dateStyle int

const (
	dateCell    dateStyle = iota // a number that is formatted as a date
	dateSerial                   // the number without the format
	dateSlash                    // 2026/3/5
	dateChinese                  // 2026年3月5日
	dateISO                      // 2026-03-05
)

type monthStyle int

const (
	monthCompact monthStyle = iota // 202603
	monthISO                       // 2026-03
	monthChinese                   // 2026年3月
)

type moneyStyle int

const (
	moneyNumber   moneyStyle = iota
	moneyYuan                // ￥1,234.50, negative in parentheses
	moneyTrailing            // 1,234.50-
	moneyWide                // full-width digits
)

// looks are the habits of the named projects; project i has looks()[i%12]. The
// kind of fee files goes by i%3, see feeBooks.
func looks() []look {
	return []look{
		{title: true, units: true, subtotals: true, totals: true, months: monthCompact, alias: 1, phone: true},
		{dates: dateSlash, months: monthISO, title: true, notes: true, totals: true, help: true, lean: true},
		{format: csvBOM, dates: dateISO, months: monthCompact},
		{epoch1904: true, title: true, months: monthISO, lean: true, shared: true, alias: 2},
		{byName: true, dates: dateChinese, months: monthChinese, money: moneyYuan, units: true, title: true, totals: true},
		{format: csvGB18030, dates: dateSlash, months: monthISO, money: moneyTrailing, alias: 1, lean: true},
		{dates: dateSerial, money: moneyWide, blanks: true, alias: 3},
		{english: true, dates: dateISO, months: monthISO, unsigned: true, shared: true},
		{title: true, notes: true, subtotals: true, totals: true, blanks: true, phone: true, lean: true, alias: 2},
		{format: csvPlain, byName: true, dates: dateSlash, months: monthChinese, zeros: true, alias: 1},
		{dates: dateChinese, money: moneyTrailing, title: true, help: true, units: true, totals: true, alias: 1},
		{format: csvBOM, english: true, dates: dateISO, months: monthISO, unsigned: true, lean: true},
	}
}

// lookOf gives the look of project i. A spelling lasts about a year: then the
// software is updated, and the headers change.
func lookOf(i, year int) look {
	all := looks()
	l := all[i%len(all)]
	l.alias += year % 2
	return l
}
