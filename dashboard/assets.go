package dashboard

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"gatehouse"
	"gatehouse/dashboard/chart/svg"
)

// embedded holds what the build put beside the source; static/vendor comes
// from npm by make and is not committed.
//
//go:embed all:static templates
var embedded embed.FS

const vendorFolder = "static/vendor"

// iconNames are the icons that pages use.
func iconNames() []string {
	return []string{
		"layout-dashboard", "building-community", "report-money", "headset", "database-import", "upload", "download", "language",
		"moon", "sun", "logout", "alert-triangle", "check", "chevron-down", "filter", "x", "dots", "eye", "arrow-back-up",
		"player-play", "plug-connected", "refresh", "clock-play", "player-stop", "bookmark", "search", "trash", "user-plus", "users", "checklist", "scale",
	}
}

// Assets tells which third-party file was not there when the program was
// built. Pages work without them, but have no charts, icons or font.
func Assets() error {
	names := []string{"echarts.min.js", "inter-latin-wght-normal.woff2"}
	for _, icon := range iconNames() {
		names = append(names, "icons/"+icon+".svg")
	}
	var missing []string
	for _, name := range names {
		if _, err := fs.Stat(embedded, path.Join(vendorFolder, name)); err != nil {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return gatehouse.Errorf(gatehouse.Unavailable, "built without %s: run make build", strings.Join(missing, ", "))
	}
	return nil
}

// assets are the static files, under an address that changes with any of them.
type assets struct {
	hash  string
	icons map[string]template.HTML
}

func readAssets() (assets, error) {
	a := assets{icons: map[string]template.HTML{}}
	hash := sha256.New()
	err := fs.WalkDir(embedded, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(embedded, name)
		if err != nil {
			return err
		}
		_, _ = hash.Write([]byte(name)) // never fails
		_, _ = hash.Write(content)
		if icon, ok := strings.CutPrefix(name, vendorFolder+"/icons/"); ok && strings.HasSuffix(icon, ".svg") {
			a.icons[strings.TrimSuffix(icon, ".svg")] = inlineIcon(string(content))
		}
		return nil
	})
	a.hash = hex.EncodeToString(hash.Sum(nil))[:12]
	return a, err
}

// inlineIcon makes an icon of the icon set part of a page: decoration, read by
// nobody but the eye.
func inlineIcon(svg string) template.HTML {
	_, svg, ok := strings.Cut(svg, "<svg")
	if !ok {
		return ""
	}
	return template.HTML(`<svg aria-hidden="true" focusable="false"` + svg)
}

// url is the address of a static file.
func (a assets) url(name string) string { return "/static/" + a.hash + "/" + name }

// static serves the static files. Under the current hash they never change.
func (s *Server) static(w http.ResponseWriter, r *http.Request) error {
	name := path.Join("static", path.Clean("/"+r.PathValue("name")))
	content, err := fs.ReadFile(embedded, name)
	if err != nil || strings.HasPrefix(path.Base(name), ".") {
		return gatehouse.Errorf(gatehouse.NotFound, "there is no file %s", r.PathValue("name"))
	}
	if r.PathValue("hash") == s.assets.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	kind := mime.TypeByExtension(path.Ext(name))
	switch path.Ext(name) { // the machine's own table may lack these
	case ".woff2":
		kind = "font/woff2"
	case ".js":
		kind = "text/javascript; charset=utf-8"
	case ".svg":
		kind = "image/svg+xml"
	}
	w.Header().Set("Content-Type", kind)
	_, err = w.Write(content)
	return err
}

// newPictures draws charts with what the pages draw them with.
func newPictures() (*svg.Renderer, error) {
	var sources [3]string
	for i, name := range []string{vendorFolder + "/echarts.min.js", "static/charts.js", "static/app.css"} {
		content, err := fs.ReadFile(embedded, name)
		if err != nil && i > 0 { // without ECharts there are no pictures, and all else works
			return nil, err
		}
		sources[i] = string(content)
	}
	return svg.New(sources[0], sources[1], sources[2])
}

func (s *Server) favicon(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, s.assets.url("mark.svg"), http.StatusSeeOther)
	return nil
}
