package sheet

// is says that the element just opened is one of SpreadsheetML, by name.
func (x *scanner) is(name string) bool { return x.isIn(mainSpace, name) }

// isIn says which the element just opened is.
func (x *scanner) isIn(space namespace, name string) bool {
	return x.space == space && string(x.name) == name
}

// root opens the document and checks what it is.
func (x *scanner) root(space namespace, name string) error {
	if _, err := x.next(); err != nil {
		return err
	}
	if x.space != space || string(x.name) != name {
		return faultf(NotASpreadsheet, "<%s> is the root where <%s> is expected", x.openName(), name)
	}
	return nil
}

// finish reads behind the root element to the last byte, where the archive
// checks its sum.
func (x *scanner) finish() error {
	_, err := x.next()
	return err
}

// each calls visit for every child of the element just opened and returns
// behind its end. What visit does not read of a child is skipped. Text is not
// expected between children, so it is a fault.
func (x *scanner) each(visit func() error) error {
	depth := len(x.path)
	for {
		ev, err := x.next()
		if err != nil {
			return err
		}
		switch ev {
		case endElement:
			return nil
		case textData:
			if !isBlank(x.text) {
				return unexpectedText(x.text)
			}
		case startElement:
			if err := visit(); err != nil {
				return err
			}
			if err := x.skipTo(depth); err != nil {
				return err
			}
		}
	}
}

// unexpected judges an element where only one kind belongs. Elements of other
// vocabularies and extension lists may stand anywhere and are skipped; anything
// else is damage, or content that would be lost.
func (x *scanner) unexpected(expected string) error {
	if x.space == foreign || x.space > xmlSpace || x.is("extLst") {
		return nil
	}
	return faultf(UnexpectedContent, "<%s> stands where <%s> is expected; the file is damaged", x.openName(), expected)
}

// skipTo reads on until only depth elements are open.
func (x *scanner) skipTo(depth int) error {
	for len(x.path) > depth {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

// appendText appends the text of the element just opened and returns behind
// its end. Children are a fault: such elements hold a value, nothing else.
func (x *scanner) appendText(dst []byte) ([]byte, error) {
	for start := len(dst); ; {
		ev, err := x.next()
		if err != nil {
			return dst, err
		}
		switch ev {
		case endElement:
			return dst, nil
		case textData:
			if len(dst)-start+len(x.text) > maxText {
				return dst, tooLong()
			}
			dst = append(dst, x.text...)
		case startElement:
			return dst, faultf(UnexpectedContent, "<%s> stands within a value; the file is damaged", x.openName())
		}
	}
}

// appendRich appends the text of the si or is element just opened and returns
// behind its end: a lone t, or the t of all runs joined. Phonetic guides (rPh)
// are no part of the text. Space around a t counts only if it says so with
// xml:space, as in Excel.
func (x *scanner) appendRich(dst []byte) ([]byte, error) {
	for depth := len(x.path); len(x.path) >= depth; {
		ev, err := x.next()
		if err != nil {
			return dst, err
		}
		switch {
		case ev == textData && !isBlank(x.text):
			return dst, unexpectedText(x.text)
		case ev != startElement, x.is("r"):
		case x.is("t"):
			start, preserve := len(dst), x.path[len(x.path)-1].preserve
			if dst, err = x.appendText(dst); err != nil {
				return dst, err
			}
			if !preserve {
				dst = append(dst[:start], trimSpace(dst[start:])...)
			}
			dst = unescape(dst, start)
		case x.is("rPr"), x.is("rPh"), x.is("phoneticPr"):
			if err := x.skipTo(len(x.path) - 1); err != nil {
				return dst, err
			}
		default:
			if err := x.unexpected("t"); err != nil {
				return dst, err
			}
			if err := x.skipTo(len(x.path) - 1); err != nil {
				return dst, err
			}
		}
	}
	return dst, nil
}

func unexpectedText(text []byte) error {
	return faultf(UnexpectedContent, "text %s stands where only cells and rows belong; the file is damaged", excerpt(text))
}
