package analytics

import (
	"slices"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/ingest/demo"
)

// The oracle computes every KPI from the made-up truth in plain Go, from the
// definitions of the trade and not from the SQL.

// cellAt is a KPI's value of one project and month, whole or of a slice.
type cellAt struct {
	kpi, project string
	month        gatehouse.Month
	dim, slice   string
}

// sums are in the KPI's own unit; money in yuan.
type sums struct {
	numerator, denominator float64
	n                      uint64
}

type oracle struct {
	truth *demo.Portfolio
	asOf  gatehouse.Date
	cells map[cellAt]*sums
	rooms map[cellAt]map[string]bool // what n counts once
}

func newOracle(p *demo.Portfolio, asOf gatehouse.Date) *oracle {
	o := &oracle{truth: p, asOf: asOf, cells: map[cellAt]*sums{}, rooms: map[cellAt]map[string]bool{}}
	o.fees()
	o.requests()
	o.surveys()
	o.energy()
	return o
}

// add counts a value into the whole and into slices given as "dim=slice".
func (o *oracle) add(kpi, project string, m gatehouse.Month, s sums, slices ...string) {
	for _, d := range append([]string{"="}, slices...) {
		o.addTo(kpi, project, m, s, d)
	}
}

func (o *oracle) addTo(kpi, project string, m gatehouse.Month, s sums, dimSlice string) *sums {
	dim, slice, _ := strings.Cut(dimSlice, "=")
	at := cellAt{kpi, project, m, dim, slice}
	cell := o.cells[at]
	if cell == nil {
		cell = &sums{}
		o.cells[at] = cell
	}
	cell.numerator += s.numerator
	cell.denominator += s.denominator
	cell.n += s.n
	return cell
}

// once raises n when the thing was not counted there before.
func (o *oracle) once(kpi, project string, m gatehouse.Month, thing string, slices ...string) {
	for _, d := range append([]string{"="}, slices...) {
		dim, slice, _ := strings.Cut(d, "=")
		at := cellAt{kpi, project, m, dim, slice}
		if o.rooms[at] == nil {
			o.rooms[at] = map[string]bool{}
		}
		if !o.rooms[at][thing] {
			o.rooms[at][thing] = true
			o.addTo(kpi, project, m, sums{n: 1}, d)
		}
	}
}

// bill is what became of one bill.
type billFate struct {
	*demo.Bill
	net      gatehouse.Money // billed − reversed − waived
	payments []fatePart
}

// fatePart is money or a settlement waiver that a bill took.
type fatePart struct {
	day    gatehouse.Date
	amount gatehouse.Money
	waiver bool
}

// fates allocates the truth and follows each bill.
func (o *oracle) fates() []*billFate {
	var all []*billFate
	for _, p := range o.truth.Projects {
		var bills []Bill
		var payments []Payment
		fates := map[string]*billFate{}
		for i := range o.truth.Bills {
			b := &o.truth.Bills[i]
			if b.Project != p.Code {
				continue
			}
			bills = append(bills, Bill{Key: "no:" + b.BillNo, Number: b.BillNo, Kind: b.Kind, Reverses: b.Reverses, Room: b.Room,
				Item: b.FeeItem, Month: b.Month, DueOn: b.DueOn, Amount: b.Amount, Waived: b.Waived})
			if b.Kind == demo.Normal {
				fates["no:"+b.BillNo] = &billFate{Bill: b}
			}
		}
		for _, r := range o.truth.Payments {
			if r.Project != p.Code {
				continue
			}
			payment := Payment{Key: "no:" + r.ReceiptNo, Receipt: r.ReceiptNo, Bill: r.BillNo, Room: r.Room, Item: r.FeeItem,
				PaidOn: r.PaidOn, Amount: r.Amount, Waiver: r.Method == demo.SettlementWaiver, Reverses: r.Reverses}
			if r.PeriodStart != 0 {
				payment.From, payment.To = r.PeriodStart.Month(), r.PeriodEnd.Month()+1
			}
			payments = append(payments, payment)
		}
		for _, e := range Allocate(bills, payments) {
			if e.Bill == nil || fates[e.Bill.Key] == nil {
				continue
			}
			f := fates[e.Bill.Key]
			switch e.Kind {
			case Billed:
				f.net += e.Amount
			case Reversed, Waived:
				f.net -= e.Amount
			case Received, Settled:
				f.payments = append(f.payments, fatePart{e.Day, e.Amount, e.Kind == Settled})
			}
		}
		for _, f := range fates {
			all = append(all, f)
		}
	}
	return all
}

func yuan(m gatehouse.Money) float64 { return float64(m) / 100 }

