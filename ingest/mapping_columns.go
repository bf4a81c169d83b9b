package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// checkColumns looks at each column, and whether two of them are one.
func (m Mapping) checkColumns() error {
	seen := map[[2]string]bool{}
	for i, c := range m.Columns {
		where := fmt.Sprintf("columns: %d. %q", i+1, c.Header)
		folded := foldHeader(c.Header).full
		if folded == "" {
			return wrongMapping("%s: write the header as it stands in the file", where)
		}
		if key := [2]string{folded, c.Feed}; seen[key] {
			return wrongMapping("%s: the header is there twice: keep one of the two", where)
		} else {
			seen[key] = true
		}
		if err := m.checkColumn(c); err != nil {
			return wrongMapping("%s: %s", where, err)
		}
	}
	return nil
}

func (m Mapping) checkColumn(c MappedColumn) error {
	feeds, err := m.subject(c.Feed)
	if err != nil {
		return err
	}
	uses := 0
	for _, set := range []bool{c.Field != "", c.Ignore, c.Question} {
		if set {
			uses++
		}
	}
	switch {
	case uses != 1:
		return fmt.Errorf("say what it is, once: field, ignore: true or question: true")
	case !c.Ignore && isPersonal(c.Header):
		return fmt.Errorf("it holds personal data, which is never stored: write ignore: true")
	case c.Field == "" && c.Unit != "":
		return fmt.Errorf("only a field has a unit")
	case c.Question && !slices.ContainsFunc(feeds, func(f Feed) bool { return f.wide }):
		return fmt.Errorf("only surveys have questions; %s has none", feeds[0].Name)
	case c.Field == "":
		return nil
	}
	has, err := having(feeds, c.Field)
	if err != nil {
		return err
	}
	if _, constant := m.Constants[c.Field]; constant {
		return fmt.Errorf("%s is a constant already: take it out of the constants, or ignore the column", c.Field)
	}
	if c.Unit == "" {
		return nil
	}
	if !slices.ContainsFunc(has, func(f Feed) bool { return knowsUnit(f.named(c.Field), c.Unit) }) {
		return fmt.Errorf("unit %q is none of %s: %s", c.Unit, c.Field, unitsOf(has[0].named(c.Field)))
	}
	return nil
}

// knowsUnit tells whether numbers of the field may be given in the unit.
func knowsUnit(d *Field, unit string) bool {
	folded := foldHeader(unit).full
	return !d.isRegister() && (unitShift(folded, d.Type) != 0 || slices.Contains(plainUnits(d.Type), folded))
}

// plainUnits are the units in which numbers are kept, folded.
func plainUnits(t Type) []string {
	switch t {
	case Money:
		return []string{"元", "圆", "yuan", "rmb", "cny"}
	case Quantity:
		return []string{"kwh", "度", "千瓦时", "m³", "m3", "立方米", "吨", "gj", "㎡", "m²", "m2", "平方米", "平米"}
	}
	return nil
}

// unitsOf tells the units of a field.
func unitsOf(d *Field) string {
	switch {
	case d.isRegister():
		return "a register is read in the unit of its meter"
	case d.Type == Money:
		return "use 元, 千元, 万元, 百万元 or 亿元"
	case d.Type == Quantity:
		return "use " + strings.Join(plainUnits(Quantity), ", ") + ", MWh, 万kWh or 万㎡"
	case d.Type == Ratio:
		return "use % or leave it out"
	}
	return "it has none, so leave it out"
}

// isRegister tells what a meter shows, which has the meter's unit.
func (d *Field) isRegister() bool { return d.id == fReading || d.id == fPrevReading }

// checkContract looks at what the source has agreed to send.
func (m Mapping) checkContract() error {
	policies := []Drift{"", DriftAccept, DriftWarn, DriftRefuse}
	for _, policy := range []Drift{m.Contract.NewColumns, m.Contract.MissingColumns, m.Contract.RetypedColumns} {
		if !slices.Contains(policies, policy) {
			return wrongMapping("contract: a file with other columns cannot be %q: choose accept, warn or refuse", policy)
		}
	}
	for i, e := range m.Contract.Expects {
		where := fmt.Sprintf("contract: expects: %d. %q", i+1, e.Header)
		if foldHeader(e.Header).full == "" {
			return wrongMapping("%s: write the header as it stands in the file", where)
		}
		if _, err := m.subject(e.Feed); err != nil {
			return wrongMapping("%s: %s", where, err)
		}
		switch e.Kind {
		case "", KindNumber, KindDate, KindText, KindRoom:
		default:
			return wrongMapping("%s: kind is %q: choose number, date, text or room", where, e.Kind)
		}
	}
	return nil
}
