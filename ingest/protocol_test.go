package ingest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"gatehouse"
)

// written counts the rows of every table that a load writes to.
const written = `SELECT concatWithSeparator(' ', toString((SELECT count() FROM load)), toString((SELECT count() FROM attempt)), toString((SELECT count() FROM publication)),
	toString((SELECT count() FROM fee_bill)), toString((SELECT count() FROM quarantine))) AS answer`

func bills(amounts ...string) []byte {
	lines := []string{"项目,房号,账单号,收费项目,账期,应收金额"}
	for i, a := range amounts {
		lines = append(lines, fmt.Sprintf("P1,1-1-10%02d,B%d,物业费,202603,%s", i, i, a))
	}
	return csv(lines...)
}

func TestSameFileAgainWritesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.load("a.csv", bills("1", "2", "bad"))
	before := s.ask(written)
	again := s.load("b.csv", bills("1", "2", "bad"))
	if again.Status != AlreadyLoaded || again.LoadID != first.LoadID || again.Loaded != 2 || again.Quarantined != 1 {
		t.Errorf("again: %+v", again)
	}
	if diff := cmp.Diff(first.Sums, again.Sums); diff != "" {
		t.Errorf("sums (-first +again):\n%s", diff)
	}
	if after := s.ask(written); after != before {
		t.Errorf("rows written: %s became %s", before, after)
	}
}

func TestCorrectedFileSupersedesAndWithdrawalRestores(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.load("a.csv", bills("1", "2"))
	corrected := s.load("b.csv", bills("1", "5"))
	if got := s.facts("fee_bill", "key", "amount"); got != "no:B0 1\nno:B1 5" {
		t.Errorf("corrected: %q", got)
	}
	if err := s.Withdraw(t.Context(), gatehouse.Projects("P2"), corrected.LoadID, "tester"); gatehouse.KindOf(err) != gatehouse.Forbidden {
		t.Errorf("withdrawal by another project: %v", err)
	}
	if err := s.Withdraw(t.Context(), gatehouse.AllProjects(), corrected.LoadID, "tester"); err != nil {
		t.Fatal(err)
	}
	if got := s.facts("fee_bill", "key", "amount"); got != "no:B0 1\nno:B1 2" {
		t.Errorf("withdrawn: %q", got)
	}
	if r := s.load("b.csv", bills("1", "5")); r.Status != Published {
		t.Errorf("loaded once more: %+v", r)
	}
	if got := s.facts("fee_bill", "key", "amount"); got != "no:B0 1\nno:B1 5" {
		t.Errorf("once more: %q", got)
	}
	if err := s.Withdraw(t.Context(), gatehouse.AllProjects(), "none", "tester"); gatehouse.KindOf(err) != gatehouse.NotFound {
		t.Errorf("withdrawal of nothing: %v", err)
	}
}

func TestOrphansJoinWhenTheirMasterArrives(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pay := s.load("pay.csv", csv("项目,房号,账单号,收费项目,缴费日期,实收金额", "阳光花园,1-1-1001,B1,物业费,2026-03-05,5"))
	if pay.Orphans != 1 {
		t.Errorf("orphans: %+v", pay)
	}
	if got := s.facts("fee_payment", "project", "project_ref", "amount"); got != " 阳光花园 5" {
		t.Errorf("before the master: %q", got)
	}
	s.load("project.csv", csv("项目编码,项目名称", "P1,阳光花园"))
	if got := s.facts("fee_payment", "project", "project_ref", "amount"); got != "P1 阳光花园 5" {
		t.Errorf("after the master: %q", got)
	}
	s.load("room.csv", csv("项目,房号,面积", "P1,1-1-1001,80"))
	s.load("bill.csv", csv("项目,房号,账单号,收费项目,账期,应收金额", "P1,1-1-1001,B1,物业费,202603,9"))
	whole := s.load("pay2.csv", csv("项目,房号,账单号,收费项目,缴费日期,实收金额", "阳光花园,1-1-1001,B1,物业费,2026-03-06,5", "P1,1-1-1001,B9,物业费,2026-03-06,5"))
	if whole.Orphans != 1 {
		t.Errorf("one payment names an unknown bill: %+v", whole)
	}
}

func TestDamagedWorkbookIsRefusedWhole(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.limit = 2 // the first chunks are written before the damage is met
	rows := [][]any{{"项目", "房号", "账单号", "收费项目", "账期", "应收金额"}}
	for i := range 200 {
		rows = append(rows, []any{"P1", "1-1-1001", fmt.Sprintf("B%d", i), "物业费", "202603", i})
	}
	whole := xlsx(t, sheetOf{name: "账单", rows: rows})
	r := s.load("damaged.xlsx", truncateSheet(t, whole))
	if r.Status != Refused || r.ErrorCount != 1 || !strings.Contains(r.Errors[0].Message.EN, "账单") {
		t.Errorf("damaged: %+v", r)
	}
	if got := s.facts("fee_bill", "key"); got != "" {
		t.Errorf("visible: %q", got)
	}
	list, err := Loads(t.Context(), s.db, gatehouse.AllProjects(), LoadFilter{})
	if err != nil || len(list) != 1 || list[0].State != Refused || len(list[0].Errors()) != 1 {
		t.Errorf("list: %+v, %v", list, err)
	}
	if r := s.load("whole.xlsx", whole); r.Status != Published || r.Loaded != 200 {
		t.Errorf("whole: %+v", r)
	}
}

