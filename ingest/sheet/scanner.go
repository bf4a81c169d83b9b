package sheet

import (
	"bytes"
	"errors"
	"io"
)

// event is what the scanner met.
type event uint8

const (
	endOfDocument event = iota
	startElement
	endElement
	textData
)

// scanner reads one XML document as events and checks that it is well formed,
// to the last byte. It knows what workbooks use: no document type, no entities
// of one's own. The slices it shows are valid until the next event; it
// allocates nothing per element.
type scanner struct {
	input
	name  []byte    // local name of the element of the latest startElement
	space namespace // its namespace
	text  []byte    // a piece of text of the latest textData; a text may come in several
	attrs []attr    // of the latest startElement

	path     []element
	names    []byte // qualified names of the open elements, end to end
	bindings []binding
	scratch  []byte // decoded attribute values and characters
	empty    bool   // the latest start tag ended with "/>": its end comes next
	rooted   bool   // the root element has begun
	begun    bool   // something stood before, so no XML declaration may follow
}

// element is one that is open.
type element struct {
	name     int       // where its qualified name starts in names
	bindings int       // how many bindings were in force around it
	space    namespace // of names without a prefix in it
	preserve bool      // xml:space="preserve" is in force in it
}

func newScanner(src io.Reader, size uint64) *scanner {
	return &scanner{input: newInput(src, size), path: make([]element, 0, 16)}
}

// next reads up to the next event.
func (x *scanner) next() (event, error) {
	if x.empty {
		x.empty = false
		x.pop()
		return endElement, nil
	}
	for {
		if x.pos == x.end {
			if err := x.more(); err != nil {
				return x.atEnd(err)
			}
		}
		if x.buf[x.pos] != '<' {
			if done, err := x.characters(); done || err != nil {
				return textData, err
			}
			continue
		}
		ev, err := x.markup()
		if ev != endOfDocument || err != nil {
			return ev, err
		}
	}
}

// atEnd judges the end of the input: it is the document's only if nothing is open.
func (x *scanner) atEnd(err error) (event, error) {
	switch {
	case !errors.Is(err, io.EOF):
		return endOfDocument, err
	case len(x.path) > 0:
		return endOfDocument, faultf(Truncated, "the part ends within <%s>; the file is cut short", x.openName())
	case !x.rooted:
		return endOfDocument, faultf(Truncated, "the part is empty; the file is cut short")
	}
	return endOfDocument, nil
}

// markup reads what begins with "<"; comments and the like give endOfDocument
// as a sign to go on.
func (x *scanner) markup() (event, error) {
	for {
		b := x.buf[x.pos:x.end]
		n, ev, err := x.tryMarkup(b)
		if err != nil {
			return ev, err
		}
		if n > 0 {
			x.pos += n
			x.begun = true
			return ev, nil
		}
		if err := x.within(); err != nil {
			return ev, err
		}
	}
}

// within asks for more input where the document cannot end.
func (x *scanner) within() error {
	err := x.more()
	if errors.Is(err, io.EOF) {
		return faultf(Truncated, "the part ends in the middle of a tag; the file is cut short")
	}
	return err
}

// tryMarkup parses the markup at the start of b and gives its length, 0 if b
// ends before the markup does.
func (x *scanner) tryMarkup(b []byte) (int, event, error) {
	if len(b) < 2 {
		return 0, 0, nil
	}
	switch b[1] {
	case '/':
		n, err := x.endTag(b)
		return n, endElement, err
	case '?':
		n, err := x.instruction(b)
		return n, endOfDocument, err
	case '!':
		return x.declaration(b)
	}
	n, err := x.startTag(b)
	return n, startElement, err
}

// endTag closes the innermost element, which must be of that name.
func (x *scanner) endTag(b []byte) (int, error) {
	open := x.openName()
	n := 2 + len(open)
	if len(b) <= n {
		if bytes.IndexByte(b, '>') < 0 {
			return 0, nil
		}
		return 0, x.mismatch(b)
	}
	if len(x.path) == 0 || string(b[2:n]) != string(open) {
		return 0, x.mismatch(b)
	}
	for n < len(b) && isSpace(b[n]) {
		n++
	}
	if n == len(b) {
		return 0, nil
	}
	if b[n] != '>' {
		return 0, x.mismatch(b)
	}
	x.pop()
	return n + 1, nil
}

func (x *scanner) mismatch(b []byte) error {
	name := b[2:]
	if end := bytes.IndexByte(name, '>'); end >= 0 {
		name = name[:end]
	}
	if len(x.path) == 0 {
		return faultf(IllFormedXML, "end tag %s has no start; the file is damaged", excerpt(name))
	}
	return faultf(IllFormedXML, "end tag %s where <%s> is open; the file is damaged", excerpt(name), x.openName())
}

// openName is the qualified name of the innermost open element.
func (x *scanner) openName() []byte {
	if len(x.path) == 0 {
		return nil
	}
	return x.names[x.path[len(x.path)-1].name:]
}

// pop leaves the innermost open element.
func (x *scanner) pop() {
	last := x.path[len(x.path)-1]
	x.path = x.path[:len(x.path)-1]
	x.names = x.names[:last.name]
	x.bindings = x.bindings[:last.bindings]
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// trimSpace cuts white space of XML off both ends.
func trimSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// isBlank says that b is white space only.
func isBlank(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) {
			return false
		}
	}
	return true
}
