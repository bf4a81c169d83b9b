package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

// badBills is a file of which two rows cannot be loaded.
func badBills() []byte {
	return csv("项目,房号,收费项目,账期,应收金额",
		"P1,1-1-101,物业费,202503,100.00",
		"P1,1-1-102,物业费,202503,二百",
		"P1,1-1-103,物业费,202503,30.00",
		"P1,,物业费,202503,40.00")
}

// TestRowsSentBack: rows of a marked workbook take the places of what they
// were, whichever of them come back, and nothing counts twice.
func TestRowsSentBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.load("bills.csv", badBills())
	if first.Loaded != 2 || first.Quarantined != 2 {
		t.Fatalf("first: %+v", first)
	}
	head := "项目,房号,收费项目,账期,应收金额," + backHeader(first.LoadID, 0)

	one := s.load("fixed.csv", csv(head, "P1,1-1-102,物业费,202503,200.00,3"))
	if one.Status != Published || one.Corrects != first.LoadID || one.Loaded != 3 || one.Quarantined != 1 {
		t.Fatalf("one row sent back: %+v", one)
	}
	rows := func() string { return s.facts("fee_bill", "room", "amount", "source_row", "brought = 0") }
	want := "1-1-101 100 2 0\n1-1-102 200 2 1\n1-1-103 30 4 0"
	if diff := cmp.Diff(want, rows()); diff != "" {
		t.Errorf("after one row (-want +got):\n%s", diff)
	}

	// The rest comes back from the first marked file, with a row added, one
	// cleared, and one that was good changed.
	rest := s.load("rest.csv", csv(head, ",,,,,4", "P1,1-1-104,物业费,202503,40.00,5", "P1,1-1-101,物业费,202503,111.00,2", "P1,1-1-105,物业费,202503,50.00,"))
	if rest.Status != Published || rest.Loaded != 4 || rest.Quarantined != 0 {
		t.Fatalf("the rest sent back: %+v", rest)
	}
	want = "1-1-101 111 4 1\n1-1-102 200 2 0\n1-1-104 40 3 1\n1-1-105 50 5 1"
	if diff := cmp.Diff(want, rows()); diff != "" {
		t.Errorf("after the rest (-want +got):\n%s", diff)
	}
	states := map[string]State{}
	list, err := Loads(t.Context(), s.db, gatehouse.AllProjects(), LoadFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		states[l.File] = l.State
	}
	if diff := cmp.Diff(map[string]State{"bills.csv": Corrected, "fixed.csv": Corrected, "rest.csv": Published}, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	if again := s.load("bills.csv", badBills()); again.Status != AlreadyLoaded {
		t.Errorf("the first file again: %+v", again)
	}

	// Undone, each correction gives back what it took the place of.
	if err := s.Withdraw(t.Context(), gatehouse.AllProjects(), one.LoadID, "tester"); gatehouse.KindOf(err) != gatehouse.Conflict {
		t.Errorf("withdraw of a corrected load: %v", err)
	}
	if err := s.Withdraw(t.Context(), gatehouse.AllProjects(), rest.LoadID, "tester"); err != nil {
		t.Fatal(err)
	}
	want = "1-1-101 100 2 0\n1-1-102 200 2 1\n1-1-103 30 4 0"
	if diff := cmp.Diff(want, rows()); diff != "" {
		t.Errorf("after the withdrawal (-want +got):\n%s", diff)
	}
	if err := s.Restore(t.Context(), gatehouse.AllProjects(), rest.LoadID, "tester"); err != nil {
		t.Fatal(err)
	}
	want = "1-1-101 111 4 1\n1-1-102 200 2 0\n1-1-104 40 3 1\n1-1-105 50 5 1"
	if diff := cmp.Diff(want, rows()); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
}

// TestCarriedRowsKeepTheirRank: a correction does not bring back old values of
// rows that a later file has superseded meanwhile.
func TestCarriedRowsKeepTheirRank(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.load("bills.csv", badBills())
	s.load("later.csv", csv("项目,房号,收费项目,账期,应收金额", "P1,1-1-103,物业费,202503,33.00"))
	head := "项目,房号,收费项目,账期,应收金额," + backHeader(first.LoadID, 0)
	s.load("fixed.csv", csv(head, "P1,1-1-102,物业费,202503,200.00,3", "P1,1-1-104,物业费,202503,40.00,5"))
	want := "1-1-101 100\n1-1-102 200\n1-1-103 33\n1-1-104 40"
	if diff := cmp.Diff(want, s.facts("fee_bill", "room", "amount")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEqualPaymentsSentBack: payments without a receipt number are told apart
// by their count, which a correction must not lose.
func TestEqualPaymentsSentBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	head := "项目,房号,收费项目,缴费时间,实缴金额"
	first := s.load("pay.csv", csv(head, "P1,1-1-101,物业费,2026-03-05,100.00", "P1,1-1-101,物业费,2026-03-05,一百"))
	fixed := s.load("fixed.csv", csv(head+","+backHeader(first.LoadID, 0), "P1,1-1-101,物业费,2026-03-05,100.00,3"))
	if fixed.Loaded != 2 || fixed.Sums["fee_payment.amount"] != "200.00" {
		t.Errorf("%+v", fixed)
	}
}

// TestSameRowsSentBackAtOnce: a process that wakes when another has sent the
// same rows back must not send them back on top of that.
func TestSameRowsSentBackAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	head := "项目,房号,收费项目,缴费时间,实缴金额"
	first := s.load("pay.csv", csv(head, "P1,1-1-101,物业费,2026-03-05,100.00"))
	added := csv(head+","+backHeader(first.LoadID, 0), "P1,1-1-101,物业费,2026-03-05,100.00,")
	slow := NewLoader(s.db, s.files, Options{})
	var quick Result
	slow.step = func(at Step) {
		if at == StepStarted {
			quick = s.load("added.csv", added)
		}
	}
	woken, err := slow.Load(t.Context(), request("added.csv", added))
	if err != nil || quick.Status != Published || woken.Status != AlreadyLoaded || woken.Attempt != quick.Attempt {
		t.Errorf("woken %+v, %v; quick %+v", woken, err, quick)
	}
	if got := s.ask("-- sources: fee_payment\nSELECT toString(sum(amount)) AS answer FROM fee_payment"); got != "200" {
		t.Errorf("paid %s, want 200", got)
	}
}