func (o *oracle) fees() {
	byProject := map[string][]*billFate{}
	for _, f := range o.fates() {
		byProject[f.Project] = append(byProject[f.Project], f)
		building, _, _ := strings.Cut(f.Room, "-")
		parts := []string{"fee_item=" + f.FeeItem, "building=" + building}
		var received, onTime gatehouse.Money
		for _, p := range f.payments {
			if !p.waiver && p.day <= o.asOf {
				received += p.amount
				if p.day <= f.DueOn {
					onTime += p.amount
				}
			}
		}
		o.add("collection_rate", f.Project, f.Month, sums{yuan(received), yuan(f.net), 0}, parts...)
		o.add("on_time_rate", f.Project, f.Month, sums{yuan(onTime), yuan(f.net), 0}, parts...)
		o.once("collection_rate", f.Project, f.Month, f.Room, parts...)
		o.once("on_time_rate", f.Project, f.Month, f.Room, parts...)
	}
	for project, fates := range byProject {
		first := fates[0].Month
		for _, f := range fates {
			first = min(first, f.Month)
		}
		for m := first; m <= o.asOf.Month(); m++ {
			o.arrears(project, m, fates)
			o.recovery(project, m, fates)
		}
	}
}

// arrears looks at the end of one month.
func (o *oracle) arrears(project string, m gatehouse.Month, fates []*billFate) {
	end := min((m+1).Start()-1, o.asOf)
	for _, f := range fates {
		if f.Month > m {
			continue
		}
		open := f.net
		for _, p := range f.payments {
			if p.day <= end {
				open -= p.amount
			}
		}
		n := uint64(0)
		if open != 0 {
			n = 1
		}
		building, _, _ := strings.Cut(f.Room, "-")
		o.add("arrears_age", project, m, sums{yuan(open), 0, n}, "age="+ageOf(int(end-f.DueOn)), "building="+building, "fee_item="+f.FeeItem)
	}
}

func ageOf(days int) string {
	switch {
	case days <= 0:
		return "not_due"
	case days <= 30:
		return "1-30"
	case days <= 60:
		return "31-60"
	case days <= 90:
		return "61-90"
	case days <= 180:
		return "91-180"
	case days <= 365:
		return "181-365"
	}
	return ">365"
}

// recovery looks at the money of one month on bills of earlier years.
func (o *oracle) recovery(project string, m gatehouse.Month, fates []*billFate) {
	january := gatehouse.NewMonth(m.Year(), time.January)
	owed, rooms := gatehouse.Money(0), map[string]bool{}
	for _, f := range fates {
		if f.Month >= january {
			continue
		}
		open := f.net
		for _, p := range f.payments {
			switch {
			case p.day > o.asOf:
			case p.day < january.Start():
				open -= p.amount
			case p.day.Month() == m && !p.waiver:
				o.add("arrears_recovery_rate", project, m, sums{numerator: yuan(p.amount)})
			}
		}
		if owed += open; open != 0 {
			rooms[f.Room] = true
		}
	}
	if m == january {
		o.add("arrears_recovery_rate", project, m, sums{denominator: yuan(owed), n: uint64(len(rooms))})
	}
}

func dayIn(t time.Time) gatehouse.Date { return gatehouse.DateOf(t.In(shanghai())) }

func shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", 8*3600) }

func (o *oracle) happened(t *time.Time) bool { return t != nil && dayIn(*t) <= o.asOf }

func share(yes bool) sums {
	s := sums{denominator: 1, n: 1}
	if yes {
		s.numerator = 1
	}
	return s
}

func (o *oracle) requests() {
	hours := map[string]time.Duration{demo.Complaint: 72, demo.Repair: 48, demo.Suggestion: 168, demo.Enquiry: 24}
	households, first := map[string]float64{}, map[string]gatehouse.Month{}
	for _, p := range o.truth.Projects {
		households[p.Code] = float64(p.Households)
	}
	categories := map[string]bool{}
	for _, r := range o.truth.Requests {
		parts := []string{"kind=" + r.Kind, "category=" + r.Category, "handler=" + r.Handler}
		opened := dayIn(r.OpenedAt)
		if m, ok := first[r.Project]; !ok || opened.Month() < m {
			first[r.Project] = opened.Month()
		}
		if opened <= o.asOf {
			o.add("closure_rate", r.Project, opened.Month(), share(o.happened(r.ClosedAt)), parts...)
			if r.Kind == demo.Complaint {
				o.add("complaints_per_1000", r.Project, opened.Month(), sums{1, 0, 1}, parts[1])
				categories[r.Category] = true
			}
		}
		due := r.OpenedAt.Add(hours[r.Kind] * time.Hour)
		if r.DueAt != nil {
			due = *r.DueAt
		}
		if dayIn(due) <= o.asOf {
			onTime := r.ClosedAt != nil && !r.ClosedAt.After(due)
			o.add("resolved_on_time", r.Project, dayIn(due).Month(), share(onTime), parts...)
		}
		if o.happened(r.ClosedAt) {
			month := dayIn(*r.ClosedAt).Month()
			o.add("follow_up_rate", r.Project, month, share(o.happened(r.FollowedUpAt)), parts...)
			if o.happened(r.FollowedUpAt) {
				o.add("follow_up_satisfaction", r.Project, month, share(r.FollowUp == demo.Satisfied), parts...)
			}
		}
	}
	for project, m := range first {
		for ; m <= o.asOf.Month(); m++ {
			o.add("complaints_per_1000", project, m, sums{denominator: households[project]})
			for c := range categories {
				o.addTo("complaints_per_1000", project, m, sums{denominator: households[project]}, "category="+c)
			}
		}
	}
}

