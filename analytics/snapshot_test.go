package analytics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// books is a service with a loader of small files.
type books struct {
	t *testing.T
	*Service
	loader *ingest.Loader
}

func newBooks(t *testing.T) *books {
	t.Helper()
	db := sqltest.New(t)
	return &books{t: t, Service: newService(t, db), loader: loader(t, db)}
}

// load loads lines of CSV and gives the instant after which they are known.
func (b *books) load(name string, lines ...string) time.Time {
	b.t.Helper()
	content := strings.NewReader(strings.Join(lines, "\n") + "\n")
	r, err := b.loader.Load(b.t.Context(), ingest.Request{Name: name, Content: content, Size: content.Size()})
	if err != nil || r.Status != ingest.Published || r.Quarantined > 0 {
		b.t.Fatalf("%s: %+v, %v", name, r, err)
	}
	now, err := b.db.Now(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return now
}

func (b *books) refreshed() []string {
	b.t.Helper()
	r, err := b.Refresh(b.t.Context(), false)
	if err != nil {
		b.t.Fatal(err)
	}
	return r.Projects
}

// rate is the collection rate of March 2026 as "numerator/denominator", by project.
func (b *books) rate(at Snapshot) string {
	b.t.Helper()
	values, err := b.Values(b.t.Context(), gatehouse.AllProjects(), at, Ask{
		KPI: "collection_rate", Periods: []gatehouse.Period{gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 3))}, ByProject: true,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	var list []string
	for _, v := range values {
		list = append(list, fmt.Sprintf("%s %s/%s", v.Project, v.Numerator, v.Denominator))
	}
	return strings.Join(list, ", ")
}

func (b *books) at(t time.Time) Snapshot {
	b.t.Helper()
	at, err := b.At(b.t.Context(), t)
	if err != nil {
		b.t.Fatal(err)
	}
	return at
}

const billHead = "项目编码,账单号,房号,收费项目,账期,应收金额"

func (b *books) bills(project string, amount int) time.Time {
	return b.load(fmt.Sprint(project, amount, ".csv"), billHead,
		fmt.Sprintf("%s,%s-1,1-1-101,物业费,2026-03,%d", project, project, amount))
}

func (b *books) projects(codes ...string) time.Time {
	lines := []string{"项目编码,项目名称,户数"}
	for _, c := range codes {
		lines = append(lines, c+","+c+"花园,100")
	}
	return b.load("projects.csv", lines...)
}

// Only projects whose facts changed are computed again.
func TestRefreshComputesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1", "P2")
	b.bills("P1", 100)
	b.bills("P2", 200)
	if got := b.refreshed(); !slices.Equal(got, []string{"P1", "P2"}) {
		t.Errorf("first refresh: %v", got)
	}
	if got := b.refreshed(); len(got) != 0 {
		t.Errorf("nothing changed, yet %v", got)
	}
	b.bills("P2", 250)
	if got := b.refreshed(); !slices.Equal(got, []string{"P2"}) {
		t.Errorf("P2 changed, computed: %v", got)
	}
	at, err := b.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := b.rate(at); got != "P1 0/100, P2 0/250" {
		t.Errorf("rates: %s", got)
	}
}

// A report drawn as known at an instant is the one of then, whatever was
// corrected since, whether or not it was computed then.
func TestPastStatesAreDrawnAgain(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	start, err := b.db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.projects("P1")
	first := b.bills("P1", 100)
	b.refreshed()
	computed, err := b.db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second := b.bills("P1", 120) // never refreshed before the next
	third := b.load("pay.csv", "项目编码,收据号,账单号,房号,收费项目,缴费时间,实收金额", "P1,R1,P1-1,1-1-101,物业费,2026-03-05,80")
	b.refreshed()
	for _, c := range []struct {
		name string
		at   time.Time
		want string
	}{
		{"before anything", start, ""},
		{"known but not yet computed", first, "P1 0/100"},
		{"computed then", computed, "P1 0/100"},
		{"between two loads", second, "P1 0/120"},
		{"after the payment", third, "P1 80/120"},
	} {
		if got := b.rate(b.at(c.at)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	// A state is computed once: asking again reads it.
	again := b.at(second)
	if again.series == 0 {
		t.Error("the state between two loads cannot come from the running series")
	}
	if runs := b.count("SELECT toUInt64(count()) AS n FROM refresh WHERE series = {series:UInt64}", again.series); runs != 1 {
		t.Errorf("computed %d times", runs)
	}
	if _, err := b.At(t.Context(), time.Now().Add(time.Hour)); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("the future: %v", err)
	}
}

func (b *books) count(query string, series uint64) uint64 {
	b.t.Helper()
	type row struct {
		N uint64 `ch:"n"`
	}
	rows, err := clickhouse.SelectText[row](b.t.Context(), b.db, query, clickhouse.Asked{Series: series}, nil)
	if err != nil || len(rows) != 1 {
		b.t.Fatalf("%v, %v", rows, err)
	}
	return rows[0].N
}

// Rows of a project that nobody knows yet are counted as unassigned, and join
// the project when its master arrives; the total is the same before and after.
func TestUnassignedRowsJoinTheirProject(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1")
	b.bills("P1", 100)
	b.bills("P2", 30)
	b.bills("P3花园", 5)
	b.refreshed()
	at, err := b.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := b.rate(at); got != " 0/35, P1 0/100" {
		t.Errorf("before: %s", got)
	}
	_, total, err := b.Fees(t.Context(), gatehouse.AllProjects(), at, gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 3)), FeesByProject)
	if err != nil || total.Billed != 135_00 {
		t.Errorf("total: %+v, %v", total, err)
	}
	b.load("more.csv", "项目编码,项目名称,户数", "P2,P2花园,1", "P3,P3花园,1")
	if got := b.refreshed(); !slices.Equal(got, []string{"", "P2", "P3"}) {
		t.Errorf("computed: %q", got)
	}
	if at, err = b.Latest(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := b.rate(at); got != "P1 0/100, P2 0/30, P3 0/5" {
		t.Errorf("after: %s", got)
	}
}

