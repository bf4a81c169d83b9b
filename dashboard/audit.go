package dashboard

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"gatehouse"
	"gatehouse/dashboard/audit"
)

const auditPerPage = 100

// auditData is the page of who did what when.
type auditData struct {
	Frame
	Asked        audit.Filter
	FromText     string
	ToText       string
	Days         []auditDay
	Actions      []Choice
	People       []string
	Total        uint64
	From, To     int
	Newer, Older string // addresses of the pages beside this one
	CSV          string
	Filtered     bool
}

// auditDay is what was done on a day.
type auditDay struct {
	Label   string
	Entries []auditRow
}

// auditRow is an entry in words.
type auditRow struct {
	audit.Entry
	Time    string
	Word    string
	Class   string // warn for what an administrator should look at
	Subject string
	URL     string // of the subject, empty where there is no page
	Detail  string
	Names   string // of projects
}

func (s *Server) auditTrail(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readAudit(r)
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(r.URL.Query().Get("page")) // anything else is the first page
	number = max(number, 1)
	page.Asked.Limit, page.Asked.Offset = auditPerPage, (number-1)*auditPerPage
	entries, err := s.trail.Entries(r.Context(), page.Asked)
	if err != nil {
		return err
	}
	for _, e := range entries {
		page.Total = e.Total
		day := page.Day(gatehouse.DateOf(e.At.In(page.Calendar.Location)))
		if n := len(page.Days); n == 0 || page.Days[n-1].Label != day {
			page.Days = append(page.Days, auditDay{Label: day})
		}
		last := &page.Days[len(page.Days)-1]
		last.Entries = append(last.Entries, page.auditRow(e))
	}
	page.From, page.To = page.Asked.Offset+1, page.Asked.Offset+len(entries)
	if number > 1 {
		page.Newer = page.Filter.With("page", strconv.Itoa(number-1))
	}
	if uint64(page.To) < page.Total {
		page.Older = page.Filter.With("page", strconv.Itoa(number+1))
	}
	users, err := s.Users.List(r.Context())
	if err != nil {
		return err
	}
	for _, u := range users {
		page.People = append(page.People, u.Name)
	}
	return s.render(w, "audit.html", page)
}

// readAudit reads what is asked for: days are the business's, the last one included.
func (s *Server) readAudit(r *http.Request) (auditData, error) {
	page := auditData{Frame: s.bareFrame(r)}
	page.Nav, page.Title, page.CSV = "users", page.T("操作记录", "Audit"), page.Filter.Same("/audit.csv")
	q := r.URL.Query()
	page.Asked.Person, page.Asked.Action = strings.TrimSpace(q.Get("person")), audit.Action(q.Get("action"))
	for _, one := range []struct {
		key  string
		text *string
	}{{"from", &page.FromText}, {"to", &page.ToText}} {
		if *one.text = q.Get(one.key); *one.text == "" {
			continue
		}
		day, err := gatehouse.ParseDate(*one.text)
		if err != nil {
			return page, err
		}
		if one.key == "from" {
			page.Asked.From = day.In(page.Calendar.Location)
		} else {
			page.Asked.Until = (day + 1).In(page.Calendar.Location)
		}
	}
	page.Filtered = page.Asked != audit.Filter{}
	page.Actions = []Choice{{Label: page.T("全部", "All")}}
	for _, a := range audit.Actions() {
		page.Actions = append(page.Actions, Choice{Value: string(a), Label: page.actionWord(a), Current: a == page.Asked.Action})
	}
	return page, nil
}

// auditCSV is every entry that matches, streamed.
func (s *Server) auditCSV(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readAudit(r)
	if err != nil {
		return err
	}
	attach(w, "text/csv; charset=utf-8", "audit.csv")
	started := &startedWriter{to: w}
	out := csv.NewWriter(started)
	// The mark that Excel needs to see that the file is in UTF-8.
	err = out.Write([]string{
		"\uFEFF" + page.T("时间", "When"), page.T("人", "Who"), page.T("操作", "What"), page.T("操作代码", "Code"), page.T("对象", "On"),
		page.T("说明", "Detail"), page.T("项目", "Projects"), page.T("来自", "From"),
	})
	if err != nil {
		return err
	}
	err = s.trail.Each(r.Context(), page.Asked, func(e audit.Entry) error {
		row := page.auditRow(e)
		return out.Write([]string{
			e.At.In(page.Calendar.Location).Format(instantForm), safeCell(e.Person), row.Word, string(e.Action), safeCell(row.Subject),
			safeCell(row.Detail), safeCell(strings.Join(e.Projects, " ")), e.Address,
		})
	})
	if err == nil {
		out.Flush()
		err = out.Error()
	}
	if err != nil && started.started {
		s.log.Error("audit cut off", "error", err)
		panic(http.ErrAbortHandler) // so that nobody takes a part for the whole
	}
	return err
}
