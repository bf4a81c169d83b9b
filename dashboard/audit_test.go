package dashboard

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/analytics/schedule"
	"gatehouse/dashboard/audit"
)

// trail is who did what, oldest first: "head sign_in", with what it was done to.
func (s *site) trail(f audit.Filter) []string {
	s.t.Helper()
	entries, err := audit.NewTrail(s.db).Entries(s.t.Context(), f)
	if err != nil {
		s.t.Fatal(err)
	}
	var lines []string
	for _, e := range slices.Backward(entries) {
		lines = append(lines, strings.TrimSpace(strings.Join([]string{e.Person, string(e.Action), e.Subject, e.Detail, strings.Join(e.Projects, "+")}, " ")))
	}
	return lines
}

// TestAuditTellsWhoDidWhat: each kind of deed leaves its line, by whom and on what.
func TestAuditTellsWhoDidWhat(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head, manager := s.as("head"), s.as("manager")
	own := s.load("own.csv", billHead, "P1,1-1-101,物业费,2026-11,10")
	manager.get("/collections.csv?period=2026-09&project=P1")
	manager.get("/collections.csv?period=2026-09&project=P2")
	manager.get("/loads/template/fee_bill.xlsx")
	manager.get("/originals/" + own.LoadID)
	manager.post("/loads/"+own.LoadID+"/withdraw", nil)
	manager.post("/loads/"+own.LoadID+"/restore", nil)
	head.post("/collections/close", url.Values{"period": {"2026-08"}, "note": {"八月"}})
	head.post("/collections/reopen", url.Values{"period": {"2026-08"}})
	head.post("/users", url.Values{"name": {"li"}, "role": {"manager"}, "project": {"P1"}, "password": {password}})
	head.post("/users/change", url.Values{"name": {"li"}, "role": {"manager"}, "project": {"P1", "P2"}})
	head.post("/users/password", url.Values{"name": {"li"}, "password": {password + "!"}})
	head.post("/users/signout", url.Values{"name": {"li"}})
	head.post("/users/disable", url.Values{"name": {"li"}})
	head.post("/users/enable", url.Values{"name": {"li"}})
	head.post("/sources/inbox/restart", nil)
	head.post("/mappings", url.Values{})
	manager.post("/logout", nil)
	got := s.trail(audit.Filter{})
	for _, want := range []string{
		"head sign_in", "manager sign_in", "setup load " + own.LoadID + " own.csv P1", "manager download /collections.csv period=2026-09 P1",
		"manager download /originals/" + own.LoadID, "manager load_withdrawn " + own.LoadID + " own.csv P1", "manager load_restored " + own.LoadID + " own.csv P1",
		"head period_closed 2026-08-01/2026-09-01 八月", "head period_reopened 2026-08-01/2026-09-01",
		"head user_made li manager P1", "head user_changed li manager P1+P2", "head user_password li manager P1+P2", "head user_signed_out li manager P1+P2",
		"head user_disabled li manager P1+P2", "head user_enabled li manager P1+P2", "head source_restarted inbox", "manager sign_out", "test user_made head head_office",
	} {
		if n := len(slices.DeleteFunc(slices.Clone(got), func(line string) bool { return line != want })); n != 1 {
			t.Errorf("%d lines %q in\n%s", n, want, strings.Join(got, "\n"))
		}
	}
	for _, line := range got {
		if strings.Contains(line, "template") || strings.Contains(line, "project=P2") || strings.Contains(line, "mapping") {
			t.Errorf("a line of what was not done: %q", line)
		}
	}
}

// TestAuditOfSigningIn: failures are told with where they came from, once when no
// more are looked at, and a name that is nobody's is not kept.
func TestAuditOfSigningIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	const typedIntoTheNameField = "Secret-Password-9"
	b.post("/login", url.Values{"name": {typedIntoTheNameField}, "password": {"x"}})
	for range 8 { // five are looked at
		b.post("/login", url.Values{"name": {"head"}, "password": {"wrong-Password-9"}})
	}
	want := []string{"sign_in_failed", "head sign_in_failed", "head sign_in_failed", "head sign_in_failed", "head sign_in_failed", "head sign_in_failed", "head sign_in_locked"}
	got := slices.DeleteFunc(s.trail(audit.Filter{}), func(line string) bool { return !strings.Contains(line, "sign_in") })
	if !slices.Equal(got, want) {
		t.Errorf("signing in:\n%s", strings.Join(got, "\n"))
	}
	entries, err := audit.NewTrail(s.db).Entries(t.Context(), audit.Filter{Action: audit.SignInFailed})
	if err != nil || len(entries) != 6 || entries[0].Address != "127.0.0.1" {
		t.Errorf("failures: %v %+v", err, entries)
	}
	for _, e := range entries {
		if strings.Contains(e.Subject+e.Detail+e.Person, "Password-9") {
			t.Errorf("a password is in the record: %+v", e)
		}
	}
}

// TestAuditPage: filters by person, action and day; the download says the same.
func TestAuditPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	if err := s.jobs.Trigger("monthly", schedule.Manual, "head"); err != nil {
		t.Fatal(err)
	}
	head := s.as("head")
	s.as("manager").get("/collections.csv?project=P1&search=张三&of=SEALED")
	today := gatehouse.DateOf(time.Now().In(s.db.Calendar().Location))
	for query, want := range map[string]int{
		"?person=manager&action=download": 1, "?person=MANAG&action=sign_in": 1, "?action=user_made&person=test": 3,
		"?person=manager&action=download&from=" + today.String() + "&to=" + today.String(): 1, "?action=download&from=" + (today + 1).String(): 0, "?action=download&to=" + (today - 1).String(): 0,
		"?person=nobody": 0,
	} {
		r := head.get("/audit" + query + "&lang=en")
		rows := 0
		for _, tr := range parse(t, r.body).all("table", "audit") {
			rows += strings.Count(tr.text(), "127.0.0.1") + strings.Count(tr.text(), "made a user")
		}
		file, err := csv.NewReader(strings.NewReader(head.get("/audit.csv" + query).body)).ReadAll()
		if err != nil || r.status != http.StatusOK || rows != want || len(file) != want+1 {
			t.Errorf("%s: %d rows, %d lines of the file, want %d (%d %v)", query, rows, len(file)-1, want, r.status, err)
		}
	}
	if r := head.get("/audit.csv"); strings.Contains(r.body, "张三") || strings.Contains(r.body, "SEALED") || strings.Contains(r.body, "$argon2id$") {
		t.Error("the record has a search, a ticket or a hash in it")
	}
	if r := head.get("/audit?from=soon"); r.status != http.StatusUnprocessableEntity {
		t.Errorf("a day that is none: %d", r.status)
	}
	for _, who := range []string{"manager", "finance"} {
		b := s.as(who)
		if r := b.get("/audit"); r.status != http.StatusForbidden || strings.Contains(b.get("/collections").body, `href="/users`) {
			t.Errorf("%s: %d", who, r.status)
		}
	}
}
