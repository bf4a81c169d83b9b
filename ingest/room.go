package ingest

import "strings"

// roomMarks are the words between the parts of a room's name, longest first.
func roomMark(s string) int {
	for _, mark := range [...]string{"号楼", "单元", "栋", "幢", "座", "楼", "门", "#", "/", "_", "—", "–", "−", "~"} {
		if strings.HasPrefix(s, mark) {
			return len(mark)
		}
	}
	return 0
}

// normalRoom gives the normal form building-unit-room: 1栋1单元1001室 and
// 1#1-1001 are both 1-1-1001. Buildings and units lose leading zeros, since
// the next file writes them as numbers.
func normalRoom(s string) string {
	if isNormalRoom(s) {
		return s
	}
	s = strings.ToUpper(foldValue(s))
	s = strings.TrimSuffix(strings.TrimSuffix(s, "号"), "室")
	s = strings.TrimSuffix(s, "房")
	var b strings.Builder
	for len(s) > 0 {
		if n := roomMark(s); n > 0 {
			s = "-" + s[n:]
		}
		if s[0] != '-' {
			b.WriteByte(s[0])
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
		s = s[1:]
	}
	parts := strings.Split(strings.TrimSuffix(b.String(), "-"), "-")
	for i := range len(parts) - 1 {
		parts[i] = withoutZeros(parts[i])
	}
	return strings.Join(parts, "-")
}

// isNormalRoom is a quick look that spares most rooms the work.
func isNormalRoom(s string) bool {
	start := true
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '-':
			if start {
				return false
			}
			start = true
			continue
		case c == '0' && start:
			return false
		case c >= '0' && c <= '9' || c >= 'A' && c <= 'Z':
		default:
			return false
		}
		start = false
	}
	return !start
}

// joinRoom makes a room of its three columns.
func joinRoom(building, unit, number string) string {
	parts := make([]string, 0, 3)
	for _, p := range [...]string{building, unit, number} {
		if p = strings.Trim(normalRoom(p), "-"); p != "" {
			parts = append(parts, p)
		}
	}
	for i := range max(len(parts)-1, 0) {
		parts[i] = withoutZeros(parts[i])
	}
	return strings.Join(parts, "-")
}

// buildingOf is the first part of a room that has more than one.
func buildingOf(room string) string {
	building, _, found := strings.Cut(room, "-")
	if !found {
		return ""
	}
	return building
}

func withoutZeros(s string) string {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return s
		}
	}
	for len(s) > 1 && s[0] == '0' {
		s = s[1:]
	}
	return s
}
