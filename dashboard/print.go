package dashboard

import (
	"strings"

	"gatehouse"
)

// Foot runs along the bottom of each printed sheet: the product, the page, its
// period, and the state of knowledge, so that a sheet found alone still says
// what it is.
func (f Frame) Foot() string {
	words := []string{f.T("物业经营看板", "Gatehouse"), f.Title}
	if f.Filter.Period != (gatehouse.Period{}) {
		words = append(words, f.PeriodLabel(f.Filter.Period))
	}
	if !f.Snapshot.KnownAt.IsZero() {
		words = append(words, f.T("截至", "known at")+" "+f.KnownAt())
	}
	return strings.Join(words, " · ")
}
