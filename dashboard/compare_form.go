package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gatehouse/analytics"
)

// listed writes codes for an address; a comma inside one is escaped.
func listed(codes []string) string {
	escaped := make([]string, len(codes))
	for i, code := range codes {
		escaped[i] = url.QueryEscape(code)
	}
	return strings.Join(escaped, ",")
}

// without is a list less one of it.
func without(list []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == one })
}

// choices fills the form: every choice is a link or a field of a form, so that
// the page works without a script.
func (c *comparison) choices(page *comparePage) {
	page.With = listed(c.codes)
	for _, code := range c.codes {
		one := Choice{Label: c.ProjectName(code)}
		if len(c.codes) > 1 {
			one.Value = c.Filter.With("with", listed(without(c.codes, code)))
		}
		page.Chosen = append(page.Chosen, one)
	}
	for _, p := range c.Projects {
		if len(c.codes) < mostCompared && !slices.Contains(c.codes, p.Code) {
			page.Addable = append(page.Addable, Choice{Value: p.Code, Label: c.ProjectName(p.Code)})
		}
	}
	page.KPIs = c.kpiChoices()
	page.Bases = c.bases(c.against)
	page.SameStore = Choice{Value: c.Filter.With("same", "1"), Label: c.T("只看两期都有数据的项目", "Only projects with both periods whole"), Current: c.sameStore}
	if c.sameStore {
		page.SameStore.Value = c.Filter.With("same", "")
	}
}

// basisOf is what against= of an address names: last year unless it asks for the
// period before.
func basisOf(r *http.Request) analytics.Basis {
	if r.URL.Query().Get("against") == string(analytics.AgainstPrevious) {
		return analytics.AgainstPrevious
	}
	return analytics.AgainstLastYear
}

// bases are what a page may compare with.
func (f Frame) bases(current analytics.Basis) []Choice {
	var choices []Choice
	for _, one := range []struct {
		basis  analytics.Basis
		zh, en string
	}{{analytics.AgainstLastYear, "比上年同期", "Against last year"}, {analytics.AgainstPrevious, "比上期", "Against the period before"}} {
		choices = append(choices, Choice{Value: f.Filter.With("against", string(one.basis)), Label: f.T(one.zh, one.en), Current: one.basis == current})
	}
	return choices
}

// kpiChoices are links that put a KPI in or take it out. One stays; a sum such
// as energy use is not on offer, since it only says which project is large.
func (c *comparison) kpiChoices() []Choice {
	var names []string
	for _, k := range c.kpis {
		names = append(names, k.Name)
	}
	var choices []Choice
	all := slices.DeleteFunc(c.server.kpis.Registry().All(), func(k *analytics.KPI) bool {
		return k.Kind == analytics.Total && !slices.Contains(names, k.Name)
	})
	slices.SortStableFunc(all, func(a, b *analytics.KPI) int { return tilePlace(a) - tilePlace(b) })
	for _, k := range all {
		choice := Choice{Label: c.In(k.Title), Current: slices.Contains(names, k.Name)}
		switch {
		case !choice.Current && len(names) < mostKPIs:
			choice.Value = c.Filter.With("kpis", strings.Join(append(slices.Clone(names), k.Name), ","))
		case choice.Current && len(names) > 1:
			choice.Value = c.Filter.With("kpis", strings.Join(without(names, k.Name), ","))
		}
		choices = append(choices, choice)
	}
	return choices
}

// tilePlace puts KPIs that have a tile first, in the order of the tiles.
func tilePlace(k *analytics.KPI) int {
	for i, m := range measures() {
		if m.kpi == k.Name {
			return i
		}
	}
	return len(measures())
}

// about says what is compared, in segments.
func (c *comparison) about() []string {
	about := []string{c.PeriodLabel(c.Filter.Period), c.T("截至 ", "known at ") + c.KnownAt()}
	if c.subject == "" {
		return append([]string{c.T(c.Count(len(c.codes))+" 个项目", c.Count(len(c.codes))+" projects")}, about...)
	}
	peers := c.Count(len(c.Scope.Codes()) - 1)
	segment := c.segment
	if segment == "" {
		segment = c.T("未分类", "no segment")
	}
	return append([]string{c.T("同类（"+segment+"）"+peers+" 个项目", peers+" peers ("+segment+")"), c.T("不含本项目", "the project itself left out")}, about...)
}
