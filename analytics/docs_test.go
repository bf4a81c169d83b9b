package analytics

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gatehouse/sql"
	"gatehouse/sql/sqltest"
)

// documented is how docs/kpis.md says what a KPI's header does: its line of the
// table, and how its section begins.
func documented(k *KPI) (line, section string) {
	better := map[int]string{1: "higher", -1: "lower"}[k.HigherIs]
	anchor := k.Name + "--" + strings.ToLower(k.Title.ZH)
	line = fmt.Sprintf("| [`%s`](#%s) | %s | %s | %s | %s |", k.Name, anchor, k.Title.ZH, k.Title.EN, better, k.NUnit.EN)
	codes := func(names []string) string {
		if len(names) == 0 {
			return "none"
		}
		return "`" + strings.Join(names, "`, `") + "`"
	}
	reads := codes(k.Sources)
	if len(k.Parts) > 0 {
		reads = "sums of " + codes(k.Parts)
	}
	slices := codes(k.Slices)
	if k.SharedDenominator {
		slices += " (of the numerator)"
	}
	interval := map[IntervalKind]string{NoInterval: "none", ByWilson: "Wilson, 95 %", ByMean: "of the mean, 95 %", ByRatio: "of the ratio, 95 %"}[k.Interval]
	value := map[ValueKind]string{Ratio: "numerator ÷ denominator", Total: "the numerator", Median: "median of the lines"}[k.Kind]
	if k.Unit == Per1000 {
		value += " × 1,000"
	}
	rollup := fmt.Sprintf("%s, %s, %s", k.Numerator, k.Denominator, k.N)
	if k.Grain == ByPeriod {
		rollup = "each period by itself"
	}
	if len(k.Parts) > 0 {
		rollup = "as its parts"
	}
	section = fmt.Sprintf("### `%s` — %s\n\n%s. %s\n\n%s\n\n", k.Name, k.Title.ZH, k.Title.EN, k.Definition.EN, k.Definition.ZH) +
		"| value | unit | better | n | slices | months to a longer period (numerator, denominator, n) | interval | reads | version |\n|---|---|---|---|---|---|---|---|---|\n" +
		fmt.Sprintf("| %s | %s | %s | %s · %s | %s | %s | %s | %s | %d |\n", value, k.Unit, better, k.NUnit.ZH, k.NUnit.EN, slices, rollup, interval, reads, k.Version)
	for _, c := range k.Changes {
		section += fmt.Sprintf("\nVersion %d: %s\n", c.Version, c.What.EN)
	}
	return line, section
}

// The page of KPIs says of each what its file does, and of none that is not there.
func TestKPIsAreDocumented(t *testing.T) {
	t.Parallel()
	registry, err := ReadRegistry(sql.Files, "kpi")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../docs/kpis.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, k := range registry.All() {
		line, section := documented(k)
		if !strings.Contains(page, line+"\n") {
			t.Errorf("docs/kpis.md: the table lacks\n%s", line)
		}
		if !strings.Contains(page, section) {
			t.Errorf("docs/kpis.md lacks\n%s", section)
		}
	}
	if n := strings.Count(page, "\n### `"); n != len(registry.All()) {
		t.Errorf("docs/kpis.md has %d sections for %d KPIs", n, len(registry.All()))
	}
	if n := strings.Count(page, "\n| [`"); n != len(registry.All()) {
		t.Errorf("the table of docs/kpis.md has %d lines for %d KPIs", n, len(registry.All()))
	}
}

// The file of the page's how-to is a KPI as it stands.
func TestDocumentedOwnKPIIsAccepted(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/kpis.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```sql\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/kpis.md has no worked file")
	}
	s := newService(t, sqltest.New(t))
	if _, err := s.Check(t.Context(), "repairs_per_100.sql", example, true); err != nil {
		t.Error(err)
	}
}
