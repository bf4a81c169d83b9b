package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// told shows the findings of a load: code, cell, its value, rows and detail.
func (s *site) told(r Result) string {
	s.t.Helper()
	list, err := Quarantined(s.t.Context(), s.db, gatehouse.AllProjects(), "tester", r.LoadID)
	if err != nil {
		s.t.Fatal(err)
	}
	var lines []string
	for _, q := range list {
		line := fmt.Sprintf("%s %s %s ×%d", q.Code, q.Cell, q.Value, q.Rows)
		if q.Level == LevelError {
			line = "error " + line
		}
		if q.Detail != "" {
			line += " (" + q.Detail + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// tells loads a file that has no errors, and compares its findings. What the
// preview told before must be the same.
func (s *site) tells(name string, content []byte, want ...string) Result {
	s.t.Helper()
	p := s.preview(name, content)
	r := s.load(name, content)
	if diff := cmp.Diff(strings.Join(want, "\n"), s.told(r)); diff != "" {
		s.t.Errorf("%s (-want +got):\n%s", name, diff)
	}
	same := r
	same.Status, same.Attempt = Previewed, 0
	if diff := cmp.Diff(p.Result, same); diff != "" {
		s.t.Errorf("%s is not loaded as the preview said (-preview +load):\n%s", name, diff)
	}
	return r
}

// strictly reads a file under a contract that makes warnings errors, and shows
// the bad cells.
func (s *site) strictly(content []byte, codes ...Code) string {
	s.t.Helper()
	in := s.reading(content, func(in *intake) {
		in.strict = map[Code]bool{}
		for _, c := range codes {
			in.strict[c] = true
		}
	})
	var lines []string
	for _, e := range in.errors {
		lines = append(lines, fmt.Sprintf("%s %s %s", e.Code, e.Cell, e.Value))
	}
	return strings.Join(lines, "\n")
}

// reading reads a file as a preview does, by an intake that is set up first.
func (s *site) reading(content []byte, setUp func(*intake)) *intake {
	s.t.Helper()
	ctx := s.t.Context()
	staged := s.preview("strict.csv", content)
	known, err := clickhouse.Select[knownProject](ctx, s.db, "ingest.Projects", s.asked(), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	book, done, err := s.open(ctx, staged.SHA256, "")
	if err != nil {
		s.t.Fatal(err)
	}
	defer done()
	out := newOutlet(ctx, s.db, 1, s.limit, s.step)
	out.dry = true
	in := newIntake(s.db.Calendar(), 1, Feeds(), projectFinder{known: known}, out)
	in.reference = newReference(s.Loader, 0, in.projects)
	defer in.reference.close()
	setUp(in)
	if err := in.book(ctx, book); err != nil {
		s.t.Fatal(err)
	}
	if err := out.close(); err != nil {
		s.t.Fatal(err)
	}
	return in
}

const (
	billHead    = "项目,房号,账单号,收费项目,账期,应收金额"
	paymentHead = "项目,房号,账单号,收费项目,缴费时间,实缴金额"
)

func TestUnknownNames(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101")
	s.load("bills.csv", csv(billHead, "P1,1-1-101,B1,物业费,202601,100"))
	content := csv(paymentHead,
		"P1,1-1-101,B1,物业费,2026-01-05,1",
		"阳光花园,1-1-101,B1,物业费,2026-01-06,2", // by its name
		"P9,1-1-101,B1,物业费,2026-01-05,3",
		"P9,1-1-102,B2,物业费,2026-01-05,4",
		"P1,1-1-109,B1,物业费,2026-01-05,5",
		"P1,1栋1单元109室,B1,物业费,2026-01-06,6",
		"阳光花园,1-1-109,B8,物业费,2026-01-07,7",
		"P1,1-1-101,B8,物业费,2026-01-08,8",
		"P1,1-1-108,B1,物业费,2026-01-08,x")
	r := s.load("pay.csv", content)
	want := "error amount-error F10 x ×1\nunknown-project A4 P9 ×2\nunknown-room B6 1-1-109 ×3\nunknown-bill C8 B8 ×2"
	if diff := cmp.Diff(want, s.told(r)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	// The row of 109 and B8 is one row and one orphan, and two warnings.
	if r.Orphans != 6 || r.Warnings != 7 || r.Loaded != 8 {
		t.Errorf("%+v", r)
	}
	strict := s.strictly(content, UnknownProject, UnknownRoom)
	want = "unknown-project A4 P9\nunknown-room B4 1-1-101\nunknown-project A5 P9\nunknown-room B5 1-1-102\n" +
		"unknown-room B6 1-1-109\nunknown-room B7 1栋1单元109室\nunknown-room B8 1-1-109\namount-error F10 x\nunknown-room B10 1-1-108"
	if diff := cmp.Diff(want, strict); diff != "" {
		t.Errorf("with a strict contract (-want +got):\n%s", diff)
	}
}

func TestMastersOfTheFileCount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	payments := sheetOf{name: "收款", rows: [][]any{{"小区", "房号", "账单号", "收费项目", "缴费时间", "实缴金额"},
		{"翠湖", "1-1-101", "B1", "物业费", "2026-01-05", 1}, {"P2", "1-1-102", "B9", "物业费", "2026-01-05", 2}, {"翠湖", "1-1-109", "B1", "物业费", "2026-01-06", 3}}}
	bills := sheetOf{name: "账单", rows: [][]any{{"项目", "房号", "账单号", "收费项目", "账期", "应收金额"}, {"P2", "1-1-101", "B1", "物业费", "202601", 100}}}
	rooms := sheetOf{name: "房屋", rows: [][]any{{"项目", "房号", "面积"}, {"翠湖", "1-1-101", 80}, {"P2", "1-1-102", 80}}}
	projects := sheetOf{name: "项目", rows: [][]any{{"项目编码", "项目名称", "户数"}, {"P2", "翠湖", 100}}}
	behind := xlsx(t, payments, bills, rooms, projects)
	r := s.tells("behind.xlsx", behind, "unknown-bill C3 B9 ×1", "unknown-room B4 1-1-109 ×1")
	if r.Orphans != 2 || r.Warnings != 2 {
		t.Errorf("masters behind: %+v", r)
	}
	if err := s.Withdraw(t.Context(), gatehouse.AllProjects(), r.LoadID, "tester"); err != nil {
		t.Fatal(err)
	}
	if got := s.strictly(behind, UnknownProject); got != "unknown-project A2 翠湖\nunknown-project A3 P2\nunknown-project A4 翠湖\nunknown-project A2 P2\nunknown-project A2 翠湖\nunknown-project A3 P2" {
		t.Errorf("masters behind, strict: %q", got)
	}
	if got := s.strictly(xlsx(t, projects, rooms, bills, payments), UnknownProject, UnknownRoom, UnknownBill); got != "unknown-bill C3 B9\nunknown-room B4 1-1-109" {
		t.Errorf("masters in front, strict: %q", got)
	}
}

// monthlyBills are a room's bills of 100.00 for the months of 2025.
func monthlyBills(room string, months int) []byte {
	lines := []string{billHead}
	for m := range months {
		lines = append(lines, fmt.Sprintf("P1,%s,%s-%d,物业费,2025%02d,100", room, room, m+1, m+1))
	}
	return csv(lines...)
}

func TestUnusualAmount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101", "1-1-102")
	s.load("101.csv", monthlyBills("1-1-101", 4))
	s.load("102.csv", monthlyBills("1-1-102", 3))
	content := csv(billHead, "P1,1-1-101,A,物业费,202505,150.01", "P1,1-1-102,B,物业费,202504,150.01", "P1,1-1-101,C,车位费,202505,999",
		"阳光花园,1-1-101,D,物业费,202506,150.00", "P1,1-1-101,E,物业费,202507..202509,300.00", "P1,1-1-101,F,违约金,202505,999")
	s.tells("may.csv", content, "unusual-amount F2 150.01 ×1 (100.00)")
	s.tells("again.csv", csv(billHead, "P1,1-1-101,E,物业费,202507..202509,600.00"), "unusual-amount F2 600.00 ×1 (300.00)")
	if got := s.strictly(csv(billHead, "P1,1-1-101,X,物业费,202510,1000", "P1,1-1-101,Y,物业费,202510,100"), UnusualAmount, PeriodOverlap); got != "unusual-amount F2 1000" {
		t.Errorf("strict: %q", got) // a row that is held back overlaps nothing
	}
}

func TestPeriodsThatDoNotAdjoin(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101", "1-1-102", "1-1-103")
	s.load("101.csv", monthlyBills("1-1-101", 4))
	s.load("102.csv", monthlyBills("1-1-102", 4))
	s.tells("overlap.csv", csv(billHead, "P1,1-1-101,A,物业费,202504..202506,300", "P1,1-1-101,1-1-101-3,物业费,202503,100", "P1,1-1-103,N,物业费,202504,100", "P1,1-1-103,O,物业费,202504,100"),
		"period-overlap E2 202504..202506 ×1 (2025-04-01–2025-04-30)", "period-overlap E5 202504 ×1 (2025-04-01–2025-04-30)")
	// The gap of February is filled by a later row, the one of 102 is not.
	s.tells("gap.csv", csv(billHead, "P1,1-1-101,B,物业费,202508,100", "P1,1-1-102,C,物业费,202506,100", "P1,1-1-101,D,物业费,202507,100"),
		"period-gap E3 202506 ×1 (2025-05-01–2025-05-31)")
	if got := s.strictly(csv(billHead, "P1,1-1-101,G,物业费,202510,100", "P1,1-1-101,H,物业费,202509,100", "P1,1-1-101,I,物业费,202509,100"), PeriodGap, PeriodOverlap); got != "period-gap E2 202510\nperiod-overlap E4 202509" {
		t.Errorf("strict: %q", got)
	}
}

// TestBillsThatAreTakenBack neither overlap nor count as usual, whether the
// reversal was published, comes with the file, or stands behind the new bill.
func TestBillsThatAreTakenBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101")
	head := billHead + ",类型,原账单号"
	s.load("first.csv", csv(head, "P1,1-1-101,B1,物业费,202501,100,,", "P1,1-1-101,B2,物业费,202502,100,,", "P1,1-1-101,R1,物业费,202501,-100,红冲,B1"))
	s.tells("published.csv", csv(head, "P1,1-1-101,B3,物业费,202501,110,,"))
	s.tells("with.csv", csv(head, "P1,1-1-101,B4,物业费,202502,110,,", "P1,1-1-101,R2,物业费,202502,-100,红冲,B2"))
	s.tells("not.csv", csv(head, "P1,1-1-101,B5,物业费,202502,110,,", "P1,1-1-101,R5,物业费,202501,-110,红冲,B3"), "period-overlap E2 202502 ×1 (2025-02-01–2025-02-28)")
}

func TestLedgerRowsOfOneBill(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101")
	s.load("101.csv", monthlyBills("1-1-101", 4))
	r := s.tells("ledger.csv", csv("项目,房号,账单号,收费项目,账期,应收金额,实收金额,缴费时间", "P1,1-1-101,A,物业费,202504,500,1,2025-05-05", "P1,1-1-101,A,物业费,202504,500,2,2025-05-06", "P1,1-1-109,C,物业费,202504,5,5,2025-05-06"),
		"period-overlap E2 202504 ×2 (2025-04-01–2025-04-30)", "unknown-room B4 1-1-109 ×1")
	if r.Orphans != 2 { // the bill and its payment
		t.Errorf("%+v", r)
	}
}

const readingHead = "项目,表号,抄表日期,读数,事件"

// monthlyReadings are those of a meter on the first of each month, 310 apart.
func monthlyReadings(meter string, months int) []byte {
	lines := []string{readingHead}
	for m := range months {
		lines = append(lines, fmt.Sprintf("P1,%s,2025-%02d-01,%d,", meter, m+1, 1000+310*m))
	}
	return csv(lines...)
}

func TestReadingsBesideThePublishedOnes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters()
	s.load("e1.csv", monthlyReadings("E1", 7))
	s.load("e2.csv", monthlyReadings("E2", 6))
	s.load("e3.csv", monthlyReadings("E3", 6)) // five intervals
	// E1 showed 2860 on 1 July, 2550 on 1 June, and at most 310 in the 28 days of
	// February, 11.0714 a day: five times that is 1716.07 in 31 days.
	low := csv(readingHead, "P1,E1,2025-08-01,2859.9,", "P1,E1,2025-06-15,2549,", "P1,E2,2025-05-16,2240,", "P1,E2,2025-08-01,5,换表")
	if r := s.load("low.csv", low); s.told(r) != "error reading-decreased D2 2859.9 ×1\nerror reading-decreased D3 2549 ×1" {
		t.Errorf("lower than what is published: %s", s.told(r))
	}
	if got := s.strictly(csv(readingHead, "P1,E1,2025-08-01,4577,", "P1,E1,2025-09-01,3000,"), ImplausibleReading); got != "implausible-reading D2 4577" {
		t.Errorf("strict: %q", got) // a reading that is held back is no last one
	}
	s.tells("edge.csv", csv(readingHead, "P1,E1,2025-08-01,4576,"))
	s.tells("huge.csv", csv(readingHead, "P1,E1,2025-08-01,4577,", "P1,E3,2025-08-01,99999,"), "implausible-reading D2 4577 ×1 (55.39/d > 11.07/d)")
}

// TestCorrectionIsNotComparedWithItself: the rows that a correction carries
// over are published while it is read.
func TestCorrectionIsNotComparedWithItself(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101")
	head := "项目,房号,收费项目,账期,应收金额"
	var lines []string
	for m := range 6 {
		lines = append(lines, fmt.Sprintf("P1,1-1-101,物业费,2025%02d,100", m+1))
	}
	first := s.load("bills.csv", csv(append([]string{head, "P1,1-1-101,物业费,202507,x"}, lines...)...))
	// A period is corrected, so that the row's key is another one; so is an amount.
	fix := csv(head+","+backHeader(first.LoadID, 0), "P1,1-1-101,物业费,202507,100,2", "P1,1-1-101,物业费,202506..202506,100,8", "P1,1-1-101,物业费,202505,900,7")
	fixed := s.tells("fix.csv", fix, "unusual-amount E4 900 ×1 (100.00)")
	if fixed.Loaded != 7 || fixed.Warnings != 1 {
		t.Errorf("%+v", fixed)
	}
	readings := s.load("e.csv", csv(readingHead, "P1,E1,2025-01-01,9000,", "P1,E1,2025-02-01,x,", "P1,E1,2025-03-01,9200,"))
	back := csv(readingHead+","+backHeader(readings.LoadID, 0), "P1,E1,2025-01-01,100,,2", "P1,E1,2025-02-01,150,,3", "P1,E1,2025-03-01,200,,4")
	s.tells("e fixed.csv", back)
}
