package ingest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAllowRefusesTheWholeFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.load("projects.csv", csv("项目编码,项目名称", "P1,阳光花园", "P2,云栖苑", "P3,同名", "P4,同名"))
	manager := func(r *Request) {
		r.Allow = func(feed, project string) bool {
			return feed != "project" && slices.Contains([]string{"P1", "P9"}, project)
		}
	}
	for _, c := range []struct {
		name string
		file []byte
		want State
	}{
		{"own by code.csv", csv("项目编码,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,2026-03,100"), Published},
		{"own by name.csv", csv("项目名称,房号,收费项目,账期,应收金额", "阳光花园,1-1-102,物业费,2026-03,100"), Published},
		{"own, no master yet.csv", csv("项目编码,房号,收费项目,账期,应收金额", "P9,1-1-101,物业费,2026-03,100"), Published},
		{"second row of another.csv", csv("项目编码,房号,收费项目,账期,应收金额", "P1,1-1-103,物业费,2026-03,100", "P2,1-1-101,物业费,2026-03,100"), Refused},
		{"another by name.csv", csv("项目名称,房号,收费项目,账期,应收金额", "云栖苑,1-1-101,物业费,2026-03,100"), Refused},
		{"bad row of another.csv", csv("项目编码,房号,收费项目,账期,应收金额", "P2,1-1-101,物业费,2026-03,many"), Refused},
		{"name of two.csv", csv("项目名称,房号,收费项目,账期,应收金额", "同名,1-1-101,物业费,2026-03,100"), Refused},
		{"master.csv", csv("项目编码,项目名称", "P1,云栖苑"), Refused},
	} {
		r := s.load(c.name, c.file, manager)
		if r.Status != c.want {
			t.Errorf("%s: %s, want %s: %+v", c.name, r.Status, c.want, r.Errors)
		}
	}
	if diff := cmp.Diff("P1 1-1-101\nP9 1-1-101\n阳光花园 1-1-102", s.facts("fee_bill", "project_ref", "room")); diff != "" {
		t.Errorf("bills (-want +got):\n%s", diff)
	}
}
