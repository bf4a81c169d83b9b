package dashboard

import (
	"maps"
	"slices"

	"gatehouse"
	"gatehouse/ingest"
)

// mappingFault says in the reader's language what is wrong with a mapping, for
// the mistakes that the form lets one make; empty for any other. The checks are
// those of Mapping.Validate, of one part at a time.
func (f Frame) mappingFault(m ingest.Mapping) string {
	bad := func(part ingest.Mapping) bool {
		part.Name, part.Feed = unnamed, m.Feed
		return part.Validate() != nil
	}
	if (ingest.Mapping{Name: m.Name}).Validate() != nil {
		return f.T("请填写名称，可用文字、数字、点、横线和下划线，最多 64 个字符", "give it a name of up to 64 letters, digits, dots, dashes and underscores")
	}
	for _, c := range m.Columns {
		plain := c
		plain.Unit = ""
		switch _, fixed := m.Constants[c.Field]; {
		case bad(ingest.Mapping{Columns: []ingest.MappedColumn{plain}}):
			return f.In(gatehouse.Text{ZH: "列“%s”不能作为所选的内容，请另选", EN: "column %q cannot be what is chosen: choose something else"}.With(c.Header))
		case bad(ingest.Mapping{Columns: []ingest.MappedColumn{c}}):
			return f.In(gatehouse.Text{ZH: "列“%s”的字段没有单位“%s”，请改选单位", EN: "the field of column %q has no unit %q: choose another"}.With(c.Header, c.Unit))
		case c.Field != "" && fixed:
			return f.In(gatehouse.Text{ZH: "列“%s”的字段已有固定值，请去掉固定值或不载入该列", EN: "the field of column %q has a constant: take that away, or ignore the column"}.With(c.Header))
		}
	}
	for _, values := range []struct {
		of   map[string]string
		part gatehouse.Text
	}{{m.Constants, gatehouse.Text{ZH: "固定值", EN: "constants"}}, {m.Defaults, gatehouse.Text{ZH: "默认值", EN: "values for blank cells"}}} {
		for _, name := range slices.Sorted(maps.Keys(values.of)) {
			if bad(ingest.Mapping{Constants: map[string]string{name: values.of[name]}, Values: m.Values}) {
				return f.In(gatehouse.Text{ZH: "%s：“%s”不能是“%s”", EN: "%s: %s cannot be %q"}.With(values.part, f.fieldWord(m.Feed, name), values.of[name]))
			}
		}
	}
	return ""
}

// fieldWord names a field of a feed, any feed's when none is given.
func (f Frame) fieldWord(feed, name string) gatehouse.Text {
	for _, one := range ingest.Feeds() {
		for _, d := range one.Fields {
			if d.Name == name && (feed == "" || one.Name == feed) {
				return gatehouse.Text{ZH: d.Label(), EN: d.Name}
			}
		}
	}
	return gatehouse.Text{ZH: name, EN: name}
}
