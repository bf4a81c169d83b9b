package sheet

import "bytes"

// attr is one attribute as written; its value is decoded.
type attr struct {
	prefix, name, value []byte
}

// startTag parses a whole start tag and opens the element. Nothing is changed
// but attrs and scratch until the tag is known to be complete.
func (x *scanner) startTag(b []byte) (int, error) {
	x.attrs, x.scratch = x.attrs[:0], x.scratch[:0]
	i := nameEnd(b, 1)
	qname := b[1:i]
	for {
		gap := i
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i == len(b) {
			return 0, nil
		}
		switch {
		case b[i] == '>':
			return i + 1, x.open(qname)
		case b[i] == '/':
			if i+1 == len(b) {
				return 0, nil
			}
			if b[i+1] != '>' {
				return 0, badTag(b)
			}
			err := x.open(qname)
			x.empty = true
			return i + 2, err
		case gap == i:
			return 0, badTag(b)
		}
		n, err := x.attribute(b, i)
		if n == 0 || err != nil {
			return 0, err
		}
		i = n
	}
}

// attribute parses one attribute at b[i:] and gives the offset behind it, 0 if
// b ends first.
func (x *scanner) attribute(b []byte, i int) (int, error) {
	start := i
	i = nameEnd(b, i)
	qname := b[start:i]
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i == len(b) {
		return 0, nil
	}
	if b[i] != '=' {
		return 0, badTag(b)
	}
	for i++; i < len(b) && isSpace(b[i]); i++ {
	}
	if i == len(b) {
		return 0, nil
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return 0, badTag(b)
	}
	i++
	length := bytes.IndexByte(b[i:], quote)
	if length < 0 {
		return 0, nil
	}
	value, err := x.attributeValue(b[i : i+length])
	if err != nil {
		return 0, err
	}
	a := attr{value: value}
	if a.prefix, a.name, err = splitName(qname); err != nil {
		return 0, err
	}
	return i + length + 1, x.addAttribute(a)
}

func (x *scanner) addAttribute(a attr) error {
	if len(x.attrs) == maxAttrs {
		return faultf(TooLarge, "a tag has more than %d attributes", maxAttrs)
	}
	for i := range x.attrs {
		if bytes.Equal(x.attrs[i].name, a.name) && bytes.Equal(x.attrs[i].prefix, a.prefix) {
			return faultf(IllFormedXML, "attribute %s stands twice in a tag; the file is damaged", excerpt(a.name))
		}
	}
	x.attrs = append(x.attrs, a)
	return nil
}

// attributeValue resolves references and turns white space into spaces, as XML
// asks for. A plain value is not copied.
func (x *scanner) attributeValue(raw []byte) ([]byte, error) {
	plain := 0
	for plain < len(raw) && raw[plain] >= ' ' && raw[plain] != '&' && raw[plain] != '<' {
		plain++
	}
	if plain == len(raw) {
		return raw, nil
	}
	start := len(x.scratch)
	x.scratch = append(x.scratch, raw[:plain]...)
	for i := plain; i < len(raw); {
		switch c := raw[i]; {
		case c == '<':
			return nil, faultf(IllFormedXML, "an attribute contains \"<\"; the file is damaged")
		case c == '&':
			r, n, err := reference(raw[i:])
			if err != nil {
				return nil, err
			}
			if n == 0 {
				return nil, badEntity(raw[i:])
			}
			x.scratch = appendRune(x.scratch, r)
			i += n
			continue
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
		case isSpace(c):
			x.scratch = append(x.scratch, ' ')
		default:
			x.scratch = append(x.scratch, c)
		}
		i++
	}
	return x.scratch[start:], nil
}

// attr gives the value of an attribute without prefix, nil if absent.
func (x *scanner) attr(name string) []byte {
	for i := range x.attrs {
		if len(x.attrs[i].prefix) == 0 && string(x.attrs[i].name) == name {
			return x.attrs[i].value
		}
	}
	return nil
}

// flag reads a boolean attribute.
func (x *scanner) flag(name string) bool {
	value := string(x.attr(name))
	return value == "1" || value == "true" || value == "on"
}

func badTag(b []byte) error {
	return faultf(IllFormedXML, "ill-formed tag %s; the file is damaged", excerpt(b[:min(len(b), 24)]))
}
