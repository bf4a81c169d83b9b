package sheet_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/ingest/sheet"
)

// Other programs write the same workbook in ways the format allows, or that
// Excel forgives. All of them read alike.
func TestWorkbooksOfOtherWriters(t *testing.T) {
	t.Parallel()
	want := mustRead(t, smallest(twoRows).zip(t))
	rename := func(p parts, from, to string) parts {
		p[to] = p[from]
		delete(p, from)
		return p
	}
	replace := func(p parts, from, to string) parts {
		for name, content := range p {
			p[name] = strings.ReplaceAll(content, from, to)
		}
		return p
	}
	prefixed := smallest(twoRows)
	prefixed[sheetPart] = strings.NewReplacer("xmlns=", "xmlns:x=", "</", "</x:", "<", "<x:").Replace(prefixed[sheetPart])
	strict := replace(smallest(twoRows), "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
	strict = replace(strict, "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")
	const rels = "xl/_rels/workbook.xml.rels"
	tests := map[string]parts{
		"strict":          strict,
		"prefixes":        prefixed,
		"names in case":   rename(smallest(twoRows), sheetPart, "XL/Worksheets/Sheet1.XML"),
		"backslashes":     rename(rename(smallest(twoRows), rels, `xl\_rels\workbook.xml.rels`), sheetPart, `xl\worksheets\sheet1.xml`),
		"absolute target": replace(smallest(twoRows), `Target="worksheets/`, `Target="/xl/worksheets/`),
		"roundabout path": replace(smallest(twoRows), `Target="worksheets/`, `Target="../xl/./worksheets/`),
		"escaped path":    replace(smallest(twoRows), `sheet1.xml"`, `sheet%31.xml"`),
		"no references":   replace(replace(replace(smallest(twoRows), ` r="A1"`, ""), ` r="B1"`, ""), ` r="2"`, ""),
		"byte order mark": replace(smallest(twoRows), "<worksheet", "\ufeff<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<worksheet"),
		"a chart": replace(replace(smallest(twoRows), "</sheets>", `<sheet name="Chart" sheetId="2" r:id="rId9"/></sheets>`),
			`<Relationship Id="rId2"`, `<Relationship Id="rId9" Type="`+typeURI+`chartsheet" Target="chartsheets/sheet1.xml"/><Relationship Id="rId2"`),
	}
	for name, p := range tests {
		got, err := read(p.zip(t), sheet.DefaultLimits())
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

// A workbook needs neither shared strings nor styles.
func TestWorkbookWithoutStringsAndStyles(t *testing.T) {
	t.Parallel()
	p := smallest(`<row><c s="0"><v>1</v></c></row>`).with("xl/_rels/workbook.xml.rels",
		`<Relationships xmlns="`+relsURI+`"><Relationship Id="rId1" Type="`+typeURI+`worksheet" Target="worksheets/sheet1.xml"/></Relationships>`)
	delete(p, stringsPart)
	delete(p, stylesPart)
	if got := show(mustRead(t, p.zip(t))); got != "#1\n" {
		t.Errorf("%q", got)
	}
}

func TestStrictWorkbooksMayCountDaysByISO(t *testing.T) {
	t.Parallel()
	book := `<workbook ` + mainNS + ` ` + linkNS + `><workbookPr dateCompatibility="false"/><sheets><sheet name="收费" sheetId="1" r:id="rId1"/></sheets></workbook>`
	got := mustRead(t, smallest(`<row><c s="1"><v>0</v></c><c s="1"><v>60</v></c><c s="1"><v>61</v></c></row>`).with(bookPart, book).zip(t))
	if want := "@1899-12-30|@1900-02-28|@1900-03-01\n"; show(got) != want {
		t.Errorf("%s, want %s", show(got), want)
	}
}

func TestCellsAreNamedAsInExcel(t *testing.T) {
	t.Parallel()
	for col, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD", -1: ""} {
		if got := sheet.ColumnName(col); got != want {
			t.Errorf("column %d is %q, want %q", col, got, want)
		}
	}
	if got := sheet.Ref(47, 1); got != "B47" {
		t.Errorf("%q, want B47", got)
	}
}
