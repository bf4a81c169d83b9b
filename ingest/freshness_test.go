package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

// reach writes what Freshness tells, a line a project and feed.
func (s *site) reach(scope gatehouse.Scope) []string {
	s.t.Helper()
	reaches, err := Freshness(s.t.Context(), s.db, scope)
	if err != nil {
		s.t.Fatal(err)
	}
	lines := []string{}
	for _, r := range reaches {
		if r.At.IsZero() {
			s.t.Errorf("%s %s: no load", r.Project, r.Feed)
		}
		span := "nothing"
		if len(r.Months) > 0 {
			span = r.First.String() + ".." + r.Last.String()
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s held %d gaps %v", r.Project, r.Feed, span, r.Held, r.Gaps())))
	}
	return lines
}

// TestFreshness: for each project and feed the days that have arrived, on the
// business's clock, the months that are missing between, and the rows held.
func TestFreshness(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.load("projects.csv", csv("项目编码,项目名称", "P1,阳光花园", "P2,云栖苑"))
	s.load("bills.csv", csv("项目编码,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,202601,100.00", "P1,1-1-101,物业费,202605,100.00",
		"P1,1-1-101,物业费,202602,100.00", "云栖苑,1-1-101,物业费,202603,100.00", "P2,1-1-102,物业费,202603,一千", "X9,1-1-101,物业费,202604,1.00"))
	s.load("payments.csv", csv("项目编码,收据号,房号,收费项目,缴费时间,实缴金额", "P1,R1,1-1-101,物业费,2026-01-31,100.00", "P1,R2,1-1-101,物业费,2026-02-01,100.00"))
	s.load("requests.csv", csv("项目编码,工单号,类型,受理时间", "P1,W1,投诉,2026-01-31 23:30:00", "P1,W2,投诉,2026-03-01 00:30:00"))
	s.load("阳光花园抄表.csv", csv("表号,抄表日期,本期读数", "M1,2026-03-01,10", "M1,2026-03-31,x"))
	head := []string{
		"fee_bill 2026-04-01..2026-04-01 held 0 gaps []",
		"P1 energy_reading 2026-02-28..2026-02-28 held 1 gaps []",
		"P1 fee_bill 2026-01-01..2026-05-01 held 0 gaps [2026-03 2026-04]",
		"P1 fee_payment 2026-01-31..2026-02-01 held 0 gaps []",
		"P1 service_request 2026-01-31..2026-03-01 held 0 gaps [2026-02]",
		"P2 fee_bill 2026-03-01..2026-03-01 held 1 gaps []",
	}
	if diff := cmp.Diff(head, s.reach(gatehouse.AllProjects())); diff != "" {
		t.Errorf("all projects (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(head[5:], s.reach(gatehouse.Projects("P2"))); diff != "" {
		t.Errorf("one project (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{}, s.reach(gatehouse.Scope{})); diff != "" {
		t.Errorf("no project (-want +got):\n%s", diff)
	}
}

// TestFreshnessOfWithdrawn: a withdrawn load covers nothing, a restored one what it did.
func TestFreshnessOfWithdrawn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.load("projects.csv", csv("项目编码,项目名称", "P1,阳光花园"))
	r := s.load("bills.csv", csv("项目编码,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,202601,100.00", "P1,1-1-102,物业费,202601,x"))
	full := []string{"P1 fee_bill 2026-01-01..2026-01-01 held 1 gaps []"}
	for _, step := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"loaded", func() error { return nil }, full},
		{"withdrawn", func() error { return s.Withdraw(t.Context(), gatehouse.AllProjects(), r.LoadID, "x") }, []string{}},
		{"restored", func() error { return s.Restore(t.Context(), gatehouse.AllProjects(), r.LoadID, "x") }, full},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, s.reach(gatehouse.AllProjects())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}
