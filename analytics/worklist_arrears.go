package analytics

import (
	"cmp"
	"context"
	"slices"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Arrears are the rooms with something past due, those to chase first.
type Arrears struct {
	Rooms int             // all of them, not only those listed
	Owed  gatehouse.Money // by all of them
	List  []RoomArrears
}

// RoomArrears is a room that owes. Late fees are not in it.
type RoomArrears struct {
	Project, Room, Building string
	Owed                    gatehouse.Money
	Weight                  gatehouse.Money // Σ over bills of what is open × days past due
	Items                   []ItemOwed      // the largest first
	Oldest                  gatehouse.Date  // due day of the oldest bill that is open
	Days                    int             // since then
	Months                  int             // bill months with something open
	LastPaid                gatehouse.Date  // 0: never
	Reason                  Reason
	Bill                    Source // the oldest open bill, the largest of its day
}

// ItemOwed is what a room owes of a fee item.
type ItemOwed struct {
	Item string
	Owed gatehouse.Money
}

// CompareArrears is the order in which rooms are chased: more yuan·days first,
// then more money; of equals the one whose name comes first.
func CompareArrears(a, b RoomArrears) int {
	return cmp.Or(
		cmp.Compare(b.Weight, a.Weight), cmp.Compare(b.Owed, a.Owed),
		cmp.Compare(a.Project, b.Project), cmp.Compare(a.Bill.Ref, b.Bill.Ref), cmp.Compare(a.Room, b.Room))
}

const (
	// arrearsAtOnce is how many rooms of a whole list are looked into together.
	arrearsAtOnce = 2_000
	// keptRooms is up to how many rooms, as a page shows, their bills are kept.
	keptRooms = 100
)

// Arrears lists the rooms to chase in the order of CompareArrears.
func (s *Service) Arrears(ctx context.Context, w Work, some Stretch) (Arrears, error) {
	type row struct {
		Project  string          `ch:"project"`
		Ref      string          `ch:"ref"`
		Room     string          `ch:"room"`
		Building string          `ch:"building"`
		Owed     gatehouse.Money `ch:"owed"`
		Weight   gatehouse.Money `ch:"weight"`
		Rooms    uint64          `ch:"rooms"`
		Total    gatehouse.Money `ch:"total"`
	}
	rows, err := listed[row](ctx, s, "analytics.Arrears", w, some, clickhouse.Params{})
	if err != nil || len(rows) == 0 {
		return Arrears{}, err
	}
	all := Arrears{Rooms: int(rows[0].Rooms), Owed: rows[0].Total, List: make([]RoomArrears, len(rows))}
	order := make([]*RoomArrears, len(rows))
	for i, r := range rows {
		all.List[i] = RoomArrears{Project: r.Project, Room: r.Room, Building: r.Building, Owed: r.Owed, Weight: r.Weight, Bill: Source{Fact: "fee_bill", Ref: r.Ref}}
		order[i] = &all.List[i]
	}
	// The ledger is stored by project, so rooms of a project are read together.
	slices.SortStableFunc(order, func(a, b *RoomArrears) int { return cmp.Compare(a.Project, b.Project) })
	for some := range slices.Chunk(order, arrearsAtOnce) {
		if err := s.lookInto(ctx, w, some); err != nil {
			return Arrears{}, err
		}
	}
	return all, s.findBills(ctx, w, order)
}

// findBills finds the rows of the bills, a part of a whole list at a time.
func (s *Service) findBills(ctx context.Context, w Work, rooms []*RoomArrears) error {
	for some := range slices.Chunk(rooms, linesAtOnce) {
		lines := make([]Line, len(some))
		for i, r := range some {
			lines[i] = Line{Project: r.Project, Fact: r.Bill.Fact, Ref: r.Bill.Ref, Key: r.Bill.Key}
		}
		if err := s.locate(ctx, w.At.asked(w.Scope), lines); err != nil {
			return err
		}
		for i, l := range lines {
			some[i].Bill.Origin = l.Origin
		}
	}
	return nil
}

// bill is what became of one by the as-of day.
type bill struct {
	Project     string          `ch:"project"`
	Ref         string          `ch:"ref"`
	Room        string          `ch:"room"`
	Late        bool            `ch:"late"`
	Item        string          `ch:"item"`
	Key         string          `ch:"key"` // empty: money that waits for a bill
	Month       gatehouse.Month `ch:"month"`
	DueOn       gatehouse.Date  `ch:"due_on"`
	Net         gatehouse.Money `ch:"net"`
	Paid        gatehouse.Money `ch:"paid"`
	PaidYearAgo gatehouse.Money `ch:"paid_year_ago"` // by the same day a year before
	LastPaid    gatehouse.Date  `ch:"last_paid"`
}

// lookInto reads the bills of some rooms and says what they tell of each.
func (s *Service) lookInto(ctx context.Context, w Work, rooms []*RoomArrears) error {
	type name struct{ project, ref, room string }
	of := map[name]*RoomArrears{}
	var codes, refs, names []string
	for _, r := range rooms {
		of[name{r.Project, r.Bill.Ref, r.Room}] = r
		codes, refs, names = append(codes, r.Project), append(refs, r.Bill.Ref), append(names, r.Room)
	}
	w.Scope = gatehouse.Projects(slices.Compact(slices.Sorted(slices.Values(codes)))...) // those of rooms in scope
	p := clickhouse.Params{"codes": codes, "refs": refs, "rooms": names}
	read := answer[bill]
	if len(rooms) > keptRooms {
		read = func(ctx context.Context, s *Service, name string, a clickhouse.Asked, p clickhouse.Params) ([]bill, error) {
			return clickhouse.Select[bill](ctx, s.db, name, a, p)
		}
	}
	bills, err := read(ctx, s, "analytics.ArrearBills", w.At.asked(w.Scope), p)
	if err != nil {
		return err
	}
	for len(bills) > 0 {
		first := name{bills[0].Project, bills[0].Ref, bills[0].Room}
		end := slices.IndexFunc(bills, func(b bill) bool { return name{b.Project, b.Ref, b.Room} != first })
		if end < 0 {
			end = len(bills)
		}
		of[first].tell(bills[:end], w.At.AsOf)
		bills = bills[end:]
	}
	return nil
}

// tell works out what a room's bills, in the order of months, say of it.
func (r *RoomArrears) tell(bills []bill, asOf gatehouse.Date) {
	items := map[string]gatehouse.Money{}
	var months []monthDue
	var oldest bill
	for _, b := range bills {
		r.LastPaid = max(r.LastPaid, b.LastPaid)
		if b.Late || b.Key == "" || b.DueOn >= asOf {
			continue
		}
		open := b.Net - b.Paid
		items[b.Item] += open
		if open > 0 && (r.Oldest == 0 || b.DueOn < r.Oldest || b.DueOn == r.Oldest && open > oldest.Net-oldest.Paid) {
			oldest, r.Oldest, r.Bill.Key = b, b.DueOn, b.Key
		}
		if n := len(months); n == 0 || months[n-1].month != b.Month {
			months = append(months, monthDue{month: b.Month})
		}
		m := &months[len(months)-1]
		m.net, m.paid, m.yearAgo = m.net+b.Net, m.paid+b.Paid, m.yearAgo+b.PaidYearAgo
	}
	r.Days = int(asOf - r.Oldest)
	for item, owed := range items {
		if owed > 0 {
			r.Items = append(r.Items, ItemOwed{item, owed})
		}
	}
	slices.SortFunc(r.Items, func(a, b ItemOwed) int { return cmp.Or(cmp.Compare(b.Owed, a.Owed), cmp.Compare(a.Item, b.Item)) })
	for _, m := range months {
		if m.open() > 0 {
			r.Months++
		}
	}
	r.Reason = reasonOf(months, r.LastPaid != 0)
}
