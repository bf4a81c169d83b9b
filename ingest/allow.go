package ingest

import "gatehouse"

// permit refuses the whole file at the first row that the one who loads may
// not load, before anything of it can become visible. A project that a file
// calls by its name is asked for by its code.
func (in *intake) permit(r *record) error {
	if in.allow == nil {
		return nil
	}
	feed, ref := in.plan.feed.Name, r.text(fProject)
	asked := [2]string{feed, ref}
	if in.allowed[asked] {
		return nil
	}
	if !in.allow(feed, in.projects.code(ref)) {
		of := gatehouse.Text{ZH: ref, EN: ref}
		if ref == "" {
			of = gatehouse.Text{ZH: "未写明的项目", EN: "no project"}
		}
		return refuse("%[1]s第 %[2]d 行（%[3]s）属于“%[4]s”，您无权载入：请删去这些行，或请总部载入",
			"row %[2]d of %[1]s is %[3]s of %[4]s, which you may not load: take such rows out, or ask head office to load the file",
			sheetText(r.sheet), r.row, gatehouse.Text{ZH: in.plan.feed.Title.ZH, EN: feed}, of)
	}
	in.allowed[asked] = true
	return nil
}

// code resolves what a file calls a project: a code, or a name that only one
// project has; anything else stays as it is.
func (f projectFinder) code(ref string) string {
	named := ""
	for _, p := range f.known {
		switch ref {
		case p.Code:
			return ref
		case p.Name:
			if named != "" {
				return ref // two projects share the name, so it means neither
			}
			named = p.Code
		}
	}
	if named != "" {
		return named
	}
	return ref
}
