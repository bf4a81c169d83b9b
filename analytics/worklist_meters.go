package analytics

import (
	"context"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// ReadingGrace is how many days after its usual day a meter counts as unread.
const ReadingGrace = 3

// UnreadMeters are the meters whose reading is overdue by their own habit.
type UnreadMeters struct {
	Meters int // all of them
	Judged int // those with a habit, or never read at all
	Unread int
	List   []UnreadMeter
}

// UnreadMeter is one of them.
type UnreadMeter struct {
	Project, Meter string
	Energy, Role   string         // empty without a master
	LastRead       gatehouse.Date // 0: never
	Days           int            // since then
	Usual          int            // days from one reading to the next, as a rule
	Late           int            // Days − Usual
	Row            Source         // of the last reading, of the master where there is none
}

// UnreadMeters lists the meters that have not been read although they are
// usually read by now, the longest overdue first and those never read last.
func (s *Service) UnreadMeters(ctx context.Context, w Work, some Stretch) (UnreadMeters, error) {
	type row struct {
		Project string `ch:"project"`
		Meter   string `ch:"meter"`
		Energy  string `ch:"energy"`
		Role    string `ch:"role"`
		foundAt
		LastRead  gatehouse.Date `ch:"last_read"`
		Usual     int64          `ch:"usual_days"`
		Never     bool           `ch:"never"`
		Late      int64          `ch:"days_late"`
		Unread    bool           `ch:"unread"`
		Meters    uint64         `ch:"meters"`
		Judged    uint64         `ch:"judged"`
		UnreadAll uint64         `ch:"unread_meters"`
	}
	rows, err := listed[row](ctx, s, "analytics.UnreadMeters", w, some, clickhouse.Params{"grace": uint16(ReadingGrace)})
	if err != nil || len(rows) == 0 {
		return UnreadMeters{}, err
	}
	all := UnreadMeters{Meters: int(rows[0].Meters), Judged: int(rows[0].Judged), Unread: int(rows[0].UnreadAll)}
	for _, r := range rows {
		if !r.Unread {
			break // they come last
		}
		m := UnreadMeter{Project: r.Project, Meter: r.Meter, Energy: r.Energy, Role: r.Role, LastRead: r.LastRead, Usual: int(r.Usual), Late: int(r.Late)}
		m.Row = r.of("meter")
		if !r.Never {
			m.Days, m.Row = int(w.At.AsOf-r.LastRead), r.of("energy_reading")
		}
		all.List = append(all.List, m)
	}
	sources := make([]*Source, len(all.List))
	for i := range all.List {
		sources[i] = &all.List[i].Row
	}
	return all, s.nameSources(ctx, sources)
}
