package dashboard

import (
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/ingest"
)

// loadData is the page of one load.
type loadData struct {
	Frame
	Load      loadRow
	Control   []controlRow
	Notes     []string
	Errors    []string
	Held      findings // rows set aside
	Doubtful  findings // rows that were loaded and should be looked at
	Original  string   // address of the file as it was sent, empty when it is not kept
	Marked    string   // address of the file with its bad cells marked, empty when nothing can be corrected
	MayChange bool     // withdraw or restore
}

// cellsShown is how many findings the page lists; the download has all.
const cellsShown = 500

func (s *Server) load(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readLoad(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	page.Held.List = page.Held.List[:min(len(page.Held.List), cellsShown)]
	page.Doubtful.List = page.Doubtful.List[:min(len(page.Doubtful.List), cellsShown)]
	return s.render(w, "load.html", page)
}

func (s *Server) readLoad(r *http.Request, id string) (loadData, error) {
	now, err := s.answersNow(r.Context())
	if err != nil {
		return loadData{}, err
	}
	frame, err := s.workFrame(r, now)
	if err != nil {
		return loadData{}, err
	}
	page := loadData{Frame: frame}
	found, err := ingest.FindLoad(r.Context(), s.db, page.Scope, page.User.Name, id)
	if err != nil {
		return loadData{}, err
	}
	page.Load, page.Title, page.MayChange = page.loadRow(found), page.T("载入记录", "Load"), page.mayChange(found)
	if s.Store != nil {
		page.Original = "/originals/" + found.LoadID
		if found.State == ingest.Published {
			page.Marked = "/marked/" + found.LoadID + ".xlsx"
		}
	}
	if page.Control, err = page.loadControl(found); err != nil {
		return loadData{}, err
	}
	page.Notes, page.Errors = page.InAll(found.Notes()), page.InAll(found.Errors())
	cells, err := ingest.Quarantined(r.Context(), s.db, page.Scope, page.User.Name, found.LoadID)
	if err != nil {
		return loadData{}, err
	}
	page.Held, page.Doubtful = page.findings(found, cells, ingest.LevelError), page.findings(found, cells, ingest.LevelWarning)
	return page, nil
}

// mayChange tells whether the user may withdraw the load or restore it: who
// could load all of it himself. The loader asks again by what is published.
func (f Frame) mayChange(l ingest.LoadRow) bool {
	if f.Scope.All() {
		return true
	}
	for _, feed := range l.Feeds {
		for _, ref := range l.Projects {
			code := ref
			for _, p := range f.Projects {
				if p.Name == ref {
					code = p.Code
				}
			}
			if !f.User.MayLoad(feed, code) {
				return false
			}
		}
	}
	return len(l.Projects) > 0
}

// quarantineCSV is every bad cell of a load.
func (s *Server) quarantineCSV(w http.ResponseWriter, r *http.Request) error {
	id, ok := strings.CutSuffix(r.PathValue("file"), ".csv")
	if !ok {
		return gatehouse.Errorf(gatehouse.NotFound, "there is no file %s", r.PathValue("file"))
	}
	page, err := s.readLoad(r, id)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	out := csv.NewWriter(&b)
	if err := out.Write([]string{page.T("工作表", "Sheet"), page.T("单元格", "Cell"), page.T("列名", "Header"), page.T("原值", "Value"), page.T("原因", "Reason"), page.T("处理办法", "What to do"), page.T("文件", "File")}); err != nil {
		return err
	}
	for _, c := range slices.Concat(page.Held.List, page.Doubtful.List) {
		if err := out.Write([]string{safeCell(c.Sheet), page.CellPlace(c.QuarantinedCell), safeCell(c.Header), safeCell(c.Value), c.Message, c.Hint, safeCell(c.File)}); err != nil {
			return err
		}
	}
	out.Flush()
	attach(w, "text/csv; charset=utf-8", "quarantine-"+page.Load.LoadID+".csv")
	_, err = b.WriteTo(w)
	return err
}

// original is the file as it was sent.
func (s *Server) original(w http.ResponseWriter, r *http.Request) error {
	user := userOf(r)
	found, err := ingest.FindLoad(r.Context(), s.db, user.Scope(), user.Name, r.PathValue("id"))
	if err != nil {
		return err
	}
	if s.Store == nil {
		return gatehouse.Errorf(gatehouse.NotFound, "files are not kept here")
	}
	file, err := s.Store.Open(found.SHA256)
	if err != nil {
		return err
	}
	defer file.Close()
	attach(w, "application/octet-stream", found.File)
	_, err = io.Copy(w, file)
	return err
}

// marked is the file with its bad cells marked, for its sender to correct.
func (s *Server) marked(w http.ResponseWriter, r *http.Request) error {
	id, ok := strings.CutSuffix(r.PathValue("file"), ".xlsx")
	if !ok {
		return gatehouse.Errorf(gatehouse.NotFound, "there is no file %s", r.PathValue("file"))
	}
	user, lang := userOf(r), s.langOf(r)
	found, err := ingest.FindLoad(r.Context(), s.db, user.Scope(), user.Name, id)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(found.File, path.Ext(found.File)) + gatehouse.Text{ZH: "-待更正", EN: "-to-correct"}.In(lang) + ".xlsx"
	attach(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name)
	out := &startedWriter{to: w}
	err = s.Loader.WriteMarked(r.Context(), out, user.Scope(), user.Name, id, lang)
	if err != nil && out.started {
		s.log.Error("marked file cut off", "user", user.Name, "load", id, "error", err)
		panic(http.ErrAbortHandler)
	}
	return err
}

// template is an empty workbook of a feed.
func (s *Server) template(w http.ResponseWriter, r *http.Request) error {
	feed, ok := strings.CutSuffix(r.PathValue("file"), ".xlsx")
	if !ok || !slices.Contains(ingest.FeedNames(), feed) {
		return gatehouse.Errorf(gatehouse.NotFound, "there is no template %s", r.PathValue("file"))
	}
	var b bytes.Buffer
	if err := ingest.WriteTemplate(&b, feed); err != nil {
		return err
	}
	attach(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", feed+".xlsx")
	_, err := b.WriteTo(w)
	return err
}

// CellPlace is where a bad cell is: "B47", or its row where the column is missing.
func (f Frame) CellPlace(c ingest.QuarantinedCell) string {
	if row, ok := strings.CutPrefix(c.Cell, "row "); ok {
		return f.T("第 "+row+" 行", "row "+row)
	}
	return c.Cell
}
