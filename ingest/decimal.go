package ingest

import (
	"math"
	"strings"
)

// excelDigits is how many significant digits Excel computes with and shows;
// what a literal has beyond them is the noise of binary fractions.
const excelDigits = 15

// parseDecimal reads a number the way people write amounts into a whole number
// of 10^-scale, multiplied by 10^shift. When places beyond the scale are not
// zero the result is rounded and exact is false.
func parseDecimal(s string, scale, shift int) (n int64, exact bool, code Code) {
	if n, ok := plainDecimal(s, scale+shift); ok {
		return n, true, ""
	}
	d, ok := readDigits(s)
	if !ok {
		return 0, false, AmountError
	}
	n, exact, ok = d.scaled(scale + shift)
	if !ok {
		return 0, false, OutOfRange
	}
	if exact || len(d.digits) <= excelDigits {
		return n, exact, ""
	}
	d.round(excelDigits)
	n, exact, ok = d.scaled(scale + shift)
	if !ok {
		return 0, false, OutOfRange
	}
	return n, exact, ""
}

// plainDecimal is the common case: an optional minus, digits, and no more
// decimals than the scale has.
func plainDecimal(s string, scale int) (int64, bool) {
	if len(s) == 0 || len(s) > 15 || scale < 0 || scale > 3 {
		return 0, false
	}
	i, negative := 0, s[0] == '-'
	if negative {
		i++
	}
	if i == len(s) || s[i] == '.' {
		return 0, false
	}
	var n int64
	for ; i < len(s) && s[i] != '.'; i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	if i < len(s) {
		i++ // the point
		if len(s)-i > scale || i == len(s) {
			return 0, false
		}
	}
	for ; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
		scale--
	}
	for range scale {
		n *= 10
	}
	if negative {
		n = -n
	}
	return n, true
}

// digits is a decimal number: 0.digits × 10^point, without leading zeros.
type digits struct {
	digits   []byte // '0' to '9'
	point    int
	negative bool
}

// readDigits takes off what surrounds a number: currency, separators of
// thousands, brackets or a trailing minus for negative, 万, % and an exponent.
func readDigits(s string) (digits, bool) {
	s = strings.Map(numberRune, s)
	if s == "" || len(s) > 64 {
		return digits{}, false
	}
	var d digits
	if inner, ok := strings.CutPrefix(s, "("); ok {
		if s, ok = strings.CutSuffix(inner, ")"); !ok {
			return digits{}, false
		}
		d.negative = true
	}
	s = cutAny(s, false, "¥", "rmb", "cny")
	s, minus := cutSign(s)
	s = cutAny(s, false, "¥", "rmb", "cny")
	if !minus {
		s, minus = cutSign(s)
	}
	shift := 0
	s = cutAny(s, true, "元", "rmb", "cny")
	for _, suffix := range []struct {
		text  string
		shift int
	}{{"万", 4}, {"亿", 8}, {"%", -2}} {
		if rest, ok := strings.CutSuffix(s, suffix.text); ok {
			s, shift = rest, suffix.shift
		}
	}
	if rest, ok := strings.CutSuffix(s, "-"); ok && !minus {
		s, minus = rest, true
	}
	if minus && d.negative {
		return digits{}, false
	}
	d.negative = d.negative || minus
	if !d.scan(s) {
		return digits{}, false
	}
	d.point += shift
	return d, true
}

// scan reads digits with commas between thousands, a point and an exponent.
func (d *digits) scan(s string) bool {
	mantissa, exponent, scientific := strings.Cut(s, "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if strings.Contains(whole, ",") {
		groups := strings.Split(whole, ",")
		for i, g := range groups {
			if i > 0 && len(g) != 3 || i == 0 && (len(g) == 0 || len(g) > 3) {
				return false
			}
		}
		whole = strings.Join(groups, "")
	}
	d.digits = append(append(d.digits, whole...), fraction...)
	if len(d.digits) == 0 {
		return false
	}
	for _, c := range d.digits {
		if c < '0' || c > '9' {
			return false
		}
	}
	d.point = len(whole)
	if scientific {
		e, ok := smallInt(exponent)
		if !ok {
			return false
		}
		d.point += e
	}
	for len(d.digits) > 0 && d.digits[0] == '0' {
		d.digits, d.point = d.digits[1:], d.point-1
	}
	return true
}

// round keeps the first n digits.
func (d *digits) round(n int) {
	up := d.digits[n] >= '5'
	d.digits = d.digits[:n]
	for i := n - 1; up && i >= 0; i-- {
		if d.digits[i] == '9' {
			d.digits[i] = '0'
			continue
		}
		d.digits[i]++
		return
	}
	if up {
		d.digits, d.point = append([]byte{'1'}, d.digits...), d.point+1
	}
}

// scaled gives the number in units of 10^-scale, half away from zero.
func (d *digits) scaled(scale int) (n int64, exact, ok bool) {
	exact = true
	keep := d.point + scale // digits before the cut
	for i, c := range d.digits {
		if i >= keep {
			if c != '0' {
				exact = false
			}
			continue
		}
		if n > (math.MaxInt64-9)/10 {
			return 0, false, false
		}
		n = n*10 + int64(c-'0')
	}
	for i := len(d.digits); i < keep && n != 0; i++ {
		if n > math.MaxInt64/10 {
			return 0, false, false
		}
		n *= 10
	}
	if keep >= 0 && keep < len(d.digits) && d.digits[keep] >= '5' {
		n++
	}
	if d.negative {
		n = -n
	}
	return n, exact, n > -1e17 && n < 1e17
}

// numberRune folds what a number may be written with; spaces go.
func numberRune(r rune) rune {
	switch r = halfWidth(r); {
	case r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == 0x2009 || r == 0x202F:
		return -1
	case r == 0x2212 || r == 0x2013 || r == 0x2014:
		return '-'
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	}
	return r
}

func cutSign(s string) (string, bool) {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return rest, true
	}
	return strings.TrimPrefix(s, "+"), false
}

func cutAny(s string, suffix bool, words ...string) string {
	for _, w := range words {
		if suffix {
			s = strings.TrimSuffix(s, w)
		} else {
			s = strings.TrimPrefix(s, w)
		}
	}
	return s
}

// smallInt reads an optional sign and up to three digits.
func smallInt(s string) (int, bool) {
	s, negative := cutSign(s)
	if s == "" || len(s) > 3 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}
