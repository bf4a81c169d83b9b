package dashboard

import (
	"net/http"
	"net/url"
	"strconv"

	"gatehouse"
	"gatehouse/ingest"
)

// previewData is the page of files that were sent to be looked at.
type previewData struct {
	Frame
	Ticket string
	Files  []previewFile
	Good   int    // files that would load
	Rows   uint64 // that these would load
}

// previewFile is a file and what loading it would do.
type previewFile struct {
	ingest.Preview
	Number   int // in the basket, from 1
	Badge    stateBadge
	Feeds    string
	Names    string // of its projects
	Control  []controlRow
	Sheets   []previewSheet
	Changes  []previewChange
	Findings []uploadError
	More     int
	Notes    []string
	Problem  string // why nothing is known of the file, empty when it was read
	Good     bool
	Mapping  string // by which it is read: name@version
	Drafted  bool   // it is read by a mapping that is not saved
	MapURL   string // where its columns are told what they are, empty for nowhere
}

// previewSheet is how a sheet would be read.
type previewSheet struct {
	ingest.SheetPreview
	Feed    string
	Project string
	Columns []previewColumn
	Taken   int // columns that are read
}

// previewColumn is what a column is taken for, in words.
type previewColumn struct {
	ingest.ColumnPreview
	Class, Use string
}

// previewChange is what would become of a fact's published rows.
type previewChange struct {
	Label                   string
	New, Changed, Unchanged uint64
}

// sendPreview keeps the files of a form and leads to the page that shows them.
func (s *Server) sendPreview(w http.ResponseWriter, r *http.Request) error {
	if s.Store == nil {
		return gatehouse.Errorf(gatehouse.NotFound, "files are not kept here")
	}
	user := userOf(r)
	var b basket
	err := receive(r, user, s.Loader.FileBytes(), func(in received) error {
		if in.mapping != "" { // what is loaded is what was looked at, whatever is saved meanwhile
			v, err := s.Loader.MappingByRef(r.Context(), in.mapping)
			if err != nil {
				return err
			}
			in.mapping = mappingRef(v)
		}
		files, err := s.stage(r.Context(), in)
		b.Files = append(b.Files, files...)
		return err
	})
	if err != nil {
		return err
	}
	if len(b.Files) == 0 {
		return s.showResults(w, r, nil)
	}
	sealed, err := s.seal(r.Context(), b, user.Name)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/preview?of="+url.QueryEscape(sealed), http.StatusSeeOther)
	return nil
}

// preview shows what loading the files of a basket would do.
func (s *Server) preview(w http.ResponseWriter, r *http.Request) error {
	page := previewData{Ticket: r.URL.Query().Get("of")}
	b, err := s.unseal(page.Ticket, userOf(r).Name)
	if err != nil {
		return err
	}
	now, err := s.answersNow(r.Context())
	if err != nil {
		return err
	}
	if page.Frame, err = s.workFrame(r, now); err != nil {
		return err
	}
	page.Title = page.T("预览", "Preview")
	for i, f := range b.Files {
		file, err := s.previewFile(r, page.Frame, f)
		if err != nil {
			return err
		}
		file.Number, file.Mapping, file.Drafted = i+1, f.Mapping, f.Draft != ""
		if file.Problem == "" && maySaveMappings(page.User) {
			file.MapURL = mappingURL(page.Ticket, i+1)
		}
		file.Good = file.Good && !file.Drafted
		if file.Good {
			page.Good++
			page.Rows += file.Loaded
		}
		page.Files = append(page.Files, file)
	}
	return s.render(w, "preview.html", page)
}

func (s *Server) previewFile(r *http.Request, f Frame, b basketFile) (previewFile, error) {
	if b.Fault != nil {
		return f.previewProblem(f.problem(b.Name, f.In(*b.Fault))), nil
	}
	if b.SHA256 == "" {
		return f.previewProblem(f.tooLarge(b.Name, s.Loader.FileBytes())), nil
	}
	var seen ingest.Preview
	err := s.withFile(f, b, func(req ingest.Request) (err error) {
		seen, err = s.Loader.Preview(r.Context(), req)
		return err
	})
	if gatehouse.KindOf(err) == gatehouse.Unavailable {
		s.log.Error("preview failed", "user", f.User.Name, "error", err)
		return f.previewProblem(f.problem(b.Name, f.T("数据库暂时没有应答，请稍后刷新本页。", "The database does not answer just now: reload this page in a moment."))), nil
	}
	return f.previewFile(seen), err
}

