package sheet_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

const (
	root     = "https://power.example/espi/1_1/resource/"
	point1   = root + "UsagePoint/7"
	hourType = root + "ReadingType/hour"
	newYork  = root + "LocalTimeParameters/ny"
)

// espiEntry writes an entry of a feed; of several content elements none is alone.
func espiEntry(self, title, content string, related ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<entry><id>urn:x</id><link rel="self" href="%s"/><link rel="up" href="%s"/>`, self, self[:strings.LastIndex(self, "/")])
	for _, r := range related {
		fmt.Fprintf(&b, `<link rel="related" href="%s"/>`, r)
	}
	fmt.Fprintf(&b, `<title>%s</title><content>%s</content></entry>`, title, content)
	return b.String()
}

func espiFeed(entries ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="x.xslt"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:e="http://naesb.org/espi"><title>usage</title>` +
		strings.Join(entries, "\n") + `</feed>`
}

func usagePoint(title string, related ...string) string {
	return espiEntry(point1, title, `<e:UsagePoint><e:ServiceCategory><e:kind>0</e:kind></e:ServiceCategory></e:UsagePoint>`, append(related, point1+"/MeterReading")...)
}

func meterReading(id, readingType string) string {
	return espiEntry(point1+"/MeterReading/"+id, "", `<e:MeterReading/>`, point1+"/MeterReading/"+id+"/IntervalBlock", readingType)
}

// readingTypeOf writes fields as name and value by turns.
func readingTypeOf(self string, fields ...any) string {
	var b strings.Builder
	for i := 0; i < len(fields); i += 2 {
		fmt.Fprintf(&b, "<e:%v>%v</e:%[1]v>", fields[i], fields[i+1])
	}
	return espiEntry(self, "", "<e:ReadingType>"+b.String()+"</e:ReadingType>")
}

func wattHours() string {
	return readingTypeOf(hourType, "accumulationBehaviour", 4, "commodity", 1, "flowDirection", 1, "powerOfTenMultiplier", 0, "uom", 72)
}

func localTime(tz, dst int, start, end string) string {
	return espiEntry(newYork, "", fmt.Sprintf(`<e:LocalTimeParameters><e:dstEndRule>%s</e:dstEndRule><e:dstOffset>%d</e:dstOffset><e:dstStartRule>%s</e:dstStartRule><e:tzOffset>%d</e:tzOffset></e:LocalTimeParameters>`, end, dst, start, tz))
}

// eastern is New York: second Sunday of March and first of November at 2.
func eastern() string { return localTime(-18000, 3600, "360E2000", "B40E2000") }

// reading lasts so many seconds; a cost below zero is none.
func reading(start time.Time, seconds, value, cost int) string {
	price := ""
	if cost >= 0 {
		price = fmt.Sprintf("<e:cost>%d</e:cost>", cost)
	}
	return fmt.Sprintf(`<e:IntervalReading>%s<e:timePeriod><e:duration>%d</e:duration><e:start>%d</e:start></e:timePeriod><e:value>%d</e:value></e:IntervalReading>`, price, seconds, start.Unix(), value)
}

func block(meter, id string, readings ...string) string {
	return espiEntry(point1+"/MeterReading/"+meter+"/IntervalBlock/"+id, "", "<e:IntervalBlock><e:interval/>"+strings.Join(readings, "")+"</e:IntervalBlock>")
}

// hours writes n readings of an hour, each of value Wh and cost.
func hours(start time.Time, n, value, cost int) []string {
	var all []string
	for i := range n {
		all = append(all, reading(start.Add(time.Duration(i)*time.Hour), 3600, value, cost))
	}
	return all
}

func at0(t rapid.TB, zone string, year int, month time.Month, day int) time.Time {
	t.Helper()
	l, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(year, month, day, 0, 0, 0, 0, l)
}

// shown are rows without the columns that stay the same.
func shown(t *testing.T, feed string, l *time.Location) string {
	t.Helper()
	book := mustOpen(t, []byte(feed))
	book.Location = l
	all, err := readBook(book)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range all[0].Rows[1:] {
		fmt.Fprintf(&b, "%d: %s\n", r.Number, showCells(r.Cells))
	}
	return b.String()
}

