package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatehouse"
	"gatehouse/dashboard/auth"
	"gatehouse/ingest"
)

// mappingData is the page on which the columns of a file are told what they
// are. Its form carries the whole mapping, so it works without a script and
// nothing is kept until it is sent.
type mappingData struct {
	Frame
	Ticket    string
	File      previewFile
	Base      string // YAML of what the form does not show
	Name      string // of the mapping, empty for one that has none yet
	Label     string // its title
	Feeds     []Choice
	Header    ingest.HeaderRows
	Sheets    []mappingSheet
	Suggested int // columns with a suggestion
	Needs     int // groups of fields that the sheets lack
	Constants []fixedField
	More      []fieldOption // fields that may have a constant too
	Defaults  []fixedField
	Drifts    []driftChoice
	Codes     []codeChoice
	Fault     string // why the mapping was not taken, empty when only Detail tells
	Detail    string // the same as the loader says it, with all it knows
}

// maySaveMappings tells who may say how files are read: a mapping is for the
// files of all projects.
func maySaveMappings(u auth.User) bool { return forOfficers.admits(u) }

// MaySaveMappings is for templates.
func (f Frame) MaySaveMappings() bool { return maySaveMappings(f.User) }

// mappingRef is how requests name a version.
func mappingRef(v ingest.MappingVersion) string { return fmt.Sprintf("%s@%d", v.Name, v.Version) }

// unnamed is what a mapping is called until somebody names it.
const unnamed = "draft"

func mappingURL(ticket string, file int) string {
	return "/preview/mapping?" + url.Values{"of": {ticket}, "file": {strconv.Itoa(file)}}.Encode()
}

// placed is a file in its basket.
type placed struct {
	ticket string
	basket basket
	number int // from 1
}

func (p placed) file() *basketFile { return &p.basket.Files[p.number-1] }

// place finds the file that a request is about.
func (s *Server) place(r *http.Request, q url.Values) (placed, error) {
	p := placed{ticket: q.Get("of")}
	var err error
	if p.basket, err = s.unseal(p.ticket, userOf(r).Name); err != nil {
		return p, err
	}
	if p.number, err = strconv.Atoi(q.Get("file")); err != nil || p.number < 1 || p.number > len(p.basket.Files) {
		return p, gatehouse.Errorf(gatehouse.Invalid, "the preview has no file %q", q.Get("file"))
	}
	if f := p.file(); f.Fault != nil || f.SHA256 == "" {
		return p, gatehouse.Errorf(gatehouse.Invalid, "file %q was not kept, so it has no columns to map", f.Name)
	}
	return p, nil
}

// mappingName is what the mapping of the file is called.
func (f basketFile) mappingName() (string, error) {
	if f.Draft != "" {
		m, err := ingest.ParseMapping([]byte(f.Draft))
		return m.Name, err
	}
	if name, _, _ := strings.Cut(f.Mapping, "@"); name != "" {
		return name, nil
	}
	return unnamed, nil
}

// mapping shows how a file of a preview is read.
func (s *Server) mapping(w http.ResponseWriter, r *http.Request) error {
	at, err := s.place(r, r.URL.Query())
	if err != nil {
		return err
	}
	return s.showMapping(w, r, at, nil, nil)
}

// showMapping is the page of a file: as the preview reads it or, where a form
// was sent that is wrong, with what the form says and what is wrong with it.
func (s *Server) showMapping(w http.ResponseWriter, r *http.Request, at placed, sent *ingest.Mapping, fault error) error {
	now, err := s.answersNow(r.Context())
	if err != nil {
		return err
	}
	frame, err := s.workFrame(r, now)
	if err != nil {
		return err
	}
	var seen ingest.Preview
	file := at.file()
	err = s.withFile(frame, *file, func(req ingest.Request) (err error) {
		seen, err = s.Loader.Preview(r.Context(), req)
		return err
	})
	if err != nil {
		return err
	}
	name, err := file.mappingName()
	if err != nil {
		return err
	}
	base := seen.Draft(name)
	m := base
	m.Columns = decided(base.Columns, seen, file.Mapping+file.Draft != "")
	status := http.StatusOK
	page := mappingData{Frame: frame, Ticket: at.ticket, File: frame.previewFile(seen), Base: string(base.YAML())}
	if sent != nil {
		m = *sent
	}
	if fault != nil {
		page.Fault, page.Detail, status = page.mappingFault(m), fault.Error(), http.StatusUnprocessableEntity
	}
	page.Title, page.File.Number = page.T("映射", "Mapping"), at.number
	page.fill(seen, m)
	return s.renderStatus(w, status, "mapping.html", page)
}

// decided leaves out the columns that a draft ignores only because nobody has
// said what they are: for those the preview goes on suggesting fields.
func decided(columns []ingest.MappedColumn, seen ingest.Preview, mapped bool) []ingest.MappedColumn {
	open := map[string]bool{}
	for _, sheet := range seen.Sheets {
		for _, c := range sheet.Columns {
			if c.Use == ingest.UseIgnored && (!mapped || len(c.Suggestions) > 0) {
				open[c.Header] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(columns), func(c ingest.MappedColumn) bool { return c.Ignore && open[c.Header] })
}

// changeMapping takes the form: it keeps the mapping as the draft of the file,
// or saves it and has the file read by it.
func (s *Server) changeMapping(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return broken(err)
	}
	at, err := s.place(r, r.PostForm)
	if err != nil {
		return err
	}
	form, err := readMappingForm(r.PostForm)
	if err != nil {
		return err
	}
	file, to := at.file(), mappingURL
	save := r.PostForm.Get("do") == "save" && !form.anew // what nobody has seen is not saved
	m := form.mapping
	if m.Name == "" && !save {
		m.Name = unnamed
	}
	if err := m.Validate(); err != nil {
		return s.showMapping(w, r, at, &m, err)
	}
	file.Mapping, file.Draft = "", string(m.YAML())
	if save {
		v, err := s.Loader.SaveMapping(r.Context(), m, userOf(r).Name)
		if gatehouse.KindOf(err) == gatehouse.Invalid {
			return s.showMapping(w, r, at, &m, err)
		}
		if err != nil {
			return err
		}
		s.log.Info("mapping saved", "user", userOf(r).Name, "mapping", mappingRef(v))
		file.Mapping, file.Draft = mappingRef(v), ""
		to = func(ticket string, _ int) string { return "/preview?of=" + url.QueryEscape(ticket) }
	}
	sealed, err := s.seal(r.Context(), at.basket, userOf(r).Name)
	if err != nil {
		return err
	}
	http.Redirect(w, r, to(sealed, at.number), http.StatusSeeOther)
	return nil
}
