package dashboard

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"gatehouse"
)

// pages are the templates by file name, each with the layout and all parts.
type pages map[string]*template.Template

// parsePages reads templates/*.html. A file that defines "page" is a page;
// the others are parts which all pages share.
func parsePages(a assets) (pages, error) {
	names, err := fs.Glob(embedded, "templates/*.html")
	if err != nil {
		return nil, err
	}
	shared := template.New("").Funcs(functions(a))
	own := map[string]string{}
	for _, name := range names {
		text, err := fs.ReadFile(embedded, name)
		if err != nil {
			return nil, err
		}
		if strings.Contains(string(text), `{{define "page"}}`) {
			own[path.Base(name)] = string(text)
			continue
		}
		if _, err := shared.New(path.Base(name)).Parse(string(text)); err != nil {
			return nil, err
		}
	}
	all := pages{}
	for name, text := range own {
		t, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if all[name], err = t.New(name).Parse(text); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// functions are those of all templates; wordings and numbers are methods of Frame.
func functions(a assets) template.FuncMap {
	return template.FuncMap{
		"icon":  func(name string) template.HTML { return a.icons[name] },
		"asset": a.url,
		"dict":  dict,
		"minus": func() string { return minus },
	}
}

// dict gathers the arguments of a part: dict "key" value …
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, gatehouse.Errorf(gatehouse.Internal, "dict needs pairs")
	}
	d := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, gatehouse.Errorf(gatehouse.Internal, "dict: %v is not a key", pairs[i])
		}
		d[key] = pairs[i+1]
	}
	return d, nil
}

// render writes a page; data embeds a Frame. Nothing is written when the
// template fails, so that an error page can follow.
func (s *Server) render(w http.ResponseWriter, name string, data any) error {
	return s.renderStatus(w, http.StatusOK, name, data)
}

// renderPart writes one part of a page's template, to be put into a page.
func (s *Server) renderPart(w http.ResponseWriter, page, part string, data any) error {
	return s.write(w, http.StatusOK, page, part, data)
}

func (s *Server) renderStatus(w http.ResponseWriter, status int, name string, data any) error {
	return s.write(w, status, name, "layout.html", data)
}

func (s *Server) write(w http.ResponseWriter, status int, name, part string, data any) error {
	t, ok := s.pages[name]
	if !ok {
		return gatehouse.Errorf(gatehouse.Internal, "there is no page %s", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, part, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := b.WriteTo(w)
	return err
}
