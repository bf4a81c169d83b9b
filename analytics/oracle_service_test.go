package analytics

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/ingest/demo"
)

func (o *oracle) hours(r demo.Request) sla {
	usual := o.sla[r.Kind]
	if own, ok := o.sla[r.Kind+"/"+r.Category]; ok {
		usual.closing, usual.response = cmp.Or(own.closing, usual.closing), cmp.Or(own.response, usual.response)
	}
	return usual
}

func (o *oracle) requests() {
	first := map[string]gatehouse.Month{}
	for _, r := range o.truth.Requests {
		parts := []string{"kind=" + r.Kind, "category=" + r.Category, "handler=" + r.Handler}
		if day := o.dayOf(r.OpenedAt); day <= o.asOf {
			if m, ok := first[o.code(r.Project)]; !ok || day.Month() < m {
				first[o.code(r.Project)] = day.Month()
			}
			o.add("closure_rate", r.Project, day.Month(), share(o.happened(r.ClosedAt)), parts...)
			o.add("response_on_time", r.Project, day.Month(), share(o.answeredOnTime(r)), parts...)
			if r.Kind == demo.Complaint {
				o.add("complaints_per_1000", r.Project, day.Month(), sums{numerator: 1, n: 1}, "category="+r.Category)
			}
		}
		due := r.OpenedAt.Add(time.Duration(o.hours(r).closing) * time.Hour)
		if r.DueAt != nil {
			due = *r.DueAt
		}
		if day := o.dayOf(due); day <= o.asOf {
			o.add("resolved_on_time", r.Project, day.Month(), share(r.ClosedAt != nil && !r.ClosedAt.After(due)), parts...)
		}
		if o.happened(r.ClosedAt) {
			o.closed(r, parts)
		}
	}
	// A project is observed from its first request on, in months without complaints too.
	for project, m := range first {
		for ; m <= o.asOf.Month(); m++ {
			o.add("complaints_per_1000", project, m, sums{denominator: float64(o.known[project].Households)})
		}
	}
	o.repeats()
}

// answeredOnTime: whoever closes a request has answered it.
func (o *oracle) answeredOnTime(r demo.Request) bool {
	answered := r.RespondedAt
	if answered == nil || r.ClosedAt != nil && r.ClosedAt.Before(*answered) {
		answered = r.ClosedAt
	}
	return o.happened(answered) && !answered.After(r.OpenedAt.Add(time.Duration(o.hours(r).response)*time.Hour))
}

// closed counts a closed request in the month that it was closed in. Its hours
// are those between the minutes that the clock showed.
func (o *oracle) closed(r demo.Request, parts []string) {
	month := o.dayOf(*r.ClosedAt).Month()
	minutes := int(r.ClosedAt.Truncate(time.Minute).Sub(r.OpenedAt.Truncate(time.Minute)) / time.Minute)
	o.add("resolution_hours", r.Project, month, sums{numerator: float64(minutes), denominator: 1, n: 1, minutes: []int{minutes}}, parts...)
	o.add("follow_up_rate", r.Project, month, share(o.happened(r.FollowedUpAt)), parts...)
	if o.happened(r.FollowedUpAt) {
		o.add("follow_up_satisfaction", r.Project, month, share(r.FollowUp == demo.Satisfied), parts...)
	}
}

// repeats looks for a complaint of the same room and category in the thirty
// days before each; of two at once the one with the greater number repeats.
func (o *oracle) repeats() {
	var complaints []demo.Request
	for _, r := range o.truth.Requests {
		if r.Kind == demo.Complaint && o.dayOf(r.OpenedAt) <= o.asOf {
			complaints = append(complaints, r)
		}
	}
	for _, r := range complaints {
		again := slices.ContainsFunc(complaints, func(b demo.Request) bool {
			if b.Project != r.Project || b.Room != r.Room || r.Room == "" || b.Category != r.Category || b.RequestNo == r.RequestNo {
				return false
			}
			gap := r.OpenedAt.Sub(b.OpenedAt)
			return gap > 0 && gap <= 30*24*time.Hour || gap == 0 && b.RequestNo < r.RequestNo
		})
		o.add("repeat_rate", r.Project, o.dayOf(r.OpenedAt).Month(), share(again), "category="+r.Category, "handler="+r.Handler)
	}
}

const overall = "总体"

func (o *oracle) surveys() {
	type wave struct{ project, name string }
	valid, respondents, asksOverall := []demo.Answer{}, map[wave]map[string]bool{}, map[wave]bool{}
	for _, a := range o.truth.Answers {
		if o.dayOf(a.SubmittedAt) > o.asOf {
			continue
		}
		w := wave{a.Project, a.Wave}
		asksOverall[w] = asksOverall[w] || a.Dimension == overall
		if a.DontKnow {
			continue
		}
		valid = append(valid, a)
		if respondents[w] == nil {
			respondents[w] = map[string]bool{}
		}
		respondents[w][a.Respondent] = true
	}
	for _, a := range valid {
		m := gatehouse.MonthPeriod(o.dayOf(a.SubmittedAt).Month())
		slices := []string{"dimension=" + a.Dimension, "question=" + a.Question}
		if a.Dimension == overall || !asksOverall[wave{a.Project, a.Wave}] {
			slices = append(slices, "=", "channel="+a.Channel)
		}
		points := float64(a.Score-a.ScaleMin) / float64(a.ScaleMax-a.ScaleMin) * 100
		o.addTo("satisfaction_rate", a.Project, m, share(a.Score >= a.ScaleMax-1), slices...)
		o.addTo("satisfaction_score", a.Project, m, sums{numerator: points, denominator: 1, n: 1}, slices...)
		if a.ScaleMin == 0 && a.ScaleMax == 10 {
			o.addTo("nps", a.Project, m, sums{numerator: promotion(a.Score), denominator: 1, n: 1}, "=", "question="+a.Question, "channel="+a.Channel)
		}
	}
	for w, people := range respondents {
		o.responses(w.project, w.name, sums{numerator: float64(len(people))})
	}
	for _, w := range o.truth.Waves {
		o.responses(w.Project, w.Wave, sums{denominator: float64(w.Issued), n: uint64(w.Issued)})
	}
}

func promotion(score int) float64 {
	switch {
	case score >= 9:
		return 100
	case score <= 6:
		return -100
	}
	return 0
}

// responses counts in the first month of the wave's half-year; waves of other
// names have none.
func (o *oracle) responses(project, wave string, s sums) {
	year, half, ok := strings.Cut(wave, "H")
	p, err := o.calendar.Parse(year+"-H"+half, 0)
	if ok && err == nil && p.Start.Start() <= o.asOf {
		o.add("response_rate", project, p.Start, s)
	}
}
