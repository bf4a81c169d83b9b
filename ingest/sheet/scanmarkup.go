package sheet

import (
	"bytes"
	"strings"
)

// instruction skips "<?…?>" and checks an XML declaration, which may only be
// the very first thing.
func (x *scanner) instruction(b []byte) (int, error) {
	end := bytes.Index(b, []byte("?>"))
	if end < 0 {
		return 0, nil
	}
	target := b[2:max(2, nameEnd(b[:end], 2))]
	switch {
	case len(target) == 0:
		return 0, badTag(b)
	case !strings.EqualFold(string(target), "xml"):
		return end + 2, nil
	case x.begun || string(target) != "xml":
		return 0, faultf(IllFormedXML, "an XML declaration in the middle of a part; the file is damaged")
	}
	return end + 2, checkDeclaration(string(b[5:end]))
}

// checkDeclaration refuses encodings other than those the format allows. What
// the bytes are in truth was found from their byte order mark.
func checkDeclaration(s string) error {
	_, rest, found := strings.Cut(s, "encoding")
	if !found {
		return nil
	}
	rest = strings.TrimLeft(rest, " \t\r\n=")
	if rest == "" {
		return faultf(IllFormedXML, "ill-formed XML declaration; the file is damaged")
	}
	name, _, _ := strings.Cut(rest[1:], rest[:1])
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "utf-16", "us-ascii":
		return nil
	}
	return faultf(EncodingError, "a part is encoded as %q; save the file again as .xlsx", name)
}

// declaration reads what begins with "<!": comments are skipped, CDATA is text,
// document types are not allowed in a workbook.
func (x *scanner) declaration(b []byte) (int, event, error) {
	const comment, cdata = "<!--", "<![CDATA["
	switch {
	case bytes.HasPrefix(b, []byte(comment)):
		n, err := commentLength(b)
		return n, endOfDocument, err
	case bytes.HasPrefix(b, []byte(cdata)):
		if len(x.path) == 0 {
			return 0, 0, badTag(b)
		}
		n := bytes.Index(b, []byte("]]>"))
		if n < 0 {
			return 0, 0, nil
		}
		x.text = b[len(cdata):n]
		if bytes.IndexByte(x.text, '\r') >= 0 {
			text := bytes.ReplaceAll(x.text, []byte("\r\n"), []byte("\n"))
			x.text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
		}
		return n + len("]]>"), textData, nil
	case strings.HasPrefix(comment, string(b[:min(len(b), len(comment))])),
		strings.HasPrefix(cdata, string(b[:min(len(b), len(cdata))])):
		return 0, 0, nil
	}
	return 0, 0, badTag(b)
}

// commentLength measures a comment, 0 if b ends first. A comment must not
// contain "--".
func commentLength(b []byte) (int, error) {
	i := bytes.Index(b[4:], []byte("--"))
	if i < 0 || len(b) < 4+i+3 {
		return 0, nil
	}
	if b[4+i+2] != '>' {
		return 0, faultf(IllFormedXML, "a comment contains \"--\"; the file is damaged")
	}
	return 4 + i + 3, nil
}
