package analytics

import (
	"context"
	"time"

	"gatehouse/sql/clickhouse"
)

const (
	// NearDeadline is how long before its deadline a request is on the list.
	NearDeadline = 24 * time.Hour
	// FollowUpAfter is how long after closing a request should have been followed up.
	FollowUpAfter = 48 * time.Hour
	// FollowUpWithin is how far back those that were not are worth a call.
	FollowUpWithin = 90 * 24 * time.Hour
)

// Duties counts what waits for one handler.
type Duties struct {
	Handler          string `ch:"handler"`
	Overdue          uint64 `ch:"overdue"`           // open, past their next deadline
	Near             uint64 `ch:"near"`              // open, to reach it within NearDeadline
	Open             uint64 `ch:"open"`              // all open ones
	Unfollowed       uint64 `ch:"unfollowed"`        // closed, not followed up though it is time
	UnfollowedBefore uint64 `ch:"unfollowed_before"` // the same, closed more than FollowUpWithin ago
}

// Duties counts the requests that wait, by handler, and all together. The
// handler with most past their deadline comes first.
func (s *Service) Duties(ctx context.Context, w Work) ([]Duties, Duties, error) {
	if w.At.Empty() {
		return nil, Duties{}, nil
	}
	rows, err := answer[Duties](ctx, s, "analytics.RequestCounts", w.At.asked(w.Scope), clickhouse.Params{
		"now": w.Now, "soon": w.Now.Add(NearDeadline), "closed_by": w.Now.Add(-FollowUpAfter), "since": w.Now.Add(-FollowUpWithin),
	})
	var all Duties
	for _, r := range rows {
		all.Overdue += r.Overdue
		all.Near += r.Near
		all.Open += r.Open
		all.Unfollowed += r.Unfollowed
		all.UnfollowedBefore += r.UnfollowedBefore
	}
	return rows, all, err
}

// Request is an owner's request on a work list.
type Request struct {
	Project, Number, Kind, Category, Room, Handler string

	OpenedAt  time.Time
	Answered  bool
	AnswerDue time.Time
	CloseDue  time.Time
	Deadline  time.Time // the next of the two that counts: to answer, then to close
	ClosedAt  time.Time // zero while it is open
	Row       Source
}

// Left is how long it has until its next deadline, negative when that has passed.
func (r Request) Left(now time.Time) time.Duration { return r.Deadline.Sub(now) }

// ToAnswer tells that it is the answer that is due next.
func (r Request) ToAnswer() bool { return !r.Answered && !r.AnswerDue.After(r.CloseDue) }

// OfHandler narrows a list of requests to those of one, who may be nobody: "".
type OfHandler struct {
	One  bool
	Name string
}

type requestRow struct {
	Project string `ch:"project"`
	foundAt
	Number    string    `ch:"request_no"`
	Kind      string    `ch:"kind"`
	Category  string    `ch:"category"`
	Room      string    `ch:"room"`
	Handler   string    `ch:"handler"`
	OpenedAt  time.Time `ch:"opened_at"`
	Answered  bool      `ch:"answered"`
	AnswerDue time.Time `ch:"answer_due"`
	CloseDue  time.Time `ch:"close_due"`
	Deadline  time.Time `ch:"deadline"`
	ClosedAt  time.Time `ch:"closed_at"`
}

// DueRequests lists the open requests that are past their next deadline or reach
// it within NearDeadline, the one longest past it first.
func (s *Service) DueRequests(ctx context.Context, w Work, of OfHandler, some Stretch) ([]Request, error) {
	return s.dueBetween(ctx, w, time.Unix(0, 0), of, some)
}

// NearRequests lists those that are not past it, the one to reach it next first.
func (s *Service) NearRequests(ctx context.Context, w Work, some Stretch) ([]Request, error) {
	return s.dueBetween(ctx, w, w.Now, OfHandler{}, some)
}

func (s *Service) dueBetween(ctx context.Context, w Work, since time.Time, of OfHandler, some Stretch) ([]Request, error) {
	return s.requests(ctx, "analytics.DueRequests", w, some, clickhouse.Params{
		"since": since, "until": w.Now.Add(NearDeadline), "any_handler": !of.One, "handler": of.Name,
	})
}

// Unfollowed lists the requests closed between FollowUpWithin and FollowUpAfter
// ago that nobody has followed up, those closed longest ago first.
func (s *Service) Unfollowed(ctx context.Context, w Work, of OfHandler, some Stretch) ([]Request, error) {
	return s.requests(ctx, "analytics.Unfollowed", w, some, clickhouse.Params{
		"closed_by": w.Now.Add(-FollowUpAfter), "since": w.Now.Add(-FollowUpWithin), "any_handler": !of.One, "handler": of.Name,
	})
}

func (s *Service) requests(ctx context.Context, query string, w Work, some Stretch, p clickhouse.Params) ([]Request, error) {
	rows, err := listed[requestRow](ctx, s, query, w, some, p)
	if err != nil {
		return nil, err
	}
	list, sources := make([]Request, len(rows)), make([]*Source, len(rows))
	for i, r := range rows {
		list[i] = Request{
			Project: r.Project, Number: r.Number, Kind: r.Kind, Category: r.Category, Room: r.Room, Handler: r.Handler,
			OpenedAt: r.OpenedAt, Answered: r.Answered, AnswerDue: r.AnswerDue, CloseDue: r.CloseDue, Deadline: r.Deadline, ClosedAt: r.ClosedAt,
			Row: r.of("service_request"),
		}
		sources[i] = &list[i].Row
	}
	return list, s.nameSources(ctx, sources)
}
