package dashboard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/dashboard/auth"
	"gatehouse/ingest"
)

const billHead = "项目编码,房号,收费项目,账期,应收金额"

// look sends files to be looked at and gives the address of the page of them.
func (b *browser) look(fields map[string]string, files ...upload) string {
	b.t.Helper()
	r := b.uploadTo("/preview", fields, files...)
	to := r.header.Get("Location")
	if r.status != http.StatusSeeOther || !strings.HasPrefix(to, "/preview?of=") {
		b.t.Fatalf("preview: %d to %q", r.status, to)
	}
	return to
}

func ticketOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("of")
}

// loadsNamed counts the loads of files of a name, whoever looks.
func (s *site) loadsNamed(name string) int {
	s.t.Helper()
	rows, err := ingest.Loads(s.t.Context(), s.db, userScope(s.t, s, "head"), ingest.LoadFilter{Search: name})
	if err != nil {
		s.t.Fatal(err)
	}
	return len(rows)
}

// TestPreviewThenLoad: what loading would do is shown, nothing is written, and
// then the very bytes that were looked at are loaded.
func TestPreviewThenLoad(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	bad := upload{"十月.csv", csvFile(billHead+",联系电话,备注", "P1,1-1-101,物业费,2026-10,300.50,13800000000,x", "P1,2-1-101,物业费,2026-10,一千,,", "合计,,,,500.00,,")}
	notes := upload{"notes.csv", csvFile("hello,world", "1,2")}
	large := upload{"large.csv", make([]byte, s.loader.FileBytes()+1)}
	to := head.look(nil, bad, notes, large)
	r := head.get(to + "&lang=en")
	files := parse(t, r.body).all("section", "previewed")
	if len(files) != 3 {
		t.Fatalf("%d files, status %d", len(files), r.status)
	}
	for _, want := range []string{
		"十月.csv", "Preview", "阳光花园", "Rows 3", "Would load 1", "Set aside ! 1", "Skipped 1",
		"Billed 500.00 300.50 300.50 0", "the total row is 199.50 more than its cells",
		"Bills 1 0 0", "E3 一千 not a number", "E 应收金额 300.50 一千 500.00 → amount", "F 联系电话 ✕ personal data, dropped", "G 备注 x – ignored",
	} {
		if !strings.Contains(files[0].text(), want) {
			t.Errorf("preview lacks %q: %s", want, files[0])
		}
	}
	if strings.Contains(r.body, "13800000000") {
		t.Error("a phone number is shown")
	}
	if text := files[1].text(); !strings.Contains(text, "Refused") || !strings.Contains(text, "no header of a known feed") {
		t.Errorf("unknown file: %s", text)
	}
	if text := files[2].text(); !strings.Contains(text, "larger than 50 MB") {
		t.Errorf("large file: %s", text)
	}
	if forms := parse(t, r.body).all("form", ""); len(forms) != 3 { // to search, to sign out, and to load the one good file
		t.Errorf("%d forms", len(forms))
	}
	if n := s.loadsNamed("十月"); n != 0 || s.refreshes.Load() != 0 {
		t.Fatalf("a preview has loaded %d files", n)
	}
	ticket := ticketOf(t, to)
	r = head.post("/preview/load", url.Values{"of": {ticket}, "file": {"1"}})
	if r.status != http.StatusSeeOther || !strings.HasPrefix(r.header.Get("Location"), "/loads/") || s.refreshes.Load() != 1 {
		t.Fatalf("load: %d to %q, %d refreshes", r.status, r.header.Get("Location"), s.refreshes.Load())
	}
	page := head.get(r.header.Get("Location") + "?lang=en")
	for _, want := range []string{"十月.csv", "Partly set aside", "the total row is 199.50 more than its cells", "一千", "/marked/", "/withdraw/"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("load's page lacks %q", want)
		}
	}
	if r := head.get(to + "&lang=en"); !strings.Contains(r.body, "Loaded before") {
		t.Error("the preview does not know that the file is loaded")
	}
	r = head.post("/preview/load?lang=en", url.Values{"of": {ticket}})
	if results := parse(t, r.body).all("article", "result"); len(results) != 3 || !strings.Contains(results[0].text(), "Loaded before") || !strings.Contains(results[2].text(), "larger") {
		t.Errorf("all of the basket: %v", results)
	}
}

