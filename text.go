package gatehouse

import "fmt"

// Lang is a language of the screens and workbooks.
type Lang string

const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// Text is a wording in both languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// In gives the wording in lang.
func (t Text) In(lang Lang) string {
	if lang == English {
		return t.EN
	}
	return t.ZH
}

// With fills in the verbs of both wordings with the same values; one that is a
// Text itself goes in by its language.
func (t Text) With(values ...any) Text {
	zh, en := make([]any, len(values)), make([]any, len(values))
	for i, v := range values {
		zh[i], en[i] = v, v
		if text, ok := v.(Text); ok {
			zh[i], en[i] = text.ZH, text.EN
		}
	}
	return Text{ZH: fmt.Sprintf(t.ZH, zh...), EN: fmt.Sprintf(t.EN, en...)}
}
