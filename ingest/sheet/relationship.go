package sheet

import (
	"context"
	"net/url"
	"path"
	"strings"
)

// relationship points from one part to another. What a part is follows from the
// relationship that leads to it, never from its path.
type relationship struct {
	kind     string // last word of its type: "worksheet", "styles"
	target   string // path of the part
	external bool   // outside of the file
}

// relationships reads where a part points to, by id; the empty name stands for the
// package itself. A part without relationships points nowhere.
func (a *archive) relationships(ctx context.Context, name string) (map[string]relationship, error) {
	dir, file := path.Split(name)
	rels := dir + "_rels/" + file + ".rels"
	found := make(map[string]relationship)
	if !a.has(rels) {
		return found, nil
	}
	err := a.document(ctx, rels, relsSpace, "Relationships", func(x *scanner) error {
		if x.space != relsSpace || string(x.name) != "Relationship" {
			return nil
		}
		id := string(x.attr("Id"))
		if _, twice := found[id]; twice || id == "" {
			return faultf(IllFormedXML, "relationship %q is missing its id or stands twice; the file is damaged", id)
		}
		found[id] = relationship{
			kind:     relationshipKind(string(x.attr("Type"))),
			target:   resolveTarget(dir, string(x.attr("Target"))),
			external: string(x.attr("TargetMode")) == "External",
		}
		return nil
	})
	return found, err
}

// relationshipKind strips the transitional or strict address from a type; types of
// other vocabularies stay whole.
func relationshipKind(uri string) string {
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

// one finds the only relationship of a kind. Two of them are as bad as a part that
// stands twice.
func one(relationships map[string]relationship, kind string) (relationship, bool, error) {
	var found relationship
	n := 0
	for _, r := range relationships {
		if r.kind == kind && !r.external {
			found = r
			n++
		}
	}
	if n > 1 {
		return relationship{}, false, faultf(DuplicatePart, "the workbook has %d parts of kind %q; save the file again as .xlsx", n, kind)
	}
	return found, n == 1, nil
}
