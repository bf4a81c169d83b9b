package sheet

import "bytes"

// namespace is the meaning behind a prefix. Workbooks choose their prefixes
// freely, and each vocabulary has a transitional and a strict address.
type namespace uint8

const (
	noSpace     namespace = iota
	foreign               // any vocabulary that is not read here
	choiceSpace           // mc:AlternateContent: would offer one content or another
	mainSpace             // SpreadsheetML: workbook, sheets, styles, shared strings
	linkSpace             // r:id and its kin
	relsSpace             // relationship parts
	typesSpace            // [Content_Types].xml
	xmlSpace              // the prefix xml, bound by definition
	atomSpace             // Atom: feeds, entries and their links
	espiSpace             // ESPI: what the entries of a Green Button feed say

	officeSpace  // OpenDocument: body and values
	tableSpace   // OpenDocument: tables, rows and cells
	textSpace    // OpenDocument: paragraphs
	styleSpace   // OpenDocument: styles
	calcSpace    // OpenDocument: what LibreOffice adds
	excelSpace   // SpreadsheetML of 2003
	optionsSpace // SpreadsheetML of 2003: settings of the workbook and its sheets
)

func namespaceOf(uri []byte) namespace {
	switch string(uri) {
	case "":
		return noSpace
	case "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
		"http://purl.oclc.org/ooxml/spreadsheetml/main":
		return mainSpace
	case "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
		"http://purl.oclc.org/ooxml/officeDocument/relationships":
		return linkSpace
	case "http://schemas.openxmlformats.org/package/2006/relationships":
		return relsSpace
	case "http://schemas.openxmlformats.org/package/2006/content-types":
		return typesSpace
	case "http://schemas.openxmlformats.org/markup-compatibility/2006":
		return choiceSpace
	case "http://www.w3.org/XML/1998/namespace":
		return xmlSpace
	case "http://www.w3.org/2005/Atom":
		return atomSpace
	case "http://naesb.org/espi":
		return espiSpace
	case "urn:oasis:names:tc:opendocument:xmlns:office:1.0":
		return officeSpace
	case "urn:oasis:names:tc:opendocument:xmlns:table:1.0":
		return tableSpace
	case "urn:oasis:names:tc:opendocument:xmlns:text:1.0":
		return textSpace
	case "urn:oasis:names:tc:opendocument:xmlns:style:1.0":
		return styleSpace
	case "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0":
		return calcSpace
	case "urn:schemas-microsoft-com:office:spreadsheet":
		return excelSpace
	case "urn:schemas-microsoft-com:office:excel":
		return optionsSpace
	}
	return foreign
}

// binding is a prefix in force; its name is kept as a copy, since the tag that
// bound it leaves the buffer.
type binding struct {
	prefix string
	space  namespace
}

// open enters an element once its tag is complete: the bindings of the tag
// come first, since they hold for the tag itself.
func (x *scanner) open(qname []byte) error {
	if x.rooted && len(x.path) == 0 {
		return faultf(IllFormedXML, "a second root element %s; the file is damaged", excerpt(qname))
	}
	if len(x.path) == maxDepth {
		return faultf(TooLarge, "elements are nested more than %d deep", maxDepth)
	}
	e := element{name: len(x.names), bindings: len(x.bindings)}
	if len(x.path) > 0 {
		around := x.path[len(x.path)-1]
		e.space, e.preserve = around.space, around.preserve
	}
	prefixed := false
	for i := range x.attrs {
		a := &x.attrs[i]
		switch {
		case len(a.prefix) == 0 && string(a.name) == "xmlns":
			e.space = namespaceOf(a.value)
		case string(a.prefix) == "xmlns":
			x.bindings = append(x.bindings, binding{string(a.name), namespaceOf(a.value)})
		case string(a.prefix) == "xml":
			if string(a.name) == "space" {
				e.preserve = string(a.value) == "preserve"
			}
		case len(a.prefix) > 0:
			prefixed = true
		}
	}
	if len(x.bindings) > maxBindings {
		return faultf(TooLarge, "more than %d prefixes are declared at once", maxBindings)
	}
	prefix, name, err := splitName(qname)
	if err != nil {
		return err
	}
	if x.space = e.space; len(prefix) > 0 {
		if x.space, err = x.resolve(prefix); err != nil {
			return err
		}
	}
	if prefixed {
		if err := x.checkPrefixes(); err != nil {
			return err
		}
	}
	x.name = name
	x.names = append(x.names, qname...)
	x.path = append(x.path, e)
	x.rooted = true
	return nil
}

func (x *scanner) checkPrefixes() error {
	for i := range x.attrs {
		if p := x.attrs[i].prefix; len(p) > 0 && string(p) != "xmlns" {
			if _, err := x.resolve(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// resolve finds the namespace of a prefix, the innermost binding first.
func (x *scanner) resolve(prefix []byte) (namespace, error) {
	for i := len(x.bindings) - 1; i >= 0; i-- {
		if x.bindings[i].prefix == string(prefix) {
			return x.bindings[i].space, nil
		}
	}
	if string(prefix) == "xml" {
		return xmlSpace, nil
	}
	return noSpace, faultf(IllFormedXML, "prefix %s is not declared; the file is damaged", excerpt(prefix))
}

// attrIn gives the value of an attribute by its namespace, nil if absent.
func (x *scanner) attrIn(space namespace, name string) []byte {
	for i := range x.attrs {
		a := &x.attrs[i]
		if len(a.prefix) == 0 || string(a.name) != name {
			continue
		}
		if s, err := x.resolve(a.prefix); err == nil && s == space {
			return a.value
		}
	}
	return nil
}

// nameEnd finds where the name at b[i:] ends.
func nameEnd(b []byte, i int) int {
	for ; i < len(b); i++ {
		c := b[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
			c == ':' || c == '_' || c == '-' || c == '.' || c >= 0x80 {
			continue
		}
		break
	}
	return i
}

// splitName parts a qualified name.
func splitName(qname []byte) (prefix, name []byte, err error) {
	if len(qname) > maxName {
		return nil, nil, faultf(TooLarge, "a name is longer than %d bytes", maxName)
	}
	name = qname
	for i, c := range qname { // names are too short for bytes.IndexByte to pay
		if c == ':' {
			prefix, name = qname[:i], qname[i+1:]
			if i == 0 || bytes.IndexByte(name, ':') >= 0 {
				name = nil
			}
			break
		}
	}
	if len(name) == 0 || name[0] == '-' || name[0] == '.' || '0' <= name[0] && name[0] <= '9' {
		return nil, nil, faultf(IllFormedXML, "%s is not a name; the file is damaged", excerpt(qname))
	}
	return prefix, name, nil
}
