package ingest

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"gatehouse"
)

// portfolio is five projects, each called by code or by name, and what is
// published of them: exports that overlap, one of them withdrawn, one corrected
// after another had superseded its rows.
func portfolio(t *testing.T, random *rand.Rand) *site {
	t.Helper()
	s := newSite(t)
	master, rooms := []string{"项目编码,项目名称"}, []string{"项目,房号,面积"}
	for p := range 5 {
		master = append(master, fmt.Sprintf("P%d,小区%d", p, p))
		for r := range 3 {
			rooms = append(rooms, fmt.Sprintf("P%d,1-1-10%d,80", p, r))
		}
	}
	s.load("projects.csv", csv(master...))
	s.load("rooms.csv", csv(rooms...))
	first := s.load("first.csv", csv(append([]string{ledgerHead, "P1,1-1-101,B99,物业费,202501,x,,"}, someBills(random, 60)...)...))
	s.load("second.csv", csv(append([]string{ledgerHead}, someBills(random, 60)...)...))
	gone := s.load("gone.csv", csv(append([]string{ledgerHead}, someBills(random, 60)...)...))
	if err := s.Withdraw(t.Context(), gatehouse.AllProjects(), gone.LoadID, "tester"); err != nil {
		t.Fatal(err)
	}
	s.load("third.csv", csv(append([]string{ledgerHead}, someBills(random, 60)...)...))
	s.load("corrected.csv", csv(ledgerHead+","+backHeader(first.LoadID, 0), "P1,1-1-101,B99,物业费,202501,100,,,2"))
	s.load("readings.csv", csv(append([]string{readingHead}, someReadings(random, 80)...)...))
	return s
}

const ledgerHead = billHead + ",类型,原账单号"

func calledSomehow(random *rand.Rand) string {
	p := random.IntN(5)
	return []string{fmt.Sprintf("P%d", p), fmt.Sprintf("小区%d", p)}[random.IntN(2)]
}

// someBills are rows of bills with few numbers, so that those of different files meet.
func someBills(random *rand.Rand, n int) []string {
	rows := map[string]string{}
	for range n {
		p, no := calledSomehow(random), fmt.Sprint("B", random.IntN(40))
		row := fmt.Sprintf("%s,1-1-10%d,%s,物业费,2025%02d,%d,,", p, random.IntN(4), no, 1+random.IntN(12), 100+10*random.IntN(10)*random.IntN(10))
		switch random.IntN(8) {
		case 0:
			row = fmt.Sprintf("%s,1-1-101,%s,物业费,202501,-100,红冲,B%d", p, no, random.IntN(40))
		case 1:
			row = fmt.Sprintf("%s,1-1-102,%s,违约金,202502,5,违约金,", p, no)
		}
		rows[p[len(p)-1:]+no] = row
	}
	return shuffled(random, rows)
}

func someReadings(random *rand.Rand, n int) []string {
	rows := map[string]string{}
	for range n {
		p, meter, month := calledSomehow(random), random.IntN(3), 1+random.IntN(12)
		shown := 1000*month + random.IntN(1500)
		rows[fmt.Sprint(p[len(p)-1:], meter, month)] = fmt.Sprintf("%s,E%d,2025-%02d-01,%d,", p, meter, month, shown)
	}
	return shuffled(random, rows)
}

func shuffled(random *rand.Rand, rows map[string]string) []string {
	list := slices.Sorted(maps.Values(rows))
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// TestFindingsAreTheSameAskedAheadOrNot: files of bills, payments and readings
// give the same findings and faults whether projects are asked for one by one,
// or some ahead of their rows.
func TestFindingsAreTheSameAskedAheadOrNot(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	s := portfolio(t, random)
	for range 3 {
		var payments []string
		for range 30 {
			payments = append(payments, fmt.Sprintf("%s,1-1-10%d,B%d,物业费,2025-05-%02d,%d", calledSomehow(random), random.IntN(5), random.IntN(60), 1+random.IntN(28), 1+random.IntN(99)))
		}
		for _, content := range [][]byte{
			csv(append([]string{ledgerHead}, someBills(random, 50)...)...), csv(append([]string{paymentHead}, payments...)...),
			csv(append([]string{readingHead}, someReadings(random, 50)...)...),
		} {
			told := func(most int) string {
				in := s.reading(content, func(in *intake) { in.reference.most = most })
				lines := []string{fmt.Sprint(in.warnings, " warnings, ", in.orphans, " orphans, ", in.faults, " faults")}
				for _, e := range in.errors {
					lines = append(lines, fmt.Sprint(e.Code, " ", e.Cell))
				}
				for f := range in.findings.all {
					lines = append(lines, fmt.Sprint(f.code, " ", f.row, " ", f.value, " ", f.why(), " ×", f.rows, " cleared: ", in.cleared(f)))
				}
				return strings.Join(lines, "\n")
			}
			if diff := gocmp.Diff(told(0), told(mostAhead)); diff != "" {
				t.Fatalf("findings (-one by one +ahead):\n%s\nof the file\n%s", diff, content)
			}
		}
	}
}

// TestBillsToCompareWith are the current ones as the view of bills has them.
func TestBillsToCompareWith(t *testing.T) {
	t.Parallel()
	s := portfolio(t, rand.New(rand.NewPCG(3, 4)))
	p := &published{loader: s.Loader}
	var refs [][]string
	for n := range 5 {
		refs = append(refs, []string{fmt.Sprint("P", n), fmt.Sprint("小区", n)})
	}
	got, _, err := p.charges(t.Context(), refs)
	if err != nil {
		t.Fatal(err)
	}
	accounts, back := 0, 0
	for n, b := range got {
		want := billing{accounts: map[uint64]*account{}, taken: taken{}}
		for _, line := range s.askAt(s.asked(), fmt.Sprintf(`-- sources: fee_bill
			SELECT concatWithSeparator(' ', kind, toString(xxHash64(concat(room, '\0', fee_item))), toString(toInt32(period_start)), toString(toInt32(period_end)),
				toString(xxHash64(if(kind = 'reversal', concat('no:', reverses), key))), toString(toInt64(amount * 100))) AS answer
			FROM fee_bill WHERE project = 'P%d' AND kind IN ('normal', 'reversal')`, n)) {
			var kind string
			var slot, key uint64
			var start, end int32
			var fen int64
			if _, err := fmt.Sscan(line, &kind, &slot, &start, &end, &key, &fen); err != nil {
				t.Fatal(err)
			}
			if kind == "reversal" {
				want.taken[key] = struct{}{}
				continue
			}
			if want.accounts[slot] == nil {
				want.accounts[slot] = &account{published: true}
			}
			a := want.accounts[slot]
			a.charges = append(a.charges, newCharge(key, gatehouse.Date(start), gatehouse.Date(end), gatehouse.Money(fen)))
			slices.SortFunc(a.charges, func(x, y charge) int { return cmp.Or(cmp.Compare(x.start, y.start), cmp.Compare(x.key, y.key)) })
		}
		if diff := gocmp.Diff(want, b, gocmp.AllowUnexported(billing{}, account{}, charge{})); diff != "" {
			t.Errorf("P%d (-the view +to compare with):\n%s", n, diff)
		}
		accounts, back = accounts+len(b.accounts), back+len(b.taken)
	}
	if accounts < 10 || back < 5 {
		t.Errorf("%d accounts and %d bills taken back are too few to tell", accounts, back)
	}
}
