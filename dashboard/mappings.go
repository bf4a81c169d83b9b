package dashboard

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"gatehouse"
	"gatehouse/ingest"
)

// mappingsData is the page of saved mappings, and of one of them.
type mappingsData struct {
	Frame
	Mappings   []mappingRow
	Current    *mappingRow  // nil: the list alone
	Versions   []mappingRow // of it, newest first
	Earlier    int          // versions beyond those
	Definition string       // YAML to look at, change and save
	Fault      string       // why it was not saved, empty when only Detail tells
	Detail     string       // the same as the loader says it, with the line
}

// mappingRow is a version of a mapping.
type mappingRow struct {
	ingest.MappingVersion
	Feed   string // title
	URL    string
	Newest bool
	Shown  bool
}

// versionsShown is how many versions of a mapping the page lists.
const versionsShown = 20

func (f Frame) mappingRow(v ingest.MappingVersion) mappingRow {
	row := mappingRow{MappingVersion: v, Feed: f.T("由表头识别", "by headers"), URL: "/mappings/" + url.PathEscape(v.Name)}
	if v.Mapping.Feed != "" {
		row.Feed = f.FeedTitle(v.Mapping.Feed)
	}
	return row
}

// mappings lists what is saved and shows the one that is asked for.
func (s *Server) mappings(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readMappings(r, r.PathValue("name"), r.URL.Query().Get("version"))
	if err != nil {
		return err
	}
	return s.render(w, "mappings.html", page)
}

func (s *Server) readMappings(r *http.Request, name, version string) (mappingsData, error) {
	page := mappingsData{Frame: s.bareFrame(r)}
	page.Nav, page.Title = "loads", page.T("映射", "Mappings")
	list, err := s.Loader.Mappings(r.Context())
	if err != nil {
		return page, err
	}
	newest := uint32(0)
	for _, v := range list {
		row := page.mappingRow(v)
		if row.Shown = v.Name == name; row.Shown {
			newest = v.Version
		}
		page.Mappings = append(page.Mappings, row)
	}
	if name == "" {
		return page, nil
	}
	found, err := s.mappingVersion(r.Context(), name, version)
	if err != nil {
		return page, err
	}
	page.Definition = found.Definition
	for n := newest; n > 0 && newest-n < versionsShown; n-- {
		v, err := s.mappingVersion(r.Context(), name, strconv.FormatUint(uint64(n), 10))
		if err != nil {
			return page, err
		}
		row := page.mappingRow(v)
		row.Newest, row.Shown = n == newest, n == found.Version
		row.URL += "?version=" + strconv.FormatUint(uint64(n), 10)
		page.Versions = append(page.Versions, row)
	}
	page.Earlier = max(0, int(newest)-versionsShown)
	current := page.mappingRow(found)
	current.Newest = found.Version == newest
	page.Current = &current
	return page, nil
}

// mappingVersion finds a version, the newest when none is named. One that no
// longer fits the feeds can still be looked at.
func (s *Server) mappingVersion(ctx context.Context, name, version string) (ingest.MappingVersion, error) {
	ref := name
	if version != "" {
		ref += "@" + version
	}
	v, err := s.Loader.MappingByRef(ctx, ref)
	if gatehouse.KindOf(err) == gatehouse.Invalid && v.Version != 0 {
		return v, nil
	}
	return v, err
}

// mappingYAML is a definition as a file.
func (s *Server) mappingYAML(w http.ResponseWriter, r *http.Request) error {
	v, err := s.mappingVersion(r.Context(), r.PathValue("name"), r.URL.Query().Get("version"))
	if err != nil {
		return err
	}
	attach(w, "application/yaml; charset=utf-8", v.Name+".yaml")
	_, err = io.WriteString(w, v.Definition)
	return err
}

// saveMapping saves the definition of a form, written there or sent as a file.
func (s *Server) saveMapping(w http.ResponseWriter, r *http.Request) error {
	definition, err := sentDefinition(r)
	if err != nil {
		return err
	}
	m, err := ingest.ParseMapping(definition)
	var v ingest.MappingVersion
	if err == nil {
		v, err = s.Loader.SaveMapping(r.Context(), m, userOf(r).Name)
	}
	if gatehouse.KindOf(err) == gatehouse.Invalid {
		page, failed := s.readMappings(r, "", "")
		if failed != nil {
			return failed
		}
		page.Definition, page.Detail = string(definition), err.Error()
		if m.Name != "" { // it was read, and what it says is wrong
			page.Fault = page.mappingFault(m)
		}
		return s.renderStatus(w, http.StatusUnprocessableEntity, "mappings.html", page)
	}
	if err != nil {
		return err
	}
	s.log.Info("mapping saved", "user", userOf(r).Name, "mapping", mappingRef(v))
	http.Redirect(w, r, "/mappings/"+url.PathEscape(v.Name), http.StatusSeeOther)
	return nil
}

// sentDefinition is the file of the form where there is one, else its text.
func sentDefinition(r *http.Request) ([]byte, error) {
	if err := r.ParseMultipartForm(mappingBytes); err != nil {
		return nil, broken(err)
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	if files := r.MultipartForm.File["file"]; len(files) > 0 && files[0].Size > 0 {
		file, err := files[0].Open()
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return io.ReadAll(file)
	}
	return plainLines(r.PostFormValue("definition")), nil
}

// mappingChoices are the mappings that may read files, none when nothing is saved.
func (s *Server) mappingChoices(ctx context.Context, f Frame) ([]Choice, error) {
	list, err := s.Loader.Mappings(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	choices := []Choice{{Label: f.T("不用，由表头识别", "None: as the headers say")}}
	for _, v := range list {
		label := v.Name
		if v.Title != "" {
			label = v.Title + " · " + v.Name
		}
		choices = append(choices, Choice{Value: v.Name, Label: label})
	}
	return choices, nil
}
