package ingest

import (
	"context"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Reach is how far the published rows of a feed go for a project. Rows that a
// later load supersedes count too: it tells what has arrived.
type Reach struct {
	Project string            // code, empty for rows of no known project
	Feed    string            // one of ReachFeeds
	First   gatehouse.Date    // day of the first row: the first of a bill's month, the day before a reading
	Last    gatehouse.Date    // and of the last
	Months  []gatehouse.Month // that have rows, ascending; none when all rows are held
	At      time.Time         // when the newest load of them was published
	Held    uint64            // rows in quarantine
}

// ReachFeeds are the feeds that come again and again, in the order of Feeds.
func ReachFeeds() []string {
	return []string{"fee_bill", "fee_payment", "service_request", "survey_response", "energy_reading"}
}

// Gaps are the months without a row between the first and the last.
func (r Reach) Gaps() []gatehouse.Month {
	var gaps []gatehouse.Month
	for i, m := range r.Months {
		if i == 0 {
			continue
		}
		for missing := r.Months[i-1] + 1; missing < m; missing++ {
			gaps = append(gaps, missing)
		}
	}
	return gaps
}

// Freshness tells how far the data of the projects in scope go. It reads the
// months that inserts have noted (schema: coverage), a few rows a load, so it
// costs the same however many facts there are, and needs no cache.
func Freshness(ctx context.Context, db *clickhouse.DB, scope gatehouse.Scope) ([]Reach, error) {
	type row struct {
		Project string         `ch:"project"`
		Feed    string         `ch:"feed"`
		First   gatehouse.Date `ch:"first"`
		Last    gatehouse.Date `ch:"last"`
		Months  []time.Time    `ch:"months"`
		At      time.Time      `ch:"published"`
		Held    uint64         `ch:"held"`
	}
	rows, err := clickhouse.Select[row](ctx, db, "ingest.Freshness", clickhouse.Asked{Scope: scope, KnownAt: endOfTime()}, nil)
	if err != nil {
		return nil, err
	}
	reaches := make([]Reach, len(rows))
	for i, r := range rows {
		reaches[i] = Reach{Project: r.Project, Feed: r.Feed, First: r.First, Last: r.Last, At: r.At, Held: r.Held}
		for _, m := range r.Months {
			reaches[i].Months = append(reaches[i].Months, gatehouse.DateOf(m).Month())
		}
	}
	return reaches, nil
}
