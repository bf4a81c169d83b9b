package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"gatehouse"
)

// normalWave writes a survey's half-year as 2026H1.
func normalWave(s string) string {
	w := strings.ToUpper(foldValue(s))
	w = strings.NewReplacer("年上半年", "H1", "年下半年", "H2", "上半年", "H1", "下半年", "H2", "-H", "H").Replace(w)
	if len(w) == 6 && (strings.HasSuffix(w, "H1") || strings.HasSuffix(w, "H2")) {
		return w
	}
	return s
}

// waveOf is the half-year that an answer falls in.
func (in *intake) waveOf(submitted int64) string {
	calendar := in.convert.calendar
	day := gatehouse.DateOf(time.Unix(submitted, 0).In(calendar.Location))
	return strings.Replace(calendar.Format(calendar.HalfYear(day.Month())), "-", "", 1)
}

// respondentHash hides who answered, yet joins the answers of one sheet.
func respondentHash(wave, project, respondent string) string {
	sum := sha256.Sum256([]byte(wave + "\x00" + project + "\x00" + respondent))
	return hex.EncodeToString(sum[:8])
}

// answerRule makes one fact of a long row, one a question of a wide one.
func answerRule(in *intake, r *record) {
	if !r.given(fWave) {
		r.setText(fWave, in.waveOf(r.n(fSubmittedAt)))
	} else {
		r.setText(fWave, normalWave(r.text(fWave)))
	}
	r.setText(fRespondent, respondentHash(r.text(fWave), r.text(fProject), r.text(fRespondent)))
	if !r.given(fQuestion) {
		in.wideAnswers(r)
		return
	}
	if !r.given(fDimension) {
		r.setText(fDimension, dimensionOf(r.text(fQuestion)))
	}
	a := answer{question: r.text(fQuestion), dimension: r.text(fDimension), score: r.v[fScore]}
	a.min, a.max = scaleOf(a.dimension)
	if r.given(fScaleMin) {
		a.min = r.n(fScaleMin)
	}
	if r.given(fScaleMax) {
		a.max = r.n(fScaleMax)
	}
	if a.max <= a.min {
		in.fault(r, fScaleMax, OutOfRange, "")
	}
	if r.n(fDontKnow) != 0 {
		a.score.n = dontKnow
	}
	if !a.judge() {
		in.fault(r, fScore, ScoreOffScale, scaleText(a))
	}
	in.answer(r, a)
}

func (in *intake) wideAnswers(r *record) {
	for i := range in.plan.questions {
		q := &in.plan.questions[i]
		a := answer{question: q.question, dimension: q.dimension, score: q.value, min: q.min, max: q.max}
		if !a.judge() {
			in.faultAt(r, &q.column, ScoreOffScale, scaleText(a))
		}
		in.answer(r, a)
	}
}

func (in *intake) answer(r *record, a answer) {
	if len(r.answers) == 0 {
		a.comment = r.text(fComment) // said once a sheet, kept once
	}
	r.answers = append(r.answers, a)
	r.facts = append(r.facts, fact{
		table: "survey_response", answer: len(r.answers) - 1,
		key: in.key("", r.text(fWave), r.text(fRespondent), a.question),
	})
}

func scaleText(a answer) string { return fmt.Sprintf("%d–%d", a.min/one, a.max/one) }

// scaleOf is the scale of a question that does not say: recommendation is
// asked from 0 to 10, satisfaction from 1 to 5.
func scaleOf(dimension string) (low, high int64) {
	if dimension == "推荐" {
		return 0, 10 * one
	}
	return 1 * one, 5 * one
}

// judge tells whether the score lies on its scale. Blank is don't-know, and so
// is 9 on a scale from 1 to 5, as questionnaires code it.
func (a *answer) judge() bool {
	if !a.score.given || a.score.n == dontKnow || a.score.n == 9*one && a.min == 1*one && a.max == 5*one {
		a.score = value{n: dontKnow}
		return true
	}
	return a.score.n >= a.min && a.score.n <= a.max
}

// use puts an answer in the record's places for the fact table.
func (r *record) use(i int) {
	a := &r.answers[i]
	r.setText(fQuestion, a.question)
	r.setText(fDimension, a.dimension)
	r.v[fScore] = a.score
	r.setN(fScaleMin, a.min)
	r.setN(fScaleMax, a.max)
	unknown := int64(0)
	if a.score.n == dontKnow {
		unknown = 1
	}
	r.setN(fDontKnow, unknown)
	r.setText(fComment, a.comment)
}

// dimensions are words by which a question belongs to a dimension, in order of precedence.
func dimensions() [][]string {
	return [][]string{
		{"总体", "总体", "整体", "综合满意"},
		{"推荐", "推荐"},
		{"保洁", "保洁", "卫生", "清洁"},
		{"安保", "安保", "秩序", "安全", "门岗"},
		{"维修", "维修", "工程", "设施"},
		{"客服", "客服", "前台", "服务态度"},
		{"绿化", "绿化"},
	}
}

// dimensionOf is the dimension that a question's words tell, else the question itself.
func dimensionOf(question string) string {
	for _, d := range dimensions() {
		for _, word := range d[1:] {
			if strings.Contains(question, word) {
				return d[0]
			}
		}
	}
	return question
}