// TestPreviewIsTheSendersOwn: a ticket is good for the user it was made for, for
// a day, and with the rights he has when he loads.
func TestPreviewIsTheSendersOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head, manager := s.as("head"), s.as("manager")
	own := upload{"own.csv", csvFile(billHead, "P1,1-1-101,物业费,2026-11,10")}
	foreign := upload{"foreign.csv", csvFile(billHead, "P2,1-1-101,物业费,2026-11,10")}
	theirs := head.look(nil, foreign)
	if r := manager.get(theirs); r.status != http.StatusForbidden || strings.Contains(r.body, "foreign.csv") {
		t.Errorf("a manager sees the preview of head office: %d", r.status)
	}
	if r := manager.post("/preview/load", url.Values{"of": {ticketOf(t, theirs)}, "file": {"1"}}); r.status != http.StatusForbidden {
		t.Errorf("a manager loads the preview of head office: %d", r.status)
	}
	for _, forged := range []string{"", "x", ticketOf(t, theirs) + "x"} {
		if r := head.post("/preview/load", url.Values{"of": {forged}, "file": {"1"}}); r.status != http.StatusNotFound {
			t.Errorf("forged ticket %.20q: %d", forged, r.status)
		}
	}
	for _, file := range []string{"0", "2", "x"} {
		if r := head.post("/preview/load", url.Values{"of": {ticketOf(t, theirs)}, "file": {file}}); r.status != http.StatusUnprocessableEntity {
			t.Errorf("file %s of one: %d", file, r.status)
		}
	}
	if r := manager.uploadTo("/preview", map[string]string{"project": "P2"}, own); r.status != http.StatusForbidden {
		t.Errorf("a manager previews for another project: %d", r.status)
	}
	to := manager.look(nil, foreign)
	if r := manager.get(to + "&lang=en"); !strings.Contains(r.body, "Refused") || strings.Contains(r.body, "/preview/load\"") {
		t.Errorf("a manager may load rows of another project: %d", r.status)
	}
	if r := manager.post("/preview/load", url.Values{"of": {ticketOf(t, to)}, "file": {"1"}}); s.loadState("foreign") != ingest.Refused {
		t.Errorf("a manager's load of another project: %d, %s", r.status, s.loadState("foreign"))
	}
	to = manager.look(map[string]string{"project": "P1"}, upload{"none.csv", csvFile("房号,收费项目,账期,应收金额", "1-1-101,物业费,2026-12,10")})
	if err := s.users.Put(t.Context(), auth.User{Name: "manager", Role: auth.Manager, Projects: []string{"P2"}}, "", "test"); err != nil {
		t.Fatal(err)
	}
	manager = s.as("manager")
	if r := manager.post("/preview/load", url.Values{"of": {ticketOf(t, to)}, "file": {"1"}}); r.status != http.StatusForbidden || s.loadsNamed("none.csv") != 0 {
		t.Errorf("a manager of another project since: %d", r.status)
	}
	s.ahead.Store(int64(ticketLife + time.Second))
	head = s.as("head")
	if r := head.get(theirs); r.status != http.StatusNotFound {
		t.Errorf("after a day: %d", r.status)
	}
}

// loadState is the state of the only load of files of a name.
func (s *site) loadState(name string) ingest.State {
	s.t.Helper()
	rows, err := ingest.Loads(s.t.Context(), s.db, userScope(s.t, s, "head"), ingest.LoadFilter{Search: name})
	if err != nil || len(rows) != 1 {
		s.t.Fatal(err, len(rows))
	}
	return rows[0].State
}
