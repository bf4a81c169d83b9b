package dashboard

import (
	"net/http"
	"slices"

	"gatehouse"
	"gatehouse/dashboard/auth"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/shelf"
)

// noteMonths is how far back from the end of its period a page shows notes.
const noteMonths = 24

// noteRow is a note under a page.
type noteRow struct {
	Sign, Day, Text, Author string
	About                   string // project and KPI
	ID                      string
	MayRemove               bool
}

// shown are the notes of the page's period, oldest first: of its project and
// about all, or of all projects in scope.
func (f Frame) shown() []shelf.Note {
	from := (f.Filter.Period.End - noteMonths).Start()
	return slices.DeleteFunc(slices.Clone(f.notes), func(n shelf.Note) bool {
		return n.Day < from || f.Filter.Project != "" && n.Project != "" && n.Project != f.Filter.Project
	})
}

// noteSign is the number by which a chart and the list below it name a note.
func noteSign(i int) string {
	const circled = 20 // ① to ⑳
	if i >= circled {
		return "•"
	}
	return string(rune('①' + i))
}

// Marks are the notes for the charts of a KPI, empty for those of no one KPI.
// Charts of the portfolio show what is about all projects only.
func (f Frame) Marks(kpi string) []chart.Mark {
	var marks []chart.Mark
	for i, n := range f.shown() {
		if n.KPI != "" && n.KPI != kpi || n.Project != f.Filter.Project && n.Project != "" {
			continue
		}
		marks = append(marks, chart.Mark{Month: n.Day.Month(), Sign: noteSign(i), Text: f.Day(n.Day) + " " + n.Text})
	}
	return marks
}

// ShowsNotes tells whether notes are written on this page.
func (f Frame) ShowsNotes() bool { return (f.Nav == "project" || f.Nav == "portfolio") && f.Here != "" }

// Notes are the notes as they are listed.
func (f Frame) Notes() []noteRow {
	var rows []noteRow
	for i, n := range f.shown() {
		row := noteRow{Sign: noteSign(i), Day: f.Day(n.Day), Text: n.Text, Author: n.Author, ID: n.ID, MayRemove: n.Author == f.User.Name || mayRemoveNotes(f.User)}
		if f.Filter.Project == "" || n.Project == "" {
			row.About = f.T("全部项目", "All projects")
			if n.Project != "" {
				row.About = f.ProjectName(n.Project)
			}
		}
		if n.KPI != "" {
			if row.About != "" {
				row.About += " · "
			}
			row.About += f.kpiTitle(n.KPI)
		}
		rows = append(rows, row)
	}
	return rows
}

func (f Frame) kpiTitle(name string) string {
	for _, k := range f.kpis {
		if k.Name == name {
			return f.In(k.Title)
		}
	}
	return name
}

// NoteProjects are the projects for which the user may write a note: the page's
// own first, then all together, which is not for a manager.
func (f Frame) NoteProjects() []Choice {
	var choices []Choice
	if f.Scope.All() || f.User.Scope().All() {
		choices = append(choices, Choice{Label: f.T("全部项目", "All projects"), Current: f.Filter.Project == ""})
	}
	for _, p := range f.Projects {
		choices = append(choices, Choice{Value: p.Code, Label: f.ProjectName(p.Code), Current: p.Code == f.Filter.Project})
	}
	return choices
}

// NoteKPIs are the KPIs that a note may be about.
func (f Frame) NoteKPIs() []Choice {
	choices := []Choice{{Label: f.T("全部指标", "All KPIs")}}
	for _, k := range f.kpis {
		choices = append(choices, Choice{Value: k.Name, Label: f.In(k.Title)})
	}
	return choices
}

// NoteDay is the day on offer: the last one of the period.
func (f Frame) NoteDay() string { return (f.Filter.Period.End.Start() - 1).String() }

func mayRemoveNotes(u auth.User) bool { return u.Role == auth.HeadOffice }

// addNote keeps a note of a form. A note about all projects is for those who may
// see all.
func (s *Server) addNote(w http.ResponseWriter, r *http.Request) error {
	user := userOf(r)
	n := shelf.Note{Project: r.PostFormValue("project"), KPI: r.PostFormValue("kpi"), Text: r.PostFormValue("text"), Author: user.Name}
	var err error
	if n.Day, err = gatehouse.ParseDate(r.PostFormValue("day")); err != nil {
		return err
	}
	if first, last := gatehouse.NewDate(2000, 1, 1), gatehouse.NewDate(2100, 1, 1); n.Day < first || n.Day >= last {
		return gatehouse.Errorf(gatehouse.Invalid, "a note is on a day of this century")
	}
	if _, err := user.Scope().Narrow(n.Project); err != nil {
		return err
	}
	if n.Project == "" && !user.Scope().All() {
		return gatehouse.Errorf(gatehouse.Forbidden, "a note about all projects is for those who see all")
	}
	if n.KPI != "" {
		if _, err := s.kpis.Registry().Get(n.KPI); err != nil {
			return err
		}
	}
	if err := s.shelf.AddNote(r.Context(), n); err != nil {
		return err
	}
	return s.goBack(w, r)
}

func (s *Server) removeNote(w http.ResponseWriter, r *http.Request) error {
	user := userOf(r)
	if err := s.shelf.RemoveNote(r.Context(), user.Name, user.Scope(), mayRemoveNotes(user), r.PathValue("id")); err != nil {
		return err
	}
	return s.goBack(w, r)
}
