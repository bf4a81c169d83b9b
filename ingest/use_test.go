package ingest

import "testing"

func TestUsualUse(t *testing.T) {
	t.Parallel()
	// used makes readings of a meter, one a day, each with its use a day.
	used := func(daily ...int64) *register {
		m := &register{}
		for i, d := range daily {
			m.add(readout{day: int32(i + 1), shown: unknown, daily: d * one})
		}
		return m
	}
	for _, c := range []struct {
		name  string
		meter *register
		now   readout
		high  int64
		far   bool
	}{
		{"five intervals are too few", used(2, 2, 2, 2, 2), readout{day: 99, daily: 1000 * one}, 0, false},
		{"five times the usual", used(2, 2, 2, 2, 2, 2), readout{day: 99, daily: 10 * one}, 2 * one, false},
		{"a ten-thousandth more", used(2, 2, 2, 2, 2, 2), readout{day: 99, daily: 10*one + 1}, 2 * one, true},
		{"a hot month is usual", used(1, 1, 1, 1, 1, 8), readout{day: 99, daily: 40 * one}, 8 * one, false},
		// Of 20 the 19th is the 95th percentile: one odd reading does not count.
		{"an odd reading is not", used(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 900), readout{day: 99, daily: 6 * one}, 1 * one, true},
		{"from nothing to something", used(0, 0, 0, 0, 0, 0), readout{day: 99, daily: 10 * one}, 0, false},
		{"from nothing to huge", used(0, 0, 0, 0, 0, 0), readout{day: 99, daily: 10*one + 1}, 0, true},
		{"to nothing", used(2, 2, 2, 2, 2, 2), readout{day: 99}, 2 * one, false},
		{"later readings are none before", used(2, 2, 2, 2, 2, 2), readout{day: 3, daily: 1000 * one}, 0, false},
		{"another form of reading", used(2, 2, 2, 2, 2, 2), readout{day: 99, metered: true, daily: 1000 * one}, 0, false},
		{"no use to compare", used(2, 2, 2, 2, 2, 2), readout{day: 99, daily: unknown}, 0, false},
	} {
		if high, far := c.meter.usual(c.now); high != c.high || far != c.far {
			t.Errorf("%s: usual %d, far %v; want %d, %v", c.name, high, far, c.high, c.far)
		}
	}
}

func TestReadingBefore(t *testing.T) {
	t.Parallel()
	m := &register{}
	for _, r := range []readout{{day: 30, shown: 300}, {day: 10, shown: 100}, {day: 20, shown: unknown}, {day: 10, shown: 110}} {
		m.add(r)
	}
	for day, want := range map[int32]int64{31: 300, 30: 110, 20: 110, 11: 110, 10: 0} {
		if got, _ := m.before(day); got.shown != want {
			t.Errorf("before day %d: %d, want %d", day, got.shown, want)
		}
	}
}
