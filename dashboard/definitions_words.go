package dashboard

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
)

// otherWords is a text in the language that the page is not in.
func (f Frame) otherWords(t gatehouse.Text) string {
	if f.English() {
		return t.ZH
	}
	return t.EN
}

// placesOf is how many decimal places the sums of some values have at most, as
// numbers in one column have the same.
func placesOf(values []analytics.Value) int32 {
	var places int32
	for _, v := range values {
		for _, d := range []decimal.Decimal{v.Numerator, v.Denominator} {
			_, fraction, _ := strings.Cut(d.String(), ".")
			places = max(places, int32(len(fraction)))
		}
	}
	return places
}

// exactNumber writes a sum, unrounded, in groups of digits.
func exactNumber(d decimal.Decimal, places int32) string {
	if d.IsInteger() && places > 2 {
		places = 0
	}
	text, negative := strings.CutPrefix(d.StringFixed(places), "-")
	whole, fraction, _ := strings.Cut(text, ".")
	if text = grouped(whole); fraction != "" {
		text += "." + fraction
	}
	if negative {
		return minus + text
	}
	return text
}

// areas are the parts of the business that KPIs are about, by what they read.
func (f Frame) areas() []definitionArea {
	return []definitionArea{
		{Name: f.T("收费", "Fees")}, {Name: f.T("服务", "Service")}, {Name: f.T("满意度", "Surveys")}, {Name: f.T("能耗", "Energy")}, {Name: f.T("其他", "Other")},
	}
}

func areaOf(k *analytics.KPI) int {
	if len(k.Parts) > 0 { // parts are of fees, but for an operator's own
		return 0
	}
	for i, sources := range [][]string{{"fee_entry", "fee_bill", "fee_payment"}, {"service_request", "request"}, {"survey_response", "survey_wave"}, {"usage", "energy_reading", "meter"}} {
		if slices.ContainsFunc(sources, func(s string) bool { return slices.Contains(k.Sources, s) }) {
			return i
		}
	}
	return 4
}

// aboutScope names whose value it is.
func (f Frame) aboutScope() string {
	switch {
	case f.Filter.Project != "":
		return f.ProjectName(f.Filter.Project)
	case f.User.Scope().All():
		return f.T("全部项目", "all projects")
	}
	return f.T("您可见的项目", "your projects")
}

func (f Frame) unitWords(u analytics.Unit) string {
	words := map[analytics.Unit]gatehouse.Text{
		analytics.Percent:  {ZH: "占比，%", EN: "share, %"},
		analytics.Per1000:  {ZH: "每千户", EN: "per 1,000 households"},
		analytics.Score:    {ZH: "分", EN: "points"},
		analytics.Yuan:     {ZH: "元", EN: "yuan"},
		analytics.KWh:      {ZH: "千瓦时；水、气为立方米", EN: "kWh; m³ of water and gas"},
		analytics.KWhPerM2: {ZH: "千瓦时/平方米·年", EN: "kWh per m² and year"},
		analytics.Hours:    {ZH: "小时", EN: "hours"},
	}
	return f.In(words[u])
}

func (f Frame) betterWords(k *analytics.KPI) string {
	if k.HigherIs > 0 {
		return f.T("▲ 越高越好", "▲ higher is better")
	}
	return f.T("▼ 越低越好", "▼ lower is better")
}

