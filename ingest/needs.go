package ingest

// Needs are groups of names of fields: a row must have a value for at least
// one of each. The project is not among them, as the one who loads may name it.
func (f Feed) Needs() [][]string {
	var groups [][]string
	for _, group := range f.needs {
		if mayBeBlank(&f, group[0]) {
			continue
		}
		var names []string
		for _, id := range group {
			if d := f.field(id); d != nil {
				names = append(names, d.Name)
			}
		}
		groups = append(groups, names)
	}
	return groups
}

// NeedsProject tells whether a row must belong to a project.
func (f Feed) NeedsProject() bool { return !f.projectless }

// ExampleRow is a row that loads, by the names of fields: the examples that the
// template shows.
func (f Feed) ExampleRow() map[string]string {
	row := map[string]string{}
	for _, d := range f.Fields {
		if d.Example != "" && !d.Variant {
			row[d.Name] = d.Example
		}
	}
	return row
}