// A scope sees its projects and nothing else; the zero Scope sees nothing.
func TestScopeLimitsEveryNumber(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1", "P2")
	b.bills("P1", 100)
	b.bills("P2", 200)
	b.bills("P9", 7)
	b.refreshed()
	at, err := b.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	march := gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 3))
	for _, c := range []struct {
		scope gatehouse.Scope
		want  gatehouse.Money
	}{{gatehouse.AllProjects(), 307_00}, {gatehouse.Projects("P2"), 200_00}, {gatehouse.Scope{}, 0}, {gatehouse.Projects("P3"), 0}} {
		_, total, err := b.Fees(t.Context(), c.scope, at, march, FeesByItem)
		if err != nil || total.Billed != c.want {
			t.Errorf("%+v: fees %s, want %s (%v)", c.scope, total.Billed, c.want, err)
		}
		v, err := b.Value(t.Context(), c.scope, at, "collection_rate", march)
		if err != nil || v.Denominator.String() != strings.TrimSuffix(c.want.String(), ".00") {
			t.Errorf("%+v: denominator %s, want %s (%v)", c.scope, v.Denominator, c.want, err)
		}
		bills := 0
		if err := b.Bills(t.Context(), c.scope, at, march, func(BillLine) error { bills++; return nil }); err != nil {
			t.Fatal(err)
		}
		if (bills == 0) != (c.want == 0) {
			t.Errorf("%+v: %d bills", c.scope, bills)
		}
	}
}

// Pruning removes what was superseded and nothing that is read.
func TestPruneKeepsWhatIsRead(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1")
	first := b.bills("P1", 100)
	b.refreshed()
	b.bills("P1", 120)
	b.refreshed()
	if err := b.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	at, err := b.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := b.rate(at) + "; " + b.rate(b.at(first)); got != "P1 0/120; P1 0/100" {
		t.Errorf("after pruning: %s", got)
	}
	march := gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 3))
	if _, total, err := b.Fees(t.Context(), gatehouse.AllProjects(), at, march, FeesByProject); err != nil || total.Billed != 120_00 {
		t.Errorf("fees after pruning: %+v, %v", total, err)
	}
	// As if all of it had been two days ago and longer.
	later := clickhouse.Params{"before": time.Now().Add(time.Hour)}
	for _, q := range []string{"analytics.PruneSeries", "analytics.PruneSeriesEntries", "analytics.PruneSeriesValues", "analytics.PruneEntries"} {
		if err := b.db.Exec(t.Context(), q, clickhouse.Asked{}, later); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.count("SELECT toUInt64(count()) AS n FROM fee_entry", 0); n != 1 {
		t.Errorf("%d entries are left, want the one of the newest run", n)
	}
	if got := b.rate(at); got != "P1 0/120" {
		t.Errorf("after two days: %s", got)
	}
}

// Another way to count time makes other values, so it is computed anew.
func TestSettingsAreWatched(t *testing.T) {
	t.Parallel()
	config := sqltest.Config(t)
	computed := func(change func(*clickhouse.Config)) int {
		c := config
		change(&c)
		db, err := clickhouse.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		b := &books{t: t, Service: newService(t, db), loader: loader(t, db)}
		if b.count("SELECT toUInt64(count()) AS n FROM publication", 0) == 0 {
			b.projects("P1")
			b.bills("P1", 100)
		}
		return len(b.refreshed())
	}
	same := func(*clickhouse.Config) {}
	april := func(c *clickhouse.Config) { c.Calendar.YearStart = time.April }
	edges := func(c *clickhouse.Config) { c.AgeEdges = []uint16{30, 90} }
	for i, step := range []struct {
		change func(*clickhouse.Config)
		want   int
	}{{same, 1}, {same, 0}, {april, 1}, {april, 0}, {edges, 1}, {same, 1}} {
		if got := computed(step.change); got != step.want {
			t.Errorf("step %d computed %d projects, want %d", i, got, step.want)
		}
	}
}