// TestUndoneWhileRowsComeBack: what was withdrawn stays so, although rows sent
// back for it were under way.
func TestUndoneWhileRowsComeBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.load("bills.csv", badBills())
	s.step = func(at Step) {
		if at == StepVerified {
			if err := s.Withdraw(t.Context(), gatehouse.AllProjects(), first.LoadID, "tester"); err != nil {
				t.Error(err)
			}
		}
	}
	r := s.load("fixed.csv", csv("项目,房号,收费项目,账期,应收金额,"+backHeader(first.LoadID, 0), "P1,1-1-102,物业费,202503,200.00,3"))
	if r.Status != Refused || s.facts("fee_bill", "key") != "" {
		t.Errorf("%+v shows %s", r, s.facts("fee_bill", "key"))
	}
}

// TestRestoresOnTopOfWhatItCorrected: without the file, or beside the file
// loaded anew, a correction does not come back.
func TestRestoresOnTopOfWhatItCorrected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.load("bills.csv", badBills())
	fixed := s.load("fixed.csv", csv("项目,房号,收费项目,账期,应收金额,"+backHeader(first.LoadID, 0), "P1,1-1-102,物业费,202503,200.00,3"))
	for _, load := range []string{fixed.LoadID, first.LoadID} {
		if err := s.Withdraw(t.Context(), gatehouse.AllProjects(), load, "tester"); err != nil {
			t.Fatal(err)
		}
	}
	restore := func() error { return s.Restore(t.Context(), gatehouse.AllProjects(), fixed.LoadID, "tester") }
	if err := restore(); gatehouse.KindOf(err) != gatehouse.Conflict {
		t.Errorf("restored without the file: %v", err)
	}
	s.load("bills.csv", badBills())
	if err := restore(); gatehouse.KindOf(err) != gatehouse.Conflict {
		t.Errorf("restored beside the file loaded anew: %v", err)
	}
}

func TestRefusesRowsSentBackWrongly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.load("bills.csv", badBills())
	head := "项目,房号,收费项目,账期,应收金额," + backHeader(first.LoadID, 0)
	for _, c := range []struct {
		name, says string
		lines      []string
	}{
		{"columns moved", "put them back in order", []string{"项目,收费项目,房号,账期,应收金额," + backHeader(first.LoadID, 0), "P1,物业费,1-1-102,202503,200.00,3"}},
		{"number of no row", "which is no row of the file", []string{head, "P1,1-1-102,物业费,202503,200.00,77"}},
		{"number twice", "have the same number", []string{head, "P1,1-1-102,物业费,202503,200.00,3", "P1,1-1-104,物业费,202503,200.00,3"}},
		{"no number", "as its number to send back", []string{head, "P1,1-1-102,物业费,202503,200.00,third"}},
		{"unknown load", "is not published", []string{strings.Replace(head, first.LoadID, "0123456789abcdef", 1), "P1,1-1-102,物业费,202503,200.00,3"}},
	} {
		r := s.load("fixed.csv", csv(c.lines...))
		if r.Status != Refused || !strings.Contains(r.Errors[0].Message.EN, c.says) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

// TestCorrectionsAtOnce: of two corrections of one load sent at the same time
// one counts, the other is told.
func TestCorrectionsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.load("bills.csv", badBills())
	head := "项目,房号,收费项目,账期,应收金额," + backHeader(first.LoadID, 0)
	results := make(chan Result)
	for _, amount := range []string{"201.00", "202.00", "203.00"} {
		go func() {
			r, err := s.Load(t.Context(), request("fix.csv", csv(head, "P1,1-1-102,物业费,202503,"+amount+",3")))
			if err != nil {
				t.Error(err)
			}
			results <- r
		}()
	}
	var published, refused int
	for range 3 {
		switch r := <-results; r.Status {
		case Published:
			published++
		case Refused:
			refused++
		default:
			t.Errorf("%+v", r)
		}
	}
	// Those that began after the first had come through correct that one.
	if published < 1 || published+refused != 3 {
		t.Errorf("%d published, %d refused", published, refused)
	}
	if rooms := strings.Count(s.facts("fee_bill", "room"), "1-1-102"); rooms != 1 {
		t.Errorf("room 1-1-102 has %d bills", rooms)
	}
}
