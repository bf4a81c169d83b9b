package schedule

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func place(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// Times are written as the clock on the wall shows them, with its offset where
// that changes.
func TestTimesOfDay(t *testing.T) {
	t.Parallel()
	const form = "2006-01-02 15:04 -07"
	for _, c := range []struct {
		name, zone string
		job        Job
		after      string
		want       []string
	}{
		{"daily", "Asia/Shanghai", Job{Cron: "30 2 * * *"}, "2026-03-06 02:30 +08", []string{"2026-03-07 02:30 +08", "2026-03-08 02:30 +08"}},
		{"the clock is put forward over it", "America/New_York", Job{Cron: "30 2 * * *"}, "2026-03-06 03:00 -05",
			[]string{"2026-03-07 02:30 -05", "2026-03-08 03:00 -04", "2026-03-09 02:30 -04"}},
		{"the clock shows it twice", "America/New_York", Job{Cron: "30 1 * * *"}, "2026-10-31 12:00 -04",
			[]string{"2026-11-01 01:30 -04", "2026-11-02 01:30 -05"}},
		{"asked between the two", "America/New_York", Job{Cron: "30,45 1 * * *"}, "2026-11-01 01:30 -05", []string{"2026-11-02 01:30 -05"}},
		{"two in the hour that is left out are one", "America/New_York", Job{Cron: "0,30 2,3 8 3 *"}, "2026-03-08 00:00 -05",
			[]string{"2026-03-08 03:00 -04", "2026-03-08 03:30 -04", "2027-03-08 02:00 -05"}},
		{"a change of half an hour", "Australia/Lord_Howe", Job{Cron: "15 2 * * *"}, "2026-10-03 12:00 +10:30",
			[]string{"2026-10-04 02:30 +11", "2026-10-05 02:15 +11"}},
		{"a day without midnight", "America/Santiago", Job{Cron: "0 0 * * *"}, "2026-09-05 12:00 -04",
			[]string{"2026-09-06 01:00 -03", "2026-09-07 00:00 -03"}},
		{"every hour, clock put back", "America/New_York", Job{Cron: "0 * * * *"}, "2026-11-01 00:30 -04",
			[]string{"2026-11-01 01:00 -04", "2026-11-01 01:00 -05", "2026-11-01 02:00 -05"}},
		{"every hour, clock put forward", "America/New_York", Job{Cron: "0 * * * *"}, "2026-03-08 00:30 -05",
			[]string{"2026-03-08 01:00 -05", "2026-03-08 03:00 -04"}},
		{"elapsed time does not look at the clock", "America/New_York", Job{Every: time.Hour}, "2026-11-01 00:30 -04",
			[]string{"2026-11-01 01:00 -04", "2026-11-01 01:00 -05", "2026-11-01 02:00 -05"}},
		{"elapsed time goes by its multiples", "Asia/Shanghai", Job{Every: 15 * time.Minute}, "2026-03-06 10:07 +08",
			[]string{"2026-03-06 10:15 +08", "2026-03-06 10:30 +08"}},
		{"day 31 is the last of shorter months", "Asia/Shanghai", Job{Cron: "0 2 31 * *"}, "2026-01-01 00:00 +08",
			[]string{"2026-01-31 02:00 +08", "2026-02-28 02:00 +08", "2026-03-31 02:00 +08", "2026-04-30 02:00 +08"}},
		{"day 30", "Asia/Shanghai", Job{Cron: "0 2 30 * *"}, "2028-01-31 00:00 +08", []string{"2028-02-29 02:00 +08", "2028-03-30 02:00 +08", "2028-04-30 02:00 +08"}},
		{"day 29 of a named month", "Asia/Shanghai", Job{Cron: "0 2 29 2 *"}, "2026-01-01 00:00 +08", []string{"2026-02-28 02:00 +08", "2027-02-28 02:00 +08", "2028-02-29 02:00 +08"}},
		{"day 31 or a Monday stays as cron has it", "Asia/Shanghai", Job{Cron: "0 2 31 * 1"}, "2026-03-24 00:00 +08",
			[]string{"2026-03-30 02:00 +08", "2026-03-31 02:00 +08", "2026-04-06 02:00 +08"}},
		{"a word for a time", "Asia/Shanghai", Job{Cron: "@daily"}, "2026-03-06 10:00 +08", []string{"2026-03-07 00:00 +08"}},
		{"never", "Asia/Shanghai", Job{Cron: "0 0 30 2 1"}, "2026-03-06 10:00 +08", []string{"2027-02-01 00:00 +08"}},
		{"by hand", "Asia/Shanghai", Job{}, "2026-03-06 10:00 +08", nil},
	} {
		loc := place(t, c.zone)
		times, err := parseTimes(c.job, loc)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		at, err := time.Parse(form, c.after)
		if err != nil {
			at, err = time.Parse("2006-01-02 15:04 -07:00", c.after)
		}
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for range len(c.want) {
			next, ok := times.next(at)
			if !ok {
				break
			}
			at = next
			got = append(got, at.In(loc).Format(form))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %v\nwant %v", c.name, got, c.want)
		}
		if _, ok := times.next(at); c.want == nil && ok {
			t.Errorf("%s has a time", c.name)
		}
	}
	for _, j := range []Job{{Cron: "at noon"}, {Cron: "0 0 32 * *"}, {Every: time.Millisecond}, {Every: -time.Hour}} {
		if _, err := parseTimes(j, time.UTC); err == nil {
			t.Errorf("times that are none were taken: %+v", j)
		}
	}
}

// A job at a time of day runs once on every day, wherever it is and whatever
// the clock does, and its times only grow.
func TestADailyJobRunsOnceADay(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{place(t, "America/New_York"), place(t, "Australia/Lord_Howe"), place(t, "America/Santiago"), place(t, "Asia/Shanghai"), place(t, "Africa/Casablanca"), place(t, "Europe/Dublin")}
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		minute, hour := rapid.IntRange(0, 59).Draw(t, "minute"), rapid.IntRange(0, 23).Draw(t, "hour")
		times := times{spec: mustSpec(t, minute, hour), fixed: true, loc: loc}
		at := time.Date(rapid.IntRange(2001, 2036).Draw(t, "year"), 1, 1, 0, 0, 0, 0, loc).Add(-time.Second)
		for range 366 {
			next, ok := times.next(at)
			if !ok || !next.After(at) {
				t.Fatalf("%s is followed by %s", at, next)
			}
			day := at.In(loc)
			want := time.Date(day.Year(), day.Month(), day.Day()+1, 12, 0, 0, 0, loc)
			if got := next.In(loc); got.YearDay() != want.YearDay() || got.Year() != want.Year() {
				t.Fatalf("the day after %s is served at %s", at.In(loc), got)
			}
			at = next
		}
	})
}

func mustSpec(t *rapid.T, minute, hour int) interface{ Next(time.Time) time.Time } {
	times, err := parseTimes(Job{Cron: time.Date(0, 1, 1, hour, minute, 0, 0, time.UTC).Format("4 15 * * *")}, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return times.spec
}