func TestFeedOfHours(t *testing.T) {
	t.Parallel()
	start := at0(t, "America/New_York", 2026, time.June, 1)
	feed := espiFeed(usagePoint("E-001", newYork), meterReading("1", hourType), wattHours(), eastern(), block("1", "1", hours(start, 48, 1500, 12345)...))
	book := mustOpen(t, []byte(feed))
	all, err := readBook(book)
	if err != nil {
		t.Fatal(err)
	}
	want := "meter|prev_at|read_at|usage|cost|unit|commodity|coverage|covered_usage|exact_cost|currency\n" +
		"E-001|@2026-06-01|@2026-06-02|#36|#2.96|kWh|electricity|whole||#2.9628|\n" +
		"E-001|@2026-06-02|@2026-06-03|#36|#2.97|kWh|electricity|whole||#2.9628|\n"
	if diff := cmp.Diff(want, show(all)); diff != "" || book.Format != sheet.GreenButton {
		t.Error(book.Format, diff)
	}
}

// The days on which clocks change have 23 and 25 hours, whether the feed says
// its local time or the caller does.
func TestFeedOnDaysOfClockChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, clock string
		month             time.Month
		day, hours        int
	}{
		{"spring", "America/New_York", eastern(), time.March, 8, 23},
		{"autumn", "America/New_York", eastern(), time.November, 1, 25},
		{"spring in the south", "Australia/Sydney", localTime(36000, 3600, "A40E2000", "440E3000"), time.October, 4, 23},
		{"autumn in the south", "Australia/Sydney", localTime(36000, 3600, "A40E2000", "440E3000"), time.April, 5, 25},
		{"last Sunday", "Europe/Paris", localTime(3600, 3600, "3E0E2000", "AE0E3000"), time.October, 25, 25},
		{"on or after a day", "Europe/Paris", localTime(3600, 3600, "339E2000", "A39E3000"), time.March, 29, 23},
		{"no change", "Asia/Shanghai", localTime(28800, 0, "FFFFFFFF", "FFFFFFFF"), time.March, 29, 24},
	} {
		start := at0(t, c.zone, 2026, c.month, c.day)
		readings := append(hours(start, c.hours, 1000, -1), hours(start.AddDate(0, 0, 1), 24, 2000, -1)...)
		day := start.Format(time.DateOnly)
		next, third := start.AddDate(0, 0, 1).Format(time.DateOnly), start.AddDate(0, 0, 2).Format(time.DateOnly)
		want := fmt.Sprintf("1: E|@%s|@%s|#%d||kWh|electricity|whole|||\n%d: E|@%s|@%s|#48||kWh|electricity|whole|||\n", day, next, c.hours, c.hours+1, next, third)
		said := espiFeed(usagePoint("E", newYork), meterReading("1", hourType), wattHours(), c.clock, block("1", "1", readings...))
		if diff := cmp.Diff(want, shown(t, said, nil)); diff != "" {
			t.Errorf("%s, by the feed: %s", c.name, diff)
		}
		unsaid := espiFeed(usagePoint("E"), meterReading("1", hourType), wattHours(), block("1", "1", readings...))
		if diff := cmp.Diff(want, shown(t, unsaid, start.Location())); diff != "" {
			t.Errorf("%s, by the caller: %s", c.name, diff)
		}
	}
}

// What the feed says is the same in whatever order it says it, but for the
// numbers of its readings.
func TestFeedInAnyOrder(t *testing.T) {
	t.Parallel()
	start := at0(t, "America/New_York", 2026, time.March, 7)
	entries := []string{
		usagePoint("E", newYork), meterReading("1", hourType), wattHours(), eastern(),
		block("1", "1", hours(start, 24, 100, -1)...), block("1", "2", hours(start.AddDate(0, 0, 1), 23, 200, -1)...),
	}
	rapid.Check(t, func(r *rapid.T) {
		shuffled := rapid.Permutation(entries).Draw(r, "order")
		got := show(mustRead(r, []byte(espiFeed(shuffled...))))
		first, second := "E|@2026-03-07|@2026-03-08|#2.4||kWh|electricity|whole|||\n", "E|@2026-03-08|@2026-03-09|#4.6||kWh|electricity|whole|||\n"
		_, rows, _ := strings.Cut(got, "\n")
		if rows != first+second && rows != second+first {
			r.Error(got)
		}
	})
}

