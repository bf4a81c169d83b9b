package demo

import (
	"fmt"
	"math"
	"time"

	"gatehouse"
)

// question is one line of the questionnaire. Shift moves the mean score.
type question struct {
	text, dimension string
	low, high       int
	shift           float64
}

func questions() []question {
	return []question{
		{"总体满意度", "总体", 1, 5, 0},
		{"保洁满意度", "保洁", 1, 5, 0.2},
		{"安保满意度", "安保", 1, 5, 0.1},
		{"维修满意度", "维修", 1, 5, -0.2},
		{"客服满意度", "客服", 1, 5, 0.1},
		{"绿化满意度", "绿化", 1, 5, -0.1},
		{"推荐意愿", "推荐", 0, 10, 0},
	}
}

// survey asks the owners in the last two months of each half-year.
func (s *site) survey() {
	for m := s.first; m <= s.last; m++ {
		if m.Of()%6 != time.May {
			continue
		}
		wave := fmt.Sprintf("%dH%d", m.Year(), (int(m.Of())+5)/6)
		days := int(min((m+2).Start(), s.end()+1) - m.Start())
		issued := s.rooms * s.between(75, 95) / 100
		returned := issued * s.between(30, 42) / 100
		if s.story == silent {
			returned = min(returned, s.between(16, 26))
		}
		if days < 40 {
			returned = returned * days / 61 // still running
		}
		s.out.Waves = append(s.out.Waves, Wave{s.code, wave, issued, s.rooms})
		mood := s.mood + 0.1*s.rnd.NormFloat64()
		if s.story == lift && m > s.last-10 {
			mood -= 0.9
		}
		for i := range returned {
			at := (m.Start() + gatehouse.Date(s.rnd.IntN(days))).In(shanghai())
			at = at.Add(time.Duration(s.between(8*60, 22*60)) * time.Minute)
			s.answer(wave, s.code+"-"+wave+"-"+pad(i+1, 4), mood, at)
		}
	}
}

// answer fills in one questionnaire. The overall question is always answered, so
// that every questionnaire that came back is a valid one.
func (s *site) answer(wave, respondent string, mood float64, at time.Time) {
	channel := s.pick("微信小程序", "微信小程序", "微信小程序", "入户", "短信")
	own := mood + 0.6*s.rnd.NormFloat64()
	for _, q := range questions() {
		a := Answer{
			Project: s.code, Wave: wave, Respondent: respondent, Channel: channel, SubmittedAt: at,
			Question: q.text, Dimension: q.dimension, ScaleMin: q.low, ScaleMax: q.high,
		}
		overall := q.dimension == "总体"
		if !overall && s.chanceOf(0.04) {
			a.DontKnow = true
			s.out.Answers = append(s.out.Answers, a)
			continue
		}
		score := own + q.shift + 0.5*s.rnd.NormFloat64()
		if q.high == 10 {
			score = score*2.2 - 0.6
		}
		a.Score = min(max(int(math.Round(score)), q.low), q.high)
		if overall && a.Score <= 2 && !s.wide() {
			a.Comment = s.pick("希望加快维修速度", "电梯要换了", "公共区域卫生要加强")
		}
		s.out.Answers = append(s.out.Answers, a)
	}
}

// wide tells that the project sends the form with one column a question, which
// has no room for a comment on one answer.
func (s *site) wide() bool { return wideForm(s.index) }

func wideForm(project int) bool { return project%2 == 0 }
