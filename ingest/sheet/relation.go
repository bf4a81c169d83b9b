package sheet

import (
	"context"
	"net/url"
	"path"
	"strings"
)

// relation points from one part to another. What a part is follows from the
// relation that leads to it, never from its path.
type relation struct {
	kind     string // last word of its type: "worksheet", "styles"
	target   string // path of the part
	external bool   // outside of the file
}

// relations reads where a part points to, by id; the empty name stands for the
// package itself. A part without relations points nowhere.
func (a *archive) relations(ctx context.Context, name string) (map[string]relation, error) {
	dir, file := path.Split(name)
	rels := dir + "_rels/" + file + ".rels"
	found := make(map[string]relation)
	if !a.has(rels) {
		return found, nil
	}
	err := a.document(ctx, rels, relsSpace, "Relationships", func(x *scanner) error {
		if x.space != relsSpace || string(x.name) != "Relationship" {
			return nil
		}
		id := string(x.attr("Id"))
		if _, twice := found[id]; twice || id == "" {
			return faultf(IllFormedXML, "relation %q is missing its id or stands twice; the file is damaged", id)
		}
		found[id] = relation{
			kind:     relationKind(string(x.attr("Type"))),
			target:   resolveTarget(dir, string(x.attr("Target"))),
			external: string(x.attr("TargetMode")) == "External",
		}
		return nil
	})
	return found, err
}

// relationKind strips the transitional or strict address from a type; types of
// other vocabularies stay whole.
func relationKind(uri string) string {
	for _, prefix := range []string{
		"http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
		"http://purl.oclc.org/ooxml/officeDocument/relationships/",
	} {
		if kind, found := strings.CutPrefix(uri, prefix); found {
			return kind
		}
	}
	return uri
}

// resolveTarget makes a part's path of a target, absolute or relative to dir.
func resolveTarget(dir, target string) string {
	target, _, _ = strings.Cut(strings.ReplaceAll(target, `\`, "/"), "#")
	if decoded, err := url.PathUnescape(target); err == nil {
		target = decoded
	}
	if strings.HasPrefix(target, "/") {
		dir = ""
	}
	return strings.TrimPrefix(path.Join("/", dir, target), "/")
}

// one finds the only relation of a kind. Two of them are as bad as a part that
// stands twice.
func one(relations map[string]relation, kind string) (relation, bool, error) {
	var found relation
	n := 0
	for _, r := range relations {
		if r.kind == kind && !r.external {
			found = r
			n++
		}
	}
	if n > 1 {
		return relation{}, false, faultf(DuplicatePart, "the workbook has %d parts of kind %q; save the file again as .xlsx", n, kind)
	}
	return found, n == 1, nil
}
