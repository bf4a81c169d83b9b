package analytics

import (
	"fmt"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"gatehouse"
	"gatehouse/ingest/demo"
)

// randomHours are the usual ones, and one category of complaints with its own.
func randomHours() map[string]sla {
	hours := usualHours()
	hours["complaint/电梯"] = sla{1, 24}
	return hours
}

// drawTime is midnight on the business's clocks, a second before, or noon.
func drawTime(t *rapid.T) time.Time {
	seconds := rapid.SampledFrom([]int{0, -1, 43200, 43259}).Draw(t, "second")
	return drawDay(t).In(shanghai()).Add(time.Duration(seconds) * time.Second)
}

func shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", 8*3600) }

// drawAfter is some hours after a time, to the second, a second more, or never.
func drawAfter(t *rapid.T, from time.Time, hours int) *time.Time {
	switch rapid.IntRange(0, 4).Draw(t, "after") {
	case 0:
		return nil
	case 1:
		at := from.Add(time.Duration(hours)*time.Hour + time.Second)
		return &at
	case 2:
		at := from.Add(time.Duration(rapid.IntRange(0, 60*24*40).Draw(t, "minutes")) * time.Minute)
		return &at
	}
	at := from.Add(time.Duration(hours) * time.Hour)
	return &at
}

func clock(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.In(shanghai()).Format(time.DateTime)
}

func (b *book) drawRequest(t *rapid.T, i int) {
	kinds := []string{demo.Complaint, demo.Complaint, demo.Repair, demo.Suggestion, demo.Enquiry}
	r := demo.Request{
		Project: drawProject(t), RequestNo: fmt.Sprint("W", i), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
		Category: rapid.SampledFrom([]string{"电梯", "电梯", ""}).Draw(t, "category"), Room: rapid.SampledFrom([]string{"1-1-101", "1-1-101", ""}).Draw(t, "room"),
		OpenedAt: drawTime(t), Handler: rapid.SampledFrom([]string{"李四", ""}).Draw(t, "handler"),
	}
	if n := len(b.truth.Requests); n > 0 && rapid.Bool().Draw(t, "again") {
		last := b.truth.Requests[n-1]
		gap := rapid.SampledFrom([]time.Duration{0, time.Second, 30 * 24 * time.Hour, 30*24*time.Hour + time.Second}).Draw(t, "gap")
		r.Project, r.Kind, r.Category, r.Room, r.OpenedAt = last.Project, last.Kind, last.Category, last.Room, last.OpenedAt.Add(gap)
	}
	hours := (&oracle{sla: randomHours()}).hours(r)
	r.RespondedAt, r.ClosedAt = drawAfter(t, r.OpenedAt, hours.response), drawAfter(t, r.OpenedAt, hours.closing)
	if rapid.IntRange(0, 2).Draw(t, "has a due time") == 0 {
		r.DueAt = drawAfter(t, r.OpenedAt.Add(-time.Hour), hours.closing)
	}
	if r.ClosedAt != nil {
		r.FollowedUpAt = drawAfter(t, *r.ClosedAt, 24)
	}
	r.FollowUp = rapid.SampledFrom([]string{demo.Satisfied, demo.Dissatisfied, ""}).Draw(t, "follow-up")
	b.truth.Requests = append(b.truth.Requests, r)
	words := map[string]string{
		demo.Complaint: "投诉", demo.Repair: "报修", demo.Suggestion: "建议", demo.Enquiry: "咨询", demo.Satisfied: "满意", demo.Dissatisfied: "不满意",
	}
	name := called(t, r.Project)
	line := func(kind string, opened time.Time) string {
		return cells(name, r.RequestNo, words[kind], r.Category, r.Room, clock(&opened), clock(r.RespondedAt), clock(r.DueAt), clock(r.ClosedAt),
			clock(r.FollowedUpAt), words[r.FollowUp], r.Handler)
	}
	b.add(t, "service_request", line(r.Kind, r.OpenedAt), line(demo.Complaint, r.OpenedAt.AddDate(0, -1, 0)))
}

