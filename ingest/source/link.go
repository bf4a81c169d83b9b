package source

import "strings"

// nextLink finds the target of rel=next in Link headers (RFC 8288), "" for none.
func nextLink(headers []string) string {
	for _, rest := range headers {
		for {
			open := strings.IndexByte(rest, '<')
			if open < 0 {
				break
			}
			end := strings.IndexByte(rest[open:], '>')
			if end < 0 {
				break
			}
			target := rest[open+1 : open+end]
			var next bool
			next, rest = linkParameters(rest[open+end+1:])
			if next {
				return target
			}
		}
	}
	return ""
}

// linkParameters reads ;name=value up to the comma before the next link, and
// tells whether one of the relations is next.
func linkParameters(s string) (next bool, rest string) {
	first := true // of several rel the first counts
	for {
		s = strings.TrimLeft(s, " \t")
		if !strings.HasPrefix(s, ";") {
			return next, strings.TrimPrefix(s, ",")
		}
		s = strings.TrimLeft(s[1:], " \t")
		end := strings.IndexAny(s, "=;,")
		if end < 0 {
			return next, ""
		}
		name, value := strings.TrimSpace(s[:end]), ""
		if s = s[end:]; s[0] == '=' {
			value, s = linkValue(strings.TrimLeft(s[1:], " \t"))
		}
		if strings.EqualFold(name, "rel") && first {
			first = false
			for relation := range strings.FieldsSeq(value) {
				next = next || strings.EqualFold(relation, "next")
			}
		}
	}
}

// linkValue reads a token or a quoted text.
func linkValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ";,")
		if end < 0 {
			end = len(s)
		}
		return strings.TrimSpace(s[:end]), s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i < len(s) {
				b.WriteByte(s[i])
			}
		case '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}
