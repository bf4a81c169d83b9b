package source

import (
	"fmt"
	"io"
	"mime"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// attachmentName is the file's name, whichever way the sender's program wrote
// it: RFC 2231, in GBK too (which the standard library drops), RFC 2047
// although inside quotes, or bare bytes.
func attachmentName(h message.Header) string {
	name := parameter(h.Get("Content-Disposition"), "filename")
	if name == "" {
		name = parameter(h.Get("Content-Type"), "name")
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) { // nothing invisible, nothing that turns the reading order
			return -1
		}
		return r
	}, name)
	name = strings.TrimSpace(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if name == "." || name == "/" || utf8.RuneCountInString(name) > 250 {
		return ""
	}
	return name
}

// parameter decodes one parameter of a header.
func parameter(header, key string) string {
	raw := parameters(header)
	if value, ok := raw[key+"*"]; ok {
		return decode2231(value)
	}
	if value, ok := raw[key]; ok {
		return decode2047(value)
	}
	return continued(raw, key)
}

// continued joins a value that was cut into key*0, key*1* and so on; a star at
// the end marks a piece that is percent-encoded, of which the first names the charset.
func continued(raw map[string]string, key string) string {
	var joined strings.Builder
	encoded := false
	for n := 0; ; n++ {
		piece, plain := raw[fmt.Sprintf("%s*%d", key, n)]
		if starred, ok := raw[fmt.Sprintf("%s*%d*", key, n)]; ok {
			piece = starred
			encoded = encoded || n == 0
		} else if !plain {
			break
		} else if encoded {
			piece = url.PathEscape(piece)
		}
		joined.WriteString(piece)
	}
	if encoded {
		return decode2231(joined.String())
	}
	return decode2047(joined.String())
}

// parameters splits a header at its semicolons, outside of quotes.
func parameters(header string) map[string]string {
	params := map[string]string{}
	_, rest, _ := strings.Cut(header, ";")
	for rest != "" {
		var key, value string
		key, rest, _ = strings.Cut(rest, "=")
		rest = strings.TrimLeft(rest, " \t\r\n")
		if strings.HasPrefix(rest, `"`) {
			value, rest = quotedValue(rest[1:])
			_, rest, _ = strings.Cut(rest, ";")
		} else {
			value, rest, _ = strings.Cut(rest, ";")
			value = strings.TrimSpace(value)
		}
		params[strings.ToLower(strings.TrimSpace(key))] = value
	}
	return params
}

func quotedValue(s string) (value, rest string) {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return out.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++ // elsewhere it is what Windows puts between folders
		}
		out.WriteByte(s[i])
	}
	return out.String(), ""
}

// decode2231 reads charset'language'percent-encoded.
func decode2231(value string) string {
	label, rest, ok := strings.Cut(value, "'")
	_, text, ok2 := strings.Cut(rest, "'")
	if !ok || !ok2 {
		label, text = "", value
	}
	bytes, err := url.PathUnescape(text)
	if err != nil {
		return ""
	}
	if decoded, err := charset.Reader(label, strings.NewReader(bytes)); err == nil && label != "" {
		if all, err := io.ReadAll(decoded); err == nil {
			return string(all)
		}
	}
	return bareText(bytes)
}

func decode2047(value string) string {
	words := mime.WordDecoder{CharsetReader: charset.Reader}
	if decoded, err := words.DecodeHeader(value); err == nil && strings.Contains(value, "=?") {
		return decoded
	}
	return bareText(value)
}

// bareText guesses the encoding of bytes that nothing is said about.
func bareText(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	if decoded, err := simplifiedchinese.GB18030.NewDecoder().String(text); err == nil {
		return decoded
	}
	return strings.ToValidUTF8(text, "")
}
