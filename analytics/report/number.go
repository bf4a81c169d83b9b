package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gatehouse"
)

// Number names a report, like R-2026-000123: the year it was written in, and
// which one of that year it is.
type Number struct{ Year, Seq int }

// String gives "R-2026-000123".
func (n Number) String() string { return fmt.Sprintf("R-%04d-%06d", n.Year, n.Seq) }

// ParseNumber reads a number as people write it; zeros may be left out.
func ParseNumber(s string) (Number, error) {
	form := regexp.MustCompile(`^R-?([0-9]{4})-?([0-9]{1,9})$`)
	found := form.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(s)))
	if found == nil {
		return Number{}, gatehouse.Errorf(gatehouse.Invalid, "%q is not a report number like R-2026-000123", s)
	}
	year, _ := strconv.Atoi(found[1]) // digits only, and few
	seq, _ := strconv.Atoi(found[2])
	return Number{year, seq}, nil
}
