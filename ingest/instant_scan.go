package ingest

import (
	"strings"
	"time"
)

// scan reads a date from left to right.
type scan struct{ s string }

func (p *scan) done() bool { return p.s == "" }

func (p *scan) word(w string) bool {
	rest, ok := strings.CutPrefix(p.s, w)
	if ok {
		p.s = strings.TrimLeft(rest, " ")
	}
	return ok
}

// number reads at least low and at most high digits.
func (p *scan) number(low, high int) (int, bool) {
	n, i := 0, 0
	for i < len(p.s) && i < high && p.s[i] >= '0' && p.s[i] <= '9' {
		n = n*10 + int(p.s[i]-'0')
		i++
	}
	p.s = p.s[i:]
	return n, i >= low
}

// separator takes -, / or . or the given word between the parts of a date.
func (p *scan) separator(w string) bool {
	return p.word(w) || p.word("-") || p.word("/") || p.word(".")
}

// clock reads " 14:05", "T14:05:30.123+08:00", "下午2:05", "14时5分".
func (p *scan) clock() (seconds int, zone *time.Location, ok bool) {
	p.s = strings.TrimLeft(p.s, " ")
	p.word("T")
	afternoon := p.word("下午") || p.word("晚上")
	morning := !afternoon && (p.word("上午") || p.word("早上"))
	hour, ok := p.number(1, 2)
	if !ok || hour > 23 || (afternoon || morning) && hour > 12 || !(p.word(":") || p.word("：") || p.word("时") || p.word("点")) {
		return 0, nil, false
	}
	if afternoon && hour < 12 {
		hour += 12
	}
	if morning && hour == 12 {
		hour = 0
	}
	var minute, second int
	if !p.done() {
		if minute, ok = p.number(1, 2); !ok || minute > 59 {
			return 0, nil, false
		}
		p.word("分")
	}
	if p.word(":") || p.word("：") || len(p.s) > 0 && p.s[0] >= '0' && p.s[0] <= '9' {
		if second, ok = p.number(1, 2); !ok || second > 59 {
			return 0, nil, false
		}
		p.word("秒")
		if p.word(".") {
			p.number(1, 9) // fractions of a second are dropped
		}
	}
	zone, ok = p.offset()
	return hour*3600 + minute*60 + second, zone, ok && p.done()
}

// offset reads Z or +08:00; none means the business's zone.
func (p *scan) offset() (*time.Location, bool) {
	if p.word("Z") {
		return time.UTC, true
	}
	sign := 1
	if p.word("-") {
		sign = -1
	} else if !p.word("+") {
		return nil, true
	}
	hours, ok := p.number(2, 2)
	if !ok || hours > 14 {
		return nil, false
	}
	p.word(":")
	minutes := 0
	if !p.done() {
		if minutes, ok = p.number(2, 2); !ok || minutes > 59 {
			return nil, false
		}
	}
	return time.FixedZone("", sign*(hours*3600+minutes*60)), true
}