func (f Frame) previewProblem(u uploaded) previewFile {
	return previewFile{Preview: ingest.Preview{Result: u.Result}, Badge: u.Badge, Feeds: u.Feeds, Problem: u.Problem}
}

// previewFile words a preview.
func (f Frame) previewFile(p ingest.Preview) previewFile {
	u := f.uploaded(p.Result)
	file := previewFile{
		Preview: p, Badge: u.Badge, Feeds: u.Feeds, Names: f.projectNames(p.Projects), Control: f.controlRows(p.Control),
		Findings: u.Cells, More: u.More, Notes: u.Notes, Good: p.Status == ingest.Previewed,
	}
	for _, c := range p.Changes {
		file.Changes = append(file.Changes, previewChange{f.FeedTitle(c.Table), c.New, c.Changed, c.Unchanged})
	}
	for _, sheet := range p.Sheets {
		file.Sheets = append(file.Sheets, f.previewSheet(sheet))
	}
	return file
}

func (f Frame) previewSheet(p ingest.SheetPreview) previewSheet {
	s := previewSheet{SheetPreview: p}
	if p.Feed != "" {
		s.Feed = f.FeedTitle(p.Feed)
	}
	if p.Project != "" {
		s.Project = f.ProjectName(p.Project)
	}
	titles := f.fieldTitles(p.Feed)
	for _, c := range p.Columns {
		column := previewColumn{ColumnPreview: c}
		switch c.Use {
		case ingest.UseField:
			column.Use, column.Class = titles[c.Field], "good"
			s.Taken++
		case ingest.UseQuestion:
			column.Use, column.Class = f.T("问卷题目", "survey question"), "good"
			s.Taken++
		case ingest.UsePersonal:
			column.Use, column.Class = f.T("个人信息，不保存", "personal data, dropped"), "warn"
		case ingest.UseIgnored:
			column.Use, column.Class = f.T("不载入", "ignored"), "muted"
		}
		s.Columns = append(s.Columns, column)
	}
	return s
}

// fieldTitles name the fields of a feed: in Chinese as templates head their columns.
func (f Frame) fieldTitles(feed string) map[string]string {
	titles := map[string]string{}
	for _, one := range ingest.Feeds() {
		if one.Name != feed {
			continue
		}
		for _, field := range one.Fields {
			titles[field.Name] = f.T(field.Label(), field.Name)
		}
	}
	return titles
}

// loadPreviewed loads one file of a basket, or all that would load, as they
// were looked at. The user's rights are asked again: they may have changed.
func (s *Server) loadPreviewed(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return broken(err)
	}
	b, err := s.unseal(r.PostForm.Get("of"), userOf(r).Name)
	if err != nil {
		return err
	}
	files := b.Files
	if one := r.PostForm.Get("file"); one != "" {
		n, err := strconv.Atoi(one)
		if err != nil || n < 1 || n > len(files) {
			return gatehouse.Errorf(gatehouse.Invalid, "the preview has no file %q", one)
		}
		files = files[n-1 : n]
	}
	frame := s.bareFrame(r)
	var results []uploaded
	for _, f := range files {
		if f.Fault != nil {
			results = append(results, frame.problem(f.Name, frame.In(*f.Fault)))
			continue
		}
		if f.Draft != "" {
			results = append(results, frame.problem(f.Name, frame.T("映射尚未保存，请先保存再载入。", "Its mapping is not saved: save it, then load the file.")))
			continue
		}
		if f.SHA256 == "" {
			results = append(results, frame.tooLarge(f.Name, s.Loader.FileBytes()))
			continue
		}
		err := s.withFile(frame, f, func(req ingest.Request) error {
			result, err := s.loadFile(r.Context(), frame, req)
			results = append(results, result)
			return err
		})
		if err != nil {
			return err
		}
	}
	if len(results) == 1 && results[0].Problem == "" {
		if results[0].Status == ingest.Published {
			s.Refresh()
		}
		http.Redirect(w, r, "/loads/"+results[0].LoadID, http.StatusSeeOther)
		return nil
	}
	return s.showResults(w, r, results)
}

// toLoads leads on from the address of a form that was sent.
func (s *Server) toLoads(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/loads", http.StatusSeeOther)
	return nil
}