// truncateSheet cuts the sheet's part in half, with a checksum that is right.
func truncateSheet(t testing.TB, book []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f.Name, "sheet1.xml") {
			content = content[:len(content)*3/4]
		}
		part, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTwoLoadersOfOneFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	// Both have verified before either publishes.
	arrived, both := make(chan struct{}, 2), make(chan struct{})
	results := make([]Result, 2)
	var group errgroup.Group
	for i := range results {
		l := NewLoader(s.db, s.files, Options{})
		l.step = func(at Step) {
			if at == StepVerified {
				arrived <- struct{}{}
				<-both
			}
		}
		group.Go(func() (err error) {
			results[i], err = l.Load(t.Context(), request("a.csv", bills("1", "2")))
			return err
		})
	}
	<-arrived
	<-arrived
	close(both)
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	states := map[State]int{results[0].Status: 1}
	states[results[1].Status]++
	if diff := cmp.Diff(map[State]int{Published: 1, AlreadyLoaded: 1}, states); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if got := s.ask("SELECT toString(count()) AS answer FROM publication"); got != "1" {
		t.Errorf("publications: %s", got)
	}
	if got := s.facts("fee_bill", "key", "amount"); got != "no:B0 1\nno:B1 2" {
		t.Errorf("facts: %q", got)
	}
}

func TestFullyQuarantinedFilePublishes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.load("a.csv", bills("x", "#REF!", "1.234"))
	if r.Status != Published || r.Loaded != 0 || r.Quarantined != 3 {
		t.Errorf("got %+v", r)
	}
	var got []string
	for _, e := range r.Errors {
		got = append(got, fmt.Sprint(e.Cell, " ", e.Field, " ", e.Value, " ", e.Code))
	}
	if diff := cmp.Diff([]string{"F2 amount x amount-error", "F3 amount #REF! formula-error", "F4 amount 1.234 too-many-decimals"}, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	cells, err := Quarantined(t.Context(), s.db, gatehouse.AllProjects(), "", r.LoadID)
	if err != nil {
		t.Fatal(err)
	}
	want := QuarantinedCell{Feed: "fee_bill", Row: 4, Cell: "F4", Field: "amount", Header: "应收金额", Value: "1.234", Code: TooManyDecimals, Level: LevelError, Rows: 1, File: "a.csv", SHA256: r.SHA256}
	if diff := cmp.Diff(want, cells[2]); diff != "" {
		t.Errorf("quarantine (-want +got):\n%s", diff)
	}
	summary, err := SummaryByCode(t.Context(), s.db, gatehouse.AllProjects(), "")
	if err != nil || len(summary) != 3 || summary[0].Cells != 1 {
		t.Errorf("summary: %+v, %v", summary, err)
	}
}

func TestWhoSeesWhichLoad(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.load("p.csv", csv("项目编码,项目名称", "P1,阳光花园", "P2,翠湖"), func(r *Request) { r.By = "head" })
	s.load("one.csv", csv("项目,房号,面积", "阳光花园,1-1-1,80"), func(r *Request) { r.By = "head" })
	s.load("two.csv", csv("项目,房号,面积", "P2,1-1-1,80"), func(r *Request) { r.By = "manager" })
	s.load("none.csv", csv("什么,都没有", "1,2"), func(r *Request) { r.By = "head" })
	for _, c := range []struct {
		scope  gatehouse.Scope
		viewer string
		want   []string
	}{
		{gatehouse.AllProjects(), "", []string{"none.csv refused", "two.csv published", "one.csv published", "p.csv published"}},
		{gatehouse.Projects("P1"), "", []string{"one.csv published"}},
		{gatehouse.Projects("P1"), "manager", []string{"two.csv published", "one.csv published"}},
		{gatehouse.Projects("P1", "P2"), "", []string{"two.csv published", "one.csv published", "p.csv published"}},
		{gatehouse.Scope{}, "", nil},
	} {
		list, err := Loads(t.Context(), s.db, c.scope, LoadFilter{Viewer: c.viewer})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range list {
			got = append(got, l.File+" "+string(l.State))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v %q (-want +got):\n%s", c.scope, c.viewer, diff)
		}
	}
	list, err := Loads(t.Context(), s.db, gatehouse.AllProjects(), LoadFilter{Feed: "room", Limit: 1, Offset: 1})
	if err != nil || len(list) != 1 || list[0].File != "one.csv" || list[0].Total != 2 {
		t.Errorf("second page: %+v, %v", list, err)
	}
}