func (o *oracle) surveys() {
	type wave struct{ project, name string }
	valid := map[wave]map[string]bool{}
	for _, a := range o.truth.Answers {
		if a.DontKnow || dayIn(a.SubmittedAt) > o.asOf {
			continue
		}
		w := wave{a.Project, a.Wave}
		if valid[w] == nil {
			valid[w] = map[string]bool{}
		}
		valid[w][a.Respondent] = true
		month := dayIn(a.SubmittedAt).Month()
		points := float64(a.Score-a.ScaleMin) / float64(a.ScaleMax-a.ScaleMin) * 100
		satisfied := share(a.Score >= a.ScaleMax-1)
		score := sums{points, 1, 1}
		dims := []string{"dimension=" + a.Dimension, "question=" + a.Question}
		if a.Dimension == "总体" {
			dims = append(dims, "=", "channel="+a.Channel)
		}
		for _, d := range dims {
			o.addTo("satisfaction_rate", a.Project, month, satisfied, d)
			o.addTo("satisfaction_score", a.Project, month, score, d)
		}
	}
	for _, w := range o.truth.Waves {
		month := gatehouse.NewMonth(int(w.Wave[0]-'0')*1000+int(w.Wave[1]-'0')*100+int(w.Wave[2]-'0')*10+int(w.Wave[3]-'0'), time.January)
		if strings.HasSuffix(w.Wave, "H2") {
			month += 6
		}
		if month.Start() <= o.asOf {
			o.add("response_rate", w.Project, month, sums{float64(len(valid[wave{w.Project, w.Wave}])), float64(w.Issued), uint64(w.Issued)})
		}
	}
}

func (o *oracle) energy() {
	meters, hasMain, area := map[string]demo.Meter{}, map[string]bool{}, map[string]float64{}
	for _, p := range o.truth.Projects {
		area[p.Code] = p.FloorArea
	}
	for _, m := range o.truth.Meters {
		meters[m.Meter] = m
		if m.Role == demo.Main {
			hasMain[m.Project+m.Energy] = true
		}
	}
	readings := map[string][]demo.Reading{}
	for _, r := range o.truth.Readings {
		readings[r.Meter] = append(readings[r.Meter], r)
	}
	days := map[cellAt]map[string]int{}
	for no, rows := range readings {
		m := meters[no]
		if hasMain[m.Project+m.Energy] && m.Role != demo.Main {
			continue
		}
		slices.SortFunc(rows, func(a, b demo.Reading) int { return int(a.ReadAt - b.ReadAt) })
		for i, r := range rows {
			if i == 0 && !r.HasPrev {
				continue
			}
			since, before := r.PrevAt, r.PrevValue
			if !r.HasPrev {
				since, before = rows[i-1].ReadAt, rows[i-1].Value
			}
			if r.Event == demo.Replaced {
				before = r.PrevValue
			}
			daily := (r.Value - before) * float64(m.Multiplier) / float64(r.ReadAt-since)
			for d := since; d < r.ReadAt; d++ {
				parts := []string{"energy=" + m.Energy}
				if m.Energy == demo.Electricity {
					parts = append(parts, "=")
				}
				for _, part := range parts {
					o.addTo("energy_use", m.Project, d.Month(), sums{numerator: daily}, part)
					o.addTo("energy_intensity", m.Project, d.Month(), sums{numerator: daily}, part)
					at := cellAt{"", m.Project, d.Month(), "", part}
					if days[at] == nil {
						days[at] = map[string]int{}
					}
					days[at][no]++
				}
			}
		}
	}
	for at, byMeter := range days {
		most := 0
		for _, n := range byMeter {
			most = max(most, n)
		}
		n := uint64(len(byMeter))
		o.addTo("energy_use", at.project, at.month, sums{n: n}, at.slice)
		o.addTo("energy_intensity", at.project, at.month, sums{0, area[at.project] * float64(most) / 365, n}, at.slice)
	}
}
