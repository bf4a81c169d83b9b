package ingest

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

func shanghai(t testing.TB) *converter {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return &converter{calendar: gatehouse.Calendar{Location: loc, YearStart: time.January}}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want string // amount or code
	}{
		{"0", "0.00"}, {"268.5", "268.50"}, {"-1234.5", "-1234.50"}, {"+3", "3.00"}, {".5", "0.50"}, {"1.", "1.00"},
		{"￥1,234.50", "1234.50"}, {"¥ 1,234.50 元", "1234.50"}, {"1,234,567.8元", "1234567.80"}, {"RMB 12", "12.00"},
		{"１２３４．５０", "1234.50"}, {"(1,234.50)", "-1234.50"}, {"（88）", "-88.00"}, {"1234.50-", "-1234.50"}, {"\u22125", "-5.00"}, {"－5.2", "-5.20"},
		{"-¥5", "-5.00"}, {"¥-5", "-5.00"}, {"1.2万", "12000.00"}, {"1.2万元", "12000.00"},
		{"1234.5600000000001", "1234.56"}, {"0.30000000000000004", "0.30"}, {"1234.5599999999999", "1234.56"}, {"99.99999999999999", "100.00"},
		{"1E+3", "1000.00"}, {"1.5e2", "150.00"}, {"12345678901234.56", "12345678901234.56"}, {"100.000", "100.00"},
		{"1234.567", "too-many-decimals"}, {"0.001", "too-many-decimals"}, {"12.345678901234", "too-many-decimals"},
		{"1e30", "out-of-range"}, {"9999999999999999", "out-of-range"},
		{"1,23", "amount-error"}, {"12,34.5", "amount-error"}, {"abc", "amount-error"}, {"(5", "amount-error"}, {"--5", "amount-error"},
		{"1.2.3", "amount-error"}, {"(-5)", "amount-error"}, {"待定", "amount-error"}, {"1e", "amount-error"}, {"NaN", "amount-error"}, {"Inf", "amount-error"},
		{"-", "blank"}, {"——", "blank"},
	} {
		if got := readAs(t, Money, "", c.in, func(v value) string { return gatehouse.Money(v.n).String() }); got != c.want {
			t.Errorf("%q: got %s, want %s", c.in, got, c.want)
		}
	}
	if got := readAs(t, Money, "万元", "1.23456", func(v value) string { return gatehouse.Money(v.n).String() }); got != "12345.60" {
		t.Errorf("1.23456 万元: got %s", got)
	}
	if got := readAs(t, Money, "万元", "1.2345678", func(v value) string { return "" }); got != "too-many-decimals" {
		t.Errorf("1.2345678 万元: got %s", got)
	}
}

