package analytics

import (
	"context"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// ClassLevel says what a RequestClass sums.
type ClassLevel uint8

const (
	OfCategory  ClassLevel = 0 // of a kind
	OfKind      ClassLevel = 1
	AllRequests ClassLevel = 2
)

// RequestClass is the requests of a kind and category in a period, counted as
// the KPIs of service count them.
type RequestClass struct {
	Period         gatehouse.Period
	Level          ClassLevel
	Kind, Category string

	Opened     uint64
	Answered   uint64 // of Opened, in time
	Due        uint64 // fell due in the period
	Resolved   uint64 // of Due, in time
	Closed     uint64
	Median     float64 // hours from opening to closing of Closed, NaN without
	Open       uint64  // when the period ended, or on the as-of day while it runs
	OverdueNow uint64  // of Open, past their deadline by then
	Ages       []uint64
}

// OpenAges are the days at which a class of RequestClass.Ages ends; the last
// class has no end.
func OpenAges() []int { return []int{1, 3, 7, 14, 30} }

// RequestClasses counts the requests of periods: first all of a period, then by
// kind, then by kind and category, most first. A class with nothing to count is
// left out.
func (s *Service) RequestClasses(ctx context.Context, scope gatehouse.Scope, at Snapshot, periods []gatehouse.Period) ([]RequestClass, error) {
	if at.Empty() || len(periods) == 0 {
		return nil, nil
	}
	type row struct {
		At       uint32   `ch:"at"`
		Level    uint8    `ch:"level"`
		Kind     string   `ch:"kind"`
		Category string   `ch:"category"`
		Opened   uint64   `ch:"opened"`
		Answered uint64   `ch:"answered"`
		Due      uint64   `ch:"due"`
		Resolved uint64   `ch:"resolved"`
		Closed   uint64   `ch:"closed"`
		Median   float64  `ch:"median"`
		Open     uint64   `ch:"open"`
		Overdue  uint64   `ch:"overdue"`
		Ages     []uint64 `ch:"ages"`
	}
	span := spans(periods)
	rows, err := answer[row](ctx, s, "analytics.RequestClasses", at.asked(scope), clickhouse.Params{"starts": span.Starts, "ends": span.Ends})
	if err != nil {
		return nil, err
	}
	classes := make([]RequestClass, len(rows))
	for i, r := range rows {
		classes[i] = RequestClass{
			Period: periods[r.At-1], Level: ClassLevel(r.Level), Kind: r.Kind, Category: r.Category,
			Opened: r.Opened, Answered: r.Answered, Due: r.Due, Resolved: r.Resolved, Closed: r.Closed, Median: r.Median,
			Open: r.Open, OverdueNow: r.Overdue, Ages: r.Ages,
		}
	}
	return classes, nil
}
