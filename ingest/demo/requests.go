package demo

import (
	"cmp"
	"math"
	"slices"
	"time"

	"gatehouse"
)

const liftFault = "电梯故障"

// work is how one kind of request goes. Rates are per 1,000 rooms and month,
// hours are what the company allows itself from opening to closing.
type work struct {
	kind       string
	rate       float64
	hours      int
	categories []string
}

func works() []work {
	return []work{
		{Complaint, 7, 72, []string{"噪音扰民", "停车秩序", "保洁卫生", "门禁安防", "漏水渗水", liftFault, "绿化养护", "其他"}},
		{Repair, 26, 48, []string{"漏水渗水", "门禁安防", liftFault, "其他"}},
		{Suggestion, 3, 168, []string{"绿化养护", "停车秩序", "保洁卫生", "其他"}},
		{Enquiry, 12, 24, []string{"停车秩序", "其他"}},
	}
}

// serve makes the service requests of the project.
func (s *site) serve() {
	from := len(s.out.Requests)
	for m := s.first; m <= s.last; m++ {
		for _, w := range works() {
			for range s.poisson(w.rate * float64(s.rooms) / 1000) {
				s.request(w, s.pick(w.categories...), m)
			}
			if w.kind == Complaint && s.story == lift && liftFails(m, s.last) {
				for range s.poisson(22 * float64(s.rooms) / 1000) {
					s.request(w, liftFault, m)
				}
			}
		}
	}
	opened := s.out.Requests[from:]
	slices.SortStableFunc(opened, func(a, b Request) int { return a.OpenedAt.Compare(b.OpenedAt) })
	for i := range opened {
		opened[i].RequestNo = "GD" + s.code + opened[i].OpenedAt.Format("200601") + pad(i+1, 5)
	}
}

// request opens one in month m; a complaint comes back at times.
func (s *site) request(w work, category string, m gatehouse.Month) {
	day := m.Start() + gatehouse.Date(s.rnd.IntN(int((m+1).Start()-m.Start())))
	room := s.households[s.rnd.IntN(len(s.households))].room
	if s.chanceOf(0.08) {
		room = "" // a matter of the grounds
	}
	s.open(w, category, room, day)
	if w.kind == Complaint && s.chanceOf(0.06) {
		s.open(w, category, room, day+gatehouse.Date(s.between(5, 25)))
	}
}

// open follows one request through to its end, or to the end of the data.
func (s *site) open(w work, category, room string, day gatehouse.Date) {
	if day > s.end() {
		return
	}
	opened := day.In(shanghai()).Add(time.Duration(s.between(7*60, 21*60)) * time.Minute)
	r := Request{
		Project: s.code, Room: room, Kind: w.kind, Category: category, OpenedAt: opened,
		Channel: s.pick("微信", "微信", "电话", "电话", "前台", "APP"),
		Handler: s.pick("工程", "客服") + pad(s.between(1, 6), 2),
		Status:  "待处理", Text: phrase(category),
	}
	if s.chanceOf(0.6) {
		due := opened.Add(time.Duration(w.hours) * time.Hour)
		r.DueAt = &due
	}
	troubled := s.story == lift && category == liftFault && liftFails(day.Month(), s.last)
	hours, happy := 0.3*float64(w.hours), 0.93
	if troubled {
		hours, happy = 2.6*float64(w.hours), 0.42
	}
	duration := time.Duration(hours * math.Exp(0.75*s.rnd.NormFloat64()) * float64(time.Hour)).Round(time.Minute)
	answered := min(time.Duration(s.between(3, 90))*time.Minute, duration)
	r.RespondedAt = s.happened(opened.Add(answered))
	if r.RespondedAt != nil {
		r.Status = "处理中"
	}
	if !s.chanceOf(0.012) {
		r.ClosedAt = s.happened(opened.Add(duration))
	}
	if r.ClosedAt != nil {
		r.Status = "已办结"
		if (w.kind == Complaint || w.kind == Repair) && s.chanceOf(0.82) {
			r.FollowedUpAt = s.happened(r.ClosedAt.Add(time.Duration(s.between(60, 5*24*60)) * time.Minute))
		}
	}
	if r.FollowedUpAt != nil {
		r.FollowUp = Dissatisfied
		if s.chanceOf(happy) {
			r.FollowUp = Satisfied
		}
	}
	s.out.Requests = append(s.out.Requests, r)
}

// happened gives the instant, or nil when it lies after the end of the data.
func (s *site) happened(at time.Time) *time.Time {
	if cmp.Compare(gatehouse.DateOf(at), s.end()) > 0 {
		return nil
	}
	return &at
}

// poisson draws a count (Knuth), in pieces because exp(-mean) must not underflow.
func (s *site) poisson(mean float64) int {
	count := 0
	for ; mean > 0; mean -= 20 {
		limit, product := math.Exp(-min(mean, 20)), s.rnd.Float64()
		for ; product > limit; product *= s.rnd.Float64() {
			count++
		}
	}
	return count
}

// phrase is what the front desk writes down.
func phrase(category string) string {
	switch category {
	case "漏水渗水":
		return "卫生间顶部渗水，请安排查看"
	case liftFault:
		return "电梯停运，关门时异响"
	case "噪音扰民":
		return "夜间施工噪音，影响休息"
	case "停车秩序":
		return "车位被占用，通道堵塞"
	case "保洁卫生":
		return "楼道垃圾未及时清理"
	case "门禁安防":
		return "单元门禁刷卡无反应"
	case "绿化养护":
		return "草坪枯黄，建议补种"
	}
	return "其他事项，请回电"
}