// readAs reads a text cell and gives what it said, "blank", or the code.
func readAs(t testing.TB, typ Type, unit, text string, show func(value) string) string {
	t.Helper()
	col := newColumn(matched{def: &Field{Type: typ}, unit: unit}, "", nil)
	var v value
	code := col.parse(shanghai(t), &col, &sheet.Cell{Kind: sheet.Text, Text: text}, &v)
	switch {
	case code != "":
		return string(code)
	case !v.given:
		return "blank"
	}
	return show(v)
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"2026-03-05", "2026-03-05"}, {"2026/3/5", "2026-03-05"}, {"2026.3.5", "2026-03-05"}, {"2026年3月5日", "2026-03-05"}, {"20260305", "2026-03-05"},
		{"2026-3-5 14:05", "2026-03-05"}, {"２０２６－０３－０５", "2026-03-05"}, {"46086", "2026-03-05"}, {"46086.75", "2026-03-05"},
		{"2026-03-05T14:05:30+08:00", "2026-03-05"}, {"2026-03-04T23:00:00Z", "2026-03-05"}, {"2024-02-29", "2024-02-29"},
		{"2026-02-29", "date-error"}, {"2026-02-30", "date-error"}, {"2026/13/1", "date-error"}, {"20260231", "date-error"}, {"3/5/2026", "date-error"},
		{"26-3-5", "date-error"}, {"2026-03", "date-error"}, {"明天", "date-error"}, {"268", "date-error"}, {"2026-03-05 25:00", "date-error"},
		{"1969-12-31", "out-of-range"}, {"2150-01-01", "out-of-range"}, {"-", "blank"},
	} {
		if got := readAs(t, Date, "", c.in, func(v value) string { return gatehouse.Date(v.n).String() }); got != c.want {
			t.Errorf("%q: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestSerialDatesFollowTheBook(t *testing.T) {
	t.Parallel()
	for date1904, want := range map[bool]string{false: "2026-03-05", true: "2030-03-06"} {
		c := shanghai(t)
		c.date1904 = date1904
		var v value
		if code := readDate(c, &column{}, &sheet.Cell{Kind: sheet.Number, Text: "46086"}, &v); code != "" || gatehouse.Date(v.n).String() != want {
			t.Errorf("1904=%t: got %s %s, want %s", date1904, gatehouse.Date(v.n), code, want)
		}
	}
}

func TestInstantsAreWallClockOfTheBusiness(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"2026-03-05 14:05", "2026-03-05T06:05:00Z"}, {"2026-3-5 14:05:30", "2026-03-05T06:05:30Z"}, {"2026/03/05 00:30", "2026-03-04T16:30:00Z"},
		{"2026年3月5日 14时5分", "2026-03-05T06:05:00Z"}, {"2026-03-05 下午2:05", "2026-03-05T06:05:00Z"}, {"2026-03-05", "2026-03-04T16:00:00Z"},
		{"46086.5", "2026-03-05T04:00:00Z"}, {"46086.586805555555", "2026-03-05T06:05:00Z"}, {"2026-03-05T14:05:00.123Z", "2026-03-05T14:05:00Z"},
		{"2026-03-05 24:00", "date-error"}, {"2026-03-05 14:60", "date-error"}, {"2026-03-05 14", "date-error"}, {"2107-01-01", "out-of-range"},
	} {
		if got := readAs(t, DateTime, "", c.in, func(v value) string { return time.Unix(v.n, 0).UTC().Format(time.RFC3339) }); got != c.want {
			t.Errorf("%q: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestMonthsAndPeriods(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, month, period string }{
		{"202603", "2026-03", "2026-03-01 2026-04-01"}, {"2026-03", "2026-03", "2026-03-01 2026-04-01"}, {"2026年3月", "2026-03", "2026-03-01 2026-04-01"},
		{"2026年03月份", "2026-03", "2026-03-01 2026-04-01"}, {"2026/3/31", "2026-03", "2026-03-01 2026-04-01"},
		{"202601-202603", "date-error", "2026-01-01 2026-04-01"}, {"2026-01~2026-03", "date-error", "2026-01-01 2026-04-01"},
		{"2026-01-01至2026-03-31", "date-error", "2026-01-01 2026-04-01"}, {"2026.01.01-2026.03.31", "date-error", "2026-01-01 2026-04-01"},
		{"2026-Q1", "date-error", "2026-01-01 2026-04-01"}, {"2026年一季度", "date-error", "2026-01-01 2026-04-01"}, {"2026上半年", "date-error", "2026-01-01 2026-07-01"},
		{"2026", "date-error", "2026-01-01 2027-01-01"}, {"2026年", "date-error", "2026-01-01 2027-01-01"}, {"2026H2", "date-error", "2026-07-01 2027-01-01"},
		{"202613", "date-error", "date-error"}, {"202603-202601", "date-error", "period-reversed"}, {"ytd", "date-error", "date-error"},
	} {
		if got := readAs(t, Month, "", c.in, func(v value) string { return gatehouse.Month(v.n).String() }); got != c.month {
			t.Errorf("month %q: got %s, want %s", c.in, got, c.month)
		}
		if got := readAs(t, Period, "", c.in, func(v value) string {
			return gatehouse.Date(v.n).String() + " " + gatehouse.Date(v.end).String()
		}); got != c.period {
			t.Errorf("period %q: got %s, want %s", c.in, got, c.period)
		}
	}
}

func TestRooms(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"1-1-1001": "1-1-1001", "1栋1单元1001": "1-1-1001", "1栋1单元1001室": "1-1-1001", "1#1-1001": "1-1-1001", "１－１－１００１": "1-1-1001",
		"01-01-0101": "1-1-0101", "A座1001": "A-1001", "a-2-301": "A-2-301", "3号楼2单元501号": "3-2-501", " 1 - 1 - 1001 ": "1-1-1001",
		"1幢1单元1001房": "1-1-1001", "1001": "1001", "商铺12": "商铺12", "": "",
	} {
		if got := normalRoom(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := joinRoom("1栋", "02单元", "1001"); got != "1-2-1001" {
		t.Errorf("three columns: got %q", got)
	}
	if got := []string{buildingOf("12-1-101"), buildingOf("A-1"), buildingOf("1001")}; !cmp.Equal(got, []string{"12", "A", ""}) {
		t.Errorf("buildings: got %q", got)
	}
}

func TestScores(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"5": "5", "4.5": "4.5", "5分": "5", "非常满意": "5", "不满意": "2", "不清楚": "?", "不了解": "?", "9": "9", "好": "type-error",
	} {
		if got := readAs(t, Score, "", in, func(v value) string {
			if v.n == dontKnow {
				return "?"
			}
			return decimal.New(rescaled(v.n, 4, 2), -2).String()
		}); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestQuantitiesAndRatios(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ            Type
		unit, in, want string
	}{
		{Quantity, "", "89.123", "89.1230"}, {Quantity, "", "1.00005", "1.0001"}, {Quantity, "mwh", "1.5", "1500.0000"}, {Quantity, "", "12,345.6", "12345.6000"},
		{Ratio, "", "93%", "0.930000"}, {Ratio, "%", "93", "0.930000"}, {Ratio, "", "0.93", "0.930000"}, {Int, "", "120户", "120"}, {Int, "", "1.5", "out-of-range"}, {Int, "", "-1", "out-of-range"},
	} {
		places := map[Type]int32{Quantity: 4, Ratio: 6}[c.typ]
		if got := readAs(t, c.typ, c.unit, c.in, func(v value) string { return decimal.New(v.n, -places).StringFixed(places) }); got != c.want {
			t.Errorf("%s %q: got %s, want %s", c.typ, c.in, got, c.want)
		}
	}
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"1,234.50", "(5)", "1e9", "￥１２", "0.30000000000000004", "-0", "999999999999999999999", "1.2万"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, exact, code := parseDecimal(s, 2, 0)
		if code != "" || !exact {
			return
		}
		// What was read, written plainly, reads as itself.
		again, exact, code := parseDecimal(gatehouse.Money(n).String(), 2, 0)
		if again != n || !exact || code != "" {
			t.Errorf("%q is %d, but its plain form %s is %d %s", s, n, gatehouse.Money(n), again, code)
		}
	})
}

func FuzzWall(f *testing.F) {
	for _, s := range []string{"2026-03-05 14:05", "46086.5", "2026年3月5日", "20260305", "2026-03-05T14:05:30+08:00", "2026-Q1", "202601-202603"} {
		f.Add(s)
	}
	c := shanghai(f)
	f.Fuzz(func(t *testing.T, s string) {
		cell := sheet.Cell{Kind: sheet.Text, Text: s}
		var v value
		if code := readDate(c, &column{}, &cell, &v); code == "" && v.given && (gatehouse.Date(v.n) < firstDay || gatehouse.Date(v.n) > lastDay) {
			t.Errorf("%q is a day that ClickHouse would wrap: %d", s, v.n)
		}
		if code := readDateTime(c, nil, &cell, &v); code == "" && v.given && (v.n < 0 || v.n > lastInstant) {
			t.Errorf("%q is an instant that ClickHouse would wrap: %d", s, v.n)
		}
		v = value{}
		if code := readPeriod(c, nil, &cell, &v); code == "" && (v.end <= v.n || v.n < 0) {
			t.Errorf("%q is a period from %d to %d", s, v.n, v.end)
		}
	})
}

func FuzzRoom(f *testing.F) {
	for _, s := range []string{"1-1-1001", "1栋1单元1001室", "1#1-1001", "--", "０１－１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		room := normalRoom(s)
		if again := normalRoom(room); again != room {
			t.Errorf("%q becomes %q and then %q", s, room, again)
		}
		if utf8.ValidString(s) && !utf8.ValidString(room) || strings.HasPrefix(room, "-") {
			t.Errorf("%q becomes %q", s, room)
		}
	})
}

func TestFoldHeader(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]header{
		" 應收金額（萬元）\n":  {"应收金额万元", "应收金额", "万元"},
		"Bill No.":     {"billno", "billno", ""},
		"bill_no":      {"billno", "billno", ""},
		"建筑面积(m²)":     {"建筑面积m²", "建筑面积", "m²"},
		"房　号 *":        {"房号", "房号", ""},
		"实缴\r\n金额[元]":  {"实缴金额元", "实缴金额", "元"},
		"(必填)":         {"必填", "必填", "必填"},
		"Ｐｒｏｊｅｃｔ　Ｃｏｄｅ": {"projectcode", "projectcode", ""},
	} {
		if got := foldHeader(in); got != want {
			t.Errorf("%q: got %+v, want %+v", in, got, want)
		}
	}
	if len(traditional) != len(traditionalTwins) || len(traditional)%3 != 0 {
		t.Errorf("the tables of characters do not pair: %d and %d bytes", len(traditional), len(traditionalTwins))
	}
}
