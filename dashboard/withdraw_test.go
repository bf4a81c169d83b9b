package dashboard

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/ingest"
)

// TestWithdrawAndRestore: who may load a file may take it back, and again forth.
func TestWithdrawAndRestore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	own := s.load("own.csv", billHead, "P1,1-1-101,物业费,2026-11,10")
	foreign := s.load("foreign.csv", billHead, "P2,1-1-101,物业费,2026-11,10")
	mixed := s.load("mixed.csv", billHead, "P1,1-1-101,物业费,2026-12,10", "P2,1-1-101,物业费,2026-12,10")
	master := s.load("master.csv", "项目编码,项目名称", "P1,阳光花园")
	head, manager := s.as("head"), s.as("manager")

	for _, c := range []struct {
		who    *browser
		id     string
		status int
	}{{manager, foreign.LoadID, 404}, {manager, mixed.LoadID, 404}, {manager, master.LoadID, 403}, {manager, "none", 404}, {head, "none", 404}} {
		for _, r := range []answer{c.who.get("/withdraw/" + c.id), c.who.post("/loads/"+c.id+"/withdraw", nil), c.who.post("/loads/"+c.id+"/restore", nil)} {
			if r.status != c.status {
				t.Errorf("load %s: %d, want %d", c.id, r.status, c.status)
			}
		}
	}
	if s.loadState("foreign") != ingest.Published || s.loadState("master") != ingest.Published {
		t.Fatal("a manager has withdrawn a load that is not his")
	}
	if body := manager.get("/loads/" + master.LoadID).body; strings.Contains(body, "/withdraw/") {
		t.Error("a manager is offered to withdraw what he may not load")
	}

	ask := manager.get("/withdraw/" + own.LoadID + "?lang=en")
	for _, want := range []string{"Withdraw this load?", "part of no figure: <b>1</b>", "10.00", `action="/loads/` + own.LoadID + `/withdraw"`} {
		if !strings.Contains(ask.body, want) {
			t.Errorf("confirmation lacks %q (%d)", want, ask.status)
		}
	}
	if s.loadState("own") != ingest.Published {
		t.Fatal("asking has withdrawn the load")
	}
	if r := manager.post("/loads/"+own.LoadID+"/withdraw", nil); r.status != http.StatusSeeOther || s.loadState("own") != ingest.Withdrawn || s.refreshes.Load() != 1 {
		t.Fatalf("withdraw: %d, %s, %d refreshes", r.status, s.loadState("own"), s.refreshes.Load())
	}
	page := head.get("/loads/" + own.LoadID + "?lang=en").body
	for _, want := range []string{"Withdrawn", "withdrawn by", "manager", "/restore"} {
		if !strings.Contains(page, want) {
			t.Errorf("page of the withdrawn load lacks %q", want)
		}
	}
	if r := head.post("/loads/"+own.LoadID+"/withdraw", nil); r.status != http.StatusNotFound {
		t.Errorf("withdrawn twice: %d", r.status)
	}
	if r := head.get("/marked/" + own.LoadID + ".xlsx"); r.status != http.StatusConflict {
		t.Errorf("marked file of a withdrawn load: %d", r.status)
	}
	if r := head.post("/loads/"+own.LoadID+"/restore", nil); r.status != http.StatusSeeOther || s.loadState("own") != ingest.Published {
		t.Errorf("restore: %d, %s", r.status, s.loadState("own"))
	}
}

// TestMarkedFile: the file with its bad cells marked goes to those who see the load.
func TestMarkedFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head, manager := s.as("head"), s.as("manager")
	foreign := s.load("foreign.csv", billHead, "P2,1-1-101,物业费,2026-11,10")
	if r := head.get("/marked/" + foreign.LoadID + ".xlsx?lang=en"); r.status != http.StatusOK || !strings.HasPrefix(r.body, "PK") || !strings.Contains(r.header.Get("Content-Disposition"), "foreign-to-correct.xlsx") {
		t.Errorf("marked file: %d %q", r.status, r.header.Get("Content-Disposition"))
	}
	for _, name := range []string{foreign.LoadID + ".xlsx", foreign.LoadID, "none.xlsx"} {
		if r := manager.get("/marked/" + name); r.status != http.StatusNotFound || strings.HasPrefix(r.body, "PK") {
			t.Errorf("a manager, %s: %d", name, r.status)
		}
	}
}