// drawSurveys: each respondent answers some questions of a wave. The name of a
// respondent is hidden together with his project's, so that has one name here.
func (b *book) drawSurveys(t *rapid.T) {
	questions := []demo.Answer{
		{Question: "总体满意度", Dimension: overall, ScaleMin: 1, ScaleMax: 5},
		{Question: "保洁如何", Dimension: "保洁", ScaleMin: 1, ScaleMax: 5},
		{Question: "愿意推荐吗", Dimension: "推荐", ScaleMin: 0, ScaleMax: 10},
		{Question: "客服几分", Dimension: "客服", ScaleMin: 1, ScaleMax: 10},
	}
	waves := []string{"2023H2", "2024H1", "入户访谈"}
	for i := range rapid.IntRange(0, 6).Draw(t, "respondents") {
		project, wave := drawProject(t), rapid.SampledFrom(waves).Draw(t, "wave")
		for _, a := range questions {
			if rapid.Bool().Draw(t, "not asked") {
				continue
			}
			a.Project, a.Wave, a.Respondent, a.SubmittedAt = project, wave, fmt.Sprint("A", i), drawTime(t)
			a.Channel = rapid.SampledFrom([]string{"微信", "电话", ""}).Draw(t, "channel")
			a.Score = rapid.IntRange(a.ScaleMin, a.ScaleMax).Draw(t, "score")
			score, flag := strconv.Itoa(a.Score), ""
			switch rapid.IntRange(0, 7).Draw(t, "don't know") {
			case 0:
				a.DontKnow, score = true, ""
			case 1:
				a.DontKnow, flag = true, "是"
			case 2:
				if a.ScaleMax == 5 {
					a.DontKnow, score = true, "9"
				}
			}
			b.truth.Answers = append(b.truth.Answers, a)
			line := func(score, flag string) string {
				return cells(a.Project, a.Wave, a.Respondent, a.Channel, clock(&a.SubmittedAt), a.Question, a.Dimension, score, a.ScaleMin, a.ScaleMax, flag)
			}
			b.add(t, "survey_response", line(score, flag), line(strconv.Itoa(a.ScaleMin), ""))
		}
	}
	for _, project := range []string{"P1", "P2", "U1", "U2"} {
		for _, wave := range waves {
			if rapid.Bool().Draw(t, "issued") {
				w := demo.Wave{Project: project, Wave: wave, Issued: rapid.IntRange(0, 9).Draw(t, "sheets")}
				b.truth.Waves = append(b.truth.Waves, w)
				name := called(t, project)
				b.add(t, "survey_wave", cells(name, w.Wave, w.Issued, 9), cells(name, w.Wave, w.Issued+3, 9))
			}
		}
	}
}

// drawMeters: meters of one project and their readings, some of them without
// a master.
func (b *book) drawMeters(t *rapid.T) {
	for range rapid.IntRange(0, 6).Draw(t, "meters") {
		m := demo.Meter{
			Project: drawProject(t), Meter: rapid.SampledFrom([]string{"E1", "E2", "E3"}).Draw(t, "meter"),
			Energy: rapid.SampledFrom([]string{demo.Electricity, demo.Electricity, demo.Water}).Draw(t, "energy"),
			Role:   rapid.SampledFrom([]string{demo.Main, demo.Sub, demo.Common}).Draw(t, "role"), Multiplier: rapid.SampledFrom([]int{1, 40}).Draw(t, "multiplier"),
			Unit: rapid.SampledFrom([]string{"kWh", "kWh", "MWh"}).Draw(t, "unit"),
		}
		for _, r := range b.truth.Readings {
			if r.Project == m.Project && r.Meter == m.Meter {
				return
			}
		}
		if rapid.IntRange(0, 4).Draw(t, "no master") > 0 {
			b.truth.Meters = append(b.truth.Meters, m)
			words := map[string]string{demo.Electricity: "电", demo.Water: "水", demo.Main: "总表", demo.Sub: "分表", demo.Common: "公摊"}
			name := called(t, m.Project)
			line := func(role string) string {
				return cells(name, m.Meter, words[m.Energy], words[role], m.Multiplier, m.Unit)
			}
			b.add(t, "meter", line(m.Role), line(demo.Common))
		}
		b.drawReadings(t, m)
	}
}