func TestFeedUnits(t *testing.T) {
	t.Parallel()
	day := at0(t, "UTC", 2026, time.May, 1)
	for _, c := range []struct {
		name   string
		fields []any
		value  int
		want   string
	}{
		{"Wh × 10^-3", []any{"uom", 72, "commodity", 1, "powerOfTenMultiplier", -3}, 1234567, "#1.234567||kWh|electricity"},
		{"kWh", []any{"uom", 72, "powerOfTenMultiplier", 3}, 12, "#12||kWh|electricity"},
		{"m³ of gas", []any{"uom", 42, "commodity", 7, "powerOfTenMultiplier", -2}, 350, "#3.5||m³|gas"},
		{"litres of water", []any{"uom", 134, "commodity", 9}, 1250, "#1.25||m³|water"},
		{"cubic feet", []any{"uom", 119, "commodity", 7}, 100, "#2.8316846592||m³|gas"},
		{"US gallons", []any{"uom", 128, "commodity", 9}, 1000, "#3.785411784||m³|water"},
		{"imperial gallons", []any{"uom", 130, "commodity", 9}, 1000, "#4.54609||m³|water"},
		{"joules of heat", []any{"uom", 31, "commodity", 12, "powerOfTenMultiplier", 6}, 1500, "#1.5||GJ|heat"},
		{"Wh of heat", []any{"uom", 72, "commodity", 12, "powerOfTenMultiplier", 6}, 1, "#3.6||GJ|heat"},
	} {
		feed := espiFeed(usagePoint("E"), meterReading("1", hourType), readingTypeOf(hourType, c.fields...), block("1", "1", reading(day, 86400, c.value, -1)))
		want := "1: E|@2026-05-01|@2026-05-02|" + c.want + "|whole|||\n"
		if diff := cmp.Diff(want, shown(t, feed, time.UTC)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestFeedRows(t *testing.T) {
	t.Parallel()
	start := at0(t, "America/New_York", 2026, time.March, 8)
	two := func(first, second string) []string { return []string{first, second} }
	reverse := root + "ReadingType/back"
	for _, c := range []struct {
		name    string
		entries []string
		want    string
	}{
		{"a month", []string{wattHours(), block("1", "1", reading(start, 31*86400-3600, 5000, -1))}, "1: E|@2026-03-08|@2026-04-08|#5||kWh|electricity|whole|||\n"},
		{"a month of days of 24 hours", []string{wattHours(), block("1", "1", reading(start, 31*86400, 5000, -1))}, "1: E|@2026-03-08|@2026-04-08|#5||kWh|electricity|whole|||\n"},
		{"hours of 3,599 seconds", []string{wattHours(), block("1", "1", strings.ReplaceAll(strings.Join(hours(start, 23, 1000, -1), ""), ">3600<", ">3599<"))},
			"1: E|@2026-03-08|@2026-03-09|#23||kWh|electricity|whole|||\n"},
		{"a gap", []string{wattHours(), block("1", "1", hours(start, 22, 1000, 1)...)}, "1: E|@2026-03-08|@2026-03-09|||kWh|electricity|79200 of 82800 s|#22|#0.00022|\n"},
		{"cost of some readings", []string{wattHours(), block("1", "1", append(hours(start, 22, 1000, -1), reading(start.Add(22*time.Hour), 3600, 1000, 500000))...)},
			"1: E|@2026-03-08|@2026-03-09|#23||kWh|electricity|whole||#5|\n"},
		{"foreign money", []string{readingTypeOf(hourType, "uom", 72, "currency", 840), block("1", "1", hours(start, 23, 0, 100)...)},
			"1: E|@2026-03-08|@2026-03-09|#0||kWh|electricity|whole||#0.023|840\n"},
		{"flow in two directions", append(two(wattHours(), block("1", "1", hours(start, 23, 1000, -1)...)), meterReading("2", reverse),
			readingTypeOf(reverse, "uom", 72, "flowDirection", 19), block("2", "1", hours(start, 23, 10, -1)...)),
			"1: E|@2026-03-08|@2026-03-09|#23||kWh|electricity|whole|||\n24: E/reverse|@2026-03-08|@2026-03-09|#0.23||kWh|electricity|whole|||\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			feed := espiFeed(append(c.entries, usagePoint("E", newYork), meterReading("1", hourType), eastern())...)
			if diff := cmp.Diff(c.want, shown(t, feed, nil)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFeedNamesOfMeters(t *testing.T) {
	t.Parallel()
	day := at0(t, "UTC", 2026, time.May, 1)
	rest := wattHours() + meterReading("9", hourType) + block("9", "1", reading(day, 86400, 1000, -1))
	other := espiEntry(root+"UsagePoint/8", "Flat", `<e:UsagePoint/>`)
	for name, c := range map[string]struct{ points, want string }{
		"title of the point":         {usagePoint("Flat"), "Flat"},
		"no title":                   {usagePoint(" "), "7"},
		"a title that two have":      {usagePoint("Flat") + other, "7"},
		"no point":                   {"", "9"},
		"a title that another lacks": {usagePoint("Main") + other, "Main"},
	} {
		got := shown(t, espiFeed(c.points+rest), time.UTC)
		if !strings.HasPrefix(got, "1: "+c.want+"|") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestFeedFaults(t *testing.T) {
	t.Parallel()
	start := at0(t, "America/New_York", 2026, time.June, 1)
	full := func(entries ...string) string {
		return espiFeed(append(entries, usagePoint("E", newYork), meterReading("1", hourType), eastern())...)
	}
	day := block("1", "1", hours(start, 24, 1, -1)...)
	whole := full(wattHours(), day)
	for _, c := range []struct {
		name, feed string
		code       sheet.Code
		row        int
		says       string
	}{
		{"no reading type", full(day), sheet.MissingPart, 1, "reading type"},
		{"no meter reading", espiFeed(wattHours(), day), sheet.MissingPart, 1, "meter reading"},
		{"no local time", espiFeed(usagePoint("E"), meterReading("1", hourType), wattHours(), day), sheet.MissingPart, 1, "time zone"},
		{"no readings", full(wattHours()), sheet.EmptyFile, 0, "no interval readings"},
		{"cut short", whole[:len(whole)-200], sheet.Truncated, 24, "cut short"},
		{"cut in a reading", whole[:strings.LastIndex(whole, "IntervalReading>")], sheet.Truncated, 24, "cut short"},
		{"overlap", full(wattHours(), day, block("1", "2", reading(start.Add(90*time.Minute), 3600, 1, -1))), sheet.UnexpectedContent, 25, "row 2"},
		{"the same twice", full(wattHours(), day, block("1", "2", reading(start, 3600, 1, -1))), sheet.UnexpectedContent, 25, "row 1"},
		{"across midnight", full(wattHours(), block("1", "1", reading(start.Add(23*time.Hour), 7200, 1, -1))), sheet.BadValue, 1, "two days"},
		{"unit", full(readingTypeOf(hourType, "uom", 169, "commodity", 7), day), sheet.BadType, 1, "unit 169"},
		{"gas in Wh", full(readingTypeOf(hourType, "uom", 72, "commodity", 7), day), sheet.BadType, 1, "unit 72"},
		{"no unit", full(readingTypeOf(hourType, "commodity", 1), day), sheet.BadType, 1, "no unit"},
		{"commodity", full(readingTypeOf(hourType, "uom", 42, "commodity", 4), day), sheet.BadType, 1, "commodity 4"},
		{"register", full(readingTypeOf(hourType, "uom", 72, "accumulationBehaviour", 3), day), sheet.BadType, 1, "accumulationBehaviour 3"},
		{"flow", full(readingTypeOf(hourType, "uom", 72, "flowDirection", 20), day), sheet.BadType, 1, "flowDirection 20"},
		{"power of ten", full(readingTypeOf(hourType, "uom", 72, "powerOfTenMultiplier", 99), day), sheet.BadValue, 1, "99"},
		{"no value", full(wattHours(), block("1", "1", `<e:IntervalReading><e:timePeriod><e:duration>1</e:duration><e:start>86400</e:start></e:timePeriod></e:IntervalReading>`)), sheet.BadValue, 1, "lacks"},
		{"no number", full(wattHours(), block("1", "1", `<e:IntervalReading><e:value>1.5</e:value></e:IntervalReading>`)), sheet.BadValue, 1, "whole number"},
		{"no time", full(wattHours(), block("1", "1", reading(start, 0, 1, -1))), sheet.BadValue, 1, "lasts 0"},
		{"ambiguous link", full(wattHours(), wattHours(), day), sheet.BadIndex, 1, "several entries"},
		{"two units", full(wattHours(), day, meterReading("2", root+"ReadingType/m3"), readingTypeOf(root+"ReadingType/m3", "uom", 42, "commodity", 9), block("2", "1", reading(start.AddDate(0, 0, 1), 86400, 1, -1))), sheet.UnexpectedContent, 25, "m³"},
		{"rule of summer time", espiFeed(usagePoint("E", newYork), meterReading("1", hourType), wattHours(), localTime(0, 3600, "00000000", "B40E2000"), day), sheet.BadValue, 0, "names no day"},
		{"another feed", strings.ReplaceAll(whole, "<feed", "<x xmlns=\"http://www.w3.org/2005/Atom\"><feed"), sheet.NotASpreadsheet, 0, "root"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := faultOf(t, []byte(c.feed), sheet.DefaultLimits())
			if f.Code != c.code || f.Row != c.row || !strings.Contains(f.Message, c.says) {
				t.Errorf("%s at %d: %v\nwant %s at %d that says %q", f.Code, f.Row, f, c.code, c.row, c.says)
			}
		})
	}
}

// A feed cut anywhere is refused; before its declaration ends it is not XML.
func TestFeedCutAnywhere(t *testing.T) {
	t.Parallel()
	day := at0(t, "UTC", 2026, time.May, 1)
	whole := espiFeed(usagePoint("E"), meterReading("1", hourType), wattHours(), localTime(0, 0, "0", "0"), block("1", "1", hours(day, 2, 1, 1)...))
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(len("<?xml"), len(whole)-1).Draw(r, "n")
		faultOf(r, []byte(whole[:n]), sheet.DefaultLimits())
	})
}

// FuzzESPI changes the entries of a feed, and the feed.
func FuzzESPI(f *testing.F) {
	day := time.Unix(1777593600, 0)
	readings := strings.Join(hours(day, 3, 1500, 12), "")
	f.Add(usagePoint("E", newYork), wattHours(), eastern(), readings)
	f.Add(usagePoint(""), readingTypeOf(hourType, "uom", 42, "commodity", 7, "currency", 840), localTime(36000, 3600, "A40E2000", "440E3000"), reading(day.Add(-10*time.Hour), 86400*40, -3, 0))
	f.Add("", readingTypeOf(hourType, "uom", 119, "flowDirection", 19, "powerOfTenMultiplier", -3), "", reading(day, 3599, 1<<40, 1))
	f.Fuzz(func(t *testing.T, point, kind, clock, readings string) {
		content := []byte(espiFeed(point, meterReading("1", hourType), kind, clock, block("1", "1", readings)))
		book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), narrow())
		if err != nil {
			isFault(t, err)
			return
		}
		book.Location = time.UTC
		all, err := readBook(book)
		if err != nil {
			isFault(t, err)
			return
		}
		isInOrder(t, all)
	})
}
