package ingest

import "gatehouse"

// wordings are texts in one language, as the database keeps them.
func wordings(texts []gatehouse.Text, lang gatehouse.Lang) []string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = t.In(lang)
	}
	return list
}

// bothWordings joins what wordings took apart.
func bothWordings(en, zh []string) []gatehouse.Text {
	texts := make([]gatehouse.Text, len(en))
	for i := range en {
		texts[i] = gatehouse.Text{ZH: en[i], EN: en[i]}
		if i < len(zh) { // loads of old have English only
			texts[i].ZH = zh[i]
		}
	}
	return texts
}
