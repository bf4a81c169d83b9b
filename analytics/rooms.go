package analytics

import (
	"context"
	"strings"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Room is a room of the masters.
type Room struct {
	Project  string `ch:"project"`
	Room     string `ch:"room"`
	Building string `ch:"building"`
}

// Rooms finds the first rooms whose number, or a part of it, begins with a text
// in whatever case, within projects by their codes; none named means all in
// scope. What is typed comes once, so the answers are not kept.
func (s *Service) Rooms(ctx context.Context, scope gatehouse.Scope, at Snapshot, begins string, within []string, limit int) ([]Room, error) {
	return clickhouse.Select[Room](ctx, s.db, "analytics.Rooms", at.asked(scope), clickhouse.Params{
		"begins": strings.ToLower(begins), "within": append([]string{}, within...), "limit": uint64(limit),
	})
}
