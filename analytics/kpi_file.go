package analytics

import (
	"slices"
	"strconv"
	"strings"

	"gatehouse"
)

// header is what a KPI's file says of it: lines "-- key: value" before the
// statement. Wordings are "Chinese | English".
type header struct {
	kpi     string
	values  map[string]string
	changes []string
}

// headerKeys are all there are.
func headerKeys() []string {
	return []string{
		"name", "unit", "direction", "value", "grain", "rollup", "sources", "slices", "slice denominator", "whole",
		"n", "n is", "interval", "version", "definition", "parts", "change",
	}
}

func readHeader(kpi, text string) (*header, error) {
	h := &header{kpi: kpi, values: map[string]string{}}
	number := 0
	for line := range strings.Lines(text) {
		number++
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		if !ok {
			break
		}
		key, value, ok := strings.Cut(comment, ": ")
		value = strings.TrimSpace(value)
		switch {
		case !ok || !slices.Contains(headerKeys(), key):
			return nil, h.errorf("line %d: %q is not one of the lines that a header has: %s", number, comment, strings.Join(headerKeys(), ", "))
		case key == "change":
			h.changes = append(h.changes, value)
		default:
			if _, twice := h.values[key]; twice {
				return nil, h.errorf("%s is given twice", key)
			}
			h.values[key] = value
		}
	}
	return h, nil
}

func (h *header) errorf(format string, args ...any) error {
	return gatehouse.Errorf(gatehouse.Invalid, "KPI "+h.kpi+": "+format, args...)
}

// list is a value of several words.
func (h *header) list(key string) []string {
	if h.values[key] == "" {
		return nil
	}
	return strings.Split(h.values[key], ", ")
}

// choice is a value out of a few, the first of them when it is not given.
func choice[T ~string](h *header, key string, of ...T) (T, error) {
	v, ok := h.values[key]
	if !ok {
		return of[0], nil
	}
	if !slices.Contains(of, T(v)) {
		return "", h.errorf("%s %q is none of %q", key, v, of)
	}
	return T(v), nil
}

// wording is a value in both languages.
func (h *header) wording(key string) (gatehouse.Text, error) {
	zh, en, _ := strings.Cut(h.values[key], " | ")
	if zh == "" || en == "" {
		return gatehouse.Text{}, h.errorf("%s must be given as Chinese | English", key)
	}
	return gatehouse.Text{ZH: zh, EN: en}, nil
}

// parseKPI reads a KPI's file.
func parseKPI(name, text string) (*KPI, error) {
	h, err := readHeader(name, text)
	if err != nil {
		return nil, err
	}
	k := &KPI{
		Name: name, SQL: text, Sources: h.list("sources"), Slices: h.list("slices"), Whole: h.values["whole"],
		SharedDenominator: h.values["slice denominator"] == "whole", Parts: h.list("parts"),
	}
	for key, to := range map[string]*gatehouse.Text{"name": &k.Title, "definition": &k.Definition, "n": &k.NUnit} {
		if *to, err = h.wording(key); err != nil {
			return nil, err
		}
	}
	if err := k.readChoices(h); err != nil {
		return nil, err
	}
	version, err := strconv.ParseUint(h.values["version"], 10, 16)
	if err != nil {
		return nil, h.errorf("version must be a number")
	}
	k.Version = uint16(version)
	for _, change := range h.changes {
		number, what, _ := strings.Cut(change, " | ")
		version, err := strconv.ParseUint(number, 10, 16)
		zh, en, ok := strings.Cut(what, " | ")
		if err != nil || !ok {
			return nil, h.errorf("change must be given as version | Chinese | English")
		}
		k.Changes = append(k.Changes, Change{uint16(version), gatehouse.Text{ZH: zh, EN: en}})
	}
	// The first version brought the KPI itself; each later one says what it changed.
	for i := range max(len(k.Changes), int(k.Version)-1) {
		if i >= len(k.Changes) || int(k.Changes[i].Version) != i+2 || i+2 > int(k.Version) {
			return nil, h.errorf("it is version %d, so it needs a line \"-- change: N | Chinese | English\" for each N from 2 to that, in this order", k.Version)
		}
	}
	return k, nil
}

func (k *KPI) readChoices(h *header) error {
	direction, err := choice(h, "direction", "", "up", "down")
	switch {
	case err != nil:
		return err
	case direction == "":
		return h.errorf("direction must be up or down")
	}
	k.HigherIs = map[string]int{"up": 1, "down": -1}[direction]
	if k.Unit, err = choice(h, "unit", "", Percent, Per1000, Score, Yuan, KWh, KWhPerM2, Hours); err != nil {
		return err
	}
	if k.Unit == "" {
		return h.errorf("unit is missing")
	}
	if k.Kind, err = choice(h, "value", Ratio, Total, Median); err != nil {
		return err
	}
	if k.Grain, err = choice(h, "grain", Monthly, Halves, ByPeriod); err != nil {
		return err
	}
	if k.Counts, err = choice(h, "n is", "units", "numerator", "denominator"); err != nil {
		return err
	}
	if k.Interval, err = choice(h, "interval", NoInterval, ByWilson, ByMean, ByRatio); err != nil {
		return err
	}
	rollups := h.list("rollup")
	if len(rollups) == 0 {
		rollups = []string{string(Sum), string(Sum), string(Sum)}
	}
	if len(rollups) != 3 {
		return h.errorf("rollup must say sum, last, closing or opening for numerator, denominator and n")
	}
	for i, to := range []*Rollup{&k.Numerator, &k.Denominator, &k.N} {
		*to = Rollup(rollups[i])
		if !slices.Contains([]Rollup{Sum, Last, AtClose, Opening}, *to) {
			return h.errorf("rollup %q is none of sum, last, closing, opening", rollups[i])
		}
	}
	return nil
}
