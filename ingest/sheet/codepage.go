package sheet

import (
	"bytes"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// codePage is the encoding that Windows knows under a number, nil if it is one
// that workbooks do not come in.
func codePage(number int) encoding.Encoding {
	switch number {
	case 367, 28591, 1252, 0x8001:
		return charmap.Windows1252
	case 932:
		return japanese.ShiftJIS
	case 936:
		return simplifiedchinese.GBK
	case 54936:
		return simplifiedchinese.GB18030
	case 949:
		return korean.EUCKR
	case 950:
		return traditionalchinese.Big5
	case 874:
		return charmap.Windows874
	case 1250:
		return charmap.Windows1250
	case 1251:
		return charmap.Windows1251
	case 1253:
		return charmap.Windows1253
	case 1254:
		return charmap.Windows1254
	case 1255:
		return charmap.Windows1255
	case 1256:
		return charmap.Windows1256
	case 1257:
		return charmap.Windows1257
	case 1258:
		return charmap.Windows1258
	case 10000, 0x8000:
		return charmap.Macintosh
	}
	return nil
}

// decodePage decodes bytes of a code page. Bytes that mean nothing in it are a
// fault: a decoder would put a mark in their place.
func decodePage(number int, b []byte) (string, error) {
	page := codePage(number)
	if page == nil {
		return "", faultf(EncodingError, "the texts are encoded in code page %d; open the file in Excel or WPS and save it as .xlsx", number)
	}
	decoded, err := page.NewDecoder().Bytes(b)
	if err != nil {
		return "", err
	}
	if bytes.ContainsRune(decoded, '\uFFFD') {
		return "", faultf(EncodingError, "a text is not encoded in code page %d, as the file says; it is damaged", number)
	}
	return string(decoded), nil
}
