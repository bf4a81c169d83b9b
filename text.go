package gatehouse

// Lang is a language of the screens and workbooks.
type Lang string

const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// Text is a wording in both languages.
type Text struct{ ZH, EN string }

// In gives the wording in lang.
func (t Text) In(lang Lang) string {
	if lang == English {
		return t.EN
	}
	return t.ZH
}