// readingDays are those on which somebody may read a meter.
func readingDays() []gatehouse.Date {
	return []gatehouse.Date{
		date(2023, 1, 1), date(2023, 2, 1), date(2023, 2, 15), date(2023, 3, 1), date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 31),
		date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 15),
	}
}

// drawReadings walks through the days. A reading below the one before is
// refused when that is known, so a register that runs backwards is loaded from
// its end, and one with events from its beginning.
func (b *book) drawReadings(t *rapid.T, m demo.Meter) {
	style := rapid.SampledFrom([]string{"plain", "plain", "events", "backwards"}).Draw(t, "style")
	shown, before, name := 100.0, gatehouse.Date(0), called(t, m.Project)
	for _, d := range readingDays() {
		if rapid.Bool().Draw(t, "not read") {
			continue
		}
		previous := shown
		shown += float64(rapid.IntRange(0, 99).Draw(t, "used")) / 2
		r := demo.Reading{Project: m.Project, Meter: m.Meter, ReadAt: d, Value: shown}
		if rapid.Bool().Draw(t, "has cost") {
			r.Cost = drawFen(t, 9999)
		}
		if before != 0 && rapid.IntRange(0, 2).Draw(t, "says what was before") == 0 {
			r.HasPrev, r.PrevAt, r.PrevValue = true, before, previous
			if before+1 < d && rapid.Bool().Draw(t, "gap") {
				r.PrevAt++
			}
		}
		b.event(t, style, &r, previous)
		if r.Event != intervalForm {
			shown = r.Value
		}
		before = d
		b.truth.Readings = append(b.truth.Readings, r)
		if style != "events" { // what is compared with the row before needs its name, until the project is known
			name = called(t, m.Project)
		}
		b.addReading(t, style, name, r, previous)
	}
}

// event makes a reading another than the next of a register.
func (b *book) event(t *rapid.T, style string, r *demo.Reading, previous float64) {
	kind := rapid.IntRange(0, 5).Draw(t, "event")
	switch {
	case kind == 0 && r.HasPrev && (r.ReadAt+1).Month() == r.ReadAt.Month(): // nobody can write that one ends before a month's last day
		r.Event, r.Value = intervalForm, r.Value-previous
	case style == "events" && kind == 1:
		r.Event, r.PrevValue, r.Value = demo.Replaced, float64(rapid.IntRange(0, 1).Draw(t, "starts at"))*5, 17.5
	case style == "events" && kind == 2:
		r.Event, r.Value = rollover, 3.5
	case style == "backwards" && kind == 3 && !r.HasPrev:
		r.Value = max(previous-20, 0)
	}
}

func (b *book) addReading(t *rapid.T, style, name string, r demo.Reading, previous float64) {
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	cost := ""
	if r.Cost != 0 {
		cost = r.Cost.String()
	}
	if r.Event == intervalForm {
		end := r.ReadAt
		if end.Month().Start() == end {
			end-- // the last day of a month is meant with the day
		}
		b.lines = append(b.lines, bookLine{"energy_reading", true, order(t), cells(name, r.Meter, "", "", "", "", "", r.PrevAt, end, number(r.Value), cost)})
		return
	}
	prevAt, prevValue := "", ""
	if r.HasPrev {
		prevAt, prevValue = r.PrevAt.String(), number(r.PrevValue)
	}
	word := map[string]string{demo.Replaced: "换表", rollover: "归零"}[r.Event]
	if r.Event == demo.Replaced {
		prevValue = number(r.PrevValue)
	}
	line := func(value float64) string {
		return cells(name, r.Meter, r.ReadAt, number(value), prevAt, prevValue, word, "", "", "", cost)
	}
	switch style {
	case "events":
		b.lines = append(b.lines, bookLine{"energy_reading", true, int(r.ReadAt), line(r.Value)})
	case "backwards":
		b.lines = append(b.lines, bookLine{"energy_reading", true, -int(r.ReadAt), line(r.Value)})
	default:
		b.add(t, "energy_reading", line(r.Value), line(max(previous, r.PrevValue)))
	}
}
