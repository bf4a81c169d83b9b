package sheet

import "strings"

// isDateFormat says whether a format code shows a number as a date or a time
// of day: one of its sections does and none shows a duration.
func isDateFormat(code string) bool {
	date := false
	var section formatSection
	for rest := code; rest != ""; {
		n := section.take(rest)
		if rest[0] == ';' {
			date = date || section.isDate()
			section = formatSection{duration: section.duration}
		}
		rest = rest[n:]
	}
	return (date || section.isDate()) && !section.duration
}

// formatSection is one of the up to four parts of a format code: for positive,
// negative, zero and text.
type formatSection struct {
	dates    bool // has a field of a date or time
	digits   bool // has a place for a digit, so it shows the number itself
	duration bool // has a field such as [h], which counts on beyond 24; holds for the whole code
	seconds  bool // the field before was seconds: "ss.00" has digits and is a time
}

func (s *formatSection) isDate() bool { return s.dates && !s.digits }

// take reads one token and gives its length. Literals come quoted, after a
// backslash or "!", and as padding after "_" and "*"; colours, currencies and
// conditions come in brackets.
func (s *formatSection) take(rest string) int {
	seconds := s.seconds
	s.seconds = false
	c := rest[0]
	switch c {
	case '"':
		return quotedLength(rest)
	case '\\', '!', '_', '*':
		return min(len(rest), 1+runeLength(rest[1:]))
	case '[':
		return s.bracket(rest)
	case '#', '?':
		s.digits = true
		return 1
	case '0':
		if !seconds {
			s.digits = true
		}
		s.seconds = seconds
		return 1
	case '.':
		s.seconds = seconds
		return 1
	}
	return s.field(rest)
}

// field reads a word of the format, or one literal character.
func (s *formatSection) field(rest string) int {
	if hasFold(rest, "General") {
		return len("General")
	}
	c := rest[0] | 0x20
	run := 1
	for run < len(rest) && rest[run]|0x20 == c {
		run++
	}
	switch c {
	case 'y', 'm', 'd', 'h':
		s.dates = true
		return run
	case 's':
		s.dates, s.seconds = true, true
		return run
	case 'a': // AM/PM, A/P; aaa and aaaa are the day of the week
		s.dates = s.dates || run >= 3
		if hasFold(rest, "AM/PM") {
			return len("AM/PM")
		}
		return run
	case 'e': // the year of an era, unless it is an exponent
		if run == len(rest) || rest[run] != '+' && rest[run] != '-' {
			s.dates = true
		}
		return run
	}
	return 1
}

// bracket reads "[Red]", "[$-804]", "[>100]", "[DBNum1]" and "[hh]".
func (s *formatSection) bracket(rest string) int {
	inside, _, closed := strings.Cut(rest[1:], "]")
	if !closed {
		return len(rest)
	}
	for _, unit := range []string{"h", "m", "s"} {
		if inside != "" && strings.Trim(strings.ToLower(inside), unit) == "" {
			s.duration = true
		}
	}
	return len(inside) + 2
}

func quotedLength(s string) int {
	if end := strings.IndexByte(s[1:], '"'); end >= 0 {
		return end + 2
	}
	return len(s)
}

// runeLength is the length of the first character of s, at least 1.
func runeLength(s string) int {
	for i := range s {
		if i > 0 {
			return i
		}
	}
	return max(1, len(s))
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