// definitionFacts are what a KPI's header says, in words.
func (f Frame) definitionFacts(k *analytics.KPI) []fact {
	facts := []fact{
		{Name: f.T("数值", "Value"), Words: f.valueWords(k)},
		{Name: f.T("单位", "Unit"), Words: f.unitWords(k.Unit)},
		{Name: f.T("方向", "Direction"), Words: f.betterWords(k)},
		{Name: f.T("n 计", "n counts"), Words: f.In(k.NUnit) + f.countsWords(k)},
		{Name: f.T("计算粒度", "Computed for"), Words: f.grainWords(k)},
		{Name: f.T("较长期间", "Longer periods"), Words: f.rollupWords(k)},
		{Name: f.T("不确定性", "Uncertainty"), Words: f.intervalWords(k)},
	}
	cuts := fact{Name: f.T("可切分", "Slices"), Code: k.Slices}
	if len(k.Slices) == 0 {
		cuts.Words = f.T("无", "none")
	} else if k.SharedDenominator {
		cuts.Words = f.T("只切分子，分母为整体的", "parts of the numerator, over the denominator of the whole")
	}
	facts = append(facts, cuts)
	if len(k.Parts) > 0 {
		return append(facts, fact{Name: f.T("由指标相加", "Sum of KPIs"), Code: k.Parts})
	}
	return append(facts, fact{Name: f.T("读取", "Reads"), Code: k.Sources})
}

func (f Frame) valueWords(k *analytics.KPI) string {
	switch {
	case k.Kind == analytics.Total:
		return f.T("分子之和，没有分母", "the sum of the numerator; there is no denominator")
	case k.Kind == analytics.Median:
		return f.T("各行分子的中位数", "the median of the numerators of the lines")
	case k.Unit == analytics.Per1000:
		return f.T("分子之和 ÷ 分母之和 × 1,000，不是各项目比率的平均", "Σ numerator ÷ Σ denominator × 1,000, never a mean of rates")
	}
	return f.T("分子之和 ÷ 分母之和，不是各项目比率的平均", "Σ numerator ÷ Σ denominator, never a mean of rates")
}

func (f Frame) countsWords(k *analytics.KPI) string {
	switch {
	case len(k.Parts) > 0:
		return ""
	case k.Counts == "numerator":
		return f.T("，即分子", ", which is the numerator")
	case k.Counts == "denominator":
		return f.T("，即分母", ", which is the denominator")
	}
	return f.T("，同月内不重复计", ", each once a month")
}

func (f Frame) grainWords(k *analytics.KPI) string {
	switch k.Grain {
	case analytics.Halves:
		return f.T("整半年", "whole half-years")
	case analytics.ByPeriod:
		return f.T("每个期间单独计算", "each period by itself")
	case analytics.Monthly:
	}
	return f.T("项目与月", "project and month")
}

func (f Frame) rollupWords(k *analytics.KPI) string {
	if k.Grain == analytics.ByPeriod {
		return f.T("不由月相加，各自计算", "not made of months: computed by themselves")
	}
	if len(k.Parts) > 0 {
		return f.T("按各组成指标", "as its parts")
	}
	how := func(r analytics.Rollup) string {
		switch r {
		case analytics.Last:
			return f.T("取最后一个有值的月", "the last month with a value")
		case analytics.Opening:
			return f.T("取财年首月", "the month that opens the fiscal year")
		case analytics.Sum:
		}
		return f.T("各月相加", "months add up")
	}
	join := f.T("；", "; ")
	numerator := f.T("分子", "numerator")
	if k.Kind == analytics.Median {
		return f.T("各月的行合在一起，再取中位数", "the lines of all months together, then the median")
	}
	if k.Numerator == k.Denominator && k.Numerator == k.N {
		return how(k.Numerator)
	}
	words := numerator + f.T("：", ": ") + how(k.Numerator)
	if k.Kind != analytics.Total {
		words += join + f.T("分母：", "denominator: ") + how(k.Denominator)
	}
	return words + join + f.T("n：", "n: ") + how(k.N)
}

func (f Frame) intervalWords(k *analytics.KPI) string {
	switch k.Interval {
	case analytics.ByWilson:
		return f.T("95% 区间，按计数比例（威尔逊法）", "95% interval of a share of counts (Wilson)")
	case analytics.ByMean:
		return f.T("95% 区间，按得分的均值与离散程度", "95% interval of a mean, by the spread of the scores")
	case analytics.ByRatio:
		return f.T("95% 区间，按户计算比率的方差", "95% interval of a ratio of sums, by its variance over rooms")
	case analytics.NoInterval:
	}
	return f.T("无区间", "no interval")
}
